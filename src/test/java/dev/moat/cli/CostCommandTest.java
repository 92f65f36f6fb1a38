package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostCommandTest {
    private static final Path RECORDED = Path.of("src/test/resources/xen-oracle/vtd-pv-4.17.csv");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int cost(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site =
                new Site(directory, new PrintWriter(out), new PrintWriter(err), false, false, path -> new TinyEngine());
        String[] all = new String[args.length + 1];
        all[0] = "cost";
        System.arraycopy(args, 0, all, 1, args.length);
        return Moat.run(site, all);
    }

    /** The line of a policy and operation, its runs of spaces made one. */
    private String line(String start) {
        return out.toString()
                .lines()
                .map(l -> l.strip().replaceAll(" +", " "))
                .filter(l -> l.startsWith(start))
                .findFirst()
                .orElse("no line " + start);
    }

    /** The columns of docs/explanation/when-to-flush.md for batches of 38: new, up, down, gone, unused, page, domain, wait, buffer, steps. */
    @Test
    void aBatchOf38UnderEachPolicy() {
        assertThat(cost("--batch", "38")).as(err.toString()).isZero();
        assertThat(line("policy"))
                .isEqualTo("policy operation batch new up down gone unused page domain wait buffer steps");
        assertThat(line("strict unmap, the last one")).endsWith(" 38 0 0 0 38 0 38 0 38 0 152");
        assertThat(line("batch-end unmap, the last one")).endsWith(" 38 0 0 0 38 0 38 0 1 0 78");
        assertThat(line("queued map rw, entry read-only")).endsWith(" 38 0 38 0 0 0 38 0 1 0 78");
        assertThat(line("domain-wide unmap rw, ro stays")).endsWith(" 38 0 0 38 0 0 0 1 1 0 41");
        assertThat(line("domain-wide from 8 unmap rw, ro stays")).endsWith(" 38 0 0 38 0 0 0 1 1 0 41");
        assertThat(line("no device unmap, the last one")).endsWith(" 38 0 0 0 0 38 0 0 0 0 76");
        assertThat(line("no tables unmap, the last one")).endsWith(" 38 0 0 0 0 0 0 0 0 0 0");
        assertThat(out.toString().lines()).hasSize(1 + 7 * 8);
    }

    @Test
    void otherHardwareAndThresholds() {
        assertThat(cost("--batch", "8", "--capability", "write-buffer=true", "--domain-wide-from", "9"))
                .isZero();
        assertThat(line("strict map rw, entry absent")).endsWith(" 8 8 0 0 0 0 0 0 0 8 24");
        assertThat(line("domain-wide from 9 unmap, the last one")).endsWith(" 8 0 0 0 8 0 8 0 1 0 18");
        assertThat(cost("--batch", "8", "--capability", "page-selective=false")).isZero();
        assertThat(line("strict unmap, the last one")).endsWith(" 8 0 0 0 8 0 0 8 8 0 32");
    }

    @Test
    void otherFamilies() {
        assertThat(cost("--batch", "8", "--iommu", "amd-vi")).as(err.toString()).isZero();
        assertThat(line("strict unmap, the last one")).endsWith(" 8 0 0 0 8 0 8 0 8 0 32");
        assertThat(line("domain-wide unmap, the last one")).endsWith(" 8 0 0 0 8 0 0 1 1 0 11");
        assertThat(cost("--batch", "8", "--iommu", "calgary", "--capability", "cached-absence=true"))
                .isZero();
        assertThat(line("strict map rw, entry absent")).endsWith(" 8 8 0 0 0 0 0 8 8 0 56");
        assertThat(line("queued unmap, the last one")).endsWith(" 8 0 0 0 8 0 0 1 1 0 21");
        assertThat(cost("--batch", "1", "--iommu", "calgary", "--json")).isZero();
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("iommu")
                        .getAsString())
                .isEqualTo("calgary");
        assertThat(cost("--iommu", "gart")).isEqualTo(2);
        assertThat(err.toString()).contains("what 'gart' is asked is not counted (known: vtd, amd-vi, calgary)");
        assertThat(cost("--iommu", "amd-vi", "--capability", "caching-mode=true"))
                .isEqualTo(2);
        assertThat(cost("--iommu", "amd-vi", "--workload", RECORDED.toString())).isEqualTo(2);
    }

    /** The table of docs/explanation/linux-dma.md: strict policies pay for each unmap, a queue for each ring, the others for each aperture. */
    @Test
    void theLayerUnderEachPolicyOnEachFamily() {
        assertThat(cost("--layer")).as(err.toString()).isZero();
        assertThat(line("vtd strict")).isEqualTo("vtd strict 10240 10240 0 10240 1000.0");
        assertThat(line("vtd queue")).isEqualTo("vtd queue 10240 0 159 159 15.5");
        assertThat(line("amd-vi wrap-calgary")).isEqualTo("amd-vi wrap-calgary 10240 0 79 79 7.7");
        assertThat(line("calgary strict")).isEqualTo("calgary strict 10240 0 10240 10240 1000.0");
        assertThat(line("gart strict")).isEqualTo("gart strict 10240 0 20480 20480 2000.0");
        assertThat(line("gart wrap ")).isEqualTo("gart wrap 10240 0 79 79 7.7");
        assertThat(line("gart full-flush")).isEqualTo("gart full-flush 10240 0 10240 10240 1000.0");
        assertThat(out.toString().lines()).hasSize(21);
        assertThat(cost("--layer", "--batch", "8")).isEqualTo(2);
        assertThat(err.toString()).contains("--layer and --batch exclude each other");
    }

    /** The table of docs/explanation/calgary-in-xen.md: per unmap, per batch, when addresses wrap. */
    @Test
    void ioSpacesInEachWayOnEachFamily() {
        assertThat(cost("--spaces")).as(err.toString()).isZero();
        assertThat(line("calgary strict")).isEqualTo("calgary strict 64 0 64 64 1.000");
        assertThat(line("calgary strict runs")).isEqualTo("calgary strict runs of 2 64 0 32 32 0.500");
        assertThat(line("calgary strict batches of 8 ")).isEqualTo("calgary strict batches of 8 64 0 8 8 0.125");
        assertThat(line("calgary strict grants")).isEqualTo("calgary strict grants ended 64 0 64 64 1.000");
        assertThat(line("calgary strict batches of 2 grants"))
                .isEqualTo("calgary strict batches of 2 grants ended 64 0 32 32 0.500");
        assertThat(line("calgary wrap ")).isEqualTo("calgary wrap 64 0 1 1 0.016");
        assertThat(line("vtd strict")).isEqualTo("vtd strict 64 64 0 64 1.000");
        assertThat(line("vtd strict grants")).isEqualTo("vtd strict grants ended 64 64 0 64 1.000");
        assertThat(line("amd-vi strict batches of 2 grants"))
                .isEqualTo("amd-vi strict batches of 2 grants ended 64 0 32 32 0.500");
        assertThat(out.toString().lines()).hasSize(25);
        assertThat(cost("--spaces", "--layer")).isEqualTo(2);
    }

    @Test
    void aRecordedWorkloadHasSharesAndPrices() {
        assertThat(cost("--workload", RECORDED.toString())).as(err.toString()).isZero();
        assertThat(line(RECORDED.toString())).endsWith(": cases 142, rows 3412, run 3412");
        assertThat(line("strict:")).isEqualTo("strict: new 46.9 %, promotion 1.9 %, demotion 4.0 %, removal 47.2 %");
        assertThat(line("all ")).isEqualTo("all 894 1042 152 6 13 153 11");
        assertThat(line("strict unmap")).isEqualTo("strict unmap 0 153 153 0");
        assertThat(line("domain-wide unmap")).isEqualTo("domain-wide unmap 0 79 79 0");
        assertThat(line("queued all")).isEqualTo("queued all 6 178 110 152");
    }

    @Test
    void json() {
        assertThat(cost("--batch", "1", "--json")).isZero();
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("format").getAsString()).isEqualTo("moat-cost-2");
        JsonArray rows = document.getAsJsonArray("rows");
        assertThat(rows).hasSize(7 * 8);
        assertThat(rows.get(3).getAsJsonObject().get("waits").getAsInt()).isEqualTo(1);
        assertThat(cost("--workload", RECORDED.toString(), "--json")).isZero();
        document = JsonParser.parseString(out.toString()).getAsJsonObject();
        Set<String> policies = new TreeSet<>();
        document.getAsJsonArray("lines")
                .forEach(l -> policies.add(l.getAsJsonObject().get("policy").getAsString()));
        assertThat(policies).containsExactly("batch-end", "domain-wide", "domain-wide from 8", "queued", "strict");
    }

    /** What was not run is told to programs as it is to people: here the end of a recording that was stopped. */
    @Test
    void skippedRowsInJson() throws IOException {
        String cut = Files.writeString(directory.resolve("cut.csv"), Files.readString(RECORDED) + "strict,gran")
                .toString();
        assertThat(cost("--workload", cut, "--json")).isZero();
        JsonObject counts = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(counts.get("notJudged")).hasToString("{\"end of a file that is cut off\":1}");
        assertThat(cost("--workload", cut)).isZero();
        assertThat(out.toString())
                .contains("  not judged: 1, end of a file that is cut off\n")
                .contains(
                        "cases " + counts.get("cases") + ", rows " + counts.get("rows") + ", run " + counts.get("run"));
    }

    @Test
    void mistakes() throws IOException {
        for (List<String> args : List.of(
                List.of("--batch", "65"),
                List.of("--batch", "0"),
                List.of("--domain-wide-from", "0"),
                List.of("--workload", RECORDED.toString(), "--batch", "8"))) {
            assertThat(cost(args.toArray(new String[0]))).as(args.toString()).isEqualTo(2);
        }
        assertThat(cost("--capability", "cachingmode=true")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown capability 'cachingmode'; did you mean 'caching-mode'?");
        assertThat(cost("--capability", "invalidation=registers")).isEqualTo(2);
        assertThat(cost("--capability", "caching-mode=maybe")).isEqualTo(2);
        assertThat(cost("--workload", directory.resolve("none.csv").toString())).isEqualTo(74);
        Path bad = Files.writeString(directory.resolve("bad.csv"), "config,case\n");
        assertThat(cost("--workload", bad.toString())).isEqualTo(65);
        assertThat(err.toString()).startsWith("moat: " + bad + ":1:1: the first line must be ");
        Path noText = Files.write(directory.resolve("no-text.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, '\n'});
        assertThat(cost("--workload", noText.toString())).isEqualTo(65);
        assertThat(out.toString()).isEmpty();
    }

    /** A recording that the executable Xen contradicts is still priced, but said to be. */
    @Test
    void aContradictedRecordingIsReported() throws IOException {
        List<String> lines = Files.readAllLines(RECORDED).stream()
                .filter(l -> l.startsWith("config,") || l.startsWith("strict,batch-38-frames-m0,"))
                .map(l -> l.contains(",unmap,1/38,") ? l.replaceFirst("38x\\[[^]]*\\]|IOTLB-PAGE[^,]*", "") : l)
                .toList();
        Path file = Files.write(directory.resolve("w.csv"), lines);
        assertThat(cost("--workload", file.toString())).isEqualTo(14);
        assertThat(err.toString()).contains("the executable Xen answers otherwise in ");
        assertThat(line("strict unmap")).isEqualTo("strict unmap 0 38 38 0");
    }
}
