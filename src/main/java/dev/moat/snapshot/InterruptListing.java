package dev.moat.snapshot;

import dev.moat.iommu.vtd.interrupt.RemapEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Interrupt entries of VT-d, as Linux's {@code ir_translation_struct} and Xen's debug key {@code V} print those that are present. */
final class InterruptListing implements FormReader {
    private static final Pattern LINUX =
            Pattern.compile("(?:Remapped|Posted) Interrupt supported on IOMMU: (\\w{1,20})");
    private static final Pattern TABLE = Pattern.compile("IR table address: ?([0-9a-f]{1,16})");
    private static final Pattern ROW =
            Pattern.compile("(\\d{1,5})\\s+[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]\\s+[0-9a-f]{8}\\s+(?:[0-9a-f]{8}\\s+)?"
                    + "[0-9a-f]{2}\\s+([0-9a-f]{16})\\s+([0-9a-f]{16})");
    private static final Pattern TITLE = Pattern.compile(
            "Entry SrcID .*|\\*{4}|Interrupt Remapping is not enabled"
                    + "|Queued Invalidation: .*|Interrupt (?:Remapping|Posting): .*|(?:[RP]: +)?SVT +SQ +SID .*|R means .*|#entry IDX .*");
    private static final Pattern XEN = Pattern.compile("iommu ([0-9a-f]{1,4}): nr_pt_levels = [0-9a-f]{1,2}\\.");
    private static final Pattern XEN_TABLE =
            Pattern.compile("Interrupt remapping table \\(nr_entry=0x[0-9a-f]{1,6}\\..*");
    /** Before 4.9 without a letter, and with the destination before the vector. */
    private static final Pattern XEN_ROW = Pattern.compile(
            "(?:([RP]): +([0-9a-f]{4}): +([0-3]) +[0-3] +[0-9a-f]{4} +([0-9a-f]{2}) +[0-9a-f]{1,2} +[01]"
                    + " +[0-9a-f]{1,16}|()([0-9a-f]{4}): +([0-3]) +[0-3] +[0-9a-f]{4} +[0-9a-f]{8} +([0-9a-f]{2}) +[0-9a-f]{1,2})"
                    + " +([0-7]) .*");

    private static final Pattern IOAPIC = Pattern.compile("Redirection table of IOAPIC ([0-9a-f]{1,4}):");
    private static final Pattern PIN = Pattern.compile("([0-9a-f]{2}): +([0-9a-f]{4}) +([01]) +([01]) .*");

    /** 65,536 entries of 16 bytes. */
    private static final int PAGES = 256;

    private static final int FIRST_VECTOR = 16;
    private static final int MODE = 9;
    /** Delivery modes that use the vector: fixed and lowest priority. */
    private static final int LAST_WITH_VECTOR = 1;

    private final Facts facts;
    private final MappedRanges mappings;
    private String unit = "";
    private String apic = "";
    private boolean isXen;

    private record Entry(Line line, String name) {}

    /** Entries of Xen by their index, and the indices that pins of I/O APICs go by. */
    private final Map<String, List<Entry>> entries = new HashMap<>();

    private final Set<String> masked = new TreeSet<>();
    private final Set<String> unmasked = new HashSet<>();

    InterruptListing(Facts facts, MappedRanges mappings) {
        this.facts = facts;
        this.mappings = mappings;
    }

    @Override
    public SnapshotForm form() {
        return isXen ? SnapshotForm.XEN_INTERRUPTS : SnapshotForm.VTD_INTERRUPTS;
    }

    @Override
    public boolean read(Line line) {
        Matcher linux = LINUX.matcher(line.text());
        Matcher xen = XEN.matcher(line.text());
        if (linux.matches() || xen.matches()) {
            isXen = xen.matches();
            unit = isXen ? "unit " + xen.group(1) : linux.group(1);
            facts.begins(line, "'" + line.text() + "'");
            apic = "";
            return true;
        }
        if (unit.isEmpty()) {
            return false;
        }
        return (isXen ? xen(line) : linux(line)) || TITLE.matcher(line.text()).matches();
    }

