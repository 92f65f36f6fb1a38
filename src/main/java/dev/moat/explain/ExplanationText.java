package dev.moat.explain;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.output.Counted;
import dev.moat.output.Json;
import java.util.ArrayList;
import java.util.List;

/** An explanation as text, and as JSON. What others wrote is escaped by who prints it. */
public final class ExplanationText {
    /** Ranges of lines that are named in a sentence. */
    private static final int MOST_RANGES = 6;

    private ExplanationText() {}

    /** The lines of the text. */
    public static List<String> of(LogExplanation explanation) {
        List<FaultAnswer> answers = explanation.answers();
        int reports = answers.stream().mapToInt(FaultAnswer::times).sum();
        List<String> text = new ArrayList<>();
        text.add(explanation.file() + ": " + Counted.of(answers.size(), "answer") + " to "
                + Counted.of(reports, "report") + "; [n] is the line of the log that bears a sentence");
        int number = 0;
        for (FaultAnswer answer : answers) {
            number++;
            text.add("");
            text.add("(" + number + ") " + answer.form().title() + ": " + answer.subject()
                    + (answer.times() == 1 ? "" : ", reported " + answer.times() + " times"));
            for (Said said : answer.said()) {
                text.add("    " + said.kind().title() + said.text() + " [" + ranges(said.lines()) + "]");
            }
            if (!answer.shown().isEmpty()) {
                text.add("    Moat shows mistakes of this kind: moat check " + String.join(" ", answer.shown()));
            }
        }
        return text;
    }

    /** For example {@code 3-5, 9}. */
    static String ranges(List<Integer> lines) {
        List<String> ranges = new ArrayList<>();
        for (int i = 0; i < lines.size(); ) {
            int end = i;
            while (end + 1 < lines.size() && lines.get(end + 1) == lines.get(end) + 1) {
                end++;
            }
            ranges.add(end == i ? "" + lines.get(i) : lines.get(i) + "-" + lines.get(end));
            i = end + 1;
        }
        return ranges.size() > MOST_RANGES
                ? String.join(", ", ranges.subList(0, MOST_RANGES)) + ", .."
                : String.join(", ", ranges);
    }

    /** One JSON document. */
    public static String json(LogExplanation explanation, int exitCode) {
        JsonObject document = new JsonObject();
        document.addProperty("file", explanation.file());
        document.addProperty("exitCode", exitCode);
        JsonArray faults = new JsonArray();
        for (FaultAnswer answer : explanation.answers()) {
            JsonObject fault = new JsonObject();
            fault.addProperty("form", answer.form().title());
            fault.addProperty("subject", answer.subject());
            fault.addProperty("reports", answer.times());
            fault.add("lines", numbers(answer.lines()));
            JsonArray sentences = new JsonArray();
            for (Said said : answer.said()) {
                JsonObject sentence = new JsonObject();
                sentence.addProperty("kind", said.kind().key());
                sentence.addProperty("text", said.text());
                sentence.add("lines", numbers(said.lines()));
                sentences.add(sentence);
            }
            fault.add("sentences", sentences);
            JsonArray shown = new JsonArray();
            answer.shown().forEach(shown::add);
            fault.add("scenarios", shown);
            faults.add(fault);
        }
        document.add("faults", faults);
        return Json.document(document);
    }

    private static JsonArray numbers(List<Integer> lines) {
        JsonArray all = new JsonArray();
        lines.forEach(all::add);
        return all;
    }
}
