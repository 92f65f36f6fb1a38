package dev.moat.model;

import java.util.List;

/**
 * A parameter of a component: a bound, a hardware capability or a software policy.
 *
 * @param name as written in scenarios, for example {@code iotlb-walks}
 * @param says one sentence
 * @param kind the group it is set in
 * @param initial the value when a scenario is silent, as text
 * @param min smallest number, inclusive; 0 for other types
 * @param max largest number, inclusive; 0 for other types
 * @param choices the legal words; empty for numbers
 */
public record Parameter(String name, String says, Kind kind, String initial, long min, long max, List<String> choices) {
    /** The three groups of a scenario file in which parameters are set. */
    public enum Kind {
        PARAMETER,
        CAPABILITY,
        POLICY;

        /** The key in a scenario file. */
        public String key() {
            return this == PARAMETER ? "parameters" : this == CAPABILITY ? "capabilities" : "policies";
        }
    }

    public Parameter {
        choices = List.copyOf(choices);
        if (!isLegal(initial, min, max, choices)) {
            throw new IllegalArgumentException(
                    "parameter " + name + " cannot be " + initial + ", which is its default");
        }
    }

    /** Whether it can have this value. */
    boolean isLegal(String value) {
        return isLegal(value, min, max, choices);
    }

    private static boolean isLegal(String value, long min, long max, List<String> choices) {
        if (!choices.isEmpty()) {
            return choices.contains(value);
        }
        try {
            long n = Long.parseLong(value);
            // One number has one spelling: machines are told apart by their settings' words.
            return n >= min && n <= max && value.equals(Long.toString(n));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** A whole number within bounds. */
    public static Parameter number(String name, String says, long initial, long min, long max) {
        return new Parameter(name, says, Kind.PARAMETER, Long.toString(initial), min, max, List.of());
    }

    /** A switch, {@code true} or {@code false}. */
    public static Parameter flag(String name, String says, boolean initial) {
        return choice(name, says, Boolean.toString(initial), "true", "false");
    }

    /** Whether it is a switch. */
    public boolean isFlag() {
        return choices.equals(List.of("true", "false"));
    }

    /** One of several words. */
    public static Parameter choice(String name, String says, String initial, String... choices) {
        return new Parameter(name, says, Kind.PARAMETER, initial, 0, 0, List.of(choices));
    }

    /** The same parameter with another default. */
    public Parameter initially(String value) {
        return new Parameter(name, says, kind, value, min, max, choices);
    }

    /** The same parameter, set as a hardware capability. */
    public Parameter asCapability() {
        return new Parameter(name, says, Kind.CAPABILITY, initial, min, max, choices);
    }

    /** The same parameter, set as a software policy. */
    public Parameter asPolicy() {
        return new Parameter(name, says, Kind.POLICY, initial, min, max, choices);
    }
}
