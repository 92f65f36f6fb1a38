package dev.moat.check.proof;

import dev.moat.model.Component;
import dev.moat.model.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which mutants of one machine's code may survive: the lines of {@code specs/code-survivors.txt} about its component that name no
 * settings, or settings that it has. {@code MUTANT[iommu=calgary]} says nothing of a machine with another IOMMU.
 *
 * @param reasons why, by mutant
 * @param due those that have to survive: whose line names every setting that was given
 */
public record CodeSurvivors(Map<String, String> reasons, Set<String> due) {
    /** Of code that has no mutants. */
    public static final CodeSurvivors NONE = new CodeSurvivors(Map.of(), Set.of());

    /**
     * Those of a machine.
     *
     * @param lines reasons by mutant, its words joined by dots, with its settings in brackets
     * @param name the component's
     * @param given settings, the others being at their defaults
     */
    public static CodeSurvivors of(
            Map<String, String> lines, String name, Component component, Map<String, String> given) {
        Map<String, String> has = new LinkedHashMap<>();
        for (Parameter parameter : component.parameters(given)) {
            has.put(parameter.name(), parameter.initial());
        }
        has.putAll(given);
        Map<String, String> reasons = new LinkedHashMap<>();
        Set<String> due = new TreeSet<>();
        lines.forEach((line, why) -> {
            String mutant = line.split("\\[", 2)[0];
            Map<String, String> settings = settings(line);
            if (mutant.contains("." + name + ".") && has.entrySet().containsAll(settings.entrySet())) {
                reasons.putIfAbsent(mutant, why);
                if (settings.keySet().containsAll(given.keySet())) {
                    due.add(mutant);
                }
            }
        });
        return new CodeSurvivors(reasons, due);
    }

    /** The settings that a line names; none for one about all machines of its component. */
    static Map<String, String> settings(String line) {
        Map<String, String> settings = new LinkedHashMap<>();
        int from = line.indexOf('[');
        if (from >= 0) {
            for (String setting : line.substring(from + 1, line.length() - 1).split(",")) {
                String[] words = setting.split("=", 2);
                settings.put(words[0], words.length < 2 ? "" : words[1]);
            }
        }
        return settings;
    }
}
