package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import dev.moat.prove.Z3Required;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Z3's library is unpacked to the directory for temporary files; without one it is not there. */
@Isolated("the directory for temporary files is the whole process's")
class MissingLibraryTest {
    @Test
    void aMissingLibraryIsSeventyOne() {
        Z3Required.orSkipped("moat prove is");
        String temporary = System.getProperty("java.io.tmpdir");
        StringWriter err = new StringWriter();
        System.setProperty("java.io.tmpdir", Path.of("no such directory").toString());
        try {
            Site site = new Site(
                    Path.of(""),
                    new PrintWriter(new StringWriter()),
                    new PrintWriter(err),
                    false,
                    false,
                    path -> new TinyEngine());
            assertThat(Moat.run(site, "prove")).isEqualTo(71);
        } finally {
            System.setProperty("java.io.tmpdir", temporary);
        }
        assertThat(err.toString()).contains("moat: the solver's native library cannot be loaded: ");
    }
}
