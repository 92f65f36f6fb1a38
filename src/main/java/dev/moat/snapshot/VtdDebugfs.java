package dev.moat.snapshot;

import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Device entries and I/O page tables of VT-d as Linux prints them: for each unit its devices, for each device its tables. */
final class VtdDebugfs implements FormReader {
    private static final String WORD = "0x([0-9a-f]{1,16})";
    private static final Pattern UNIT = Pattern.compile("IOMMU (\\w{1,20}): Root Table Address: ?" + WORD);
    private static final Pattern OFF = Pattern.compile("DMA Remapping is not enabled on (\\w{1,20})");
    private static final Pattern ENTRY = Pattern.compile("([0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])\\s+" + WORD + ":" + WORD
            + "\\s+" + WORD + ":" + WORD + "\\s+(-?\\d{1,7})\\s+" + WORD + ":" + WORD + ":" + WORD);
    private static final Pattern DEVICE = Pattern.compile(
            "Device ([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]) (?:with pasid ([0-9a-f]{1,5}) )?@" + WORD);
    private static final Pattern PAGE = Pattern.compile(
            "0x([0-9a-f]{1,13}) ?\\|?\\s+" + WORD + "\\s+" + WORD + "\\s+" + WORD + "\\s+" + WORD + "\\s+" + WORD);
    private static final Pattern TITLE = Pattern.compile("B\\.D\\.F\\s.*|IOVA_PFN\\s.*");
    private static final Pattern LIKE_ROW =
            Pattern.compile("[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]\\s+0x.*|0x[0-9a-f]+ ?\\|?\\s+0x.*");

    private static final int TOP = 5;
    private static final long POINTER = 0x000f_ffff_ffff_f000L;
    private static final int SMALLEST_WIDTH = 2;
    private static final int LARGEST_WIDTH = 3;
    private static final int PASS_THROUGH = 2;
    private static final String NO_TABLES = "pass-through";

    /** An entry of a device at a unit. */
    private record Entry(Line at, String unit, String device, String space, long tag, boolean legal) {}

    /** An address, and the highest level that its way goes through. */
    private record Used(Line at, String space, long page, int level) {}

    private final Facts facts;
    private final MappedRanges mappings;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Used> used = new ArrayList<>();
    private final Map<String, Integer> levels = new HashMap<>();
    private boolean hasSegments;
    private String unit = "";
    private String space = "";

    VtdDebugfs(Facts facts, MappedRanges mappings) {
        this.facts = facts;
        this.mappings = mappings;
    }

    @Override
    public SnapshotForm form() {
        return SnapshotForm.VTD_TABLES;
    }

    @Override
    public boolean read(Line line) {
        Matcher at = UNIT.matcher(line.text());
        if (at.matches()) {
            unit = at.group(1);
            facts.begins(line, "the root table of " + unit);
            facts.shown("ent");
            facts.shown(SnapshotProperty.LINUX);
            table(line, Numbers.hex(at.group(2)));
            return true;
        }
        Matcher device = DEVICE.matcher(line.text());
        if (device.matches()) {
            device(line, device);
            return true;
        }
        Matcher off = OFF.matcher(line.text());
        if (off.matches()) {
            facts.note(off.group(1) + " does not translate: its devices reach all memory");
            return true;
        }
        Matcher entry = ENTRY.matcher(line.text());
        Matcher page = PAGE.matcher(line.text());
        if (!unit.isEmpty() && entry.matches()) {
            entry(line, entry);
        } else if (!space.isEmpty() && page.matches()) {
            page(line, page);
        } else if ((!unit.isEmpty() || !space.isEmpty())
                && LIKE_ROW.matcher(line.text()).matches()) {
            throw line.error("a row has a device and seven words with a PASID, or an address and five entries");
        } else {
            return TITLE.matcher(line.text()).matches();
        }
        return true;
    }

    private void table(Line line, long address) {
        if ((address & POINTER) != 0) {
            long frame = (address & POINTER) >>> Numbers.PAGE;
            mappings.interest(frame);
            facts.add(line, "ioTable", Numbers.page(frame));
        }
    }

    private void device(Line line, Matcher device) {
        space = "tables @0x" + Long.toHexString(Numbers.hex(device.group(3)) & POINTER);
        table(line, Numbers.hex(device.group(3)));
        hasSegments |= !device.group(1).startsWith("0000:");
        String pasid = device.group(2) == null ? "0" : device.group(2);
        String requester = requester(device.group(1), Long.parseLong(pasid, 16));
        facts.begins(line, "the page table of " + requester);
        facts.shown("mapR");
        facts.shown(SnapshotProperty.LINUX);
        facts.add(line, "for", space, "the domain with " + space);
        facts.add(line, "assigned", requester, "the domain with " + space);
    }

