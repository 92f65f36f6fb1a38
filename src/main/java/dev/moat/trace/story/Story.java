package dev.moat.trace.story;

import dev.moat.logic.judge.Reason;
import dev.moat.model.InjectedFault;
import dev.moat.model.setting.Parameter;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.InitialState;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.TraceTable;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A trace for a person: a few sentences, then the table. The sentences say what was seeded into the code, what was done, which
 * property is broken, and of each fact that breaks it since which row of the table it is so.
 */
public final class Story {
    /** Slots of the initial state that are named. */
    private static final int MOST = 8;

    private static final Phrases FACTS = Phrases.of("facts.properties");

    private final TraceRunner runner;
    private final String component;
    private final List<InjectedFault> faults;
    /** What was chosen other than initially, with what it says, sizes left out. */
    private final List<String> choices;

    /** Tells traces of the runner's machine, which was built like this. */
    public Story(TraceRunner runner, Catalog catalog, MachineSpec machine) {
        this.runner = runner;
        component = machine.component();
        faults = machine.faults().stream()
                .map(id -> Catalog.fault(catalog.component(component), id))
                .toList();
        choices = catalog.component(component).parameters(machine.settings()).stream()
                .filter(p -> p.kind() == Parameter.Kind.POLICY || !p.choices().isEmpty())
                .filter(p ->
                        !machine.settings().getOrDefault(p.name(), p.initial()).equals(p.initial()))
                .map(p -> p.name() + "=" + machine.settings().get(p.name()) + " (" + plain(p.says()) + ")")
                .toList();
    }

    private static String plain(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /** Sentences, table, reason and length. */
    public String print(List<Transition> transitions) {
        return text(transitions, List.of()) + new TraceTable(runner).print(transitions);
    }

    /** The same without bookkeeping, and before the table what of the initial state the violation rests on. */
    public String printFolded(List<Transition> transitions) {
        return text(transitions, start(transitions)) + new TraceTable(runner, true).print(transitions);
    }

    /** Everything, as {@link #print} and {@link #printFolded} have it, and the command that replays the file of the trace. */
    public String print(List<Transition> transitions, boolean folded, String replay) {
        return text(transitions, start(transitions)) + new TraceTable(runner, folded).print(transitions, replay);
    }

    /** The same without what is the initial state's. */
    public String print(List<Transition> transitions, String replay) {
        return text(transitions, List.of()) + new TraceTable(runner).print(transitions, replay);
    }

    private List<String> start(List<Transition> transitions) {
        List<String> matters = new InitialState(runner).matters(transitions);
        String shown = String.join("; ", matters.subList(0, Math.min(matters.size(), MOST)));
        String more = matters.size() > MOST ? "; and " + (matters.size() - MOST) + " more" : "";
        return matters.isEmpty() ? List.of() : List.of("So from the start: " + shown + more + ".");
    }

    private String text(List<Transition> transitions, List<String> more) {
        StringBuilder out = new StringBuilder();
        List<String> sentences = new ArrayList<>(tell(transitions));
        sentences.addAll(more);
        for (String sentence : sentences) {
            TraceTable.wrap(sentence).forEach(line -> out.append(line).append('\n'));
        }
        return out.append('\n').toString();
    }

    /** The sentences. */
    public List<String> tell(List<Transition> transitions) {
        List<String> sentences = new ArrayList<>();
        faults.forEach(f -> sentences.add("Seeded: " + f.says() + " (" + f.id() + ")"));
        if (faults.isEmpty() && !choices.isEmpty()) {
            sentences.add(
                    "No fault is injected; it comes of how the machine is set: " + String.join("; ", choices) + ".");
        }
        if (transitions.isEmpty()) {
            sentences.add("Nothing was done: it is so from the start.");
        } else {
            sentences.add(String.join("; ", new Events(runner.machine(), component, transitions).tell()) + ".");
        }
        long[] last = transitions.isEmpty()
                ? runner.machine().initial()
                : transitions.get(transitions.size() - 1).state();
        long broken = runner.violated(last);
        List<String> ids = runner.ids(broken);
        if (ids.isEmpty()) {
            return sentences;
        }
        List<Reason> reasons = runner.reasons(broken, last);
        if (reasons.isEmpty()) {
            sentences.add("Now " + String.join(" and ", ids) + (ids.size() == 1 ? " is" : " are") + " broken.");
            return sentences;
        }
        String also = ids.size() == 1 ? "" : " (" + String.join(", ", ids.subList(1, ids.size())) + " too)";
        String premises = facts(reasons, false, transitions);
        String goals = facts(reasons, true, transitions);
        String but = premises.isEmpty() || goals.isEmpty() ? "" : "; but ";
        sentences.add("Broken: " + ids.get(0) + also + ": " + premises + but + goals + whose(reasons, last) + ".");
        return sentences;
    }

    /** What each transition does, in a few words; as many as there are transitions. */
    public List<String> each(List<Transition> transitions) {
        return new Events(runner.machine(), component, transitions).each();
    }

    /** What a letter of the machine's alphabet, given by its printable name, does in a few words. */
    public String told(String name) {
        return new Events(runner.machine(), component, List.of()).told(name);
    }

    /** Whose the frames are to which somebody has no right. */
    private String whose(List<Reason> reasons, long[] s) {
        Frames frames = new Frames(runner.machine().model().abstraction());
        return reasons.stream()
                .filter(r -> r.name().startsWith("entitled") && !r.premise())
                .flatMap(r -> frames.whose(s, r.arguments().get(1)).stream())
                .map(owner -> "; " + owner)
                .collect(Collectors.joining());
    }

    /** What is so, then what is not. */
    private String facts(List<Reason> reasons, boolean goals, List<Transition> transitions) {
        return String.join(
                "; ",
                reasons.stream()
                        .filter(r -> r.goal() == goals)
                        .sorted(Comparator.comparing(r -> !r.premise()))
                        .map(r -> fact(r) + since(r, transitions))
                        .toList());
    }

    /** A formula in words, as it is in the state that it was taken from. */
    public static String fact(Reason reason) {
        String sign = reason.premise() ? "" : "not.";
        return FACTS.tell(sign + reason.name(), reason.arguments())
                .orElseGet(() -> (reason.premise() ? "" : "not so: ") + reason.text());
    }

    /** Since which row it is so without interruption; of what was always so nothing. */
    private String since(Reason reason, List<Transition> transitions) {
        int row = transitions.size();
        while (row > 0 && reason.truth().in(before(row, transitions)) == reason.premise()) {
            row--;
        }
        return row == 0 ? "" : " (since " + row + ")";
    }

    /** The state before a row of the table, from 1 on. */
    private long[] before(int row, List<Transition> transitions) {
        return row == 1 ? runner.machine().initial() : transitions.get(row - 2).state();
    }
}
