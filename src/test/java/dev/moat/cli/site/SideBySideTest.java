package dev.moat.cli.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.CheckRequest;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.model.BadSettingException;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Searches side by side say what searches one after another say. */
class SideBySideTest {
    private static final Path HOME = Path.of("");
    private static final Engine ENGINE = MoatEngine.open(HOME);
    private static final ScenarioChecker CHECKER = new ScenarioChecker(Catalog.load(), ENGINE);

    private static CheckRequest request(String id, Limits limits, Map<String, String> settings) {
        Site site = new Site(HOME, null, null, false, false, MoatEngine::open);
        try {
            return new CheckRequest(site.scenarios(ENGINE).find(id), settings, null, limits);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<CheckRequest> requests(Limits limits, String... ids) {
        return Stream.of(ids).map(id -> request(id, limits, Map.of())).toList();
    }

    private static List<String> said(List<CheckRequest> requests, int atATime) {
        List<String> said = new ArrayList<>();
        try (SideBySide checks = new SideBySide(CHECKER, requests, atATime)) {
            for (int i = 0; i < requests.size(); i++) {
                Verdict v = checks.verdict(i, Progress.silent());
                Exploration run = v.run();
                said.add(v.scenario().id() + " " + v.kind() + " " + v.exit() + " " + run.distinct() + " "
                        + run.generated() + " " + run.depth() + " " + run.memory());
            }
        }
        return said;
    }

    @Test
    void theOrderAndTheVerdictsAreThoseOfOneAfterAnother() {
        List<CheckRequest> requests = requests(
                Limits.none(3),
                "xen-v2-step",
                "r1-unmap-no-invalidation",
                "r1",
                "xen-op-2008-1ref",
                "r1-free-keeps-table-entry");
        assertThat(said(requests, 3)).hasSize(5).isEqualTo(said(requests, 1));
    }

    /** Half of the memory is too little, so that each is searched once more with all of it. */
    @Test
    void whatMetALimitBesideOthersIsSearchedByItself() {
        Exploration.Memory memory = CHECKER.check(request("xen-v2-step", Limits.none(1), Map.of()), Progress.silent())
                .run()
                .memory();
        long bytes = memory.set() + memory.log() + memory.frontier();
        Limits none = Limits.none(2);
        Limits limits = new Limits(none.depth(), 2, none.time(), none.states(), bytes * 3 / 2);
        List<CheckRequest> requests = requests(limits, "xen-v2-step", "r1");
        assertThat(CHECKER.check(requests.get(0).sharedBy(2), Progress.silent()).exit())
                .isEqualTo(ExitCode.LIMIT);
        assertThat(said(requests, 2)).allMatch(v -> v.contains("HELD OK"));
        assertThat(said(requests, 2)).isEqualTo(said(requests, 1));
    }

    @Test
    void anInterruptCutsTheAwaitedOneAndGivesUpTheOthers() {
        List<CheckRequest> requests = requests(Limits.none(2), "xen-step-2cpu", "xen-step", "xen-op");
        Thread waiting = Thread.currentThread();
        try (SideBySide checks = new SideBySide(CHECKER, requests, 2)) {
            Verdict v = checks.verdict(0, (depth, distinct, generated, frontier, nanos) -> waiting.interrupt());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(v.exit()).isEqualTo(ExitCode.INTERRUPTED);
            assertThat(v.run().distinct()).isPositive();
        }
    }

    @Test
    void anInterruptBeforeItBeginsCutsItToo() {
        List<CheckRequest> requests = requests(Limits.none(2), "xen-step-2cpu", "xen-step-2cpu", "r1");
        try (SideBySide checks = new SideBySide(CHECKER, requests, 2)) {
            Thread.currentThread().interrupt();
            Verdict v = checks.verdict(2, Progress.silent());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(v.exit()).isEqualTo(ExitCode.INTERRUPTED);
        }
    }

    @Test
    void whatIsThrownIsThrownInItsTurn() {
        List<CheckRequest> requests = List.of(
                request("r1", Limits.none(2), Map.of()), request("r1", Limits.none(2), Map.of("frames", "many")));
        try (SideBySide checks = new SideBySide(CHECKER, requests, 2)) {
            assertThat(checks.verdict(0, Progress.silent()).exit()).isEqualTo(ExitCode.OK);
            assertThatThrownBy(() -> checks.verdict(1, Progress.silent()))
                    .isInstanceOf(BadSettingException.class)
                    .hasMessageContaining("many");
        }
    }
}
