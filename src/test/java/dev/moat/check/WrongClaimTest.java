package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.report.JsonReport;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.SarifReport;
import dev.moat.check.report.VerdictText;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A wrong claim does not hide the harm: the search goes on to the first broken property, and every report shows both. */
class WrongClaimTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Engine REAL = MoatEngine.open(Path.of(""));
    private static final String DISAGREE =
            "code and discipline disagree: unmap_grant_ref/complete is not what it claims to be";

    /** Code that does something else than the scenario says: the scenario injects nothing, its machine has a fault. */
    private record Slipped(String fault) implements Engine {
        @Override
        public List<Property> invariants() {
            return REAL.invariants();
        }

        @Override
        public Session open(Scenario scenario, Machine machine) {
            return REAL.open(scenario, CATALOG.machine(scenario.machine().withFaults(List.of(fault))));
        }

        @Override
        public Replayed replay(Path file) throws IOException {
            return REAL.replay(file);
        }

        @Override
        public List<String> show(Path file, boolean folded) throws IOException {
            return REAL.show(file, folded);
        }

        @Override
        public List<String> diff(Path first, Path second) throws IOException {
            return REAL.diff(first, second);
        }

        @Override
        public String page(Path file) throws IOException {
            return REAL.page(file);
        }
    }

    private static Verdict check(String id, List<String> judged, Map<String, String> settings, Limits limits)
            throws IOException {
        Path file = Path.of("specs/scenarios/xen-vtd/mappings/" + id + ".yaml");
        List<String> known = REAL.invariants().stream().map(Property::id).toList();
        Scenario control = new ScenarioReader(CATALOG, known).read(file);
        List<String> faults = control.machine().faults();
        assertThat(faults).hasSize(1);
        Scenario honest = control.with(control.machine().withFaults(List.of()), judged, List.of(), Expectation.held());
        CheckRequest request = new CheckRequest(honest, settings, null, limits, true);
        return new ScenarioChecker(CATALOG, new Slipped(faults.get(0))).check(request, Progress.silent());
    }

    private static Verdict harmful(int workers) throws IOException {
        String id = "xen-step-unmap-hold-released-before-wait";
        return check(id, List.of("no-foreign", "no-stale"), Map.of(), Limits.none(workers));
    }

    /** Nothing that is judged here can see it. */
    private static Verdict harmless(Limits limits) throws IOException {
        String id = "xen-op-unmap-hold-released-before-wait";
        return check(id, List.of("no-foreign"), Map.of("refs", "1", "handles", "1"), limits);
    }

    @Test
    void theSearchGoesOnToTheFirstBrokenProperty() throws IOException {
        Verdict v = harmful(1);
        assertThat(v.run().end()).isEqualTo(End.VIOLATION);
        assertThat(v.exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(v.unmet()).containsExactly("no-foreign must hold and was violated", DISAGREE);
        assertThat(v.wrongClaim()).isNotNull();
        assertThat(v.run().violation().instances())
                .hasSizeGreaterThan(v.wrongClaim().instances().size());
    }

    @Test
    void whatIsShownIsTheSameForAnyNumberOfThreads() throws IOException {
        Verdict one = harmful(1);
        for (int workers : List.of(2, 5)) {
            Verdict more = harmful(workers);
            assertThat(more.run().violation()).isEqualTo(one.run().violation());
            assertThat(more.run().conformance()).isEqualTo(one.run().conformance());
            assertThat(timeless(more)).isEqualTo(timeless(one));
        }
    }

    private static List<String> timeless(Verdict v) {
        List<String> lines = new ArrayList<>(VerdictText.details(v));
        lines.add(VerdictText.headline(v));
        lines.addAll(VerdictText.coverage(v));
        return lines;
    }

    @Test
    void withoutABrokenPropertyTheJudgesDisagree() throws IOException {
        Verdict v = harmless(Limits.none(1));
        assertThat(v.run().end()).isEqualTo(End.MISCLAIM);
        assertThat(v.exit()).isEqualTo(ExitCode.DISAGREEMENT);
        assertThat(v.kind()).isEqualTo(Verdict.Kind.INCONCLUSIVE);
        assertThat(v.unmet()).containsExactly(DISAGREE);
        assertThat(VerdictText.headline(v)).contains("INCONCLUSIVE; CODE AND DISCIPLINE DISAGREE (");
        assertThat(VerdictText.details(v))
                .anyMatch(line -> line.contains("every reachable state; a transition is not"))
                .as("the way there")
                .anyMatch(line -> line.matches(" +# +actor +action +changes"));
    }

    /** A limit behind a wrong claim is told, and does not make less of it. */
    @Test
    void aLimitAfterAWrongClaimIsStillADisagreement() throws IOException {
        Verdict whole = harmless(Limits.none(1));
        Limits none = Limits.none(1);
        Verdict v = harmless(new Limits(whole.run().depth() - 1, 1, none.seconds(), none.states(), none.memory()));
        assertThat(v.run().end()).isEqualTo(End.LIMIT);
        assertThat(v.exit()).isEqualTo(ExitCode.DISAGREEMENT);
        assertThat(v.unmet()).hasSize(3).contains(DISAGREE).anyMatch(line -> line.startsWith("no verdict: the limit"));
        SarifReport sarif = new SarifReport(Path.of(""), REAL.invariants());
        assertThat(sarif.of(List.of(v), null)).contains("\"executionSuccessful\": false");
        assertThat(sarif.of(List.of(whole), null)).contains("\"executionSuccessful\": true");
    }

    /** The facts of the formula one by one are for those who ask for everything. */
    @Test
    void whatIsToldFirstEndsWithWhatIsBroken() throws IOException {
        Verdict v = harmful(2);
        assertThat(String.join(" ", v.finding().told().story())).contains(" In full: ");
        for (List<String> lines : List.of(VerdictText.essentials(v), VerdictText.harm(v))) {
            assertThat(String.join(" ", lines)).contains("Broken: ").doesNotContain("In full: ");
            assertThat(lines.get(lines.size() - 1)).endsWith(").");
        }
    }

    @Test
    void everyReportShowsBoth() throws IOException {
        Verdict v = harmful(2);
        assertThat(VerdictText.headline(v)).contains("VIOLATED no-foreign, UNEXPECTED; CODE AND DISCIPLINE DISAGREE (");
        assertThat(VerdictText.details(v))
                .anyMatch(line -> line.contains("left at transition"))
                .anyMatch(line -> line.contains("claimed       end-hold("))
                .anyMatch(line -> line.contains("no-foreign"));
        JsonObject json = JsonParser.parseString(JsonReport.of(List.of(v), null, v.exit()))
                .getAsJsonObject()
                .getAsJsonArray("scenarios")
                .get(0)
                .getAsJsonObject();
        assertThat(json.getAsJsonObject("violation").get("invariants").toString())
                .contains("no-foreign");
        assertThat(json.getAsJsonObject("conformance")
                        .getAsJsonObject("left")
                        .get("step")
                        .getAsString())
                .isEqualTo("unmap_grant_ref/complete");
        assertThat(json.get("exit").getAsInt()).isEqualTo(12);
        assertThat(JunitReport.of(List.of(v), null))
                .contains("no-foreign must hold and was violated; " + DISAGREE)
                .contains("claimed       end-hold(");
        String sarif = new SarifReport(Path.of(""), REAL.invariants()).of(List.of(v), null);
        assertThat(sarif)
                .contains("\"ruleId\": \"no-foreign\"")
                .contains("\"ruleId\": \"wrong-claim\"")
                .contains(v.scenario().id() + "/wrong-claim");
        String alone = new SarifReport(Path.of(""), REAL.invariants()).of(List.of(harmless(Limits.none(1))), null);
        assertThat(alone).contains("\"ruleId\": \"wrong-claim\"").doesNotContain("no-verdict");
    }
}
