package dev.moat.conform.dma;

import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.linux.GartAperture;
import dev.moat.iommu.gart.linux.GartOptions;
import dev.moat.iommu.gart.linux.GartPolicy;
import dev.moat.iommu.gart.linux.GartSpace;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows of Linux's GART driver, put to {@link dev.moat.iommu.gart.linux} on northbridges of {@link dev.moat.iommu.gart}. */
final class GartRows implements RowRunner {
    /** The files that it is for. */
    public static final Format FORMAT = Format.of(
                    "gart (Linux arch/x86/kernel/amd_gart_64.c, amd_nb.c)",
                    "case,step,op,a0,a1,a2,a3,a4,ret,ptes,bits,next_bit,need_flush,regs,warns")
            .casesBy("case");

    private static final long TABLE = 0x300_0000;
    private static final int MAX_NODES = 8;
    private static final int MAX_ORDER = 7;
    /** Physical addresses that the rows may use. */
    private static final long MAX_ADDRESS = Long.MAX_VALUE;

    private static final long PAGE = 4096;
    private static final long MAX_SEGMENT = 0x1_0000;
    private static final DmaDevice ANY = new DmaDevice(0xffff_ffffL, 0xffff_ffffL, 0, -1L, MAX_SEGMENT);

    /** What a kernel without a GART does not come to, or not with an answer that the recorder could compare. */
    private static final Set<String> ON_A_GART =
            Set.of("alloc_coherent", "map", "map_sg", "panic_on_overflow", "resume", "shutdown", "unmap", "unmap_sg");

    private final RowTally tally;
    private @Nullable GartNodes nodes;
    private boolean foundNone;
    private DmaDevice device = ANY;

    /** @param tally told of what differs */
    public GartRows(RowTally tally) {
        this.tally = tally;
    }

    @Override
    public @Nullable String missing(Row row) {
        return foundNone && ON_A_GART.contains(row.op()) ? "rows after an init that found no GART" : null;
    }

    @Override
    public void run(Row row) {
        if (row.op().equals("init")) {
            String ret = init(row);
            check(row, ret, "", nodes);
            return;
        }
        GartNodes on = nodes;
        if (on == null) {
            check(row, withoutTable(row), "", null);
            return;
        }
        on.begin();
        long[] before = on.s.clone();
        String ret = act(row, on);
        if (ret.equals(DmaCellText.HANG)) {
            on.memory.undo();
            System.arraycopy(before, 0, on.s, 0, before.length);
        }
        check(row, ret, DmaCellText.changedBits(on.space.area, before, on.s), on);
    }

    private void check(Row row, String ret, String bits, @Nullable GartNodes on) {
        tally.check(row, "ret", ret);
        EntryRuns.check(tally, row, "ptes", on == null ? new TreeMap<>() : changed(on), GartRows::next);
        tally.check(row, "bits", bits);
        tally.check(row, "next_bit", on == null ? "0" : "" + on.space.nextBit.get(on.s));
        tally.check(row, "need_flush", on == null ? "0" : "" + on.space.needFlush.get(on.s));
        if (!ret.equals(DmaCellText.HANG)) {
            tally.check(row, "regs", on == null ? "" : on.writes());
            tally.check(row, "warns", on == null ? "0" : "" + on.warnings());
        }
    }

    /** The entry that leads to the page after an entry's. */
    private static long next(long entry) {
        return GartSpace.encode(GartSpace.decode(entry) + PAGE);
    }

    /** Changed entries of the driver's part, numbered from its first page; two entries are in a word. */
    private static SortedMap<Integer, Long> changed(GartNodes on) {
        SortedMap<Integer, Long> entries = new TreeMap<>();
        int first = (int) ((on.layout.entryAddress(0) - on.layout.table()) / Integer.BYTES);
        on.memory.changed().forEach((word, old) -> {
            for (int half = 0; half < 2; half++) {
                long now = on.memory.word(word) >>> (Integer.SIZE * half) & 0xffff_ffffL;
                if (now != (old >>> (Integer.SIZE * half) & 0xffff_ffffL)) {
                    entries.put(2 * word + half - first, now);
                }
            }
        });
        return entries;
    }

