package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.report.JsonReport;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.SarifReport;
import dev.moat.check.report.VerdictText;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.InputException;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A property that had nothing to forbid did not hold: it is listed with a reason that is true, or there is no verdict. */
class WitnessTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Engine ENGINE = MoatEngine.open(Path.of(""));
    private static final Path SHIPPED = Path.of("specs/scenarios/calgary/iommu-api-calgary-group.yaml");
    private static final String MISSING =
            "no state satisfies the witness of legitimate-dma-passes: it may hold for want of"
                    + " anything to forbid, and the scenario gives no reason";

    @TempDir
    Path directory;

    /** The shipped scenario with other lines under {@code unwitnessed}; none takes the key away. */
    private Scenario scenario(String... reasons) throws IOException {
        String text = Files.readString(SHIPPED);
        int from = text.indexOf("  unwitnessed:\n");
        int to = text.indexOf("expect:");
        assertThat(from).isPositive();
        String key = reasons.length == 0 ? "" : "  unwitnessed:\n    " + String.join("\n    ", reasons) + "\n";
        Path file = directory.resolve(String.valueOf(SHIPPED.getFileName()));
        Files.writeString(file, text.substring(0, from) + key + text.substring(to));
        List<String> known = ENGINE.invariants().stream().map(Property::id).toList();
        return new ScenarioReader(CATALOG, known).read(file);
    }

    private static Verdict check(Scenario scenario, Map<String, String> settings) {
        CheckRequest request = new CheckRequest(scenario, settings, null, Limits.none(1));
        return new ScenarioChecker(CATALOG, ENGINE).check(request, Progress.silent());
    }

    @Test
    void aReasonMakesItHeldAndIsShown() throws IOException {
        Verdict v = check(scenario("legitimate-dma-passes: \"nothing is granted\""), Map.of());
        assertThat(v.exit()).isEqualTo(ExitCode.OK);
        assertThat(v.kind()).isEqualTo(Verdict.Kind.HELD);
        assertThat(v.warnings())
                .contains("no state satisfies the witness of legitimate-dma-passes: nothing is granted");
        assertThat(JsonReport.of(List.of(v), null, v.exit()))
                .contains("\"legitimate-dma-passes\": \"nothing is granted\"");
    }

    @Test
    void withoutAReasonThereIsNoVerdict() throws IOException {
        Verdict v = check(scenario(), Map.of());
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.exit().code()).isEqualTo(5);
        assertThat(v.kind()).isEqualTo(Verdict.Kind.INCONCLUSIVE);
        assertThat(v.unmet()).containsExactly(MISSING);
        assertThat(VerdictText.headline(v)).contains(": INCONCLUSIVE (122 states");
        assertThat(JunitReport.of(List.of(v), null)).contains("errors=\"1\"").contains(MISSING);
        assertThat(new SarifReport(Path.of(""), ENGINE.invariants()).of(List.of(v), null))
                .contains("\"ruleId\": \"no-verdict\"", "a property had nothing to forbid.");
    }

    /** That something else is missed, too, weighs more for the exit code, and makes no verdict of it. */
    @Test
    void whatIsMissedBesideIsNoVerdictEither() throws IOException {
        Verdict v = check(scenario("no-stale: \"nothing is cached\""), Map.of());
        assertThat(v.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(v.kind()).isEqualTo(Verdict.Kind.INCONCLUSIVE);
        assertThat(JunitReport.of(List.of(v), null)).contains("errors=\"1\"");
        assertThat(new SarifReport(Path.of(""), ENGINE.invariants()).of(List.of(v), null))
                .contains("\"ruleId\": \"no-verdict\"", "\"executionSuccessful\": false");
    }

    @Test
    void aReasonThatIsNoLongerTrueMissesItsExpectation() throws IOException {
        Verdict v = check(
                scenario("legitimate-dma-passes: \"nothing is granted\"", "no-stale: \"nothing is cached\""), Map.of());
        assertThat(v.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(v.unmet())
                .containsExactly("the witness of no-stale is reached: its reason under 'properties: unwitnessed' is no"
                        + " longer true");
    }

    /** Other bounds make reasons void as they do counts; they make no property less hollow, and the first line says so. */
    @Test
    void otherBoundsAreSaidInTheFirstLine() throws IOException {
        Map<String, String> larger = Map.of("pages", "1");
        String note = "; expected counts are not applied (";
        Verdict held = check(scenario("legitimate-dma-passes: \"x\"", "no-stale: \"x\""), larger);
        assertThat(held.exit()).isEqualTo(ExitCode.OK);
        assertThat(VerdictText.headline(held)).contains(": HELD, as expected" + note);
        Verdict hollow = check(scenario(), larger);
        assertThat(hollow.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(VerdictText.headline(hollow)).contains(": INCONCLUSIVE" + note);
    }

    @Test
    void onlyWhatMustHoldCanBeExcused() {
        assertThatThrownBy(() -> scenario("no-stal: \"x\""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'no-stal' is no property with a witness under 'properties: hold'")
                .hasMessageContaining("did you mean 'no-stale'?");
        assertThatThrownBy(() -> scenario("no-stale: \"\""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'no-stale' must be text");
    }
}
