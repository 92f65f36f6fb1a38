package dev.moat.dma.arm;

import static dev.moat.model.program.Outcome.BLOCKED;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.iommu.driver.DriverSteps;
import dev.moat.iommu.driver.Port;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import dev.moat.model.program.StepCode;
import java.util.List;

/** Steps that have the one unit forget: ask, announce, await. */
final class Forgetting {
    private final ArmState state;
    private final Port port;

    Forgetting(ArmState state) {
        this.state = state;
        port = state.iommu.port(0);
    }

    /** The steps that have the call's page forgotten, or everything of the mapping's domain. */
    List<Step> translations(boolean all) {
        return steps("", (s, cpu) -> {
            int p = all ? Port.ALL_PAGES : (int) state.page.get(s, cpu);
            return port.askTranslations(s, cpu, state.tag(s), p, p, Port.LEAVES) ? NEXT : BLOCKED;
        });
    }

    /** The steps that have the entry of the call's device forgotten. */
    List<Step> entry() {
        return steps("-entry", (s, cpu) -> {
            int q = (int) state.caller.get(s, cpu);
            return port.askEntry(s, cpu, state.tag(s), q) ? NEXT : BLOCKED;
        });
    }

    /** The steps that have forgotten that the call's device had no entry. */
    List<Step> absentEntry() {
        return steps("-absent", (s, cpu) -> {
            int q = (int) state.caller.get(s, cpu);
            return port.askEntry(s, cpu, state.iommu.duty().tagOfAbsence(state.tag(s)), q) ? NEXT : BLOCKED;
        });
    }

    private List<Step> steps(String suffix, StepCode ask) {
        OperationPlan plan =
                new OperationPlan().step(Step.of("ask" + suffix, ask).asking(port.decisions()));
        Step announce = Step.of("announce" + suffix, (s, cpu) -> port.announce(s, cpu) ? NEXT : BLOCKED);
        DriverSteps.before(announce, port, (s, cpu) -> port, name -> name + suffix)
                .forEach(plan::step);
        return plan.step(Step.of("await" + suffix, (s, cpu) -> port.isDone(s, cpu) ? NEXT : BLOCKED))
                .part();
    }
}
