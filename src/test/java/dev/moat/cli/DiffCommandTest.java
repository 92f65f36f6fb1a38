package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code moat diff}: two counterexamples beside each other. */
class DiffCommandTest {
    private static final String STRICT = "counterexamples/r1-unmap-no-invalidation.itf.json";
    private static final String OTHER = "counterexamples/r1-unmap-keeps-table-entry.itf.json";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        return Moat.run(
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open),
                args);
    }

    @Test
    void theSameFileDiffersInNothing() {
        assertThat(moat("diff", STRICT, STRICT)).isZero();
        assertThat(out.toString()).isEqualTo("the same machine, the same actions, the same end\n");
    }

    @Test
    void differencesStandWithTheirSign() {
        assertThat(moat("diff", STRICT, OTHER)).isZero();
        assertThat(out.toString().lines())
                .containsSubsequence(
                        "scenario:",
                        "- r1-unmap-no-invalidation",
                        "+ r1-unmap-keeps-table-entry",
                        "injected:",
                        "- unmap.no-invalidation",
                        "+ unmap.keeps-table-entry",
                        "actions:",
                        "  grant(d1, r1, d2, f1, rw)",
                        "  map(d2, h1, d1, r1, rw)",
                        "- dma(d2, f1, read)",
                        "  unmap(d2, h1)",
                        "last states:",
                        "  pte[d2,f1]: none in the first, rw in the second",
                        "  tlb[d2,f1]: rw in the first, none in the second");
    }

    /** What both have stands once, whichever of them comes first. */
    @Test
    void theOtherWayRoundTheSignsChange() {
        assertThat(moat("diff", OTHER, STRICT)).isZero();
        assertThat(out.toString().lines())
                .containsSubsequence("  map(d2, h1, d1, r1, rw)", "+ dma(d2, f1, read)", "  unmap(d2, h1)");
    }

    @Test
    void machinesWithOtherPlacesAreComparedAsFarAsTheyCanBe() {
        assertThat(moat("diff", STRICT, "counterexamples/viommu-no-lock.itf.json"))
                .isZero();
        assertThat(out.toString()).endsWith("their states have different places and are not compared\n");
        assertThat(moat("diff", STRICT, "counterexamples/none.itf.json")).isEqualTo(74);
        assertThat(moat("diff", STRICT)).isEqualTo(2);
    }
}
