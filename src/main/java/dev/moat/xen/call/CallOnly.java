package dev.moat.xen.call;

import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.state.Slots;
import java.util.List;

/** Operations that are called with a caller's arguments and are no letters of a search's alphabet. */
public final class CallOnly {
    private CallOnly() {}

    /** @param result where its status or error stands, per CPU */
    public static Operation operation(String name, Actor actor, List<Step> steps, Slots result) {
        return new Operation(
                name, actor, List.of(), ModelBuilder.none(), (s, cpu, a, b, c, d, e) -> false, steps, result);
    }
}
