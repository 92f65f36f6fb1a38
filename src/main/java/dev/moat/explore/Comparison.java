package dev.moat.explore;

import dev.moat.logic.Discipline;
import dev.moat.logic.ground.CompiledActions;
import org.jspecify.annotations.Nullable;

/**
 * Whether a search compares every transition, as it claims, with a discipline.
 *
 * @param discipline what with, or null for no comparison
 * @param wrong what becomes of the search when a transition is not what it claims to be
 * @param reason why nothing is compared, a few words; empty when there is a discipline
 */
public record Comparison(@Nullable CompiledActions discipline, OnWrongClaim wrong, String reason) {
    /** What becomes of a search when a transition is not what it claims to be. */
    public enum OnWrongClaim {
        /** It ends. */
        ENDS,
        /** It goes on, without comparing, to the first broken property: a reader must see whether a door is open. */
        GOES_ON,
        /** It goes on and compares: the machine is known to leave the discipline. */
        NOTES
    }

    /** Compares with a discipline; a strict search ends with the first wrong claim, another one notes it. */
    public static Comparison with(CompiledActions discipline, boolean strict) {
        return new Comparison(discipline, strict ? OnWrongClaim.ENDS : OnWrongClaim.NOTES, "");
    }

    /** The same with a discipline of which nothing is compiled yet. */
    public static Comparison with(Discipline discipline, boolean strict) {
        return with(new CompiledActions(discipline), strict);
    }

    /** Compares with a discipline; after a wrong claim it searches for the first broken property. */
    public static Comparison toTheHarm(CompiledActions discipline) {
        return new Comparison(discipline, OnWrongClaim.GOES_ON, "");
    }

    /** Compares nothing, for this reason. */
    public static Comparison none(String reason) {
        return new Comparison(null, OnWrongClaim.NOTES, reason);
    }
}
