package dev.moat.notation.core;

import dev.moat.notation.tree.At;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A checked statement. */
public sealed interface Act {
    /** Stores an element of a family. */
    record Store(int family, List<Value> index, Value value, At at) implements Act {
        public Store {
            index = List.copyOf(index);
        }
    }

    /** Gives a variable its value, which may be the answer of a deed. */
    record Let(int slot, Value value, At at) implements Act {}

    /** Where it is false the step is not enabled, and nothing has been changed. */
    record Wait(Value condition, At at) implements Act {}

    /**
     * Ends the step.
     *
     * @param exit its place among the step's exits
     */
    record Jump(int exit, @Nullable Value condition) implements Act {}

    /** One side of two. */
    record Branch(Value condition, List<Act> yes, List<Act> no) implements Act {
        public Branch {
            yes = List.copyOf(yes);
            no = List.copyOf(no);
        }
    }

    /** Once for each element, as {@link Value.Fold} looks at them. */
    record Loop(
            int slot,
            Value size,
            @Nullable Value only,
            @Nullable Value where,
            List<Act> body) implements Act {
        public Loop {
            body = List.copyOf(body);
        }
    }

    /** Does a deed, or runs a procedure or a claim. */
    record Run(Value call, At at) implements Act {}

    /** Ends a procedure or a claim. */
    record Return(@Nullable Value value, @Nullable Value condition) implements Act {}

    /** Adds an action to a claim. */
    record Say(String action, List<Value> arguments) implements Act {
        public Say {
            arguments = List.copyOf(arguments);
        }
    }
}
