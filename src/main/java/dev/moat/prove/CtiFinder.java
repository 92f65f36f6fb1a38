package dev.moat.prove;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Expr;
import com.microsoft.z3.FuncDecl;
import com.microsoft.z3.Model;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Sort;
import com.microsoft.z3.Status;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.ground.FiniteState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a small state for a goal that fails: sorts get as few elements as they can, one after the other, then as few
 * atoms are true as can be. Every state is judged again by {@link FiniteState}, which knows nothing of the solver.
 */
final class CtiFinder {
    private final Z3Session z3;
    private final Context context;
    private final Theory theory;
    private final Map<String, List<Expr<?>>> elements = new LinkedHashMap<>();

    CtiFinder(Z3Session z3, Theory theory) {
        this.z3 = z3;
        this.theory = theory;
        context = z3.context();
    }

    /** The counterexample, or null when the solver gives up while it looks for a small one. */
    @Nullable
    Cti find(Goal goal) {
        int guard = goal.assumptions().size() - (goal.action() == null ? 0 : 1);
        List<Term> open = new ArrayList<>(
                goal.assumptions().subList(guard, goal.assumptions().size()));
        open.add(goal.denial());
        Prover.Found found = find(goal.assumptions().subList(0, guard), open, goal.constants());
        return found == null
                ? null
                : new Cti(goal, found.state(), found.values(), disagreement(goal, found.state(), found.values()));
    }

    /**
     * A small state of which formulas are true, or null when the solver gives up, or says that there is none.
     *
     * @param closed without free variables
     * @param open whose free variables are the constants
     */
    Prover.@Nullable Found find(List<Term> closed, List<Term> open, List<Var> constants) {
        Solver solver = z3.smallest();
        closed.forEach(t -> Z3Session.add(solver, z3.parse(t, List.of())));
        open.forEach(t -> Z3Session.add(solver, z3.parse(t, constants)));
        if (Z3Session.check(solver) != Status.SATISFIABLE) {
            return null;
        }
        Map<String, Integer> most = sizes(solver.getModel());
        for (String sort : theory.vocabulary().sorts()) {
            if (!shrink(solver, sort, most.getOrDefault(sort, 1))) {
                return null;
            }
        }
        Map<String, Integer> sizes = new LinkedHashMap<>();
        elements.forEach((sort, names) -> sizes.put(sort, names.size()));
        FiniteState state = new FiniteState(theory.vocabulary(), sizes);
        Model model = fewestFacts(solver, state);
        if (model == null) {
            return null;
        }
        return new Prover.Found(
                state, constants.stream().map(v -> elementOf(model, v)).toList());
    }

    private Map<String, Integer> sizes(Model model) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (Sort sort : model.getSorts()) {
            sizes.put(sort.getName().toString(), model.getSortUniverse(sort).length);
        }
        return sizes;
    }

    private boolean shrink(Solver solver, String sort, int most) {
        for (int n = 1; n <= most; n++) {
            List<Expr<?>> names = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                names.add(context.mkConst(sort + " " + i, z3.sort(sort)));
            }
            Expr<?> x = context.mkConst("any " + sort, z3.sort(sort));
            BoolExpr[] same = names.stream().map(name -> context.mkEq(x, name)).toArray(BoolExpr[]::new);
            solver.push();
            Z3Session.add(solver, context.mkForall(new Expr<?>[] {x}, context.mkOr(same), 1, null, null, null, null));
            Z3Session.add(solver, context.mkDistinct(names.toArray(new Expr<?>[0])));
            Status status = Z3Session.check(solver);
            if (status == Status.SATISFIABLE) {
                elements.put(sort, names);
                return true;
            }
            solver.pop();
            if (status == Status.UNKNOWN) {
                return false;
            }
        }
        return false;
    }

    /**
     * Makes true atoms false, one after the other, where that leaves a counterexample.
     *
     * @return the last model, of which the solver then admits only this one state; null when it gives up
     */
    private @Nullable Model fewestFacts(Solver solver, FiniteState state) {
        Model model = solver.getModel();
        for (String relation : theory.vocabulary().relations()) {
            for (List<Integer> tuple : state.tuples(relation)) {
                BoolExpr atom = atom(relation, tuple);
                BoolExpr value = context.mkNot(atom);
                if (model.eval(atom, true).isTrue()) {
                    Status status = Z3Session.check(solver, value);
                    if (status == Status.SATISFIABLE) {
                        model = solver.getModel();
                    } else if (status == Status.UNKNOWN) {
                        return null;
                    } else {
                        value = atom;
                        state.add(relation, tuple);
                    }
                }
                Z3Session.add(solver, value);
            }
        }
        return model;
    }

    private BoolExpr atom(String relation, List<Integer> tuple) {
        FuncDecl<?> decl = z3.relation(relation);
        List<String> places = theory.vocabulary().places(relation);
        Expr<?>[] args = new Expr<?>[tuple.size()];
        Arrays.setAll(args, i -> element(places == null ? "" : places.get(i), tuple.get(i)));
        return (BoolExpr) decl.apply(args);
    }

    private Expr<?> element(String sort, int i) {
        return elements.getOrDefault(sort, List.of()).get(i);
    }

    private int elementOf(Model model, Var v) {
        Expr<?> value = model.eval(context.mkConst(v.name(), z3.sort(v.sort())), true);
        List<Expr<?>> names = elements.getOrDefault(v.sort(), List.of());
        for (int i = 0; i < names.size(); i++) {
            if (model.eval(names.get(i), true).equals(value)) {
                return i;
            }
        }
        throw new IllegalStateException("the solver's value of " + v + " is no element of its sort");
    }

    /** What is wrong with the solver's state in our own eyes, or null. */
    private @Nullable String disagreement(Goal goal, FiniteState state, List<Integer> parameters) {
        AbstractAction action = goal.action();
        List<Term> before = action == null ? Rewriting.conjuncts(theory.initially()) : theory.assumed();
        for (Term t : before) {
            if (!state.holds(t, List.of(), List.of())) {
                return "the solver's state violates the formula at " + t.place();
            }
        }
        if (action == null) {
            return state.holds(goal.formula(), List.of(), List.of()) ? "the initial state violates nothing" : null;
        }
        if (!state.holds(action.guard(), action.parameters(), parameters)) {
            return "the guard of " + action.name() + " is false in the solver's state";
        }
        return state.after(action, parameters).holds(goal.formula(), List.of(), List.of())
                ? "the step of the solver's state violates nothing"
                : null;
    }
}
