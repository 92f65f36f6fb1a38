package dev.moat.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.Cluster;
import dev.moat.check.ClusterEngine;
import dev.moat.check.Engine;
import dev.moat.check.Finding;
import dev.moat.check.MoatEngine;
import dev.moat.check.Property;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search on Spark says what the embedded engine says of the same scenario: counts, coverage, witnesses, and the same path. */
@Tag("spark")
class SparkTwinTest {
    private static final Path HOME = Path.of("");
    private static final Engine EMBEDDED = MoatEngine.open(HOME);
    private static final Catalog CATALOG = Catalog.load();

    @TempDir
    Path shared;

    private static Scenario scenario(String id) throws IOException {
        List<String> ids = EMBEDDED.invariants().stream().map(Property::id).toList();
        return new ScenarioLibrary(List.of(Path.of("specs/scenarios")), new ScenarioReader(CATALOG, ids)).find(id);
    }

    private Engine spark(int threads) {
        Cluster.Site site = new Cluster.Site("local[" + threads + "]", shared.toString());
        return new ClusterEngine(EMBEDDED, new SparkCluster(), HOME, site);
    }

    private static Engine.Session session(Engine engine, Scenario scenario) {
        return engine.open(scenario, CATALOG.machine(scenario.machine()));
    }

    private static Exploration search(Engine engine, Scenario scenario, Limits limits) {
        return session(engine, scenario).explore(limits, false, Progress.silent());
    }

