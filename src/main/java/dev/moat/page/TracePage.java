package dev.moat.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.moat.logic.Invariant;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Schema;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import dev.moat.trace.story.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A trace as a page: the story, lanes with what each step does to what, and beside each step the programs that run and the state after it. */
public final class TracePage {
    /** The programs that show traces, in order; one more begins. */
    private static final List<String> SCRIPTS =
            List.of("element.js", "lanes.js", "state.js", "promises.js", "program.js", "trace.js");

    private final TraceRunner runner;
    private final Catalog catalog;
    private final MachineSpec spec;
    private final Map<String, Invariant> invariants;
    private final PagePrograms programs;

    /**
     * Pages of one machine.
     *
     * @param runner of the machine, with the judge of the properties that are shown
     * @param spec what the machine was built from
     * @param invariants the texts of the properties by id
     */
    public TracePage(TraceRunner runner, Catalog catalog, MachineSpec spec, Map<String, Invariant> invariants) {
        this.runner = runner;
        this.catalog = catalog;
        this.spec = spec;
        this.invariants = Map.copyOf(invariants);
        programs = new PagePrograms(catalog, spec, runner.machine());
    }

    /**
     * The whole file.
     *
     * @param title the scenario's id
     * @param notes lines that stand below the title: how the trace came about
     */
    public String html(String title, List<String> notes, List<Transition> transitions) {
        return Html.page("moat: " + title, starting("start-trace.js"), data(title, notes, transitions), false);
    }

    /** The programs of a page that shows a trace, and the one that begins. */
    public static List<String> starting(String last) {
        List<String> all = new ArrayList<>(SCRIPTS);
        all.add(last);
        return all;
    }

    /** What the programs of the page show. */
    public JsonObject data(String title, List<String> notes, List<Transition> transitions) {
        Machine machine = runner.machine();
        List<long[]> states = new ArrayList<>(List.of(machine.initial()));
        transitions.forEach(t -> states.add(t.state()));
        Shape shape = new Shape(machine, states);
        Texts texts = new Texts();
        Story story = new Story(runner, catalog, spec);
        JsonObject data = new JsonObject();
        data.addProperty("title", Texts.shown(title));
        data.add("notes", Texts.array(notes));
        data.addProperty("component", Texts.shown(spec.component()));
        JsonArray settings = new JsonArray();
        spec.settings().forEach((name, value) -> settings.add(Texts.shown(name + "=" + value)));
        data.add("settings", settings);
        data.addProperty("granularity", spec.granularity().key());
        data.add("faults", Texts.array(spec.faults()));
        data.add("story", Texts.array(story.tell(transitions)));
        data.add("shape", shape.json());
        data.add("promises", new Promises(runner, invariants, states).json());
        List<Lanes.Stroke> strokes = strokes(machine, shape, transitions);
        List<Lanes.Lane> lanes = Lanes.all(strokes);
        data.add("lanes", Lanes.json(lanes));
        JsonArray steps = new JsonArray();
        List<String> told = story.each(transitions);
        for (int k = 0; k < transitions.size(); k++) {
            JsonObject step = step(transitions.get(k), strokes.get(k), lanes);
            step.addProperty("told", Texts.shown(told.get(k)));
            step.add("changes", changes(transitions.get(k), shape, texts));
            steps.add(step);
        }
        data.add("steps", steps);
        data.add("programs", programs.json(transitions));
        data.add("cpus", programs.cpus(shape));
        data.add("initial", numbers(shape.values(machine.initial()), texts));
        JsonArray meanings = new JsonArray();
        PageMeaning meaning = new PageMeaning(machine.model().abstraction(), texts);
        JsonObject before = new JsonObject();
        for (long[] s : states) {
            JsonObject now = meaning.json(s);
            // What a state has in common with the one before is not said again.
            meanings.add(now.equals(before) && !meanings.isEmpty() ? JsonNull.INSTANCE : now);
            before = now;
        }
        data.add("meanings", meanings);
        data.add("cut", meaning.cut());
        data.add("texts", texts.json());
        return data;
    }

    private static List<Lanes.Stroke> strokes(Machine machine, Shape shape, List<Transition> transitions) {
        Lanes lanes = new Lanes(machine, shape);
        return transitions.stream().map(lanes::stroke).toList();
    }

    private static JsonObject step(Transition t, Lanes.Stroke stroke, List<Lanes.Lane> lanes) {
        JsonObject step = new JsonObject();
        step.addProperty("name", Texts.shown(t.name()));
        step.add("steps", Texts.array(t.steps()));
        step.addProperty("result", t.result() == null ? "" : Texts.shown(t.result()));
        step.addProperty("by", lanes.indexOf(stroke.by()));
        step.addProperty("from", stroke.from() == null ? -1 : lanes.indexOf(stroke.from()));
        step.add("to", Texts.numbers(stroke.to().stream().map(lanes::indexOf).toList()));
        return step;
    }

    private static JsonArray changes(Transition t, Shape shape, Texts texts) {
        JsonArray changes = new JsonArray();
        for (Schema.Change change : t.changes()) {
            int place = shape.number(change.slots(), change.element());
            int value = texts.number(shape.value(change.slots(), t.state(), change.element()));
            changes.add(Texts.numbers(List.of(place, value)));
        }
        return changes;
    }

    private static JsonArray numbers(List<String> values, Texts texts) {
        return Texts.numbers(values.stream().map(texts::number).toList());
    }
}
