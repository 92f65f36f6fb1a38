package dev.moat.conform.dma.remap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.map.DmaMapper;
import dev.moat.dma.map.DomainType;
import dev.moat.dma.map.PagingDomain;
import dev.moat.iommu.calgary.linux.CalgaryBus;
import dev.moat.iommu.calgary.linux.CalgaryPages;
import dev.moat.iommu.calgary.linux.CalgaryRanges;
import dev.moat.iommu.gart.linux.GartAperture;
import dev.moat.iommu.gart.linux.GartOptions;
import dev.moat.iommu.gart.linux.GartPages;
import dev.moat.iommu.gart.linux.GartPolicy;
import dev.moat.iommu.gart.linux.GartRanges;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seed 001's layer over the callbacks of a driver does what the driver of Linux does: the same addresses, entries, state and register
 * accesses after every call, of two machines at their real size. Neither knows of the other; Linux's drivers are judged by recorded rows.
 */
class RangeCallbacksTest {
    private static final long K = 4096;
    private static final int CALLS = 6_000;
    /** The AMD GART's part: 32 MiB below 4 GiB. */
    private static final GartAperture.Found FOUND = new GartAperture.Found(0, 0xD800_0000L >>> 25);

    private record Live(long address, long size) {}

    /** What one side answers and leaves. */
    private interface Side {
        long map(long address, long size, DmaDirection direction);

        void unmap(long address, long size);

        List<Object> left();
    }

    private static DmaMapper mapper(PageDriver pages, dev.moat.iommu.linux.RangeDriver ranges) {
        return new DmaMapper(new PagingDomain(DomainType.DMA, new PageSizes(K), pages), ranges);
    }

    private static Side layer(
            DmaMapper mapper, long[] s, DmaDevice device, java.util.function.Supplier<List<Object>> left) {
        return new Side() {
            @Override
            public long map(long address, long size, DmaDirection direction) {
                long got = mapper.map(s, 0, device, address, size, direction);
                return got == DmaMapper.ERROR ? DmaResult.FAILED : got;
            }

            @Override
            public void unmap(long address, long size) {
                assertThat(mapper.unmap(s, 0, address, size)).isTrue();
            }

            @Override
            public List<Object> left() {
                return left.get();
            }
        };
    }

    /** Both sides, call by call; some maps fail, some wrap. */
    private static int[] compare(Side linux, Side layer, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Live> live = new ArrayList<>();
        int failed = 0;
        int mapped = 0;
        for (int i = 0; i < CALLS; i++) {
            if (live.isEmpty() || random.nextInt(100) < 55) {
                long address = (random.nextLong(1L << 27) << 12) | (random.nextBoolean() ? 0 : random.nextLong(K));
                long size = 1 + random.nextLong(random.nextInt(8) == 0 ? 3000 * K : 4 * K);
                DmaDirection direction = DmaDirection.values()[random.nextInt(3)];
                long expected = linux.map(address, size, direction);
                assertThat(layer.map(address, size, direction)).as("map " + i).isEqualTo(expected);
                if (expected >= 0) {
                    live.add(new Live(expected, size));
                    mapped++;
                } else {
                    failed++;
                }
            } else {
                Live one = live.remove(random.nextInt(live.size()));
                linux.unmap(one.address(), one.size());
                layer.unmap(one.address(), one.size());
            }
            if (i % 50 == 0 || i > CALLS - 100) {
                assertThat(layer.left()).as("after call " + i).isEqualTo(linux.left());
            }
        }
        return new int[] {mapped, failed};
    }

    @ParameterizedTest
    @ValueSource(longs = {0xffff_ffffL, 0xf_ffffL})
    void calgary(long boundary) {
        DmaDevice device = new DmaDevice(-1L, -1L, 0, boundary, 1 << 16);
        CalgaryChip one = chip();
        CalgaryChip other = chip();
        Side linux = new Side() {
            @Override
            public long map(long address, long size, DmaDirection direction) {
                // Longer than a segment: Linux never comes back.
                long got = one.mapping.map(one.s, device, address, size, direction);
                return got == DmaResult.ENDLESS ? DmaResult.FAILED : got;
            }

            @Override
            public void unmap(long address, long size) {
                assertThat(one.mapping.unmap(one.s, address, size)).isEqualTo(DmaResult.DONE);
            }

            @Override
            public List<Object> left() {
                return state(one);
            }
        };
        DmaMapper mapper = mapper(new CalgaryPages(other.table, other.s), new CalgaryRanges(other.table, other.blast));
        int[] seen = compare(linux, layer(mapper, other.s, device, () -> state(other)), boundary);
        assertThat(seen[0]).isGreaterThan(1000);
        assertThat(seen[1]).isGreaterThan(50);
    }

