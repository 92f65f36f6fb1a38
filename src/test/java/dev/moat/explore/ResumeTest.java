package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.Discipline;
import dev.moat.machine.Machine;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that goes on from any checkpoint says what one says that was never interrupted. */
class ResumeTest {
    private static final Discipline DISCIPLINE =
            Discipline.load(Path.of("specs/discipline.smt2"), Machines.LIBRARY.vocabulary());

    private static Exploration explore(String line, Limits limits, Checkpointer keeper) {
        return explore(line, limits, keeper, Long.MAX_VALUE);
    }

    private static Exploration explore(String line, Limits limits, Checkpointer keeper, long remembersFrom) {
        Machine machine = Machines.machine(line);
        boolean disciplined = machine.model().notCompared().isEmpty();
        Comparison comparison = disciplined ? Comparison.with(DISCIPLINE, false) : Comparison.none("not asked for");
        return new Explorer(machine, Machines.judge(machine), limits, comparison, keeper)
                .remembersFrom(remembersFrom)
                .run(Progress.silent());
    }

    /** Everything but the time. */
    private static String said(Exploration e) {
        return String.join(
                "\n",
                e.cutShort(e.end(), e.limit(), 0).toString().replaceAll("dev.moat.machine.Coverage@\\w+", ""),
                e.coverage().actions().toString(),
                e.coverage().steps().toString(),
                e.coverage().results().toString(),
                Long.toString(e.coverage().refused()));
    }

    /** From every checkpoint with another number of workers; the last one is that of the search that has ended. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation",
                "r1 operation refs=2 handles=2 !unmap.demotion-not-invalidated",
                "xen-vtd operation refs=1",
                "xen-vtd step refs=1 handles=2 !unmap.hold-released-before-wait",
                "xen-vtd step refs=1 handles=2 !unmap.wait-not-queued"
            })
    void goesOnFromEveryCheckpoint(String line) {
        KeptInMemory first = new KeptInMemory(new byte[0]);
        String whole = said(explore(line, Limits.none(1), first));
        assertThat(first.kept).hasSizeGreaterThan(5);
        for (byte[] kept : first.kept) {
            assertThat(said(explore(line, Limits.none(2), new KeptInMemory(kept))))
                    .isEqualTo(whole);
        }
    }

    /** More of the same. */
    @ParameterizedTest
    @Tag("deep")
    @ValueSource(strings = {"r1 operation refs=2", "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false"})
    void remembersNothingOfWhatElseIsKept(String line) {
        remembersNothingOfWhatIsKept(line);
    }

    /** Whether what letters do is remembered or not, what is kept is the same, byte by byte, and so is what goes on from there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-vtd operation refs=1 handles=1",
                "xen-vtd step refs=1 handles=2 !unmap.hold-released-before-wait"
            })
    void remembersNothingOfWhatIsKept(String line) {
        KeptInMemory executed = new KeptInMemory(new byte[0]);
        String whole = said(explore(line, Limits.none(1), executed));
        KeptInMemory remembered = new KeptInMemory(new byte[0]);
        assertThat(said(explore(line, Limits.none(1), remembered, 0))).isEqualTo(whole);
        assertThat(remembered.kept).hasSameSizeAs(executed.kept);
        for (int i = 0; i < executed.kept.size(); i++) {
            assertThat(remembered.kept.get(i)).isEqualTo(executed.kept.get(i));
            KeptInMemory after = new KeptInMemory(remembered.kept.get(i));
            assertThat(said(explore(line, Limits.none(2), after, 0))).isEqualTo(whole);
            assertThat(after.kept.get(after.kept.size() - 1)).isEqualTo(executed.kept.get(executed.kept.size() - 1));
        }
    }

    /** Levels of several blocks: a limit stops in the middle of one, again and again. */
    @Test
    @Tag("deep")
    void goesOnFromOneLimitToTheNext() {
        String line = "r1 operation refs=2 handles=2";
        String whole = said(explore(line, Limits.none(2), Checkpointer.none()));
        byte[] kept = {};
        Exploration part;
        int parts = 0;
        long states = 50_000;
        do {
            KeptInMemory memory = new KeptInMemory(kept);
            Limits none = Limits.none(1);
            part = explore(line, new Limits(none.depth(), 1, none.seconds(), states, none.memory()), memory);
            kept = memory.kept.get(memory.kept.size() - 1);
            states += 300_000;
            parts++;
        } while (part.end() == End.LIMIT);
        assertThat(parts).isGreaterThan(3);
        assertThat(said(part)).isEqualTo(whole);
    }

    /** Also where it was kept right before the limit was looked at: at the end of a level the next one counts as begun. */
    @Test
    void endsAtTheSameLimitFromEveryCheckpoint() {
        String line = "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false";
        Limits none = Limits.none(1);
        for (long states : new long[] {40, 400, 1_000, 3_000}) {
            Limits limits = new Limits(none.depth(), 1, none.seconds(), states, none.memory());
            KeptInMemory first = new KeptInMemory(new byte[0]);
            String whole = said(explore(line, limits, first));
            for (byte[] kept : first.kept) {
                assertThat(said(explore(line, limits, new KeptInMemory(kept)))).isEqualTo(whole);
            }
        }
    }

    /** An ended search is kept without its states. */
    @Test
    void whatIsDoneIsSmall() {
        KeptInMemory memory = new KeptInMemory(new byte[0]);
        explore("xen-vtd operation refs=1", Limits.none(1), memory);
        int last = memory.kept.get(memory.kept.size() - 1).length;
        assertThat(last).isLessThan(20_000);
        assertThat(memory.kept.stream().mapToInt(k -> k.length).max().orElseThrow())
                .isGreaterThan(10 * last);
    }
}
