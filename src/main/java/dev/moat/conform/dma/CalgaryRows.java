package dev.moat.conform.dma;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.iommu.calgary.Tce;
import dev.moat.iommu.calgary.linux.CalgaryBus;
import dev.moat.iommu.calgary.linux.CalgaryOptions;
import dev.moat.iommu.calgary.linux.CalgarySetup;
import dev.moat.iommu.calgary.linux.ErrorWatchdog;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows of Linux's Calgary driver, put to {@link dev.moat.iommu.calgary.linux} on a chip of {@link dev.moat.iommu.calgary}. */
final class CalgaryRows implements RowRunner {
    /** The files that it is for. */
    public static final Format FORMAT = Format.of(
                    "calgary (Linux arch/x86/kernel/pci-calgary_64.c, tce_64.c)",
                    "case,step,op,a0,a1,a2,a3,a4,a5,ret,tces,bits,hint,regs,flushes,warns")
            .casesBy("case");

    private static final int MAX_REGISTER = 1 << 20;
    private static final int MAX_POLLS = 1_000_000;
    private static final long MAX_ADDRESS = Tce.RPN.mask() | 0xfff;
    private static final long PAGE = 4096;
    /** What the recorder leaves in an element that nobody has mapped. */
    private static final long UNMAPPED = 0x111;

    private static final DmaDevice ANY = device(0xffff_ffffL);

    private final RowTally tally;
    private final LinuxRelease release;
    private @Nullable CalgaryChip chip;
    private DmaDevice device = ANY;
    private @Nullable ScatterList list;

    /**
     * @param tally told of what differs
     * @param release whose answers the file has
     */
    public CalgaryRows(RowTally tally, LinuxRelease release) {
        this.tally = tally;
        this.release = release;
    }

    private static DmaDevice device(long boundary) {
        return new DmaDevice(-1L, -1L, 0, boundary, 0);
    }

    @Override
    public @Nullable String missing(Row row) {
        return release == LinuxRelease.LINUX_6_1
                ? null
                : "driver of Calgary, which " + release.label() + " does not have";
    }

    @Override
    public void run(Row row) {
        if (row.op().equals("options")) {
            check(row, options(row), "", null);
            return;
        }
        if (row.op().equals("chip")) {
            chip = new CalgaryChip(bus(row), row.decimal("a5", 1) == 1);
            device = ANY;
            list = null;
            check(row, "", "", chip);
            return;
        }
        if (chip == null) {
            throw row.cell("op").error("there is no chip before this row");
        }
        chip.begin();
        long[] before = chip.s.clone();
        String ret = act(row, chip);
        if (ret.equals(DmaCellText.HANG)) {
            chip.undo(before);
        }
        if (row.op().equals("init") && chip.table.present.get(before) == 0) {
            // A new bitmap, whatever the one before had.
            chip.table.area.clear(before);
        }
        check(row, ret, DmaCellText.changedBits(chip.table.area, before, chip.s), chip);
    }

    private void check(Row row, String ret, String bits, @Nullable CalgaryChip on) {
        tally.check(row, "ret", ret);
        EntryRuns.check(tally, row, "tces", on == null ? new TreeMap<>() : changed(on), tce -> tce + PAGE);
        tally.check(row, "bits", bits);
        boolean table = on != null && on.table.present.get(on.s) != 0;
        tally.check(row, "hint", on != null && table ? "" + on.table.hint.get(on.s) : "-1");
        if (!ret.equals(DmaCellText.HANG)) {
            tally.check(row, "regs", on == null ? "" : on.accesses());
            tally.check(row, "flushes", on == null ? "0" : "" + on.flushes());
            tally.check(row, "warns", on == null ? "0" : "" + on.warnings());
        }
    }

    private static SortedMap<Integer, Long> changed(CalgaryChip on) {
        SortedMap<Integer, Long> entries = new TreeMap<>();
        on.memory.changed().forEach((entry, old) -> entries.put(entry, Tce.inMemory(on.memory.word(entry))));
        return entries;
    }

    private String act(Row row, CalgaryChip on) {
        switch (row.op()) {
            case "reg" -> preset(row, on);
            case "tce" -> presetEntry(row, on);
            case "polls" -> on.answer(polls(row.cell("a0")), polls(row.cell("a1")));
            case "device" -> {
                device = row.hex("a0") == 0 ? ANY : device(row.hex("a0"));
                on.table.panicOnOverflow.set(on.s, row.decimal("a1", 1));
            }
            default -> {
                return drive(row, on);
            }
        }
        return "";
    }

    private static int polls(Cell cell) {
        long polls = cell.decimal();
        if (Long.compareUnsigned(polls, MAX_POLLS) > 0) {
            throw cell.unrepresentable("more than " + MAX_POLLS + " polls");
        }
        return (int) polls;
    }