    private static CalgaryChip chip() {
        CalgaryChip chip = new CalgaryChip(new CalgaryBus(0x02a1, 0, 0, 0, 0x100_0000L), false);
        chip.begin();
        chip.setup.start(chip.s, false);
        return chip;
    }

    private static List<Object> state(CalgaryChip chip) {
        List<Object> left = new ArrayList<>(List.of(chip.table.hint.get(chip.s), chip.flushes(), chip.warnings()));
        left.add(chip.accesses());
        for (int p = 0; p < chip.bus.entries(); p++) {
            left.add(chip.memory.read(chip.s, chip.bus.table() + 8L * p));
            left.add(chip.table.area.isTaken(chip.s, p));
        }
        return left;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gart(boolean fullFlush) {
        DmaDevice device = new DmaDevice(-1L, -1L, 0, 0xffff_ffffL, 1 << 16);
        GartNodes one = nodes(fullFlush);
        GartNodes other = nodes(fullFlush);
        Side linux = new Side() {
            @Override
            public long map(long address, long size, DmaDirection direction) {
                // Forced, the driver answers a full part with the memory's own address: no mapping of the layer's.
                long got = one.mapping.map(one.s, device, address, size);
                boolean inPart = got >= one.layout.busBase() && got < one.layout.busBase() + one.layout.size();
                return inPart ? got : DmaResult.FAILED;
            }

            @Override
            public void unmap(long address, long size) {
                one.mapping.unmap(one.s, address, size);
            }

            @Override
            public List<Object> left() {
                return state(one);
            }
        };
        DmaMapper mapper =
                mapper(new GartPages(other.space, other.flush, other.s), new GartRanges(other.space, other.flush));
        Side layer = layer(mapper, other.s, device, () -> state(other));
        int[] seen = compare(linux, layer, fullFlush ? 1 : 2);
        assertThat(seen[0]).isGreaterThan(1000);
        assertThat(seen[1]).isGreaterThan(50);
    }

    private static GartNodes nodes(boolean fullFlush) {
        GartAperture layout = GartAperture.of(List.of(FOUND, FOUND), GartOptions.DEFAULT, false, 0x300_0000L);
        GartNodes nodes =
                new GartNodes(2, FOUND, layout.withScratch(0x200_0000L), new GartPolicy(fullFlush, true, false));
        nodes.begin();
        nodes.setup.start(nodes.s);
        return nodes;
    }

    private static List<Object> state(GartNodes nodes) {
        List<Object> left = new ArrayList<>(
                Arrays.asList(nodes.space.nextBit.get(nodes.s), nodes.space.needFlush.get(nodes.s), nodes.writes()));
        for (int p = 0; p < nodes.layout.pages(); p++) {
            left.add(nodes.memory.read32(nodes.s, nodes.layout.entryAddress(p)));
            left.add(nodes.space.area.isTaken(nodes.s, p));
        }
        return left;
    }

    /** The pieces are there to be seen: a layer that frees before it clears, or another rule of the next search, differs. */
    @Test
    void aDifferenceIsSeen() {
        CalgaryChip one = chip();
        CalgaryChip other = chip();
        DmaDevice device = new DmaDevice(-1L, -1L, 0, 0xffff_ffffL, 1 << 16);
        one.mapping.map(one.s, device, 0x5000, K, DmaDirection.TO_DEVICE);
        mapper(new CalgaryPages(other.table, other.s), new CalgaryRanges(other.table, other.blast))
                .map(other.s, 0, device, 0x5000, K, DmaDirection.BIDIRECTIONAL);
        assertThat(state(other)).isNotEqualTo(state(one));
    }
}
