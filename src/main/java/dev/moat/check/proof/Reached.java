package dev.moat.check.proof;

import dev.moat.discipline.Bounds;
import dev.moat.discipline.Instance;
import dev.moat.explore.Exploration;
import dev.moat.logic.AbstractAction;
import dev.moat.prove.Statement;
import dev.moat.prove.Theory;
import java.util.ArrayList;
import java.util.List;

/**
 * Which actions happen and which witnesses become true on runs from the initial state, in instances of the discipline that
 * grow until nothing is missing. That a state allows an action says little where no run leads to the state.
 *
 * @param idle actions that no search took
 * @param unseen statements whose witness no search met
 * @param searched the instances, in the order in which they were searched
 */
public record Reached(List<String> idle, List<String> unseen, List<Bounds> searched) {
    private static final long MOST_STATES = 60_000;

    public Reached {
        idle = List.copyOf(idle);
        unseen = List.copyOf(unseen);
        searched = List.copyOf(searched);
    }

    /**
     * Searches the instance that scenarios start from; while something is missing, those in which one sort is larger by one.
     * At most 60,000 states each, on the calling thread, whatever the time.
     */
    public static Reached of(Theory theory) {
        List<String> idle = new ArrayList<>(
                theory.discipline().actions().stream().map(AbstractAction::name).toList());
        List<String> unseen =
                new ArrayList<>(theory.statements().stream().map(Statement::id).toList());
        List<Bounds> searched = new ArrayList<>();
        for (Instance instance :
                InstanceSearch.instances(theory.discipline(), Bounds.initial().andLarger())) {
            if (idle.isEmpty() && unseen.isEmpty()) {
                break;
            }
            search(theory, instance, idle, unseen);
            searched.add(instance.bounds());
        }
        return new Reached(idle, unseen, searched);
    }

    private static void search(Theory theory, Instance instance, List<String> idle, List<String> unseen) {
        InstanceSearch search = new InstanceSearch(instance, theory.statements());
        Exploration found = search.run(MOST_STATES);
        found.coverage().actions().forEach((name, n) -> idle.removeIf(a -> n > 0 && a.equals(name)));
        for (int i = 0; i < theory.statements().size(); i++) {
            String id = theory.statements().get(i).id();
            if (found.witnessed().get(i)) {
                unseen.remove(id);
            }
        }
    }

    /** For a person, a line for each finding. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        String where = " in " + searched.size() + " instances, of at most 60,000 states each";
        idle.forEach(a -> lines.add("NEVER TAKEN " + a + ": no run from the initial state gets to it" + where));
        unseen.forEach(s -> lines.add("NEVER SEEN " + s + ": no run from the initial state meets its witness" + where));
        return lines;
    }
}
