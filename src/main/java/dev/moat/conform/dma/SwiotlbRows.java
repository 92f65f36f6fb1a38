package dev.moat.conform.dma;

import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.dma.swiotlb.BugException;
import dev.moat.dma.swiotlb.DirectDma;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows of bounce buffers on bare metal, put to {@link Swiotlb} and {@link DirectDma}. Numbers are hexadecimal unless said. */
final class SwiotlbRows implements RowRunner {
    /** The files that it is for. */
    public static final Format FORMAT = Format.of(
                    "swiotlb (Linux kernel/dma/swiotlb.c, kernel/dma/direct.h)",
                    "case,step,cpu,op,a0,a1,a2,a3,dir,attrs,ret,copies,slots,areas,list_ok,warns")
            .casesBy("case");

    private static final int CPUS = 4;
    /** Only its low bits say which area comes first. */
    private static final int MOST_CPU = 8191;

    private static final long FIRST_HIGH_FRAME = 0x100000;

    private final RowTally tally;
    private final LinuxRelease release;
    private @Nullable Bench bench;
    private boolean booted;

    /**
     * @param tally told of what differs
     * @param release whose answers the file has
     */
    public SwiotlbRows(RowTally tally, LinuxRelease release) {
        this.tally = tally;
        this.release = release;
    }

    /** A pool, and the device that uses it. */
    private record Bench(BouncePool pool, boolean force, Swiotlb swiotlb) {
        DirectDma direct() {
            return new DirectDma(swiotlb, force);
        }
    }

    /** Where a pool that was made at boot lies is not recorded. */
    @Override
    public @Nullable String missing(Row row) {
        boolean makes = row.op().equals("pool") || row.op().equals("boot");
        return booted && !makes ? "rows on a pool made at boot" : null;
    }

    @Override
    public void run(Row row) {
        int cpu = row.decimal("cpu", MOST_CPU);
        if (row.op().equals("boot")) {
            booted = true;
            BootRows.compare(tally, row, CPUS, release);
            return;
        }
        if (row.op().equals("pool")) {
            bench = pool(row);
            booted = false;
        }
        if (bench == null) {
            throw row.cell("op").error("there is no pool yet: a case begins with pool or boot");
        }
        if (row.op().equals("device")) {
            DmaDevice device = new DmaDevice(row.hex("a0"), -1, row.hex("a1"), row.hex("a2"), mask(row, "a3"));
            bench = new Bench(bench.pool, bench.force, bench.pool.swiotlb(device));
        }
        String ret;
        try {
            ret = perform(row, bench, cpu);
        } catch (BugException e) {
            ret = DmaCellText.BUG;
        }
        bench.pool.compare(tally, row, ret, "areas");
    }

    private Bench pool(Row row) {
        int slots = BouncePool.slots(row.cell("a1"), row.cell("a1").decimal());
        int areas = row.decimal("a2", slots);
        if (areas == 0) {
            throw row.cell("a2").error("a pool has at least 1 area");
        }
        BouncePool pool =
                new BouncePool(row.hex("a0"), new SwiotlbSlots.Division(slots, areas), FIRST_HIGH_FRAME, release);
        return new Bench(pool, row.decimal("a3", 1) == 1, pool.swiotlb(DmaDevice.UNLIMITED));
    }

    private static String perform(Row row, Bench b, int cpu) {
        long[] s = b.pool.words();
        return switch (row.op()) {
            case "pool", "device" -> "";
            case "fill", "peek" -> b.pool.access(row);
            case "max_mapping" -> Long.toHexString(b.swiotlb.maxMapping());
            case "is_buffer" -> b.swiotlb.slots().contains(row.hex("a0")) ? "1" : "0";
            case "pool_alloc" -> address(b.swiotlb.allocate(s, cpu, row.hex("a1")));
            case "pool_free" ->
                b.swiotlb.free(s, row.hex("a0") & -b.swiotlb.slots().geometry().pageBytes()) ? "1" : "0";
            case "tbl_map", "map", "direct_map" -> address(map(row, b, cpu));
            default -> {
                end(row, b);
                yield "";
            }
        };
    }

    private static long map(Row row, Bench b, int cpu) {
        long[] s = b.pool.words();
        long address = row.hex("a0");
        long size = row.hex("a1");
        Transfer transfer = BouncePool.transfer(row);
        return switch (row.op()) {
            case "tbl_map" -> {
                if (b.swiotlb.slots().release().alignsSlots() && row.hex("a2") != size) {
                    throw row.cell("a2").error("there are slots for the mapping's size only");
                }
                Swiotlb.Request request = new Swiotlb.Request(size, row.hex("a2"), mask(row, "a3"));
                yield b.swiotlb.map(s, cpu, address, request, transfer);
            }
            case "map" -> b.direct().bounce(s, cpu, address, size, transfer);
            default -> b.direct().map(s, cpu, address, size, transfer);
        };
    }

    /** Operations on a mapping. */
    private static void end(Row row, Bench b) {
        long[] s = b.pool.words();
        long address = row.hex("a0");
        long size = row.hex("a1");
        DmaDirection direction = BouncePool.direction(row);
        switch (row.op()) {
            case "tbl_unmap" -> b.swiotlb.unmap(s, address, size, BouncePool.transfer(row));
            case "sync_cpu" -> b.swiotlb.syncForCpu(s, address, size, direction);
            case "sync_device" -> b.swiotlb.syncForDevice(s, address, size, direction);
            case "direct_unmap" -> b.direct().unmap(s, address, size, BouncePool.transfer(row));
            case "direct_sync_cpu" -> b.direct().syncForCpu(s, address, size, direction);
            case "direct_sync_device" -> b.direct().syncForDevice(s, address, size, direction);
            default -> throw row.cell("op").unknown("operation", Set.of());
        }
    }

    private static String address(long address) {
        return address == Swiotlb.ERROR ? "error" : Long.toHexString(address);
    }

    /** A mask of 32 bits. */
    private static int mask(Row row, String column) {
        long mask = row.hex(column);
        if (mask >>> Integer.SIZE != 0) {
            throw row.cell(column).error("'" + row.text(column) + "' is no mask of 32 bits");
        }
        return (int) mask;
    }
}
