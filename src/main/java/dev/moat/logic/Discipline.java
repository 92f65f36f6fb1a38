package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.input.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A transition system over the vocabulary: its initial states and allowed steps. It is written as SMT-LIB definitions
 * whose names follow a convention:
 *
 * <ul>
 *   <li>{@code A.guard} and {@code A.r}: guard of action A, and its effect on the relation r;
 *   <li>{@code initially}: the initial states;
 *   <li>{@code set-info} of A's name: a sentence about A; {@code assumes-X}: an assumption; {@code promises-X}: a
 *       completeness property X to be proved;
 *   <li>every other name is a macro.
 * </ul>
 *
 * <p>A variation of another discipline may also change an action of that one. {@code A.besides} is an additional
 * guard. {@code A.r} is an additional effect, or replaces the effect on the same relation. Its {@code initially}
 * describes its hardware and stays true; its {@code at-first} is true only in initial states. {@code fails-X.2} gives
 * the reason why the second conjunct of a property or lemma X cannot be kept: {@code "A: why"}, where A is the action
 * that breaks it.
 *
 * @param initially true in the states where everything starts
 * @param stays of a variation, what it says initially without what is so at first; of another discipline, true
 * @param actions in the order of their guards
 * @param assumptions by name, what the discipline takes for granted about hardware and software
 * @param promised ids of completeness properties that it is to keep, sorted
 * @param failing of a variation, by id and number: which conjuncts of properties and lemmas it does not keep
 * @param additions to actions of the discipline that it varies, by their names; {@code besides} and relations
 * @param end behind the last character of its file, where what is missing would have to be
 */
