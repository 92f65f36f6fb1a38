package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Guarded;
import dev.moat.model.Model;
import dev.moat.prove.Theory;
import dev.moat.prove.refine.RefinementReport;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Slots;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A planted defect that no scenario can meet: where the number of a handle needs a second bit, {@code unmap} leaves the table as it
 * was, and no scenario of R1 has a third handle. {@code check} finds nothing in any of them; the proof does, at the first size that has one.
 */
class BeyondBoundsTest {
    private static final int RLIMIT = 20_000_000;
    private static final long MOST_STATES = 20_000;

    /** The machine with the defect. */
    private static Machine planted(Map<String, String> settings, Granularity granularity) {
        Model model = Catalog.load().model(new MachineSpec("r1", settings, granularity, false, List.of()));
        Slots pte = model.schema().family("pte").orElseThrow();
        List<Action> actions = model.actions().stream()
                .map(a -> a.name().equals("unmap") ? a.with(keeping(pte, a.code())) : a)
                .toList();
        return new Machine(model.running(actions, model.operations()), granularity, false);
    }

    private static Guarded keeping(Slots pte, Guarded code) {
        return (s, x, h, c, d, e) -> {
            long first = pte.get(s, x, 0);
            long second = pte.get(s, x, 1);
            boolean acted = code.apply(s, x, h, c, d, e);
            if (acted && h >> 1 != 0) {
                pte.set(s, x, 0, first);
                pte.set(s, x, 1, second);
            }
            return acted;
        };
    }

    private static List<Scenario> scenarios() {
        return Committed.described().stream()
                .filter(s -> s.machine().component().equals("r1"))
                .toList();
    }

    @Test
    void noScenarioMeetsIt() {
        Engine engine = MoatEngine.open(Path.of(""));
        List<Scenario> all = scenarios();
        assertThat(all)
                .isNotEmpty()
                .allSatisfy(
                        s -> assertThat(Integer.parseInt(s.machine().settings().getOrDefault("handles", "1")))
                                .isLessThanOrEqualTo(2));
        int whole = 0;
        for (Scenario s : all) {
            if (!s.expect().violated() && s.machine().faults().isEmpty()) {
                Machine machine = planted(s.machine().settings(), s.machine().granularity());
                Limits limits = new Limits(
                        Integer.MAX_VALUE, 1, 600, MOST_STATES, Limits.none(1).memory());
                Exploration run = engine.open(s, machine).exploreToFirstObjection(limits, Progress.silent());
                assertThat(run.end()).as(s.id()).isIn(Exploration.End.COMPLETE, Exploration.End.LIMIT);
                whole += run.end() == Exploration.End.COMPLETE ? 1 : 0;
            }
        }
        assertThat(whole).isPositive();
    }

    @Test
    void theProofDoes() {
        Theory theory = Theory.load(Path.of(""));
        Map<String, String> three = Map.of("handles", "3");
        RefinementReport found = RefinementReport.of(planted(three, Granularity.STEP), theory, RLIMIT);
        assertThat(found.proved()).isFalse();
        assertThat(found.disagrees()).isFalse();
        assertThat(found.lines())
                .filteredOn(l -> l.startsWith("FAILED"))
                .isNotEmpty()
                .allMatch(l -> l.contains(" unmap: "));
        // At the size that scenarios have, there is nothing to be found; and nothing at the larger one without the
        // defect.
        assertThat(RefinementReport.of(planted(Map.of(), Granularity.STEP), theory, RLIMIT)
                        .proved())
                .isTrue();
        Machine right = Catalog.load().machine(new MachineSpec("r1", three, Granularity.STEP, false, List.of()));
        assertThat(RefinementReport.of(right, theory, RLIMIT).proved()).isTrue();
    }
}
