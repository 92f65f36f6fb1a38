package dev.moat.scenario;

import dev.moat.liveness.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A machine, the properties it is judged by, and what the run must show: one file below {@code specs/scenarios}.
 *
 * @param file where it was read from
 * @param line 1-based line of its {@code id}
 * @param id its name, and the name of its file
 * @param says one sentence
 * @param machine the machine
 * @param hold properties that must hold
 * @param fail properties that this machine must break; not empty exactly when a violation is expected
 * @param unwitnessed properties whose witness this machine cannot reach, with the reason; any other that is not reached makes
 *     the verdict inconclusive
 * @param expect what the run must show
 * @param set the run it belongs to: one of {@link #SETS}
 * @param maxDepth levels after which the search gives up
 * @param maxStates distinct states after which the search gives up
 */
public record Scenario(
        Path file,
        int line,
        String id,
        String says,
        MachineSpec machine,
        List<String> hold,
        List<String> fail,
        Map<String, String> unwitnessed,
        Expectation expect,
        String set,
        int maxDepth,
        long maxStates) {
    /** The property that no operation is left unfinished with nothing able to go on; judged in every scenario. */
    public static final String NO_DEADLOCK = "no-deadlock";

    /** The runs a scenario can belong to; the first is what {@code moat check} runs. */
    public static final List<String> SETS =
            List.of("default", "extra", "deep", "bench", "needed", "promises", "simulate");

    public Scenario {
        hold = List.copyOf(hold);
        fail = List.copyOf(fail);
        unwitnessed = Collections.unmodifiableMap(new LinkedHashMap<>(unwitnessed));
    }

    /** Ids of the invariants to judge, those that must hold first; without {@link #NO_DEADLOCK}, which has no file, and responses. */
    public List<String> invariants() {
        List<String> all = new ArrayList<>(hold);
        all.addAll(fail);
        all.remove(NO_DEADLOCK);
        all.removeIf(Response::is);
        return all;
    }

    /** What must come to an end on every fair run, those that must hold first; judged when all states were found to be right. */
    public List<Response> responses() {
        return Stream.concat(hold.stream(), fail.stream())
                .flatMap(id -> Response.of(id).stream())
                .toList();
    }

    /** What is judged, in the order of verdicts: invariants, that nothing is stuck, what must come to an end. */
    public List<String> judged() {
        return judged(Stream.concat(hold.stream(), fail.stream()).toList());
    }

    /** The same of ids: that nothing is stuck is among them whether it is named or not. */
    public static List<String> judged(List<String> ids) {
        List<String> all = new ArrayList<>(ids);
        all.remove(NO_DEADLOCK);
        all.removeIf(Response::is);
        all.add(NO_DEADLOCK);
        ids.stream().filter(Response::is).forEach(all::add);
        return all;
    }

    /** What runs are taken for fair where something must come to an end, a line for each that differs. */
    public List<String> fair() {
        return fair(Stream.concat(hold.stream(), fail.stream()).toList());
    }

    /** The same of ids of properties. */
    public static List<String> fair(List<String> ids) {
        return ids.stream()
                .flatMap(id -> Response.of(id).stream())
                .filter(Response::isEndless)
                .map(Response::fair)
                .distinct()
                .toList();
    }

    /** Ids of what has a witness: the invariants, then the responses. */
    public List<String> witnessed() {
        List<String> all = invariants();
        responses().forEach(r -> all.add(r.id()));
        return all;
    }

    /** Whether every transition must be what it claims to be: no fault is injected, and no violation expected. */
    public boolean strict() {
        return machine.faults().isEmpty() && !expect.violated();
    }

    /** The same scenario, with some properties not judged. */
    public Scenario without(Collection<String> ids) {
        return judging(List.of(), ids);
    }

    /**
     * The same scenario with other properties. Those that it expects to be violated stay expected where they are judged; what exactly is
     * then violated, and by how long a run, is not.
     *
     * @param more must hold, too
     * @param not are not judged
     */
    public Scenario judging(Collection<String> more, Collection<String> not) {
        Set<String> mustHold = new LinkedHashSet<>(hold);
        mustHold.addAll(more);
        mustHold.removeAll(not);
        List<String> mustFail = new ArrayList<>(fail);
        mustFail.removeAll(more);
        mustFail.removeAll(not);
        Map<String, String> reasons = new LinkedHashMap<>(unwitnessed);
        // Of properties; a text excuses relations, too.
        reasons.keySet().removeIf(name -> hold.contains(name) && !mustHold.contains(name));
        boolean same = mustFail.equals(fail) && mustHold.equals(new LinkedHashSet<>(hold));
        Expectation left = mustFail.isEmpty() ? Expectation.held() : expect.withoutCounts();
        Expectation expected = same || !expect.violated() ? expect : left;
        return new Scenario(
                file,
                line,
                id,
                says,
                machine,
                List.copyOf(mustHold),
                mustFail,
                reasons,
                expected,
                set,
                maxDepth,
                maxStates);
    }

    /** The same scenario for another machine, with another expectation. */
    public Scenario with(MachineSpec other, List<String> mustHold, List<String> mustFail, Expectation expected) {
        return new Scenario(
                file, line, id, says, other, mustHold, mustFail, unwitnessed, expected, set, maxDepth, maxStates);
    }
}
