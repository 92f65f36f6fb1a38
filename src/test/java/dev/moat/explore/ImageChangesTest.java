package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.orbit.ImageChanges;
import dev.moat.explore.orbit.ImageTables;
import dev.moat.explore.orbit.OrbitPrint;
import dev.moat.explore.orbit.SymmetryGroup;
import dev.moat.machine.Machine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of changes is what the fingerprints of orbits say, and depends on no more of a state than is told. */
class ImageChangesTest {
    private static final int STATES = 3_000;

    /** A change that was told: on which bits it depends, what they were, and what it does to the images. */
    private record Told(long[] by, long[] were, long[] changes) {
        boolean isOf(long[] s) {
            for (int w = 0; w < s.length; w++) {
                if (((s[w] ^ were[w]) & by[w]) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private Machine machine;
    private OrbitPrint orbits;
    private ImageChanges images;
    private int group;
    /** By the bits that change. */
    private final Map<List<Long>, List<Told>> told = new HashMap<>();

    private int again;

    /** All states up to so many, each before those that it leads to. */
    private static List<long[]> states(Machine machine) {
        List<long[]> all = new ArrayList<>();
        Set<List<Long>> known = new HashSet<>();
        Deque<long[]> waiting = new ArrayDeque<>(List.of(machine.initial()));
        known.add(boxed(machine.initial()));
        while (!waiting.isEmpty() && all.size() < STATES) {
            long[] s = waiting.remove();
            all.add(s);
            machine.stepper().expand(s, (letter, t) -> {
                if (known.add(boxed(t))) {
                    waiting.add(t.clone());
                }
            });
        }
        return all;
    }

    private static List<Long> boxed(long[] s) {
        return Arrays.stream(s).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation domains=2 frames=3 refs=2 handles=2",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
                "xen-vtd operation refs=2 handles=2 reallocation=false",
                "xen step iommu=amd-vi refs=2 handles=2 reallocation=false",
                "xen-vtd step refs=2 handles=2 page-types=true reallocation=false",
                "iommu-dma step pages=2 frames=1 cpus=2",
                "xen-io-spaces step frames=1 cpus=2",
                "xen-viommu step cpus=2"
            })
    void whatOrbitsSay(String line) {
        machine = Machines.machine(line);
        SymmetryGroup symmetry = SymmetryGroup.of(machine).orElseThrow();
        ImageTables tables = new ImageTables(symmetry);
        group = tables.group();
        orbits = new OrbitPrint(tables);
        images = new ImageChanges(tables, machine.schema().words());
        images.look(machine.initial());
        for (long[] s : states(machine)) {
            orbits.base(s);
            machine.stepper().expand(s, (letter, t) -> look(s, t));
        }
        assertThat(again).as("transitions that depend on what one before did").isGreaterThan(400);
    }

    private void look(long[] s, long[] t) {
        long[] changes = new long[group];
        long[] by = new long[s.length];
        images.find(s, t, changes, by);
        assertThat(orbits.of(changes, 0)).isEqualTo(orbits.of(t));
        if (images.grew()) {
            told.clear();
        }
        long[] changed = new long[s.length];
        Arrays.setAll(changed, w -> s[w] ^ t[w]);
        List<Told> same = told.computeIfAbsent(boxed(changed), bits -> new ArrayList<>());
        for (Told one : same) {
            if (one.isOf(s)) {
                again++;
                assertThat(changes).isEqualTo(one.changes());
                return;
            }
        }
        same.add(new Told(by, s.clone(), changes));
    }
}
