package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code show} and {@code check} leave out of a table, what brings it back, and what they say of the initial state. */
class FoldedTableTest {
    private static final String STEPS = "counterexamples/xen-step-grant-table-lock-dropped-before-wait.itf.json";

    @TempDir
    Path directory;

    private List<String> moat(String... args) {
        StringWriter out = new StringWriter();
        PrintWriter err = new PrintWriter(new StringWriter());
        Moat.run(new Site(Path.of(""), new PrintWriter(out), err, false, false, MoatEngine::open), args);
        return out.toString().lines().map(String::strip).toList();
    }

    @Test
    void showFoldsUnlessItIsToldNotTo() {
        List<String> folded = moat("show", STEPS);
        assertThat(folded).noneMatch(line -> line.contains("pc[") || line.contains("cpu.phase["));
        assertThat(folded)
                .anyMatch(line -> line.contains("frame.references[f0]: 0 -> 1"))
                .anyMatch(line -> line.contains("lock.grant-table[d1]: 0 -> 1"))
                .anyMatch(line -> line.contains("(bookkeeping)"))
                .anyMatch(line -> line.startsWith("Bookkeeping not shown (--full shows it): pc, cpu."));
        List<String> full = moat("show", STEPS, "--full");
        assertThat(full)
                .anyMatch(line -> line.contains("pc[cpu0]: idle ->"))
                .anyMatch(line -> line.contains("cpu.phase[cpu0]: none -> pinned"))
                .noneMatch(line -> line.contains("(bookkeeping)") || line.contains("not shown"));
    }

    @Test
    void checkFoldsAsShowDoes() {
        String save = directory.toString();
        List<String> folded = moat("check", "xen-unmap-no-invalidation", "--save", save);
        List<String> shown = moat(
                "show", directory.resolve("xen-unmap-no-invalidation.itf.json").toString());
        assertThat(folded).containsSubsequence(shown.subList(shown.indexOf("") + 1, shown.lastIndexOf("")));
        assertThat(folded).noneMatch(line -> line.contains("cpu.phase["));
        List<String> full = moat("check", "xen-unmap-no-invalidation", "--full", "--save", save);
        assertThat(full).noneMatch(line -> line.contains("not shown")).hasSizeGreaterThanOrEqualTo(folded.size() - 1);
    }

    /** A trace of no steps is explained by the state in which it begins, and only by what it takes. */
    @Test
    void aTraceOfNoStepsSaysWhatIsSoFromTheStart() {
        String text = String.join(" ", moat("show", "counterexamples/dma-identity-no-isolation.itf.json"));
        assertThat(text)
                .contains("So from the start: contextLo[dev0]: 0x10003001 (P SLPTPTR=0x10003); "
                        + "directory[s0.l2@0,0]: 0x10002003 (R W ADDR=0x10002); leaf[s0.l1@0,0]: 0x3 (R W).");
        // What came and went is not so from the start.
        assertThat(String.join(" ", moat("show", STEPS))).doesNotContain("So from the start");
    }
}
