package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.ExitCode;
import dev.moat.check.report.JsonReport;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.SarifReport;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.prove.Explained;
import dev.moat.prove.Theory;
import dev.moat.prove.refine.RefinementReport;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of proofs about code, and whether mutants of the code are noticed. */
class CodeProofsTest {
    private static final int RLIMIT = 20_000_000;
    private static final Theory THEORY = Theory.load(Path.of(""));

    private static Machine r1(String... faults) {
        return Catalog.load().machine(new MachineSpec("r1", Map.of(), Granularity.STEP, false, List.of(faults)));
    }

    private static CodeProofs proofs(Machine machine) {
        return CodeProofs.of("r1", machine, THEORY, RLIMIT, lines -> {});
    }

    /** What several tests look at, asked for once. */
    private static final class Once {
        static final CodeProofs RIGHT = proofs(r1());
        static final CodeProofs WRONG = proofs(r1("unmap.keeps-table-entry"));
        static final CodeMutants AUDIT = CodeMutants.of(RIGHT, THEORY, known(Map.of()), RLIMIT);

        private Once() {}
    }

    private static CodeSurvivors known(Map<String, String> lines) {
        return CodeSurvivors.of(lines, "r1", Catalog.load().component("r1"), Map.of());
    }

    /** A field that stands elsewhere in the file is a defect, with numbers that show it in all three forms. */
    @Test
    void aLayoutThatDiffersIsAViolation(@TempDir Path specs) throws IOException {
        Files.createDirectories(specs.resolve("layouts"));
        String text = Files.readString(Path.of("specs/layouts/calgary.smt2"));
        String moved = text.replace(
                "tce.WRITE  ((e W)) (_ BitVec 1) ((_ extract 1 1) e)",
                "tce.WRITE ((e W)) (_ BitVec 1) ((_ extract 2 2) e)");
        assertThat(moved).isNotEqualTo(text);
        Files.writeString(specs.resolve("layouts/calgary.smt2"), moved);
        CodeProofs wrong = CodeProofs.ofLayouts("layouts/calgary", specs, RLIMIT, lines -> {});
        assertThat(wrong.exit()).isEqualTo(ExitCode.VIOLATION);
        CodeResults results = new CodeResults(wrong, null, null);
        assertThat(JsonReport.of(results, results.exit())).contains("for example with ");
        assertThat(JunitReport.of(results)).contains("for example with ").doesNotContain("failures=\"0\"");
        assertThat(new SarifReport(Path.of(""), List.of()).of(results)).contains("for example with ");
    }

    /** One goal that fails is there in all three forms, with the step and the reason. */
    @Test
    void reportsAreForPrograms() {
        CodeProofs wrong = Once.WRONG;
        assertThat(wrong.exit()).isEqualTo(ExitCode.VIOLATION);
        CodeResults results = new CodeResults(wrong, null, null);
        JsonObject json =
                JsonParser.parseString(JsonReport.of(results, results.exit())).getAsJsonObject();
        assertThat(json.get("format").getAsString()).isEqualTo("moat-prove-code-1");
        assertThat(json.get("exit").getAsInt()).isEqualTo(ExitCode.VIOLATION.code());
        List<String> open = new ArrayList<>();
        json.getAsJsonObject("proofs").getAsJsonArray(CodeProofs.REFINEMENT).forEach(p -> {
            JsonObject piece = p.getAsJsonObject();
            piece.getAsJsonArray("open")
                    .forEach(g -> open.add(piece.get("piece").getAsString() + ": "
                            + g.getAsJsonObject().get("goal").getAsString()));
        });
        assertThat(open).contains("unmap: end-hold can be taken").allMatch(g -> g.startsWith("unmap: "));
        json.getAsJsonObject("proofs")
                .getAsJsonArray(CodeProofs.WELL_FORMED)
                .forEach(p ->
                        assertThat(p.getAsJsonObject().getAsJsonArray("open")).isEmpty());
        assertThat(JunitReport.of(results))
                .contains("classname=\"moat.code.r1.refinement\" name=\"unmap\"")
                .contains("end-hold can be taken")
                .contains("errors=\"0\"")
                .contains("failures=\"1\"");
        String sarif = new SarifReport(Path.of(""), List.of()).of(results);
        assertThat(sarif)
                .contains("unmap: end-hold can be taken")
                .contains("specs/models/r1.moat")
                .doesNotContain("\"uri\": \"file:");
        assertThat(JsonParser.parseString(sarif)
                        .getAsJsonObject()
                        .getAsJsonArray("runs")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonArray("results"))
                .hasSize(open.size());
    }

    @Test
    void whatIsProvedHasNothingOpen() {
        CodeProofs right = Once.RIGHT;
        assertThat(right.exit()).isEqualTo(ExitCode.OK);
        CodeResults results = new CodeResults(right, null, null);
        assertThat(results.exit()).isEqualTo(ExitCode.OK);
        assertThat(JunitReport.of(results)).contains("failures=\"0\"").contains("errors=\"0\"");
        assertThat(new SarifReport(Path.of(""), List.of()).of(results)).contains("\"results\": []");
    }

