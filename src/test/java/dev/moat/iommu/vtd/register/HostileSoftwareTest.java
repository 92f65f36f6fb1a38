package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.register.HostileMachine.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever software writes anywhere: no exception, no unbounded work, no state that the schema does not have. */
class HostileSoftwareTest {
    private static final int MACHINES = 4000;

    private static final long MOST_PER_WRITE = HostileMachine.MOST_PER_WRITE;
    private static final long MOST_PER_REQUEST = HostileMachine.MOST_PER_REQUEST;

    @Provide
    Arbitrary<List<Op>> scripts() {
        Arbitrary<Op> op = Combinators.combine(Arbitraries.integers().between(0, 9), words(), words())
                .as(Op::new);
        return op.list().ofMinSize(1).ofMaxSize(120);
    }

    /** Small pointers with any low and high bits, and anything at all. */
    private static Arbitrary<Long> words() {
        Arbitrary<Long> pointer = Combinators.combine(
                        Arbitraries.longs().between(0, HostileMachine.PAGES),
                        Arbitraries.longs().between(0, 0xfff))
                .as((page, low) -> page << 12 | low);
        Arbitrary<Long> bits = Arbitraries.longs().between(0, 63).map(bit -> 1L << bit);
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(6, pointer),
                net.jqwik.api.Tuple.of(2, bits),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs()),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)));
    }

    @Property(tries = 1500, seed = "7")
    void anythingGoes(@ForAll long seed, @ForAll("scripts") List<Op> script) {
        HostileMachine m = new HostileMachine(new Random(seed));
        script.forEach(op -> runBounded(m, op));
        assertStateIsDeclared(m);
    }

    private static void runBounded(HostileMachine m, Op op) {
        m.memory.takeAccesses();
        long most = m.run(op);
        assertThat(m.memory.takeAccesses()).isLessThanOrEqualTo(most);
    }

    /** Every slot has a value that its declaration allows: the packed state is the state. */
    private static void assertStateIsDeclared(HostileMachine m) {
        long[] packed = new long[m.schema.packing().words()];
        m.schema.packing().pack(m.s, packed, 0);
        long[] unpacked = m.schema.blank();
        m.schema.packing().unpack(packed, 0, unpacked);
        assertThat(unpacked).isEqualTo(m.s);
    }

    /** Software that stores to tables and queue while the unit reads them: every fourth word that it reads is another one next time. */
    @Test
    void memoryThatChangesUnderItsReader() {
        Set<String> reached = new TreeSet<>();
        for (int seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            HostileMachine m = new HostileMachine(random);
            m.memory.change(random);
            for (int i = 0; i < 100; i++) {
                long where = random.nextLong() >>> 8 + random.nextInt(50);
                runBounded(m, new Op(random.nextInt(10), where, random.nextLong()));
            }
            assertStateIsDeclared(m);
            reached.addAll(m.outcomes);
        }
        assertThat(reached).hasSizeGreaterThan(40);
    }

    /** As many machines as it takes to get everywhere, so that the property above is worth something. */
    @Test
    void everyConditionIsReached() {
        assertThat(reached(MACHINES, true)).contains(everyOutcome());
    }

    @Test
    @Tag("deep")
    void aMillionOperations() {
        assertThat(reached(10_000, false)).contains(everyOutcome());
    }

    private static String[] everyOutcome() {
        Stream<String> conditions = Arrays.stream(FaultCondition.values())
                .filter(condition -> condition != FaultCondition.NONE)
                .map(FaultCondition::name);
        Stream<String> interrupts = Stream.of("0", "20", "21", "22", "23", "24", "25", "26", "27", "28", "ff")
                .map(outcome -> "interrupt " + outcome);
        Stream<String> pages = Stream.of("1", "2", "3").map(level -> "dma 0 level " + level);
        Stream<String> requests = Stream.of("0", "1", "2", "3", "4").map(answer -> "page " + answer);
        return Stream.of(conditions, interrupts, pages, requests, Stream.of("message", "descriptor"))
                .flatMap(outcomes -> outcomes)
                .toArray(String[]::new);
    }

    private static Set<String> reached(int machines, boolean untilAllAre) {
        Set<String> reached = new TreeSet<>();
        Set<String> every = Set.of(everyOutcome());
        for (int seed = 0; seed < machines && !(untilAllAre && reached.containsAll(every)); seed++) {
            Random random = new Random(seed);
            HostileMachine m = new HostileMachine(random);
            for (int i = 0; i < 100; i++) {
                long where = random.nextLong() >>> 8 + random.nextInt(50);
                runBounded(m, new Op(random.nextInt(10), where, random.nextLong()));
            }
            assertStateIsDeclared(m);
            reached.addAll(m.outcomes);
        }
        return reached;
    }

    /** Every entry of every table leads to its own table. */
    @Test
    @Timeout(20)
    void tablesThatLeadToThemselves() {
        for (long flags : new long[] {0x7, 0x3, 0x1, 0x87, 0xc7, 0x107, -1L & 0xfff}) {
            for (int mode = 0; mode < 2; mode++) {
                UnitBench bench = new UnitBench(UnitBench.options(CAP, ECAP));
                long page = 0x5000;
                for (int i = 0; i < 512; i++) {
                    bench.memory.put(page + 8 * i, page | flags);
                }
                bench.start(page | mode << 10);
                for (int type = 0; type < 8; type++) {
                    for (long address : new long[] {0, 0x1000, 0x5000, -1L, 0x7fff_ffff_f000L}) {
                        bench.memory.takeAccesses();
                        bench.unit.dma(bench.s, type * 0x11, (type & 1) - 1, address, type);
                        assertThat(bench.memory.takeAccesses()).isLessThanOrEqualTo(MOST_PER_REQUEST);
                    }
                }
            }
        }
    }

    /** Nested tables of five levels, whose host marks every one. */
    static UnitBench nested() {
        UnitBench bench = UnitBench.uncached();
        bench.scalable(3);
        bench.memory.put(PASIDS, bench.memory.get(PASIDS) & ~0x1cL | 3 << 2 | 1 << 9);
        bench.memory.put(PASIDS + 16, 1 << 2 | FIRST);
        for (long page : new long[] {FIRST, FIRST + 0x1000, FIRST + 0x2000, FIRST + 0x3000, FIRST + 0x4000, DATA}) {
            bench.memory.put(entry(SECOND, page, 5), second((SECOND >>> 12) + 1));
            bench.memory.put(entry(SECOND + 0x1000, page, 4), second((SECOND >>> 12) + 2));
            bench.memory.put(entry(SECOND + 0x2000, page, 3), second((SECOND >>> 12) + 3));
            bench.memory.put(entry(SECOND + 0x3000, page, 2), second((SECOND >>> 12) + (page == DATA ? 5 : 4)));
            bench.memory.put(entry(SECOND + (page == DATA ? 0x5000 : 0x4000), page, 1), second(page >>> 12));
        }
        bench.memory.put(PASIDS, bench.memory.get(PASIDS) & 0xfff | SECOND);
        return bench;
    }

    /** A nested walk whose host marks every table, on tables of five levels: as much as a request can ask for. */
    @Test
    void theLongestWalkIsBounded() {
        UnitBench bench = nested();
        bench.memory.takeAccesses();
        assertThat(bench.ask(ADDRESS, Access.WRITE)).isEqualTo("ok 1000000");
        assertThat(bench.memory.takeAccesses()).isBetween(100L, MOST_PER_REQUEST);
    }

    /** The largest queue, full of the most expensive descriptors. */
    @Test
    @Timeout(20)
    void theLongestQueueIsBounded() {
        UnitBench bench = UnitBench.full();
        for (long at = 0; at < 32768 * 16; at += 16) {
            bench.memory.put(0x800000 + at, 0x25 | at << 32);
            bench.memory.put(0x800000 + at + 8, STATUS);
        }
        bench.write64(IQA, 0x800000 | 7);
        bench.command(QIE);
        bench.memory.takeAccesses();
        bench.write64(IQT, 32767 * 16);
        assertThat(bench.read64(IQH)).isEqualTo(32767 * 16);
        assertThat(bench.memory.takeAccesses()).isBetween(32767L, MOST_PER_WRITE);
    }
}
