package dev.moat.check;

import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One scenario to check, with the user's changes.
 *
 * @param scenario as read from its file
 * @param settings values that replace the scenario's, by name of parameter, capability or policy
 * @param faults injected faults in place of the scenario's; null keeps those
 * @param edits of programs, in words, in addition to the faults
 * @param limits where to give up; the scenario's own limits apply as well
 * @param manner how to search
 * @param broken properties that are not judged, as a shorter violation has broken them
 */
public record CheckRequest(
        Scenario scenario,
        Map<String, String> settings,
        @Nullable List<String> faults,
        List<String> edits,
        Limits limits,
        Manner manner,
        List<String> broken) {
    /**
     * How to search.
     *
     * @param compares whether every transition is compared with the discipline
     * @param symmetry whether one state stands for all that what is alike in the machine makes of it
     * @param obliges whether it is asked what an edited program still does, before it is said to hold
     */
    public record Manner(boolean compares, boolean symmetry, boolean obliges) {
        /** One that asks. */
        public Manner(boolean compares, boolean symmetry) {
            this(compares, symmetry, true);
        }
    }

    public CheckRequest {
        settings = new LinkedHashMap<>(settings);
        faults = faults == null ? null : List.copyOf(faults);
        edits = List.copyOf(edits);
        broken = List.copyOf(broken);
    }

    /** The same of all properties. */
    public CheckRequest(
            Scenario scenario,
            Map<String, String> settings,
            @Nullable List<String> faults,
            List<String> edits,
            Limits limits,
            Manner manner) {
        this(scenario, settings, faults, edits, limits, manner, List.of());
    }

    /** The same without edits. */
    public CheckRequest(
            Scenario scenario,
            Map<String, String> settings,
            @Nullable List<String> faults,
            Limits limits,
            Manner manner) {
        this(scenario, settings, faults, List.of(), limits, manner);
    }

    /** The same without comparing transitions with the discipline. */
    public CheckRequest(Scenario scenario, Map<String, String> settings, @Nullable List<String> faults, Limits limits) {
        this(scenario, settings, faults, limits, false);
    }

    /** The same without making use of symmetry. */
    public CheckRequest(
            Scenario scenario,
            Map<String, String> settings,
            @Nullable List<String> faults,
            Limits limits,
            boolean compares) {
        this(scenario, settings, faults, limits, new Manner(compares, false));
    }

    /**
     * The scenario with the changes made. With other settings its counts say nothing and are not expected; with
     * other faults or edits its whole expectation says nothing, and every property must hold.
     */
    public Scenario effective() {
        MachineSpec machine = scenario.machine().withSettings(settings);
        if (faults != null || !edits.isEmpty()) {
            List<String> other = new ArrayList<>(faults == null ? machine.faults() : faults);
            other.addAll(edits);
            List<String> all = new ArrayList<>(scenario.hold());
            all.addAll(scenario.fail());
            return scenario.with(machine.withFaults(other), all, List.of(), Expectation.held());
        }
        Expectation expect =
                settings.isEmpty() ? scenario.expect() : scenario.expect().withoutCounts();
        return scenario.with(machine, scenario.hold(), scenario.fail(), expect);
    }

    /** Whether the machine is the scenario's own, so that all that its file says of the run must be so. */
    public boolean isPinned() {
        return faults == null && edits.isEmpty() && settings.isEmpty();
    }

    /** What of the scenario's expectation the changes make void, in words. */
    List<String> notes(Exploration run) {
        List<String> notes = new ArrayList<>(ofChanges());
        if (!broken.isEmpty()) {
            notes.add("without " + String.join(", ", broken) + ": what a shorter run breaks is left out");
        }
        boolean reduced = !run.symmetry().isEmpty();
        if (manner.symmetry() && !reduced && run.distinct() > 0) {
            notes.add("--symmetry is not applied: nothing is declared to be alike in this machine");
        } else if (reduced && ofChanges().isEmpty() && scenario.expect().hasCounts()) {
            notes.add("expected counts are not applied: --symmetry counts states that differ by more than names");
        }
        return List.copyOf(notes);
    }

    /** The scenario as it was run: without the numbers that it expects of a search of all states where symmetry was made use of. */
    Scenario judged(Exploration run) {
        Scenario s = effective();
        return run.symmetry().isEmpty()
                ? s
                : s.with(s.machine(), s.hold(), s.fail(), s.expect().withoutCounts());
    }

    private List<String> ofChanges() {
        if (faults != null || !edits.isEmpty()) {
            String what = edits.isEmpty() ? "faults" : faults == null ? "edits" : "faults and edits";
            return List.of(
                    "'expect' is not applied: " + what + " were given on the command line; everything must hold");
        }
        if (!settings.isEmpty() && scenario.expect().hasCounts()) {
            return List.of("expected counts are not applied: parameters were given on the command line");
        }
        return List.of();
    }

    /** The same as one of so many at a time, each with its share of threads and memory. */
    public CheckRequest sharedBy(int requests) {
        return new CheckRequest(scenario, settings, faults, edits, limits.sharedBy(requests), manner, broken);
    }

    /** The stricter of the user's and the scenario's limits. */
    Limits effectiveLimits() {
        return new Limits(
                Math.min(limits.depth(), scenario.maxDepth()),
                limits.workers(),
                limits.time(),
                Math.min(limits.states(), scenario.maxStates()),
                limits.memory());
    }
}
