package dev.moat.check.proof;

import dev.moat.discipline.Bounds;
import dev.moat.discipline.DisciplineComponent;
import dev.moat.discipline.Instance;
import dev.moat.discipline.Letter;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Explorer;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.Place;
import dev.moat.logic.Term;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.read.Invariant;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.prove.Cti;
import dev.moat.prove.Statement;
import dev.moat.prove.Theory;
import dev.moat.prove.bounded.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        ModelBuilder builder = new ModelBuilder(new Edits());
        DisciplineComponent.declare(instance, builder);
        Machine machine = new Machine(builder.build(), Granularity.OPERATION, true);
        Judge judge = new Judge(List.of(invariant(statement)), machine.model().abstraction(), machine.schema());
        Limits none = Limits.none(1);
        Limits limits = new Limits(none.depth(), none.workers(), MOST_SECONDS, MOST_STATES, none.memory());
        Exploration found = new Explorer(machine, judge, limits).run(Progress.silent());
        Exploration.Violation violation = found.violation();
        Run run = violation == null ? null : run(instance, violation.instances());
        return new Reachability(statement, instance.bounds(), run, found);
    }

    private static Invariant invariant(Statement s) {
        Term all = new Term.And(new Place(s.id(), 0, 0), s.conjuncts());
        return new Invariant(s.id(), s.says(), "safety", "", all, s.witness(), "");
    }

    /** The alphabet of the machine is the letters of the instance, in the same order. */
    private static Run run(Instance instance, List<Integer> taken) {
        List<Letter> alphabet = new ArrayList<>();
        for (Map.Entry<String, List<Letter>> action : instance.letters().entrySet()) {
            alphabet.addAll(action.getValue());
        }
        return new Run(
                instance, instance.initial(), taken.stream().map(alphabet::get).toList());
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
