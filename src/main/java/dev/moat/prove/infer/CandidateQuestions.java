package dev.moat.prove.infer;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Model;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.prove.Z3Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the solver whether steps keep candidates; each candidate is assumed under a name of its own, so that an answer says which it used. */
final class CandidateQuestions {
    /** Candidates that are gone and still known to the solver, before it is made anew. */
    private static final int SPARE = 300;

    /** After so many questions what Java has forgotten of the solver's is given back, which is much more than Java sees. */
    private static final int TIDIED = 500;

    private final Z3Session z3;
    private final Term initially;
    private final Map<Candidate, BoolExpr> names = new HashMap<>();
    private final Map<BoolExpr, Candidate> named = new HashMap<>();
    private Solver solver;
    private @Nullable AbstractAction open;
    private int asked;

    /**
     * What came of a question.
     *
     * @param used the candidates that were assumed and needed, where it is proved
     * @param model a state before the step, where it is not; null where the solver gave up
     */
    record Reply(
            boolean proved, Set<Candidate> used, @Nullable Model model) {}

    CandidateQuestions(Z3Session z3, Term initially) {
        this.z3 = z3;
        this.initially = initially;
        solver = z3.solver();
    }

    /** How many were asked. */
    int asked() {
        return asked;
    }

    /** Whether a candidate is true in every initial state. */
    Reply initially(Candidate c) {
        Solver s = z3.solver();
        Z3Session.add(s, z3.parse(initially, List.of()));
        Z3Session.add(s, z3.parse(not(c.formula()), List.of()));
        count();
        Status status = Z3Session.check(s);
        return new Reply(status == Status.UNSATISFIABLE, Set.of(), status == Status.SATISFIABLE ? s.getModel() : null);
    }

    /** Whether a closed formula is true wherever all these are. */
    boolean follows(Term formula, Collection<Candidate> assumed) {
        Solver s = z3.solver();
        assumed.forEach(c -> Z3Session.add(s, z3.parse(c.formula(), List.of())));
        Z3Session.add(s, z3.parse(not(formula), List.of()));
        count();
        return Z3Session.check(s) == Status.UNSATISFIABLE;
    }

    /** Whether a candidate is true after an action, where all these are before. */
    Reply after(AbstractAction action, Candidate c, Collection<Candidate> assumed) {
        if (!action.equals(open) || !names.keySet().containsAll(assumed)) {
            enter(action, assumed);
        }
        solver.push();
        Z3Session.add(solver, z3.parse(not(Rewriting.before(action, c.formula())), action.parameters()));
        BoolExpr[] all = assumed.stream().map(names::get).toArray(BoolExpr[]::new);
        count();
        Status status = Z3Session.check(solver, all);
        Set<Candidate> used = new LinkedHashSet<>();
        Model model = null;
        if (status == Status.UNSATISFIABLE) {
            for (BoolExpr name : solver.getUnsatCore()) {
                Candidate known = named.get(name);
                if (known != null) {
                    used.add(known);
                }
            }
        } else if (status == Status.SATISFIABLE) {
            model = solver.getModel();
        }
        solver.pop();
        return new Reply(status == Status.UNSATISFIABLE, used, model);
    }

    private void count() {
        asked++;
        if (asked % TIDIED == 0) {
            System.gc();
        }
    }

    private void enter(AbstractAction action, Collection<Candidate> assumed) {
        if (names.size() > 2 * assumed.size() + SPARE) {
            only(assumed);
        } else if (open != null) {
            solver.pop();
        }
        assumed.forEach(this::name);
        solver.push();
        Z3Session.add(solver, z3.parse(Rewriting.plain(action.guard()), action.parameters()));
        open = action;
    }

    private void name(Candidate c) {
        if (!names.containsKey(c)) {
            BoolExpr name = z3.context().mkBoolConst("assumed " + names.size());
            names.put(c, name);
            named.put(name, c);
            Z3Session.add(solver, z3.context().mkImplies(name, z3.parse(c.formula(), List.of())));
        }
    }

    /** Forgets all candidates but these, which makes the next questions cheaper. */
    void only(Collection<Candidate> kept) {
        names.clear();
        named.clear();
        open = null;
        solver = z3.solver();
        kept.forEach(this::name);
    }

    private static Term not(Term t) {
        return new Term.Not(t.place(), t);
    }
}
