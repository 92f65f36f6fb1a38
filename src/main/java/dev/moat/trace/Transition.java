package dev.moat.trace;

import dev.moat.model.Actor;
import dev.moat.state.Schema;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One transition as it happened. Immutable. */
public final class Transition {
    private final int instance;
    private final String name;
    private final Actor actor;
    private final List<String> steps;
    private final @Nullable String result;
    private final List<Schema.Change> changes;
    private final long[] state;

    Transition(
            int instance,
            String name,
            Actor actor,
            List<String> steps,
            @Nullable String result,
            List<Schema.Change> changes,
            long[] state) {
        this.instance = instance;
        this.name = name;
        this.actor = actor;
        this.steps = steps;
        this.result = result;
        this.changes = changes;
        this.state = state;
    }

    /** The letter of the machine's alphabet. */
    public int instance() {
        return instance;
    }

    /** The letter's printable name. */
    public String name() {
        return name;
    }

    /** Who did it. */
    public Actor actor() {
        return actor;
    }

    /** The steps that ran, {@code operation/step}, in order (the first 256); empty for an action. */
    public List<String> steps() {
        return steps;
    }

    /** The status of the operation that this transition finished, or null. */
    public @Nullable String result() {
        return result;
    }

    /** What differs between the states before and after, in the order of declaration. */
    public List<Schema.Change> changes() {
        return changes;
    }

    /** A copy of the state after. */
    public long[] state() {
        return Arrays.copyOf(state, state.length);
    }
}
