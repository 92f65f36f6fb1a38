package dev.moat.prove;

import dev.moat.input.Place;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Macro;
import dev.moat.logic.ResponseRule;
import dev.moat.logic.ResponseRule.Stage;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The premises of one rule. The rank of a state is the last stage that holds there; within a stage it is the finite
 * set of open work, which does not grow. So a run on which all helpers go on, and no excluded step happens, reaches
 * the answer.
 */
final class Premises {
    private final ResponseRule rule;
    private final Map<String, ResponseRule> rules;
    private final List<Var> own;
    private final Place place;
    private final List<Premise> all = new ArrayList<>();

    private Premises(ResponseRule rule, Map<String, ResponseRule> rules) {
        this.rule = rule;
        this.rules = rules;
        own = fresh(rule.waiting().parameters(), "the-");
        place = rule.waiting().body().place();
    }

    /**
     * Of a rule, about these actions.
     *
     * @param rules by id, those that are awaited among them
     * @param actions all of a discipline, or those for which premises are wanted
     */
    static List<Premise> of(ResponseRule rule, Map<String, ResponseRule> rules, Collection<AbstractAction> actions) {
        Premises premises = new Premises(rule, rules);
        premises.begins();
        for (int i = 0; i < rule.stages().size(); i++) {
            premises.stage(i, actions);
        }
        return List.copyOf(premises.all);
    }

    /**
     * What an audit asks to be possible, each as a premise that is false where it is: that the wait begins and is not answered; then of each
     * stage that it is the one that counts, and something is left there.
     */
    static List<Premise> possible(ResponseRule rule) {
        Premises premises = new Premises(rule, Map.of());
        premises.all.add(new Premise(
                rule.id() + ".waiting",
                "",
                premises.own,
                List.of(premises.call(rule.waiting(), premises.own)),
                null,
                premises.answered()));
        for (int i = 0; i < rule.stages().size(); i++) {
            Stage stage = rule.stages().get(i);
            List<Var> left = premises.left(stage);
            List<Term> before = new ArrayList<>(premises.holds(stage, left));
            premises.all.add(new Premise(
                    rule.id() + "." + stage.name(), "", joined(premises.own, left), before, null, premises.beyond(i)));
        }
        return List.copyOf(premises.all);
    }

    private static List<Var> fresh(List<Var> parameters, String prefix) {
        return parameters.stream()
                .map(v -> new Var(prefix + v.name(), v.sort()))
                .toList();
    }