    private boolean linux(Line line) {
        Matcher table = TABLE.matcher(line.text());
        if (table.matches()) {
            facts.shown("presentIndex");
            facts.shown("verifiesSource");
            facts.shown("legalInterrupt");
            long frame = Numbers.hex(table.group(1)) >>> Numbers.PAGE;
            for (int page = 0; page < PAGES; page++) {
                mappings.interest(frame + page);
                facts.add(line, "ioTable", Numbers.page(frame + page));
            }
            return true;
        }
        Matcher row = ROW.matcher(line.text());
        if (!row.matches()) {
            return false;
        }
        long hi = Numbers.hex(row.group(2));
        long lo = Numbers.hex(row.group(3));
        String index = unit + " index " + row.group(1);
        boolean posted = RemapEntry.IM.isSet(lo);
        add(
                line,
                index,
                RemapEntry.SVT.get(hi),
                RemapEntry.VECTOR.get(lo),
                posted ? 0 : RemapEntry.Remapped.DLM.get(lo));
        if (!Numbers.hasReserved(posted ? RemapEntry.Posted.LO : RemapEntry.Remapped.LO, lo)
                && !Numbers.hasReserved(posted ? RemapEntry.Posted.HI : RemapEntry.Remapped.HI, hi)) {
            facts.add(line, "legalInterrupt", index);
        }
        return true;
    }

    private void add(Line line, String index, long svt, long vector, long mode) {
        facts.add(line, "presentIndex", index);
        if (svt == RemapEntry.SVT_SOURCE || svt == RemapEntry.SVT_BUSES) {
            facts.add(line, "verifiesSource", index);
        }
        if (vector >= FIRST_VECTOR || mode > LAST_WITH_VECTOR) {
            facts.add(line, "legalVector", index);
        }
    }

    /** A vector is not yet chosen while all pins that go by the entry are masked; with entries of two units at an index it is not told whose they are. */
    @Override
    public void finish() {
        masked.removeAll(unmasked);
        for (String index : masked) {
            List<Entry> those = entries.getOrDefault(index, List.of());
            if (those.size() == 1 && facts.of("verifiesSource").containsKey(List.of(those.get(0).name))) {
                facts.add(those.get(0).line, "legalVector", those.get(0).name);
            }
        }
    }

    private boolean xen(Line line) {
        Matcher ioapic = IOAPIC.matcher(line.text());
        if (ioapic.matches()) {
            apic = "I/O APIC " + ioapic.group(1);
            facts.begins(line, apic);
            return true;
        }
        if (XEN_TABLE.matcher(line.text()).matches()) {
            facts.shown("presentIndex");
            facts.shown("verifiesSource");
            return true;
        }
        Matcher pin = PIN.matcher(line.text());
        if (!apic.isEmpty() && pin.matches()) {
            String index = "index 0x" + pin.group(2);
            if (pin.group(4).equals("1")) {
                masked.add(index);
            } else if (pin.group(3).equals("1")) {
                facts.add(line, "goesBy", apic + " pin 0x" + pin.group(1), index);
                unmasked.add(index);
            }
            return true;
        }
        Matcher row = XEN_ROW.matcher(line.text());
        if (apic.isEmpty() && row.matches()) {
            int first = row.group(2) == null ? 5 : 1;
            String index = "index 0x" + row.group(first + 1);
            // A posted entry has no delivery mode; what stands there is its urgency.
            long mode = "P".equals(row.group(first)) ? 0 : Numbers.hex(row.group(MODE));
            add(line, unit + " " + index, Numbers.hex(row.group(first + 2)), Numbers.hex(row.group(first + 3)), mode);
            facts.add(line, "presentSomewhere", index);
            entries.computeIfAbsent(index, i -> new ArrayList<>()).add(new Entry(line, unit + " " + index));
            return true;
        }
        return false;
    }
}
