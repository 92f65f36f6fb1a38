package dev.moat.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links that a page can be read with, and tables that stay where another one is written. */
class MarkedPageTest {
    private static final String ONE = "<!-- begin: written by moat needed --page -->";
    private static final String OTHER = "<!-- begin: written by moat promises --page -->";

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "docs/t.md, results/needed, ../results/needed",
        "t.md, results/flush=queued+1, results/flush=queued+1",
        "t.md, 'my (res) [1]', my%20%28res%29%20%5b1%5d",
        "t.md, 'a|b %20#?', a%7cb%20%2520%23%3f",
        "t.md, résultats, résultats",
        // Beside the page, where no word leads.
        "docs/t.md, docs, .",
        "docs/../docs/t.md, docs/in, in"
    })
    void linksLeadFromThePageToTheFiles(String page, String target, String link) {
        assertThat(new MarkedPage(home.resolve(page), ONE).link(home.resolve(target)))
                .isEqualTo(link);
    }

    @Test
    void aTableWhoseEndIsMissingDoesNotTakeTheNextOneAlong() throws IOException {
        Path page = home.resolve("t.md");
        String text = ONE + "\n\nold\n\n" + OTHER + "\n\nkept\n\n" + MarkedPage.END + "\n";
        Files.writeString(page, text);
        MarkedPage one = new MarkedPage(page, ONE);
        assertThatThrownBy(one::requireMarks)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has another table before the line '" + MarkedPage.END + "' of '" + ONE + "'");
        assertThatThrownBy(() -> one.write(List.of("new"))).isInstanceOf(IOException.class);
        assertThat(Files.readString(page)).isEqualTo(text);
        new MarkedPage(page, OTHER).write(List.of("new"));
        assertThat(Files.readString(page)).isEqualTo(text.replace("kept", "new"));
    }
}
