package dev.moat.logic.ground;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Expr;
import com.microsoft.z3.FuncDecl;
import com.microsoft.z3.Quantifier;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Sort;
import com.microsoft.z3.Status;
import com.microsoft.z3.enumerations.Z3_decl_kind;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Z3's own reading of formulas, asked for many states of a finite world: Z3 parses the text, its quantifiers are expanded
 * over the elements by Z3's substitution, and its solver decides each formula under the atoms of a state.
 */
final class Z3GroundFormulas implements AutoCloseable {
    private final Context context = new Context();
    private final AtomWorld world;
    private final Map<String, Expr<?>[]> elements = new LinkedHashMap<>();
    private final Map<String, BoolExpr[]> atoms = new LinkedHashMap<>();
    private final Map<String, BoolExpr[]> denied = new LinkedHashMap<>();
    private final List<BoolExpr> names = new ArrayList<>();
    /** What somebody says of each formula. */
    private final List<BoolExpr> said = new ArrayList<>();

    private final BoolExpr differs;
    private final Solver solver;

    /** @param asserted texts, each with assertions over the world's vocabulary; every assertion is one formula */
    Z3GroundFormulas(AtomWorld world, List<String> asserted) {
        this.world = world;
        solver = context.mkSolver("QF_FD");
        for (String text : asserted) {
            for (BoolExpr formula : context.parseSMTLIB2String(text, null, null, null, null)) {
                declare(formula);
                BoolExpr name = context.mkBoolConst("formula!" + names.size());
                solver.add(new BoolExpr[] {context.mkEq(name, ground(formula))});
                names.add(name);
                said.add(context.mkBoolConst("said!" + said.size()));
            }
        }
        BoolExpr[] wrong = new BoolExpr[names.size()];
        Arrays.setAll(wrong, i -> context.mkXor(names.get(i), said.get(i)));
        differs = context.mkBoolConst("differs");
        solver.add(new BoolExpr[] {context.mkEq(differs, context.mkOr(wrong))});
    }

    /** Finds the sorts and relations that a formula uses; Z3 keeps one of each name and signature. */
    private void declare(Expr<?> e) {
        if (e.isQuantifier()) {
            Quantifier q = (Quantifier) e;
            for (Sort sort : q.getBoundVariableSorts()) {
                elements.computeIfAbsent(sort.getName().toString(), name -> elementsOf(sort, name));
            }
            declare(q.getBody());
        } else if (e.isApp()) {
            Arrays.stream(e.getArgs()).forEach(this::declare);
        }
    }

    private Expr<?>[] elementsOf(Sort sort, String name) {
        Expr<?>[] all = new Expr<?>[world.abstraction().sort(name).orElseThrow().size()];
        Arrays.setAll(all, i -> context.mkConst(name + "!" + i, sort));
        return all;
    }

    private Expr<?> ground(Expr<?> e) {
        if (e.isQuantifier()) {
            Quantifier q = (Quantifier) e;
            List<BoolExpr> instances = new ArrayList<>();
            instances(q, 0, new Expr<?>[q.getNumBound()], instances);
            BoolExpr[] parts = instances.toArray(new BoolExpr[0]);
            return q.isUniversal() ? context.mkAnd(parts) : context.mkOr(parts);
        }
        if (!e.isApp() || e.getNumArgs() == 0) {
            return e.isConst() && e.isBool() && !e.isTrue() && !e.isFalse() ? atom(e) : e;
        }
        if (e.isEq() && !e.getArgs()[0].isBool()) {
            return context.mkBool(e.getArgs()[0].equals(e.getArgs()[1]));
        }
        if (e.getFuncDecl().getDeclKind() == Z3_decl_kind.Z3_OP_UNINTERPRETED) {
            return atom(e);
        }
        Expr<?>[] parts = Arrays.stream(e.getArgs()).map(this::ground).toArray(Expr<?>[]::new);
        return e.getFuncDecl().apply(parts);
    }

    /** Z3 numbers bound variables from the innermost, the last one of a quantifier. */
    private void instances(Quantifier q, int i, Expr<?>[] chosen, List<BoolExpr> instances) {
        if (i == chosen.length) {
            Expr<?>[] innermostFirst = new Expr<?>[chosen.length];
            Arrays.setAll(innermostFirst, k -> chosen[chosen.length - 1 - k]);
            instances.add((BoolExpr) ground(q.getBody().substituteVars(innermostFirst)));
            return;
        }
        for (Expr<?> element :
                elements.get(q.getBoundVariableSorts()[i].getName().toString())) {
            chosen[i] = element;
            instances(q, i + 1, chosen, instances);
        }
    }

    private BoolExpr atom(Expr<?> e) {
        FuncDecl<?> decl = e.getFuncDecl();
        String relation = decl.getName().toString();
        int at = 0;
        for (Expr<?> argument : e.getArgs()) {
            Expr<?>[] of = elements.get(argument.getSort().getName().toString());
            at = at * of.length + Arrays.asList(of).indexOf(argument);
        }
        Slots slots = world.bits().get(relation);
        BoolExpr[] bits = atoms.computeIfAbsent(relation, r -> {
            BoolExpr[] all = new BoolExpr[slots.size()];
            Arrays.setAll(all, i -> context.mkBoolConst(r + "!" + i));
            denied.put(r, Arrays.stream(all).map(context::mkNot).toArray(BoolExpr[]::new));
            return all;
        });
        return bits[at];
    }

    private List<BoolExpr> facts(long[] s) {
        List<BoolExpr> facts = new ArrayList<>();
        atoms.forEach((relation, bits) -> {
            for (int i = 0; i < bits.length; i++) {
                facts.add(world.bits().get(relation).get(s, i) == 1 ? bits[i] : denied.get(relation)[i]);
            }
        });
        return facts;
    }

    /**
     * Whether all formulas have these truth values in a state: whether it cannot be that one of them has another. A model, which would
     * say what they have, takes longer to make than to find out.
     */
    boolean are(boolean[] values, long[] s) {
        List<BoolExpr> facts = facts(s);
        for (int i = 0; i < values.length; i++) {
            facts.add(values[i] ? said.get(i) : context.mkNot(said.get(i)));
        }
        facts.add(differs);
        Status status = solver.check(facts.toArray(new BoolExpr[0]));
        if (status == Status.UNKNOWN) {
            throw new IllegalStateException("a state decides every formula");
        }
        return status == Status.UNSATISFIABLE;
    }

    /** The truth values of all formulas in a state. */
    boolean[] in(long[] s) {
        if (solver.check(facts(s).toArray(new BoolExpr[0])) != Status.SATISFIABLE) {
            throw new IllegalStateException("a state decides every formula");
        }
        var model = solver.getModel();
        boolean[] values = new boolean[names.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = model.eval(names.get(i), true).isTrue();
        }
        return values;
    }

    @Override
    public void close() {
        context.close();
    }
}
