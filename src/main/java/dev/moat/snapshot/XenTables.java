package dev.moat.snapshot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * I/O page tables as Xen prints them: a line for each entry that maps, indented by how far below the root it is. Those of domain 0 are
 * left out, because it may be given all memory ({@code dom0-iommu=relaxed}).
 */
final class XenTables implements FormReader {
    private static final Pattern DOMAIN = Pattern.compile("domain(\\d{1,5}) IOMMU p2m table: *");
    private static final Pattern TABLE =
            Pattern.compile("(?:\\[VT-D] ?|AMD IOMMU )?(?:d(\\d{1,5}) table|p2m table) has (\\d) levels");
    private static final Pattern SHARED = Pattern.compile("(?:\\[VT-D] ?)?d\\d{1,5} sharing (?:EPT table|page tables)");
    private static final Pattern ENTRY =
            Pattern.compile("(?:\\(XEN\\) (?:\\[[^\\]]{1,40}] ?)?)?( *)[dg]fn: ([0-9a-f]{1,13})\\s+"
                    + "mfn: ([0-9a-f]{1,13})(?:\\s+([r-][w-]))?\\s*");
    private static final Pattern LIKE_ENTRY = Pattern.compile(".{0,80}\\b[dg]fn: [0-9a-f]+.*");

    private final Facts facts;
    private final MappedRanges mappings;
    private String domain = "";
    private int levels;

    XenTables(Facts facts, MappedRanges mappings) {
        this.facts = facts;
        this.mappings = mappings;
    }

    @Override
    public SnapshotForm form() {
        return SnapshotForm.XEN_TABLES;
    }

    @Override
    public boolean read(Line line) {
        Matcher named = DOMAIN.matcher(line.text());
        if (named.matches()) {
            domain = "d" + Integer.parseInt(named.group(1));
            return true;
        }
        Matcher table = TABLE.matcher(line.text());
        if (table.matches()) {
            domain = table.group(1) == null ? domain : "d" + Integer.parseInt(table.group(1));
            levels = Integer.parseInt(table.group(2));
            facts.begins(line, "the I/O page table of " + domain);
            facts.shown("mapR");
            facts.shown(SnapshotProperty.XEN);
            if (!isDomain0()) {
                facts.add(line, "for", space(), domain);
                for (int level = 1; level <= levels; level++) {
                    facts.add(line, "hasLevel", space(), "level " + level);
                }
            }
            return true;
        }
        if (SHARED.matcher(line.text()).matches()) {
            facts.note("tables that a domain shares with its CPUs are not printed, and not judged");
            return true;
        }
        if (levels > 0) {
            return entry(line);
        }
        boolean headless = ENTRY.matcher(line.raw()).matches();
        if (headless) {
            facts.note("entries of I/O page tables stand before the line that says whose they are, and are not judged");
        }
        return headless;
    }

    private boolean entry(Line line) {
        Matcher entry = ENTRY.matcher(line.raw());
        if (!entry.matches()) {
            if (LIKE_ENTRY.matcher(line.raw()).matches()) {
                throw line.error("an entry of I/O tables is 'dfn: .. mfn: .. rw', indented as Xen prints it");
            }
            return false;
        }
        if (isDomain0()) {
            facts.note("tables of d0 are not judged: it may be given all memory");
            return true;
        }
        long page = Numbers.hex(entry.group(2));
        long frame = Numbers.hex(entry.group(3));
        int level = levels - entry.group(1).length();
        if (level < 1 || (page | frame) % Numbers.pagesOf(level) != 0) {
            throw line.error("by its indentation the entry is of level " + level + " of " + levels
                    + ", and its addresses are not aligned to that: give the lines with the blanks that Xen prints");
        }
        facts.add(
                line,
                "usesLevel",
                space(),
                Numbers.page(page),
                "level " + Numbers.levelOf(page + Numbers.pagesOf(level) - 1));
        mappings.add(line, space(), page, frame, level, entry.group(4) == null ? "r" : entry.group(4));
        return true;
    }

    private boolean isDomain0() {
        return domain.isEmpty() || domain.equals("d0");
    }

    private String space() {
        return domain + "'s tables";
    }
}
