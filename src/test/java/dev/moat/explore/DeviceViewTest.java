package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.mutants.DeviceViews;
import dev.moat.check.mutants.Refusals;
import dev.moat.check.mutants.TwoViews;
import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.tests.Volume;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The two views of who reaches what: what a request of a device gets ({@code getsR}), by the unit's own answer; and what entries, tables
 * and caches say. Where both speak they agree; where only one does, {@link TwoViews} says, and {@link DeviceJudgeTest} looks.
 */
class DeviceViewTest {
    /** The abstract machine, whose states are what relations say: no unit answers, and there is no second view. */
    private static final String ABSTRACT = "discipline";
    /** Their units cache entries word by word, or by what a queue has told them: what devices get is told by that alone. */
    private static final Set<String> WORD_BY_WORD = Set.of("smmuv3-cmdq", "smmuv3-streams");

    private static final int WALKS = Volume.of(1, 8);
    private static final int LENGTH = 120;

    private final Random random = new Random(5);
    private final Set<String> differences = new TreeSet<>();
    private long agreed;
    private long answeredByCache;
    private long refused;

    @Test
    void theTwoViewsAgreeWhereBothSpeak() {
        Set<MachineSpec> seen = new HashSet<>();
        Set<String> answering = new TreeSet<>();
        Set<String> twice = new TreeSet<>();
        for (Scenario scenario : scenarios()) {
            MachineSpec spec = scenario.machine();
            if (!answering.contains(spec.component()) && answers(spec)) {
                answering.add(spec.component());
            }
            if (TwoViews.bothSpeak(spec.component(), spec.settings())) {
                twice.add(spec.component());
            }
            if (TwoViews.areIn(spec.component(), spec.settings())
                    && !scenario.expect().violated()
                    && seen.add(spec)) {
                walk(scenario.id(), Catalog.load().machine(spec), spec);
            }
        }
        assertThat(seen).hasSizeGreaterThan(120);
        answering.remove(ABSTRACT);
        answering.removeAll(WORD_BY_WORD);
        assertThat(twice).as("components whose devices get something").isEqualTo(answering);
        assertThat(differences.stream().limit(5)).isEmpty();
        assertThat(agreed).as("frames that requests got").isGreaterThan(20_000);
        assertThat(answeredByCache)
                .as("of them from caches that differ from the tables")
                .isGreaterThan(50);
        assertThat(refused).as("refusals that both views have").isGreaterThan(120);
    }

    /** Random walks come to few of the states of an address that is handed out again, or of tables that grow under a device. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dma-arm-2cpu",
                "dma-arm-attach",
                "dma-arm-calgary",
                "dma-arm-lines",
                "amdvi-growth",
                "amdvi-growth-devices",
                "amdvi-growth-directories",
                "amdvi-growth-np-cache"
            })
    void theyAgreeInEveryStateOfMappingsAndOfGrowingTables(String id) {
        Scenario scenario = Committed.scenario(id);
        Machine machine = Catalog.load().machine(scenario.machine());
        DeviceViews views = new DeviceViews(machine.model().abstraction(), scenario.machine());
        assertThat(views.speak()).isTrue();
        Reachable all = Reachable.of(machine, 100_000, (before, i, after) -> {}).orElseThrow();
        assertThat(all.states()).hasSizeGreaterThan(2_000);
        assertThat(all.states().stream().map(s -> views.difference(s.words())).flatMap(Optional::stream))
                .isEmpty();
    }

    private static boolean answers(MachineSpec spec) {
        return Catalog.load().model(spec).abstraction().relation("getsR").isPresent();
    }

    private static List<Scenario> scenarios() {
        return Committed.described().stream()
                .filter(s -> !Set.of("deep", "simulate", "bench").contains(s.set()))
                .toList();
    }

    private void walk(String scenario, Machine machine, MachineSpec spec) {
        boolean both = TwoViews.bothSpeak(spec.component(), spec.settings());
        boolean refuse = Refusals.speak(spec.component(), spec.settings());
        TwoViews views = new TwoViews(machine.model().abstraction(), spec.settings());
        Refusals refusals = new Refusals(machine.model().abstraction(), spec.settings());
        Stepper stepper = machine.stepper();
        for (int walk = 0; walk < WALKS; walk++) {
            long[] s = machine.initial();
            for (int n = 0; n < LENGTH; n++) {
                if (both) {
                    views.difference(s).ifPresent(d -> differences.add(scenario + ": " + d));
                }
                Optional<String> refusal = refuse ? refusals.difference(s) : Optional.empty();
                refusal.ifPresent(d -> differences.add(scenario + ": " + d));
                List<long[]> next = new ArrayList<>();
                stepper.expand(s, (instance, after) -> next.add(after.clone()));
                if (next.isEmpty()) {
                    break;
                }
                s = next.get(random.nextInt(next.size()));
            }
        }
        agreed += views.agreed();
        answeredByCache += views.answeredByCache();
        refused += refusals.compared();
    }
}
