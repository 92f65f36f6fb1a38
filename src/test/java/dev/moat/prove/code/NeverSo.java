package dev.moat.prove.code;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import java.util.List;

/** A machine of which something is said that is so of no state, the first one included. */
public final class NeverSo {
    private NeverSo() {}

    public static Machine machine() {
        ModelBuilder model = new ModelBuilder(new Edits());
        Slots one =
                model.schema().slots("one", Role.HYPERVISOR, Writer.HYPERVISOR).bits(1);
        model.schema().keeps("both", s -> one.get(s, 0) > 1);
        model.action(new Action(
                "stay", Actor.GUEST, List.of(), ModelBuilder.all(), (s, a, b, c, d, e) -> false, true, "stutter"));
        return new Machine(model.build(), Granularity.STEP, false);
    }
}
