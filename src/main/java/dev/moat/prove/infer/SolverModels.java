package dev.moat.prove.infer;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Expr;
import com.microsoft.z3.FuncDecl;
import com.microsoft.z3.Model;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Sort;
import com.microsoft.z3.Status;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.prove.Z3Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Structures out of a solver's models. */
final class SolverModels {
    private final Z3Session z3;
    private final Signature signature;

    SolverModels(Z3Session z3, Signature signature) {
        this.z3 = z3;
        this.signature = signature;
    }

    /** A structure, and the elements that some constants stand for in it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Pointed(Structure structure, int[] elements) {}

    /** What a model says; a sort of which it says nothing has one element. */
    Pointed of(Model model, List<Var> constants) {
        Map<String, List<Expr<?>>> elements = new LinkedHashMap<>();
        for (String name : signature.sorts()) {
            elements.put(name, List.of(z3.context().mkConst("any!" + name, z3.sort(name))));
        }
        for (Sort sort : model.getSorts()) {
            String name = sort.getName().toString();
            if (elements.containsKey(name)) {
                elements.put(name, List.of(model.getSortUniverse(sort)));
            }
        }
        int[] given = new int[constants.size()];
        for (int i = 0; i < given.length; i++) {
            Var v = constants.get(i);
            Expr<?> value = model.eval(z3.context().mkConst(v.name(), z3.sort(v.sort())), true);
            given[i] = Math.max(0, elements.getOrDefault(v.sort(), List.of()).indexOf(value));
        }
        return new Pointed(read(model, elements), given);
    }

    private Structure read(Model model, Map<String, List<Expr<?>>> elements) {
        List<List<Expr<?>>> bySort = signature.sorts().stream()
                .map(s -> elements.getOrDefault(s, List.of()))
                .toList();
        Structure s =
                new Structure(signature, bySort.stream().mapToInt(List::size).toArray());
        for (int r = 0; r < signature.relations().size(); r++) {
            FuncDecl<?> relation = z3.relation(signature.relations().get(r));
            int[] places = signature.places(r);
            for (int atom = 0; atom < s.atoms(r); atom++) {
                int[] chosen = s.elements(r, atom);
                Expr<?>[] args = new Expr<?>[chosen.length];
                Arrays.setAll(args, i -> bySort.get(places[i]).get(chosen[i]));
                s.set(r, atom, model.eval(relation.apply(args), true).isTrue());
            }
        }
        return s;
    }

    /** A structure with so many elements of every sort in which a closed formula is true; null where the solver finds none. */
    @Nullable
    Structure finite(Term closed, int size) {
        Context context = z3.context();
        Solver solver = z3.solver();
        Map<String, List<Expr<?>>> elements = new LinkedHashMap<>();
        for (String name : signature.sorts()) {
            List<Expr<?>> names = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                names.add(context.mkConst(name + "!" + i, z3.sort(name)));
            }
            elements.put(name, names);
            Expr<?> x = context.mkConst("x!", z3.sort(name));
            BoolExpr[] same = names.stream().map(e -> context.mkEq(x, e)).toArray(BoolExpr[]::new);
            Z3Session.add(solver, context.mkDistinct(names.toArray(new Expr<?>[0])));
            Z3Session.add(solver, context.mkForall(new Expr<?>[] {x}, context.mkOr(same), 1, null, null, null, null));
        }
        Z3Session.add(solver, z3.parse(closed, List.of()));
        return Z3Session.check(solver) == Status.SATISFIABLE ? read(solver.getModel(), elements) : null;
    }
}
