package dev.moat.explore;

import dev.moat.logic.read.Discipline;
import org.jspecify.annotations.Nullable;

/**
 * Whether a search compares every transition, as it claims, with a discipline.
 *
 * @param discipline what with, or null for no comparison
 * @param strict whether a transition that is not what it claims to be ends the search
 * @param reason why nothing is compared, a few words; empty when there is a discipline
 */
public record Comparison(@Nullable Discipline discipline, boolean strict, String reason) {
    /** Compares with a discipline. */
    public static Comparison with(Discipline discipline, boolean strict) {
        return new Comparison(discipline, strict, "");
    }

    /** Compares nothing, for this reason. */
    public static Comparison none(String reason) {
        return new Comparison(null, false, reason);
    }
}
