package dev.moat.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.input.Printable;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.state.Slots;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleWriter;
import dev.moat.trace.story.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A machine and the steps that a person has done with it so far, judged by the properties of a scenario. For one thread. */
public final class HandWalk {
    /** Steps after which there is nothing to see any more. */
    public static final int LONGEST = 500;
    /** More letters than that are not offered at once; at real sizes there are many. */
    private static final int MOST_OFFERED = 3_000;

    private final Scenario scenario;
    private final Machine machine;
    private final TraceRunner runner;
    private final TracePage page;
    private final Story story;
    private final List<Transition> done = new ArrayList<>();

    /**
     * Begins at the machine's initial state.
     *
     * @throws dev.moat.model.BadSettingException when the machine cannot be built
     * @throws dev.moat.input.InputException when the machine gives a relation of a property no meaning
     */
    public HandWalk(Scenario scenario, Catalog catalog, InvariantLibrary library) {
        this.scenario = scenario;
        machine = catalog.machine(scenario.machine());
        runner = new TraceRunner(machine, StateJudge.from(library).judge(machine, scenario.invariants()));
        page = new TracePage(
                runner,
                catalog,
                scenario.machine(),
                scenario.invariants().stream()
                        .map(library.with(machine.model().abstraction().properties())::get)
                        .collect(Collectors.toMap(Invariant::id, Function.identity())));
        story = new Story(runner, catalog, scenario.machine());
    }

    /** How many steps were done. */
    public int length() {
        return done.size();
    }

    private long[] now() {
        return done.isEmpty() ? machine.initial() : done.get(done.size() - 1).state();
    }

    /** Does one more step; answers whether that is possible, and if it is not changes nothing. */
    public boolean perform(int letter) {
        if (letter < 0 || letter >= machine.instances() || done.size() >= LONGEST) {
            return false;
        }
        Transition t = runner.perform(letter, now());
        if (t != null) {
            done.add(t);
        }
        return t != null;
    }

    /** Takes back all steps but the first so many. */
    public void cut(int length) {
        while (done.size() > Math.max(0, length)) {
            done.remove(done.size() - 1);
        }
    }

    /** The page, with the steps so far. */
    String html() {
        return Html.page("moat: " + scenario.id(), TracePage.starting("hand.js"), data(), true);
    }

    /** What the page shows: the trace so far, and what can be done next. */
    JsonObject data() {
        JsonObject data = page.data(scenario.id(), List.of(), done);
        List<Integer> enabled = done.size() < LONGEST ? runner.enabled(now()) : List.of();
        JsonArray offered = new JsonArray();
        enabled.stream().limit(MOST_OFFERED).forEach(letter -> offered.add(offer(letter)));
        data.add("offered", offered);
        data.addProperty("unoffered", Math.max(0, enabled.size() - MOST_OFFERED));
        data.addProperty("full", done.size() >= LONGEST);
        return data;
    }

    private JsonObject offer(int letter) {
        Machine.Instance it = machine.instance(letter);
        String name = machine.name(letter);
        JsonObject offer = new JsonObject();
        offer.addProperty("letter", letter);
        offer.addProperty("name", Printable.of(name));
        boolean goesOn = it.kind() == Machine.Kind.ADVANCE;
        String group = goesOn ? "go on with what runs" : name.replaceFirst("\\(.*", "");
        offer.addProperty("group", Printable.of(group));
        offer.addProperty("told", Printable.of(goesOn ? next(it.cpu()) : story.told(name)));
        return offer;
    }

    /** The step that a CPU runs next. */
    private String next(int cpu) {
        Slots pc = machine.model().pc();
        return pc == null ? "" : machine.stepName((int) pc.get(now(), cpu));
    }

    /** The steps up to the first state in which a property is broken, as a counterexample file; nothing while all hold. */
    public Optional<String> counterexample() {
        List<Integer> letters = new ArrayList<>();
        boolean broken = runner.violated(machine.initial()) != 0;
        for (int k = 0; k < done.size() && !broken; k++) {
            letters.add(done.get(k).instance());
            broken = runner.violated(done.get(k).state()) != 0;
        }
        if (!broken) {
            return Optional.empty();
        }
        Counterexample record = Counterexample.record(scenario.id(), scenario.machine(), runner, new Trace(letters));
        return Optional.of(CounterexampleWriter.text(record, machine));
    }
}
