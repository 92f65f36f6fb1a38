package dev.moat.prove.refine;

import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.logic.Term;
import dev.moat.model.ClaimCode;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.CodeQuestions;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.Piece;
import dev.moat.prove.code.Piece.Kind;
import dev.moat.prove.code.Transitions;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Lifted.Addition;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.RefusedException;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.Z3Terms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proves that every piece of a machine's code performs its claimed actions. This holds for every well-formed state
 * whose meaning satisfies the discipline's properties and lemmas. The claimed actions can be taken and give the
 * meaning of the state afterwards, in every atom. A piece without a claim changes no atom, nor do setting the step
 * counter and normalising.
 */
final class Refinement implements AutoCloseable {
    /** The piece that is the checker's own: clearing what is dead. */
    static final String NORMALISE = "normalise";

    /** Ends of what goals say that the explorer's judge has an opinion about. */
    static final String CLAIMED = " is what was claimed";

    static final String TAKEN = " can be taken";

    private final LiftedMachine lifted;
    private final Theory theory;
    private final Exprs exprs;
    private final Transitions transitions;
    private final LiftedAbstraction abstraction;
    private final Atoms before;
    private final KeptLines lines;
    private final Z3Terms solver;
    private final Solver plainly;
    private final Solver assuming;
    private final List<TermExpr> plain = new ArrayList<>();
    private final List<TermExpr> allowed = new ArrayList<>();
    private final List<CodeGoal> goals = new ArrayList<>();
    private final Map<String, Piece> pieces = new LinkedHashMap<>();
    private final Map<String, List<Addition>> said = new LinkedHashMap<>();
    private final Map<String, String> refused = new LinkedHashMap<>();

    /**
     * @param explored states that are reached, from which lines about steps are found; may be empty
     * @param rlimit what one question may cost, in Z3's units
     * @throws IllegalArgumentException when the machine's states have no meaning to the discipline
     * @throws RefusedException when their meaning cannot be lifted
     */
    public Refinement(LiftedMachine lifted, Theory theory, List<long[]> explored, int rlimit) {
        this.lifted = lifted;
        this.theory = theory;
        exprs = lifted.exprs();
        transitions = new Transitions(lifted);
        abstraction = new LiftedAbstraction(lifted, theory.discipline());
        before = abstraction.of(lifted.words());
        solver = new Z3Terms(exprs, rlimit);
        lines = new KeptLines(lifted, explored, rlimit);
        plain.addAll(lines.known());
        allowed.addAll(plain);
        allowed.addAll(statements(before).values());
        plainly = solver.bitSolver(plain.toArray(new TermExpr[0]));
        assuming = solver.bitSolver(allowed.toArray(new TermExpr[0]));
        abstraction.fails().forEach((place, when) -> add(goals, "meaning", place, when));
        lifted.pieces().forEach(this::aboutOwn);
        aboutNormalising();
        aboutTheBeginning();
    }

    /** What the discipline's properties and lemmas say of a state, by name. */
    private Map<String, TermExpr> statements(Atoms state) {
        Expansion expansion = new Expansion(exprs, state);
        Map<String, TermExpr> all = new LinkedHashMap<>();
        for (ProofStatement statement : theory.statements()) {
            int number = 0;
            for (Term conjunct : statement.conjuncts()) {
                TermExpr is = expansion.of(conjunct, null);
                number++;
                if (!is.isTrue()) {
                    all.put(statement.id() + "." + number, is);
                }
            }
        }
        return all;
    }

    /** What is to be proved, in the order of the pieces. */
    public List<CodeGoal> goals() {
        return goals;
    }

    /** Whose claims could not be lifted, and why. */
    public Map<String, String> refused() {
        return refused;
    }

    /** What was said and what was found, and proved, about states that are reached. */
    KeptLines lines() {
        return lines;
    }

    /** The state before, as the discipline sees it. */
    Atoms before() {
        return before;
    }

    /** What a piece claims. */
    List<Addition> said(Piece piece) {
        return said.getOrDefault(piece.name(), List.of());
    }

    /**
     * What is to be proved of a piece that is not the machine's, but has the name of one: that it keeps what the proofs of all
     * others rest on, and is what it claims to be.
     *
     * @throws RefusedException when its claim cannot be lifted
     */
    List<CodeGoal> goalsOf(Piece other) {
        List<CodeGoal> goals =
                lines.goals(new StepLines.Move(other.name(), transitions.takes(other), transitions.reached(other)));
        goals.addAll(about(other).goals());
        return goals;
    }

    /** Whether a truth value can be true in a state that the discipline allows. */
    Status possible(TermExpr truth) {
        return truth.isFalse() ? Status.UNSATISFIABLE : solver.ask(assuming, truth);
    }

    /** What is to be proved of a piece, and what it claims. */
    private record About(List<CodeGoal> goals, List<Addition> said) {}

    private void aboutOwn(Piece piece) {
        pieces.put(piece.name(), piece);
        try {
            About about = about(piece);
            goals.addAll(about.goals);
            said.put(piece.name(), about.said);
        } catch (RefusedException e) {
            refused.put(piece.name(), String.valueOf(e.getMessage()));
        }
    }