    private static String said(Exploration e) {
        return String.join(
                "\n",
                List.of(
                        e.end() + " " + e.limit(),
                        e.distinct() + " states, " + e.generated() + " generated, depth " + e.depth(),
                        e.collisions() + " " + e.violation(),
                        e.witnessed().toString(),
                        e.coverage().actions().toString(),
                        e.coverage().steps().toString(),
                        e.coverage().results().toString(),
                        Long.toString(e.coverage().refused())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1",
                "r1-bench",
                "r1-unmap-no-invalidation",
                "xen-small-copy-2cpu",
                "xen-any-order-2cpu",
                "xen-batch-lock-dropped-between-elements",
                "xen-step-queue-drops-when-full",
                "xen-unmap-wait-not-queued",
                "amdvi-restart-drops-commands",
                "spaces-frontend-silent-unlocked",
                "interrupts-torn",
                "spaces-calioc2-lines-2cpu",
                "discipline-unmap-forgets-to-request"
            })
    void sparkSaysWhatTheEmbeddedEngineSays(String id) throws IOException {
        Scenario scenario = scenario(id);
        Limits limits = Limits.none(2);
        Exploration here = search(EMBEDDED, scenario, limits);
        Exploration there = search(spark(2), scenario, limits);
        assertThat(said(there)).isEqualTo(said(here));
        assertThat(there.conformance().compared()).isFalse();
        Exploration.Violation violation = there.violation();
        assertThat(violation != null).isEqualTo(scenario.expect().violated());
        if (violation != null) {
            Finding found = session(spark(2), scenario).explain(violation);
            assertThat((long) found.actions()).isEqualTo(scenario.expect().length());
        }
        try (Stream<Path> left = Files.list(shared)) {
            assertThat(left).as("checkpoints that nobody removed").isEmpty();
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws IOException {
        Scenario scenario = scenario("xen-batch-lock-dropped-between-elements");
        assertThat(said(search(spark(1), scenario, Limits.none(1))))
                .isEqualTo(said(search(spark(5), scenario, Limits.none(1))));
    }

    /** As with the embedded engine, a limit where nothing lies deeper cuts nothing off. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 12, 13})
    void aLimitOnDepthIsTheEmbeddedEnginesOwn(int depth) throws IOException {
        Limits limits = new Limits(depth, 2, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        Scenario scenario = scenario("r1");
        Exploration there = search(spark(2), scenario, limits);
        assertThat(said(there)).isEqualTo(said(search(EMBEDDED, scenario, limits)));
        assertThat(there.end()).isEqualTo(depth < 13 ? End.LIMIT : End.COMPLETE);
    }

    @Test
    void limitsOnStatesAndTimeEndASearchWithoutAVerdict() throws IOException {
        Scenario scenario = scenario("xen-any-order-2cpu");
        Limits states = new Limits(Integer.MAX_VALUE, 2, Long.MAX_VALUE, 1000, Long.MAX_VALUE);
        Exploration few = search(spark(2), scenario, states);
        assertThat(few.end()).isEqualTo(End.LIMIT);
        assertThat(few.limit()).isEqualTo("states 1000");
        assertThat(few.distinct()).isBetween(1001L, 54_410L);
        Limits time = new Limits(Integer.MAX_VALUE, 2, 0, Long.MAX_VALUE, Long.MAX_VALUE);
        Exploration none = search(spark(2), scenario, time);
        assertThat(none.end()).isEqualTo(End.LIMIT);
        assertThat(none.limit()).isEqualTo("time 0 s");
    }

    /** Hadoop says of these that an argument is illegal. */
    @ParameterizedTest
    @ValueSource(strings = {"", "host:dir"})
    void aSharedDirectoryThatIsNoneIsSaid(String directory) throws IOException {
        Cluster.Site site = new Cluster.Site("local[2]", directory);
        Engine engine = new ClusterEngine(EMBEDDED, new SparkCluster(), HOME, site);
        Scenario scenario = scenario("r1");
        assertThatThrownBy(() -> search(engine, scenario, Limits.none(2)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("java.io.IOException: Spark on local[2]: ")
                .hasMessageNotContaining("\n");
    }

    /** Once nothing lies deeper, the file system is one that does not exist: what was kept is not removed, and what was found is said. */
    @Test
    void whatWasFoundOutlivesWhatCannotBeRemoved() throws IOException {
        Scenario scenario = scenario("r1");
        Exploration here = search(EMBEDDED, scenario, Limits.none(2));
        Engine.Session session = session(spark(2), scenario);
        int[] last = {0};
        try {
            Exploration there =
                    session.explore(Limits.none(2), false, (depth, distinct, generated, frontier, nanos) -> {
                        if (depth == last[0]) {
                            files().set("fs.file.impl", "no.such.FileSystem");
                            files().set("fs.file.impl.disable.cache", "true");
                        }
                        last[0] = depth;
                    });
            assertThat(said(there)).isEqualTo(said(here));
            try (Stream<Path> left = Files.list(shared)) {
                assertThat(left).as("what could not be removed").isNotEmpty();
            }
        } finally {
            files().unset("fs.file.impl");
            files().unset("fs.file.impl.disable.cache");
        }
    }

    private static Configuration files() {
        return SparkContext.getOrCreate().hadoopConfiguration();
    }

    /** An executor is not told when a search is over, so it keeps those that were asked for last. */
    @Test
    void machinesOfEarlierSearchesAreForgotten() throws IOException {
        List<Blueprint> plans = new ArrayList<>();
        for (String id : List.of("r1", "r1-bench", "xen-any-order-2cpu")) {
            Cluster.Site site = new Cluster.Site("local[2]", shared.toString());
            plans.add(Blueprint.of(new Cluster.Task(HOME.toAbsolutePath(), scenario(id), site)));
        }
        Workshop first = Workshop.of(plans.get(0));
        Workshop second = Workshop.of(plans.get(1));
        assertThat(Workshop.of(plans.get(0))).isSameAs(first);
        Workshop third = Workshop.of(plans.get(2));
        assertThat(Workshop.of(plans.get(0))).as("asked for after the second").isSameAs(first);
        assertThat(Workshop.of(plans.get(2))).isSameAs(third);
        assertThat(Workshop.of(plans.get(1))).isNotSameAs(second);
        plans.forEach(Workshop::forget);
    }

    @Test
    void anInterruptEndsASearchWithTheCountsOfItsLevels() throws Exception {
        Scenario scenario = scenario("r1-bench");
        Thread searching = Thread.currentThread();
        Exploration cut = session(spark(2), scenario)
                .explore(Limits.none(2), false, (depth, distinct, generated, frontier, nanos) -> {
                    if (depth == 8) {
                        searching.interrupt();
                    }
                });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cut.end()).isEqualTo(End.INTERRUPTED);
        assertThat(cut.depth()).isEqualTo(8);
        assertThat(cut.violation()).isNull();
    }
}
