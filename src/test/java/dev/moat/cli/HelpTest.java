package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import dev.moat.scenario.Scenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Texts of help in terminals of some widths. */
class HelpTest {
    private static CommandLine moat() {
        PrintWriter none = new PrintWriter(new StringWriter());
        return Moat.commandLine(new Site(Path.of(""), none, none, false, false, path -> new TinyEngine()));
    }

    private static String help(String command, int width) {
        return moat().setUsageHelpWidth(width).getSubcommands().get(command).getUsageMessage();
    }

    /** A paragraph that is broken in the source is broken again, at the width of the terminal: words would stand alone. */
    @Test
    void paragraphsAreBrokenOnce() {
        moat().getSubcommands().forEach((name, command) -> {
            boolean inParagraph = false;
            for (String line : command.getCommandSpec().usageMessage().footer()) {
                boolean begins = line.startsWith("%n");
                boolean text = !line.startsWith("  ");
                assertThat(text && inParagraph && !begins)
                        .as(name + ": " + line)
                        .isFalse();
                inParagraph = text && !line.endsWith(":");
                assertThat(text || line.length() <= 110).as(name + ": " + line).isTrue();
            }
        });
    }

    @Test
    void linesAreFilledAtEachWidth() {
        for (int width : List.of(80, 110)) {
            for (String command : List.of("prove", "cover", "mutate")) {
                List<String> lines = help(command, width).lines().toList();
                int first = lines.lastIndexOf("Examples:") - 2;
                for (int i = first - 1; !lines.get(i).isEmpty(); i--) {
                    assertThat(lines.get(i).length()).as(lines.get(i)).isBetween(width - 20, width);
                }
            }
        }
    }

    /** A command line that begins with a command has that alone, and says of it what one with all commands does. */
    @Test
    void aCommandIsTheSameAloneAsAmongAll() {
        moat().getSubcommands().forEach((name, command) -> {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            PrintWriter to = new PrintWriter(out);
            Site site = new Site(Path.of(""), to, new PrintWriter(err), false, false, path -> new TinyEngine());
            assertThat(Moat.run(site, name, "--help")).as(name).isZero();
            assertThat(out).hasToString(command.getUsageMessage());
            assertThat(Moat.run(site, name, "--nope")).as(name).isEqualTo(2);
            assertThat(err.toString()).startsWith("moat: ").endsWith("Try 'moat " + name + " --help'.\n");
        });
    }

    @Test
    void allSetsAreNamed() {
        assertThat(help("check", 110).replaceAll("\\s+", " ")).contains(Scenario.SETS.toArray(String[]::new));
    }
}
