package dev.moat.prove.refine;

import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeQuestions;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.ProvedFacts;
import dev.moat.prove.code.WellFormed;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.RefusedException;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.Z3Terms;
import dev.moat.prove.refine.StepLines.Move;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lines that a component declares about its states ({@code SchemaBuilder.keepsAtSteps}) and lines that are found about
 * steps. They are proved together, each with the help of all. A line that is not kept is left out, with the reason,
 * and the rest is proved again. The remaining lines hold in every reached state.
 */
public final class KeptLines implements ProvedFacts {
    private final LiftedMachine lifted;
    private final Exprs exprs;
    private final WellFormed slots;
    private final int rlimit;
    private final List<Move> moves;
    private StepLines stepLines;
    private final List<Read> fresh = new ArrayList<>();
    private final Map<String, Line> stand = new LinkedHashMap<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();

    /** A slot of the state afterwards, with the variable that stands for it. */
    private static final class Read {
        final Slots slots;
        final int element;
        final TermExpr variable;

        Read(Slots slots, int element, TermExpr variable) {
            this.slots = slots;
            this.element = element;
            this.variable = variable;
        }
    }

    /**
     * A line that is proved, or still to be.
     *
     * @param now of the state before
     * @param later of any state, whose slots are variables of their own
     * @param reads those that it asks for
     */
    private record Line(TermExpr now, TermExpr later, List<Read> reads) {}

    /**
     * @param explored states that are reached: a line that is not so in one of them is left out
     * @param rlimit what one question may cost
     */
    public KeptLines(LiftedMachine lifted, List<long[]> explored, int rlimit) {
        this.lifted = lifted;
        this.rlimit = rlimit;
        exprs = lifted.exprs();
        slots = new WellFormed(lifted);
        moves = Move.of(lifted);
        // Who is not lifted is asked about nothing, and may break anything.
        boolean whole = lifted.refused().isEmpty();
        List<TermExpr> after = anyState();
        lifted.machine().schema().keptAtSteps().forEach((name, holds) -> {
            String why = whole ? wrongIn(holds, explored) : "not kept, as far as is known, by code that is not lifted";
            if (why.isEmpty()) {
                try {
                    TermExpr later = line(holds, after);
                    Set<TermExpr> asked = new HashSet<>(new Evaluation(List.of(later)).variables());
                    List<Read> reads = fresh.stream()
                            .filter(r -> asked.contains(r.variable))
                            .toList();
                    stand.put(name, new Line(line(holds, lifted.words()), later, reads));
                } catch (RefusedException e) {
                    why = "not lifted: " + e.getMessage();
                }
            }
            if (!why.isEmpty()) {
                leftOut.put(name, why);
            }
        });
        do {
            List<TermExpr> known = stand.values().stream().map(Line::now).toList();
            stepLines = new StepLines(lifted, moves, whole ? explored : List.of(), known, rlimit);
        } while (leavesOutWhatIsNotKept());
    }

    /** Words of which each slot is a variable. */
    private List<TermExpr> anyState() {
        List<TermExpr> words =
                new ArrayList<>(Collections.nCopies(lifted.machine().schema().words(), exprs.ofLong(0)));
        for (Slots f : lifted.machine().schema().families()) {
            for (int i = 0; i < f.size() && f.width() > 0; i++) {
                TermExpr variable = exprs.variable("after " + f.label(i), 64);
                fresh.add(new Read(f, i, variable));
                words = slots.with(words, f, i, value(variable, f));
            }
        }
        return words;
    }

    private TermExpr value(TermExpr variable, Slots f) {
        return f.width() == 64 ? variable : exprs.and(variable, exprs.ofLong((1L << f.width()) - 1));
    }

    private String wrongIn(Predicate<long[]> holds, List<long[]> explored) {
        if (!holds.test(lifted.machine().initial())) {
            return "not so in the initial state";
        }
        return explored.stream().allMatch(holds) ? "" : "not so in a state that is reached";
    }

