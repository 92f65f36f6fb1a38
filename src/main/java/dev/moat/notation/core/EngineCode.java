package dev.moat.notation.core;

import dev.moat.notation.tree.At;
import java.util.List;

/**
 * A piece of code that the engine runs.
 *
 * @param kind what it is run as
 * @param name for messages and classes
 * @param parameters its first variables; of a step none
 * @param variables all of them
 * @param acts what it does; a condition is one {@link Act.Return}
 */
public record EngineCode(Kind kind, String name, int parameters, int variables, List<Act> acts, At at) {
    /** What a piece of code is run as. */
    public enum Kind {
        /** A step of an operation on a CPU: answers an exit. */
        STEP,
        /** What a call does before its first step. */
        START,
        /** An action. */
        ACTION,
        /** A condition on arguments alone. */
        FILTER,
        /** A condition on a state and up to five elements. */
        RELATION,
        /** A condition on a state and an element of a family with two or three indices, or one. */
        ELEMENT,
        /** A condition on a state. */
        STATE,
        /** Changes a state. */
        CHANGE,
        /** Says what a transition was. */
        CLAIM
    }

    public EngineCode {
        acts = List.copyOf(acts);
    }
}
