package dev.moat.xen.iospace.dma;

import dev.moat.model.Outcome;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A hypercall as part of a kernel's operation on the same CPU: its steps under names of their own, and where it goes on. */
final class Inlined {
    private Inlined() {}

    /**
     * The steps.
     *
     * @param call a hypercall's; its last step refuses, and its results are in the CPU's locals
     * @param prefix what its names begin with
     * @param done where the kernel goes on when it returns
     * @param refused where it goes on when the call is refused
     */
    static List<Step> of(List<Step> call, String prefix, String done, String refused) {
        List<Step> inlined = new ArrayList<>();
        for (int i = 0; i < call.size(); i++) {
            Step step = call.get(i);
            List<@Nullable String> targets = new ArrayList<>();
            for (String target : step.targets()) {
                targets.add(target == null ? null : target.equals(Step.END) ? done : prefix + target);
            }
            if (i == call.size() - 1) {
                targets.set(Outcome.NEXT, refused);
            }
            inlined.add(new Step(prefix + step.name(), step.code(), step.quiet(), targets, step.notes()));
        }
        return inlined;
    }
}
