package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        Moat.run(new Site(Path.of(""), new PrintWriter(out), err, false, false, CheckoutEngine::open), args);
        return out.toString().lines().map(String::strip).toList();
    }

    @Test
    void showFoldsUnlessItIsToldNotTo() {
        List<String> folded = moat("show", STEPS);
        assertThat(folded).noneMatch(line -> line.contains("pc[") || line.contains("cpu.phase["));
        assertThat(folded)
                .anyMatch(line -> line.contains("frame.references[f0]: 0 -> 1"))
                .anyMatch(line -> line.contains("lock.grant-table[d1]: free -> held"))
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
        assertThat(folded).containsSubsequence(shown.subList(shown.indexOf("") + 1, end(shown) - 2));
        assertThat(folded).noneMatch(line -> line.contains("cpu.phase["));
        List<String> full = moat("check", "xen-unmap-no-invalidation", "--full", "--save", save);
        assertThat(full).noneMatch(line -> line.contains("not shown")).hasSizeGreaterThanOrEqualTo(folded.size() - 1);
    }

    private static final String LABELS = "(machine|parameters|policies|capabilities|judged|assumed|fair): ";

    /** What a verdict is about is in both: every parameter with its value, also those by default, what is judged, what is assumed. */
    @Test
    void showSaysWhatCheckSaidOfTheMachine() {
        for (String id : List.of("xen-unmap-no-invalidation", "r1-unmap-no-invalidation", "xen-runs-repeated")) {
            String checked = String.join(" ", moat("check", id, "--save", directory.toString()))
                    .replaceAll("\\s+", " ");
            List<String> shown =
                    moat("show", directory.resolve(id + ".itf.json").toString());
            String said = String.join(" ", shown.subList(end(shown) + 1, shown.size()));
            Matcher labels = Pattern.compile("\\b" + LABELS).matcher(said);
            List<String> parts = List.of(said.split("\\b" + LABELS.replace("(", "(?:")));
            assertThat(parts).hasSizeGreaterThanOrEqualTo(5);
            for (String part : parts.subList(1, parts.size())) {
                assertThat(labels.find()).isTrue();
                assertThat(checked).contains(labels.group(1) + " " + part.strip());
            }
            assertThat(said).contains("judged: no-", "no-deadlock", "assumed: no device TLB");
            assertThat(said.contains("fair: hardware goes on")).isEqualTo(id.equals("xen-runs-repeated"));
        }
    }

    /** The scenario on file is of another machine then, and what the run is fair to is said all the same. */
    @Test
    void aRunOfAChangedMachineIsSaidToBeFair() {
        String id = "xen-runs-repeated";
        moat("check", id, "-P", "domains=3", "--save", directory.toString());
        String shown = String.join(
                " ", moat("show", directory.resolve(id + ".itf.json").toString()));
        assertThat(shown).contains("domains=3", "judged: no-deadlock, operations-return", "fair: hardware goes on");
    }

    /** The other way round: what check says of the machine and of the trace, show says too. */
    @Test
    void checkSaysOfTheTraceWhatShowDoes() {
        String id = "r1-unmap-no-invalidation";
        List<String> checked = moat("check", id, "--save", directory.toString());
        String shown = String.join(
                " ", moat("show", directory.resolve(id + ".itf.json").toString()));
        int story = checked.indexOf("Seeded: Unmap never invalidates the cached translation. (unmap.no-invalidation)");
        int end = checked.indexOf("Length: 4 actions, 4 transitions.");
        assertThat(story).isPositive();
        assertThat(end).isGreaterThan(story);
        for (String line : checked.subList(story, end + 1)) {
            assertThat(shown).contains(line);
        }
        for (String label : List.of("parameters", "judged", "injected")) {
            String text = checked.stream()
                    .filter(l -> l.startsWith(label + " "))
                    .findFirst()
                    .orElseThrow();
            assertThat(shown).contains(text.replaceFirst(" +", ": "));
        }
    }

    /** Rights are names, and locks say whether they are held. */
    @Test
    void rightsAndLocksArePrintedAsWords() {
        assertThat(moat("show", "counterexamples/r1-unmap-no-invalidation.itf.json"))
                .anyMatch(line -> line.endsWith("pte[d2,f1]: none -> rw"))
                .anyMatch(line -> line.endsWith("pte[d2,f1]: rw -> none"))
                .noneMatch(line -> line.matches(".*(pte|tlb|ro)\\[.*\\]: \\d -> \\d"));
        assertThat(moat("show", STEPS)).noneMatch(line -> line.matches(".*lock\\.[a-z-]+\\[.*\\]: \\d -> \\d"));
    }

    /** The line before which what is said of the trace ends: the machine is told below it. */
    private static int end(List<String> shown) {
        int machine = 0;
        while (!shown.get(machine).startsWith("machine: ")) {
            machine++;
        }
        return machine - 1;
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
