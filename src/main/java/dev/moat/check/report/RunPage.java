package dev.moat.check.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.moat.check.ExitCode;
import dev.moat.check.Verdict;
import dev.moat.input.Printable;
import dev.moat.page.Html;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run as a page for a browser: the data of {@link JsonReport} as a table to sort and filter, and the coverage as a
 * plot.
 */
public final class RunPage {
    /** The names of the pages of traces, below the directory of this page. */
    public static final String TRACES = "traces";

    private RunPage() {}

    /**
     * The text of the page.
     *
     * @param failed what ended the run before all scenarios were checked, or null
     * @param pages ids of the scenarios whose traces have pages, {@code ID.html} in {@link #TRACES}
     */
    public static String of(List<Verdict> verdicts, @Nullable Failed failed, ExitCode exit, Set<String> pages) {
        JsonObject data =
                JsonParser.parseString(JsonReport.of(verdicts, failed, exit)).getAsJsonObject();
        for (JsonElement scenario : data.getAsJsonArray("scenarios")) {
            JsonObject one = scenario.getAsJsonObject();
            // The page of the trace says it better.
            if (pages.contains(one.get("id").getAsString())) {
                one.getAsJsonObject("violation").add("trace", new JsonArray());
            }
            List.of("memory", "conformance", "reductions").forEach(one::remove);
        }
        JsonArray traced = new JsonArray();
        pages.stream().sorted().forEach(traced::add);
        data.add("pages", traced);
        return Html.page("moat check", List.of("element.js", "table.js", "run.js"), shown(data), false);
    }

    /** The same with every text as it may be shown. */
    private static JsonElement shown(JsonElement given) {
        if (given.isJsonObject()) {
            JsonObject all = new JsonObject();
            given.getAsJsonObject().entrySet().forEach(e -> all.add(Printable.of(e.getKey()), shown(e.getValue())));
            return all;
        } else if (given.isJsonArray()) {
            JsonArray all = new JsonArray();
            given.getAsJsonArray().forEach(e -> all.add(shown(e)));
            return all;
        } else if (given.isJsonPrimitive() && given.getAsJsonPrimitive().isString()) {
            return new JsonPrimitive(Printable.of(given.getAsString()));
        }
        return given;
    }
}
