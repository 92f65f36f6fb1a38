package dev.moat.twin.gart;

import dev.moat.twin.Chance;
import dev.moat.twin.Segment;
import dev.moat.twin.gart.GartOperation.Access;
import dev.moat.twin.gart.GartOperation.AccessAt;
import dev.moat.twin.gart.GartOperation.Coherent;
import dev.moat.twin.gart.GartOperation.Device;
import dev.moat.twin.gart.GartOperation.Map;
import dev.moat.twin.gart.GartOperation.MapList;
import dev.moat.twin.gart.GartOperation.PanicOnOverflow;
import dev.moat.twin.gart.GartOperation.Power;
import dev.moat.twin.gart.GartOperation.PowerOn;
import dev.moat.twin.gart.GartOperation.Unmap;
import dev.moat.twin.gart.GartOperation.UnmapAt;
import dev.moat.twin.gart.GartOperation.UnmapList;
import java.util.ArrayList;
import java.util.List;

/**
 * Random scripts: an IOMMU part of 256 to 512 pages, so that it fills and wraps often; devices of several reaches; accesses
 * through every node during and after mappings. No buffer lies in the aperture, and none of a list behind 2^40: what the
 * driver does with those no source says.
 */
public final class GartScripts {
    private static final long APERTURE = 0xd800_0000L;
    private static final int ORDER = 0;

    private final Chance chance;
    private final List<GartOperation> script = new ArrayList<>();
    private final int nodes;
    private int mappings;

    private GartScripts(long seed) {
        chance = new Chance(seed);
        nodes = 1 + chance.below(3);
    }

    /** Of each seed one script, about 150 operations long. */
    public static List<GartOperation> script(long seed) {
        GartScripts scripts = new GartScripts(seed);
        scripts.begin(seed % 8 == 7);
        int length = 80 + scripts.chance.below(120);
        for (int i = 0; i < length; i++) {
            scripts.step();
        }
        return List.copyOf(scripts.script);
    }

    /** @param agp whether a GPU has the lower half of the aperture: 4,096 pages are the driver's then */
    private void begin(boolean agp) {
        List<String> options = new ArrayList<>();
        options.add(chance.of(List.of("fullflush", "nofullflush", "")));
        String size = chance.of(List.of("2097152", "0x200000", "0x2ff000", "0x1000000"));
        options.add(agp ? GartUnderTest.AGP : size);
        script.add(new PowerOn(new GartUnderTest.Machine(
                nodes,
                APERTURE,
                ORDER,
                0x300_0000,
                0x300_9000,
                List.copyOf(options),
                chance.oneIn(4),
                chance.oneIn(2))));
    }

    private void step() {
        int kind = chance.below(100);
        if (kind < 4) {
            edge();
        } else if (kind < 30) {
            script.add(new Map(mappings++, physical(), size()));
        } else if (kind < 50) {
            script.add(new Unmap(number()));
        } else if (kind < 76) {
            script.add(new Access(chance.below(nodes), number(), 0x800L * chance.below(4)));
        } else if (kind < 79) {
            script.add(new AccessAt(chance.below(nodes), address()));
        } else if (kind < 87) {
            script.add(new MapList(mappings++, segments()));
        } else if (kind < 91) {
            script.add(new UnmapList(number()));
        } else if (kind < 95) {
            script.add(new Coherent(mappings++, 0x1000L * chance.below(0x30_0000), 1 + chance.below(0x9000)));
        } else {
            rarely();
        }
    }

    /** Mostly one of the newest. */
    private int number() {
        return Math.max(0, mappings - 1 - (chance.oneIn(3) ? chance.below(mappings + 1) : chance.below(5)));
    }

    /** Below 4 GiB but not in the aperture, above it, and at the end of what an entry can hold. */
    private long physical() {
        long page = switch (chance.below(8)) {
            case 0, 1 -> chance.below(0x8_0000L);
            case 2 -> 0xf_fff0 + chance.below(16);
            case 3 -> 0xfff_fff0 + chance.below(16);
            case 4 -> 0x1000_0000L - 1 - chance.below(4);
            default -> 0x10_0000 + chance.below(0x400_0000L);
        };
        return page << 12 | (chance.oneIn(2) ? 0 : chance.below(0x1000));
    }

    /** A buffer that ends at the edge of what a mask or an entry reaches, a byte before it or behind it. */
    private void edge() {
        long end = chance.of(1L << 32, 1L << 32, 1L << 24, 1L << 33, 1L << 40);
        long start = end - 2 - chance.below(0x3000);
        script.add(new Map(mappings++, start, end - start + chance.of(-1, 0, 1)));
    }

    private long size() {
        return switch (chance.below(12)) {
            case 0 -> 0x1_0000 + chance.below(0x10_0000);
            case 1 -> 0x10_0000 + chance.below(0x10_0000);
            case 2 -> chance.of(0, 1, 0x1000);
            default -> 1 + chance.below(0x6000);
        };
    }

    /** Sometimes neighbours that a driver may make one of. */
    private List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        for (int i = chance.oneIn(30) ? 0 : 1 + chance.below(6); i > 0; i--) {
            boolean high = chance.below(4) != 0;
            long page = (high ? 0x10_0000 : 0x100) + chance.below(0x8_0000L);
            boolean whole = chance.below(3) != 0;
            long offset = whole ? 0 : chance.below(0x1000);
            long size = whole ? 0x1000L * (1 + chance.below(6)) : 1 + chance.below(0x3000);
            size = chance.oneIn(40) ? 0x40_0000 : chance.oneIn(100) ? 0 : size;
            segments.add(new Segment(page << 12 | offset, size));
        }
        return List.copyOf(segments);
    }

    private long address() {
        return chance.of(
                        APERTURE - 1,
                        APERTURE,
                        APERTURE + 0x1ff_f000,
                        APERTURE + 0x1e0_0000,
                        APERTURE + 0x200_0000,
                        0x1_d800_0000L)
                + 8;
    }

    private void rarely() {
        switch (chance.below(6)) {
            case 0, 1 -> {
                long mask = chance.of(0xffff_ffffL, 0xffff_ffffL, 0xff_ffff, -1, 0x1_ffff_ffffL);
                long limit = chance.of(0, 0, 0xffff_ffffL);
                long boundary = chance.of(0, 0, 0x1f_ffff, 0xffff_ffffL, 0x7f_ffff);
                script.add(new Device(mask, limit, boundary, chance.of(0, 0, 0x4000, 0x10_0000)));
            }
            case 2 -> script.add(new PanicOnOverflow(chance.oneIn(10)));
            case 3 -> script.add(new UnmapAt(chance.of(-1, 0, 0x8000_0000L, APERTURE + 0x200_0000), 0x1000));
            case 4 -> script.add(new Power(false));
            default -> script.add(new Power(true));
        }
    }
}
