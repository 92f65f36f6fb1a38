package dev.moat.prove;

import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Fragment;
import dev.moat.logic.ResponseRule;
import dev.moat.model.BadSettingException;
import dev.moat.model.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A theory and the responses that are to be proved of its discipline.
 *
 * @param rules by id, sorted
 */
public record Responses(Theory theory, Map<String, ResponseRule> rules) {
    private static final String WITHOUT = ".without.";

    public Responses {
        rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
    }

    /**
     * The rules of a directory; none where that is null.
     *
     * @throws InputException as {@link ResponseRule#load}
     */
    public static Responses load(@Nullable Path directory, Theory theory) {
        if (directory == null) {
            return new Responses(theory, Map.of());
        }
        Map<String, ResponseRule> rules = new LinkedHashMap<>();
        if (Files.isDirectory(directory)) {
            ResponseRule.load(directory, theory.discipline()).forEach(r -> rules.put(r.id(), r));
        }
        return new Responses(theory, rules);
    }

    /** Whether what is to be left out is a part of a rule: {@code unmaps-return.without.owe}, and not of the discipline. */
    public static boolean isPart(String fault) {
        return fault.contains(WITHOUT);
    }

    /** The id of the rule that a part is of. */
    static String ruleOf(String part) {
        return part.substring(0, part.indexOf(WITHOUT));
    }

    /** The parts of the rules that can be left out: what each relies on. */
    public List<String> parts() {
        List<String> all = new ArrayList<>();
        rules.values().forEach(r -> r.without().keySet().forEach(a -> all.add(r.id() + WITHOUT + a)));
        return all;
    }

    /**
     * The same, without some of what rules rely on.
     *
     * @throws BadSettingException for the first part that no rule has
     */
    public Responses without(Collection<String> parts) {
        Map<String, ResponseRule> less = new LinkedHashMap<>(rules);
        List<String> known = parts();
        for (String part : parts) {
            if (!known.contains(part)) {
                throw new BadSettingException(
                        "inject", "no rule has the part '" + part + "'" + Suggestion.phrase(part, known));
            }
            String id = ruleOf(part);
            String action = part.substring(id.length() + WITHOUT.length());
            less.computeIfPresent(id, (k, r) -> r.relyingLess(action));
        }
        return new Responses(theory, less);
    }

    /** The same rules of another theory, whose discipline has the same actions. */
    public Responses of(Theory other) {
        return new Responses(other, rules);
    }

    /** All premises of a rule, in a fixed order. */
    public List<Premise> premises(ResponseRule rule) {
        return Premises.of(rule, rules, theory.discipline().actions());
    }

    /** Those that one action has a part in, which need not be the discipline's own. */
    List<Premise> premises(ResponseRule rule, AbstractAction action) {
        return Premises.of(rule, rules, List.of(action)).stream()
                .filter(p -> p.action() != null)
                .toList();
    }

    /** All premises of all rules. */
    public List<Premise> premises() {
        return rules.values().stream().flatMap(r -> premises(r).stream()).toList();
    }

    /**
     * Requires that there is something to prove: a statement or a rule.
     *
     * @throws InputException where there is none, of the discipline's file as a whole
     */
    public void requireSomething() {
        if (theory.statements().isEmpty() && rules.isEmpty()) {
            throw InputException.withoutPlace(
                    theory.discipline().end().file(), "no safety property speaks of its relations only");
        }
    }

    /**
     * Requires that every premise can be decided.
     *
     * @throws InputException at the quantifier that closes a cycle of sorts in the first premise that has one
     */
    public void requireFragment() {
        premises().forEach(p -> Fragment.require(p.asserted(theory)));
    }
}