    private String drive(Row row, CalgaryChip on) {
        if (row.op().equals("init")) {
            return init(on);
        }
        if (on.table.present.get(on.s) == 0) {
            throw row.cell("op").error("the bus has no table before this row");
        }
        switch (row.op()) {
            case "blast" -> on.blast.run(on.s);
            case "bridge_windows" -> {
                ScatterList windows = Pieces.of(row.cell("a0"), -1L, 0);
                for (int i = 0; i < windows.size(); i++) {
                    on.setup.reserveBridgeWindow(on.s, windows.address(i), windows.length(i));
                }
            }
            case "free_bus" -> on.setup.release(on.s);
            case "disable" -> {
                on.setup.disable(on.s);
                return "timer=" + ErrorWatchdog.NEVER;
            }
            case "watchdog" -> {
                return "timer=" + on.watchdog.look(on.s);
            }
            default -> {
                return map(row, on);
            }
        }
        return "";
    }

    private static CalgaryBus bus(Row row) {
        int size = row.decimal("a3", 7);
        long table = row.hex("a4");
        if (!CalgaryBus.canLieAt(size, table)) {
            throw row.cell("a4").unrepresentable("no table of size " + size + " can lie at 0x" + row.text("a4"));
        }
        int number = row.decimal("a1", 255);
        return new CalgaryBus((int) row.hex("a0", 0xffff), number, row.decimal("a2", 3), size, table);
    }

    private static void preset(Row row, CalgaryChip on) {
        int width = row.decimal("a2", Long.BYTES);
        long offset = row.hex("a0");
        if (width != Integer.BYTES && width != Long.BYTES) {
            throw row.cell("a2").error("a register of " + width + " bytes");
        }
        if (Long.compareUnsigned(offset, MAX_REGISTER) >= 0 || offset % width != 0) {
            throw row.cell("a0").error("no register of " + width + " bytes is at 0x" + row.text("a0"));
        }
        on.preset((int) offset, width, row.hex("a1"));
    }

    private static void presetEntry(Row row, CalgaryChip on) {
        int entry = row.decimal("a0", on.bus.entries() - 1);
        on.memory.write(on.s, on.bus.table() + (long) Long.BYTES * entry, Tce.inMemory(row.hex("a1")));
        on.memory.begin();
    }

    private static String init(CalgaryChip on) {
        boolean first = on.table.present.get(on.s) == 0;
        long result = on.setup.start(on.s, on.takeOver);
        if (first) {
            // The driver's bitmap is the first thing that the kernel's pages are taken for.
            on.pages.take(on.bus.entries() / Byte.SIZE);
        }
        if (result == DmaResult.BUG) {
            return DmaCellText.BUG;
        }
        return "0 entries=" + on.bus.entries() + " tar=" + Long.toHexString(on.table.tar.get(on.s)) + " timer="
                + ErrorWatchdog.FIRST;
    }

    private String map(Row row, CalgaryChip on) {
        return switch (row.op()) {
            case "map" -> {
                long address = row.hex("a0");
                long size = Pieces.bytes(row.cell("a1"), address, MAX_ADDRESS);
                yield DmaCellText.address(on.mapping.map(on.s, device, address, size, direction(row)));
            }
            case "unmap" -> DmaCellText.done(on.mapping.unmap(on.s, row.hex("a0"), row.hex("a1", Pieces.MOST_BYTES)));
            case "map_sg" -> mapList(row, on);
            case "unmap_sg" -> {
                if (list == null) {
                    throw row.cell("op").error("no list was mapped before this row");
                }
                yield DmaCellText.done(on.mapping.unmapList(on.s, list));
            }
            case "alloc_coherent" -> allocate(row, on);
            case "free_coherent" ->
                DmaCellText.done(on.mapping.unmapCoherent(on.s, row.hex("a2"), row.hex("a1", Pieces.MOST_BYTES)));
            default -> throw row.cell("op").unknown("operation", Set.of());
        };
    }

    private String mapList(Row row, CalgaryChip on) {
        ScatterList pieces = Pieces.of(row.cell("a0"), MAX_ADDRESS, UNMAPPED);
        long result = on.mapping.mapList(on.s, device, pieces, direction(row));
        // Nothing of a call that never returns is left in the list either.
        list = result == DmaResult.ENDLESS ? Pieces.of(row.cell("a0"), MAX_ADDRESS, UNMAPPED) : pieces;
        String special = DmaCellText.special(result);
        return special != null ? special : Pieces.answer(result, pieces, pieces.size());
    }

    private String allocate(Row row, CalgaryChip on) {
        long size = row.hex("a1", Pieces.MOST_BYTES);
        long address = on.pages.take(size);
        long result = on.mapping.mapCoherent(on.s, device, address, size);
        String at = Long.toHexString(address);
        return result == DmaResult.FAILED
                ? "error free=" + at
                : DmaCellText.address(result) + (result < 0 ? "" : "@" + at);
    }

    private static DmaDirection direction(Row row) {
        return List.of(DmaDirection.values()).get(row.decimal("a4", 3));
    }

    private static String options(Row row) {
        CalgaryOptions options = CalgaryOptions.of(row.text("a0").replace('+', ','));
        long crashed = row.hex("a1", MAX_ADDRESS / PAGE);
        int size = CalgarySetup.size(options.size(), row.decimal("a2", 1) == 1 ? crashed : 0);
        StringBuilder disabled = new StringBuilder();
        options.disabled()
                .forEach(bus -> disabled.append(Integer.toHexString(bus)).append('.'));
        return "size=" + size + " empty=" + (options.emptySlots() ? 1 : 0) + " disabled=" + disabled;
    }
}
