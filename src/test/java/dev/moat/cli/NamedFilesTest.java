package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs that may share a place, and those that may not although they are spelled otherwise. */
class NamedFilesTest {
    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();

    private int check(String... options) {
        String[] words = new String[2 + options.length];
        System.arraycopy(new String[] {"check", "no-such-scenario"}, 0, words, 0, 2);
        System.arraycopy(options, 0, words, 2, options.length);
        PrintWriter out = new PrintWriter(new StringWriter());
        err.getBuffer().setLength(0);
        return Moat.run(
                new Site(Path.of(""), out, new PrintWriter(err), false, false, path -> new TinyEngine()), words);
    }

    @Test
    void linksAreFollowed() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        check(
                "--junit",
                real.resolve("x").toString(),
                "--sarif",
                link.resolve("x").toString());
        assertThat(err.toString()).startsWith("moat: --junit and --sarif name the same file, ");
    }

    @Test
    void aReportIsNoPageOfAnother() {
        check(
                "--html",
                directory.toString(),
                "--junit",
                directory.resolve("index.html").toString());
        assertThat(err.toString()).startsWith("moat: --html and --junit name the same file, ");
    }

    @Test
    void directoriesAndDevicesTakeSeveralOutputs() {
        String shared = directory.toString();
        check("--save", shared, "--html", shared, "--checkpoint", shared, "--resume", shared);
        assertThat(err.toString()).contains("no scenario 'no-such-scenario'");
        check("--junit", "/dev/null", "--sarif", "/dev/null");
        assertThat(err.toString()).contains("no scenario 'no-such-scenario'");
    }

    @Test
    void whatIsReadIsNotWritten() throws IOException {
        Path mine = Files.writeString(directory.resolve("mine.yaml"), "id: mine");
        check(mine.toString(), "--junit", directory.resolve("./mine.yaml").toString());
        assertThat(err.toString()).startsWith("moat: SCENARIO and --junit name the same file, ");
        assertThat(mine).hasContent("id: mine");
    }
}
