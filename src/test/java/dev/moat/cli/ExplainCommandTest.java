package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {
    private static final String EVENT =
            "AMD-Vi: Event logged [IO_PAGE_FAULT device=05:00.0 domain=0x0015 address=0xfe0d0000 flags=0x0020]\n";

    @TempDir
    Path directory;

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

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("given"), text).toString();
    }

    @Test
    void aFaultIsExplained() throws IOException {
        assertThat(run("explain", file(EVENT))).isZero();
        assertThat(out.toString()).contains("05:00.0 asked to write 0xfe0d0000").contains("[1]");
    }

    @Test
    void theSameInJson() throws IOException {
        assertThat(run("explain", "--json", file(EVENT))).isZero();
        JsonObject fault = JsonParser.parseString(out.toString())
                .getAsJsonObject()
                .getAsJsonArray("faults")
                .get(0)
                .getAsJsonObject();
        assertThat(fault.get("reports").getAsInt()).isEqualTo(1);
        assertThat(fault.getAsJsonArray("sentences")).isNotEmpty();
        assertThat(fault.getAsJsonArray("lines").toString()).isEqualTo("[1]");
    }

    @Test
    void aLogWithoutAFaultIsRefusedWithTheFormsThatAreKnown() throws IOException {
        String log = file("[    1.000000] all is well\n");
        assertThat(run("explain", log)).isEqualTo(65);
        assertThat(err.toString())
                .startsWith(
                        "moat: " + log + ":1:1: no line has a form that is explained; the forms are: VT-d: DMA fault; ")
                .hasLineCount(1);
    }

    @Test
    void aBinaryFileIsRefused() throws IOException {
        assertThat(run("explain", file(EVENT + "\0"))).isEqualTo(65);
        assertThat(err.toString()).contains(":2:1: byte 0x0 is no text");
    }

    /** What a file is, and which command reads it, when another could not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "audit       | '[   12.000000] DMAR: DRHD: handling fault status reg 2'      | explain",
                "conform xen | 'DMAR: [DMA Read] Request device [05:00.0] fault addr 0'      | explain",
                "explain     | '# tracer: nop'                                               | audit",
                "explain     | 'vtd_inv_qi_head read head 4'                                 | conform qemu",
                "explain     | 'Invalidation queue on IOMMU: dmar0'                         | snapshot",
                "explain     | 'buses:'                                                      | lint-config",
                "lint-config | '{ \"#meta\": {'                                              | show",
                "conform dma | 'suite,case,step,actor_ver,actor,op,batch,args,hrc,status,x'  | conform xen"
            })
    void anotherCommandIsNamed(String command, String text, String other) throws IOException {
        String given = file(text.replaceAll("^'|'$", "") + "\n");
        String[] words = (command + " " + given).split(" ");
        assertThat(run(words)).isEqualTo(65);
        assertThat(err.toString().lines().toList())
                .last()
                .satisfies(line -> assertThat(line)
                        .startsWith("moat: " + given + ": ")
                        .endsWith("; 'moat " + other + "' reads it"));
    }

    @Test
    void theRightCommandIsNotNamed() throws IOException {
        assertThat(run("audit", file("# tracer: nop\n"))).isEqualTo(65);
        assertThat(err.toString()).hasLineCount(1);
    }

    /** A bug that is not modelled is found by its number, also within a range, with the nearest fault. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "XSA-480        | tables back in the pool before a flush    | nearest:",
                "XSA-241        | validation of PV page tables              | nearest:",
                "XSA-399        | a DID's bit and its slot                 | nearest: none",
                "CVE-2026-43220 | wait numbers that all CPUs share          | nearest: sync.left-to-others-wait (iommu-dma)"
            })
    void bugsThatAreNotModelledAreListed(String word, String says, String nearest) {
        assertThat(run("list", "faults", word)).isZero();
        assertThat(out.toString())
                .contains("not modelled with '" + word + "'")
                .contains(says)
                .contains(nearest);
    }

    @Test
    void aNumberIsNotFoundInALongerOne() {
        run("list", "faults", "XSA-48");
        assertThat(out.toString()).doesNotContain("not modelled");
    }
}
