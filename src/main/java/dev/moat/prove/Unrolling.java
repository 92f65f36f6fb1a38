package dev.moat.prove;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Model;
import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import dev.moat.logic.ground.Ground;
import dev.moat.logic.ground.GroundAction;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An instance of the discipline as formulas about a sequence of states. It has one Boolean for each atom and state,
 * and one for each letter and step; each step takes exactly one letter.
 */
final class Unrolling {
    private final Context context;
    private final Instance instance;
    private final List<DisciplineAction> alphabet = new ArrayList<>();
    private final List<Map<String, BoolExpr[]>> states = new ArrayList<>();
    private final List<Ground.Translation<BoolExpr>> readings = new ArrayList<>();
    private final List<BoolExpr[]> taken = new ArrayList<>();

    /** One state, of which nothing is known. */
    Unrolling(Context context, Instance instance) {
        this.context = context;
        this.instance = instance;
        instance.letters().values().forEach(alphabet::addAll);
        addState();
    }

    private void addState() {
        int t = states.size();
        Map<String, BoolExpr[]> atoms = new LinkedHashMap<>();
        instance.slots().forEach((relation, slots) -> {
            BoolExpr[] bits = new BoolExpr[slots.size()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = context.mkBoolConst(relation + " " + i + "@" + t);
            }
            atoms.put(relation, bits);
        });
        states.add(atoms);
        readings.add(new Ground.Translation<>(new AtTime(atoms)));
    }

    /** Number of steps so far. */
    int steps() {
        return taken.size();
    }

    /** That the first state is this one. */
    List<BoolExpr> startsAs(long[] s) {
        List<BoolExpr> facts = new ArrayList<>();
        instance.slots().forEach((relation, slots) -> {
            for (int i = 0; i < slots.size(); i++) {
                BoolExpr atom = atom(0, relation, i);
                facts.add(slots.get(s, i) == 1 ? atom : context.mkNot(atom));
            }
        });
        return facts;
    }

    /** A formula about state t. */
    BoolExpr at(int t, Ground formula) {
        return readings.get(t).of(formula);
    }

    private BoolExpr atom(int t, String relation, int element) {
        BoolExpr[] bits = states.get(t).get(relation);
        if (bits == null) {
            throw new IllegalStateException("relation " + relation + " has no slots");
        }
        return bits[element];
    }

    /** Adds a state, and says what it takes to get there from the last one. */
    List<BoolExpr> step() {
        int t = taken.size();
        addState();
        BoolExpr[] take = new BoolExpr[alphabet.size()];
        Map<String, List<List<BoolExpr>>> touched = new LinkedHashMap<>();
        instance.slots().forEach((relation, slots) -> touched.put(relation, lists(slots)));
        List<BoolExpr> facts = new ArrayList<>();
        for (int i = 0; i < take.length; i++) {
            DisciplineAction letter = alphabet.get(i);
            take[i] = context.mkBoolConst("step!" + i + "@" + t);
            facts.add(context.mkImplies(take[i], at(t, letter.guard())));
            for (GroundAction.Effect effect : letter.effects()) {
                BoolExpr after = atom(t + 1, effect.relation(), effect.element());
                facts.add(context.mkImplies(take[i], context.mkEq(after, at(t, effect.value()))));
                touched.getOrDefault(effect.relation(), List.of())
                        .get(effect.element())
                        .add(take[i]);
            }
        }
        touched.forEach((relation, elements) -> {
            for (int i = 0; i < elements.size(); i++) {
                List<BoolExpr> changed = elements.get(i);
                changed.add(context.mkEq(atom(t + 1, relation, i), atom(t, relation, i)));
                facts.add(context.mkOr(changed.toArray(new BoolExpr[0])));
            }
        });
        facts.add(context.mkOr(take));
        facts.add(context.mkAtMost(take, 1));
        taken.add(take);
        return facts;
    }

    private static List<List<BoolExpr>> lists(Slots slots) {
        List<List<BoolExpr>> lists = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    /** The first state and the letters of a model. */
    Run run(Model model) {
        long[] s = instance.schema().blank();
        instance.slots().forEach((relation, slots) -> {
            for (int i = 0; i < slots.size(); i++) {
                slots.set(s, i, model.eval(atom(0, relation, i), true).isTrue() ? 1 : 0);
            }
        });
        List<DisciplineAction> letters = new ArrayList<>();
        for (BoolExpr[] step : taken) {
            for (int i = 0; i < step.length; i++) {
                if (model.eval(step[i], true).isTrue()) {
                    letters.add(alphabet.get(i));
                }
            }
        }
        return new Run(instance, s, letters);
    }

    /** Reads formulas over the atoms of one state. */
    private final class AtTime implements Ground.Target<BoolExpr> {
        private final Map<String, BoolExpr[]> atoms;

        AtTime(Map<String, BoolExpr[]> atoms) {
            this.atoms = atoms;
        }

        @Override
        public BoolExpr truth(boolean value) {
            return context.mkBool(value);
        }

        @Override
        public BoolExpr atom(String relation, List<Integer> elements) {
            BoolExpr[] bits = atoms.get(relation);
            if (bits == null) {
                throw new IllegalStateException("relation " + relation + " has no slots");
            }
            return bits[instance.elementOf(relation, elements)];
        }

        @Override
        public BoolExpr not(BoolExpr part) {
            return context.mkNot(part);
        }

        @Override
        public BoolExpr all(List<BoolExpr> parts) {
            return context.mkAnd(parts.toArray(new BoolExpr[0]));
        }

        @Override
        public BoolExpr some(List<BoolExpr> parts) {
            return context.mkOr(parts.toArray(new BoolExpr[0]));
        }

        @Override
        public BoolExpr equal(BoolExpr left, BoolExpr right) {
            return context.mkEq(left, right);
        }

        @Override
        public BoolExpr choice(BoolExpr condition, BoolExpr yes, BoolExpr no) {
            return (BoolExpr) context.mkITE(condition, yes, no);
        }
    }
}
