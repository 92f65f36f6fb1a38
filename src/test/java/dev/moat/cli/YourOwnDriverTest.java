package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/tutorial/your-own-driver.md says to type is typed, in order: commands end as it says and print what it shows, changes of the
 * file fit, and what it shows of the file is there.
 */
class YourOwnDriverTest {
    private static final Pattern BLOCK = Pattern.compile("```(sh|text|diff|moat)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("\\./moat ([^#\n]*?) *(?:# exit code (\\d+))?");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();

    @Test
    void everythingIsAsThePageSays() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/tutorial/your-own-driver.md")));
        int commands = 0;
        while (block.find()) {
            String text = block.group(2);
            switch (block.group(1)) {
                case "sh" -> {
                    for (String line : text.lines().toList()) {
                        run(line);
                        commands++;
                    }
                }
                case "text" ->
                    text.lines().forEach(line -> assertThat(out.toString()).contains(line));
                case "diff" -> change(text.lines().toList());
                default -> assertThat(Files.readString(file())).contains(text);
            }
        }
        assertThat(commands).isEqualTo(8);
    }

    private Path file() {
        return directory.resolve("my-driver.moat");
    }

    private void run(String line) {
        Matcher command = COMMAND.matcher(line);
        assertThat(command.matches()).as(line).isTrue();
        String words = command.group(1).replace("my-driver.moat", file().toString());
        String kept = directory.resolve(".moat").toString();
        words = words.startsWith("check") ? words + " --save " + kept : words.replace(".moat/", kept + "/");
        StringWriter printed = new StringWriter();
        StringWriter err = new StringWriter();
        Site site = new Site(
                Path.of(""), new PrintWriter(printed), new PrintWriter(err), false, false, CheckoutEngine::open);
        int code = Moat.run(site, words.split(" "));
        out.getBuffer().setLength(0);
        out.append(printed.toString().replace(directory + "/", ""));
        int expected = command.group(2) == null ? 0 : Integer.parseInt(command.group(2));
        assertThat(code).as(line + "\n" + printed + err).isEqualTo(expected);
    }

    private void change(List<String> lines) throws IOException {
        assertThat(lines).hasSize(2);
        String from = lines.get(0).substring(1) + "\n";
        String text = Files.readString(file());
        assertThat(text).containsOnlyOnce(from);
        Files.writeString(file(), text.replace(from, lines.get(1).substring(1) + "\n"));
    }
}
