package dev.moat.logic.ground;

import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.logic.Env;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.ground.Conjunct.Scoped;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Expands formulas over a component's finite sorts. An atom that reads nothing of the state is evaluated once, here,
 * which removes most instances before they are compiled.
 */
public final class Grounder {
    private static final int MAX_CONJUNCTS = 1_000_000;
    private static final long MAX_WORK = 50_000_000;
    /** Literals of a relation with no more have a place of their own. */
    private static final int MOST_NUMBERED = 1 << 14;

    /** After how many steps it looks whether to go on, less one. */
    private static final long LOOK = 0xfff;

    private final int maxConjuncts;
    private final Abstraction abstraction;
    private final Schema schema;
    private final long[] blank;
    private final Nodes nodes = new Nodes();
    /** By a relation's name what its atoms, and their negations, are. */
    private final Map<String, Literals> relations = new HashMap<>();
    /** The only state in which the result is right, null for all states. */
    private final long @Nullable [] only;

    private long work;

    /**
     * @param abstraction meaning of relations
     * @param schema of the states
     */
    public Grounder(Abstraction abstraction, Schema schema) {
        this(abstraction, schema, MAX_CONJUNCTS);
    }

    /** With another limit, of each formula. */
    public Grounder(Abstraction abstraction, Schema schema, int maxConjuncts) {
        this(abstraction, schema, maxConjuncts, null);
    }

    /** For one state: every formula is true or false there, so only conjuncts that are false are found. */
    public static Grounder in(long[] state, Abstraction abstraction, Schema schema) {
        return new Grounder(abstraction, schema, MAX_CONJUNCTS, state);
    }

    private Grounder(Abstraction abstraction, Schema schema, int maxConjuncts, long @Nullable [] only) {
        this.only = only;
        this.maxConjuncts = maxConjuncts;
        this.abstraction = abstraction;
        this.schema = schema;
        blank = schema.blank();
        abstraction.relations().forEach(r -> relations.put(r.name(), new Literals(r)));
    }

    /** The ground conjuncts of a formula that are not true in every state; equal ones once. */
    public List<Conjunct> conjuncts(int owner, Term formula) {
        Splitting splitting = new Splitting(owner);
        splitting.split(formula, false, new Path(null, List.of(), nodes.no, List.of()));
        return splitting.found;
    }

    /**
     * What stands around a part of a formula.
     *
     * @param env what its variables stand for
     * @param premises that must be true, in order
     * @param escape true in states in which a premise is false
     * @param binding the elements chosen for the quantifiers around it, in order
     */
    private record Path(@Nullable Env env, List<Scoped> premises, GroundNode escape, List<Env> binding) {
        Path behind(Scoped premise, GroundNode wider) {
            return new Path(env, plus(premises, premise), wider, binding);
        }

        Path inside(@Nullable Env inner) {
            return new Path(inner, premises, escape, binding);
        }

        Path with(Env inner) {
            return new Path(inner, premises, escape, plus(binding, inner));
        }
    }

    /** Splits one formula; collects in the order of reading and of elements. */
    private final class Splitting {
        private final int owner;
        private final List<Conjunct> found = new ArrayList<>();
        private final Set<GroundNode> seen = new HashSet<>();

        Splitting(int owner) {
            this.owner = owner;
        }

        /** @param negated whether the goal is the formula's negation */
        void split(Term t, boolean negated, Path at) {
            spend(t);
            if (at.escape() == nodes.yes) {
                return;
            }
            if (t instanceof Term.Not not) {
                split(not.body(), !negated, at);
            } else if (t instanceof Term.And and && !negated) {
                and.parts().forEach(p -> split(p, false, at));
            } else if (t instanceof Term.Or or && negated) {
                or.parts().forEach(p -> split(p, true, at));
            } else if (t instanceof Term.Implies implies && !negated) {
                Term p = implies.premise();
                GroundNode wider = nodes.some(List.of(at.escape(), node(p, at.env(), true)));
                split(implies.goal(), false, at.behind(new Scoped(p, at.env()), wider));
            } else if (t instanceof Term.Forall all && !negated) {
                each(all.vars(), 0, all.body(), false, at);
            } else if (t instanceof Term.Exists some && negated) {
                each(some.vars(), 0, some.body(), true, at);
            } else if (t instanceof Term.Call call
                    && !negated
                    && isConjunctive(call.macro().body())) {
                split(call.macro().body(), false, at.inside(Env.ofCall(call, at.env())));
            } else {
                add(t, negated, at);
            }
        }

