package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes and output of {@code moat cover} where little has to be searched. */
class CoverCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Moat.run(
                new Site(
                        Path.of(""),
                        new PrintWriter(out),
                        new PrintWriter(err),
                        false,
                        false,
                        path -> new TinyEngine()),
                args);
    }

    @Test
    void whatIsNotModelledIsPrintedAndNoFailure() {
        assertThat(run("cover", "copy=true", "units=2")).isZero();
        assertThat(out.toString()).startsWith("copy=true with units=2: not modelled yet: version 2 and copies are");
    }

    @Test
    void anInterruptEndsItAndIsNoFailure() {
        Thread.currentThread().interrupt();
        assertThat(run("cover", "--strength", "1")).isEqualTo(130);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(err).hasToString("moat: interrupted\n");
        Thread.currentThread().interrupt();
        assertThat(run("promises")).isEqualTo(130);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatIsNotThereIsRefused() {
        assertThat(run("cover", "copy=tru")).isEqualTo(2);
        assertThat(err.toString()).contains("no choice 'copy=tru'; did you mean 'copy=true'?");
        assertThat(run("cover", "--strength", "4")).isEqualTo(2);
        assertThat(err.toString()).contains("--strength must be from 1 to 3, not 4");
        assertThat(run("cover", "--time", "0s")).isEqualTo(2);
        for (String with : List.of("2 copy=true", "2 --part 1/2", "0", "100001")) {
            err.getBuffer().setLength(0);
            assertThat(run(("cover --random " + with).split(" "))).as(with).isEqualTo(2);
            assertThat(err.toString()).startsWith("moat: --random is");
        }
        for (String useless : List.of("--seed 3", "--save x", "--random 2 --strength 3")) {
            err.getBuffer().setLength(0);
            assertThat(run(("cover " + useless).split(" "))).as(useless).isEqualTo(2);
            assertThat(err.toString()).startsWith("moat: --seed and --save are for --random");
        }
    }

    /** Nothing is on file: what the machines break is found, and each scenario that is saved shows it. */
    @Test
    void whatIsDrawnAndBreaksIsSaved(@TempDir Path home) throws IOException {
        Files.createDirectory(home.resolve("specs"));
        Files.createFile(home.resolve("specs/cover.txt"));
        Path saved = home.resolve("saved");
        Site bare = new Site(
                home,
                new PrintWriter(out),
                new PrintWriter(err),
                false,
                false,
                path -> CheckoutEngine.open(Path.of("")));
        String[] words = ("cover --random 8 --seed 4 --states 2k --workers 1 --save " + saved).split(" ");
        assertThat(Moat.run(bare, words)).isEqualTo(12);
        assertThat(out.toString()).contains(": BROKEN: ", "8 machines of seed 4: ");
        try (Stream<Path> files = Files.list(saved)) {
            List<Path> all = files.toList();
            assertThat(all).isNotEmpty();
            for (Path file : all) {
                assertThat(out.toString()).contains("  reproduce  moat check " + file);
                Site site = new Site(
                        Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
                assertThat(Moat.run(
                                site,
                                "check",
                                file.toString(),
                                "--save",
                                saved.resolve("c").toString(),
                                "-q"))
                        .as(file.toString() + err)
                        .isEqualTo(12);
            }
        }
    }
}
