package dev.moat.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of all parameters of a component in one run, checked against their declarations. */
public final class Setting {
    private final Map<String, Parameter> declared = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param parameters what the component declares
     * @param given values by name, as text
     * @throws BadSettingException for a name that is declared twice, which would be two answers to one word; then for an unknown
     *     name, a malformed or out-of-range value, in the order given
     */
    public Setting(List<Parameter> parameters, Map<String, String> given) {
        for (Parameter p : parameters) {
            if (declared.put(p.name(), p) != null) {
                throw new BadSettingException(p.name(), "two parameters are named '" + p.name() + "'");
            }
            values.put(p.name(), p.initial());
        }
        given.forEach(this::put);
    }

    private void put(String name, String value) {
        Parameter p = declared.get(name);
        if (p == null) {
            Collection<String> known = declared.keySet();
            throw new BadSettingException(name, "unknown parameter '" + name + "'" + Suggestion.among(name, known));
        }
        if (!p.isLegal(value)) {
            throw new BadSettingException(name, name + " must be " + wanted(p, value));
        }
        values.put(name, value);
    }

    private static String wanted(Parameter p, String value) {
        return p.choices().isEmpty()
                ? "a whole number from " + p.min() + " to " + p.max() + ", not '" + value + "'"
                : "one of " + String.join(", ", p.choices()) + ", not '" + value + "'"
                        + Suggestion.phrase(value, p.choices());
    }

    /** A number parameter. */
    public int number(String name) {
        return Integer.parseInt(text(name));
    }

    /** A flag parameter. */
    public boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    /** A choice parameter. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the component does not declare parameter " + name);
        }
        return value;
    }

    /** Whether a parameter has another value than its default; not so where there is none of this name. */
    public boolean isChanged(String name) {
        Parameter p = declared.get(name);
        return p != null && !p.initial().equals(values.get(name));
    }

    /** All values by name, in the order of declaration. */
    public Map<String, String> values() {
        return new LinkedHashMap<>(values);
    }
}
