package dev.moat.prove;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.FuncDecl;
import com.microsoft.z3.Params;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Sort;
import com.microsoft.z3.Status;
import com.microsoft.z3.Z3Exception;
import dev.moat.logic.SmtText;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Z3 in this process, with a vocabulary. Formulas reach it as the text that {@link SmtText} prints, through Z3's own
 * parser, so that other solvers get the very same goals.
 */
public final class Z3Session implements AutoCloseable {
    private final Context context;
    private final Map<String, Sort> sorts = new LinkedHashMap<>();
    private final Map<String, FuncDecl<?>> relations = new LinkedHashMap<>();
    private final IdentityHashMap<Term, BoolExpr> closed = new IdentityHashMap<>();
    /** Names and sorts of constants to what reads formulas with them. */
    private final Map<List<String>, Z3Parser> parsers = new HashMap<>();

    private final int rlimit;

    /**
     * @param rlimit what one question may cost, in Z3's units
     * @throws SolverException when the native library cannot be loaded, or the solver dies
     */
    public Z3Session(Vocabulary vocabulary, int rlimit) {
        SolverLibrary.version();
        this.rlimit = rlimit;
        try {
            context = new Context();
            vocabulary.sorts().forEach(s -> sorts.put(s, context.mkUninterpretedSort(s)));
            for (String relation : vocabulary.relations()) {
                List<String> places = vocabulary.places(relation);
                Sort[] domain = places == null
                        ? new Sort[0]
                        : places.stream().map(this::sort).toArray(Sort[]::new);
                relations.put(relation, context.mkFuncDecl(relation, domain, context.mkBoolSort()));
            }
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    /** Z3's context; it ends with this session. */
    public Context context() {
        return context;
    }

    /** A sort of the vocabulary. */
    public Sort sort(String name) {
        Sort sort = sorts.get(name);
        if (sort == null) {
            throw new IllegalArgumentException("no sort " + name);
        }
        return sort;
    }

    /** A relation of the vocabulary. */
    public FuncDecl<?> relation(String name) {
        FuncDecl<?> relation = relations.get(name);
        if (relation == null) {
            throw new IllegalArgumentException("no relation " + name);
        }
        return relation;
    }

    /** An empty solver with this session's limit, the same random seed every time. */
    public Solver solver() {
        return limited(context, context.mkSimpleSolver(), rlimit);
    }

    /**
     * The same for what is expected to have no model. Its options are for what disciplines are made of, relations and quantifiers without
     * functions: there nearly every atom is relevant, so that to find out which costs more than it saves, and a quantifier within another is
     * instantiated with it (docs/project/benchmarks.md). To find a large model takes longer with them.
     */
    public Solver refuter() {
        Solver solver = solver();
        Params params = context.mkParams();
        params.add("relevancy", 0);
        params.add("pull_nested_quantifiers", true);
        solver.setParameters(params);
        return solver;
    }

    /** The same for small models: it tries first what has fewer true atoms, as those are what is wanted. */
    public Solver smallest() {
        Solver solver = solver();
        Params params = context.mkParams();
        params.add("relevancy", 0);
        params.add("phase_selection", 0);
        solver.setParameters(params);
        return solver;
    }

    /** A solver of a context, which may cost so much for one question, with the same random seed every time. */
    public static Solver limited(Context context, Solver solver, int rlimit) {
        Params params = context.mkParams();
        params.add("rlimit", rlimit);
        params.add("random_seed", 0);
        solver.setParameters(params);
        return solver;
    }

    /** Adds one formula to a solver. */
    public static void add(Solver solver, BoolExpr formula) {
        solver.add(new BoolExpr[] {formula});
    }

    /** Asks whether everything added, with these assumptions, can be true. */
    public static Status check(Solver solver, BoolExpr... assumptions) {
        return solver.check(assumptions);
    }

    /** A formula whose free variables are these constants, without macros. */
    public BoolExpr parse(Term t, List<Var> constants) {
        if (constants.isEmpty()) {
            return closed.computeIfAbsent(t, k -> parsed(k, constants));
        }
        return parsed(t, constants);
    }

    private BoolExpr parsed(Term t, List<Var> constants) {
        List<String> scope =
                constants.stream().map(v -> v.name() + " " + v.sort()).toList();
        return parsers.computeIfAbsent(scope, k -> parser(constants)).read(SmtText.assertion(t, constants));
    }

    private Z3Parser parser(List<Var> constants) {
        List<FuncDecl<?>> declared = new ArrayList<>(relations.values());
        constants.forEach(v -> declared.add(context.mkConstDecl(v.name(), sort(v.sort()))));
        return new Z3Parser(context, sorts.values(), declared);
    }

    @Override
    public void close() {
        try {
            parsers.values().forEach(Z3Parser::close);
            context.close();
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }
}
