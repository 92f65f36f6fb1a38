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
