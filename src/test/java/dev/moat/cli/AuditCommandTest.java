package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.moat.check.TinyEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditCommandTest {
    private static final String STRICT = "src/test/resources/traces/linux-6.1-vtd-strict-nvme.trace.gz";
    private static final String LAZY = "src/test/resources/traces/linux-6.1-vtd-lazy-nvme.trace.gz";

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Moat.run(
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, p -> new TinyEngine()),
                args);
    }

    @Test
    void gates() {
        assertThat(moat("audit", "--strict", STRICT)).isZero();
        assertThat(out.toString()).contains("gate --strict: passed");
        assertThat(moat("audit", "--lazy", STRICT)).isZero();
        assertThat(moat("audit", "--strict", LAZY)).isEqualTo(12);
        assertThat(out.toString()).contains("gate --strict: FAILED (exit code 12)");
        assertThat(moat("audit", "--lazy", LAZY)).isZero();
        assertThat(moat("audit", LAZY)).isZero();
        assertThat(moat("audit", "--strict", STRICT, LAZY)).isEqualTo(12);
    }

    /** A gate that had nothing to judge does not pass. */
    @Test
    void nothingToJudge() throws IOException {
        Path trace =
                Files.writeString(dir.resolve("t"), "x-1 [000] .... 1.000000: unmap: IOMMU: iova=0x1000 size=4096\n");
        assertThat(moat("audit", "--strict", trace.toString())).isEqualTo(5);
        assertThat(moat("audit", "--lazy", trace.toString())).isEqualTo(5);
        assertThat(moat("audit", trace.toString())).isZero();
    }

    @Test
    void badInput() throws IOException {
        Path other = Files.writeString(dir.resolve("t"), "a,b\n");
        assertThat(moat("audit", other.toString())).isEqualTo(65);
        assertThat(err.toString()).isEqualTo("moat: " + other + ":1:1: no ftrace text: not one line is an event\n");
        assertThat(moat("audit", dir.resolve("none").toString())).isEqualTo(74);
    }

    @Test
    void jsonIsTheSameEveryTime() {
        assertThat(moat("audit", "--json", "--strict", LAZY)).isEqualTo(12);
        String first = out.toString();
        assertThat(JsonParser.parseString(first).getAsJsonObject())
                .satisfies(j -> assertThat(j.get("exit").getAsInt()).isEqualTo(12))
                .satisfies(j -> assertThat(j.get("strict").getAsString()).isEqualTo("violated"))
                .satisfies(j -> assertThat(j.get("lazy").getAsString()).isEqualTo("held"));
        moat("audit", "--json", "--strict", LAZY);
        assertThat(out.toString()).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux-6.1", "linux-6.12"})
    void recipes(String kernel) throws Exception {
        assertThat(moat("audit", "--recipe", kernel)).isZero();
        assertThat(out.toString()).startsWith("#!/bin/sh\n").contains("trap cleanup EXIT", "buffer_size_kb");
        Path script = Files.writeString(dir.resolve("record.sh"), out.toString());
        Process check = new ProcessBuilder("sh", "-n", script.toString()).start();
        assertThat(check.waitFor()).isZero();
        assertThat(out.toString().contains("cache_tag_flush_range")).isEqualTo(kernel.equals("linux-6.12"));
    }

    @Test
    void usage() {
        assertThat(moat("audit")).isEqualTo(2);
        assertThat(moat("audit", "--recipe", "linux-2.4")).isEqualTo(2);
        assertThat(err.toString()).contains("known: linux-6.1, linux-6.12");
        assertThat(moat("audit", "--recipe", "linux-6.1", STRICT)).isEqualTo(2);
        assertThat(moat("audit", "--strict", "--lazy", STRICT)).isEqualTo(2);
    }
}
