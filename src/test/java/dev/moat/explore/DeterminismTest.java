package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No result depends on the number of workers; limits and interrupts never pass for a verdict. */
class DeterminismTest {
    /** 2,113 states on 13 levels, all in one block of work. */
    private static final String SMALL = "r1 operation";
    /** 824,713 states on 21 levels, the widest of several blocks. */
    private static final String LARGE = "r1 operation refs=2 handles=2";

    private static Limits limits(int workers, int depth, long states) {
        Limits none = Limits.none(workers);
        return new Limits(depth, workers, none.seconds(), states, none.memory());
    }

    private static Exploration explore(String line, Limits limits) {
        Machine machine = Machines.machine(line);
        return new Explorer(machine, Machines.judge(machine), limits).run(Progress.silent());
    }

    /** Everything that an exploration says, but for time and the size of buffers. */
    private static List<Object> said(Exploration e) {
        List<Object> all = new ArrayList<>(List.of(
                e.end(),
                String.valueOf(e.limit()),
                e.distinct(),
                e.generated(),
                e.depth(),
                e.collisions(),
                String.valueOf(e.violation()),
                e.witnessed()));
        all.addAll(List.of(
                e.coverage().actions(),
                e.coverage().steps(),
                e.coverage().results(),
                e.coverage().refused()));
        all.addAll(List.of(e.memory().set(), e.memory().log()));
        return all;
    }

    private static void compareWorkers(String line, int depth, long states, End end) {
        Exploration one = explore(line, limits(1, depth, states));
        assertThat(one.end()).isEqualTo(end);
        for (int workers = 2; workers <= 3; workers++) {
            assertThat(said(explore(line, limits(workers, depth, states)))).isEqualTo(said(one));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SMALL,
                "r1 operation refs=2",
                "xen-vtd operation refs=1",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
                "xen-vtd step refs=1 walks=true"
            })
    void completeRuns(String line) {
        compareWorkers(line, Integer.MAX_VALUE, Long.MAX_VALUE, End.COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation refs=2 handles=2 !unmap.demotion-not-invalidated",
                "xen-vtd step refs=2 handles=2 !unmap.invalidation-not-awaited",
                "xen-vtd step refs=2 handles=2 !unmap.hold-released-before-wait",
                "xen-vtd step refs=2 handles=2 !unmap.wait-not-queued"
            })
    void violatingRuns(String line) {
        compareWorkers(line, Integer.MAX_VALUE, Long.MAX_VALUE, End.VIOLATION);
    }

    @ParameterizedTest
    @CsvSource({"10, 9223372036854775807", "2147483647, 300000", "1, 9223372036854775807", "2147483647, 1"})
    void limitedRuns(int depth, long states) {
        compareWorkers(LARGE, depth, states, End.LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"2113, COMPLETE", "2114, COMPLETE", "2112, LIMIT", "500, LIMIT"})
    void limitOfStates(long states, End end) {
        Exploration found = explore(SMALL, limits(1, Integer.MAX_VALUE, states));
        assertThat(found.end()).isEqualTo(end);
        assertThat(found.limit()).isEqualTo(end == End.LIMIT ? "states " + states : null);
        assertThat(found.distinct() > states).isEqualTo(end == End.LIMIT);
    }

    /** On level 9 the first 17 states have no successor that is new. */
    @ParameterizedTest
    @CsvSource({"13, COMPLETE", "14, COMPLETE", "12, LIMIT", "9, LIMIT", "2, LIMIT", "1, LIMIT"})
    void limitOfDepth(int depth, End end) {
        Exploration found = explore(SMALL, limits(2, depth, Long.MAX_VALUE));
        assertThat(found.end()).isEqualTo(end);
        assertThat(found.limit()).isEqualTo(end == End.LIMIT ? "depth " + depth : null);
        assertThat(found.depth()).isEqualTo(Math.min(depth, 13));
        assertThat(found.distinct() == 2113).isEqualTo(end == End.COMPLETE);
        assertThat(found.generated() == 15833).isEqualTo(end == End.COMPLETE);
    }

    /** At level 1 nothing has been expanded: only the initial state counts. */
    @Test
    void depthOne() {
        Exploration found = explore(SMALL, limits(1, 1, Long.MAX_VALUE));
        assertThat(found.distinct()).isEqualTo(1);
        assertThat(found.generated()).isEqualTo(1);
        assertThat(found.coverage().actions().values()).containsOnly(0L);
    }

