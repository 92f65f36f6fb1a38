package dev.moat.check.mutants;

import dev.moat.check.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fates of mutants against the list of those that nothing has to notice.
 *
 * @param fates of the mutants that were tried, in their order
 * @param reasons of the listed mutants among those that could have been tried
 * @param gone listed mutants that there are none of; empty unless all mutants were looked at
 */
public record Score(List<MutantResult> fates, Map<String, String> reasons, List<String> gone) {
    /** What a fate comes to. */
    public enum Outcome {
        /** Something noticed it. */
        NOTICED,
        /** Nothing did, and it is listed. */
        LISTED,
        /** Nothing did, and it is listed as one that nobody has explained. */
        OPEN,
        /** Nothing did, and it is not listed. */
        SURVIVES,
        /** It is listed, and something noticed it, or it does more than the reason says. */
        STALE,
        /** Time was up. */
        UNFINISHED
    }

    /** How the reason begins of a survivor that nobody has explained. */
    private static final String NOT_EXPLAINED = "open:";

    public Score {
        fates = List.copyOf(fates);
        gone = List.copyOf(gone);
    }

    /**
     * Sets fates against a list.
     *
     * @param known all mutants that there are, null when not all were looked for
     */
    public static Score of(List<MutantResult> fates, Map<String, String> reasons, @Nullable Set<String> known) {
        List<String> gone = new ArrayList<>();
        for (String id : reasons.keySet()) {
            if (known != null && !known.contains(id)) {
                gone.add(id);
            }
        }
        return new Score(fates, reasons, gone);
    }

    /** What a fate comes to. */
    public Outcome outcome(MutantResult fate) {
        String reason = reasons.get(fate.mutant());
        if (fate.death() != null) {
            return reason == null ? Outcome.NOTICED : Outcome.STALE;
        }
        if (!fate.finished()) {
            return Outcome.UNFINISHED;
        }
        if (reason == null) {
            return Outcome.SURVIVES;
        }
        if (doesMore(fate, reason)) {
            return Outcome.STALE;
        }
        return reason.startsWith(NOT_EXPLAINED) ? Outcome.OPEN : Outcome.LISTED;
    }

    /** Whether a reason begins with an effect, and the mutant has another one that this does not cover. */
    static boolean doesMore(MutantResult fate, String reason) {
        for (Effect said : Effect.values()) {
            if (reason.startsWith(said.word() + ":")) {
                return fate.effect() != null && !said.covers(fate.effect());
            }
        }
        return false;
    }

    /** How many fates come to this. */
    public long count(Outcome outcome) {
        return fates.stream().filter(f -> outcome(f) == outcome).count();
    }

    /** How the command ends. */
    public ExitCode exit() {
        if (count(Outcome.SURVIVES) + count(Outcome.STALE) + gone.size() > 0) {
            return ExitCode.EXPECTATION;
        }
        return count(Outcome.UNFINISHED) > 0 ? ExitCode.LIMIT : ExitCode.OK;
    }
}
