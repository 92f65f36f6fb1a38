package dev.moat.logic.ground;

import dev.moat.input.InputException;
import dev.moat.logic.Env;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles formulas one by one for the states of one component. For one thread. */
public final class Grounding {
    private final Abstraction abstraction;
    private final Schema schema;
    private final Grounder grounder;
    private final long[] blank;
    private final MeaningCheck check;

    /**
     * @param abstraction meaning of relations
     * @param schema of the states
     */
    public Grounding(Abstraction abstraction, Schema schema) {
        this(abstraction, schema, new MeaningCheck(abstraction));
    }

    private Grounding(Abstraction abstraction, Schema schema, MeaningCheck check) {
        this.abstraction = abstraction;
        this.schema = schema;
        this.check = check;
        grounder = new Grounder(abstraction, schema);
        blank = schema.blank();
    }

    /** No bits of the states. */
    Footprint nothing() {
        return new Footprint(schema);
    }

    /** One that knows nothing of what this one has compiled, but what formulas have a meaning. */
    public Grounding another() {
        return new Grounding(abstraction, schema, check);
    }

    /**
     * A formula, its free variables bound to elements.
     *
     * @throws InputException at the first name that the abstraction gives no meaning to, or where the expansion
     *     becomes too large
     */
    public Ground of(Term formula, List<Var> free, List<Integer> elements) {
        check.check(formula);
        @Nullable Env env = null;
        for (int i = 0; i < free.size(); i++) {
            env = new Env(env, free.get(i), elements.get(i));
        }
        return new Ground(grounder.node(formula, env, false), blank);
    }
}
