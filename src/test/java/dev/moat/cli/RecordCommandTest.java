package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plug-in and who reads from it, with a program in QEMU's place that loads it and plays a guest. */
class RecordCommandTest {
    @TempDir
    static Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("symbols"), "ffffffff81000000 t __iommu_dma_unmap\n");
        try {
            Process gcc = new ProcessBuilder(
                            "gcc",
                            "-rdynamic",
                            "-pthread",
                            "-o",
                            machine(),
                            "src/test/resources/record/machine.c",
                            "-ldl")
                    .inheritIO()
                    .start();
            assertThat(gcc.waitFor()).isZero();
        } catch (IOException e) {
            System.out.println(
                    "*** SKIPPED: no gcc, so the recorder's plug-in is not tried: " + e.getMessage() + " ***");
            Assumptions.abort("no gcc");
        }
    }

    private static String machine() {
        return directory.resolve("machine").toString();
    }

    private int record(String options, String qemu, String arguments) {
        List<String> words = new ArrayList<>(List.of("record"));
        words.addAll(List.of(options.split(" ")));
        words.addAll(List.of("--symbols", directory.resolve("symbols").toString(), "--", qemu));
        words.addAll(List.of(arguments.split(" ")));
        return Moat.run(
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, p -> new TinyEngine()),
                words.toArray(String[]::new));
    }

    /** Values of movbe are told swapped; of a store across pages only the first address is told. A blind recorder is noticed. */
    @ParameterizedTest
    @CsvSource({
        "plain, --strict, 0, no difference, HELD",
        "movbe, --strict, 0, no difference, HELD",
        "crossing, --strict, 0, no difference, HELD",
        "status-stays, --strict, 5, no difference, NOT JUDGED",
        "forgets-flush, --strict, 12, no difference, VIOLATED",
        "plain, --strict --overlook 8, 12, differences, NOT JUDGED",
        "plain, --lazy, 5, no difference, HELD"
    })
    void judgesTheGuest(String guest, String options, int code, String compared, String strict) {
        int ended = record(options, machine(), "-M q35 -device intel-iommu -m 1M -guest " + guest);
        assertThat(ended).as(out + " " + err).isEqualTo(code);
        assertThat(out.toString()).contains(compared).containsPattern("strict promise .*" + strict);
        assertThat(err.toString()).contains("moat: added -accel tcg,thread=multi", "watches __iommu_dma_unmap");
        assertThat(out.toString().contains("stores are missing")).isEqualTo(options.contains("overlook"));
        assertThat(out.toString()).doesNotContain("no watched function");
    }

    /** Where the symbols have a function that promises something, the kernel has another one. */
    @Test
    void symbolsOfAnotherKernelAreSaid() throws IOException {
        Path symbols = directory.resolve("symbols");
        String right = Files.readString(symbols);
        Files.writeString(symbols, right.replace("__iommu_dma_unmap", "__free_frozen_pages"));
        assertThat(record("--strict", machine(), "-M q35 -device intel-iommu -m 1M -guest plain"))
                .isEqualTo(5);
        Files.writeString(symbols, right);
        assertThat(out.toString()).contains("no watched function was called");
    }

    /** A saved recording gets the verdict again. */
    @Test
    void savesWhatItJudged() throws IOException {
        Path saved = directory.resolve("saved.gz");
        String guest = "-M q35 -device intel-iommu -m 1M -guest forgets-flush";
        assertThat(record("--strict --save " + saved, machine(), guest)).isEqualTo(12);
        assertThat(Moat.run(
                        new Site(
                                Path.of(""),
                                new PrintWriter(out),
                                new PrintWriter(err),
                                false,
                                false,
                                p -> new TinyEngine()),
                        "audit",
                        "--strict",
                        saved.toString()))
                .isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({
        "none-such, -M q35, 2, it has no IOMMU: add -device intel-iommu",
        "none-such, -M q35 -device intel-iommu, 2, none-such cannot be run: install it",
        "true, -M q35 -device intel-iommu, 2, 'true cannot be run: it does not tell its version, as QEMU does'"
    })
    void saysWhatIsMissing(String qemu, String arguments, int code, String says) {
        assertThat(record("--strict", qemu, arguments)).isEqualTo(code);
        assertThat(err.toString()).contains("moat: ").contains(says).doesNotContain("internal error");
    }

    @Test
    void aMachineThatEndsAtOnceIsSaid() {
        // Its monitor finds no place to listen at.
        assertThat(record("--strict", machine(), "-M q35 -device intel-iommu -m 1M -qmp unix:/none/such,server=on"))
                .isEqualTo(74);
        assertThat(err.toString()).contains("QEMU ended with code 9 before the guest ran");
    }
}
