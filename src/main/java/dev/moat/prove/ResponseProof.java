package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.ResponseRule;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.ground.FiniteState;
import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of the premises of all rules.
 *
 * @param outcomes by rule, in the order of its premises
 */
public record ResponseProof(Responses responses, Map<String, List<Outcome>> outcomes) {
    /**
     * What became of one premise.
     *
     * @param counterexample of the first premise of a rule that fails, for people; else empty
     * @param disagreement what Moat's own evaluation of that state says against the solver, or null
     */
    public record Outcome(
            Premise premise,
            GoalAnswer.Status status,
            List<String> counterexample,
            @Nullable String disagreement) {}

    /** Asks the solver about every premise. */
    public static ResponseProof of(Responses responses, Prover prover) {
        Map<String, List<Outcome>> outcomes = new TreeMap<>();
        for (ResponseRule rule : responses.rules().values()) {
            List<Premise> premises = responses.premises(rule);
            List<GoalAnswer.Status> said = prover.refute(
                    responses.theory(), premises.stream().map(Premise::denial).toList());
            List<Outcome> of = new ArrayList<>();
            boolean shown = false;
            for (int i = 0; i < premises.size(); i++) {
                boolean show = said.get(i) == GoalAnswer.Status.FAILED && !shown;
                shown |= show;
                of.add(
                        show
                                ? failed(responses, premises.get(i), prover)
                                : new Outcome(premises.get(i), said.get(i), List.of(), null));
            }
            outcomes.put(rule.id(), List.copyOf(of));
        }
        return new ResponseProof(responses, outcomes);
    }

    private static Outcome failed(Responses responses, Premise premise, Prover prover) {
        return prover.state(responses.theory(), premise.denial())
                .map(found -> shown(responses, premise, found))
                .orElseGet(() -> new Outcome(
                        premise,
                        GoalAnswer.Status.FAILED,
                        List.of("the solver gave up while looking for a small counterexample"),
                        null));
    }

