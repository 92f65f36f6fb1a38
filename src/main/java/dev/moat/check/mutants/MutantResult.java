package dev.moat.check.mutants;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a mutant.
 *
 * @param mutant its id
 * @param tried on how many scenarios it was tried
 * @param cut in how many of these it was searched to a limit only, so that a defect behind it is not seen
 * @param death how it was noticed, or null
 * @param effect the most that it does to the states of a scenario that it was tried on; null when it was noticed, or
 *     nothing is known
 * @param finished whether it was tried on all scenarios that it concerns, or noticed
 */
public record MutantResult(
        String mutant,
        int tried,
        int cut,
        @Nullable Death death,
        @Nullable Effect effect,
        boolean finished) {}
