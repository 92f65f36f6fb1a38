package dev.moat.machine;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/** A machine whose call waits for a lock at its first step. */
public final class KeptLock {
    private KeptLock() {}

    /** One call, which takes a lock first; and an action that gives it back, if there is one. */
    public static Machine machine(Granularity granularity, boolean keeps, boolean served) {
        ModelBuilder model = new ModelBuilder(new Edits());
        Sort cpus = Sort.numbered("Cpu", "cpu", 1);
        model.cpus(cpus, true);
        Slots lock =
                model.schema().slots("lock", Role.HYPERVISOR, Writer.HYPERVISOR).bits(1);
        Step take = Step.of("take", (s, cpu) -> {
            boolean free = lock.get(s, 0) == 0;
            lock.set(s, 0, 1);
            return free ? Outcome.NEXT : Outcome.BLOCKED;
        });
        Step drop = Step.of("drop", (s, cpu) -> {
            lock.set(s, 0, keeps ? 1 : 0);
            return Outcome.DONE;
        });
        model.operation(new Operation(
                "call",
                Actor.HYPERVISOR,
                List.of(),
                ModelBuilder.all(),
                (s, cpu, a, b, c, d, e) -> true,
                List.of(take, drop),
                null));
        if (served) {
            model.action(new Action(
                    "give-back",
                    Actor.IOMMU,
                    List.of(),
                    ModelBuilder.all(),
                    (s, a, b, c, d, e) -> {
                        boolean kept = lock.get(s, 0) == 1;
                        lock.set(s, 0, 0);
                        return kept;
                    },
                    true,
                    "stutter"));
        }
        return new Machine(model.build(), granularity, true);
    }
}
