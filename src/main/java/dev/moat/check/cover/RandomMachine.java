package dev.moat.check.cover;

import dev.moat.model.Parameter;
import dev.moat.scenario.MachineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A machine that was drawn.
 *
 * @param name the seed, and the how manieth, from 1
 * @param choices what it has beside the plainest one
 * @param rung its bounds
 */
record RandomMachine(String name, List<Choice> choices, SmallBounds rung) {
    /** With fewer choices or smaller bounds. */
    RandomMachine with(List<Choice> fewer, SmallBounds smaller) {
        return new RandomMachine(name, fewer, smaller);
    }

    /** Name of the scenario that it is. */
    String scenario() {
        return "random-" + name;
    }

    /**
     * That scenario's file, which expects that nothing breaks.
     *
     * @param spec the machine
     * @param parameters of its component
     * @param properties that are judged
     */
    String yaml(MachineSpec spec, List<Parameter> parameters, List<String> properties) {
        List<String> lines = new ArrayList<>(List.of(
                "id: " + scenario(),
                "says: \"Drawn at random, as machine " + name + " (seed, number), with what shows it.\"",
                "component: " + spec.component(),
                "granularity: step"));
        for (Parameter.Kind kind : Parameter.Kind.values()) {
            String group = parameters.stream()
                    .filter(p -> p.kind() == kind && spec.settings().containsKey(p.name()))
                    .map(p -> p.name() + ": " + spec.settings().get(p.name()))
                    .collect(Collectors.joining(", ", "{", "}"));
            if (!group.equals("{}")) {
                lines.add(kind.key() + ": " + group);
            }
        }
        lines.addAll(List.of(
                "properties: {hold: [" + String.join(", ", properties) + "]}",
                "expect: {verdict: held}",
                "set: extra"));
        return String.join("\n", lines) + "\n";
    }

    /** Each machine that has one of the choices less, or one of the bounds at its least. */
    Stream<RandomMachine> smaller() {
        Stream<RandomMachine> fewer = Choice.without(choices).stream().map(c -> with(c, rung));
        return Stream.concat(fewer, rung.smaller().stream().map(r -> with(choices, r)));
    }
}
