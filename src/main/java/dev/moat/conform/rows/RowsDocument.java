package dev.moat.conform.rows;

import com.google.gson.Gson;
import dev.moat.output.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of a recording, for programs. */
public final class RowsDocument {
    private RowsDocument() {}

    /**
     * One JSON document, ending in a line feed.
     *
     * @param kind of the file, as the command calls it, and the version of its document
     * @param file as messages print it
     * @param exit the exit code of the command
     * @param counts what else is told, by name, in this order; {@code disagreed} among them where there are more than those listed
     * @param disagreements all of them or the first ones, in the order of the file
     */
    public static String json(String kind, String file, int exit, Map<String, ?> counts, List<?> disagreements) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", "moat-conform-" + kind);
        json.put("file", file);
        json.put("exit", exit);
        json.putAll(counts);
        json.putIfAbsent("disagreed", disagreements.size());
        json.put("disagreements", disagreements);
        return Json.document(new Gson().toJsonTree(json));
    }
}
