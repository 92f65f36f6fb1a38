package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.report.JsonReport;
import dev.moat.check.report.VerdictText;
import dev.moat.explore.Checkpointer;
import dev.moat.explore.Exploration.Violation;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.explore.SymmetryGroup;
import dev.moat.limit.TimeLimit;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.output.OutputFile;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.scenario.UserExtensions;
import dev.moat.state.Alike;
import dev.moat.state.Slots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --symmetry} changes what is counted, and nothing else that a verdict says: scenarios of the project, both ways. */
class SymmetricVerdictsTest {
    /**
     * Distinct states of the largest scenario of Xen that is searched both ways; controls end before. Those of the reference model, in
     * which alone domains and frames are exchanged, are all small.
     */
    private static final long LARGEST = 1_000;
    /** The same of the profile deep. */
    private static final long LARGEST_OF_DEEP = 15_000;

    private static final Path HOME = Path.of("");
    private static final Catalog CATALOG = Catalog.load();
    private static final Engine ENGINE = MoatEngine.open(HOME);

    @TempDir
    Path directory;

    private static List<Scenario> chosen = List.of();

    /** Chosen once: whether anything is alike a machine tells that is built. */
    private static synchronized Stream<Scenario> chosen() {
        if (chosen.isEmpty()) {
            chosen = Committed.described().stream()
                    .filter(SymmetricVerdictsTest::isSmallAndAlike)
                    .toList();
        }
        return chosen.stream();
    }

    static Stream<Scenario> scenarios() {
        return chosen().filter(s -> !isLarge(s));
    }

    static Stream<Scenario> larger() {
        return chosen().filter(SymmetricVerdictsTest::isLarge);
    }

    private static boolean isLarge(Scenario s) {
        Long distinct = s.expect().distinct();
        boolean few = s.machine().component().equals("r1") || distinct == null || distinct <= LARGEST;
        return s.set().equals("extra") || !few;
    }

    private static ScenarioLibrary library() {
        List<String> ids = UserExtensions.library(HOME).ids();
        return new ScenarioLibrary(List.of(HOME.resolve("specs/scenarios")), new ScenarioReader(CATALOG, ids));
    }

    private static boolean isSmallAndAlike(Scenario s) {
        Long distinct = s.expect().distinct();
        boolean small = s.expect().violated() || distinct != null && distinct <= LARGEST_OF_DEEP;
        return small
                && List.of("default", "extra").contains(s.set())
                && List.of("r1", "xen-vtd", "xen").contains(s.machine().component())
                && SymmetryGroup.of(
                                CATALOG.model(s.machine()).schema(), s.machine().granularity())
                        .isPresent();
    }

