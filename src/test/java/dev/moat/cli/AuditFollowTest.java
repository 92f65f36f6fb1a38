package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.recording.DriverText;
import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Traces that are still written while they are read. */
@ResourceLock("System.in")
class AuditFollowTest {
    private static final Path LAZY = Path.of("src/test/resources/traces/linux-6.1-vtd-lazy-nvme.trace.gz");
    private static final String FIRST =
            "strict-return of page unmaps violated: line 31 returns while [0xffffd000, 0xffffe000) may still be translated";

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final InputStream before = System.in;
    private List<String> lines = List.of();

    @BeforeEach
    void read() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(LAZY))) {
            lines = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        }
    }

    @AfterEach
    void restore() {
        System.setIn(before);
    }

    private int moat(String... args) {
        return Moat.run(
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, p -> new TinyEngine()),
                args);
    }

    private byte[] piece(int from, int to) {
        return (String.join("\n", lines.subList(from, to)) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void await(BooleanSupplier what) throws InterruptedException {
        for (int n = 0; n < 3000 && !what.getAsBoolean(); n++) {
            Thread.sleep(10);
        }
        assertThat(what.getAsBoolean()).isTrue();
    }

    /** The verdict is out while the writer still holds the pipe open; the report follows its end, with the gate's code. */
    @Test
    void aPipeIsJudgedAsItIsWritten() throws Exception {
        PipedOutputStream writer = new PipedOutputStream();
        System.setIn(new PipedInputStream(writer, 1 << 20));
        CompletableFuture<Integer> code =
                CompletableFuture.supplyAsync(() -> moat("audit", "--follow", "--strict", "-"));
        writer.write(piece(0, 40));
        writer.flush();
        // No invalidation of translations so far: whether anything lingers cannot be told without one.
        assertThat(out.toString()).doesNotContain("violated");
        writer.write(piece(40, 70));
        writer.flush();
        await(() -> out.toString().contains(FIRST));
        assertThat(out.toString()).doesNotContain("strict promise");
        writer.write(piece(70, lines.size()));
        writer.close();
        assertThat(code.get(60, TimeUnit.SECONDS)).isEqualTo(12);
        assertThat(out.toString().lines().filter(l -> l.contains(" violated: line ")))
                .hasSize(142);
        assertThat(out.toString()).contains("gate --strict: FAILED (exit code 12)");
    }

    /** Event text comes by a pipe as well: a violation is out at the line that shows it. */
    @Test
    void eventTextIsJudgedAsItIsWritten() throws Exception {
        byte[] text = DriverText.all().get(1).getBytes(StandardCharsets.ISO_8859_1);
        PipedOutputStream writer = new PipedOutputStream();
        System.setIn(new PipedInputStream(writer, 1 << 20));
        CompletableFuture<Integer> code =
                CompletableFuture.supplyAsync(() -> moat("audit", "--follow", "--strict", "-"));
        writer.write(text);
        writer.flush();
        await(() -> out.toString().contains("strict-return of unmap calls violated: line "));
        assertThat(out.toString()).doesNotContain("strict promise");
        writer.close();
        assertThat(code.get(60, TimeUnit.SECONDS)).isEqualTo(12);
    }

    /** Whole and in pieces, live and afterwards: the same report. */
    @Test
    void theReportIsThatOfTheWholeFile() throws Exception {
        Path file = Files.write(dir.resolve("t"), piece(0, lines.size()));
        assertThat(moat("audit", "--lazy", file.toString())).isZero();
        String whole = out.toString();
        out.getBuffer().setLength(0);
        assertThat(moat("audit", "--follow", "--idle", "1s", "--lazy", file.toString()))
                .isZero();
        assertThat(out.toString()).endsWith(whole);
    }

    @Test
    void aFileThatGrowsIsWaitedFor() throws Exception {
        Path file = Files.write(dir.resolve("t"), piece(0, 70));
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                () -> moat("audit", "--follow", "--idle", "3s", "--strict", file.toString()));
        await(() -> out.toString().contains(FIRST));
        Files.write(file, piece(70, 140), StandardOpenOption.APPEND);
        assertThat(code.get(60, TimeUnit.SECONDS)).isEqualTo(12);
        assertThat(out.toString()).contains(": 140 lines");
    }

    @Test
    void aFileThatIsCutIsNotFollowedFurther() throws Exception {
        Path file = Files.write(dir.resolve("t"), piece(0, 70));
        CompletableFuture<Integer> code =
                CompletableFuture.supplyAsync(() -> moat("audit", "--follow", file.toString()));
        await(() -> out.toString().contains(FIRST));
        Files.write(file, piece(0, 10));
        assertThat(code.get(60, TimeUnit.SECONDS)).isEqualTo(74);
        assertThat(err.toString()).contains("the file was cut while it was followed");
    }

    /** Ctrl-C ends the input: the report is about what was read, the code that of an interruption. */
    @Test
    void anInterruptEndsIt() throws Exception {
        Path file = Files.write(dir.resolve("t"), piece(0, 70));
        int[] code = {-1};
        Thread reader = new Thread(() -> code[0] = moat("audit", "--follow", "--strict", file.toString()));
        reader.start();
        await(() -> out.toString().contains(FIRST));
        reader.interrupt();
        reader.join(60_000);
        assertThat(code[0]).isEqualTo(130);
        assertThat(out.toString())
                .contains("interrupted: what follows is about what was read until then", ": 70 lines")
                .contains("gate --strict: FAILED (exit code 12)");
    }

    /** Without any invalidation nothing can be told of what lingers; so nothing is said, and nothing taken back. */
    @Test
    void withoutInvalidationsNothingIsSaid() throws Exception {
        Path none = Files.writeString(dir.resolve("n"), String.join("\n", lines).replace("qi_submit", "other") + "\n");
        assertThat(moat("audit", "--follow", "--idle", "1s", "--strict", none.toString()))
                .isEqualTo(5);
        assertThat(out.toString()).doesNotContain("violated: line", "taken back");
    }

    @Test
    void usage() {
        assertThat(moat("audit", "--follow", "--json", "-")).isEqualTo(2);
        assertThat(moat("audit", "--follow", "a", "b")).isEqualTo(2);
        assertThat(moat("audit", "--idle", "1s", "a")).isEqualTo(2);
        assertThat(moat("audit", "--follow", "--idle", "1s", "-")).isEqualTo(2);
        assertThat(moat("audit", "--follow", "--idle", "soon", "a")).isEqualTo(2);
        assertThat(moat("audit", "--follow", dir.resolve("none").toString())).isEqualTo(74);
    }
}
