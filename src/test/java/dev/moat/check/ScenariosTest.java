package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Limits;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every scenario file gives the verdict, the counts and the length that it expects. */
class ScenariosTest {
    private static final long MOST_BY_DEFAULT = 21_800_000;
    /** Generated states of a scenario of the set {@code extra} that every build checks whole; of larger ones the profile deep does. */
    private static final long MOST = 60_000;
    /** Distinct states of the larger ones that are looked at. */
    private static final long FIRST = 100;

    private final Map<String, Long> claimed = new TreeMap<>();
    private final Map<String, Long> ran = new TreeMap<>();

    /** As they are written: to check them builds their machines. */
    private static List<Scenario> scenarios(String set) {
        return Committed.described().stream().filter(s -> s.set().equals(set)).toList();
    }

    private void check(Scenario scenario) {
        Checked.Outcome outcome = Checked.of(scenario);
        assertThat(outcome.exit()).as(outcome.text()).isEqualTo(ExitCode.OK);
        outcome.taken().forEach((action, n) -> claimed.merge(action, n, Long::sum));
        outcome.steps().forEach((step, n) -> ran.merge(step, n, Long::sum));
    }

    @TestFactory
    List<DynamicTest> byDefault() {
        List<DynamicTest> tests = new ArrayList<>(tests("default", s -> true));
        tests.add(DynamicTest.dynamicTest(
                "in all every abstract action is claimed",
                () -> assertThat(claimed).hasSizeGreaterThan(30).doesNotContainValue(0L)));
        tests.add(DynamicTest.dynamicTest(
                "in all every step takes effect where everything holds, but for those in check/steps-never-run.txt",
                this::everyStepRuns));
        return tests;
    }

    /** What never runs is judged by nobody: no edit of it and no mistake in it can show. A step that runs by now leaves the list. */
    private void everyStepRuns() throws IOException {
        List<String> never = ran.entrySet().stream()
                .filter(e -> e.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
        List<String> listed = Files.readAllLines(Path.of("src/test/resources/check/steps-never-run.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(never).containsExactlyInAnyOrderElementsOf(listed);
    }

    /** By what they expect, which is compared where they are searched. */
    @Test
    void theDefaultSetIsSearchedInAMinuteOrTwo() {
        assertThat(scenarios("default").stream()
                        .mapToLong(s -> Objects.requireNonNullElse(s.expect().generated(), 0L))
                        .sum())
                .isBetween(1L, MOST_BY_DEFAULT);
    }

    private List<DynamicTest> tests(String set, Predicate<Scenario> which) {
        return scenarios(set).stream()
                .filter(which)
                .map(s -> DynamicTest.dynamicTest(s.id(), () -> check(s)))
                .toList();
    }

    /** Whether every build runs a scenario to its end; of others the profile deep does. */
    static boolean isRunByEveryBuild(Scenario s) {
        return s.set().equals("default") || (s.set().equals("extra") && !isLarge(s));
    }

    /** A control has no counts, and ends early. */
    private static boolean isLarge(Scenario s) {
        Long expected = s.expect().generated();
        return expected != null && expected > MOST;
    }

    @TestFactory
    List<DynamicTest> extra() {
        return tests("extra", s -> !isLarge(s));
    }

    /** Nothing is broken in what a search of a large one meets first; it says that there was more. */
    @TestFactory
    List<DynamicTest> firstStatesOfLargeOnes() {
        return scenarios("extra").stream()
                .filter(ScenariosTest::isLarge)
                .map(s -> DynamicTest.dynamicTest(s.id(), () -> checkFirst(s)))
                .toList();
    }

    private void checkFirst(Scenario scenario) {
        Limits none = Limits.none(1);
        Limits few = new Limits(none.depth(), 1, none.seconds(), FIRST, none.memory());
        Verdict v = Checked.check(scenario, few);
        assertThat(v.exit()).as(Checked.text(v)).isEqualTo(ExitCode.LIMIT);
        assertThat(v.run().limit()).isEqualTo("states " + FIRST);
    }

    @Tag("deep")
    @TestFactory
    List<DynamicTest> largeExtra() {
        return tests("extra", ScenariosTest::isLarge);
    }

    @Tag("deep")
    @TestFactory
    List<DynamicTest> deep() {
        return tests("deep", s -> true);
    }

    /** A held scenario must pin its counts: a change of behaviour that keeps the verdict must not pass unseen. */
    @Test
    void heldScenariosStateTheirCounts() {
        for (Scenario s : Committed.described()) {
            if (!List.of("default", "extra", "deep", "bench").contains(s.set())) {
                continue;
            }
            assertThat(s.expect().violated() || s.expect().distinct() != null)
                    .as(s.id())
                    .isTrue();
        }
    }
}
