package dev.moat.snapshot;

import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.InterruptEntry;
import dev.moat.iommu.amdvi.format.WideInterruptEntry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Device table entries and interrupt tables of AMD-Vi as Linux prints them, one device at a time. */
final class AmdEntries implements FormReader {
    private static final String DEVICE = "([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])";
    private static final Pattern TITLE = Pattern.compile("DeviceId\\s+QWORD\\[3]\\s.*");
    private static final Pattern ENTRY =
            Pattern.compile(DEVICE + " ([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16}) (iommu\\d{1,4})");
    private static final Pattern TABLE = Pattern.compile("DeviceId " + DEVICE);
    private static final Pattern INTERRUPT =
            Pattern.compile("IRT\\[(\\d{4,5})] (?:([0-9a-f]{16}) ([0-9a-f]{16})|([0-9a-f]{8}))");
    private static final Pattern LIKE_ROW = Pattern.compile("IRT\\[.*|" + DEVICE + " [0-9a-f]{16} .*");

    private static final long NO_SUCH_MODE = 7;
    private static final int FIRST_VECTOR = 16;
    /** Interrupt types that use the vector: fixed and arbitrated. */
    private static final int LAST_WITH_VECTOR = 1;

    private final Facts facts;
    private final MappedRanges mappings;
    private String device = "";

    AmdEntries(Facts facts, MappedRanges mappings) {
        this.facts = facts;
        this.mappings = mappings;
    }

    @Override
    public SnapshotForm form() {
        return SnapshotForm.AMD_FILES;
    }

    @Override
    public boolean read(Line line) {
        Matcher entry = ENTRY.matcher(line.text());
        Matcher table = TABLE.matcher(line.text());
        Matcher interrupt = INTERRUPT.matcher(line.text());
        if (entry.matches()) {
            entry(line, entry);
        } else if (table.matches()) {
            device = table.group(1);
            facts.begins(line, "the interrupt table of " + device);
            facts.shown("presentIndex");
            facts.shown("legalInterrupt");
        } else if (!device.isEmpty() && interrupt.matches()) {
            interrupt(line, interrupt);
        } else if (LIKE_ROW.matcher(line.text()).matches()) {
            throw line.error(
                    "a row is a device with four words and its unit, or an interrupt entry of one or two words behind"
                            + " its device");
        } else {
            return TITLE.matcher(line.text()).matches();
        }
        return true;
    }

    private void entry(Line line, Matcher row) {
        long quad0 = Numbers.hex(row.group(5));
        long quad1 = Numbers.hex(row.group(4));
        String unit = row.group(6);
        String requester = row.group(1);
        facts.begins(line, "the entry of " + requester);
        facts.shown("ent");
        if (!DeviceTableEntry.V.isSet(quad0)) {
            facts.note(requester
                    + " has an entry that is not valid: its requests are not translated, and reach all memory");
            return;
        }
        boolean tables = DeviceTableEntry.TV.isSet(quad0);
        boolean allowed = DeviceTableEntry.IR.isSet(quad0) || DeviceTableEntry.IW.isSet(quad0);
        if (!tables || !allowed || DeviceTableEntry.GV.isSet(quad0)) {
            facts.note(requester + " is blocked, or has tables of a guest: its entry is not judged");
            return;
        }
        long mode = DeviceTableEntry.MODE.get(quad0);
        long root = DeviceTableEntry.ROOT.get(quad0);
        if (mode != 0) {
            mappings.interest(root);
            facts.add(line, "ioTable", Numbers.page(root));
        }
        String space = mode == 0 ? "pass-through" : "tables @0x" + Long.toHexString(root << Numbers.PAGE);
        facts.add(
                line,
                "ent",
                unit,
                requester,
                space,
                "domain 0x" + Long.toHexString(DeviceTableEntry.DOMAIN_ID.get(quad1)));
        if (mode != NO_SUCH_MODE && !Numbers.hasReserved(DeviceTableEntry.QUAD0, quad0)) {
            facts.add(line, "legalEntry", unit, requester);
        }
    }

    private void interrupt(Line line, Matcher row) {
        String index = device + " index " + Integer.parseInt(row.group(1));
        long vector;
        long type;
        boolean reserved;
        if (row.group(4) == null) {
            long lo = Numbers.hex(row.group(3));
            long hi = Numbers.hex(row.group(2));
            vector = WideInterruptEntry.VECTOR.get(hi);
            boolean guest = WideInterruptEntry.GUEST_MODE.isSet(lo);
            type = guest ? 0 : WideInterruptEntry.INT_TYPE.get(lo);
            reserved = Numbers.hasReserved(guest ? WideInterruptEntry.GUEST_LO : WideInterruptEntry.LO, lo)
                    || Numbers.hasReserved(guest ? WideInterruptEntry.GUEST_HI : WideInterruptEntry.HI, hi);
        } else {
            long word = Numbers.hex(row.group(4));
            vector = InterruptEntry.VECTOR.get(word);
            type = InterruptEntry.INT_TYPE.get(word);
            reserved = Numbers.hasReserved(InterruptEntry.FIELDS, word);
        }
        facts.add(line, "presentIndex", index);
        if (!reserved) {
            facts.add(line, "legalInterrupt", index);
        }
        if (vector >= FIRST_VECTOR || type > LAST_WITH_VECTOR) {
            facts.add(line, "legalVector", index);
        }
    }
}