    private static Verdict check(Scenario scenario, boolean symmetry, int workers) {
        CheckRequest request = new CheckRequest(
                scenario, Map.of(), null, Limits.none(workers), new CheckRequest.Manner(true, symmetry, false));
        return new ScenarioChecker(CATALOG, ENGINE).check(request, Progress.silent());
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theVerdictIsThatOfAllStates(Scenario scenario) throws IOException {
        Verdict all = check(scenario, false, 1);
        Verdict some = check(scenario, true, 1);
        assertThat(some.run().symmetry()).isNotEmpty();
        assertThat(all.exit()).as(all.unmet().toString()).isEqualTo(ExitCode.OK);
        assertThat(some.exit()).as(some.unmet().toString()).isEqualTo(ExitCode.OK);
        assertThat(some.kind()).isEqualTo(all.kind());
        assertThat(some.wrongClaim() == null).isEqualTo(all.wrongClaim() == null);
        Violation violation = all.run().violation();
        if (violation == null) {
            assertThat(some.run().distinct()).isLessThan(all.run().distinct());
            assertThat(some.run().witnessed()).isEqualTo(all.run().witnessed());
        } else {
            Violation found = some.run().violation();
            assertThat(found.instances()).hasSameSizeAs(violation.instances());
            assertThat(found.deadlock()).isEqualTo(violation.deadlock());
            Path file = directory.resolve("found.itf.json");
            OutputFile.write(file, some.finding().document().text());
            assertThat(ENGINE.replay(file).result()).isEqualTo(Replayed.Result.REPRODUCED);
        }
    }

    @Tag("deep")
    @ParameterizedTest
    @MethodSource("larger")
    void theVerdictOfALargerOneIsThatOfAllStates(Scenario scenario) throws IOException {
        theVerdictIsThatOfAllStates(scenario);
    }

    /** Half of them are controls, and none of the two machines is missing. */
    @Test
    void bothVerdictsAndBothMachinesAreAmongThem() {
        for (String component : List.of("r1", "xen-vtd")) {
            for (boolean violated : List.of(true, false)) {
                assertThat(scenarios()
                                .filter(s -> s.machine().component().equals(component))
                                .filter(s -> s.expect().violated() == violated))
                        .as("%s %s", component, violated)
                        .hasSizeGreaterThan(1);
            }
        }
    }

    @Test
    void theNumberOfWorkersChangesNoByte() throws IOException {
        for (String id : List.of("r1-refs", "r1-unmap-no-invalidation", "xen-small-copy-2cpu-2frames")) {
            Scenario scenario = library().find(id);
            Verdict one = check(scenario, true, 1);
            for (int workers : List.of(2, 3)) {
                Verdict more = check(scenario, true, workers);
                assertThat(json(more)).isEqualTo(json(one));
                if (one.finding() != null) {
                    assertThat(more.finding().document().text())
                            .isEqualTo(one.finding().document().text());
                }
            }
        }
    }

    /** All but how long it took. */
    private static String json(Verdict v) {
        JsonObject json = JsonParser.parseString(JsonReport.of(List.of(v), null, v.exit()))
                .getAsJsonObject();
        json.remove("timing");
        return json.toString();
    }

    @Test
    void theVerdictSaysWhatWasExchangedAndWhatBecomesOfTheCounts() throws IOException {
        Verdict held = check(library().find("r1"), true, 1);
        assertThat(VerdictText.headline(held)).contains("; expected counts are not applied (");
        assertThat(String.join(" ", VerdictText.details(held)).replaceAll("\\s+", " "))
                .contains("up to symmetry of domains (2), frames (2): 4 permutations");
        assertThat(json(held)).contains("\"symmetry of domains (2), frames (2): 4 permutations\"");
        assertThat(held.scenario().expect().hasCounts()).isFalse();
        Verdict alone = check(library().find("xen-deassign-to-domain0"), true, 1);
        assertThat(alone.exit()).as(alone.unmet().toString()).isEqualTo(ExitCode.OK);
        assertThat(alone.scenario().expect().hasCounts()).isTrue();
        assertThat(VerdictText.headline(alone)).contains("; --symmetry is not applied (");
    }

    /** A search that ended before it saw a state knows nothing of what is alike. */
    @Test
    void aSearchThatDidNotBeginSaysNothingOfSymmetry() throws IOException {
        Limits over = new Limits(Integer.MAX_VALUE, 1, TimeLimit.from(10, 0), Long.MAX_VALUE, 1 << 28);
        CheckRequest request =
                new CheckRequest(library().find("r1"), Map.of(), null, over, new CheckRequest.Manner(true, true));
        Verdict v = new ScenarioChecker(CATALOG, ENGINE).check(request, Progress.silent());
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.run().distinct()).isZero();
        assertThat(v.notes()).isEmpty();
    }

    /** Frames of which some have an owner and some have none to begin with. */
    @Test
    void thingsThatAreNotAlikeEndTheSearchWithOneLine() throws IOException {
        Scenario scenario = library().find("xen-unmap-no-invalidation");
        MachineSpec spec = scenario.machine();
        ModelBuilder builder = new ModelBuilder(new Edits());
        var component = CATALOG.component(spec.component());
        component.build(new Setting(component.parameters(spec.settings()), spec.settings()), builder);
        Slots owner = builder.schema().build().family("owner").orElseThrow();
        builder.schema().alike(Alike.all("frames", owner.index().get(0)));
        Machine machine = new Machine(builder.build(), Granularity.OPERATION, true);
        Engine.Session session = ENGINE.open(scenario, machine);
        assertThatThrownBy(
                        () -> session.exploreUpToSymmetry(Limits.none(1), true, Checkpointer.none(), Progress.silent()))
                .isInstanceOf(DisagreementException.class)
                .hasMessageContaining("what is declared to be alike is not: with frames")
                .message()
                .doesNotContain("\n");
    }
}