    private String init(Row row) {
        int count = row.decimal("a0", MAX_NODES);
        if (count == 0) {
            throw row.cell("a0").error("no northbridge");
        }
        long base = row.hex("a1");
        long control = ApertureControl.ORDER.set(0, row.decimal("a2", MAX_ORDER));
        GartOptions options = GartOptions.DEFAULT.with(row.text("a3"));
        int flags = row.decimal("a4", 3);
        GartAperture.Found found = new GartAperture.Found(control, ApertureBase.of(base));
        GartAperture layout = GartAperture.of(Collections.nCopies(count, found), options, false, TABLE);
        device = ANY;
        String full = " fullflush=" + (options.fullFlush() ? 1 : 0);
        foundNone = layout == null;
        if (layout == null) {
            nodes = null;
            return "base=0 size=0 pages=0 unmapped=0" + full;
        }
        if (layout.size() <= 0) {
            throw row.cell("a3")
                    .unrepresentable("the driver's part would have 0x" + Long.toHexString(layout.size())
                            + " bytes of 0x" + Long.toHexString(layout.apertureSize()));
        }
        GartPolicy policy = new GartPolicy(options.fullFlush(), (flags & 2) != 0, (flags & 1) != 0);
        GartNodes on = new GartNodes(count, found, layout.withScratch(scratch(layout)), policy);
        nodes = on;
        on.setup.start(on.s);
        return "base=" + Long.toHexString(layout.busBase()) + " size=" + Long.toHexString(layout.size()) + " pages="
                + layout.pages() + " unmapped=" + Long.toHexString(on.space.scratchEntry()) + full;
    }

    /** The recorder's kernel takes pages for the table, then for the bitmap, then for the scratch page. */
    private static long scratch(GartAperture layout) {
        Pages pages = new Pages(TABLE);
        pages.take(layout.tableBytes());
        pages.take(layout.pages() / Byte.SIZE);
        return pages.take(PAGE);
    }

    private String withoutTable(Row row) {
        return switch (row.op()) {
            case "encode" -> encode(row);
            case "decode" -> decode(row);
            case "device" -> "";
            default -> throw row.cell("op").error("there is no GART before this row");
        };
    }

    private static String encode(Row row) {
        return Long.toHexString(GartSpace.encode(row.hex("a0")));
    }

    private static String decode(Row row) {
        return Long.toHexString(GartSpace.decode(row.hex("a0", 0xffff_ffffL)));
    }

    private String act(Row row, GartNodes on) {
        switch (row.op()) {
            case "encode" -> {
                return encode(row);
            }
            case "decode" -> {
                return decode(row);
            }
            case "device" -> device = device(row);
            case "panic_on_overflow" -> on.space.panicOnOverflow.set(on.s, row.decimal("a0", 1));
            case "shutdown" -> on.setup.shutdown(on.s);
            case "resume" -> on.setup.resume(on.s, row.decimal("a0", MAX_ORDER), row.hex("a1"));
            default -> {
                return map(row, on);
            }
        }
        return "";
    }

    private static DmaDevice device(Row row) {
        long mask = row.hex("a0");
        long boundary = row.hex("a2") == 0 ? -1L : row.hex("a2");
        long segment = row.hex("a3") == 0 ? MAX_SEGMENT : row.hex("a3");
        return new DmaDevice(mask, mask, row.hex("a1"), boundary, segment);
    }

    private String map(Row row, GartNodes on) {
        switch (row.op()) {
            case "map" -> {
                long address = row.hex("a0");
                long size = Pieces.bytes(row.cell("a1"), address, MAX_ADDRESS);
                return DmaCellText.address(on.mapping.map(on.s, device, address, size));
            }
            case "alloc_coherent" -> {
                long address = row.hex("a0");
                long size = Pieces.bytes(row.cell("a1"), address, MAX_ADDRESS);
                return DmaCellText.address(on.mapping.mapCoherent(on.s, device, address, size));
            }
            case "map_sg" -> {
                ScatterList list = Pieces.of(row.cell("a0"), MAX_ADDRESS, 0);
                return mapped(on.lists.map(on.s, device, list), list);
            }
            case "unmap" -> on.mapping.unmap(on.s, row.hex("a0"), row.hex("a1", Pieces.MOST_BYTES));
            case "free_coherent" -> on.mapping.unmap(on.s, row.hex("a2"), row.hex("a1", Pieces.MOST_BYTES));
            case "unmap_sg" -> {
                ScatterList list = Pieces.mapped(row.cell("a0"));
                on.lists.unmap(on.s, list, list.size());
            }
            default -> throw row.cell("op").unknown("operation", Set.of());
        }
        return "";
    }

    private static String mapped(long result, ScatterList list) {
        String special = DmaCellText.special(result);
        if (special != null) {
            return special;
        }
        if (result == DmaResult.EMPTY) {
            return "-22";
        }
        return result == DmaResult.FAILED ? "-12" : Pieces.answer(result, list, (int) result);
    }
}
