package dev.moat.conform.dma;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.dma.swiotlb.BugException;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.pv.BufferList;
import dev.moat.pv.XenCoherent;
import dev.moat.pv.XenSwiotlb;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of DMA in a paravirtual guest, put to {@link XenSwiotlb}, {@link XenCoherent} and {@link dev.moat.pv.XenPool}. Numbers are
 * hexadecimal unless said.
 */
final class XenSwiotlbRows implements RowRunner {
    /** The files that it is for. */
    public static final Format FORMAT = Format.of(
                    "xen-swiotlb (Linux drivers/xen/swiotlb-xen.c)",
                    "case,step,op,a0,a1,a2,a3,dir,attrs,ret,xen,copies,slots,area,list_ok,warns")
            .casesBy("case");

    private static final int MOST_FRAMES = 1 << 20;
    private static final int MOST_PAGES_OF_CALL = 1 << 16;

    private final RowTally tally;
    private final LinuxRelease release;
    private @Nullable XenBench bench;

    /**
     * @param tally told of what differs
     * @param release whose answers the file has
     */
    public XenSwiotlbRows(RowTally tally, LinuxRelease release) {
        this.tally = tally;
        this.release = release;
    }

    @Override
    public void run(Row row) {
        if (row.op().equals("pool")) {
            int slots = BouncePool.slots(row.cell("a1"), row.hex("a1"));
            bench = new XenBench(row.hex("a0"), slots, row.decimal("a2", 1) == 1, release);
        }
        XenBench b = bench;
        if (b == null) {
            throw row.cell("op").error("there is no pool yet: a case begins with pool");
        }
        String ret;
        try {
            ret = perform(row, b);
        } catch (BugException e) {
            ret = DmaCellText.BUG;
        }
        tally.check(row, "xen", b.xen().takeEvents());
        b.pool().compare(tally, row, ret, "area");
    }

    private static String perform(Row row, XenBench b) {
        long[] s = b.words();
        return switch (row.op()) {
            case "pool" -> "";
            case "fill", "peek" -> b.pool().access(row);
            case "map_page" -> map(row, b);
            case "map_sg" -> mapList(row, b);
            case "alloc_coherent" -> allocate(row, b);
            case "is_buffer" -> flag(b.swiotlb().isBuffer(s, row.hex("a0")));
            case "supported" -> flag(b.swiotlb().isSupported(s, row.hex("a0")));
            case "straddles" -> flag(b.frames().straddles(s, row.hex("a0"), size(row.cell("a1"))));
            case "requires_alignment" -> flag(b.frames().requiresAlignment(s, row.hex("a0"), size(row.cell("a1"))));
            case "phys_to_dma" -> Long.toHexString(b.frames().toBus(s, row.hex("a0")));
            case "dma_to_phys" -> Long.toHexString(b.frames().toPhysical(s, row.hex("a0")));
            case "fixup" -> "" + b.pools().fixUp(s, row.hex("a0"), slots(row));
            default -> {
                end(row, b);
                yield "";
            }
        };
    }

    /** Slots of a pool that is made fit; none are no pool, and Linux is not stopped by that. */
    private static int slots(Row row) {
        return row.hex("a1") == 0 ? 0 : BouncePool.slots(row.cell("a1"), row.hex("a1"));
    }

    /** Operations that end or synchronise a mapping; they answer nothing. */
    private static void end(Row row, XenBench b) {
        long[] s = b.words();
        switch (row.op()) {
            case "unmap_page" -> b.swiotlb().unmap(s, 0, row.hex("a0"), row.hex("a1"), BouncePool.transfer(row));
            case "sync_cpu" -> b.swiotlb().syncForCpu(s, row.hex("a0"), row.hex("a1"), BouncePool.direction(row));
            case "sync_device" -> b.swiotlb().syncForDevice(s, row.hex("a0"), row.hex("a1"), BouncePool.direction(row));
            case "unmap_sg" -> unmapList(row, b);
            case "free_coherent" -> {
                if (!b.coherent().free(s, b.device(), row.hex("a0"), size(row.cell("a1")), row.hex("a2"))) {
                    b.pool().warn();
                }
            }
            default -> prepare(row, b);
        }
    }

