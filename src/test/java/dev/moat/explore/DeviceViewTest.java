package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.check.Property;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The two views of who reaches what: what a request of a device gets ({@code getsR}), by the unit's own answer; and what entries, tables
 * and caches say ({@code ent}, {@code cent}, {@code mapR}, {@code mayR}). Where both speak they agree.
 *
 * <p>They do not both speak where the walker still sees an entry that software has replaced (late stores), or goes on from a
 * table that only paging-structure caches know: {@code mapR} is the tables as stored. A cache under a tag that no device's entry
 * has answers nobody, so only {@code mayR} knows it. What passes through, is not translated, or ends where no frame is has only
 * the device's view: {@link DeviceJudgeTest}.
 */
class DeviceViewTest {
    private static final int WALKS = 4;
    private static final int LENGTH = 120;

    private final Random random = new Random(5);
    private final Set<String> differences = new TreeSet<>();
    private long agreed;
    private long answeredByCache;

    @Test
    void theTwoViewsAgreeWhereBothSpeak() throws IOException {
        Set<MachineSpec> seen = new HashSet<>();
        for (Scenario scenario : scenarios()) {
            MachineSpec spec = scenario.machine();
            boolean both = Set.of("xen-vtd", "iommu-api").contains(spec.component())
                    && spec.settings().keySet().stream()
                            .noneMatch(Set.of("write-buffer", "coherent", "paging-caches")::contains);
            if (both && !scenario.expect().violated() && seen.add(spec)) {
                walk(scenario.id(), Catalog.load().machine(spec));
            }
        }
        assertThat(seen).hasSizeGreaterThan(120);
        assertThat(differences.stream().limit(5)).isEmpty();
        assertThat(agreed).as("frames that requests got").isGreaterThan(100_000);
        assertThat(answeredByCache)
                .as("of them from caches that differ from the tables")
                .isGreaterThan(100);
    }

    private static List<Scenario> scenarios() throws IOException {
        List<String> ids = MoatEngine.open(Path.of("")).invariants().stream()
                .map(Property::id)
                .toList();
        return new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Catalog.load(), ids))
                .all().stream()
                        .filter(s -> !Set.of("deep", "simulate", "bench").contains(s.set()))
                        .toList();
    }

    private void walk(String scenario, Machine machine) {
        View view = new View(machine.model().abstraction());
        Stepper stepper = machine.stepper();
        for (int walk = 0; walk < WALKS; walk++) {
            long[] s = machine.initial();
            for (int n = 0; n < LENGTH; n++) {
                view.compare(scenario, s);
                List<long[]> next = new ArrayList<>();
                stepper.expand(s, (instance, after) -> next.add(after.clone()));
                if (next.isEmpty()) {
                    break;
                }
                s = next.get(random.nextInt(next.size()));
            }
        }
    }

    /** Both views of one machine, read atom by atom. */
    private final class View {
        private final Abstraction abstraction;
        private final Map<String, Relation> relations = new HashMap<>();

        View(Abstraction abstraction) {
            this.abstraction = abstraction;
            abstraction.relations().forEach(r -> relations.put(r.name(), r));
        }

        private int size(String sort) {
            return abstraction.sort(sort).map(Sort::size).orElseThrow();
        }

        private boolean is(String relation, long[] s, int... a) {
            Relation r = relations.get(relation);
            return r.code()
                    .holds(s, a[0], a.length > 1 ? a[1] : 0, a.length > 2 ? a[2] : 0, a.length > 3 ? a[3] : 0, 0);
        }

        void compare(String scenario, long[] s) {
            for (int q = 0; q < size("Req"); q++) {
                for (int p = 0; p < size("Page"); p++) {
                    for (int f = 0; f < size("Frame"); f++) {
                        compare(scenario, s, q, p, f, false);
                        compare(scenario, s, q, p, f, true);
                    }
                }
            }
        }

        private void compare(String scenario, long[] s, int q, int p, int f, boolean write) {
            boolean gets = is(write ? "getsW" : "getsR", s, q, p, f);
            String map = write ? "mapW" : "mapR";
            String may = write ? "mayW" : "mayR";
            boolean possible = false;
            boolean certain = false;
            for (int u = 0; u < size("Unit"); u++) {
                for (int sp = 0; sp < size("Space"); sp++) {
                    for (int t = 0; t < size("Tag"); t++) {
                        boolean cached = is("cent", s, u, q, sp, t);
                        if (cached || is("ent", s, u, q, sp, t)) {
                            boolean mapped = is(map, s, sp, p, f);
                            boolean served = is(may, s, u, t, p, f);
                            possible |= mapped || served;
                            boolean used = cached || !anyCached(s, u, q);
                            certain |= used && (served || (mapped && !anyServed(s, u, t, p)));
                            answeredByCache += gets && used && served && !mapped ? 1 : 0;
                        }
                    }
                }
            }
            agreed += gets && possible ? 1 : 0;
            if (gets ? !possible : certain && !is(write ? "blockedW" : "blockedR", s, q, p)) {
                differences.add(scenario + ": device " + q + ", page " + p + ", frame " + f
                        + (write ? ", write" : ", read")
                        + (gets ? ": gets what neither tables nor caches have" : ": does not get what both have"));
            }
        }

        private boolean anyCached(long[] s, int u, int q) {
            for (int sp = 0; sp < size("Space"); sp++) {
                for (int t = 0; t < size("Tag"); t++) {
                    if (is("cent", s, u, q, sp, t)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean anyServed(long[] s, int u, int t, int p) {
            for (int f = 0; f < size("Frame"); f++) {
                if (is("mayR", s, u, t, p, f) || is("mayW", s, u, t, p, f)) {
                    return true;
                }
            }
            return false;
        }
    }
}
