package dev.moat.check;

import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.model.Parameter;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result for one scenario, with everything that qualifies it.
 *
 * @param scenario as it was run, the user's changes made
 * @param settings the values of all parameters, by group and name
 * @param assumed what it takes for granted, a clause each; empty where no machine was built
 * @param judged the properties judged, in the order of {@link Exploration#witnessed}; then no-deadlock, then responses
 * @param run the search
 * @param finding the violation, if one was found
 * @param doubts why it shows nothing of an edited program that every property holds, a clause each
 * @param exit OK when everything is as expected
 * @param unmet what is not as expected, one sentence each
 * @param notes what of the scenario's expectation was not applied
 * @param meaning what else was asked of a component that stands in a text, where everything holds
 */
public record Verdict(
        Scenario scenario,
        Map<Parameter.Kind, Map<String, String>> settings,
        List<String> assumed,
        List<String> judged,
        Exploration run,
        @Nullable Finding finding,
        List<String> doubts,
        ExitCode exit,
        List<String> unmet,
        List<String> notes,
        Meaning meaning) {
    /**
     * Whether that everything holds means something.
     *
     * @param unmoved relations that never change, each with what to write instead
     * @param drops what becomes of it when each step is left out
     */
    public record Meaning(List<String> unmoved, StepDrops drops) {
        static final Meaning NONE = new Meaning(List.of(), StepDrops.NONE);

        public Meaning {
            unmoved = List.copyOf(unmoved);
        }
    }

    /** The doubt about an edit with which all transitions are what they are without it. */
    public static final String IDLE = "the edit changes no transition of this machine";
    /** The doubt about an edit that changes locks or an order: with one CPU no other call comes between the steps. */
    public static final String ONE_CPU =
            "the edit changes an order of steps, or what is done under a lock, and that shows with two CPUs (-P cpus=2)";

    /** The same when everything holds of a component in a text, and more was asked. */
    Verdict meaning(Meaning more) {
        List<String> missed = new ArrayList<>(unmet);
        missed.addAll(more.unmoved());
        ExitCode code = more.unmoved().isEmpty() ? exit : ExitCode.worst(List.of(exit, ExitCode.LIMIT));
        return new Verdict(
                scenario, settings, assumed, judged, run, finding, doubts, code, List.copyOf(missed), notes, more);
    }

    /** The three verdicts. */
    public enum Kind {
        /**
         * Every reachable state within the bounds satisfies every property, and each had something to forbid; an edited program still does what
         * it did.
         */
        HELD,
        /** A property is false in a reachable state. */
        VIOLATED,
        /** The search ended before it could say either, a property had nothing to forbid, or there are doubts about an edited program. */
        INCONCLUSIVE
    }

    /** Which of the three. */
    public Kind kind() {
        return switch (run.end()) {
            case COMPLETE -> {
                boolean shown = unexcusedWitnesses().isEmpty()
                        && doubts.isEmpty()
                        && meaning.unmoved().isEmpty();
                yield shown ? Kind.HELD : Kind.INCONCLUSIVE;
            }
            case VIOLATION -> Kind.VIOLATED;
            case MISCLAIM, LIMIT, INTERRUPTED -> Kind.INCONCLUSIVE;
        };
    }

    /** The first transition that is not what it claims to be, where every one must be; shown with any verdict. */
    public Conformance.@Nullable Misclaim wrongClaim() {
        return Gate.wrongClaim(scenario, run);
    }

    /** As {@link #kind}, whether or not each property had something to forbid, or there are doubts: for comparing one machine with another. */
    public Kind outcome() {
        return run.end() == Exploration.End.COMPLETE ? Kind.HELD : kind();
    }

    /** Whether everything holds where something was to be found: a control, or a fault that a user injects. */
    public boolean missesDefect() {
        return finding == null
                && (scenario.expect().violated() || unmet.stream().anyMatch(says -> says.contains(Gate.UNSEEN)));
    }

    /** Whether the scenario expects exactly this. */
    public boolean asExpected() {
        return exit == ExitCode.OK;
    }

    /** Invariants whose witness no visited state satisfied. */
    public List<String> unreachedWitnesses() {
        return Gate.unreached(scenario, run);
    }

    /** Those of them that the scenario gives no reason for. */
    public List<String> unexcusedWitnesses() {
        return Gate.unexcused(scenario, run);
    }

    /** Actions and operations that never took effect. */
    public List<String> idleActions() {
        return zeros(run.coverage().actions());
    }

    /** Steps that never ran, with whatever outcome, as {@code operation/step}. */
    public List<String> idleSteps() {
        Map<String, Long> steps = run.coverage().steps();
        return zeros(steps).stream()
                .filter(step -> steps.keySet().stream().noneMatch(other -> other.startsWith(step + " (")))
                .toList();
    }

    private static List<String> zeros(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .filter(e -> e.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Why a verdict of HELD may say less than it seems to. */
    public List<String> warnings() {
        List<String> lines = new ArrayList<>();
        if (kind() == Kind.HELD) {
            for (String id : unreachedWitnesses()) {
                lines.add("no state satisfies the witness of " + id + ": "
                        + scenario.unwitnessed().get(id));
            }
            scenario.unwitnessed().forEach((name, reason) -> {
                if (!scenario.witnessed().contains(name)) {
                    lines.add("that relation " + name + " never changes is excused: " + reason);
                }
            });
            for (String name : idleActions()) {
                lines.add(name + " never took effect");
            }
        }
        return lines;
    }
}