    private static Outcome shown(Responses responses, Premise premise, Prover.Found found) {
        FiniteState before = found.state();
        List<Var> constants = premise.constants();
        List<String> given = new ArrayList<>();
        List<Integer> parameters = new ArrayList<>();
        AbstractAction action = premise.action();
        for (int i = 0; i < constants.size(); i++) {
            Var v = constants.get(i);
            given.add(v.name() + " = " + before.label(v.sort(), found.values().get(i)));
            if (action != null && action.parameters().contains(v)) {
                parameters.add(found.values().get(i));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add((action == null ? "state:   " : "before:  ") + String.join(" ", before.facts()));
        lines.add("with:    " + String.join(", ", given));
        FiniteState after = action == null ? before : before.after(action, parameters);
        if (action != null) {
            List<String> changes = new ArrayList<>();
            after.facts().stream().filter(f -> !before.facts().contains(f)).forEach(f -> changes.add("+" + f));
            before.facts().stream().filter(f -> !after.facts().contains(f)).forEach(f -> changes.add("-" + f));
            lines.add("step:    " + action.name() + "  -- " + action.says());
            lines.add("after:   " + (changes.isEmpty() ? "the same" : String.join(" ", changes)));
        }
        lines.add("broken:  " + premise.says());
        String against = disagreement(responses, premise, found, after);
        return new Outcome(premise, GoalAnswer.Status.FAILED, lines, against);
    }

    /** The state and the step once more, by an evaluator that knows no solver and no rewriting. */
    private static @Nullable String disagreement(
            Responses responses, Premise premise, Prover.Found found, FiniteState after) {
        for (Term t : responses.theory().assumed()) {
            if (!found.state().holds(t, List.of(), List.of())) {
                return "the solver's state violates the formula at " + t.place();
            }
        }
        List<Term> before = new ArrayList<>(premise.before());
        AbstractAction action = premise.action();
        if (action != null) {
            before.add(action.guard());
        }
        for (Term t : before) {
            if (!found.state().holds(t, premise.constants(), found.values())) {
                return "the solver's state does not fulfil the premise at " + t.place();
            }
        }
        return after.holds(premise.claim(), premise.constants(), found.values())
                ? "the solver's state violates nothing"
                : null;
    }

    /** Whether every premise of a rule is true, and every premise of each rule that it awaits. */
    public boolean isProved(String rule) {
        return open(rule).isEmpty() && openBelow(rule).isEmpty();
    }

    /** Whether every premise of every rule is true. */
    public boolean isProved() {
        return outcomes.keySet().stream().allMatch(this::isProved);
    }

    /** The rules that a rule awaits and that are not proved, by id, in the order of its stages. */
    private List<String> openBelow(String rule) {
        ResponseRule awaiting = responses.rules().get(rule);
        return awaiting == null
                ? List.of()
                : awaiting.awaited().stream().filter(r -> !open(r).isEmpty()).toList();
    }

    /** The premises of a rule that are not shown to be true, without those of the rules that it awaits. */
    public List<Outcome> open(String rule) {
        return outcomes.getOrDefault(rule, List.of()).stream()
                .filter(o -> o.status() != GoalAnswer.Status.PROVED)
                .toList();
    }

    /** The premises on which a rule rests and that are not shown to be true: its own, then those of the rules that it awaits. */
    public List<Outcome> openWithAwaited(String rule) {
        List<Outcome> all = new ArrayList<>(open(rule));
        openBelow(rule).forEach(r -> all.addAll(open(r)));
        return all;
    }

    /** How many premises there are. */
    public int goals() {
        return outcomes.values().stream().mapToInt(List::size).sum();
    }

    /** Evaluations that contradict the solver, one line each. */
    public List<String> disagreements() {
        return outcomes.values().stream()
                .flatMap(List::stream)
                .filter(o -> o.disagreement() != null)
                .map(o -> "DISAGREEMENT " + o.premise().id() + ": " + o.disagreement())
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** One line for each rule. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        responses.rules().forEach((id, rule) -> {
            int stages = rule.stages().size();
            int open = open(id).size();
            List<String> below = openBelow(id);
            String rests = below.isEmpty() ? "" : "rests on " + String.join(", ", below);
            String missing = Stream.of(open == 0 ? "" : String.valueOf(open), rests)
                    .filter(words -> !words.isEmpty())
                    .collect(Collectors.joining(", "));
            lines.add(String.format(
                    Locale.ROOT,
                    "%-8s %-25s  %2d %-9s  %3d goals  %s",
                    "response",
                    id,
                    stages,
                    stages == 1 ? "stage" : "stages",
                    outcomes.getOrDefault(id, List.of()).size(),
                    missing.isEmpty() ? "proved" : "NOT PROVED: " + missing));
        });
        return lines;
    }

    /** What is not proved of a rule, and why, for people. */
    public List<String> explained(String rule) {
        List<String> lines = new ArrayList<>();
        for (Outcome o : open(rule)) {
            lines.add((o.status() == GoalAnswer.Status.FAILED ? "FAILED  " : "UNKNOWN ")
                    + o.premise().id());
            o.counterexample().forEach(line -> lines.add("  " + line));
            if (o.disagreement() != null) {
                lines.add("  DISAGREEMENT: " + o.disagreement());
            }
        }
        openBelow(rule).forEach(r -> lines.add(rule + " rests on " + r + ", which is not proved"));
        return lines;
    }

    /** The assumption of each response, who goes on and what is excluded; then the count of proved goals. */
    public List<String> verdict() {
        List<String> lines = new ArrayList<>();
        if (outcomes.isEmpty()) {
            return lines;
        }
        for (ResponseRule r : responses.rules().values()) {
            // The names are those of the premises: what is told in words may say less than is assumed.
            String rely = r.rely().isEmpty()
                    ? ""
                    : "; meanwhile " + r.rely() + " ("
                            + String.join(", ", r.without().keySet()) + ")";
            lines.add("assumed (" + r.id() + "): " + r.fair() + rely);
        }
        long opened =
                outcomes.keySet().stream().mapToLong(id -> open(id).size()).sum();
        lines.add(Counted.proved(opened, goals()) + " of " + outcomes.size()
                + " responses, for any finite number of everything, each under the assumption of its name");
        return lines;
    }
}