    /** Whether a line holds in a state of these words, and can be asked. */
    private TermExpr line(Predicate<long[]> code, List<TermExpr> words) {
        Lifted line = lifted.judged(code, words);
        TermExpr holds =
                exprs.not(exprs.eq(line.answer(), exprs.constant(line.answer().width(), 0)));
        return line.obligations().stream().map(Obligation::when).map(exprs::not).reduce(holds, exprs::and);
    }

    /** Leaves out each line that some move breaks; whether there was one. */
    private boolean leavesOutWhatIsNotKept() {
        Map<String, String> broken = new LinkedHashMap<>();
        try (Z3Terms terms = new Z3Terms(exprs, rlimit)) {
            Solver solver = terms.bitSolver(known().toArray(new TermExpr[0]));
            stand.forEach((name, line) -> {
                String by = brokenBy(terms, solver, line);
                if (!by.isEmpty()) {
                    broken.put(name, by);
                }
            });
        }
        stand.keySet().removeAll(broken.keySet());
        leftOut.putAll(broken);
        return !broken.isEmpty();
    }

    private String brokenBy(Z3Terms terms, Solver solver, Line line) {
        for (Move move : moves) {
            TermExpr never = breaks(line, move);
            Status status = never.isFalse() ? Status.UNSATISFIABLE : terms.ask(solver, never);
            if (status != Status.UNSATISFIABLE) {
                return (status == Status.UNKNOWN ? "it is unknown whether it is kept by " : "not kept by ")
                        + move.name();
            }
        }
        return "";
    }

    /** The states and arguments with which a move leads from where all stands to where a line does not; none if it reads nothing new. */
    private TermExpr breaks(Line line, Move move) {
        TermExpr reached = exprs.yes;
        boolean changed = false;
        for (Read r : line.reads()) {
            TermExpr is = slots.value(move.reached(), r.slots, r.element);
            changed |= is != slots.value(lifted.words(), r.slots, r.element);
            reached = exprs.and(reached, exprs.eq(value(r.variable, r.slots), is));
        }
        return changed ? exprs.and(exprs.and(move.takes(), reached), exprs.not(line.later())) : exprs.no;
    }

    /** All that is so of every state that is reached: it is well-formed, and what stands holds. */
    @Override
    public List<TermExpr> known() {
        List<TermExpr> all = new ArrayList<>(slots.of(lifted.words()).values());
        if (stepLines.areProved()) {
            all.add(stepLines.of(lifted.words()));
        }
        stand.values().forEach(line -> all.add(line.now()));
        return all;
    }

    /** The last questions that were asked, of whose answers all that stands is left. */
    @Override
    public CodeQuestions questions(String proof) {
        List<Answer> answers = moves.stream()
                .flatMap(move -> goals(move).stream())
                .map(Answer::proved)
                .toList();
        return new CodeQuestions(proof, exprs, known(), answers);
    }

    @Override
    public int count() {
        return stand.size() + (stepLines.areProved() ? stepLines.count() : 0);
    }

    /** That a move keeps all that stands, where that is not obvious. */
    List<CodeGoal> goals(Move move) {
        List<CodeGoal> goals = new ArrayList<>();
        if (stepLines.areProved()) {
            TermExpr never = exprs.and(move.takes(), exprs.not(stepLines.of(move.reached())));
            goals.add(new CodeGoal(move.name(), "keeps which values locals have", never));
        }
        stand.forEach((name, line) -> goals.add(new CodeGoal(move.name(), "keeps: " + name, breaks(line, move))));
        goals.removeIf(goal -> goal.never().isFalse());
        return goals;
    }

    /** What was found about steps. */
    StepLines stepLines() {
        return stepLines;
    }

    /** The component's lines that are proved, in the order in which it says them. */
    List<String> proved() {
        return new ArrayList<>(stand.keySet());
    }

    /** Its other lines, and why they are not. */
    Map<String, String> leftOut() {
        return leftOut;
    }
}