        private void each(List<Var> vars, int i, Term body, boolean negated, Path at) {
            if (i == vars.size()) {
                split(body, negated, at);
                return;
            }
            int size = sizeOf(vars.get(i), body);
            for (int element = 0; element < size; element++) {
                each(vars, i + 1, body, negated, at.with(new Env(at.env(), vars.get(i), element)));
            }
        }

        private void add(Term t, boolean negated, Path at) {
            GroundNode node = nodes.some(List.of(at.escape(), node(t, at.env(), negated)));
            if (node == nodes.yes || (only == null && !seen.add(node))) {
                return;
            }
            if (found.size() == maxConjuncts) {
                throw new LimitException(
                        "ground instances " + maxConjuncts,
                        t.place() + ": more than " + maxConjuncts + " ground instances; choose smaller bounds");
            }
            Term goal = negated ? new Term.Not(t.place(), t) : t;
            found.add(new Conjunct(owner, at.binding(), at.premises(), new Scoped(goal, at.env()), node));
        }
    }

    private static boolean isConjunctive(Term t) {
        return t instanceof Term.And
                || t instanceof Term.Forall
                || t instanceof Term.Implies
                || (t instanceof Term.Not not && not.body() instanceof Term.Exists);
    }

    private static <T> List<T> plus(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list.size() + 1);
        longer.addAll(list);
        longer.add(more);
        return longer;
    }

    /** The formula, or its negation, compiled. */
    public GroundNode node(Term t, @Nullable Env env, boolean negated) {
        spend(t);
        if (t instanceof Term.Truth truth) {
            return nodes.constant(truth.value() != negated);
        } else if (t instanceof Term.Not not) {
            return node(not.body(), env, !negated);
        } else if (t instanceof Term.And and) {
            return combined(and.parts(), env, negated, !negated);
        } else if (t instanceof Term.Or or) {
            return combined(or.parts(), env, negated, negated);
        } else if (t instanceof Term.Implies i) {
            GroundNode premise = node(i.premise(), env, !negated);
            List<GroundNode> both = List.of(premise, node(i.goal(), env, negated));
            return negated ? nodes.all(both) : nodes.some(both);
        } else if (t instanceof Term.Iff iff) {
            return equivalence(iff, env, negated);
        } else if (t instanceof Term.Ite ite) {
            GroundNode condition = node(ite.condition(), env, false);
            return nodes.choice(condition, node(ite.yes(), env, negated), node(ite.no(), env, negated));
        } else if (t instanceof Term.Same same) {
            return nodes.constant((Env.lookUp(env, same.left()) == Env.lookUp(env, same.right())) != negated);
        } else if (t instanceof Term.Forall all) {
            return expanded(all.vars(), all.body(), env, negated, !negated);
        } else if (t instanceof Term.Exists some) {
            return expanded(some.vars(), some.body(), env, negated, negated);
        } else if (t instanceof Term.Call call) {
            return node(call.macro().body(), Env.ofCall(call, env), negated);
        }
        return atom((Term.Atom) t, env, negated);
    }

    private GroundNode combined(List<Term> parts, @Nullable Env env, boolean negated, boolean conjunction) {
        GroundNode absorbing = nodes.constant(!conjunction);
        List<GroundNode> compiled = new ArrayList<>();
        for (Term p : parts) {
            GroundNode n = node(p, env, negated);
            if (n == absorbing) {
                return absorbing;
            }
            compiled.add(n);
        }
        return conjunction ? nodes.all(compiled) : nodes.some(compiled);
    }

    private GroundNode equivalence(Term.Iff iff, @Nullable Env env, boolean negated) {
        GroundNode left = node(iff.left(), env, false);
        if (left == nodes.yes || left == nodes.no) {
            return node(iff.right(), env, negated == (left == nodes.yes));
        }
        GroundNode right = node(iff.right(), env, negated);
        if (right == nodes.yes || right == nodes.no) {
            return node(iff.left(), env, right == nodes.no);
        }
        return nodes.equal(left, right);
    }

    private GroundNode expanded(List<Var> vars, Term body, @Nullable Env env, boolean negated, boolean conjunction) {
        List<GroundNode> instances = new ArrayList<>();
        instantiate(vars, 0, body, env, negated, instances);
        return conjunction ? nodes.all(instances) : nodes.some(instances);
    }

    private void instantiate(
            List<Var> vars, int i, Term body, @Nullable Env env, boolean negated, List<GroundNode> instances) {
        if (i == vars.size()) {
            instances.add(node(body, env, negated));
            return;
        }
        int size = sizeOf(vars.get(i), body);
        for (int element = 0; element < size; element++) {
            instantiate(vars, i + 1, body, new Env(env, vars.get(i), element), negated, instances);
        }
    }

    private GroundNode atom(Term.Atom atom, @Nullable Env env, boolean negated) {
        Literals relation = relations.get(atom.relation());
        if (relation == null) {
            throw atom.place().error("the component gives no meaning to relation '" + atom.relation() + "'");
        }
        int[] args = new int[5];
        for (int i = 0; i < atom.args().size(); i++) {
            args[i] = Env.lookUp(env, atom.args().get(i));
        }
        if (only != null) {
            return relation.in(only, args, negated);
        }
        return relation.of(args, negated);
    }

    /** The literals of one relation that were made. */
    private final class Literals {
        private final Relation relation;
        private final int[] sizes;
        /** Of how many numbers {@link #number} is one: none where that are too many. */
        private final int numbers;
        /** By number, and by arguments where they have none. */
        private GroundNode[] few = {};

        private final Map<List<Integer>, GroundNode> many = new HashMap<>();

        Literals(Relation relation) {
            this.relation = relation;
            sizes = relation.places().stream().mapToInt(Sort::size).toArray();
            long all = 2;
            for (int size : sizes) {
                all = Math.min(all * size, MOST_NUMBERED + 1L);
            }
            numbers = all > MOST_NUMBERED ? 0 : (int) all;
        }

        GroundNode in(long[] state, int[] args, boolean negated) {
            return nodes.constant(relation.code().holds(state, args[0], args[1], args[2], args[3], args[4]) != negated);
        }

        GroundNode of(int[] args, boolean negated) {
            int number = number(args, negated);
            if (number < 0) {
                List<Integer> key = List.of(negated ? 1 : 0, args[0], args[1], args[2], args[3], args[4]);
                return many.computeIfAbsent(key, unused -> literal(relation, args, negated));
            }
            if (few.length == 0) {
                few = new GroundNode[numbers];
            }
            if (few[number] == null) {
                few[number] = literal(relation, args, negated);
            }
            return few[number];
        }

        /** The arguments and whether it is negated as one number, or -1. */
        private int number(int[] args, boolean negated) {
            if (numbers == 0) {
                return -1;
            }
            int number = negated ? 1 : 0;
            for (int i = 0; i < sizes.length; i++) {
                if (args[i] >= sizes[i]) {
                    return -1;
                }
                number = number * sizes[i] + args[i];
            }
            return number;
        }
    }

    private GroundNode literal(Relation relation, int[] args, boolean negated) {
        Footprint reads = new Footprint(schema);
        relation.reads().add(reads, args[0], args[1], args[2], args[3], args[4]);
        for (int w = 0; w < reads.words(); w++) {
            if (reads.word(w) != 0) {
                return nodes.literal(relation, !negated, args, reads);
            }
        }
        boolean value = relation.code().holds(blank, args[0], args[1], args[2], args[3], args[4]);
        return nodes.constant(value != negated);
    }

    private int sizeOf(Var v, Term user) {
        return abstraction
                .sort(v.sort())
                .map(Sort::size)
                .orElseThrow(() -> user.place().error("the component has no sort '" + v.sort() + "'"));
    }

    private void spend(Term t) {
        if (++work > MAX_WORK) {
            throw new LimitException(
                    "grounding " + MAX_WORK + " steps",
                    t.place() + ": grounding takes more than " + MAX_WORK + " steps; choose smaller bounds");
        }
        if ((work & LOOK) == 0) {
            StoppedException.look();
        }
    }
}
