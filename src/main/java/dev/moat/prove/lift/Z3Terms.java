package dev.moat.prove.lift;

import com.microsoft.z3.BitVecExpr;
import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Model;
import com.microsoft.z3.Params;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import com.microsoft.z3.Z3Exception;
import dev.moat.prove.lift.TermExpr.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Expressions in Z3, in this process; each is made there once. The text that {@link SmtLib} prints for other solvers says the same,
 * which a test compares.
 */
public final class Z3Terms implements AutoCloseable {
    private final Exprs exprs;
    private final Context context = new Context();
    private final Map<TermExpr, com.microsoft.z3.Expr<?>> made = new HashMap<>();
    private final int rlimit;
    private Map<TermExpr, Long> counterexample = Map.of();

    /**
     * @param rlimit what one question may cost, in Z3's units
     * @throws Z3Exception when the solver dies; its library must be loaded already
     */
    public Z3Terms(Exprs exprs, int rlimit) {
        this.exprs = exprs;
        this.rlimit = rlimit;
    }

    /**
     * A solver that is asked questions under assumptions, which stay. What code may do is mostly plain: Z3's general solver says so before one for
     * bits has made its clauses.
     */
    public Solver solver(TermExpr... assumed) {
        return assuming(context.mkSimpleSolver(), assumed);
    }

    /**
     * The same for questions about what code and claims make of many bits, under many assumptions: these become clauses once. The refinement of
     * {@code xen-vtd} with Calgary took four times as long with the other one.
     */
    public Solver bitSolver(TermExpr... assumed) {
        return assuming(context.mkSolver("QF_BV"), assumed);
    }

    private Solver assuming(Solver solver, TermExpr... assumed) {
        Params params = context.mkParams();
        params.add("rlimit", rlimit);
        params.add("random_seed", 0);
        solver.setParameters(params);
        for (TermExpr e : assumed) {
            solver.add(new BoolExpr[] {truth(e)});
        }
        return solver;
    }

    /** Has a solver assume one thing more from now on. */
    public void assume(Solver solver, TermExpr truth) {
        solver.add(new BoolExpr[] {truth(truth)});
    }

    /** Whether a truth value can be true besides what the solver assumes. */
    public Status ask(Solver solver, TermExpr truth) {
        counterexample = Map.of();
        BoolExpr asked = truth(truth);
        // In a scope of its own: what earlier questions were about would be looked at again with each later one.
        solver.push();
        try {
            solver.add(new BoolExpr[] {asked});
            Status status = solver.check();
            if (status == Status.SATISFIABLE) {
                counterexample = values(solver.getModel());
            }
            return status;
        } finally {
            solver.pop();
        }
    }

    /** Values of the variables, after an answer that something can be true; what is not there may be anything. */
    public Map<TermExpr, Long> counterexample() {
        return counterexample;
    }

    private Map<TermExpr, Long> values(Model model) {
        Map<TermExpr, Long> values = new HashMap<>();
        made.forEach((e, term) -> {
            if (e.op == Op.VAR && model.getConstInterp(term) instanceof com.microsoft.z3.BitVecNum number) {
                values.put(e, number.getBigInteger().longValue());
            }
        });
        return values;
    }

    private BoolExpr truth(TermExpr e) {
        return (BoolExpr) term(e);
    }

    private com.microsoft.z3.Expr<?> term(TermExpr root) {
        for (TermExpr e : Order.of(List.of(root))) {
            if (!made.containsKey(e)) {
                made.put(e, e.of.length == 0 ? leaf(e) : e.width == 1 ? truthOf(e) : bits(e));
            }
        }
        return madeOf(root);
    }

    private com.microsoft.z3.Expr<?> leaf(TermExpr e) {
        if (e.op == Op.VAR) {
            String name = exprs.name(e.value);
            return e.width == 1 ? context.mkBoolConst(name) : context.mkBVConst(name, e.width);
        }
        return e.width == 1 ? context.mkBool(e.value == 1) : context.mkBV(Long.toUnsignedString(e.value), e.width);
    }

    private com.microsoft.z3.Expr<?> madeOf(TermExpr e) {
        com.microsoft.z3.Expr<?> term = made.get(e);
        if (term == null) {
            throw new IllegalStateException("parts are made before what they are part of");
        }
        return term;
    }

    private BitVecExpr vector(TermExpr e) {
        return (BitVecExpr) madeOf(e);
    }

    private BoolExpr known(TermExpr e) {
        return (BoolExpr) madeOf(e);
    }

    private BoolExpr truthOf(TermExpr e) {
        TermExpr x = e.of[0];
        return switch (e.op) {
            case NOT -> context.mkNot(known(x));
            case AND -> context.mkAnd(known(x), known(e.of[1]));
            case OR -> context.mkOr(known(x), known(e.of[1]));
            case XOR -> context.mkXor(known(x), known(e.of[1]));
            case EQ -> context.mkEq(madeOf(x), madeOf(e.of[1]));
            case ULT -> context.mkBVULT(vector(x), vector(e.of[1]));
            case SLT -> context.mkBVSLT(vector(x), vector(e.of[1]));
            case ITE -> (BoolExpr) context.mkITE(known(x), known(e.of[1]), known(e.of[2]));
            default -> throw new IllegalArgumentException(e.op.toString());
        };
    }

    private BitVecExpr bits(TermExpr e) {
        BitVecExpr x = e.op == Op.ITE ? vector(e.of[1]) : vector(e.of[0]);
        BitVecExpr y = e.op == Op.ITE ? vector(e.of[2]) : e.of.length > 1 ? vector(e.of[1]) : x;
        return switch (e.op) {
            case AND -> context.mkBVAND(x, y);
            case OR -> context.mkBVOR(x, y);
            case XOR -> context.mkBVXOR(x, y);
            case ADD -> context.mkBVAdd(x, y);
            case SUB -> context.mkBVSub(x, y);
            case MUL -> context.mkBVMul(x, y);
            case SDIV -> context.mkBVSDiv(x, y);
            case SREM -> context.mkBVSRem(x, y);
            case SHL -> context.mkBVSHL(x, y);
            case LSHR -> context.mkBVLSHR(x, y);
            case ASHR -> context.mkBVASHR(x, y);
            case ITE -> (BitVecExpr) context.mkITE(known(e.of[0]), x, y);
            case TRUNC -> context.mkExtract(31, 0, x);
            case SEXT -> context.mkSignExt(32, x);
            default -> throw new IllegalArgumentException(e.op.toString());
        };
    }

    @Override
    public void close() {
        context.close();
    }
}
