package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

class WalkTwinTest {
    private static final List<Units> UNITS = List.of(
            new Units(Units.tiny()),
            new Units(Units.geometry(3, 1, 1, 6, Units.capabilities(0b00111, 39, 3, true, true, true, 30))),
            new Units(Units.geometry(4, 2, 62, 4, Units.capabilities(0b00110, 19, 1, false, true, false, 52))),
            new Units(Units.geometry(4, 1, 5, 5, Units.capabilities(0b00100, 48, 3, false, false, true, 64))),
            new Units(Units.real(3, Units.capabilities(0b00010, 39, 3, true, false, true, 39))),
            new Units(Units.real(3, Units.capabilities(0b00110, 38, 0, false, true, true, 36))),
            new Units(Units.real(4, Units.capabilities(0b00110, 48, 3, false, false, true, 46))),
            new Units(Units.real(4, Units.capabilities(0b01110, 40, 2, true, true, false, 52))),
            new Units(Units.with(Units.tiny(), VtdGeometry.Part.TABLE_FRAMES)),
            new Units(Units.with(
                    Units.real(3, Units.capabilities(0b00110, 39, 3, true, false, true, 39)),
                    VtdGeometry.Part.TABLE_FRAMES)));

    @Property(tries = 6_000)
    void walkAgreesWithItsSlowTwin(@ForAll @IntRange(max = 9) int which, @ForAll long seed) {
        Units m = UNITS.get(which);
        Random random = new Random(seed);
        long[] s = m.running();
        for (int tree = 0; tree < 2; tree++) {
            for (int page = 0; page < m.g.pages().size(); page++) {
                if (m.unit.map().areLeavesInFrames() && random.nextInt(4) != 0) {
                    m.unit.leaves.link(s, tree, page, random.nextInt(4));
                }
                m.unit.setLeaf(s, tree, page, m.unit.leafTo(random.nextInt(4), random.nextInt(4)));
            }
        }
        for (int n = random.nextInt(3); n > 0; n--) {
            damage(m, s, random);
        }
        if (random.nextInt(6) == 0) {
            superpage(m, s, random);
        }
        if (random.nextInt(12) == 0) {
            otherType(m, s, random);
        }
        int requester = random.nextInt(3);
        boolean write = random.nextBoolean();
        int at = random.nextInt(6) == 0 ? random.nextInt(4) : 0;
        long iova = m.g.pageNumber(random.nextInt(m.g.pages().size())) << 12 | random.nextInt(4096);
        if (random.nextInt(6) == 0) {
            iova ^= 1L << random.nextInt(64);
        }
        Optional<SlowWalk.Context> held = Optional.empty();
        if (random.nextInt(3) == 0) {
            held = lookUp(m, s, requester).context();
            assertThat(m.caches.contextFill(s, requester)).isEqualTo(held.isPresent());
            damage(m, s, random);
        }
        String expected = expected(m, s, held, requester, iova, write, at);
        assertThat(PhysicalMemory.text(m.walk.translate(s, requester, iova, write, at)))
                .isEqualTo(expected);
        Statistics.label("outcome").collect(expected.startsWith("ok") ? size(expected) : expected);
        Statistics.label("outcome").coverage(coverage -> {
            for (int code = 1; code <= 0xd; code++) {
                coverage.check("fault " + Integer.toHexString(code)).count(n -> n > 0);
            }
            for (String size : List.of("4K", "2M", "1G", "all")) {
                coverage.check(size).count(n -> n > 0);
            }
        });
    }

    private static String size(String outcome) {
        return outcome.split(" ")[3];
    }

    private static SlowWalk.Lookup lookUp(Units m, long[] s, int requester) {
        long root = m.unit.rtAddr.get(s) >>> 12 << 12;
        return new SlowWalk(m.g.indexBits(), m.g.capabilities())
                .context(PhysicalMemory.of(m, s), root, m.g.sourceIds().get(requester));
    }

    private static String expected(
            Units m, long[] s, Optional<SlowWalk.Context> held, int requester, long iova, boolean write, int at) {
        if (Long.compareUnsigned(iova, 0xFEE00000L) >= 0 && Long.compareUnsigned(iova, 0xFEEFFFFFL) <= 0) {
            return "interrupt";
        }
        Optional<SlowWalk.Context> context = held;
        if (held.isEmpty()) {
            SlowWalk.Lookup found = lookUp(m, s, requester);
            if (found.context().isEmpty()) {
                return "fault " + Integer.toHexString(found.fault());
            }
            context = found.context();
        }
        return new SlowWalk(m.g.indexBits(), m.g.capabilities())
                .translate(PhysicalMemory.of(m, s), context.orElseThrow(), iova, write, at);
    }

    private static void superpage(Units m, long[] s, Random random) {
        int i = random.nextInt(m.unit.directory.size());
        for (int tries = 0; m.unit.directory.get(s, i) == 0 && tries < 20_000; tries++) {
            i = random.nextInt(m.unit.directory.size());
        }
        long frame = (long) random.nextInt(4) << (m.g.indexBits() * (1 + random.nextInt(2)));
        m.unit.directory.set(s, i, SecondLevelEntry.of(frame, 1 + random.nextInt(3)) | 1L << 7);
    }

    private static void otherType(Units m, long[] s, Random random) {
        for (int r = 0; r < 3; r++) {
            m.unit.contextLo.set(s, r, m.unit.contextLo.get(s, r) | (long) random.nextInt(4) << 2);
            m.unit.contextHi.set(s, r, random.nextInt(4) | 0x500);
        }
    }

    /** Changes one word somewhere on a path: some bits flipped, a pointer to any table, a superpage, or zero. */
    private static void damage(Units m, long[] s, Random random) {
        VtdUnit u = m.unit;
        List<Slots> targets = List.of(
                u.rtAddr,
                u.rootLo,
                u.rootHi,
                u.contextLo,
                u.contextHi,
                u.contextLo,
                u.contextHi,
                u.directory,
                u.directory,
                u.directory,
                u.leaf,
                u.leaf);
        Slots slots = targets.get(random.nextInt(targets.size()));
        int i = random.nextInt(slots.size());
        for (int tries = 0; slots.get(s, i) == 0 && tries < 20_000; tries++) {
            i = random.nextInt(slots.size());
        }
        long word = slots.get(s, i);
        word = switch (random.nextInt(6)) {
            case 0 -> word ^ (1L << random.nextInt(64)) ^ (1L << random.nextInt(64));
            case 1 -> word ^ (1L << random.nextInt(64));
            case 2 ->
                (word & 0xfff)
                        | (m.unit.map().root() + random.nextInt(m.unit.map().tables() + 4)) << 12;
            case 3 -> (word & 3) | 0x80 | (long) random.nextInt(3) << (12 + m.g.indexBits() * (1 + random.nextInt(3)));
            case 4 -> word & ~1L;
            default -> word ^ (long) random.nextInt(4) << 2;
        };
        slots.set(s, i, word);
    }
}
