package dev.moat.check.mutants;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reads and writes of a scenario's run without any change.
 *
 * @param mutants those that would change something of it, by id
 * @param witnessed for each of its invariants, whether the witness was reached
 * @param states distinct states
 */
record ScenarioSurvey(Map<String, ComponentMutant> mutants, List<Boolean> witnessed, long states) {
    ScenarioSurvey {
        witnessed = List.copyOf(witnessed);
    }

    static ScenarioSurvey of(List<ComponentMutant> mutants, List<Boolean> witnessed, long states) {
        Map<String, ComponentMutant> byId = new TreeMap<>();
        mutants.forEach(m -> byId.put(m.id(), m));
        return new ScenarioSurvey(byId, witnessed, states);
    }

    /** Whether a mutant would change anything that a run of the scenario looks at or does. */
    boolean concerns(ComponentMutant mutant) {
        return mutants.containsKey(mutant.id());
    }

    /** Whether a mutant changes a meaning that the scenario has, though not of what its run looks at. */
    boolean hasSubjectOf(ComponentMutant mutant) {
        return !mutant.relations().isEmpty()
                && !concerns(mutant)
                && mutants.values().stream()
                        .anyMatch(m -> m.relations().contains(mutant.relations().get(0))
                                && m.subject().equals(mutant.subject()));
    }
}
