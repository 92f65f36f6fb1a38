package dev.moat.check.proof;

import dev.moat.discipline.Bounds;
import dev.moat.discipline.Instance;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.End;
import dev.moat.prove.Cti;
import dev.moat.prove.Statement;
import dev.moat.prove.Theory;
import dev.moat.prove.bounded.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a statement that is not inductive is false in a state that the explorer reaches, in an instance of the
 * discipline that is large enough for the counterexample to induction.
 *
 * @param statement what was judged
 * @param bounds of the instance
 * @param run the shortest run to a state in which the statement is false, or null
 * @param exploration the search
 */
public record Reachability(
        Statement statement, Bounds bounds, @Nullable Run run, Exploration exploration) {
    private static final long MOST_STATES = 1_000_000;
    private static final long MOST_SECONDS = 10;

    /** Explores at most a million states, for at most ten seconds, on the calling thread. */
    public static Reachability of(Theory theory, Cti cti) {
        Statement statement = cti.goal().statement();
        Instance instance = new Instance(
                theory.discipline(), Bounds.initial().atLeast(cti.before().sizes()));
        InstanceSearch search = new InstanceSearch(instance, List.of(statement));
        Exploration found = search.run(MOST_STATES, MOST_SECONDS);
        Exploration.Violation violation = found.violation();
        Run run = violation == null ? null : search.run(violation);
        return new Reachability(statement, instance.bounds(), run, found);
    }

    /** For a person: that it is a real defect, and how it comes about; or how far was searched in vain. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        Run shortest = run;
        if (shortest != null) {
            String what = statement.safety() ? "a real defect" : "the lemma is false in a state";
            lines.add("REACHABLE: " + what + ", " + shortest.letters().size() + " steps from the initial one (" + bounds
                    + "):");
            lines.addAll(shortest.lines());
        } else {
            String end = exploration.end() == End.COMPLETE ? "all" : "the first";
            lines.add(String.format(
                    Locale.ROOT,
                    "not reached: true in %s %,d states, up to depth %d (%s); a lemma is missing, or these bounds are too"
                            + " small to show the defect",
                    end,
                    exploration.distinct(),
                    exploration.depth(),
                    bounds));
        }
        return lines;
    }
}
