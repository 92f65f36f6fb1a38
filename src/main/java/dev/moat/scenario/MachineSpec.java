package dev.moat.scenario;

import dev.moat.machine.Granularity;
import dev.moat.notation.text.SaidEdit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that determines a machine: what a scenario says, and what a counterexample stores to be replayed.
 *
 * @param component id of a registered component, or the name of a class on the class path
 * @param settings values by parameter name, as text; those not named keep their defaults
 * @param granularity what a transition is
 * @param merged whether quiet steps are merged with their successors
 * @param faults ids of injected faults, and edits of programs in words
 */
public record MachineSpec(
        String component, Map<String, String> settings, Granularity granularity, boolean merged, List<String> faults) {
    public MachineSpec {
        settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        faults = List.copyOf(faults);
    }

    /** Of the faults those that are edits and have no id. */
    public List<String> edits() {
        return faults.stream().filter(SaidEdit::is).toList();
    }

    /** The same machine with other faults. */
    public MachineSpec withFaults(List<String> other) {
        return new MachineSpec(component, settings, granularity, merged, other);
    }

    /** The same machine, in which others act after each step. */
    public MachineSpec unmerged() {
        return new MachineSpec(component, settings, granularity, false, faults);
    }

    /** The same machine with some settings replaced. */
    public MachineSpec withSettings(Map<String, String> replacing) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(replacing);
        return new MachineSpec(component, all, granularity, merged, faults);
    }
}
