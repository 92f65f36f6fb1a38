package dev.moat.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Something that a machine has or is, beside the plainest one: off unless parameters ask for it.
 *
 * @param id short name, for example {@code table-frames}
 * @param says one sentence
 * @param parameters names of those that switch it on or shape it; what a family of IOMMUs can do may follow from others, its own
 * @param test whether it is on
 */
public record Mechanism(String id, String says, List<String> parameters, Predicate<Setting> test) {
    public Mechanism {
        parameters = List.copyOf(parameters);
    }

    /** The same with the test first, so that many stand in a table. */
    public static Mechanism of(String id, Predicate<Setting> test, String says, String... parameters) {
        return new Mechanism(id, says, List.of(parameters), test);
    }

    /** Whether a setting has it. */
    public boolean isOn(Setting setting) {
        return test.test(setting);
    }

    /**
     * The single value that switches it on where everything else is as it is by default: of its own parameters first, the smallest one
     * of a number.
     *
     * @param all all parameters that there are
     * @param given values that are there anyway
     * @return nothing when it is on by default, or takes more than one value
     */
    public Optional<Map.Entry<String, String>> switchedOnBy(List<Parameter> all, Map<String, String> given) {
        return Stream.concat(
                        all.stream().filter(p -> parameters.contains(p.name())),
                        all.stream().filter(p -> !parameters.contains(p.name())))
                .flatMap(p -> candidates(p).map(value -> Map.entry(p.name(), value)))
                .filter(single -> isOnBy(single, all, given))
                .findFirst();
    }

    private boolean isOnBy(Map.Entry<String, String> single, List<Parameter> all, Map<String, String> given) {
        Map<String, String> values = new HashMap<>(given);
        values.put(single.getKey(), single.getValue());
        try {
            return isOn(new Setting(all, values));
        } catch (BadSettingException | IllegalArgumentException e) {
            // The value alone is refused, or chooses something that has parameters of its own.
            return false;
        }
    }

    /** Values that may switch something on: a number's least ones, every word. */
    private static Stream<String> candidates(Parameter p) {
        List<String> values = p.choices().isEmpty()
                ? List.of("" + p.min(), "" + Math.min(p.max(), p.min() + 1), "" + Math.min(p.max(), p.min() + 2))
                : p.choices();
        return values.stream().filter(v -> !v.equals(p.initial()));
    }

    /** What of a setting it is on by, as a user writes it; its id where that is said by nothing of its own. */
    String written(Setting setting, List<Parameter> all) {
        List<String> given = all.stream()
                .filter(p -> parameters.contains(p.name()))
                .filter(p -> !setting.text(p.name()).equals(p.initial()))
                .map(p -> p.name() + "=" + setting.text(p.name()))
                .toList();
        return given.isEmpty() ? id : String.join(" ", given);
    }
}
