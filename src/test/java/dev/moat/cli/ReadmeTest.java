package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README and the pages that it leads to first: what they show is what Moat prints, and what they name is there. */
class ReadmeTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final Pattern FILE =
            Pattern.compile("(?<![\\w./])(?:specs|invariants|src|docs|counterexamples|bench)/[\\w./*-]+\\w");
    private static final String TRACE = "```text\n";

    private final StringWriter out = new StringWriter();

    private Site site() {
        PrintWriter err = new PrintWriter(new StringWriter());
        return new Site(Path.of(""), new PrintWriter(out), err, false, false, CheckoutEngine::open);
    }

    /** Its one trace begins as {@code show} prints it. */
    @Test
    void theTraceIsTheOneThatIsPrinted() throws IOException {
        String page = Files.readString(Path.of("README.md"));
        int begin = page.indexOf(TRACE) + TRACE.length();
        String trace = page.substring(begin, page.indexOf("\n```", begin));
        assertThat(Moat.run(site(), "show", "counterexamples/r1-unmap-no-invalidation.itf.json"))
                .isZero();
        assertThat(trace).contains("\nBroken: ", "(no-foreign, no-stale)", "4  hypervisor");
        assertThat(out.toString()).startsWith(trace);
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThan(80);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "docs/reference/commands.md",
                "docs/howto/extend-moat.md",
                "docs/reference/invariants.md"
            })
    void whatAPageLeadsToIsThere(String name) throws IOException {
        Path page = Path.of(name).toAbsolutePath();
        String text = Files.readString(page);
        List<String> missing = new ArrayList<>();
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            if (!Files.exists(page.resolveSibling(link.group(1)))) {
                missing.add(link.group(1));
            }
        }
        Matcher file = FILE.matcher(text);
        while (file.find()) {
            // ID stands for a name of the reader's, and a pattern for many.
            if (!file.group().contains("*") && !file.group().contains("ID") && !Files.exists(Path.of(file.group()))) {
                missing.add(file.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    /** Each command has a row in the table of times, and each row names its commands in full. */
    @Test
    void everyCommandSaysHowLongItTakes() throws IOException {
        String page = Files.readString(Path.of("docs/reference/commands.md"));
        String table = page.substring(page.indexOf("## How long they take"));
        assertThat(Files.readString(Path.of("README.md"))).contains("docs/reference/commands.md#how-long-they-take");
        assertThat(Moat.commandLine(site()).getSubcommands().keySet())
                .isNotEmpty()
                .allMatch(command ->
                        table.lines().anyMatch(row -> row.matches("\\| .*`" + command + "( [^`]*)?`.* \\| .*\\|")));
    }
}