    private void page(Line line, Matcher row) {
        long page = Numbers.hex(row.group(1));
        long rights = SecondLevelEntry.R.mask() | SecondLevelEntry.W.mask();
        int leaf = 0;
        int highest = 0;
        long word = 0;
        for (int level = TOP; level >= 1; level--) {
            long here = Numbers.hex(row.group(2 + TOP - level));
            if (here != 0) {
                highest = Math.max(highest, level);
                if (leaf != 0) {
                    table(line, word);
                }
                leaf = level;
                word = here;
                rights &= here;
            }
        }
        long frame = (word & POINTER) >>> Numbers.PAGE;
        if (leaf == 0 || (page | frame) % Numbers.pagesOf(leaf) != 0) {
            throw line.error(
                    "the row's last entry is of level " + leaf + ", and its addresses are not aligned to that");
        }
        used.add(new Used(line, space, page, Math.max(highest, Numbers.levelOf(page + Numbers.pagesOf(leaf) - 1))));
        mappings.add(
                line,
                space,
                page,
                frame,
                leaf,
                (SecondLevelEntry.R.isSet(rights) ? "r" : "") + (SecondLevelEntry.W.isSet(rights) ? "w" : ""));
    }

    private void entry(Line line, Matcher row) {
        // The root entry's high word is a pointer in scalable mode only.
        table(line, Numbers.hex(row.group(2)));
        table(line, Numbers.hex(row.group(3)));
        long hi = Numbers.hex(row.group(4));
        long lo = Numbers.hex(row.group(5));
        long pasid = Long.parseLong(row.group(6));
        table(line, lo);
        if (pasid < 0) {
            long width = ContextEntry.AW.get(hi);
            boolean legal = !Numbers.hasReserved(ContextEntry.LO, lo)
                    && !Numbers.hasReserved(ContextEntry.HI, hi)
                    && width <= LARGEST_WIDTH
                    && ContextEntry.TT.get(lo) <= PASS_THROUGH;
            boolean translates = ContextEntry.TT.get(lo) < PASS_THROUGH;
            entry(
                    line,
                    row.group(1),
                    translates ? at(lo, (int) width + SMALLEST_WIDTH) : NO_TABLES,
                    ContextEntry.DID.get(hi),
                    legal);
            return;
        }
        long[] words = {Numbers.hex(row.group(9)), Numbers.hex(row.group(8)), Numbers.hex(row.group(7))};
        long kind = PasidEntry.PGTT.get(words[0]);
        boolean legal = !Numbers.hasReserved(PasidEntry.W0, words[0])
                && kind >= PasidEntry.FIRST_LEVEL
                && kind <= PasidEntry.PASS_THROUGH;
        String tables = NO_TABLES;
        if (kind == PasidEntry.FIRST_LEVEL) {
            tables = at(words[2], (int) PasidEntry.FLPM.get(words[2]) + TOP - 1);
        } else if (kind == PasidEntry.SECOND_LEVEL) {
            tables = at(words[0], (int) PasidEntry.AW.get(words[0]) + SMALLEST_WIDTH);
        } else if (kind == PasidEntry.NESTED) {
            facts.note("nested tables are not judged");
            tables = "nested tables @0x" + Long.toHexString(words[2] & POINTER) + " in @0x"
                    + Long.toHexString(words[0] & POINTER);
        }
        entry(line, requester(row.group(1), pasid), tables, PasidEntry.DID.get(words[1]), legal);
    }

    private void entry(Line line, String device, String tables, long tag, boolean legal) {
        entries.add(new Entry(line, unit, device, tables, tag, legal));
    }

    private String at(long pointer, int width) {
        String tables = "tables @0x" + Long.toHexString(pointer & POINTER);
        levels.merge(tables, width, Math::max);
        return tables;
    }

    private static String requester(String device, long pasid) {
        return pasid == 0 ? device : device + " with PASID " + pasid;
    }

    @Override
    public void finish() {
        for (Entry entry : entries) {
            // The rows of a unit have no segment; where there are several, its devices are its own.
            String device = hasSegments ? entry.unit + " " + entry.device : Numbers.device(entry.device);
            String tag = "DID 0x" + Long.toHexString(entry.tag);
            if (!entry.space.startsWith("nested")) {
                facts.add(entry.at, "ent", entry.unit, device, entry.space, tag);
            }
            if (entry.legal) {
                facts.add(entry.at, "legalEntry", entry.unit, device);
            }
        }
        for (Used use : used) {
            Integer width = levels.get(use.space);
            if (width != null) {
                facts.add(use.at, "usesLevel", use.space, Numbers.page(use.page), "level " + use.level);
                for (int level = 1; level <= width; level++) {
                    facts.add(use.at, "hasLevel", use.space, "level " + level);
                }
            }
        }
    }
}
