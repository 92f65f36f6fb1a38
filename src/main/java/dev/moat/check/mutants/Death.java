package dev.moat.check.mutants;

import java.util.Locale;

/**
 * How a mutant was noticed. A count that differs is no way.
 *
 * @param how the kind of what noticed it
 * @param scenario where
 * @param by the properties, or the step whose claim is wrong
 */
record Death(How how, String scenario, String by) {
    /** What can notice a mutant. */
    public enum How {
        /** A property that must hold is violated. */
        PROPERTY,
        /** A step is not what it claims to be. */
        CLAIM,
        /** An operation is left unfinished and nothing can go on. */
        DEADLOCK,
        /** A call never returns, or an invalidation never completes, on some fair run. */
        RESPONSE,
        /** A control's defect is not found any more, or breaks other properties than it must. */
        CONTROL,
        /** No state satisfies the witness of a property any more: it would hold for want of anything to forbid. */
        WITNESS,
        /** What requests get is no more what entries, tables and caches say. */
        VIEWS,
        /** The machine itself refuses to go on. */
        STOPPED;

        /** As printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return how.word() + " in " + scenario + (by.isEmpty() ? "" : ": " + by);
    }
}