public record Discipline(
        Vocabulary vocabulary,
        Term initially,
        Term stays,
        List<AbstractAction> actions,
        Map<String, String> assumptions,
        List<String> promised,
        Map<String, Failing> failing,
        Map<String, Map<String, Macro>> additions,
        Place end) {
    /**
     * What a conjunct fails of.
     *
     * @param action without which it would not
     * @param why for people
     */
    public record Failing(String action, String why) {}

    private static final String BESIDES = "besides";
    private static final String AT_FIRST = "at-first";
    private static final String GUARD = "guard";
    private static final String INITIALLY = "initially";
    private static final String ASSUMES = "assumes-";
    private static final String PROMISES = "promises-";
    private static final String FAILS = "fails-";

    /**
     * Reads a discipline.
     *
     * @throws InputException at the first place that is not understood; then, at its end, for a missing
     *     {@code initially}, or at an action without description
     */
    public static Discipline load(Path path, Vocabulary vocabulary) {
        return read(path.toString(), SmtReader.load(path), vocabulary);
    }

    /**
     * Reads a variation, which may add to actions that are another discipline's.
     *
     * @throws InputException as {@link #load}
     */
    public static Discipline variation(Path path, Vocabulary vocabulary) {
        return read(path.toString(), SmtReader.load(path), vocabulary, true);
    }

    /** As {@link #load}, from a text; positions carry the name given. */
    public static Discipline read(String file, String text, Vocabulary vocabulary) {
        return read(file, text, vocabulary, false);
    }

    private static Discipline read(String file, String text, Vocabulary vocabulary, boolean varies) {
        Reading reading = new Reading(InputText.end(file, text), vocabulary, varies);
        for (SExpr e : SmtReader.read(file, text)) {
            reading.command(e);
        }
        return reading.result();
    }

    /** The same with other actions. */
    public Discipline with(List<AbstractAction> others) {
        return new Discipline(vocabulary, initially, stays, others, assumptions, promised, failing, additions, end);
    }

    /**
     * The same with the actions of another one in place of those of the same name, or besides them, with what that one adds to actions,
     * starts from, assumes and promises besides, and its words. An action whose guard is the constant {@code false} never happens.
     *
     * @throws InputException when the other one adds to an action that there is not, or for other elements
     */
    public Discipline variedBy(Discipline other) {
        Map<String, AbstractAction> all = new LinkedHashMap<>();
        actions.forEach(a -> all.put(a.name(), a));
        other.additions.forEach((name, parts) -> all.put(name, added(all.get(name), parts)));
        other.actions.forEach(a -> all.put(a.name(), a));
        Map<String, String> more = new TreeMap<>(assumptions);
        more.putAll(other.assumptions);
        Term both = new Term.And(initially.place(), List.of(initially, other.initially));
        Set<String> promises = new TreeSet<>(promised);
        promises.addAll(other.promised);
        return new Discipline(
                other.vocabulary,
                both,
                stays,
                List.copyOf(all.values()),
                Collections.unmodifiableMap(more),
                List.copyOf(promises),
                other.failing,
                Map.of(),
                end);
    }

    private static AbstractAction added(@Nullable AbstractAction action, Map<String, Macro> parts) {
        Map<String, Macro> more = new LinkedHashMap<>(parts);
        Macro besides = Objects.requireNonNull(more.remove(BESIDES));
        Place place = besides.body().place();
        if (action == null) {
            throw place.error("'" + besides.name() + "' adds to an action that there is not");
        }
        List<String> expected = action.parameters().stream().map(Var::sort).toList();
        List<String> found = besides.parameters().stream().map(Var::sort).toList();
        if (!found.equals(expected)) {
            throw place.error("the sorts of '" + action.name() + "' are " + expected + ", not " + found);
        }
        Term guard = new Term.And(place, List.of(action.guard(), new Term.Call(place, besides, action.parameters())));
        Map<String, Macro> effects = new LinkedHashMap<>(action.effects());
        effects.putAll(more);
        return new AbstractAction(
                action.name(), action.says(), action.parameters(), guard, Collections.unmodifiableMap(effects));
    }

    /** The relations that it speaks of: in its guards and effects, and in where it starts. */
    public Set<String> relations() {
        Set<String> known = new LinkedHashSet<>(Rewriting.relations(initially));
        for (AbstractAction action : actions) {
            known.addAll(Rewriting.relations(action.guard()));
            known.addAll(action.effects().keySet());
            action.effects().values().forEach(effect -> known.addAll(Rewriting.relations(effect.body())));
        }
        return known;
    }

    /** Parts of the file as far as it was read. */
    private static final class Reading {
        private final Place end;
        private final Vocabulary vocabulary;
        private final boolean varies;
        private final Map<String, String> says = new LinkedHashMap<>();
        private final Map<String, Place> saidAt = new LinkedHashMap<>();
        private final Map<String, Map<String, Macro>> parts = new LinkedHashMap<>();
        private @Nullable Term initially;

        Reading(Place end, Vocabulary base, boolean varies) {
            this.end = end;
            this.varies = varies;
            vocabulary = new Vocabulary(base);
        }

        void command(SExpr e) {
            if (!(e instanceof SExpr.Group g)) {
                throw e.place().error("a command is expected, not " + e.describe());
            }
            switch (g.head()) {
                case "set-info" -> info(g);
                case "define-fun" -> define(g);
                default -> throw g.place().error("a discipline holds set-info and define-fun, not " + g.describe());
            }
        }

        private void info(SExpr.Group g) {
            Vocabulary.require(g, 3, "(set-info :action \"what it does\")");
            if (!(g.items().get(1) instanceof SExpr.Word key)
                    || key.kind() != SExpr.Kind.KEYWORD
                    || !(g.items().get(2) instanceof SExpr.Word value)
                    || value.kind() != SExpr.Kind.STRING
                    || value.text().isBlank()
                    || value.text().chars().anyMatch(Character::isISOControl)) {
                throw g.place().error("the form is (set-info :action \"what it does\"), on one line");
            }
            if (says.putIfAbsent(key.text(), value.text()) != null) {
                throw key.place().error("':" + key.text() + "' is given twice");
            }
            saidAt.put(key.text(), key.place());
        }

        private void define(SExpr.Group g) {
            Vocabulary.require(g, 5, "(define-fun name ((x Sort) ...) Bool body)");
            String name = g.items().get(1) instanceof SExpr.Word w && w.isSymbol() ? w.text() : "";
            int dot = name.indexOf('.');
            if (name.equals(INITIALLY)) {
                if (initially != null) {
                    throw g.place().error("'initially' is defined twice");
                }
                Macro macro = vocabulary.macro(name, g);
                if (!macro.parameters().isEmpty()) {
                    throw g.items().get(2).place().error("'initially' has no parameters");
                }
                initially = macro.body();
            } else if (dot > 0) {
                part(g, name.substring(0, dot), name.substring(dot + 1));
            } else {
                vocabulary.define(g);
            }
        }

        private void part(SExpr.Group g, String action, String what) {
            if (action.equals(INITIALLY)) {
                // Its goals would be called as those of the initial states are, and asked with these assumed.
                throw g.items().get(1).place().error("'" + INITIALLY + "' is where everything starts, and no action");
            }
            Macro macro = vocabulary.macro(action + "." + what, g);
            Map<String, Macro> known = parts.computeIfAbsent(action, a -> new LinkedHashMap<>());
            if (known.putIfAbsent(what, macro) != null) {
                throw g.place().error("'" + macro.name() + "' is defined twice");
            }
            if (what.equals(GUARD) || (varies && what.equals(BESIDES))) {
                if (known.containsKey(GUARD) && known.containsKey(BESIDES)) {
                    throw g.place().error("'" + action + "' has a guard of its own, or one besides; not both");
                }
                return;
            }
            List<String> places = vocabulary.places(what);
            if (places == null) {
                throw g.items()
                        .get(1)
                        .place()
                        .error("unknown relation '" + what + "'" + UnknownNames.known(what, vocabulary.relations()));
            }
            Macro guard = known.get(known.containsKey(GUARD) ? GUARD : BESIDES);
            if (guard == null) {
                throw g.place().error("'" + action + ".guard' comes before the effects of '" + action + "'");
            }
            List<String> expected =
                    new ArrayList<>(guard.parameters().stream().map(Var::sort).toList());
            expected.addAll(places);
            List<String> found = macro.parameters().stream().map(Var::sort).toList();
            if (!found.equals(expected)) {
                throw g.items().get(2).place().error("the parameters' sorts are " + expected + ", not " + found);
            }
        }

        Discipline result() {
            if (initially == null) {
                throw end.error("missing (define-fun initially () Bool ...)");
            }
            List<AbstractAction> actions = new ArrayList<>();
            Map<String, Map<String, Macro>> additions = new LinkedHashMap<>();
            parts.forEach((name, of) -> {
                if (of.containsKey(BESIDES)) {
                    additions.put(name, Collections.unmodifiableMap(of));
                } else {
                    actions.add(action(name, new LinkedHashMap<>(of)));
                }
            });
            Map<String, String> assumptions = new LinkedHashMap<>();
            List<String> promised = new ArrayList<>();
            Map<String, Failing> failing = new LinkedHashMap<>();
            for (String name : new TreeSet<>(says.keySet())) {
                if (name.startsWith(ASSUMES)) {
                    assumptions.put(name.substring(ASSUMES.length()), says.get(name));
                } else if (name.startsWith(PROMISES)) {
                    promised.add(name.substring(PROMISES.length()));
                } else if (varies && name.startsWith(FAILS)) {
                    failing.put(name.substring(FAILS.length()), failing(name));
                } else if (!parts.containsKey(name) || additions.containsKey(name)) {
                    throw saidAt.getOrDefault(name, end).error("':" + name + "' describes no action");
                }
            }
            return new Discipline(
                    vocabulary,
                    start(initially),
                    varies ? initially : new Term.Truth(initially.place(), true),
                    List.copyOf(actions),
                    Collections.unmodifiableMap(assumptions),
                    List.copyOf(promised),
                    Collections.unmodifiableMap(failing),
                    Collections.unmodifiableMap(additions),
                    end);
        }

        private Failing failing(String name) {
            String[] parts = Objects.requireNonNull(says.get(name)).split(": ", 2);
            if (parts.length < 2) {
                throw saidAt.getOrDefault(name, end).error("':" + name + "' is to be \"action: why\"");
            }
            return new Failing(parts[0], parts[1]);
        }

        private Term start(Term stays) {
            Macro first = varies ? vocabulary.macro(AT_FIRST) : null;
            if (first == null) {
                return stays;
            }
            if (!first.parameters().isEmpty()) {
                throw first.body().place().error("'" + AT_FIRST + "' has no parameters");
            }
            return new Term.And(stays.place(), List.of(stays, first.body()));
        }

        private AbstractAction action(String name, Map<String, Macro> of) {
            Macro guard = of.remove(GUARD);
            String description = says.get(name);
            if (guard == null || description == null) {
                String form = guard == null
                        ? "(define-fun " + name + ".guard (...) Bool ...)"
                        : "(set-info :" + name + " \"what it does\")";
                throw (guard == null ? end : guard.body().place()).error("missing " + form);
            }
            return new AbstractAction(
                    name, description, guard.parameters(), guard.body(), Collections.unmodifiableMap(of));
        }
    }
}
