package dev.moat.check.proof;

import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.explore.Exploration;
import dev.moat.logic.AbstractAction;
import dev.moat.output.Counted;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Theory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which actions happen and which witnesses become true on runs from the initial state, in instances of the discipline that
 * grow until nothing is missing. That a state allows an action says little where no run leads to the state.
 *
 * @param idle actions that no search took, without those that the discipline says never happen
 * @param unseen statements whose witness no search met
 * @param searched the instances, in the order in which they were searched
 */
record ReachedActions(List<String> idle, List<String> unseen, List<InstanceBounds> searched) {
    static final long MOST_STATES = 60_000;
    private static final long MOST_FIRST = 1_000_000;

    public ReachedActions {
        idle = List.copyOf(idle);
        unseen = List.copyOf(unseen);
        searched = List.copyOf(searched);
    }

    /**
     * Searches the instance that scenarios start from; while something is missing, those in which one sort is larger by one.
     * At most 60,000 states each, on the calling thread, whatever the time.
     */
    public static ReachedActions of(Theory theory) {
        return of(theory, InstanceBounds.initial().andLarger(), MOST_STATES);
    }

    /** Searches an instance first, up to a million states; while something is missing, larger ones and those of {@link #of(Theory)}. */
    public static ReachedActions of(Theory theory, InstanceBounds first) {
        List<InstanceBounds> growing = new ArrayList<>(first.andLarger());
        growing.addAll(InstanceBounds.initial().andLarger());
        return of(theory, growing, MOST_FIRST);
    }

    /** Searches these instances in their order until nothing is missing, the first one up to so many states. */
    static ReachedActions of(Theory theory, List<InstanceBounds> growing, long most) {
        List<String> idle = new ArrayList<>(theory.discipline().actions().stream()
                .filter(a -> !a.isNever())
                .map(AbstractAction::name)
                .toList());
        List<String> unseen = new ArrayList<>(
                theory.statements().stream().map(ProofStatement::id).toList());
        List<InstanceBounds> searched = new ArrayList<>();
        for (Instance instance : InstanceSearch.instances(theory.discipline(), growing)) {
            if (idle.isEmpty() && unseen.isEmpty()) {
                break;
            }
            search(
                    new InstanceSearch(instance, theory.statements()),
                    searched.isEmpty() ? most : MOST_STATES,
                    idle,
                    unseen);
            searched.add(instance.bounds());
        }
        return new ReachedActions(idle, unseen, searched);
    }

    private static void search(InstanceSearch search, long most, List<String> idle, List<String> unseen) {
        Exploration found = search.run(most);
        found.coverage().actions().forEach((name, n) -> idle.removeIf(a -> n > 0 && a.equals(name)));
        for (int i = 0; i < found.witnessed().size(); i++) {
            if (found.witnessed().get(i)) {
                unseen.remove(search.statements().get(i).id());
            }
        }
    }

    /** For a person, a line for each finding, by {@code idle:ACTION} and {@code unseen:STATEMENT}. */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        String where = " in " + Counted.of(searched.size(), "instance");
        idle.forEach(
                a -> lines.put("idle:" + a, "NEVER TAKEN " + a + ": no run from the initial state gets to it" + where));
        unseen.forEach(s -> lines.put(
                "unseen:" + s, "NEVER SEEN " + s + ": no run from the initial state meets its witness" + where));
        return lines;
    }
}
