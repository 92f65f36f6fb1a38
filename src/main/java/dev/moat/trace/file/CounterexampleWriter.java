package dev.moat.trace.file;

import static dev.moat.trace.file.CounterexampleFile.ACTION;
import static dev.moat.trace.file.CounterexampleFile.FORMAT;
import static dev.moat.trace.file.CounterexampleFile.INIT;
import static dev.moat.trace.file.CounterexampleFile.LOOP;
import static dev.moat.trace.file.CounterexampleFile.META;
import static dev.moat.trace.file.CounterexampleFile.PICKS;
import static dev.moat.trace.file.CounterexampleFile.SOURCE;

import dev.moat.machine.Machine;
import dev.moat.output.Json;
import dev.moat.output.OutputFile;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.Trace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes counterexamples as ITF, the JSON trace format of Apalache and Quint. The data for a replay is under {@code
 * #meta.moat}. The same counterexample gives the same bytes. Each state begins a line that names its action. Lines are
 * at most {@value #WIDTH} columns wide if a single value allows it, so that a change shows in a diff.
 */
public final class CounterexampleWriter {
    private static final int WIDTH = 120;
    /** The largest integer that every JSON reader takes exactly has 53 bits. */
    private static final int EXACT_BITS = 53;

    private CounterexampleWriter() {}

    /**
     * Writes a file, replacing an older one at once: a reader never sees half of it.
     *
     * @param machine built from the counterexample's specification
     * @throws IOException when it cannot be written; the older file is then still there
     */
    public static void write(Path path, Counterexample counterexample, Machine machine) throws IOException {
        OutputFile.write(path, text(counterexample, machine));
    }

    /** The text of the file. */
    public static String text(Counterexample c, Machine machine) {
        StringBuilder out = new StringBuilder("{\n");
        Map<String, Integer> alphabet = Trace.alphabet(machine);
        meta(out, c, machine, alphabet);
        List<String> labels = Counterexample.labels(machine);
        List<String> quoted = new ArrayList<>(List.of(Json.quoted(ACTION), Json.quoted(PICKS)));
        labels.forEach(label -> quoted.add(Json.quoted(label)));
        out.append("  \"vars\": [\n");
        fill(out, "    ", quoted);
        out.append("  ],\n  \"states\": [\n");
        for (int k = 0; k < c.states().size(); k++) {
            String action = k == 0 ? INIT : c.actions().get(k - 1);
            Integer letter = alphabet.get(action);
            Map<String, String> picks = k == 0 || letter == null ? Map.of() : CounterexampleFile.picks(machine, letter);
            out.append("    {")
                    .append(Json.quoted(META))
                    .append(": {\"index\": ")
                    .append(k)
                    .append(source(c, k))
                    .append(c.sources().isEmpty() || k == 0 ? "}, " : "},\n     ");
            out.append(Json.quoted(ACTION))
                    .append(": ")
                    .append(Json.quoted(action))
                    .append(", ");
            out.append(Json.quoted(PICKS)).append(": ").append(object(picks));
            out.append(labels.isEmpty() ? "\n" : ",\n");
            List<String> values = new ArrayList<>();
            for (int i = 0; i < labels.size(); i++) {
                values.add(Json.quoted(labels.get(i)) + ": "
                        + value(c.states().get(k).get(i)));
            }
            fill(out, "     ", values);
            out.append(k + 1 < c.states().size() ? "    },\n" : "    }\n");
        }
        return out.append("  ]").append(loop(c)).append("\n}\n").toString();
    }

    private static String loop(Counterexample c) {
        return c.loop() == Counterexample.NO_LOOP ? "" : ",\n  " + Json.quoted(LOOP) + ": " + c.loop();
    }

    /** Where an action comes from, when that is recorded; the initial state comes from nothing. */
    private static String source(Counterexample c, int k) {
        return k == 0 || c.sources().isEmpty()
                ? ""
                : ",\n      " + Json.quoted(SOURCE) + ": "
                        + Json.quoted(c.sources().get(k - 1));
    }

    private static void meta(StringBuilder out, Counterexample c, Machine machine, Map<String, Integer> alphabet) {
        MachineSpec spec = c.machine();
        int length = new Trace(c.actions().stream()
                        .filter(alphabet::containsKey)
                        .map(alphabet::get)
                        .toList())
                .actions(machine);
        String description = "Moat counterexample: scenario " + c.scenario() + " violates "
                + String.join(", ", c.violates()) + " after " + length + (length == 1 ? " action" : " actions");
        out.append("  ").append(Json.quoted(META)).append(": {\n");
        out.append("    \"format\": \"ITF\",\n");
        out.append("    \"description\": ").append(Json.quoted(description)).append(",\n");
        out.append("    \"moat\": {\n");
        List<String> lines = List.of(
                "\"format\": " + FORMAT,
                "\"schema\": " + Json.quoted(c.schema()),
                "\"scenario\": " + Json.quoted(c.scenario()),
                "\"violates\": " + array(c.violates()),
                "\"transitions\": " + c.actions().size(),
                "\"component\": " + Json.quoted(spec.component()),
                "\"settings\": " + object(spec.settings()),
                "\"granularity\": " + Json.quoted(spec.granularity().key()),
                "\"merged\": " + spec.merged(),
                "\"faults\": " + array(spec.faults()));
        out.append("      ").append(String.join(",\n      ", lines));
        out.append("\n    }\n  },\n");
    }

    /** Items with commas between them, as many on a line as fit. */
    private static void fill(StringBuilder out, String indent, List<String> items) {
        StringBuilder line = new StringBuilder(indent);
        for (int i = 0; i < items.size(); i++) {
            String item = items.get(i) + (i + 1 < items.size() ? "," : "");
            if (line.length() > indent.length() && line.length() + 1 + item.length() > WIDTH) {
                out.append(line).append('\n');
                line = new StringBuilder(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(item);
        }
        out.append(items.isEmpty() ? "" : line + "\n");
    }

    /** A recorded value: a number if it is one, else the name of a step. */
    private static String value(String recorded) {
        if (!Counterexample.isNumber(recorded)) {
            return Json.quoted(recorded);
        }
        boolean exact = Long.parseUnsignedLong(recorded) >>> EXACT_BITS == 0;
        return exact ? recorded : "{\"#bigint\": " + Json.quoted(recorded) + "}";
    }

    private static String array(List<String> texts) {
        return "[" + String.join(", ", texts.stream().map(Json::quoted).toList()) + "]";
    }

    private static String object(Map<String, String> texts) {
        List<String> members = texts.entrySet().stream()
                .map(e -> Json.quoted(e.getKey()) + ": " + Json.quoted(e.getValue()))
                .toList();
        return "{" + String.join(", ", members) + "}";
    }
}
