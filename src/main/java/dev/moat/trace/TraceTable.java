package dev.moat.trace;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Actor;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The printed form of a trace: a numbered table of actors, actions and changed slots, the reason, and the command that
 * reproduces it. The same trace gives the same text, at most {@value #WIDTH} columns wide.
 */
public final class TraceTable {
    static final int WIDTH = 100;
    private static final int GAP = 2;
    private static final int MAX_ACTION = 44;
    /** A component of one's own calls its software what it likes. */
    private static final int MAX_ACTOR = 20;

    private final TraceRunner runner;
    private final Machine machine;
    private final Bookkeeping bookkeeping;
    private final boolean folded;

    /** Prints traces of the runner's machine, with its judge's reasons. */
    public TraceTable(TraceRunner runner) {
        this(runner, false);
    }

    /** The same with bookkeeping left out on demand: state that no real machine has, and locals of running operations. */
    public TraceTable(TraceRunner runner, boolean folded) {
        this.runner = runner;
        this.folded = folded;
        machine = runner.machine();
        bookkeeping = new Bookkeeping(machine);
    }

    /** One row of the table: cells of one or more lines. */
    private record Row(String number, List<String> actor, List<String> action, List<String> changes) {}

    /** Table, reason and length of a trace. */
    public String print(List<Transition> transitions) {
        StringBuilder out = new StringBuilder(rows(transitions));
        long[] last = transitions.isEmpty()
                ? machine.initial()
                : transitions.get(transitions.size() - 1).state();
        Round round = runner.round();
        List<String> reasons =
                round == null ? runner.explain(runner.violated(last), last) : round.explain(transitions.size());
        out.append('\n');
        for (String line : reasons.isEmpty() ? List.of("No property is violated at the end.") : reasons) {
            int indent = line.length() - line.stripLeading().length();
            List<String> wrapped = wrap(line.strip(), WIDTH - indent - GAP);
            for (int i = 0; i < wrapped.size(); i++) {
                out.append(" ".repeat(indent + (i == 0 ? 0 : GAP)))
                        .append(wrapped.get(i))
                        .append('\n');
            }
        }
        out.append(length(transitions)).append('\n');
        String left = String.join(", ", leftOut(transitions));
        if (!left.isEmpty()) {
            wrap("Bookkeeping not shown (--full shows it): " + left + ".")
                    .forEach(line -> out.append(line).append('\n'));
        }
        return out.toString();
    }

    /** Families whose changes are left out. */
    private Set<String> leftOut(List<Transition> transitions) {
        Set<String> names = new LinkedHashSet<>();
        transitions.stream()
                .flatMap(t -> t.changes().stream())
                .filter(c -> folded && bookkeeping.is(c.slots()))
                .forEach(c -> names.add(c.slots().name()));
        return names;
    }

    private String length(List<Transition> transitions) {
        int actions = new Trace(transitions.stream().map(Transition::instance).toList()).actions(machine);
        int n = transitions.size();
        return "Length: " + actions + (actions == 1 ? " action, " : " actions, ") + n
                + (n == 1 ? " transition." : " transitions.");
    }

    /** The table alone. */
    public String rows(List<Transition> transitions) {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("#", List.of("actor"), List.of("action"), List.of("changes")));
        Map<String, String> calls = new HashMap<>();
        for (Transition t : transitions) {
            List<String> actor = wrap(actor(t), MAX_ACTOR);
            rows.add(new Row(Integer.toString(rows.size()), actor, action(t, calls), List.of()));
        }
        int number = rows.get(rows.size() - 1).number().length();
        int actor = width(rows, Row::actor);
        int action = width(rows, Row::action);
        int rest = WIDTH - number - actor - action - 3 * GAP;
        StringBuilder out = new StringBuilder();
        for (int k = 0; k < rows.size(); k++) {
            Row row = rows.get(k);
            List<String> changes = k == 0 ? row.changes() : changes(transitions.get(k - 1), rest);
            int lines = Math.max(row.actor().size(), Math.max(row.action().size(), changes.size()));
            for (int i = 0; i < lines; i++) {
                String line = pad(i == 0 ? " ".repeat(number - row.number().length()) + row.number() : "", number)
                        + pad(line(row.actor(), i), actor)
                        + pad(line(row.action(), i), action)
                        + line(changes, i);
                out.append(line.stripTrailing()).append('\n');
            }
        }
        return out.toString();
    }

    private static int width(List<Row> rows, Function<Row, List<String>> cell) {
        return rows.stream()
                .flatMap(row -> cell.apply(row).stream())
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    private static String line(List<String> cell, int i) {
        return i < cell.size() ? cell.get(i) : "";
    }

    private String actor(Transition t) {
        return t.actor() == Actor.HYPERVISOR
                ? machine.model().software()
                : t.actor().name().toLowerCase(Locale.ROOT);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length() + GAP);
    }

    /**
     * Name, steps and status of a transition, one under the other. A further step of a call names the call with its arguments.
     *
     * @param calls what runs on each CPU; kept up to date
     */
    private List<String> action(Transition t, Map<String, String> calls) {
        List<String> lines = new ArrayList<>(wrap(t.name(), MAX_ACTION));
        String[] named = t.name().split(": ", 2);
        boolean goesOn = machine.instance(t.instance()).kind() == Machine.Kind.ADVANCE;
        String call = named.length < 2 ? "" : goesOn ? calls.getOrDefault(named[0], "") : named[1];
        calls.put(named[0], call);
        if (machine.granularity() == Granularity.STEP && !t.steps().isEmpty()) {
            String own = call.replaceFirst("\\(.*", "") + "/";
            String steps = t.steps().stream()
                    .map(step -> step.startsWith(own) ? step.substring(own.length()) : step)
                    .collect(Collectors.joining(", "));
            String whole = goesOn && !call.isEmpty() ? "of " + call + ": " + steps : steps;
            wrap(whole, MAX_ACTION - GAP).forEach(line -> lines.add(" ".repeat(GAP) + line));
        }
        if (t.result() != null) {
            wrap("status " + t.result(), MAX_ACTION - GAP).forEach(line -> lines.add(" ".repeat(GAP) + line));
        }
        return lines;
    }

    private List<String> changes(Transition t, int width) {
        List<String> lines = new ArrayList<>();
        for (Schema.Change change : t.changes()) {
            if (folded && bookkeeping.is(change.slots())) {
                continue;
            }
            List<String> wrapped = wrap(text(change), width - GAP);
            for (int i = 0; i < wrapped.size(); i++) {
                lines.add((i == 0 ? "" : " ".repeat(GAP)) + wrapped.get(i));
            }
        }
        return lines.isEmpty() ? List.of(t.changes().isEmpty() ? "nothing" : "(bookkeeping)") : lines;
    }

    /** A change; a step counter prints as the step that runs next. */
    private String text(Schema.Change change) {
        if (!machine.isStepCounter(change.slots())) {
            return change.toString();
        }
        return change.slots().label(change.element()) + ": " + machine.stepName((int) change.before()) + " -> "
                + machine.stepName((int) change.after());
    }

    /** Lines of at most the width of a table, broken at spaces where there are any. */
    public static List<String> wrap(String text) {
        return wrap(text, WIDTH);
    }

    /** Lines of at most a width, broken at spaces where there are any. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > 0 ? space : width;
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }
}
