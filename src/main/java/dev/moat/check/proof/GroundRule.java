package dev.moat.check.proof;

import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import dev.moat.input.Place;
import dev.moat.liveness.Demand;
import dev.moat.logic.Macro;
import dev.moat.logic.ResponseRule;
import dev.moat.logic.ResponseRule.Stage;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.ground.Ground;
import dev.moat.logic.ground.Grounding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A rule for responses, its parameters elements of an instance of the discipline, as a demand on the runs of that instance. */
final class GroundRule implements Demand {
    private final Elements elements;
    private final List<Integer> given;
    private final Ground waiting;
    private final Ground answered;
    private final List<GroundStage> stages = new ArrayList<>();
    private final Map<Integer, Ground> excluded = new HashMap<>();

    /** One way to help at a stage: while something is left, letters, or another rule. */
    private record Help(
            Ground left, List<Integer> letters, @Nullable GroundRule rule) {}

    private record GroundStage(Ground holds, List<Help> helps) {}

    /** What grounds formulas of one instance, and its letters in the order of the alphabet, each with its elements. */
    record Elements(Instance instance, Grounding grounding, List<DisciplineAction> letters, List<List<Integer>> of) {
        static Elements of(Instance instance) {
            List<DisciplineAction> letters = new ArrayList<>();
            List<List<Integer>> of = new ArrayList<>();
            instance.letters()
                    .values()
                    .forEach(ls -> ls.forEach(l -> {
                        letters.add(l);
                        of.add(l.elements());
                    }));
            Grounding grounding = new Grounding(instance.abstraction(), instance.schema());
            return new Elements(instance, grounding, List.copyOf(letters), List.copyOf(of));
        }

        /** All choices of elements for variables, in order. */
        List<List<Integer>> tuples(List<Var> vars) {
            List<List<Integer>> all = List.of(List.of());
            for (Var v : vars) {
                List<List<Integer>> longer = new ArrayList<>();
                for (List<Integer> tuple : all) {
                    for (int e = 0; e < instance.bounds().size(v.sort()); e++) {
                        longer.add(joined(tuple, List.of(e)));
                    }
                }
                all = longer;
            }
            return all;
        }

        Ground ground(Macro macro, List<Integer> values) {
            return grounding.of(macro.body(), macro.parameters(), values);
        }
    }

    GroundRule(ResponseRule rule, Map<String, ResponseRule> rules, Elements elements, List<Integer> given) {
        this.elements = elements;
        this.given = given;
        waiting = elements.ground(rule.waiting(), given);
        answered = elements.ground(rule.answered(), given);
        rule.stages().forEach(s -> stages.add(stage(s, rules)));
        for (int i = 0; i < elements.letters().size(); i++) {
            Macro without = rule.without().get(elements.letters().get(i).action());
            if (without != null) {
                excluded.put(
                        i, elements.ground(without, joined(given, elements.of().get(i))));
            }
        }
    }

    private static List<Integer> joined(List<Integer> first, List<Integer> second) {
        List<Integer> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    private GroundStage stage(Stage stage, Map<String, ResponseRule> rules) {
        Macro left = stage.left();
        List<Var> more = left == null
                ? List.of()
                : left.parameters().subList(given.size(), left.parameters().size());
        List<Help> helps = new ArrayList<>();
        for (List<Integer> tuple : elements.tuples(more)) {
            List<Integer> values = joined(given, tuple);
            Ground there = left == null ? always() : elements.ground(left, values);
            ResponseRule other = rules.get(stage.helper());
            if (stage.awaits() && other != null) {
                for (List<Integer> theirs : elements.tuples(other.waiting().parameters())) {
                    if (!elements.ground(stage.helps(), joined(values, theirs)).isNever()) {
                        helps.add(new Help(there, List.of(), new GroundRule(other, rules, elements, theirs)));
                    }
                }
            } else {
                helps.add(new Help(there, letters(stage, values), null));
            }
        }
        return new GroundStage(elements.ground(stage.holds(), given), helps);
    }

    private Ground always() {
        Place nowhere = new Place("", 0, 0);
        return elements.grounding().of(new Term.Truth(nowhere, true), List.of(), List.of());
    }

    private List<Integer> letters(Stage stage, List<Integer> values) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < elements.letters().size(); i++) {
            boolean same = elements.letters().get(i).action().equals(stage.helper());
            if (same
                    && !elements.ground(
                                    stage.helps(), joined(values, elements.of().get(i)))
                            .isNever()) {
                found.add(i);
            }
        }
        return found;
    }

    @Override
    public boolean waits(long[] s) {
        return waiting.holds(s) && !answered.holds(s);
    }

    @Override
    public boolean allows(long[] s, int letter) {
        Ground without = excluded.get(letter);
        return without == null || !without.holds(s);
    }

    @Override
    public boolean helps(long[] s, int letter) {
        for (int i = stages.size() - 1; i >= 0; i--) {
            GroundStage stage = stages.get(i);
            if (stage.holds().holds(s)) {
                return stage.helps().stream().anyMatch(h -> h.left().holds(s) && helps(h, s, letter));
            }
        }
        return false;
    }

    private static boolean helps(Help help, long[] s, int letter) {
        GroundRule other = help.rule();
        return other == null ? help.letters().contains(letter) : other.helps(s, letter);
    }

    /** For people: the elements of the rule's parameters. */
    String label(ResponseRule rule) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            Var v = rule.waiting().parameters().get(i);
            words.add(elements.instance()
                    .abstraction()
                    .sort(v.sort())
                    .orElseThrow()
                    .label(given.get(i)));
        }
        return String.join(", ", words);
    }
}
