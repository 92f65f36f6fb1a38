package dev.moat.check.why;

import dev.moat.check.CheckRequest;
import dev.moat.explore.Limits;
import dev.moat.input.ShellWord;
import dev.moat.output.Counted;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bounds in which edited programs are searched: a scenario with some of its parameters replaced. The program as it is holds there.
 *
 * @param number from 1, in the order in which they are searched
 * @param scenario whose properties are judged
 * @param settings that replace the scenario's
 * @param without properties that the program as it is breaks here, and that are not judged
 * @param distinct states of the program as it is
 * @param cpus that act between each other's steps
 * @param ran the steps that run here, as {@code operation/step}
 * @param caught for each property the fault of a control that breaks it here
 */
public record EditBounds(
        int number,
        Scenario scenario,
        Map<String, String> settings,
        List<String> without,
        long distinct,
        int cpus,
        Set<String> ran,
        Map<String, String> caught) {
    private static final long LEAST_STATES = 20_000;
    /** An edited program may have more states than the program as it is, but seldom many times as many. */
    private static final int TIMES_STATES = 4;

    public EditBounds {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        without = List.copyOf(without);
        ran = Set.copyOf(ran);
        caught = Collections.unmodifiableMap(new LinkedHashMap<>(caught));
    }

    /** The same under a number, with controls. */
    EditBounds with(int other, Map<String, String> controls) {
        return new EditBounds(other, scenario, settings, without, distinct, cpus, ran, controls);
    }

    /** The same with one more setting, {@code NAME=VALUE}, and with more properties, as far as they can be judged there. */
    EditBounds on(String setting, Set<String> more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        return new EditBounds(
                number, scenario.judging(List.copyOf(more), List.of()), all, without, distinct, cpus, ran, caught);
    }

    /** As {@code check} finds the scenario: by its text, by its file where that is the user's own, else by its id. */
    private String name() {
        String component = scenario.machine().component();
        boolean known = scenario.file().toString().contains("scenarios/");
        return Catalog.isText(component)
                ? component + ":" + scenario.id()
                : known ? scenario.id() : scenario.file().toString();
    }

    /** How {@code check} is called for them, without what is changed. */
    public String command() {
        StringBuilder words = new StringBuilder("moat check " + ShellWord.of(name()));
        settings.forEach((name, value) -> words.append(" -P ").append(ShellWord.of(name + "=" + value)));
        without.forEach(id -> words.append(" --without ").append(id));
        words.append(scenario.machine().faults().isEmpty() ? "" : " --inject none");
        return words.toString();
    }

    /** How {@code check} is called for an edit; when pasted it shows the same. */
    public String command(String edit) {
        return command() + " --edit " + ShellWord.of(edit);
    }

    /** Which these are, how large, and which properties a control breaks in them. */
    String told() {
        String controls = caught.isEmpty() ? "" : "; a control is caught of " + String.join(", ", caught.keySet());
        return command() + ": " + Counted.of(distinct, "state") + ", " + Counted.of(cpus, "CPU") + controls;
    }

    /** The scenario in these bounds, without faults; everything must hold. */
    Scenario asScenario() {
        Scenario judged = scenario.without(without);
        List<String> all = new ArrayList<>(judged.hold());
        all.addAll(judged.fail());
        return judged.with(
                judged.machine().withFaults(List.of()).withSettings(settings), all, List.of(), Expectation.held());
    }

    CheckRequest request(List<String> faults, List<String> edits, boolean obliges, Limits limits) {
        boolean own = scenario.machine().faults().isEmpty() && faults.isEmpty();
        return new CheckRequest(
                scenario.without(without),
                settings,
                own ? null : faults,
                edits,
                limits,
                new CheckRequest.Manner(false, false, obliges));
    }

    /** The limits of a search of an edited program; who says how many states there may be is taken at his word. */
    Limits bounded(Limits limits) {
        long most =
                limits.states() < Long.MAX_VALUE ? limits.states() : Math.max(LEAST_STATES, TIMES_STATES * distinct);
        return new Limits(limits.depth(), limits.workers(), limits.time(), most, limits.memory());
    }

    /** Whether any of some steps of an operation runs here. */
    boolean runs(String operation, List<String> steps) {
        List<String> names = new ArrayList<>();
        steps.forEach(step -> names.add(operation + "/" + step));
        return !Collections.disjoint(ran, names);
    }
}
