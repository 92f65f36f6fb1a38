package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code bench/live-xen.sh} makes of its rows and of what Xen says, with a shell script in the place of QEMU; and what the scripts beside it
 * refuse.
 */
class LiveScriptTest {
    private static final Path ROWS = Path.of("src/test/resources/xen-oracle/live-4.17.csv");

    @TempDir
    Path work;

    private Path err;

    @BeforeEach
    void putToolsInPlace() throws IOException {
        err = work.resolve("err");
        try (OutputStream image = new GZIPOutputStream(Files.newOutputStream(work.resolve("xen.gz")))) {
            image.write(0);
        }
        tool("gcc", "true");
    }

    private void tool(String name, String body) throws IOException {
        Path tool = Files.writeString(work.resolve(name), "#!/bin/sh\n" + body + "\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
    }

    /** QEMU whose domain 0 answers what was recorded, with the end given. */
    private void qemu(String end) throws IOException {
        tool("qemu-system-x86_64", """
                while [ $# -gt 1 ]; do [ "$1" != -initrd ] || rows=${2#*,}; shift; done
                echo '(XEN) boots'
                echo 'live: begin'
                """ + end);
    }

    private String ask(int code, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "bench/live-xen.sh", ROWS.toString()));
        command.addAll(List.of(options));
        Path answers = work.resolve("answers");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(answers.toFile()).redirectError(err.toFile());
        builder.environment().put("PATH", work + ":" + System.getenv("PATH"));
        builder.environment().put("MOAT_XEN", work.resolve("xen.gz").toString());
        int ended = builder.start().waitFor();
        assertThat(ended).as(Files.readString(err)).isEqualTo(code);
        return Files.readString(answers, StandardCharsets.US_ASCII);
    }

    private static List<String> rows(boolean configured) throws IOException {
        return Files.readAllLines(ROWS).stream()
                .filter(line -> line.startsWith("suite,") || line.startsWith("cfg-") == configured)
                .toList();
    }

    @Test
    void aSuiteThatNeedsOtherOptionsIsNotAsked() throws IOException, InterruptedException {
        qemu("sed 1d \"$rows\"; echo 'live: end: 0'");
        assertThat(ask(0).lines().toList()).isEqualTo(rows(false));
        assertThat(err)
                .content()
                .contains("suite cfg-no-transitive-no-transfer is left out, 12 rows: it needs other options of Xen");
        assertThat(ask(0, "gnttab=no-transitive,no-transfer").lines().toList()).isEqualTo(rows(true));
    }

    @Test
    void whatWasAnsweredBeforeACrashIsKept() throws IOException, InterruptedException {
        qemu(
                "sed 1d \"$rows\" | head -n 30; echo 'live,host-addresses,7,1,D1,map,,dom'; echo '(XEN) Domain 0 crashed'");
        String kept = rows(false).stream().limit(31).collect(Collectors.joining("\n", "", "\n"));
        assertThat(ask(5)).isEqualTo(kept);
        assertThat(err).content().contains("Domain 0 crashed", "no end, 30 rows were answered");
        qemu("echo '(XEN) Domain 0 crashed'");
        assertThat(ask(70)).isEmpty();
    }

    /** Xen's messages go to the same line as domain 0's, whatever stands in it; QEMU's do not. */
    @Test
    void aMessageWithinARowIsTakenOut() throws IOException, InterruptedException {
        qemu("""
                echo 'qemu-system-x86_64: Interrupt Mask set' >&2
                sed 1d "$rows" | sed 's/^\\(live,host-addresses,7,1\\)/\\1(XEN) uart interrupt\\n/'; echo 'live: end: 0'""");
        assertThat(ask(0).lines().toList()).isEqualTo(rows(false));
    }

    /** Nothing is asked of who has nothing to ask it with, or in rows of another kind. */
    @ParameterizedTest
    @CsvSource({
        "live-qemu.sh, none-such, src/test/resources/viommu-oracle/capabilities.csv, 69, none-such is missing",
        "live-qemu.sh, sh, src/test/resources/xen-oracle/live-4.17.csv, 65, rows of none of these kinds",
        "live-qemu.sh, sh, none-such, 66, none-such cannot be read",
        "live-qemu.sh, sh, '', 64, usage: bench/live-qemu.sh FILE.csv",
        "live-qemu.sh, sh, --rows, 64, usage: bench/live-qemu.sh FILE.csv",
        "live-qemu.sh, sh, one two, 64, usage: bench/live-qemu.sh FILE.csv",
        "live-qemu.sh, sh, --random dma 7, 64, usage: bench/live-qemu.sh --random KIND SEED CASES",
        "live-qemu.sh, sh, --random dmas 7 10, 64, 'KIND ''dmas'' is none of interrupts, dma, scalable, registers, options, amdvi'",
        "live-qemu.sh, sh, --random dma -7 10, 64, SEED '-7' is not a number",
        "live-qemu.sh, sh, --random dma 7 ten, 64, CASES 'ten' is not a number",
        "live-qemu.sh, sh, --random dma 7 0, 64, CASES is 0",
        "live-qemu.sh, sh, --random dma 7 123456, 64, CASES 123456 has more than 5 digits",
        "live-linux.sh, sh, target, 2, Usage: bench/live-linux.sh DIRECTORY RECIPE TRACE",
        "live-record.sh, none-such, target, 69, none-such is missing",
    })
    void whatCannotBeAskedIsSaid(String script, String qemu, String arguments, int code, String says)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "bench/" + script));
        arguments.lines().flatMap(line -> Stream.of(line.split(" "))).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("MOAT_QEMU", qemu);
        builder.environment().put("PATH", work + ":" + System.getenv("PATH"));
        tool("python3", "true");
        assertThat(builder.start().waitFor()).isEqualTo(code);
        assertThat(err).content().contains(says);
    }

    @Test
    void aKernelThatIsNotThereIsSaid() throws IOException, InterruptedException {
        for (String name : List.of("qemu-system-x86_64", "modprobe", "depmod", "cpio", "xz", "timeout")) {
            tool(name, "true");
        }
        ProcessBuilder builder = new ProcessBuilder("sh", "bench/live-linux.sh", work.toString(), "linux-6.12", "trace")
                .redirectError(err.toFile());
        builder.environment().put("PATH", work + ":" + System.getenv("PATH"));
        assertThat(builder.start().waitFor()).isEqualTo(69);
        assertThat(err).content().isEqualTo("live-linux.sh: no kernel or no busybox in " + work.toRealPath() + "\n");
    }

    /** The entry of an interrupt changes when Xen likes; seen once in 84,000 rows, in a step about memory. */
    @Test
    void invalidationsOfInterruptsAreNotShown() throws IOException, InterruptedException {
        Path trace = Files.writeString(work.resolve("trace"), """
                pci_cfg_write lsi 00:04.0 @0x3c <- 0x1
                vtd_inv_desc invalidate desc type iec high 0x0 low 0x200000014
                vtd_inv_desc invalidate desc type wait high 0x1000 low 0x100000025
                pci_cfg_write lsi 00:04.0 @0x3c <- 0x0
                pci_cfg_write lsi 00:04.0 @0x3c <- 0x1
                vtd_inv_desc invalidate desc type iotlb high 0x5000 low 0x100f2
                vtd_inv_desc invalidate desc type wait high 0x1000 low 0x100000025
                vtd_inv_desc invalidate desc type iec high 0x0 low 0x200000014
                vtd_inv_desc invalidate desc type wait high 0x1000 low 0x100000025
                vtd_inv_desc invalidate desc type wait high 0x1000 low 0x100000025
                pci_cfg_write lsi 00:04.0 @0x3c <- 0x0
                """);
        Path lines = Files.writeString(work.resolve("lines"), "live: frame D1.P0 5\nstrict,a,1,@,\nstrict,a,2,@,\n");
        Process awk = new ProcessBuilder("awk", "-f", "bench/live-vtd.awk", trace.toString(), lines.toString()).start();
        assertThat(awk.inputReader().lines())
                .containsExactly("strict,a,1,,", "strict,a,2,IOTLB-PAGE(did=1 D1.P0 am=0) WAIT WAIT,");
        assertThat(awk.waitFor()).isZero();
    }
}
