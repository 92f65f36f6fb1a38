package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of searches elsewhere that cannot be, in a build that has none, each refused in one line before anything is searched. */
class EngineOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--engine spark | this build has no Spark; build it with: mvn -B -Pspark -DskipTests package (docs/howto/search-on-spark.md)",
                "--engine spark --master local[2] | this build has no Spark; build it with: mvn -B -Pspark -DskipTests package (docs/howto/search-on-spark.md)",
                "--engine flink | --engine must be embedded or spark, not flink",
                "--master local[2] | --master needs --engine spark",
                "--shared there | --shared needs --engine spark",
                "--engine embedded --master local | --master needs --engine spark",
                "--engine spark --checkpoint kept | --checkpoint and --resume keep searches of the embedded engine only",
                "--engine spark --resume kept | --checkpoint and --resume keep searches of the embedded engine only",
                "--engine spark --symmetry | --symmetry is of the embedded engine only",
                "--engine spark --workers 2 | --workers and --memory are those of this process; Spark has settings of its own: docs/howto/search-on-spark.md",
                "--engine spark --memory 1g | --workers and --memory are those of this process; Spark has settings of its own: docs/howto/search-on-spark.md"
            })
    void whatCannotBeIsRefusedInOneLine(String options, String line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Site site =
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
        assertThat(Moat.run(site, ("check r1 " + options).split(" +"))).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("moat: " + line + "\nTry 'moat check --help'.\n");
        assertThat(out.toString()).isEmpty();
    }
}
