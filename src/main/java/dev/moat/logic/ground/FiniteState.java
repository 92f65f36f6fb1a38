package dev.moat.logic.ground;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Env;
import dev.moat.logic.Macro;
import dev.moat.logic.Term;
import dev.moat.logic.TermText;
import dev.moat.logic.Var;
import dev.moat.logic.Vocabulary;
import dev.moat.state.Abstraction;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A finite state written out: how many elements each sort has and which atoms are true. Judges formulas by trying all
 * elements, on its own: no solver and none of the explorer's compiled code has a part in it.
 */
public final class FiniteState {
    private final Vocabulary vocabulary;
    private final Map<String, Integer> sizes;
    private final Map<String, Set<List<Integer>>> facts = new TreeMap<>();
    /** All choices of elements for each relation that was asked for. */
    private final Map<String, List<List<Integer>>> tuples = new HashMap<>();

    private final Abstraction labels = new Abstraction();

    /**
     * @param vocabulary whose relations are all false at first
     * @param sizes number of elements of every sort of the vocabulary
     */
    public FiniteState(Vocabulary vocabulary, Map<String, Integer> sizes) {
        this.vocabulary = vocabulary;
        this.sizes = Map.copyOf(sizes);
        for (String sort : vocabulary.sorts()) {
            labels.sort(Sort.numbered(sort, sort.toLowerCase(Locale.ROOT), size(sort)));
        }
        vocabulary.relations().forEach(r -> facts.put(r, new HashSet<>()));
    }

    /** Number of elements by sort. */
    public Map<String, Integer> sizes() {
        return sizes;
    }

    private int size(String sort) {
        return sizes.getOrDefault(sort, 0);
    }

    /** Makes an atom true. */
    public void add(String relation, List<Integer> elements) {
        of(relation).add(List.copyOf(elements));
    }

    /** Whether an atom is true. */
    public boolean isTrue(String relation, List<Integer> elements) {
        return of(relation).contains(elements);
    }

    private Set<List<Integer>> of(String relation) {
        Set<List<Integer>> atoms = facts.get(relation);
        if (atoms == null) {
            throw new IllegalArgumentException("no relation " + relation);
        }
        return atoms;
    }

    /** How an element is called. */
    public String label(String sort, int element) {
        return sort.toLowerCase(Locale.ROOT) + element;
    }

    /** Whether a formula is true; {@code values} are what its free variables stand for. */
    public boolean holds(Term t, List<Var> free, List<Integer> values) {
        return holds(t, env(null, free, values));
    }

    private static @Nullable Env env(@Nullable Env outer, List<Var> vars, List<Integer> values) {
        Env env = outer;
        for (int i = 0; i < vars.size(); i++) {
            env = new Env(env, vars.get(i), values.get(i));
        }
        return env;
    }

    private boolean holds(Term t, @Nullable Env env) {
        if (t instanceof Term.Truth truth) {
            return truth.value();
        } else if (t instanceof Term.Not not) {
            return !holds(not.body(), env);
        } else if (t instanceof Term.And and) {
            return and.parts().stream().allMatch(p -> holds(p, env));
        } else if (t instanceof Term.Or or) {
            return or.parts().stream().anyMatch(p -> holds(p, env));
        } else if (t instanceof Term.Implies i) {
            return !holds(i.premise(), env) || holds(i.goal(), env);
        } else if (t instanceof Term.Iff iff) {
            return holds(iff.left(), env) == holds(iff.right(), env);
        } else if (t instanceof Term.Ite ite) {
            return holds(holds(ite.condition(), env) ? ite.yes() : ite.no(), env);
        } else if (t instanceof Term.Same same) {
            return Env.lookUp(env, same.left()) == Env.lookUp(env, same.right());
        } else if (t instanceof Term.Call call) {
            return holds(call.macro().body(), Env.ofCall(call, env));
        } else if (t instanceof Term.Forall all) {
            return falsifying(all.vars(), 0, all.body(), env) == null;
        } else if (t instanceof Term.Exists some) {
            return falsifying(some.vars(), 0, new Term.Not(some.place(), some.body()), env) != null;
        }
        Term.Atom atom = (Term.Atom) t;
        return isTrue(
                atom.relation(),
                atom.args().stream().map(v -> Env.lookUp(env, v)).toList());
    }

    /** The first choice of elements that makes the body false. */
    private @Nullable Env falsifying(List<Var> vars, int i, Term body, @Nullable Env env) {
        if (i == vars.size()) {
            return holds(body, env) ? null : env;
        }
        for (int e = 0; e < size(vars.get(i).sort()); e++) {
            Env found = falsifying(vars, i + 1, body, new Env(env, vars.get(i), e));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The state after an action. The guard is not looked at. */
    public FiniteState after(AbstractAction action, List<Integer> parameters) {
        FiniteState next = new FiniteState(vocabulary, sizes);
        next.tuples.putAll(tuples);
        for (String relation : vocabulary.relations()) {
            Macro effect = action.effects().get(relation);
            if (effect == null) {
                next.of(relation).addAll(of(relation));
                continue;
            }
            for (List<Integer> elements : tuples(relation)) {
                List<Integer> all = new ArrayList<>(parameters);
                all.addAll(elements);
                if (holds(effect.body(), effect.parameters(), all)) {
                    next.add(relation, elements);
                }
            }
        }
        return next;
    }

    /** All choices of elements for a relation's places, in order. */
    public List<List<Integer>> tuples(String relation) {
        return tuples.computeIfAbsent(relation, this::allTuples);
    }

    private List<List<Integer>> allTuples(String relation) {
        List<String> places = vocabulary.places(relation);
        List<List<Integer>> all = List.of(List.of());
        for (String sort : places == null ? List.<String>of() : places) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> tuple : all) {
                for (int e = 0; e < size(sort); e++) {
                    List<Integer> more = new ArrayList<>(tuple);
                    more.add(e);
                    longer.add(List.copyOf(more));
                }
            }
            all = longer;
        }
        return all;
    }

    /** The true atoms, in the vocabulary's order of relations: {@code owner(frame0, dom0)}. */
    public List<String> facts() {
        List<String> all = new ArrayList<>();
        for (String relation : vocabulary.relations()) {
            for (List<Integer> elements : tuples(relation)) {
                if (isTrue(relation, elements)) {
                    all.add(atom(relation, elements));
                }
            }
        }
        return all;
    }

    private String atom(String relation, List<Integer> elements) {
        List<String> places = vocabulary.places(relation);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            names.add(label(places == null ? "" : places.get(i), elements.get(i)));
        }
        return relation + "(" + String.join(", ", names) + ")";
    }

    /**
     * Why a closed formula is false: the elements chosen, the premises that are true, the goal that is not.
     *
     * @return "it is true" where it is
     */
    public List<String> whyFalse(Term formula) {
        if (holds(formula, null)) {
            return List.of("it is true");
        }
        List<String> chosen = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Term t = formula;
        Env env = null;
        while (t instanceof Term.Forall || t instanceof Term.Implies) {
            if (t instanceof Term.Forall all) {
                env = falsifying(all.vars(), 0, all.body(), env);
                for (Var v : all.vars()) {
                    chosen.add(v.name() + " = " + label(v.sort(), Env.lookUp(env, v)));
                }
                t = all.body();
            } else if (t instanceof Term.Implies i) {
                lines.add("true:  " + TermText.of(i.premise(), env, labels));
                t = i.goal();
            }
        }
        lines.add("FALSE: " + TermText.of(t, env, labels));
        if (!chosen.isEmpty()) {
            lines.add(0, "with " + String.join(", ", chosen));
        }
        return lines;
    }
}
