package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code moat why} as people call it, on small machines: a text with planted steps, and Xen's unmap. */
class WhyCommandTest {
    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(Path here, String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site = new Site(
                here,
                new PrintWriter(out),
                new PrintWriter(err),
                false,
                false,
                anyHome -> CheckoutEngine.open(Path.of("")));
        return Moat.run(site, words);
    }

    /** Each answer by what it is about. */
    private Map<String, JsonObject> rows() {
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("format").getAsString()).isEqualTo("moat-why-1");
        assertThat(document.get("complete").getAsBoolean()).isTrue();
        Map<String, JsonObject> rows = new TreeMap<>();
        for (JsonElement row : document.getAsJsonArray("rows")) {
            JsonObject object = row.getAsJsonObject();
            rows.put(object.get("edit").getAsString(), object);
        }
        return rows;
    }

    private static String told(Map<String, JsonObject> rows, String edit) {
        assertThat(rows).containsKey(edit);
        JsonObject row = rows.get(edit);
        return row.has("violates")
                ? row.get("violates").getAsString()
                : row.get("answer").getAsString() + " " + row.getAsJsonArray("says");
    }

    /** The command that an answer comes with shows it. */
    private void shows(Path here, JsonObject row) {
        List<String> words = new ArrayList<>();
        String[] parts =
                row.get("command").getAsString().replaceFirst("^moat ", "").split("'");
        for (int i = 0; i < parts.length; i++) {
            words.addAll(
                    i % 2 == 1 ? List.of(parts[i]) : List.of(parts[i].trim().split(" +")));
        }
        words.addAll(List.of("--save", home.resolve("saved").toString(), "--json", "--workers", "1"));
        assertThat(moat(here, words.toArray(String[]::new))).as(err.toString()).isEqualTo(12);
        JsonObject verdict = JsonParser.parseString(out.toString())
                .getAsJsonObject()
                .getAsJsonArray("scenarios")
                .get(0)
                .getAsJsonObject();
        assertThat(verdict.toString())
                .contains(row.get("violates").getAsString().split(", ")[0]);
    }

    /** A step that spins when it is gone, one that never runs, one that does nothing, and one whose order is free. */
    @Test
    void whatIsPlantedIsTold() throws IOException {
        Path text = home.resolve("driver.moat");
        assertThat(moat(Path.of(""), "new", text.toString())).isZero();
        Files.writeString(
                text,
                Files.readString(text)
                        .replace("locals page: Page,", "locals ready: bool, page: Page,")
                        .replace(
                                "    phase[page] := closing;",
                                "    goto odd if owed[page]\n    phase[page] := closing;")
                        .replace("  return:\n    phase[page] := none\n", """
                                  mark:
                                    ready := true
                                  nothing: quiet
                                    page := page
                                  spin:
                                    goto spin if not ready
                                  return:
                                    phase[page] := none; ready := false
                                    goto end
                                  odd:
                                    goto end
                                """));
        assertThat(moat(Path.of(""), "why", "unmap_buffer", text.toString(), "--json", "--workers", "2"))
                .as(err.toString())
                .isZero();
        String once = out.toString();
        Map<String, JsonObject> rows = rows();
        assertThat(told(rows, "drop mark in unmap_buffer")).isEqualTo("operations-return");
        assertThat(told(rows, "drop nothing in unmap_buffer"))
                .startsWith("held")
                .contains("no control is caught");
        assertThat(told(rows, "drop odd in unmap_buffer"))
                .startsWith("not there")
                .contains("never runs");
        assertThat(told(rows, "drop await in unmap_buffer")).isEqualTo("no-foreign");
        assertThat(told(rows, "drop clear-entry in unmap_buffer")).isNotEmpty().doesNotStartWith("nothing");
        shows(Path.of(""), rows.get("drop mark in unmap_buffer"));
        assertThat(moat(Path.of(""), "why", "unmap_buffer", text.toString(), "--json", "--workers", "1"))
                .isZero();
        assertThat(out).hasToString(once);
        assertThat(moat(Path.of(""), "why", "unmap_buffer", text.toString(), "--json", "--states", "5"))
                .isEqualTo(5);
    }

    private void scenario(String id, String parameters, String rest) throws IOException {
        Path file = home.resolve("specs/scenarios/" + id + ".yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "id: " + id
                        + "\nsays: Bounds.\ncomponent: xen-vtd\ngranularity: step\nparameters: {refs: 1, frames: 1, "
                        + parameters + "}\n" + rest + "\nset: default\n");
    }

    /** The answers of docs/howto/check-a-patch.md; that nothing breaks is said where controls of the same properties are caught. */
    @Test
    void whatXensUnmapHasItsStepsFor() throws IOException {
        String hold = "no-foreign, no-stale, pins-match-holds, demotion-invalidated";
        scenario("base", "handles: 1, sides: host", "properties: {hold: [" + hold + "]}\nexpect: {verdict: held}");
        scenario(
                "two",
                "handles: 2, sides: host, cpus: 2",
                "inject: [unmap.no-invalidation]\nproperties: {fail: [no-stale]}\nexpect: {verdict: violated}");
        scenario(
                "pins",
                "handles: 1, sides: all",
                "inject: [unmap.releases-other-side]\nproperties: {fail: [pins-match-holds]}\nexpect: {verdict: violated}");
        Path page = home.resolve("page");
        assertThat(moat(home, "why", "unmap_grant_ref", "--json", "--html", page.toString()))
                .as(err.toString())
                .isZero();
        Map<String, JsonObject> rows = rows();
        String in = " in unmap_grant_ref";
        assertThat(told(rows, "drop await" + in)).contains("no-stale");
        assertThat(told(rows, "drop queue-invalidation" + in)).contains("no-stale");
        assertThat(told(rows, "drop await-owner" + in)).startsWith("not there");
        assertThat(told(rows, "drop lock, unlock" + in)).contains("no-foreign");
        assertThat(told(rows, "move unlock before await" + in)).contains("no-foreign");
        assertThat(told(rows, "drop unlock" + in)).contains("no-deadlock");
        assertThat(told(rows, "drop lock" + in)).contains("no-bad-unlock");
        assertThat(told(rows, "swap unlock, complete" + in)).startsWith("nothing");
        assertThat(rows.get("swap unlock, complete" + in).getAsJsonArray("held").size())
                .isGreaterThan(1);
        assertThat(page.resolve("index.html")).content().contains("moat-why-1");
        shows(home, rows.get("move unlock before await" + in));
    }

    @Test
    void whatIsNotThereIsRefused() {
        assertThat(moat(Path.of(""), "why", "unmap_grant", "xen-step")).isEqualTo(2);
        assertThat(err.toString()).contains("xen-step has no operation 'unmap_grant'; did you mean 'unmap_grant_ref'?");
        assertThat(moat(Path.of(""), "why", "unmap_grant_ref", "xen-op")).isEqualTo(2);
        assertThat(err.toString()).contains("granularity operation");
    }
}
