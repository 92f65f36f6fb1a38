package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Relation;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.tests.Kept;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dead slots: normalisation is idempotent, and nobody reads a slot while it is dead, so that two states that differ only
 * there behave alike. All reachable states of small machines.
 */
class SlotLivenessTest {
    private static final List<String> MACHINES = List.of(
            "xen-vtd operation refs=1 handles=2 walks=true assign=true context-cache=true reallocation=false",
            "iommu-dma step frames=2 cpus=2 flush=queue queue=1 to-device=true",
            "iommu-dma step frames=2 flush=queue queue=2 lists=whole table-frames=2 paging-caches=true",
            "dma-iommu-mapping step pages=1 cpus=2 snooping-devices=first",
            "dma-iommu-mapping step frames=2 directions=bidirectional snooping-devices=first",
            "iommu-dma step iommu=amd-vi pages=2 frames=2 untrusted=1 bounce-frames=2 from-device=write-only",
            "iommu-dma step iommu=amd-vi frames=2 owner=true direct=true lists=failing magazine=0",
            "xen-io-spaces step creation=true passthrough=true frames=1 reallocation=false",
            "xen-io-spaces operation dma=true run=2 domains=1 devices=1 units=1 frames=4 pages=3 transfers=2 reallocation=false",
            "xen-io-spaces step grants=true batch=2 frames=3 reallocation=false",
            "xen-io-spaces step death=true batch=2 pages=2 iommu=vtd caching-mode=true reallocation=false",
            "xen-p2m step domains=1 frames=2 cpus=2 range=1",
            "xen-p2m step frames=2 populated=0 gfns=1 grants=true tables=separate",
            "amd-vi-growth step frames=2",
            "xen-vtd step refs=1 handles=1",
            "xen-viommu step guests=1 frames=1 hotplug=true te=true",
            "xen-viommu step guests=1 frames=1 devices=virtual front-end=device-model reservation=false",
            "xen-viommu operation guests=1 frames=1 strategy=nested nested-walks=true te=true",
            "xen-viommu step guests=1 frames=1 hotplug=true calls=domain-end records=true",
            "xen-viommu-svm step guests=1 cpus=2 rights=r-rw",
            "xen-viommu-interrupts step guests=1 passed=false virtual=2 vectors=1 cpus=2 silent=true",
            "xen-viommu-interrupts step guests=1 vcpus=2 vectors=1 cpus=2 notifications=true",
            "xen-viommu operation gfns=2 grants=true reservation=false devices=passed-through",
            "xen-swiotlb step coherent-memory=true balloon=true cpus=2 guest-memory=true vmap=lazy streaming=false",
            "xen-swiotlb operation buffers=2 frames=6 mappings=2 foreign=true shapes=pages syncs=true directions=both",
            "xen-swiotlb step passthrough=true coherent-memory=true cpus=2 iommu=vtd walks=true context-cache=true device=any-address",
            "xen-swiotlb step set-up=true halving=true segments=2 frames=6 guest-memory=true",
            "xen-swiotlb step platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 buffers=2 mappings=2 cpus=2 growing=true map-steps=true shapes=pages directions=both search=linux-6.12",
            "xen-swiotlb operation platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 segment-slots=4 mappings=2 restricted=true directions=both",
            "xen-swiotlb operation platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=2 buffers=2 mappings=2 syncs=true polled=true",
            "xen-swiotlb operation platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 buffers=2 mappings=2 growing=true min-align=page shapes=any search=linux-6.6",
            "xen-vtd step unmerged refs=1 handles=1 careless-granter=true reallocation=false",
            "xen-vtd step refs=1 handles=1 walks=true assign=true context-cache=true reallocation=false",
            "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
            "xen-vtd step refs=1 handles=1 caching-mode=true write-buffer=true coherent=false reallocation=false",
            "xen-vtd step refs=1 handles=1 write-buffer=true invalidation=registers reallocation=false",
            "xen-vtd operation refs=1 handles=1 frames=3 version-2=true reserved-refs=1 reallocation=false",
            "xen-vtd step refs=1 handles=1 frames=1 copy=true page-types=true",
            "xen-vtd step refs=1 handles=2 frames=1 cpus=2 maptrack-frames=1 sides=host reallocation=false",
            "xen-vtd operation refs=1 handles=1 frames=3 version-2=true reserved-refs=0 partial-grants=true copy=true"
                    + " reallocation=false",
            "xen-vtd step refs=1 handles=1 frames=3 reallocation=false keep-ring-position=true");

    /** Of larger machines every second, third, ... state is looked at: what is dead is so in many. */
    private static final int MOST_TO_STEP_FROM = 4000;

    private static final int MOST_STATES = 400;

    private final SplittableRandom random = new SplittableRandom(11);

    static List<String> machines() {
        return MACHINES;
    }

