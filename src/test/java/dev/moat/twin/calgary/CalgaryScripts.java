package dev.moat.twin.calgary;

import dev.moat.twin.Chance;
import dev.moat.twin.Segment;
import dev.moat.twin.calgary.CalgaryOperation.Access;
import dev.moat.twin.calgary.CalgaryOperation.AccessAt;
import dev.moat.twin.calgary.CalgaryOperation.BridgeWindows;
import dev.moat.twin.calgary.CalgaryOperation.Call;
import dev.moat.twin.calgary.CalgaryOperation.Device;
import dev.moat.twin.calgary.CalgaryOperation.Map;
import dev.moat.twin.calgary.CalgaryOperation.MapList;
import dev.moat.twin.calgary.CalgaryOperation.Polls;
import dev.moat.twin.calgary.CalgaryOperation.PowerOn;
import dev.moat.twin.calgary.CalgaryOperation.Preset;
import dev.moat.twin.calgary.CalgaryOperation.PresetEntry;
import dev.moat.twin.calgary.CalgaryOperation.Setting;
import dev.moat.twin.calgary.CalgaryOperation.Unmap;
import dev.moat.twin.calgary.CalgaryOperation.UnmapAt;
import java.util.ArrayList;
import java.util.List;

/**
 * Random scripts: a bus is set up over whatever registers firmware left, then mapped on until the table wraps, with devices
 * that use addresses during and after their mappings, and addresses of other devices, with errors, failing polls and full tables
 * in between. Mostly firmware lets devices on the bus: AER is not 0.
 */
public final class CalgaryScripts {
    private static final long TABLE = 0x800_0000;

    private final Chance chance;
    private final List<CalgaryOperation> script = new ArrayList<>();
    private final CalgaryUnderTest.Chip chip;
    private int mappings;

    private CalgaryScripts(long seed) {
        chance = new Chance(seed);
        chip = new CalgaryUnderTest.Chip(
                chance.oneIn(2) ? 0x2a1 : 0x308,
                (int) chance.of(1, 2, 5),
                chance.below(4),
                chance.oneIn(4) ? 1 : 0,
                TABLE,
                chance.oneIn(8));
    }

    /** Of each seed one script, about 150 operations long. */
    public static List<CalgaryOperation> script(long seed) {
        CalgaryScripts scripts = new CalgaryScripts(seed);
        scripts.begin();
        int length = 80 + scripts.chance.below(120);
        for (int i = 0; i < length; i++) {
            scripts.step();
        }
        scripts.end();
        return List.copyOf(scripts.script);
    }

    private long window(long offset) {
        return SlowCalgaryChip.inWindow(chip.phb(), offset);
    }

    private void begin() {
        script.add(new PowerOn(chip));
        firmware();
        for (int i = chance.below(4); i > 0 && chip.kdump(); i--) {
            int index = chance.below(8192 << chip.sizeSpec());
            script.add(new PresetEntry(index, chance.of(0, 1, 0x5003, 0x1_2345_6001L, 0x1000)));
        }
        call(Call.Name.INIT);
        if (chance.oneIn(3)) {
            long start = 0x10_0000L * chance.below(20);
            script.add(new BridgeWindows(List.of(new Segment(start, 0x10_0000), new Segment(0, 0x1000))));
        }
    }

    /** What init finds in the registers. */
    private void firmware() {
        switch (chance.below(4)) {
            case 0 -> {}
            case 1 -> memoryWindow(0x190, 0x1c0, 0x80_0000 + 0x10_0000L * chance.below(16), 0x10_0000);
            case 2 -> memoryWindow(0x190, 0x1c0, 0x1f0_0000, 0x20_0000);
            default -> memoryWindow(0x190, 0x1c0, 0xf000_0000L, 0x7f0_0000);
        }
        if (chance.oneIn(4)) {
            memoryWindow(0x2b0, 0x2e0, 0x100_0000 + 0x1000L * chance.below(0x400), 0x10_0000);
            preset(window(0x160), SlowCalgaryChip.MEM2_ENABLE, 4);
        }
        if (chance.oneIn(3)) {
            long old = chance.of(-1L, 0x1234_0000_0000_0007L, 0x7ff0, 0x8);
            preset(SlowCalgaryChip.tar(chip.phb()), old, 8);
        }
        if (!chance.oneIn(8)) {
            preset(window(0x200), 0xabcd_1234L, 4);
        }
        if (chance.oneIn(3)) {
            preset(0x108, 0x8888_8888_8888_8888L, 8);
        }
        if (chance.oneIn(4)) {
            preset(window(0xda8), 1, 4);
            preset(window(0xdb0), 1, 4);
        }
    }

