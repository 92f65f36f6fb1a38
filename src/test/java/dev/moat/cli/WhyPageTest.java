package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.why.Question;
import dev.moat.check.why.WhyTable;
import dev.moat.cli.site.Site;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The tables of results/why.md: each question of {@code moat why} has its row; and with the tag deep each row has its
 * answer, which {@code -Dsnapshot.update=true} writes into the last column. What is called how in the real code is written by hand.
 */
class WhyPageTest {
    private static final Path PAGE = Path.of("results/why.md");
    private static final Pattern ASKED = Pattern.compile("(?m)^`moat why (\\S+) (\\S+)`$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:without )?`[^`]*`) \\|(?:(.*) \\|)? (.*) \\|$");
    private static final Pattern BOUNDS = Pattern.compile("(?m)^\\| (\\d+) \\| `(.*)` \\| (\\d+) \\|$");

    private final StringWriter out = new StringWriter();

    private Site site() {
        return new Site(
                Path.of(""),
                new PrintWriter(out),
                new PrintWriter(new StringWriter()),
                false,
                false,
                CheckoutEngine::open);
    }

    /** Each part of the page that a command is said of, by the command's words. */
    private static Map<List<String>, String> parts() throws IOException {
        String page = Files.readString(PAGE);
        Map<List<String>, String> parts = new LinkedHashMap<>();
        for (MatchResult asked : ASKED.matcher(page).results().toList()) {
            int end = page.indexOf("\n## ", asked.end());
            parts.put(List.of(asked.group(1), asked.group(2)), page.substring(asked.end(), end));
        }
        assertThat(parts).hasSize(4);
        return parts;
    }

    private static String row(boolean isLock, String about) {
        return (isLock ? "without `" : "`") + about + "`";
    }

    @Test
    void eachQuestionHasItsRow() throws IOException {
        Catalog catalog = Catalog.load();
        Site site = site();
        for (Map.Entry<List<String>, String> part : parts().entrySet()) {
            String operation = part.getKey().get(0);
            List<String> asked = new ArrayList<>();
            for (Question q : WhyTable.questions(
                    catalog, site.scenarios(site.engine()).find(part.getKey().get(1)), operation)) {
                asked.add(row(q.kind() == Question.Kind.UNLOCKED, q.about()));
            }
            assertThat(ROW.matcher(part.getValue()).results().map(r -> r.group(1)))
                    .as(operation)
                    .containsExactlyElementsOf(asked);
        }
    }

    @Test
    @Tag("deep")
    void eachRowHasItsAnswer() throws IOException {
        String page = Files.readString(PAGE);
        for (Map.Entry<List<String>, String> part : parts().entrySet()) {
            out.getBuffer().setLength(0);
            List<String> words = part.getKey();
            assertThat(Moat.run(site(), "why", words.get(0), words.get(1), "--json"))
                    .isZero();
            String answered = answered(
                    part.getValue(), JsonParser.parseString(out.toString()).getAsJsonObject());
            page = page.replace(part.getValue(), answered);
        }
        if (Boolean.getBoolean("snapshot.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    /** A part of the page with what is answered in place of what it says. */
    private static String answered(String part, JsonObject document) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (JsonElement e : document.getAsJsonArray("rows")) {
            JsonObject row = e.getAsJsonObject();
            boolean isLock = row.get("asks").getAsString().equals(Question.Kind.UNLOCKED.title());
            answers.put(row(isLock, row.get("about").getAsString()), answer(row));
        }
        String rows = ROW.matcher(part).replaceAll(found -> {
            String named = found.group(2) == null ? "" : found.group(2) + " |";
            return Matcher.quoteReplacement(
                    "| " + found.group(1) + " |" + named + " " + answers.get(found.group(1)) + " |");
        });
        List<String> bounds = new ArrayList<>();
        for (JsonElement e : document.getAsJsonArray("bounds")) {
            JsonObject b = e.getAsJsonObject();
            bounds.add("| " + b.get("number") + " | `" + b.get("command").getAsString() + "` | " + b.get("distinct")
                    + " |");
        }
        List<String> told =
                BOUNDS.matcher(part).results().map(MatchResult::group).toList();
        return rows.replace(String.join("\n", told), String.join("\n", bounds));
    }

    private static String answer(JsonObject row) {
        if (row.has("violates")) {
            return row.get("violates").getAsString() + " (" + row.get("bounds") + ")" + cases(row, "breaks", "; ")
                    + cases(row, "nothing", "; not ") + cases(row, "not decided", "; not decided ");
        }
        String held = row.getAsJsonArray("held").asList().stream()
                .map(JsonElement::getAsString)
                .collect(Collectors.joining(" "));
        return row.get("answer").getAsString() + (held.isEmpty() ? "" : " (" + held + ")");
    }

    private static String cases(JsonObject row, String answer, String says) {
        Map<String, String> found = new LinkedHashMap<>();
        for (JsonElement e : row.getAsJsonArray("cases")) {
            JsonObject one = e.getAsJsonObject();
            if (one.get("answer").getAsString().equals(answer)) {
                found.merge(one.get("entry").getAsString(), one.get("with").getAsString(), (a, b) -> a + ", " + b);
            }
        }
        return found.isEmpty()
                ? ""
                : says
                        + found.entrySet().stream()
                                .map(e -> e.getKey() + (e.getValue().isEmpty() ? "" : " (" + e.getValue() + ")"))
                                .collect(Collectors.joining(", "));
    }
}