    /** Operations of the recorder, not of the kernel. */
    private static void prepare(Row row, XenBench b) {
        switch (row.op()) {
            case "device" -> b.setDevice(new DmaDevice(row.hex("a0"), row.hex("a1"), row.hex("a2"), 0, 0));
            case "p2m" -> fillTables(row, b);
            case "foreign" -> b.xen().putForeign(row.hex("a0"), row.hex("a1"), row.hex("a2"));
            case "identity" -> b.xen().putIdentity(row.hex("a0"));
            case "xen" -> b.xen().set(row.decimal("a0", Long.SIZE), row.hex("a1"), row.hex("a2"), row.hex("a3"));
            default -> throw row.cell("op").unknown("operation", Set.of());
        }
    }

    private static void fillTables(Row row, XenBench b) {
        long count = row.hex("a1");
        if (count < 0 || count > MOST_FRAMES) {
            throw row.cell("a1").unrepresentable("more than " + MOST_FRAMES + " frames");
        }
        long step = row.cell("a3").signed(MOST_FRAMES);
        for (long i = 0; i < count; i++) {
            b.xen().put(row.hex("a0") + i, row.hex("a2") + i * step);
        }
    }

    private static String map(Row row, XenBench b) {
        long size = size(row.cell("a1"));
        long bus = b.swiotlb().map(b.words(), 0, row.hex("a0"), size, BouncePool.transfer(row));
        return bus == Swiotlb.ERROR ? "error" : Long.toHexString(bus);
    }

    private static String allocate(Row row, XenBench b) {
        long address = b.coherent().allocate(b.words(), b.device(), size(row.cell("a1")));
        return address == XenCoherent.NONE
                ? "error"
                : Long.toHexString(b.frames().toBus(b.words(), address)) + "@" + Long.toHexString(address);
    }

    private static String mapList(Row row, XenBench b) {
        BufferList list = list(row.cell("a0"));
        int mapped = b.swiotlb().mapList(b.words(), 0, list, BouncePool.transfer(row));
        b.setList(row.text("a0"), list);
        StringBuilder text = new StringBuilder().append(mapped);
        for (int i = 0; i < mapped; i++) {
            text.append(';').append(Long.toHexString(list.bus(i)));
            text.append('+').append(Long.toHexString(list.bytes(i)));
        }
        return text.toString();
    }

    private static void unmapList(Row row, XenBench b) {
        BufferList list = b.list(row.text("a0"));
        if (list == null) {
            throw row.cell("a0").error("no such list has been mapped");
        }
        b.swiotlb().unmapList(b.words(), list, list.size(), BouncePool.transfer(row));
    }

    /** The buffers of {@code address+size;...}. */
    private static BufferList list(Cell cell) {
        List<Long> addresses = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (int from = 0; from < cell.text().length(); ) {
            int semicolon = cell.text().indexOf(';', from);
            Cell member = cell.part(from, semicolon < 0 ? cell.text().length() : semicolon);
            int plus = member.text().indexOf('+');
            if (plus < 0) {
                throw member.error("'" + member.text() + "' is no buffer: address+size");
            }
            addresses.add(member.part(0, plus).hex());
            sizes.add(size(member.part(plus + 1, member.text().length())));
            from += member.text().length() + 1;
        }
        return new BufferList(
                addresses.stream().mapToLong(Long::longValue).toArray(),
                sizes.stream().mapToLong(Long::longValue).toArray());
    }

    /** Bytes whose pages are looked at one by one. */
    private static long size(Cell cell) {
        long size = cell.hex();
        if (Long.compareUnsigned(size, (long) MOST_PAGES_OF_CALL << 12) > 0) {
            throw cell.unrepresentable(cell.text() + " bytes are more than " + MOST_PAGES_OF_CALL + " pages");
        }
        return size;
    }

    private static String flag(boolean is) {
        return is ? "1" : "0";
    }
}
