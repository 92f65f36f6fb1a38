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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code conform} does with recordings of which some rows cannot be judged. */
class ConformLeftOutTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site =
                new Site(directory, new PrintWriter(out), new PrintWriter(err), false, false, path -> new TinyEngine());
        return Moat.run(site, args);
    }

    /** All that can be judged is told before the file is refused. */
    @ParameterizedTest
    @CsvSource({
        "dma, dma-oracle/area.csv",
        "amdvi, amdvi-oracle/amdvi-qemu.csv",
        "viommu, viommu-oracle/dma-remapping.csv",
        "xen, xen-oracle/grant-table-4.17.csv"
    })
    void aMalformedRowCostsTheRestOfItsCase(String kind, String recorded) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("src/test/resources", recorded)));
        int column = List.of(lines.get(0).split(",")).indexOf("op");
        int last = lines.size() - 1;
        String[] cells = lines.get(last).split(",", -1);
        cells[column] = "";
        lines.set(last, String.join(",", cells));
        Path wrong = Files.write(directory.resolve("wrong.csv"), lines);
        String place = wrong + ":" + (last + 1) + ":";
        assertThat(moat("conform", kind, wrong.toString())).isEqualTo(65);
        assertThat(out.toString())
                .contains("its last row: " + place)
                .contains("unknown operation ''")
                .endsWith("disagreements 0\n");
        assertThat(err.toString()).startsWith("moat: " + place).contains("unknown operation ''");
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(moat("conform", kind, wrong.toString(), "--json")).isEqualTo(65);
        JsonObject json = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(json.get("exit").getAsInt()).isEqualTo(65);
        assertThat(json.get("leftOut").getAsJsonArray()).hasSize(1);
        assertThat(json.get("disagreements").getAsJsonArray()).isEmpty();
    }

    /** A pool that is too large is none of the file's errors. */
    @Test
    void whatAMachineIsTooSmallForIsNoError() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("src/test/resources/dma-oracle/swiotlb.csv")));
        lines.add("large,0,0,pool,4000000,1048577,1,0,,,,,,,1,0");
        String large = Files.write(directory.resolve("large.csv"), lines).toString();
        assertThat(moat("conform", "dma", large)).isZero();
        assertThat(out.toString())
                .contains(
                        "  left out: case large, its last row: " + large + ":2714:24: a pool has 1 to 1048576 slots\n")
                .contains("  not judged: 1, case that Moat cannot represent\n");
        assertThat(err.toString()).isEmpty();
        assertThat(moat("conform", "dma", large, "--strict")).isEqualTo(5);
    }

    /** A newer recorder may know more: its rows count by name, and it is no error of the file. */
    @ParameterizedTest
    @CsvSource({
        "dma, dma-oracle/area.csv",
        "amdvi, amdvi-oracle/amdvi-qemu.csv",
        "viommu, viommu-oracle/dma-remapping.csv",
        "xen, xen-oracle/grant-table-4.17.csv"
    })
    void anUnknownOperationIsNotJudged(String kind, String recorded) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("src/test/resources", recorded)));
        int column = List.of(lines.get(0).split(",")).indexOf("op");
        String[] cells = lines.get(lines.size() - 1).split(",", -1);
        cells[column] = "fly";
        lines.set(lines.size() - 1, String.join(",", cells));
        String newer = Files.write(directory.resolve("newer.csv"), lines).toString();
        assertThat(moat("conform", kind, newer)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("  not judged: 1, case with operation fly\n");
        assertThat(moat("conform", kind, newer, "--strict")).isEqualTo(5);
    }

    /** The cases before a line that is no row are judged, and so are those behind it. */
    @ParameterizedTest
    @CsvSource({
        "xen, xen-oracle/grant-table-4.17.csv, 'its last 2 rows'",
        "dma, dma-oracle/area.csv, 'its last 2 rows'",
        "amdvi, amdvi-oracle/amdvi-qemu.csv, 'its last 2 rows'",
        "riscv, riscv-oracle/unit.csv, 'its last 2 rows'",
        "smmuv3, smmuv3-oracle/smmuv3-qemu.csv, 'its last 2 rows'",
        "viommu, viommu-oracle/dma-remapping.csv, 'its last 2 rows'"
    })
    void aLineThatIsNoRowCostsWhatFollows(String kind, String recorded, String what) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("src/test/resources", recorded)));
        int last = lines.size() - 1;
        lines.add(last, "torn");
        String wrong = Files.write(directory.resolve("wrong.csv"), lines).toString();
        assertThat(moat("conform", kind, wrong)).isEqualTo(65);
        String place = wrong + ":" + (last + 1) + ":";
        assertThat(out.toString()).contains(what + ": " + place).endsWith("disagreements 0\n");
        assertThat(err.toString()).startsWith("moat: " + place);
        assertThat(err.toString().lines()).hasSize(1);
    }

    /** Behind bytes that are no text nothing can be read: the cases before them are judged, and the run ends. */
    @ParameterizedTest
    @Timeout(60)
    @CsvSource({
        "xen, xen-oracle/grant-table-4.17.csv",
        "dma, dma-oracle/area.csv",
        "amdvi, amdvi-oracle/amdvi-qemu.csv",
        "viommu, viommu-oracle/dma-remapping.csv"
    })
    void whatIsNoTextCostsTheRestOfTheFile(String kind, String recorded) throws IOException {
        byte[] octets = Files.readAllBytes(Path.of("src/test/resources", recorded));
        int line = 1;
        int at = 0;
        for (int i = 0; i < octets.length / 2; i++) {
            if (octets[i] == '\n') {
                line++;
                at = i + 1;
            }
        }
        octets[at] = (byte) 0xff;
        String wrong = Files.write(directory.resolve("wrong.csv"), octets).toString();
        assertThat(moat("conform", kind, wrong)).isEqualTo(65);
        String message = wrong + ":" + line + ":1: the file is not UTF-8 text: byte 0xff\n";
        assertThat(out.toString())
                .contains("left out: the rest of the file: " + message)
                .endsWith("disagreements 0\n");
        assertThat(err.toString()).isEqualTo("moat: " + message);
    }
}
