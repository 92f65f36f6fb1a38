package dev.moat.explain;

import dev.moat.bits.BitField;
import dev.moat.explain.LogText.Found;
import dev.moat.explain.Requests.Leaf;
import dev.moat.explain.Said.Kind;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The entries of VT-d's tables that Xen, or Linux with CONFIG_DMAR_DEBUG, prints behind a report. {@code @source} VTD-SL-ENTRY. */
final class VtdEntryLines {
    /** Lines behind a report in which they are looked for. */
    private static final int WITHIN = 24;

    private static final Pattern ROOT =
            LogText.form("(?:root_entry\\[[0-9a-f]{1,2}] = |(?<!mode\\s)root entry: )" + "((?:0x)?[0-9a-f]{1,16})\\b");
    private static final Pattern SCALABLE_ROOT = LogText.form("scalable mode root entry");
    private static final Pattern CONTEXT = LogText.form(
            "context\\[[0-9a-f]{1,2}] = ([0-9a-f]{1,16})_([0-9a-f]{1,16})|context entry: hi 0x([0-9a-f]{16}), low 0x([0-9a-f]{16})");
    private static final Pattern LEVEL = LogText.form(
            "\\bl([1-6])\\[[0-9a-f]{1,3}] = ([0-9a-f]{1,16})\\b|pte level: ([1-6]), pte value: 0x([0-9a-f]{1,16})");
    /** Of other levels older kernels say so of superpages, too. */
    private static final Pattern ABSENT = LogText.form(
            "\\bl[1-6]\\[[0-9a-f]{1,3}] not present|PTE not present at level 1\\b|page table not present at level \\d");

    private final LogText log;

    VtdEntryLines(LogText log) {
        this.log = log;
    }

    /** The tables that Xen or a kernel with CONFIG_DMAR_DEBUG prints behind a report: their words, and the entry at their end. */
    @Nullable
    Leaf tables(FaultAnswer answer, Found report) {
        Found next = log.next(VtdFaultLines.ANOTHER, report.last(), WITHIN);
        int end = next == null ? report.last() + WITHIN : next.first();
        boolean scalable = !log.between(SCALABLE_ROOT, report.last(), end).isEmpty();
        for (Found root : log.between(ROOT, report.last(), end)) {
            word(answer, root, "root entry", RootEntry.LO, root.group(1));
        }
        for (Found context : log.between(CONTEXT, report.last(), end)) {
            boolean xen = !context.group(1).isEmpty();
            Long hi = NumberText.hex(context.group(xen ? 1 : 3));
            Long lo = NumberText.hex(context.group(xen ? 2 : 4));
            if (hi != null && lo != null && !scalable) {
                answer.says(
                        Kind.WORDS,
                        "context entry: " + NumberText.fields(ContextEntry.LO, lo) + "; high word "
                                + NumberText.fields(ContextEntry.HI, hi),
                        context.lines());
            }
        }
        List<Integer> walked = new ArrayList<>();
        boolean reads = true;
        boolean writes = true;
        int level = 0;
        boolean superpage = false;
        for (Found entry : log.between(LEVEL, report.last(), end)) {
            boolean xen = !entry.group(1).isEmpty();
            Long value = NumberText.hex(entry.group(xen ? 2 : 4));
            if (value == null) {
                return null;
            }
            level = Integer.parseInt(entry.group(xen ? 1 : 3));
            reads &= SecondLevelEntry.R.isSet(value);
            writes &= SecondLevelEntry.W.isSet(value);
            superpage = level > 1 && SecondLevelEntry.SP.isSet(value);
            walked.addAll(entry.lines());
            if (!scalable) {
                answer.says(
                        Kind.WORDS,
                        "entry of level " + level + ": " + NumberText.fields(SecondLevelEntry.FIELDS, value),
                        entry.lines());
            }
        }
        List<Found> absent = log.between(ABSENT, report.last(), end);
        if (walked.isEmpty() && absent.isEmpty()) {
            return null;
        }
        absent.forEach(found -> walked.addAll(found.lines()));
        boolean present = absent.isEmpty() && (reads || writes);
        // A list of entries that ends above a page was cut.
        boolean whole = !present || level == 1 || superpage;
        return whole
                ? new Leaf(present, reads, writes, "no entry was present when the tables were printed", walked)
                : null;
    }

    private static void word(FaultAnswer answer, Found at, String name, List<BitField> fields, String digits) {
        Long value = NumberText.hex(digits);
        if (value != null) {
            answer.says(Kind.WORDS, name + ": " + NumberText.fields(fields, value), at.lines());
        }
    }
}
