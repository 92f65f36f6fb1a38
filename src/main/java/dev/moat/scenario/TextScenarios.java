package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.liveness.Response;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.Model;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.model.Suggestion;
import dev.moat.notation.machine.NotedComponent;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Item.Word;
import dev.moat.notation.tree.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The scenarios of a text in the model notation, which stand beside the component that they are about. */
final class TextScenarios {
    private static final int MOST_INVARIANTS = 63;

    private final Catalog catalog;
    private final Set<String> moats;
    private final String file;
    private final NotedComponent component;
    private final Tree tree;

    /**
     * @param moats ids of all properties but the text's own
     * @param file its name, by which machines are built
     */
    TextScenarios(Catalog catalog, Set<String> moats, String file) {
        this.catalog = catalog;
        this.moats = moats;
        this.file = file;
        component = catalog.text(file);
        tree = component.tree();
    }

    /** All of them, in the order of the text; throws as {@link ScenarioReader#ofText}. */
    List<Scenario> all() {
        for (Item.Property p : tree.all(Item.Property.class).toList()) {
            if (moats.contains(p.id())) {
                throw error(p.at(), "Moat has a property '" + p.id() + "'; this one needs another name");
            }
        }
        List<Scenario> all = tree.all(Item.Scenario.class).map(this::scenario).toList();
        if (all.isEmpty()) {
            throw error(At.NOWHERE, "nothing is asked here: write a scenario with 'holds' and 'expect'");
        }
        return all;
    }

    private InputException error(At at, String message) {
        return tree.source().error(at, message);
    }

    private Scenario scenario(Item.Scenario s) {
        for (Word fault : s.faults()) {
            located(fault, () -> Catalog.fault(component, fault.text()));
        }
        MachineSpec spec = new MachineSpec(
                file,
                settings(s),
                s.steps() ? Granularity.STEP : Granularity.OPERATION,
                true,
                s.faults().stream().map(Word::text).toList());
        Model model = model(s, spec);
        List<String> holds = properties(s, s.holds());
        List<String> breaks = properties(s, s.breaks());
        Map<String, String> excuses = new LinkedHashMap<>();
        s.excuses().forEach(e -> {
            requireExcusable(e.getKey(), holds, model);
            excuses.put(e.getKey().text(), e.getValue().text());
        });
        Item.Expected is = s.expected();
        Expectation expect = new Expectation(
                is.violated(),
                is.violated() ? null : is.count(),
                null,
                null,
                List.of(),
                is.violated() ? is.count() : null);
        return new Scenario(
                Path.of(file),
                s.at().line(),
                s.id(),
                s.says(),
                spec,
                holds,
                breaks,
                excuses,
                expect,
                Scenario.SETS.get(0),
                Integer.MAX_VALUE,
                Long.MAX_VALUE);
    }

    private Map<String, String> settings(Item.Scenario s) {
        Map<String, String> given = new LinkedHashMap<>();
        s.settings().forEach(e -> given.put(e.getKey().text(), e.getValue().text()));
        List<Parameter> declared = component.parameters(given);
        List<String> known = declared.stream().map(Parameter::name).toList();
        for (Map.Entry<Word, Word> e : s.settings()) {
            String name = e.getKey().text();
            if (!known.contains(name)) {
                throw error(
                        e.getKey().at(),
                        "component " + tree.id() + " has no parameter '" + name + "'" + Suggestion.among(name, known));
            }
            located(
                    e.getValue(),
                    () -> new Setting(declared, Map.of(name, e.getValue().text())));
        }
        return given;
    }

    /** Runs a check whose complaint belongs at one word. */
    private void located(Word word, Runnable check) {
        try {
            check.run();
        } catch (BadSettingException e) {
            throw error(word.at(), String.valueOf(e.getMessage()));
        }
    }

    /** Only building the model shows whether settings contradict each other. */
    private Model model(Item.Scenario s, MachineSpec spec) {
        try {
            return catalog.model(spec);
        } catch (BadSettingException e) {
            At at = s.settings().stream()
                    .filter(set -> set.getKey().text().equals(e.subject()))
                    .map(set -> set.getValue().at())
                    .findFirst()
                    .orElse(s.at());
            throw error(at, String.valueOf(e.getMessage()));
        }
    }

    private List<String> properties(Item.Scenario s, List<Word> words) {
        Set<String> known = new TreeSet<>(moats);
        known.addAll(catalog.ownProperties(file));
        List<String> ids = new ArrayList<>();
        for (Word word : words) {
            if (!known.contains(word.text())) {
                throw error(
                        word.at(),
                        "no property '" + word.text() + "' is in this text or among Moat's"
                                + Suggestion.phrase(word.text(), known));
            }
            if (Response.is(word.text()) && !s.steps()) {
                throw error(word.at(), "'" + word.text() + "' is judged with 'each step' only");
            }
            ids.add(word.text());
            if (ids.size() > MOST_INVARIANTS / 2) {
                throw error(word.at(), "a scenario has at most " + MOST_INVARIANTS / 2 + " properties of a kind");
            }
        }
        return ids;
    }

    private void requireExcusable(Word what, List<String> holds, Model model) {
        boolean isProperty = holds.contains(what.text()) && !what.text().equals(Scenario.NO_DEADLOCK);
        if (!isProperty && model.abstraction().relation(what.text()).isEmpty()) {
            throw error(
                    what.at(),
                    "'" + what.text() + "' is no property under 'holds' and no relation of this machine"
                            + Suggestion.phrase(what.text(), holds));
        }
    }

    /**
     * A complaint about a property that a scenario of a text names, at that place; at that of the discipline where it names none such.
     *
     * @param catalog that the scenario was read with, or another one
     */
    static InputException error(Catalog catalog, Scenario scenario, String property, String message) {
        Tree tree = catalog.text(scenario.machine().component()).tree();
        At at = tree.all(Item.Scenario.class)
                .filter(s -> s.id().equals(scenario.id()))
                .flatMap(s -> Stream.concat(s.holds().stream(), s.breaks().stream()))
                .filter(word -> word.text().equals(property))
                .map(Word::at)
                .findFirst()
                .or(() ->
                        tree.all(Item.Discipline.class).map(Item.Discipline::at).findFirst())
                .orElse(At.NOWHERE);
        return tree.source().error(at, message);
    }
}
