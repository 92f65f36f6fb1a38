package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.End;
import dev.moat.logic.Discipline.Failing;
import dev.moat.output.Counted;
import dev.moat.prove.Cti;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Run;
import dev.moat.prove.Theory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a discipline whose proof failed really breaks something: whether the explorer gets from the initial state to one in
 * which a statement is false. A counterexample to induction is as small as can be and seldom reachable itself, so the
 * search is for any state that breaks a property, in instances that grow.
 *
 * @param broken what is false at the end of the run; what was judged, when there is none
 * @param searched the instances, in the order in which they were searched; the run is of the last
 * @param run a shortest run of that instance to a state in which a statement is false, or null
 */
public record Reachability(
        List<ProofStatement> broken,
        List<Searched> searched,
        @Nullable Run run) {
    private static final long MOST_STATES = 1_000_000;
    private static final long MOST_GROWN = 60_000;
    private static final long MOST_FAILING = 200_000;

    /** One instance: its bounds, and how far it was searched. */
    private record Searched(InstanceBounds bounds, Exploration found) {
        @Override
        public String toString() {
            String end = found.end() == End.COMPLETE ? "all" : "the first";
            return String.format(
                    Locale.ROOT, "%s %,d states, up to depth %d (%s)", end, found.distinct(), found.depth(), bounds);
        }
    }

    public Reachability {
        broken = List.copyOf(broken);
        searched = List.copyOf(searched);
    }

    /**
     * Searches for a state that breaks any safety property: in the instance given, of a million states at most; then in those
     * with one element more of one sort, of the first 60,000. On the calling thread, whatever the time.
     */
    public static Reachability ofProperties(Theory theory, InstanceBounds first) {
        List<ProofStatement> properties =
                theory.statements().stream().filter(ProofStatement::safety).toList();
        return of(theory, properties, first.andLarger(), MOST_GROWN);
    }

    /** Searches for a state in which a lemma is false, in an instance that is also large enough for its counterexample. */
    public static Reachability ofLemma(Theory theory, Cti cti, InstanceBounds first) {
        InstanceBounds large = first.atLeast(cti.before().sizes());
        return of(theory, List.of(cti.goal().statement()), List.of(large), MOST_GROWN);
    }

    /** Searches for a state in which what a family says that it does not keep is false. */
    static Reachability ofFailing(Theory theory, ProofStatement failing, InstanceBounds first) {
        InstanceBounds two = first.atLeast(Map.of("Req", 2));
        // The last is one where spaces of two domains take turns at a tag.
        InstanceBounds turns = two.atLeast(Map.of("Space", 2)).having(List.of("take-tag", "return-tag"));
        Set<InstanceBounds> growing = new LinkedHashSet<>(List.of(first, two, turns));
        growing.addAll(first.andLarger());
        return of(theory, List.of(failing), List.copyOf(growing), MOST_FAILING);
    }

    static Reachability of(Theory theory, List<ProofStatement> judged, List<InstanceBounds> growing, long grown) {
        List<Searched> searched = new ArrayList<>();
        for (Instance instance : InstanceSearch.instances(theory.discipline(), growing)) {
            InstanceSearch search = new InstanceSearch(instance, judged);
            Exploration found = search.run(searched.isEmpty() ? MOST_STATES : grown);
            searched.add(new Searched(instance.bounds(), found));
            Exploration.Violation violation = found.violation();
            if (violation != null) {
                List<ProofStatement> broken =
                        violation.invariants().stream().map(judged::get).toList();
                return new Reachability(broken, searched, search.run(violation));
            }
        }
        return new Reachability(judged, searched, null);
    }

    /** For a person: that it is a real defect, and how it comes about; or how far was searched in vain. */
    public List<String> lines() {
        Run shortest = run;
        if (shortest == null) {
            return inVain();
        }
        List<String> lines = new ArrayList<>();
        lines.add("REACHABLE: " + headline(shortest) + " ("
                + searched.get(searched.size() - 1).bounds() + "):");
        lines.addAll(shortest.lines());
        return lines;
    }

    /** For a person: that it is not kept, why, and the run that shows it; or that none does. */
    List<String> lines(Failing failing) {
        String why = whyNotShown(failing);
        String id = broken.get(0).id();
        List<String> lines = new ArrayList<>();
        Run shortest = run;
        if (!why.isEmpty()) {
            lines.add("NOT SHOWN " + id + ": it is said to fail (" + failing.why() + "), and " + why);
            lines.addAll(shortest == null ? inVain() : shortest.lines());
        } else if (shortest != null) {
            int steps = shortest.letters().size();
            lines.add("NOT KEPT " + id + ": " + failing.why() + "; false " + steps + (steps == 1 ? " step" : " steps")
                    + " from the initial state (" + shortest.instance().bounds() + "):");
            lines.addAll(shortest.lines());
        }
        return lines;
    }

    /** What comes of it that a family says this is not kept: without a run, and all states searched, it is not so. */
    ExitCode shown(Failing failing) {
        if (whyNotShown(failing).isEmpty()) {
            return ExitCode.OK;
        }
        boolean cut = run == null && searched.stream().anyMatch(s -> s.found().end() != End.COMPLETE);
        return cut ? ExitCode.LIMIT : ExitCode.EXPECTATION;
    }

    /** Empty where the run takes the action that is said to bring it about, and its end, evaluated once more, breaks what is said to fail. */
    private String whyNotShown(Failing failing) {
        Run shortest = run;
        if (shortest == null) {
            return "no run was found";
        }
        if (shortest.letters().stream().noneMatch(l -> l.action().equals(failing.action()))) {
            return "the run that was found does without " + failing.action();
        }
        List<long[]> states = shortest.states();
        long[] last = states.get(states.size() - 1);
        boolean holds = broken.get(0).conjuncts().stream()
                .allMatch(c -> shortest.instance().ground(c).holds(last));
        return holds ? "it is true at the end of the run that was found" : "";
    }

    private String headline(Run shortest) {
        String ids = String.join(", ", broken.stream().map(ProofStatement::id).toList());
        String what = broken.stream().anyMatch(ProofStatement::safety)
                ? "a real defect, " + ids + " is broken "
                : "the lemma " + ids + " is false in a state ";
        return what + Counted.of(shortest.letters().size(), "step") + " from the initial one";
    }

    private List<String> inVain() {
        String what = broken.size() == 1 ? broken.get(0).id() + " is true" : "every property is true";
        List<String> lines = new ArrayList<>();
        lines.add("not reached: " + what + " in " + searched.get(0));
        searched.stream().skip(1).forEach(s -> lines.add("             and in " + s));
        lines.add("a lemma is missing, or these bounds are too small to show the defect; larger ones with -P");
        return lines;
    }
}
