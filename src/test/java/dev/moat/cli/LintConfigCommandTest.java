package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintConfigCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int lint(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("given.yaml"), text);
        Site site = new Site(
                Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, path -> new TinyEngine());
        return Moat.run(site, "lint-config", file.toString());
    }

    private static final String DEVICES = "iommu: vtd\nbuses:\n  slot: ['0000:01:00.0', '0000:01:00.1']\n"
            + "domains:\n  dom0: ['0000:01:00.1']\n  vm: ['0000:01:00.0']\n";

    /** Without ACS the functions of a device are one group; with the groups at hand they are that, or they are not. */
    @Test
    void functionsOfOneDeviceAreWarnedOfAndGroupsAreKeptWhole() throws IOException {
        assertThat(lint(DEVICES)).isZero();
        assertThat(out.toString())
                .startsWith("warning: ")
                .contains("line 6: 0000:01:00.0 goes to vm, and 0000:01:00.1, another function of the device, to dom0");
        assertThat(lint(DEVICES + "groups:\n  '4': ['0000:01:00.0', '0000:01:00.1']\n"))
                .isEqualTo(65);
        assertThat(err.toString()).contains("of the same IOMMU group '4' to dom0 (line 5)");
        out.getBuffer().setLength(0);
        assertThat(lint(DEVICES + "groups: {}\n")).isZero();
        assertThat(out.toString()).doesNotContain("warning");
    }

    @Test
    void aReservedRangeIsNoMemoryOfTheDomainThatGetsTheDevice() throws IOException {
        String range = DEVICES + "groups: {}\nreserved-regions:\n  '0000:01:00.0': ['0x7df84000-0x7df84fff direct']\n";
        assertThat(lint(range)).isZero();
        assertThat(out.toString()).contains("needs 0x7df84000-0x7df84fff direct, which must not be memory of vm");
        out.getBuffer().setLength(0);
        assertThat(lint(range + "memory:\n  vm: ['0x0-0x3fffffff']\n")).isZero();
        assertThat(out.toString()).doesNotContain("warning");
        assertThat(lint(range + "memory:\n  vm: ['0x0-0x7df84000']\n")).isEqualTo(65);
        assertThat(err.toString()).contains("lies in memory of vm (0x0-0x7df84000, line 11)");
        assertThat(lint(range.replace("direct", "odd"))).isEqualTo(65);
        assertThat(err.toString()).contains("is no range, for example 0x7df84000-0x7df84fff direct");
    }

    /** A gate that has nothing to judge must not pass. */
    @Test
    void aConfigurationThatGivesNothingAwayIsRefused() throws IOException {
        Path none = Files.writeString(directory.resolve("none.yaml"), "iommu: calgary\nbuses: {}\ndomains: {}\n");
        StringWriter err = new StringWriter();
        PrintWriter out = new PrintWriter(new StringWriter());
        Site site = new Site(Path.of(""), out, new PrintWriter(err), false, false, path -> new TinyEngine());
        assertThat(Moat.run(site, "lint-config", none.toString())).isEqualTo(65);
        assertThat(err.toString().strip())
                .isEqualTo("moat: " + none + ":1:1: no device goes to anybody: there is nothing to judge");
    }
}