    private void preset(long offset, long value, int width) {
        script.add(new Preset(List.of(new Setting(offset, value, width))));
    }

    private void memoryWindow(long low, long size, long start, long bytes) {
        long end = start + bytes - 1 & ~0xf_ffffL;
        script.add(new Preset(List.of(new Setting(window(low), start, 4), new Setting(window(size), end, 4))));
    }

    private void step() {
        int kind = chance.below(100);
        if (kind < 32) {
            map();
        } else if (kind < 52) {
            script.add(new Unmap(number()));
        } else if (kind < 76) {
            script.add(new Access(number(), 0x800L * chance.below(5), chance.oneIn(2)));
        } else if (kind < 80) {
            script.add(new AccessAt(address(), chance.oneIn(2)));
        } else if (kind < 86) {
            mapList();
        } else if (kind < 89) {
            call(Call.Name.UNMAP_LIST);
        } else if (kind < 94) {
            script.add(new Polls((int) chance.of(0, 1, 3, 50, 99, 100, 200), (int) chance.of(0, 0, 1, 2, 98, 99, 150)));
        } else {
            rarely();
        }
    }

    private void call(Call.Name name) {
        script.add(new Call(name));
    }

    /** Mostly one of the newest. */
    private int number() {
        return Math.max(0, mappings - 1 - (chance.oneIn(3) ? chance.below(mappings + 1) : chance.below(4)));
    }

    private void map() {
        long size = chance.below(4) != 0
                ? 1 + chance.below(0x5000L)
                : chance.oneIn(6) ? 0x100_0000 + chance.below(0x100_0000L) : 1 + chance.below(0x20_0000L);
        script.add(new Map(mappings++, physical(), size, chance.below(3)));
    }

    private long physical() {
        long page = chance.below(0x100_0000L) << 12;
        return page | (chance.oneIn(2) ? 0 : chance.below(0x1000L));
    }

    private void mapList() {
        List<Segment> segments = new ArrayList<>();
        for (int i = 1 + chance.below(4); i > 0; i--) {
            long size = chance.oneIn(12) ? 0x180_0000 : 1 + chance.below(0x8000L);
            segments.add(new Segment(physical() & 0xffff_ffffL, size));
        }
        script.add(new MapList(List.copyOf(segments), chance.below(3)));
    }

    private long address() {
        return switch (chance.below(5)) {
            case 0 -> 0x1000L * chance.below(0x400L) + 0x10;
            case 1 -> (0x200_0000L << chip.sizeSpec()) + 0x1000L * chance.below(2) - chance.below(2);
            case 2 -> 0x1_0000_0000L + 0x1000L * chance.below(0x400L);
            case 3 -> 0x80_0000 + 0x8_0000L * chance.below(52) + chance.below(0x1000);
            default -> chance.of(0, 0x1_f000, 0x2_0000, 0x9_f000, 0xa_0000, 0xf_f000, 0x10_0000);
        };
    }

    private void rarely() {
        switch (chance.below(7)) {
            case 0 -> call(Call.Name.BLAST);
            case 1 -> call(Call.Name.WATCHDOG);
            case 2 -> {
                preset(window(0x110), chance.of(0x1f_0000, 0x8000_0001L, 0x20_0000, 1), 4);
                call(Call.Name.WATCHDOG);
                if (chance.oneIn(2)) {
                    preset(window(0x160), 0x2110_0000L, 4);
                }
            }
            case 3 -> script.add(new Device(chance.of(0, 0xffff_ffffL, 0x1f_ffffL, 0xf_ffffL), chance.oneIn(20)));
            case 4 -> script.add(new UnmapAt(chance.of(0, 0x1_f000, 0x1_ffff, 0x2_0000), 0x1000));
            case 5 -> preset(window(0x160), chance.of(0x2110_0000L, 0x2010_0000L, 0), 4);
            default -> {
                if (chance.oneIn(8)) {
                    script.add(new UnmapAt((0x200_0000L << chip.sizeSpec()) - 0x1000, 0x1001));
                } else if (chance.oneIn(8)) {
                    script.add(new Map(mappings++, 0x1000, 0, 0));
                }
            }
        }
    }

    private void end() {
        if (chance.oneIn(3)) {
            call(Call.Name.DISABLE);
            script.add(new Access(number(), 0, false));
            call(Call.Name.FREE_BUS);
        }
    }
}
