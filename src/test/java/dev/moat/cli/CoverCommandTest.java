package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Exit codes and output of {@code moat cover} where nothing has to be searched. */
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
        assertThat(err.toString()).contains("--strength is 1 to 3");
        assertThat(run("cover", "--time", "0s")).isEqualTo(2);
    }
}
