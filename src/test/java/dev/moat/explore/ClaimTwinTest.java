package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.claims.IncomparableException;
import dev.moat.logic.claims.PlainClaimJudge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.tests.Volume;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link ClaimJudge}, which remembers by footprint, and {@link PlainClaimJudge}, which asks for everything each time, say the
 * same of every step, whatever was judged before; and a footprint that forgets something shows.
 */
class ClaimTwinTest {
    private static final Discipline DISCIPLINE =
            Discipline.load(Path.of("specs/discipline.smt2"), Machines.LIBRARY.vocabulary());

    /** Of the larger machines so many states, at random. */
    private static final int MOST = Volume.of(200, 2_000);

    /** What a judge and its twin said of the steps from many states. */
    private static final class Comparison {
        final ClaimJudge judge;
        int asked;
        int wrong;
        int different;
        List<Long> takenByTwin = List.of();

        Comparison(ClaimJudge judge) {
            this.judge = judge;
        }

        void add(@Nullable List<String> said, @Nullable List<String> twin) {
            asked++;
            wrong += twin == null ? 0 : 1;
            different += (said == null) == (twin == null) ? 0 : 1;
        }

        List<Long> taken() {
            return List.copyOf(judge.taken().values());
        }
    }

    /** The twin, which takes long, is asked once for all judges that differ in how much they remember. */
    private static List<Comparison> compare(Machine machine, Abstraction fast, long... remembered) {
        PlainClaimJudge plain = new PlainClaimJudge(DISCIPLINE, claimedOver(machine));
        List<Comparison> all = Arrays.stream(remembered)
                .mapToObj(n -> new Comparison(judge(fast, machine.schema(), n)))
                .toList();
        Stepper stepper = machine.stepper();
        stepper.compareWith((before, after, claim) -> {
            List<String> twin = plain.judge(before, after, claim);
            all.forEach(c -> c.add(c.judge.judge(before, after, claim), twin));
            return twin;
        });
        for (long[] s : states(machine)) {
            stepper.expand(s, (instance, successor) -> {});
        }
        all.forEach(c -> c.takenByTwin = plain.taken());
        return all;
    }

    private static Abstraction claimedOver(Machine machine) {
        Abstraction own = machine.model().claimedOver();
        return own == null ? machine.model().abstraction() : ClaimJudge.completed(DISCIPLINE, own);
    }

    private static ClaimJudge judge(Abstraction abstraction, Schema schema, long remembered) {
        try {
            return new ClaimJudge(DISCIPLINE, abstraction, schema, remembered);
        } catch (IncomparableException e) {
            throw new AssertionError(e);
        }
    }

