package dev.moat.model;

import java.util.List;
import java.util.Objects;

/**
 * An atomic action of a guest, a device or the IOMMU's own machinery.
 *
 * @param name as printed in traces
 * @param actor who acts
 * @param arguments at most five
 * @param filter which combinations exist
 * @param code guard and effect
 * @param service whether this is the queue consumer: the only action that runs while an operation waits at
 *     granularity {@code operation}, and one that counts as progress when deadlock is judged, and goes on for as long as it
 *     can when responses are
 * @param claims the abstract action of the discipline that it performs, or {@code stutter}
 */
public record Action(
        String name,
        Actor actor,
        List<Argument> arguments,
        Filter filter,
        Guarded code,
        boolean service,
        String claims) {
    public Action {
        Objects.requireNonNull(actor, "an action has no actor");
        Objects.requireNonNull(filter, "an action has no filter");
        Objects.requireNonNull(code, "an action has no code");
        Objects.requireNonNull(claims, "an action says not what it claims");
        arguments = List.copyOf(arguments);
    }

    /** The same action with other code. */
    public Action with(Guarded replacement) {
        return new Action(name, actor, arguments, filter, replacement, service, claims);
    }
}
