package dev.moat.model;

import java.util.List;
import java.util.Map;

/**
 * An executable implementation that Moat can check. Registered through {@link java.util.ServiceLoader} or named by its
 * class in a scenario; it needs a public constructor without parameters.
 */
public interface Component {
    /** Short name used in scenarios and on the command line, for example {@code r1}. */
    String id();

    /** Other names that it answers to. */
    default List<String> otherIds() {
        return List.of();
    }

    /** One sentence: what is modelled. */
    String says();

    /** The parameters a scenario may set; everything else is refused with a suggestion. */
    List<Parameter> parameters();

    /**
     * The parameters that there are when some are given: a choice among them may bring parameters of its own.
     *
     * @param given values by name as text, checked by nobody yet
     */
    default List<Parameter> parameters(Map<String, String> given) {
        return parameters();
    }

    /**
     * Which of its kinds a component is when some parameters are given: those whose states mean the vocabulary in different
     * code have different names. Empty where there is one kind.
     *
     * @param given as for {@link #parameters(Map)}
     */
    default String kind(Map<String, String> given) {
        return "";
    }

    /** The catalogue of injected faults. */
    default List<InjectedFault> faults() {
        return List.of();
    }

    /**
     * The invalidations, flushes and waits of the implementation, each as the edit that leaves it out; {@code moat
     * needed} asks of each whether anything breaks without it. Each says what is left out; what it breaks is not stated.
     */
    default List<InjectedFault> omissions() {
        return List.of();
    }

    /**
     * Declares everything for one setting. Called once per run; must be deterministic.
     *
     * @throws BadSettingException when parameters contradict each other
     */
    void build(Setting setting, ModelBuilder model);
}