    private static List<long[]> states(Machine machine) {
        return new ReachableStates(machine).some(MOST, new SplittableRandom(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation refs=1 handles=2",
                "r1 operation domains=3 frames=2",
                "xen-vtd step refs=1 handles=1 assign=true context-cache=true walks=true",
                "xen-vtd step refs=1 handles=2",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
                "xen-vtd operation refs=1 handles=1 granters=all iommu=all",
                "xen-vtd step refs=1 handles=1 batch=2 flush=batch-end",
                "xen-vtd step refs=1 handles=1 invalidation=registers",
                "xen-vtd step refs=1 handles=1 units=2 devices=2 assign=true granters=none",
                "xen-vtd step refs=1 handles=1 flush=deferred limbo=1 reallocation=false",
                "xen-vtd step refs=1 handles=1 transfer=true reallocation=false",
                "xen-viommu-interrupts operation guests=1 indices=1 vectors=1 virtual=1",
                "amd-vi-interrupts step vectors=3"
            })
    void bothSayTheSame(String line) {
        Machine machine = Machines.machine(line);
        for (Comparison both : compare(machine, claimedOver(machine), Long.MAX_VALUE, 40_000)) {
            assertThat(both.asked).isGreaterThan(500);
            assertThat(both.wrong).isZero();
            assertThat(both.different).isZero();
            assertThat(both.taken()).isEqualTo(both.takenByTwin);
        }
    }

    /** What was explained before is not explained again; a judge that remembers nothing says the same, of faults too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iommu-dma step iommu=vtd pages=1 frames=1 flush=strict walks=true",
                "iommu-dma step iommu=vtd pages=1 frames=1 flush=strict walks=true !unmap.iova-freed-before-sync",
                "xen-swiotlb operation iommu=amd-vi privileged=false passthrough=true frames=4 low=3 layer=booted",
                "xen-viommu operation guests=2",
                "xen-viommu-svm operation rights=r-rw"
            })
    void whatIsRememberedIsExplainedAlike(String line) throws IncomparableException {
        Machine machine = Machines.machine(line);
        Abstraction from = Objects.requireNonNull(machine.model().foundFrom());
        ClaimJudge remembers = ClaimJudge.finding(DISCIPLINE, from, machine.schema());
        ClaimJudge little = ClaimJudge.finding(DISCIPLINE, from, machine.schema(), 20_000);
        ClaimJudge forgets = ClaimJudge.finding(DISCIPLINE, from, machine.schema(), 0);
        int[] judged = new int[2];
        Stepper stepper = machine.stepper();
        stepper.compareWith((before, after, claim) -> {
            List<String> said = forgets.judge(before, after, claim);
            assertThat(remembers.judge(before, after, claim)).isEqualTo(said);
            assertThat(little.judge(before, after, claim)).isEqualTo(said);
            judged[said == null ? 0 : 1]++;
            return said;
        });
        for (long[] s : states(machine)) {
            stepper.expand(s, (instance, successor) -> {});
        }
        assertThat(judged[0]).isGreaterThan(50);
        assertThat(remembers.taken()).isEqualTo(forgets.taken());
        assertThat(little.taken()).isEqualTo(forgets.taken());
    }

    /** Where claims are wrong in some states and right in others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-vtd step refs=1 handles=2 !unmap.hold-released-before-wait",
                "xen-vtd operation refs=1 handles=2 !omit.map-invalidation",
                "xen-vtd step refs=1 handles=1 !invalidation.wrong-did",
                "r1 operation refs=1 handles=2 !unmap.keeps-table-entry",
                "r1 operation domains=3 frames=2 !map.ignores-read-only"
            })
    void bothSayTheSameOfFaults(String line) {
        Machine machine = Machines.machine(line);
        Comparison both =
                compare(machine, machine.model().abstraction(), Long.MAX_VALUE).get(0);
        assertThat(both.wrong).isGreaterThan(10);
        assertThat(both.different).isZero();
        assertThat(both.taken()).isEqualTo(both.takenByTwin);
    }

    /**
     * What footprints name, left out of them all: each time the twin disagrees, so the tests above would too, or it is found out by
     * who looks some atoms up and evaluates them, too. On R1 every family of slots is tried; of Xen's, others are constant here or
     * follow from what is left.
     */
    @ParameterizedTest
    @CsvSource({
        "r1 operation refs=1 handles=2 !unmap.keeps-table-entry, all",
        "xen-vtd step refs=1 handles=2 !unmap.hold-released-before-wait, leaf cpu.owes maptrack.sides"
    })
    void aFootprintThatForgetsIsCaught(String line, String families) {
        Machine machine = Machines.machine(line);
        Set<String> tried = new TreeSet<>();
        Set<String> unnoticed = new TreeSet<>();
        for (Slots family : machine.schema().families()) {
            if (!families.equals("all") && !List.of(families.split(" ")).contains(family.name())) {
                continue;
            }
            Forgetful forgetful = new Forgetful(machine, family);
            if (forgetful.forgot) {
                tried.add(family.name());
                if (!isNoticed(machine, forgetful.abstraction)) {
                    unnoticed.add(family.name());
                }
            }
        }
        assertThat(tried).hasSizeGreaterThanOrEqualTo(families.equals("all") ? 8 : families.split(" ").length);
        assertThat(unnoticed).isEmpty();
    }

    private static boolean isNoticed(Machine machine, Abstraction forgetful) {
        try {
            return compare(machine, forgetful, Long.MAX_VALUE).get(0).different != 0;
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("depends on more of a state than it is said to read");
            return true;
        }
    }

    /** A machine's abstraction with a family of slots missing in all footprints. */
    private static final class Forgetful {
        final Abstraction abstraction = new Abstraction();
        boolean forgot;

        Forgetful(Machine machine, Slots family) {
            Schema schema = machine.schema();
            Abstraction honest = machine.model().abstraction();
            honest.sorts().forEach(abstraction::sort);
            for (Relation r : honest.relations()) {
                abstraction.relation(r.name(), r.places(), r.code(), (footprint, a, b, c, d, e) -> {
                    Footprint all = new Footprint(schema);
                    r.reads().add(all, a, b, c, d, e);
                    addOthers(schema, all, family, footprint);
                });
                forgot |= FootprintTest.atoms(r.places()).stream().anyMatch(t -> {
                    Footprint all = new Footprint(schema);
                    r.reads().add(all, t[0], t[1], t[2], t[3], t[4]);
                    return reads(all, family);
                });
            }
        }

        private static boolean reads(Footprint footprint, Slots family) {
            for (int i = 0; i < family.size(); i++) {
                if (readsOne(footprint, family, i)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean readsOne(Footprint footprint, Slots f, int i) {
            long mask = f.width() == 64 ? -1L : (1L << f.width()) - 1;
            return (footprint.word(f.wordOf(i)) & mask << f.shiftOf(i)) != 0;
        }

        private static void addOthers(Schema schema, Footprint all, Slots but, Footprint to) {
            for (Slots f : schema.families()) {
                for (int i = 0; f != but && i < f.size(); i++) {
                    if (readsOne(all, f, i)) {
                        to.one(f, i);
                    }
                }
            }
        }
    }
}