    /** Length 4: its last state lies on level 5. */
    @ParameterizedTest
    @CsvSource({"5, VIOLATION", "4, LIMIT"})
    void aViolationOnTheLastLevelAllowedCounts(int depth, End end) {
        Exploration found = explore(SMALL + " !unmap.no-invalidation", limits(1, depth, Long.MAX_VALUE));
        assertThat(found.end()).isEqualTo(end);
        assertThat(found.violation() != null).isEqualTo(end == End.VIOLATION);
    }

    @Test
    void limitOfMemory() {
        Limits limits = new Limits(Integer.MAX_VALUE, 1, Long.MAX_VALUE, Long.MAX_VALUE, 1000);
        Exploration found = explore(SMALL, limits);
        assertThat(found.end()).isEqualTo(End.LIMIT);
        assertThat(found.limit()).isEqualTo("memory 1000 bytes");
    }

    @Test
    void limitOfTime() {
        Limits limits = new Limits(Integer.MAX_VALUE, 2, 0, Long.MAX_VALUE, Long.MAX_VALUE);
        Exploration found = explore(LARGE, limits);
        assertThat(found.end()).isEqualTo(End.LIMIT);
        assertThat(found.limit()).isEqualTo("time 0 s");
    }

    /** Interrupted when the last block is done: nothing is left to do, so the verdict stands. */
    @Test
    void whatCutsNothingOffChangesNothing() {
        Machine machine = Machines.machine("r1 operation domains=1 frames=1");
        Exploration found = new Explorer(machine, Machines.judge(machine), Limits.none(1))
                .run((depth, distinct, generated, left, nanos) -> {
                    if (depth == 2) {
                        Thread.currentThread().interrupt();
                    }
                });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(found.distinct()).isEqualTo(3);
        assertThat(found.end()).isEqualTo(End.COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void interruptedBeforeItBegins(int workers) {
        Machine machine = Machines.machine(SMALL);
        Explorer explorer = new Explorer(machine, Machines.judge(machine), Limits.none(workers));
        Thread.currentThread().interrupt();
        Exploration found = explorer.run(Progress.silent());
        assertThat(Thread.interrupted()).as("the interrupt is passed on").isTrue();
        assertThat(found.end()).isEqualTo(End.INTERRUPTED);
        assertThat(found.distinct()).isEqualTo(1);
        assertThat(found.limit()).isNull();
    }

    /**
     * Interrupted at any moment, also while the workers run: the search stops at the end of a phase, and its counts
     * are those of a prefix of the full search.
     */
    @Test
    void interruptedWhileItRuns() throws InterruptedException {
        Machine machine = Machines.machine(LARGE);
        Judge judge = Machines.judge(machine);
        List<List<Long>> prefixes = new ArrayList<>();
        new Explorer(machine, judge, Limits.none(2))
                .run((depth, distinct, generated, left, nanos) -> prefixes.add(List.of(distinct, generated)));
        for (int[] workersAndPause : new int[][] {{1, 60}, {3, 0}, {3, 120}}) {
            CountDownLatch running = new CountDownLatch(1);
            Thread searching = Thread.currentThread();
            int pause = workersAndPause[1];
            Thread interrupter = new Thread(() -> {
                try {
                    running.await();
                    Thread.sleep(pause);
                    searching.interrupt();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            interrupter.start();
            Exploration found = new Explorer(machine, judge, Limits.none(workersAndPause[0]))
                    .run((depth, d, g, left, t) -> {
                        if (depth > 12) {
                            running.countDown();
                        }
                    });
            interrupter.join();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(found.end()).isEqualTo(End.INTERRUPTED);
            assertThat(prefixes).contains(List.of(found.distinct(), found.generated()));
        }
    }

    /** A block that would take a second is given up, as if it had not begun: the counts are those of the blocks before. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void interruptedWithinALargeBlock(int workers) throws InterruptedException {
        Machine machine = Machines.machine("r1 operation domains=4 frames=8 refs=4 handles=4");
        Explorer explorer = new Explorer(machine, Machines.judge(machine, "no-foreign"), Limits.none(workers));
        Thread searching = Thread.currentThread();
        CountDownLatch running = new CountDownLatch(1);
        Thread interrupter = new Thread(() -> {
            try {
                running.await();
                Thread.sleep(200);
                searching.interrupt();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        interrupter.start();
        List<Long> last = new ArrayList<>();
        Exploration found = explorer.run((depth, distinct, generated, left, nanos) -> {
            last.clear();
            last.addAll(List.of(distinct, generated));
            if (distinct > 10_000) {
                running.countDown();
            }
        });
        interrupter.join();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(found.end()).isEqualTo(End.INTERRUPTED);
        assertThat(List.of(found.distinct(), found.generated())).isEqualTo(last);
        assertThat(found.coverage().actions().values().stream()
                        .mapToLong(n -> n)
                        .sum())
                .isLessThan(found.generated());
    }
}