    private About about(Piece piece) {
        List<CodeGoal> to = new ArrayList<>();
        List<Addition> claimed = List.of();
        TermExpr takes = transitions.takes(piece);
        TermExpr claims = takes;
        Taking taking = new Taking(theory.discipline(), exprs, before);
        ClaimCode code = CodeReplay.claims(lifted.machine().model(), piece);
        if (code != null) {
            Lifted claim = lifted.claimed(code, piece);
            for (Obligation o : claim.obligations()) {
                add(to, piece.name(), "the claim, " + says(o), exprs.and(takes, o.when()));
                // Goals of their own: where the claim throws, there is none to ask about.
                claims = exprs.and(claims, exprs.not(o.when()));
            }
            claimed = claim.said();
            claimed.forEach(taking::take);
        }
        TermExpr when = claims;
        taking.needs().forEach(n -> add(to, piece.name(), n.says(), exprs.and(when, n.never())));
        List<TermExpr> reached = transitions.reached(piece);
        if (piece.kind() == Kind.START) {
            to.addAll(same(piece.name(), " is as it was", when, taking.after(), abstraction.of(reached)));
            return new About(to, claimed);
        }
        Atoms after = abstraction.of(piece.after());
        to.addAll(same(piece.name(), CLAIMED, when, taking.after(), after));
        if (piece.kind() == Kind.STEP) {
            to.addAll(same(piece.name(), " is the same at the next step", takes, after, abstraction.of(reached)));
        }
        return new About(to, claimed);
    }

    private static void add(List<CodeGoal> to, String piece, String says, TermExpr never) {
        if (!never.isFalse()) {
            to.add(new CodeGoal(piece, says, never));
        }
    }

    private static String says(Obligation o) {
        return o.place() + ": not " + o.what();
    }

    /** Every relation of two states is one. */
    private List<CodeGoal> same(String piece, String says, TermExpr takes, Atoms expected, Atoms is) {
        List<CodeGoal> to = new ArrayList<>();
        for (String relation : expected.of().keySet()) {
            TermExpr differs = exprs.no;
            for (int n = 0; n < is.all(relation).size(); n++) {
                TermExpr x = expected.all(relation).get(n);
                TermExpr y = is.all(relation).get(n);
                differs = exprs.or(differs, exprs.ite(x, exprs.not(y), y));
            }
            add(to, piece, relation + says, exprs.and(takes, differs));
        }
        return to;
    }

    private void aboutNormalising() {
        List<TermExpr> after = lifted.normalised(lifted.words()).states().get(0);
        goals.addAll(same(NORMALISE, " is as it was", exprs.yes, before, abstraction.of(after)));
    }

    private void aboutTheBeginning() {
        List<TermExpr> constants = new ArrayList<>();
        for (long word : lifted.machine().initial()) {
            constants.add(exprs.ofLong(word));
        }
        statements(abstraction.of(constants))
                .forEach((name, holds) -> add(goals, CodeGoal.INITIALLY, name + " holds", exprs.not(holds)));
    }

    /**
     * An answer.
     *
     * @param ofCode the same without its arguments
     * @param arguments of a goal that fails, its piece's in the state in which it does
     * @param plain whether it is so of all well-formed states where the lines hold, whatever the discipline says of them
     */
    public record Answer(CodeGoal.Answer ofCode, List<Integer> arguments, boolean plain) {
        public CodeGoal goal() {
            return ofCode.goal();
        }

        public CodeGoal.Status status() {
            return ofCode.status();
        }

        /** Of a goal that fails, a state in which it does; else null. */
        public long @Nullable [] state() {
            return ofCode.state();
        }
    }

    /** Asks about one goal: of well-formed states first, and where that does not do, of those that the discipline allows. */
    public Answer ask(CodeGoal goal) {
        long start = System.nanoTime();
        boolean first = goal.isOfTheBeginning();
        Status status = solver.ask(first ? solver.bitSolver() : plainly, goal.never());
        boolean isPlain = first || status == Status.UNSATISFIABLE;
        if (!isPlain) {
            status = solver.ask(assuming, goal.never());
        }
        CodeGoal.Status is = status == Status.UNSATISFIABLE
                ? CodeGoal.Status.PROVED
                : status == Status.SATISFIABLE ? CodeGoal.Status.FAILED : CodeGoal.Status.UNKNOWN;
        boolean failed = is == CodeGoal.Status.FAILED;
        Map<TermExpr, Long> values = solver.counterexample();
        long[] state = failed
                ? lifted.words().stream()
                        .mapToLong(w -> values.getOrDefault(w, 0L))
                        .toArray()
                : null;
        List<Integer> arguments = failed ? arguments(goal, values) : List.of();
        CodeGoal.Answer ofCode = new CodeGoal.Answer(goal, is, state, System.nanoTime() - start);
        return new Answer(ofCode, arguments, isPlain);
    }

    /** What was asked for these answers, and before them about lines and loops. */
    List<CodeQuestions> questions(List<Answer> answers) {
        return List.of(
                new CodeQuestions("refinement", exprs, plain, ofCode(answers, true)),
                new CodeQuestions("refinement-of-the-discipline", exprs, allowed, ofCode(answers, false)),
                lines.questions("lines-of-refinement"),
                lifted.loops("loops-of-refinement"));
    }

    private static List<CodeGoal.Answer> ofCode(List<Answer> answers, boolean plain) {
        return answers.stream()
                .filter(a -> a.plain() == plain)
                .map(Answer::ofCode)
                .toList();
    }

    private List<Integer> arguments(CodeGoal goal, Map<TermExpr, Long> values) {
        Piece piece = pieces.get(goal.piece());
        if (piece == null) {
            return List.of();
        }
        Evaluation evaluation = new Evaluation(piece.arguments());
        evaluation.run(e -> values.getOrDefault(e, 0L));
        return piece.arguments().stream().map(a -> (int) evaluation.value(a)).toList();
    }

    @Override
    public void close() {
        solver.close();
    }
}