    /** What another solver says, and what became of mutants, is there in all three forms, and counts. */
    @Test
    void reportsSayWhatElseWasAsked() {
        CodeProofs right = Once.RIGHT;
        Map<String, String> explained = new HashMap<>(Explained.load(Path.of("specs/code-survivors.txt")));
        explained.keySet().retainAll(Set.of("drop.r1.alloc.pte", "drop.r1.map.pte"));
        explained.put("drop.r1.nosuch.x", "nobody writes that");
        CodeMutants audit = Once.AUDIT.explainedBy(known(explained));
        List<String> lines = List.of("DISAGREEMENT a: Z3", "NO ANSWER b: Z3", "second solver cvc5: 1 of 3 goals agree");
        CodeResults results = new CodeResults(right, new CodeResults.Opinion(lines, true, true), audit);
        assertThat(results.exit()).isEqualTo(ExitCode.DISAGREEMENT);
        assertThat(new CodeResults(right, null, audit).exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(new CodeResults(right, new CodeResults.Opinion(lines, false, true), null).exit())
                .isEqualTo(ExitCode.LIMIT);

        JsonObject json =
                JsonParser.parseString(JsonReport.of(results, results.exit())).getAsJsonObject();
        assertThat(json.getAsJsonObject("secondSolver").get("disagrees").getAsBoolean())
                .isTrue();
        assertThat(json.getAsJsonObject("secondSolver").getAsJsonArray("lines")).hasSize(3);
        JsonObject mutants = json.getAsJsonObject("audit");
        assertThat(mutants.get("noticed").getAsInt()).isEqualTo(23);
        assertThat(mutants.get("survives").getAsInt()).isEqualTo(3);
        assertThat(mutants.getAsJsonArray("notNoticed"))
                .extracting(m -> m.getAsJsonObject().get("mutant").getAsString()
                        + m.getAsJsonObject().get("why").isJsonNull())
                .containsExactlyInAnyOrder(
                        "drop.r1.alloc.ptefalse", "drop.r1.map.ptefalse", "drop.r1.unmap.track.rotrue");
        assertThat(mutants.getAsJsonArray("stale")).hasSize(1);
        assertThat(JunitReport.of(results))
                .contains("failures=\"3\"")
                .contains("errors=\"0\"")
                .contains("classname=\"moat.code.r1\" name=\"second-solver\"")
                .contains("classname=\"moat.code.r1.audit\" name=\"unmap\"")
                .contains("not noticed: drop.r1.unmap.track.ro")
                .contains("noticed, or no mutants: drop.r1.nosuch.x");
        assertThat(new SarifReport(Path.of(""), List.of()).of(results))
                .contains("DISAGREEMENT a: Z3")
                .contains("NO ANSWER b: Z3")
                .contains("survives drop.r1.unmap.track.ro")
                .contains("noticed drop.r1.nosuch.x")
                .doesNotContain("drop.r1.map.pte");
    }

    /** A solver that only says nothing is an error and no failure, and what was not asked is not there. */
    @Test
    void noAnswerIsNoDisagreement() {
        CodeProofs right = Once.RIGHT;
        CodeResults.Opinion silent =
                new CodeResults.Opinion(List.of("NO ANSWER b: Z3", "second solver x: 0 of 1"), false, true);
        assertThat(JunitReport.of(new CodeResults(right, silent, null)))
                .contains("failures=\"0\"")
                .contains("errors=\"1\"");
        JsonObject none = JsonParser.parseString(JsonReport.of(new CodeResults(right, null, null), ExitCode.OK))
                .getAsJsonObject();
        assertThat(none.get("secondSolver").isJsonNull()).isTrue();
        assertThat(none.get("audit").isJsonNull()).isTrue();
    }

    /** Every write left out and every value off by one, but for those that are explained. */
    @Test
    void mutantsOfTheReferenceMachineAreNoticed() {
        Map<String, String> explained = Explained.load(Path.of("specs/code-survivors.txt"));
        CodeMutants found = Once.AUDIT.explainedBy(known(explained));
        assertThat(found.lines())
                .singleElement()
                .asString()
                .startsWith("audit: 23 of 26 mutants of writes noticed, 3 explained;");
        assertThat(found.allNoticed()).isTrue();
    }

    /** Each that is explained is needed, and none that nobody writes, or that is noticed, stays. */
    @Test
    void whatIsExplainedIsExactlyWhatIsNotNoticed() {
        Map<String, String> others =
                Map.of("drop.r1.nosuch.x", "nobody writes that", "drop.r1.map.track.ro", "it is noticed");
        CodeMutants found = Once.AUDIT.explainedBy(known(others));
        assertThat(found.allNoticed()).isFalse();
        assertThat(found.lines()).hasSize(6);
        assertThat(found.lines()).filteredOn(l -> l.startsWith("EXPLAINED ")).hasSize(2);
        assertThat(found.lines()).filteredOn(l -> l.startsWith("SURVIVES ")).hasSize(3);
    }

    /** Its states have no meaning to the discipline: one open result in each report, and no mutant is asked about. */
    @Test
    void whatCannotBeComparedIsNotAsked() {
        Machine machine =
                Catalog.load().machine(new MachineSpec("iommu-dma", Map.of(), Granularity.STEP, false, List.of()));
        RefinementReport report = RefinementReport.of(machine, THEORY, RLIMIT);
        CodeProofs none =
                new CodeProofs("iommu-dma", machine, Map.of(CodeProofs.REFINEMENT, report.asked()), ExitCode.LIMIT, 0);
        CodeResults results = new CodeResults(none, null, null);
        assertThat(JunitReport.of(results)).contains("can be asked: ");
        assertThat(new SarifReport(Path.of(""), List.of()).of(results)).contains("can be asked: ");
        CodeMutants left = CodeMutants.of(none, THEORY, known(Map.of()), RLIMIT);
        assertThat(left.lines()).containsExactly("audit: left out, because nothing was asked");
    }

    /** Nothing is said of mutants of code that is not proved itself. */
    @Test
    void mutantsOfCodeThatIsNotProvedAreNotJudged() {
        CodeMutants found = CodeMutants.of(Once.WRONG, THEORY, known(Map.of()), RLIMIT);
        assertThat(found.lines()).noneMatch(l -> l.contains(".unmap."));
        assertThat(found.lines()).last().asString().doesNotContain(" 0 of code that is not proved");
    }
}
