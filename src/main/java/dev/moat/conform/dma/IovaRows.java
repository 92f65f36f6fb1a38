package dev.moat.conform.dma;

import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;
import dev.moat.dma.release.LinuxRelease;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the allocator of I/O virtual addresses, put to {@link IovaDomain} and {@link IovaCaches}. Everything is compared, hints and
 * magazines included. Page numbers are hexadecimal, sizes decimal.
 */
final class IovaRows implements RowRunner {
    /** The files that it is for. */
    public static final Format FORMAT = Format.of(
                    "iova (Linux drivers/iommu/iova.c)",
                    "case,step,cpu,op,a0,a1,a2,ret,ranges,warns,hint32,hint64,max32,mags,top")
            .casesBy("case");

    private static final List<String> STATE = List.of("ranges", "hint32", "hint64", "max32", "mags", "top");
    private static final String FAIL = "fail";

    private final RowTally tally;
    private final LinuxRelease release;
    private @Nullable IovaBench bench;
    private boolean dead;

    /**
     * @param tally told of what differs
     * @param release whose answers the file has
     */
    public IovaRows(RowTally tally, LinuxRelease release) {
        this.tally = tally;
        this.release = release;
    }

    /** The kernel died in {@code init}: what comes then happens to nothing that could be compared. */
    @Override
    public @Nullable String missing(Row row) {
        return dead && !row.op().equals("init") ? "rows after a BUG in init" : null;
    }

    @Override
    public void run(Row row) {
        int cpu = row.decimal("cpu", IovaBench.CPUS - 1);
        if (row.op().equals("init")) {
            tally.check(row, "ret", init(row));
        } else if (bench == null) {
            throw row.cell("op").error("there is no domain yet: a case begins with init");
        } else {
            tally.check(row, "ret", perform(row, bench, cpu));
        }
        if (bench != null) {
            compareState(row, bench, cpu);
        } else {
            tally.check(row, "warns", "0");
            STATE.forEach(column -> tally.check(row, column, ""));
        }
    }

    private String init(Row row) {
        long granule = row.cell("a0").decimal();
        long start = row.hex("a1");
        try {
            bench = new IovaBench(granule, start, release);
        } catch (IllegalArgumentException e) {
            bench = null;
            dead = true;
            return DmaCellText.BUG;
        }
        dead = false;
        return "";
    }

    private String perform(Row row, IovaBench b, int cpu) {
        long[] s = b.words();
        if (b.domain().count(s) == IovaBench.MOST_RANGES) {
            throw row.cell("op").unrepresentable("there are " + IovaBench.MOST_RANGES + " ranges already");
        }
        if (b.isDepotFull(order(row))) {
            throw row.cell("op").unrepresentable("there are " + IovaBench.MOST_MAGAZINES + " magazines already");
        }
        return switch (row.op()) {
            case "alloc" -> allocate(row, b);
            case "alloc_fast" -> allocateFast(row, b, cpu);
            case "find" -> b.text(b.domain().find(s, row.hex("a0")), "none");
            case "reserve" -> reserve(row, b);
            case "rcaches" -> {
                b.caches().turnOn(s);
                yield "0";
            }
            case "free" -> {
                b.domain().free(s, row.hex("a0"));
                yield "";
            }
            case "free_fast" -> {
                b.caches().free(s, cpu, row.hex("a0"), size(row, "a1"));
                yield "";
            }
            case "cpu_dead" -> {
                b.caches().release(s, row.decimal("a0", IovaBench.CPUS - 1));
                yield "";
            }
            case "depot_work" -> {
                if (!release.keepsAllMagazines()) {
                    throw row.cell("op").unrepresentable(release.label() + " has no worker of depots");
                }
                yield b.caches().trim(s, order(row)) ? "1" : "0";
            }
            default -> throw row.cell("op").unknown("operation", Set.of());
        };
    }

    private static String reserve(Row row, IovaBench b) {
        long lo = row.hex("a0");
        long hi = row.hex("a1");
        int place = b.domain().reserve(b.words(), lo, hi);
        // A range that ends before it begins, where one with the same begin is: Linux warns, and answers what it has
        // not kept.
        boolean kept = place < 0
                || Long.compareUnsigned(lo, hi) <= 0
                || b.domain().hi(b.words(), place) == hi
                || b.domain().find(b.words(), hi) == place;
        return kept ? b.text(place, FAIL) : Long.toHexString(lo) + ":" + Long.toHexString(hi);
    }

    private static String allocate(Row row, IovaBench b) {
        long size = size(row, "a0");
        long lo = b.domain().allocate(b.words(), size, row.hex("a1"), row.decimal("a2", 1) == 1);
        return lo == IovaDomain.NONE ? FAIL : new IovaBench.Range(lo, lo + size - 1).toString();
    }

    private static String allocateFast(Row row, IovaBench b, int cpu) {
        long pfn = b.caches().allocate(b.words(), cpu, size(row, "a0"), row.hex("a1"), row.decimal("a2", 1) == 1);
        return pfn == 0 ? FAIL : Long.toHexString(pfn);
    }

    private static long size(Row row, String column) {
        return row.cell(column).decimal();
    }

    private void compareState(Row row, IovaBench b, int cpu) {
        List<String> changes = b.takeChanges();
        List<String> recorded = new ArrayList<>(List.of(row.text("ranges").split(";", -1)));
        List<String> ours = new ArrayList<>(changes.isEmpty() ? List.of("") : changes);
        Collections.sort(recorded);
        Collections.sort(ours);
        if (!recorded.equals(ours)) {
            tally.disagree(row, "ranges", String.join(";", changes));
        }
        tally.check(row, "warns", b.takeWarnings());
        tally.check(row, "hint32", b.lowHint());
        tally.check(row, "hint64", b.highHint());
        tally.check(row, "max32", Long.toHexString(b.domain().failedSize(b.words())));
        int order = order(row);
        tally.check(row, "mags", b.magazines(order, cpu));
        tally.check(row, "top", b.newest(order, cpu));
    }

    /** The size class whose magazines a row shows; none for most operations. */
    private static int order(Row row) {
        return switch (row.op()) {
            case "rcaches" -> 0;
            case "depot_work" -> row.decimal("a0", IovaCaches.CLASSES - 1);
            case "alloc_fast" -> IovaCaches.order(size(row, "a0"));
            case "free_fast" -> IovaCaches.order(size(row, "a1"));
            default -> IovaCaches.CLASSES;
        };
    }
}
