package dev.moat.conform;

import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of a file of recorded rows, for programs. */
public final class RowsDocument {
    private RowsDocument() {}

    /**
     * One JSON document, ending in a line feed.
     *
     * @param kind of the file, as the command calls it
     * @param file as messages print it
     * @param exit the exit code of the command
     * @param counts what else is told, by name, in this order
     * @param disagreements in the order of the file
     */
    public static String json(String kind, String file, int exit, Map<String, ?> counts, List<?> disagreements) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", "moat-conform-" + kind + "-1");
        json.put("file", file);
        json.put("exit", exit);
        json.putAll(counts);
        json.put("disagreed", disagreements.size());
        json.put("disagreements", disagreements);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
    }
}