    private static List<Var> joined(List<Var> first, List<Var> second) {
        List<Var> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    private static List<Var> joined(List<Var> first, List<Var> second, List<Var> third) {
        return joined(joined(first, second), third);
    }

    private Term call(Macro macro, List<Var> args) {
        return new Term.Call(place, macro, args);
    }

    private Term call(Macro macro, List<Var> first, List<Var> second) {
        return call(macro, joined(first, second));
    }

    private Term call(Macro macro, List<Var> first, List<Var> second, List<Var> third) {
        return call(macro, joined(first, second, third));
    }

    private Term not(Term t) {
        return new Term.Not(place, t);
    }

    private Term or(List<Term> parts) {
        return new Term.Or(place, List.copyOf(parts));
    }

    private Term answered() {
        return call(rule.answered(), own);
    }

    /** The answer, or a stage behind this one. */
    private Term beyond(int stage) {
        List<Term> parts = new ArrayList<>(List.of(answered()));
        rule.stages().stream().skip(stage + 1L).forEach(s -> parts.add(call(s.holds(), own)));
        return or(parts);
    }

    private List<Var> left(Stage stage) {
        return more(stage, own.size(), "left-");
    }

    /** What is left at a stage, of this rule or of another one, which has so many parameters. */
    private static List<Var> more(Stage stage, int parameters, String prefix) {
        Macro left = stage.left();
        return left == null
                ? List.of()
                : fresh(left.parameters().subList(parameters, left.parameters().size()), prefix);
    }

    private List<Term> holds(Stage stage, List<Var> elements) {
        Term here = call(stage.holds(), own);
        Macro left = stage.left();
        return left == null ? List.of(here) : List.of(here, call(left, own, elements));
    }

    private void add(String what, String says, List<Var> constants, List<Term> before, Term claim) {
        all.add(new Premise(rule.id() + "." + what, says, constants, before, null, claim));
    }

    private void begins() {
        add("begins", "What waits is in one of the stages.", own, List.of(call(rule.waiting(), own)), beyond(-1));
    }

    private void stage(int i, Collection<AbstractAction> actions) {
        Stage stage = rule.stages().get(i);
        actions.forEach(a -> stays(i, a));
        if (stage.left() != null) {
            actions.forEach(a -> shrinks(i, a));
            ends(i);
        }
        if (stage.awaits()) {
            awaited(i, actions);
        } else {
            actions.stream().filter(a -> a.name().equals(stage.helper())).forEach(a -> taken(i, a));
        }
    }

    private List<Term> step(Stage stage, AbstractAction action) {
        List<Term> before = new ArrayList<>(List.of(not(answered()), call(stage.holds(), own)));
        Macro excluded = rule.without().get(action.name());
        if (excluded != null) {
            before.add(not(call(excluded, own, action.parameters())));
        }
        return before;
    }

    private static boolean touches(AbstractAction action, Macro macro) {
        Set<String> relations = new HashSet<>(Rewriting.relations(Rewriting.plain(macro.body())));
        relations.retainAll(action.effects().keySet());
        return !relations.isEmpty();
    }

    private void stays(int i, AbstractAction action) {
        Stage stage = rule.stages().get(i);
        if (touches(action, stage.holds())) {
            Term claim = or(List.of(beyond(i), call(stage.holds(), own)));
            all.add(new Premise(
                    id(stage, "stays", action),
                    "A step leads to the answer, to a later stage, or stays in this one.",
                    joined(own, action.parameters()),
                    step(stage, action),
                    action,
                    claim));
        }
    }

    private String id(Stage stage, String what, AbstractAction action) {
        return rule.id() + "." + stage.name() + "." + what + "@" + action.name();
    }

    private void shrinks(int i, AbstractAction action) {
        Stage stage = rule.stages().get(i);
        Macro left = stage.left();
        if (left != null && touches(action, left)) {
            List<Var> elements = left(stage);
            List<Term> before = new ArrayList<>(step(stage, action));
            before.add(not(call(left, own, elements)));
            all.add(new Premise(
                    id(stage, "shrinks", action),
                    "A step adds nothing to what is left.",
                    joined(own, elements, action.parameters()),
                    before,
                    action,
                    or(List.of(beyond(i), not(call(left, own, elements))))));
        }
    }

    private void ends(int i) {
        Stage stage = rule.stages().get(i);
        Macro left = stage.left();
        if (left != null) {
            List<Var> elements = left(stage);
            Term none = new Term.Forall(place, elements, not(call(left, own, elements)));
            add(
                    stage.name() + ".ends",
                    "Where nothing is left the stage is over.",
                    own,
                    List.of(call(stage.holds(), own), none),
                    beyond(i));
        }
    }

    /** An action helps: some instance does, each that does is possible and not excluded, and it brings things on. */
    private void taken(int i, AbstractAction action) {
        Stage stage = rule.stages().get(i);
        List<Var> elements = left(stage);
        List<Term> here = new ArrayList<>(holds(stage, elements));
        here.add(not(beyond(i)));
        somebody(stage, elements, here, action.parameters());
        List<Term> helped = new ArrayList<>(here);
        helped.add(call(stage.helps(), own, elements, action.parameters()));
        List<Var> constants = joined(own, elements, action.parameters());
        Macro excluded = rule.without().get(action.name());
        Term possible = excluded == null
                ? action.guard()
                : new Term.And(place, List.of(action.guard(), not(call(excluded, own, action.parameters()))));
        add(stage.name() + ".possible", "Whoever helps can, and is not excluded.", constants, helped, possible);
        Macro left = stage.left();
        Term brought = left == null ? beyond(i) : or(List.of(beyond(i), not(call(left, own, elements))));
        all.add(new Premise(
                id(stage, "helps", action), "The helpful step brings things on.", constants, helped, action, brought));
    }

    private void somebody(Stage stage, List<Var> elements, List<Term> here, List<Var> parameters) {
        List<Var> sought = fresh(parameters, "by-");
        Term claim = call(stage.helps(), own, elements, sought);
        add(
                stage.name() + ".somebody",
                "Somebody helps.",
                joined(own, elements),
                here,
                sought.isEmpty() ? claim : new Term.Exists(place, sought, claim));
    }

    /** Another rule's answer helps: that rule's wait begins, its answer brings things on, and what it excludes is excluded here. */
    private void awaited(int i, Collection<AbstractAction> actions) {
        Stage stage = rule.stages().get(i);
        ResponseRule other = rules.get(stage.helper());
        if (other == null) {
            throw new IllegalStateException(rule.id() + " awaits " + stage.helper() + ", which is not there");
        }
        List<Var> elements = left(stage);
        List<Term> here = new ArrayList<>(holds(stage, elements));
        here.add(not(beyond(i)));
        somebody(stage, elements, here, other.waiting().parameters());
        List<Var> theirs = fresh(other.waiting().parameters(), "by-");
        List<Term> helped = new ArrayList<>(here);
        helped.add(call(stage.helps(), own, elements, theirs));
        List<Var> constants = joined(own, elements, theirs);
        add(stage.name() + ".awaits", "The awaited wait begins.", constants, helped, call(other.waiting(), theirs));
        add(
                stage.name() + ".brings",
                "Its answer brings things on.",
                constants,
                helped,
                not(call(other.answered(), theirs)));
        for (AbstractAction action : actions) {
            relies(stage, other, action, new Parts(helped, constants, theirs));
        }
    }

    private record Parts(List<Term> helped, List<Var> constants, List<Var> theirs) {}

    private void relies(Stage stage, ResponseRule other, AbstractAction action, Parts parts) {
        List<Var> constants = joined(parts.constants(), action.parameters());
        Macro theirs = other.without().get(action.name());
        Macro ours = rule.without().get(action.name());
        if (theirs != null) {
            List<Term> before = new ArrayList<>(parts.helped());
            before.add(action.guard());
            before.add(call(theirs, parts.theirs(), action.parameters()));
            Term claim = ours == null ? new Term.Truth(place, false) : call(ours, own, action.parameters());
            String id = stage.name() + ".relies@" + action.name();
            add(id, "What the awaited rule excludes is excluded here.", constants, before, claim);
        }
        for (Stage s : other.stages()) {
            if (ours != null && !s.awaits() && s.helper().equals(action.name())) {
                List<Term> before = new ArrayList<>(parts.helped());
                before.add(call(s.holds(), parts.theirs()));
                List<Var> more = more(s, parts.theirs().size(), "yet-");
                Macro left = s.left();
                if (left != null) {
                    before.add(call(left, parts.theirs(), more));
                }
                before.add(call(s.helps(), parts.theirs(), more, action.parameters()));
                String id = stage.name() + ".lets-" + s.name() + "@" + action.name();
                Term claim = not(call(ours, own, action.parameters()));
                add(id, "Who helps there is not excluded here.", joined(constants, more), before, claim);
            }
        }
    }
}
