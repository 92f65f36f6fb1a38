package dev.moat.notation.tree;

import java.util.List;

/** A change of a component's tree. One that fits nowhere, or at several places, is refused. */
public sealed interface Edit {
    /** Where it begins. */
    At at();

    /**
     * {@code drop await in unmap if cpu.read-only}: leaves a step out; whatever led to it leads to the next one.
     *
     * @param condition a family of slots of the CPU that are not 0 where it is left out; "" for always
     * @param unless whether it is left out where they are 0
     */
    record Drop(At at, List<String> labels, String operation, String condition, boolean unless) implements Edit {
        public Drop {
            labels = List.copyOf(labels);
        }
    }

    /**
     * {@code move free-area before clear-entry in unmap}.
     *
     * @param before or after
     */
    record Move(At at, String label, boolean before, String other, String operation) implements Edit {}

    /** {@code swap clear-entry, free-area in unmap}. */
    record Swap(At at, String label, String other, String operation) implements Edit {}

    /** {@code copy lock as lock-again on look-up -> enter in map}: once more, on one way. */
    record Copy(At at, String label, String as, String from, String to, String operation) implements Edit {}

    /**
     * {@code redirect split -> unlock to put-page in decrease}.
     *
     * @param outcome only this one: next, loop, fail or done; "" for all that lead there
     */
    record Redirect(At at, String label, String from, String outcome, String to, String operation) implements Edit {}

    /**
     * {@code take lock.table[cpu.domain] before clear-entry in unmap}, or {@code drop}.
     *
     * @param index the slot of the CPU that says which element, a number, or "" for the only one
     */
    record Locking(At at, boolean takes, String lock, String index, boolean before, String label, String operation)
            implements Edit {}

    /** {@code stop after find-area in map}: others act behind it. */
    record Stop(At at, String label, String operation) implements Edit {}

    /** {@code replace def released = expression}. */
    record Redefine(At at, String name, Expr value) implements Edit {}

    /** {@code replace `code` by `code` in unmap at clear-entry}. */
    record Replace(At at, Expr what, Expr by, Scope scope) implements Edit {}

    /** {@code delete `statement` in unmap at clear-entry}. */
    record Delete(At at, Statement what, Scope scope) implements Edit {}

    /** {@code insert `statements` before `statement` in unmap at clear-entry}. */
    record Insert(At at, List<Statement> what, boolean before, Statement where, Scope scope) implements Edit {
        public Insert {
            what = List.copyOf(what);
        }
    }

    /**
     * Where code is looked for.
     *
     * @param of an operation, an action, a procedure or a definition
     * @param label one step of an operation, or "" for all
     */
    record Scope(At at, String of, String label) {}
}