    @ParameterizedTest
    @MethodSource("machines")
    void normalisationIsIdempotent(String line) {
        Reached reached = Reached.ALL.of(line);
        Schema schema = reached.machine.schema();
        for (long[] s : reached.states) {
            long[] again = s.clone();
            schema.normalise(again);
            assertThat(again).isEqualTo(s);
            for (Slots f : schema.families()) {
                for (int i = 0; i < f.size(); i++) {
                    if (random.nextInt(4) == 0) {
                        f.set(again, i, LegalValues.any(f, random));
                    }
                }
            }
            schema.normalise(again);
            long[] twice = again.clone();
            schema.normalise(twice);
            assertThat(twice).isEqualTo(again);
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void nobodyReadsADeadSlot(String line) {
        Reached reached = Reached.ALL.of(line);
        Machine machine = reached.machine;
        Stepper stepper = machine.stepper();
        TreeSet<String> readers = new TreeSet<>();
        int dead = 0;
        int stride = 1 + reached.states.size() / MOST_TO_STEP_FROM;
        for (int n = 0; n < reached.states.size(); n += stride) {
            long[] s = reached.states.get(n);
            long[] perturbed = perturbDead(machine.schema(), s);
            List<Schema.Change> changes = machine.schema().diff(s, perturbed);
            dead += changes.size();
            for (int letter = 0; letter < machine.instances(); letter++) {
                if (!alike(machine, stepper, letter, s, perturbed)) {
                    readers.add(machine.name(letter) + " reads one of " + changes);
                }
            }
        }
        assertThat(readers.stream().limit(5)).isEmpty();
        assertThat(dead).as("slots were perturbed").isGreaterThan(500);
    }

    /** The invariants read the state through the relations; a state and its normal form must mean the same. */
    @ParameterizedTest
    @MethodSource("machines")
    void noRelationReadsADeadSlot(String line) {
        Reached reached = Reached.ALL.of(line);
        Machine machine = reached.machine;
        List<long[]> states = reached.states;
        TreeSet<String> readers = new TreeSet<>();
        int stride = 1 + states.size() / MOST_STATES;
        for (int n = 0; n < states.size(); n += stride) {
            long[] s = states.get(n);
            long[] perturbed = perturbDead(machine.schema(), s);
            for (int cpu = 0; cpu < machine.model().pc().size(); cpu++) {
                if (machine.model().pc().get(s, cpu) == 0) {
                    freshFrame(machine, cpu, perturbed);
                }
            }
            for (Relation relation : machine.model().abstraction().relations()) {
                for (int[] atom : FootprintTest.atoms(relation.places())) {
                    if (FootprintTest.holds(relation, s, atom) != FootprintTest.holds(relation, perturbed, atom)) {
                        readers.add(relation.name() + " reads one of "
                                + machine.schema().diff(s, perturbed));
                    }
                }
            }
        }
        assertThat(readers.stream().limit(3)).isEmpty();
    }

    /** Whether a letter does the same to both states, as far as anything that is alive shows. */
    private static boolean alike(Machine machine, Stepper stepper, int letter, long[] s, long[] perturbed) {
        long[] a = s.clone();
        long[] b = perturbed.clone();
        Machine.Instance instance = machine.instance(letter);
        if (instance.kind() == Machine.Kind.START && machine.model().pc().get(s, instance.cpu()) == 0) {
            freshFrame(machine, instance.cpu(), b);
        }
        if (stepper.apply(letter, a) != stepper.apply(letter, b)) {
            return false;
        }
        machine.schema().normalise(a);
        machine.schema().normalise(b);
        return Arrays.equals(a, b);
    }

    /**
     * An operation begins with everything that is its CPU's own at the dead value, as a function does with a cleared
     * frame, and a CPU without an operation has no hold and no debt because its phase says so: here alone the dead
     * value is what counts, and not only that there is one.
     */
    private static void freshFrame(Machine machine, int cpu, long[] s) {
        Sort cpus = machine.model().pc().index().get(0);
        for (Slots f : machine.schema().families()) {
            boolean local = f.name().startsWith("cpu.") && f.index().get(0).equals(cpus);
            if (local || f.index().equals(List.of(cpus))) {
                int each = f.size() / cpus.size();
                for (int i = cpu * each; i < (cpu + 1) * each; i++) {
                    f.set(s, i, f.fixed());
                }
            }
        }
    }

    /** Reached once for the three tests, while there is room for them. */
    private record Reached(Machine machine, List<long[]> states) {
        private static final Kept<Reached> ALL = new Kept<>(Reached::find);

        private static Reached find(String line) {
            Machine machine = Machines.machine(line);
            return new Reached(machine, new ReachableStates(machine));
        }
    }

    /** The state with another value in about half of its dead elements; dead is what normalisation sets back. */
    private long[] perturbDead(Schema schema, long[] s) {
        long[] perturbed = s.clone();
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                if (f.get(s, i) == f.fixed() && random.nextBoolean()) {
                    long[] one = s.clone();
                    f.set(one, i, LegalValues.any(f, random));
                    long value = f.get(one, i);
                    schema.normalise(one);
                    if (f.get(one, i) == f.fixed() && value != f.fixed()) {
                        f.set(perturbed, i, value);
                    }
                }
            }
        }
        return perturbed;
    }
}
