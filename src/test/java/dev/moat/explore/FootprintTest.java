package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.model.Model;
import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import dev.moat.state.relation.Relation.Condition;
import dev.moat.tests.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Footprints are honest: no atom of any relation changes when anything outside its footprint does. The search judges a
 * new state only by the conjuncts whose footprints were touched, so a footprint that is too small hides violations.
 */
class FootprintTest {
    private static final int STATES = Volume.of(100, 150);
    private static final int ROUNDS = Volume.of(2, 4);

    private final SplittableRandom random = new SplittableRandom(3);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation handles=2",
                "r1 operation domains=3 frames=2",
                "iommu-api operation domains=2 pages=1 frames=2",
                "iommu-dma step frames=2 cpus=2 flush=queue queue=1 to-device=true",
                "iommu-dma step frames=2 flush=queue queue=2 lists=whole table-frames=2 paging-caches=true",
                "dma-iommu-mapping step pages=1 cpus=2 snooping-devices=first",
                "dma-iommu-mapping step frames=2 directions=bidirectional snooping-devices=first",
                "iommu-dma step iommu=calgary frames=2 owner=true direct=true coherent=false lists=failing",
                "iommu-dma step iommu=vtd pages=4 frames=2 lists=rounded walks=true",
                "iommu-dma step iommu=vtd frames=2 coherent=false to-device=true context-cache=true",
                "iommu-dma step iommu=gart pages=3 frames=2 lists=within flush=full-flush !list.merged-within-page",
                "iommu-dma operation pages=2 frames=2 owner=true direct=true relaxable=false !claim.region-ignored",
                "iommu-dma step iommu=gart pages=2 frames=2 devices=2 units=2 to-device=true",
                "xen-viommu step guests=1 cpus=2 te=true walks=true context-cache=true hotplug=true",
                "xen-viommu operation strategy=nested contexts=true te=true hotplug=true guests=1",
                "xen-viommu operation front-end=both second=translated",
                "xen-viommu step guests=1 hotplug=true calls=domain-end te=true",
                "xen-viommu operation guests=1 te=true records=true",
                "xen-viommu-svm operation rights=r-rw",
                "xen-viommu-interrupts step guests=1 vectors=1 indices=1",
                "xen-viommu-interrupts operation vectors=1",
                "xen-viommu-interrupts operation guests=1 passed=false virtual=1 vectors=1 entries=2 subhandles=true silent=true",
                "xen-viommu-interrupts step guests=1 vcpus=2 vectors=1 cpus=2 notifications=true",
                "xen-viommu-interrupts step guests=1 vectors=2 cpus=2 notifications=true wake-ups=urgent",
                "xen-viommu-interrupts operation guests=1 vectors=1 indices=2 virtual=1 hotplug=false stores=false records=true guest-fault-registers=2",
                "iommu-dma operation iommu=amd-vi pages=1 frames=1 untrusted=1 bounce-frames=2 from-device=write-only",
                "xen-vtd operation refs=1 handles=1 frames=1 devices=3 fault-records=true fault-registers=2 reallocation=false",
                "amd-vi-interrupts operation vectors=3",
                "amd-vi-growth step devices=2 pages=3",
                "amd-vi-growth operation directory-cache=true",
                "xen-vtd step refs=1 handles=1 frames=3 iommu=all devices=2 assign=true unity-range=true granters=none",
                "xen-viommu-interrupts operation guests=1 passed=false virtual=1 vectors=1 commands=true",
                "xen-viommu operation gfns=2 grants=true private-page=true frames=3",
                "xen-viommu operation guests=1 window=true te=true frames=2",
                "xen-swiotlb step coherent-memory=true balloon=true cpus=2 lent=true guest-memory=true tlbs=true vmap=lazy streaming=false",
                "xen-swiotlb operation buffers=2 frames=6 coherent-memory=true foreign=true shapes=pages syncs=true directions=both",
                "xen-swiotlb step passthrough=true iommu=vtd walks=true context-cache=true device=any-address privileged=false layer=booted ioremap=true copying-device=true",
                "xen-swiotlb step set-up=true halving=true segments=2 frames=6 guest-memory=true",
                "xen-swiotlb step platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 buffers=2 mappings=2 cpus=2 growing=true map-steps=true shapes=pages directions=both search=linux-6.12",
                "xen-swiotlb operation platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 segment-slots=4 mappings=2 restricted=true directions=both",
                "xen-swiotlb operation platform=bare-metal layer=native-swiotlb guests=0 force=true frames=3 low=2 syncs=true polled=true",
                "xen-swiotlb operation platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 buffers=2 mappings=2 growing=true min-align=page shapes=any search=linux-6.6",
                "xen-io-spaces step creation=true frames=1 reallocation=false coherent=false walks=true",
                "xen-p2m step tables=separate grants=true frames=2 gfns=1",
                "xen-p2m step domains=1 frames=2 coherent=false status-frames=true moves=true",
                "xen-io-spaces step grants=true read-only=true frames=1 reallocation=false",
                "xen-io-spaces operation iommu=vtd creation=true passthrough=true pages=2",
                "xen-io-spaces operation dma=true run=2 domains=1 devices=1 units=1 frames=4 pages=3 transfers=2 reallocation=false",
                "xen-io-spaces step creation=true passthrough=true frontend=true gives-up=true aliases=true devices=1 units=1 frames=1 reallocation=false",
                "xen-io-spaces step grants=true batch=2 frames=3 reallocation=false",
                "xen-io-spaces step death=true batch=2 pages=2 iommu=vtd caching-mode=true reallocation=false",
                "xen-vtd step refs=1 handles=1",
                "xen-vtd operation refs=1 handles=1 walks=true assign=true context-cache=true iommu=all",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
                "xen-vtd step refs=1 handles=1 frames=1 cpus=2 devices=2 assign=true context-cache=true reallocation=false",
                "xen-vtd step refs=1 handles=1 frames=1 cpus=2 devices=2 assign=true wait=timeout reallocation=false granters=none",
                "xen-vtd step refs=1 handles=1 frames=1 devices=2 assign=true wait=timeout reallocation=false",
                "xen-vtd step refs=1 handles=1 frames=1 cpus=2 write-buffer=true coherent=false reallocation=false",
                "xen-vtd step refs=1 handles=1 frames=1 cpus=2 units=2 devices=2 assign=true granters=none",
                "xen step iommu=amd-vi refs=1 handles=1 frames=1 cpus=2 devices=2 assign=true reallocation=false",
                "xen-vtd operation refs=1 handles=1 caching-mode=true context-cache=true assign=true rewalk=false",
                "xen-vtd step refs=1 handles=1 write-buffer=true coherent=false assign=true reallocation=false",
                "xen-vtd step refs=1 handles=1 invalidation=registers walks=true",
                "xen-vtd operation frames=3 refs=1 handles=1 version-2=true reserved-refs=0 copy=true reallocation=false",
                "xen-vtd step frames=1 refs=1 handles=1 copy=true",
                "xen-vtd step refs=1 handles=2 frames=1 cpus=2 maptrack-frames=1 sides=host reallocation=false",
                "xen-vtd step refs=1 handles=1 page-types=true iommu=all reallocation=false",
                "xen-vtd step refs=1 handles=1 batch=2 flush=batch-end",
                "xen-vtd step refs=1 handles=1 batch=2 flush=queued",
                "xen-vtd step frames=1 refs=1 handles=1 sides=host batch=2 cpus=2 flush=batch-end reallocation=false",
                "xen-vtd step refs=1 handles=1 units=2 devices=2 assign=true granters=none",
                "xen-vtd step refs=1 handles=1 aliases=1 assign=true reallocation=false",
                "xen-vtd step refs=1 handles=1 flush=deferred limbo=1 reallocation=false",
                "xen-vtd step refs=1 handles=1 domain-death=true iommu=all",
                "xen-vtd step refs=1 handles=1 transfer=true reallocation=false",
                "xen-vtd operation frames=3 refs=1 handles=1 careless-granter=true read-only-grants=non-present",
                "xen operation iommu=amd-vi refs=1 handles=1 granters=none assign=true device-cache=true devices=1 quarantine=scratch-page dte-update=paused"
            })
    void nothingOutsideIsRead(String line) {
        Machine machine = Machines.machine(line);
        Schema schema = machine.schema();
        TreeSet<String> dishonest = new TreeSet<>();
        int both = 0;
        Perturbation perturbation = new Perturbation(schema, random);
        List<long[]> states = sample(machine, perturbation);
        for (Relation relation : relations(machine.model())) {
            boolean sawTrue = false;
            boolean sawFalse = false;
            for (int[] atom : atoms(relation.places())) {
                Footprint footprint = new Footprint(schema);
                relation.reads().add(footprint, atom[0], atom[1], atom[2], atom[3], atom[4]);
                long[] outside = perturbation.outside(footprint);
                for (long[] s : states) {
                    boolean holds = holds(relation, s, atom);
                    sawTrue |= holds;
                    sawFalse |= !holds;
                    for (int n = 0; n < ROUNDS; n++) {
                        long[] other = perturbation.of(s, outside);
                        if (holds(relation, other, atom) != holds) {
                            dishonest.add(relation.name() + List.of(atom[0], atom[1], atom[2], atom[3], atom[4])
                                    + " reads one of " + schema.diff(s, other));
                        }
                    }
                }
            }
            both += sawTrue && sawFalse ? 1 : 0;
        }
        for (Abstraction abstraction : abstractions(machine.model())) {
            for (Relation relation : abstraction.relations()) {
                abstraction
                        .alternatives(relation.name())
                        .ifPresent(of -> alternatives(schema, relation, of, states, perturbation, dishonest));
            }
        }
        assertThat(dishonest.stream().limit(3)).isEmpty();
        assertThat(both).as("relations that are true and false somewhere").isGreaterThanOrEqualTo(5);
    }

    /** Of a relation that is said by conditions, too: that this says the same, and what each condition reads. */
    private static void alternatives(
            Schema schema,
            Relation relation,
            List<List<Condition>> of,
            List<long[]> states,
            Perturbation perturbation,
            Set<String> dishonest) {
        for (int[] atom : atoms(relation.places())) {
            for (long[] s : states) {
                boolean said = of.stream().anyMatch(all -> all.stream().allMatch(c -> holds(c, s, atom)));
                if (said != holds(relation, s, atom)) {
                    dishonest.add(relation.name() + " is not what its alternatives say");
                }
            }
            for (Condition one : of.stream().flatMap(List::stream).toList()) {
                Footprint footprint = new Footprint(schema);
                one.reads().add(footprint, atom[0], atom[1], atom[2], atom[3], atom[4]);
                long[] outside = perturbation.outside(footprint);
                for (long[] s : states) {
                    if (holds(one, perturbation.of(s, outside), atom) != holds(one, s, atom)) {
                        dishonest.add(relation.name() + " has a condition that reads more than it says");
                    }
                }
            }
        }
    }

    private static boolean holds(Condition c, long[] s, int[] a) {
        return c.code().holds(s, a[0], a[1], a[2], a[3], a[4]);
    }

    private static List<Abstraction> abstractions(Model model) {
        return Stream.of(model.abstraction(), model.foundFrom(), model.claimedOver())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    /** Those that invariants are judged by, and those that the discipline is compared by where they mean something else there. */
    private static List<Relation> relations(Model model) {
        List<Relation> all = new ArrayList<>(model.abstraction().relations());
        Stream.of(Optional.ofNullable(model.foundFrom()), Optional.ofNullable(model.claimedOver()))
                .flatMap(own -> own.stream().flatMap(it -> it.relations().stream()))
                .filter(r -> !all.contains(r))
                .forEach(all::add);
        return all;
    }

    /** Reachable states, and as many in which anything may stand, so that rare branches are taken too. */
    private List<long[]> sample(Machine machine, Perturbation perturbation) {
        ReachableStates reachable = new ReachableStates(machine);
        Set<String> constant = constant(machine.schema(), reachable);
        List<long[]> states = reachable.some(STATES, random);
        long[] everywhere = perturbation.outside(new Footprint(machine.schema()));
        for (int n = 0; n < STATES / 3; n++) {
            long[] anything = perturbation.of(states.get(n), everywhere);
            for (Slots f : machine.schema().families()) {
                for (int i = 0; constant.contains(f.name()) && i < f.size(); i++) {
                    f.set(anything, i, f.get(machine.initial(), i));
                }
            }
            states.add(anything);
        }
        return states;
    }

    /** Families that no step of this machine ever writes; a footprint may rely on them, as on the tables' directories. */
    private static Set<String> constant(Schema schema, List<long[]> reachable) {
        long[] first = reachable.get(0);
        long[] varied = new long[first.length];
        for (long[] s : reachable) {
            for (int i = 0; i < s.length; i++) {
                varied[i] |= s[i] ^ first[i];
            }
        }
        Set<String> names = new TreeSet<>();
        for (Slots f : schema.families()) {
            if (IntStream.range(0, f.size()).allMatch(i -> f.get(varied, i) == 0)) {
                names.add(f.name());
            }
        }
        return names;
    }

    static boolean holds(Relation r, long[] s, int[] a) {
        return r.code().holds(s, a[0], a[1], a[2], a[3], a[4]);
    }

    /** All combinations of elements, padded with 0 to five places. */
    static List<int[]> atoms(List<Sort> places) {
        List<int[]> atoms = new ArrayList<>();
        int count = places.stream().mapToInt(Sort::size).reduce(1, Math::multiplyExact);
        for (int n = 0; n < count; n++) {
            int[] atom = new int[5];
            int rest = n;
            for (int j = 0; j < places.size(); j++) {
                atom[j] = rest % places.get(j).size();
                rest /= places.get(j).size();
            }
            atoms.add(atom);
        }
        return atoms;
    }
}
