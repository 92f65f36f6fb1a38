package dev.moat.prove.refine;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.Env;
import dev.moat.logic.Macro;
import dev.moat.logic.Var;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted.Addition;
import dev.moat.prove.lift.TermExpr;
import dev.moat.state.Claim;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes claimed actions one after the other, as {@code ClaimJudge} does for one transition. Here each is taken under a
 * condition, with arguments that the state decides. It records the conditions under which some action cannot be taken.
 */
final class Taking {
    private final Discipline discipline;
    private final Exprs exprs;
    private final List<Need> needs = new ArrayList<>();
    private Atoms now;

    /** That an action can be taken: these states there must not be. */
    record Need(String says, TermExpr never) {}

    /** A choice of elements for an action's arguments, and when it is the one that is claimed. */
    private static final class Instance {
        private final TermExpr when;
        private final int[] elements;

        Instance(TermExpr when, int[] elements) {
            this.when = when;
            this.elements = elements;
        }

        TermExpr when() {
            return when;
        }

        int[] elements() {
            return elements;
        }
    }

    Taking(Discipline discipline, Exprs exprs, Atoms before) {
        this.discipline = discipline;
        this.exprs = exprs;
        now = before;
    }

    /** What the actions make of the state. */
    Atoms after() {
        return now;
    }

    /** What must not be, in the order of the actions. */
    List<Need> needs() {
        return needs;
    }

    void take(Addition addition) {
        if (addition.name().startsWith(Claim.EXCHANGE)) {
            exchange(addition, addition.name().substring(Claim.EXCHANGE.length()));
            return;
        }
        AbstractAction action = discipline.actions().stream()
                .filter(a -> a.name().equals(addition.name()))
                .findFirst()
                .orElse(null);
        if (action == null) {
            needs.add(new Need("'" + addition.name() + "' is an action of the discipline", addition.when()));
            return;
        }
        List<Instance> instances =
                instances(addition, action.parameters().stream().map(Var::sort).toList());
        Expansion before = new Expansion(exprs, now);
        TermExpr refused = exprs.no;
        for (Instance one : instances) {
            TermExpr guard = before.of(action.guard(), env(null, action.parameters(), one.elements()));
            refused = exprs.or(refused, exprs.and(one.when(), exprs.not(guard)));
        }
        needs.add(new Need(addition.name() + Refinement.TAKEN, refused));
        Map<String, List<TermExpr>> changed = new LinkedHashMap<>();
        action.effects()
                .forEach((relation, effect) -> changed.put(relation, effect(relation, effect, instances, before)));
        now = now.with(changed);
    }

    private List<TermExpr> effect(String relation, Macro effect, List<Instance> instances, Expansion before) {
        Relation r = now.shape().relation(relation);
        List<TermExpr> all = new ArrayList<>(now.all(relation));
        int[] place = new int[Claim.PLACES];
        for (int n = 0; n < all.size(); n++) {
            r.place(n, place);
            TermExpr old = all.get(n);
            TermExpr is = old;
            for (Instance one : instances) {
                int own = one.elements().length;
                Env env = env(null, effect.parameters().subList(0, own), one.elements());
                env = env(
                        env,
                        effect.parameters().subList(own, effect.parameters().size()),
                        place);
                TermExpr then = before.of(effect.body(), env);
                is = then == old && is == old ? old : exprs.ite(one.when(), then, is);
            }
            all.set(n, is);
        }
        return all;
    }

    private static @Nullable Env env(@Nullable Env outer, List<Var> vars, int[] elements) {
        Env env = outer;
        for (int i = 0; i < vars.size(); i++) {
            env = new Env(env, vars.get(i), elements[i]);
        }
        return env;
    }

    /** Every choice of elements that can be claimed; that nothing else is, is needed. */
    private List<Instance> instances(Addition addition, List<String> sorts) {
        List<Instance> all = List.of(new Instance(addition.when(), new int[0]));
        for (int k = 0; k < sorts.size(); k++) {
            List<Instance> longer = new ArrayList<>();
            TermExpr argument = addition.arguments().get(k);
            int size = now.shape().size(sorts.get(k));
            for (Instance one : all) {
                for (int e = 0; e < size; e++) {
                    TermExpr when = exprs.and(one.when(), exprs.eq(argument, exprs.ofInt(e)));
                    if (!when.isFalse()) {
                        int[] elements = Arrays.copyOf(one.elements(), k + 1);
                        elements[k] = e;
                        longer.add(new Instance(when, elements));
                    }
                }
            }
            TermExpr beyond = exprs.and(addition.when(), exprs.not(exprs.ult(argument, exprs.ofInt(size))));
            if (!beyond.isFalse()) {
                needs.add(new Need(addition.name() + ": argument " + (k + 1) + " is an element", beyond));
            }
            all = longer;
        }
        return all;
    }

    /** Two elements of a sort change places, in every relation, those that never change too. */
    private void exchange(Addition addition, String sort) {
        Map<String, List<TermExpr>> changed = new LinkedHashMap<>();
        List<Instance> instances = instances(addition, List.of(sort, sort));
        now.of().forEach((relation, atoms) -> {
            Relation r = now.shape().relation(relation);
            if (r.places().stream().map(Sort::name).anyMatch(sort::equals)) {
                changed.put(relation, exchanged(r, sort, instances));
            }
        });
        now = now.with(changed);
    }

    private List<TermExpr> exchanged(Relation r, String sort, List<Instance> instances) {
        List<TermExpr> all = new ArrayList<>(now.all(r.name()));
        int[] place = new int[Claim.PLACES];
        for (int n = 0; n < all.size(); n++) {
            TermExpr old = all.get(n);
            TermExpr is = old;
            for (Instance one : instances) {
                r.place(n, place);
                for (int k = 0; k < r.places().size(); k++) {
                    boolean moves = r.places().get(k).name().equals(sort)
                            && (place[k] == one.elements()[0] || place[k] == one.elements()[1]);
                    place[k] = moves ? one.elements()[0] + one.elements()[1] - place[k] : place[k];
                }
                TermExpr then = now.atom(r.name(), place);
                is = then == old && is == old ? old : exprs.ite(one.when(), then, is);
            }
            all.set(n, is);
        }
        return all;
    }
}
