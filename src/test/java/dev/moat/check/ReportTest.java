package dev.moat.check;

import static dev.moat.check.CheckerTest.check;
import static dev.moat.check.CheckerTest.scenario;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.report.JsonReport;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.SarifReport;
import dev.moat.check.report.VerdictText;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.Place;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportTest {
    private static final Verdict GOOD = check(scenario(List.of(), List.of("bounded"), List.of(), Expectation.held()));
    private static final Verdict BAD =
            check(scenario(List.of("add.no-bound"), List.of("bounded", "even"), List.of(), Expectation.held()));
    private static final Verdict MISSED = check(scenario(
            List.of(), List.of("bounded"), List.of(), new Expectation(false, 5L, null, null, List.of(), null)));
    private static final Verdict LIMITED = check(new CheckRequest(
            scenario(List.of(), List.of("bounded"), List.of(), Expectation.held()),
            Map.of(),
            null,
            new Limits(9, 1, 9, 2, 9)));

    @Test
    void headlineAndDetailsQualifyTheVerdict() {
        assertThat(VerdictText.headline(GOOD)).isEqualTo("counted: HELD, as expected (4 states, 7 generated, depth 4)");
        assertThat(VerdictText.details(GOOD))
                .containsExactly(
                        "  scenario      Counts.",
                        "  machine       dev.moat.scenario.CounterComponent, granularity operation, no step merged, no",
                        "                reduction",
                        "  parameters    limit=3 cpus=1",
                        "  capabilities  clearing=true",
                        "  policies      start=zero",
                        "  judged        bounded, no-deadlock",
                        "  searched      4 states, 7 generated, depth 4: every reachable state",
                        "  collisions    1.0e-12 states expected to be lost to equal fingerprints",
                        "  memory        1 KiB; bytes per state: set 16.0, parent log 8.0, frontier 16.0",
                        "  refused       1 calls failed and changed nothing",
                        "  discipline    not compared, 0 % of 6 transitions: switched off");
        assertThat(VerdictText.summary(List.of(GOOD, BAD)))
                .containsExactly(
                        "2 scenarios, 1 as expected, 1 not; "
                                + (GOOD.run().generated() + BAD.run().generated()) + " states generated in all",
                        "compared with the discipline: 0 of 1 that held, with 0.0 % of their states and 0.0 % of their"
                                + " transitions");
        assertThat(VerdictText.unexpected(List.of(GOOD, BAD))).containsExactly("  UNEXPECTED    counted");
        assertThat(VerdictText.unexpected(List.of(GOOD))).isEmpty();
        assertThat(VerdictText.headline(BAD)).startsWith("counted: VIOLATED even, UNEXPECTED (");
        assertThat(VerdictText.details(BAD))
                .contains(
                        "  because       even must hold and was violated",
                        "  injected      add.no-bound",
                        "  no witness    even",
                        "  1  cpu0: add()");
        assertThat(VerdictText.headline(MISSED)).contains("HELD, NOT AS EXPECTED");
        assertThat(VerdictText.headline(LIMITED)).startsWith("counted: INCONCLUSIVE (");
        assertThat(VerdictText.details(LIMITED))
                .anyMatch(l -> l.endsWith("up to the limit on states (2)"))
                .contains("  limit         --states sets it");
        assertThat(VerdictText.coverage(GOOD)).contains("                 3  add", "                 3  clear");
    }

    @Test
    void jsonCarriesEverythingAndOnlyTimingDependsOnTime() {
        String text = JsonReport.of(List.of(GOOD, BAD), null, ExitCode.VIOLATION);
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        assertThat(json.get("exit").getAsInt()).isEqualTo(12);
        JsonObject good = json.getAsJsonArray("scenarios").get(0).getAsJsonObject();
        assertThat(good.keySet())
                .contains(
                        "id",
                        "verdict",
                        "asExpected",
                        "exit",
                        "distinct",
                        "generated",
                        "depth",
                        "granularity",
                        "parameters",
                        "invariants",
                        "violation",
                        "witnessesNotReached",
                        "memory",
                        "collisions",
                        "limit");
        assertThat(good.get("distinct").getAsLong()).isEqualTo(4);
        assertThat(good.get("parameters").toString()).isEqualTo("{\"limit\":3,\"cpus\":1}");
        assertThat(good.get("capabilities").toString()).isEqualTo("{\"clearing\":true}");
        assertThat(good.get("policies").toString()).isEqualTo("{\"start\":\"zero\"}");
        assertThat(good.get("violation").isJsonNull()).isTrue();
        assertThat(good.get("conformance").toString()).isEqualTo("{\"share\":0,\"notCompared\":\"switched off\"}");
        JsonObject violation =
                json.getAsJsonArray("scenarios").get(1).getAsJsonObject().getAsJsonObject("violation");
        assertThat(violation.get("length").getAsInt()).isEqualTo(1);
        assertThat(violation.getAsJsonArray("invariants").get(0).getAsString()).isEqualTo("even");
        assertThat(violation.getAsJsonArray("trace")).hasSize(1);

        Verdict slower = new ScenarioChecker(Catalog.load(), new TinyEngine(9_000_000_000L))
                .check(new CheckRequest(GOOD.scenario(), Map.of(), null, Limits.none(2)), Progress.silent());
        String slow = JsonReport.of(List.of(slower), null, ExitCode.OK);
        String fast = JsonReport.of(List.of(GOOD), null, ExitCode.OK);
        assertThat(slow).isNotEqualTo(fast);
        JsonObject a = JsonParser.parseString(slow).getAsJsonObject();
        JsonObject b = JsonParser.parseString(fast).getAsJsonObject();
        assertThat(a.remove("timing")).isNotEqualTo(b.remove("timing"));
        assertThat(a.toString()).isEqualTo(b.toString());
    }

    @Test
    void junitXmlTellsFailuresFromErrors() throws Exception {
        String xml = JunitReport.of(List.of(GOOD, BAD, MISSED, LIMITED), null);
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        Element suites = document.getDocumentElement();
        assertThat(suites.getTagName()).isEqualTo("testsuites");
        Element suite = (Element) suites.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("tests")).isEqualTo("4");
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(suite.getAttribute("time")).isEqualTo("6.000");
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(4);
        Element failure = (Element) document.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("even must hold and was violated");
        assertThat(failure.getAttribute("type")).isEqualTo("violation");
        assertThat(failure.getTextContent()).contains("1  cpu0: add()");
        Element error = (Element) document.getElementsByTagName("error").item(0);
        assertThat(error.getAttribute("type")).isEqualTo("limit");
    }

    @Test
    void sarifPointsAtTheScenarioOfEachUnexpectedOutcome() {
        TinyEngine engine = new TinyEngine();
        String text = new SarifReport(Path.of(""), engine.invariants()).of(List.of(GOOD, BAD, MISSED, LIMITED), null);
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        assertThat(json.get("version").getAsString()).isEqualTo("2.1.0");
        assertThat(json.get("$schema").getAsString()).contains("sarif-2.1.0");
        JsonObject run = json.getAsJsonArray("runs").get(0).getAsJsonObject();
        JsonObject driver = run.getAsJsonObject("tool").getAsJsonObject("driver");
        assertThat(driver.get("name").getAsString()).isEqualTo("moat");
        JsonArray rules = driver.getAsJsonArray("rules");
        assertThat(rules).hasSize(3);
        JsonArray results = run.getAsJsonArray("results");
        assertThat(results).hasSize(3);
        List<String> ids = List.of("even", "expectation-missed", "no-verdict");
        for (int i = 0; i < 3; i++) {
            JsonObject result = results.get(i).getAsJsonObject();
            assertThat(result.get("ruleId").getAsString()).isEqualTo(ids.get(i));
            int rule = result.get("ruleIndex").getAsInt();
            assertThat(rules.get(rule).getAsJsonObject().get("id").getAsString())
                    .isEqualTo(ids.get(i));
            assertThat(result.get("level").getAsString()).isEqualTo("error");
            assertThat(result.getAsJsonObject("message").get("text").getAsString())
                    .startsWith("counted: ");
            JsonObject place =
                    result.getAsJsonArray("locations").get(0).getAsJsonObject().getAsJsonObject("physicalLocation");
            assertThat(place.getAsJsonObject("artifactLocation").get("uri").getAsString())
                    .isEqualTo("specs/scenarios/counted.yaml");
            assertThat(place.getAsJsonObject("region").get("startLine").getAsInt())
                    .isEqualTo(2);
        }
        assertThat(rules.get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("shortDescription")
                        .get("text")
                        .getAsString())
                .isEqualTo("The count is even & its witness is > 6.");
    }

    @Test
    void sarifTellsACounterexampleAsACodeFlow() {
        List<Property> properties =
                List.of(new Property("even", "It is even.", "safety", "none", new Place("invariants/even.smt2", 7, 3)));
        JsonObject even = result(new SarifReport(Path.of(""), properties).of(List.of(BAD), null));
        JsonArray flow = flow(even);
        assertThat(flow).hasSize(BAD.finding().transitions() + 1);
        assertThat(says(flow, 0)).isEqualTo("(1 of " + BAD.finding().transitions() + ") cpu0: add()");
        // The code of each step, where the project has it: not the fault above it that names the operation, too.
        assertThat(at(flow, 0)).isEqualTo("src/test/java/dev/moat/scenario/CounterComponent.java:111");
        // Elsewhere there is no such file: the scenario's line.
        JsonArray away = flow(result(new SarifReport(Path.of("docs"), properties).of(List.of(BAD), null)));
        assertThat(at(away, 0)).endsWith("/specs/scenarios/counted.yaml:2");
        assertThat(says(flow, flow.size() - 1)).startsWith("Broken: ");
        assertThat(at(flow, flow.size() - 1)).isEqualTo("invariants/even.smt2:7");
        assertThat(flow.get(0).getAsJsonObject().get("importance").getAsString())
                .isEqualTo("important");
        // A property from elsewhere, as from a jar: no address that nobody can open.
        Property far = new Property("even", "It is even.", "safety", "none", new Place("/elsewhere/even.smt2", 7, 3));
        JsonArray near = flow(result(new SarifReport(Path.of(""), List.of(far)).of(List.of(BAD), null)));
        assertThat(at(near, near.size() - 1)).isEqualTo("specs/scenarios/counted.yaml:2");
        // Without a counterexample there is nothing to go through.
        assertThat(result(new SarifReport(Path.of(""), List.of()).of(List.of(MISSED), null))
                        .has("codeFlows"))
                .isFalse();
    }

    @Test
    void sarifMessagesAreShort() {
        Finding found = BAD.finding();
        List<String> story = new ArrayList<>(List.of("word ".repeat(200).strip()));
        for (int i = 0; i < 20; i++) {
            story.add("sentence " + i);
        }
        Finding.Told told = new Finding.Told(story, found.told().steps(), List.of(), List.of());
        Finding wordy = new Finding(found.invariants(), found.actions(), found.transitions(), told, () -> "");
        Verdict v = new Verdict(
                BAD.scenario(),
                BAD.settings(),
                BAD.assumed(),
                BAD.judged(),
                BAD.run(),
                wordy,
                List.of(),
                BAD.exit(),
                BAD.unmet(),
                BAD.notes(),
                BAD.meaning());
        String text = result(new SarifReport(Path.of(""), List.of()).of(List.of(v), null))
                .getAsJsonObject("message")
                .get("text")
                .getAsString();
        assertThat(text.lines()).hasSize(8).allMatch(line -> line.length() <= 300);
        int left = 1 + BAD.unmet().size() + story.size() - 7;
        assertThat(text).contains("word word …\n").endsWith("\nand " + left + " more lines");
    }

    /** What a scenario expects to fail is no result, though something else that fails is. */
    @Test
    void sarifLeavesOutWhatIsToFail() {
        Finding found = BAD.finding();
        Finding both = new Finding(
                List.of("bounded", "even"), found.actions(), found.transitions(), found.told(), found.document());
        Scenario s = BAD.scenario();
        Scenario expecting = s.with(s.machine(), s.hold(), List.of("bounded"), s.expect());
        Verdict v = new Verdict(
                expecting,
                BAD.settings(),
                BAD.assumed(),
                BAD.judged(),
                BAD.run(),
                both,
                List.of(),
                BAD.exit(),
                BAD.unmet(),
                BAD.notes(),
                BAD.meaning());
        JsonArray results = JsonParser.parseString(new SarifReport(Path.of(""), List.of()).of(List.of(v), null))
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("results");
        assertThat(results)
                .extracting(r -> r.getAsJsonObject().get("ruleId").getAsString())
                .containsExactly("even");
    }

    /** A part of one counts as a whole one. */
    @Test
    void memoryIsToldInKiB() {
        Exploration r = GOOD.run();
        for (long[] bytes : new long[][] {{1_536_000, 0, 0, 1_500}, {1_535_999, 1, 1, 1_501}, {1, 2, 1_022, 2}}) {
            Exploration.Memory memory = new Exploration.Memory(bytes[0], bytes[1], bytes[2]);
            Exploration run = new Exploration(
                    r.end(),
                    r.limit(),
                    r.distinct(),
                    r.generated(),
                    r.depth(),
                    r.collisions(),
                    r.violation(),
                    r.conformance(),
                    r.coverage(),
                    r.witnessed(),
                    memory,
                    r.symmetry(),
                    r.nanos());
            Verdict v = new Verdict(
                    GOOD.scenario(),
                    GOOD.settings(),
                    GOOD.assumed(),
                    GOOD.judged(),
                    run,
                    null,
                    List.of(),
                    GOOD.exit(),
                    List.of(),
                    List.of(),
                    GOOD.meaning());
            assertThat(VerdictText.details(v))
                    .anyMatch(
                            line -> line.startsWith(String.format(Locale.ROOT, "  memory        %,d KiB; ", bytes[3])));
        }
    }

    private static JsonObject result(String sarif) {
        return JsonParser.parseString(sarif)
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("results")
                .get(0)
                .getAsJsonObject();
    }

    private static JsonArray flow(JsonObject result) {
        JsonArray flows = result.getAsJsonArray("codeFlows");
        assertThat(flows).hasSize(1);
        JsonArray threads = flows.get(0).getAsJsonObject().getAsJsonArray("threadFlows");
        assertThat(threads).hasSize(1);
        return threads.get(0).getAsJsonObject().getAsJsonArray("locations");
    }

    private static JsonObject location(JsonArray flow, int i) {
        return flow.get(i).getAsJsonObject().getAsJsonObject("location");
    }

    private static String says(JsonArray flow, int i) {
        return location(flow, i).getAsJsonObject("message").get("text").getAsString();
    }

    /** File and line. */
    private static String at(JsonArray flow, int i) {
        JsonObject place = location(flow, i).getAsJsonObject("physicalLocation");
        return place.getAsJsonObject("artifactLocation").get("uri").getAsString() + ":"
                + place.getAsJsonObject("region").get("startLine").getAsInt();
    }

    /** A scenario that Moat ships is not a file of the project that is shown the result. */
    @Test
    void sarifOfAnotherProjectPointsToTheLineThatRunsMoat(@TempDir Path project) throws IOException {
        Path workflow = project.resolve(".github/workflows/ci.yml");
        Files.createDirectories(workflow.getParent());
        Files.writeString(workflow, "jobs:\n  check:\n    - run: moat check counted --sarif moat.sarif\n");
        JsonObject result = result(new SarifReport(project, List.of()).of(List.of(MISSED), null));
        JsonObject place =
                result.getAsJsonArray("locations").get(0).getAsJsonObject().getAsJsonObject("physicalLocation");
        assertThat(place.getAsJsonObject("artifactLocation").get("uri").getAsString())
                .isEqualTo(".github/workflows/ci.yml");
        assertThat(place.getAsJsonObject("region").get("startLine").getAsInt()).isEqualTo(3);
        assertThat(result.getAsJsonObject("message").get("text").getAsString())
                .contains("/specs/scenarios/counted.yaml:", ", which is not of this project");
    }

    @Test
    void sarifAddressesOutsideTheBaseAreAbsoluteAndEncoded() {
        String outside = new SarifReport(Path.of("/elsewhere"), List.of()).of(List.of(MISSED), null);
        assertThat(outside).contains("\"uri\": \"file:///").contains("/specs/scenarios/counted.yaml\"");
    }
}
