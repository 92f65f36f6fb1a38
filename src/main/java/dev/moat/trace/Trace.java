package dev.moat.trace;

import dev.moat.machine.Machine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sequence of transitions from a machine's initial state.
 *
 * @param instances letters of a machine's alphabet, in order
 */
public record Trace(List<Integer> instances) {
    public Trace {
        instances = List.copyOf(instances);
    }

    /** Number of transitions. */
    public int transitions() {
        return instances.size();
    }

    /** The length of the trace: actions and operations begun; advancing a running operation does not count. */
    public int actions(Machine machine) {
        return (int) instances.stream()
                .filter(i -> machine.instance(i).kind() != Machine.Kind.ADVANCE)
                .count();
    }

    /** The printable names of the letters. */
    public List<String> names(Machine machine) {
        return instances.stream().map(machine::name).toList();
    }

    /** The whole alphabet of a machine by printable name, in the order of the alphabet. */
    public static Map<String, Integer> alphabet(Machine machine) {
        Map<String, Integer> letters = new LinkedHashMap<>();
        for (int i = 0; i < machine.instances(); i++) {
            letters.put(machine.name(i), i);
        }
        return letters;
    }
}
