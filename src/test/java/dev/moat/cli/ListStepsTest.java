package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code moat list steps}: the programs of operations as the machines of scenarios run them. */
class ListStepsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site =
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
        return Moat.run(site, args);
    }

    /** The lines of one step, columns parted by one blank. */
    private List<String> linesOf(String step) {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith("  " + step + " "))
                .map(line -> line.trim().replaceAll(" +", " "))
                .toList();
    }

    @Test
    void aProgramHasItsPointsClaimsLocksAndDecisions() {
        assertThat(moat("list", "steps", "unmap_grant_ref")).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("unmap_grant_ref, as in ").doesNotContain(" \n");
        assertThat(linesOf("take-sides"))
                .contains(
                        "take-sides begin-close fail:end done:end unmap.half unmap.half-keeps-handle unmap.released-sides");
        assertThat(linesOf("lock")).contains("lock done:complete +lock.grant-table");
        assertThat(linesOf("unlock")).contains("unlock -lock.grant-table");
        assertThat(linesOf("queue-invalidation"))
                .as("page-selective, with masks, by domain only")
                .anyMatch(line -> line.startsWith("queue-invalidation payment submit done:unlock")
                        && line.contains("invalidation.mask"))
                .anyMatch(line -> !line.contains("invalidation.mask"));
        assertThat(linesOf("restore")).isNotEmpty().allMatch(line -> line.startsWith("restore failure set-entry "));
    }

    @Test
    void eachOperationHasOneProgramUnlessOneIsNamed() {
        assertThat(moat("list", "steps")).as(err.toString()).isZero();
        List<String> titles =
                out.toString().lines().filter(line -> !line.startsWith(" ")).toList();
        assertThat(titles).hasSizeGreaterThan(15).allMatch(line -> line.contains(", as in "));
        assertThat(titles.stream().map(line -> line.split(",", 2)[0])).doesNotHaveDuplicates();
        assertThat(titles).anyMatch(line -> line.matches("unmap_grant_ref, .*; other scenarios have \\d+ more"));
    }

    @Test
    void mechanismsSayWhatSwitchesThemOnAndWhatTheyDeclare() {
        assertThat(moat("list", "mechanisms")).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .startsWith(
                        "mechanisms of xen-vtd",
                        "  recorded (mode=recorded): The machine is compared with recorded answers.")
                .containsSequence(
                        "  domain-death (domain-death=true): Domains are destroyed.",
                        "    not modelled with: unity-range, handle-lists, superpages, waits-time-out")
                .containsSequence(
                        "  superpages (superpages=true): Full leaf tables become superpages.",
                        "    needs: table-frames",
                        "    not modelled with: no-rewalk, domain-death")
                .containsSequence(
                        "  cpu-tlbs (tlb=1): TLBs of virtual CPUs are there, too.",
                        "    slots: tlb",
                        "    actions: cpu_access, cpu_evict");
        assertThat(moat("list")).isZero();
        assertThat(out.toString()).doesNotContain("domain-death=true");
    }

    /** Machines are built by who lists their programs, not by the reader; a bad file is complained of all the same. */
    @Test
    void settingsThatContradictEachOtherAreFoundWhereTheyStand(@TempDir Path home) throws IOException {
        Path file = Files.createDirectories(home.resolve("specs/scenarios")).resolve("bad.yaml");
        Files.writeString(file, """
                id: bad
                says: Devices are given away, and there is no second domain.
                component: xen-vtd
                granularity: step
                parameters: {domains: 1, assign: true}
                properties: {hold: [no-foreign]}
                expect: {verdict: held}
                """);
        Site site = new Site(
                home,
                new PrintWriter(out),
                new PrintWriter(err),
                false,
                false,
                elsewhere -> CheckoutEngine.open(Path.of("")));
        assertThat(Moat.run(site, "list", "steps")).isEqualTo(65);
        assertThat(err.toString()).startsWith("moat: " + file + ":5:");
    }

    /** Of a text of one's own: all of it, or one operation; its text says at the labels what an edit changed. */
    @Test
    void aTextHasItsPrograms(@TempDir Path home) {
        String file = home.resolve("my.moat").toString();
        assertThat(moat("new", file)).isZero();
        assertThat(moat("list", "steps", file)).as(err.toString()).isZero();
        assertThat(out.toString().lines().filter(line -> line.endsWith(", as in small")))
                .containsExactly("map_buffer, as in small", "unmap_buffer, as in small");
        String edit = "drop ask in unmap_buffer";
        assertThat(moat("list", "steps", "unmap_buffer", file, "--edit", edit)).isZero();
        assertThat(out.toString().lines().map(String::strip))
                .startsWith("unmap_buffer, as in small, changed by " + edit)
                .contains("ask:  # LEFT OUT", "announce:")
                .anyMatch(line -> line.matches("ask .* LEFT OUT"));
    }

    @Test
    void anUnknownOperationIsAMisuse() {
        assertThat(moat("list", "steps", "unmap_grnt_ref")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "unknown operation 'unmap_grnt_ref'; did you mean 'unmap_grant_ref'? (nearest: unmap_grant_ref, ");
    }

    @Test
    void aWordFilters() {
        assertThat(moat("list", "faults", "Unmap.no-")).isZero();
        assertThat(out.toString().lines())
                .startsWith("faults with 'Unmap.no-'")
                .hasSizeGreaterThan(3)
                .allMatch(l -> l.toLowerCase(Locale.ROOT).contains("unmap.no-"));
        out.getBuffer().setLength(0);
        assertThat(moat("list", "invariants", "nobody-says-this")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }
}
