package dev.moat.check.needed;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.Engine;
import dev.moat.output.OutputFile;
import dev.moat.page.Html;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The cells of a {@link NeedTable} as a page for a browser, with pages of the counterexamples that were saved. */
public final class NeedHtml {
    private final Path directory;
    private final Set<String> pages = new TreeSet<>();

    /** @param directory where {@code index.html} goes, and {@code traces} with the others */
    public NeedHtml(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes the page of a counterexample, once.
     *
     * @param saved the counterexample's file
     * @throws IOException when it cannot be read or written
     */
    public void trace(Engine engine, Path saved) throws IOException {
        String name = saved.getFileName().toString();
        if (pages.add(name)) {
            String page = name.substring(0, name.length() - NeedFiles.SUFFIX.length()) + ".html";
            OutputFile.write(directory.resolve("traces").resolve(page), engine.page(saved));
        }
    }

    /**
     * Writes the table.
     *
     * @param document what {@code moat needed --json} prints
     * @throws IOException when it cannot be written
     */
    public void write(JsonObject document) throws IOException {
        JsonObject data = document.deepCopy();
        JsonArray traced = new JsonArray();
        pages.forEach(traced::add);
        data.add("pages", traced);
        OutputFile.write(
                directory.resolve("index.html"),
                Html.page("moat needed", List.of("element.js", "table.js", "needed.js"), data, false));
    }
}
