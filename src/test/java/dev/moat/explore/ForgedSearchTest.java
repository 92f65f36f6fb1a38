package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.explore.Exploration.End;
import dev.moat.explore.Exploration.Violation;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was kept of a search, and changed by somebody who also made its checksum right: what the machine shows to be untrue is refused. */
class ForgedSearchTest {
    private static final String BREAKS = "r1 operation !unmap.no-invalidation";
    private static final String STICKS = "xen-vtd step refs=1 handles=1 !unmap.wait-not-queued";
    private static final String HOLDS = "r1 operation";

    private static Exploration explore(String line, KeptInMemory keeper) {
        Machine machine = Machines.machine(line);
        return new Explorer(machine, Machines.judge(machine), Limits.none(1), Comparison.none("not asked for"), keeper)
                .run(Progress.silent());
    }

    /** What is kept behind the first blocks, or of a search that is done, with one thing changed. */
    private static byte[] forged(String line, boolean done, Consumer<SearchState> change) throws IOException {
        KeptInMemory keeper = new KeptInMemory(new byte[0]);
        explore(line, keeper);
        byte[] kept = keeper.kept.get(done ? keeper.kept.size() - 1 : 2);
        Machine machine = Machines.machine(line);
        SearchState state = new SearchState(machine.schema().packing().words());
        state.read(new DataInputStream(new ByteArrayInputStream(kept)), machine, Machines.judge(machine));
        change.accept(state);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.write(new DataOutputStream(bytes), state.earlier);
        return bytes.toByteArray();
    }

    private static void assertRefused(String line, boolean done, Consumer<SearchState> change) throws IOException {
        KeptInMemory keeper = new KeptInMemory(forged(line, done, change));
        assertThatThrownBy(() -> explore(line, keeper)).hasCauseInstanceOf(StreamCorruptedException.class);
    }

    private static Violation violation(SearchState at) {
        return Objects.requireNonNull(at.violation);
    }

    /** Where nothing is changed it goes on, or the others would show nothing. */
    @ParameterizedTest
    @ValueSource(strings = {BREAKS, STICKS, HOLDS})
    void whatIsNotChangedIsBelieved(String line) throws IOException {
        End end = line.equals(HOLDS) ? End.COMPLETE : End.VIOLATION;
        for (boolean done : new boolean[] {true, false}) {
            assertThat(explore(line, new KeptInMemory(forged(line, done, at -> {})))
                            .end())
                    .isEqualTo(end);
        }
    }

    @Test
    void aViolationThatDoesNotRunIsRefused() throws IOException {
        assertRefused(BREAKS, true, at -> at.violation = with(violation(at), List.of(0, 0, 0, 0)));
        assertRefused(HOLDS, true, at -> at.violation = new Violation(List.of(0, 0), List.of(0), false));
        assertRefused(HOLDS, false, at -> at.found = new Violation(List.of(0, 0), List.of(0), false));
    }

    private static Violation with(Violation violation, List<Integer> letters) {
        return new Violation(letters, violation.invariants(), violation.deadlock());
    }

    @Test
    void aViolationThatBreaksNothingOrSomethingElseIsRefused() throws IOException {
        assertRefused(HOLDS, true, at -> at.violation = new Violation(List.of(), List.of(0), false));
        assertRefused(HOLDS, true, at -> at.violation = new Violation(List.of(), List.of(), false));
        assertRefused(
                BREAKS, true, at -> at.violation = new Violation(violation(at).instances(), List.of(), true));
        assertRefused(STICKS, true, at -> at.violation = new Violation(List.of(), List.of(), true));
    }

    @Test
    void aWrongClaimThatDoesNotRunIsRefused() throws IOException {
        assertRefused(HOLDS, true, at -> at.misclaim = new Conformance.Misclaim(List.of(0, 0), "nobody", List.of()));
    }

    /** Of states that are not kept. */
    @Test
    void whoIsStuckWhereNothingIsSearchedIsRefused() throws IOException {
        assertRefused(HOLDS, true, at -> at.stuck = 0);
        assertRefused(HOLDS, false, at -> at.stuck = at.nextStart());
    }

    @Test
    void countsThatCannotBeAreRefused() throws IOException {
        List<Consumer<SearchState>> changes = List.of(
                at -> at.depth = Integer.MAX_VALUE,
                at -> at.peakFrontier = -1,
                at -> at.earlier = counting(at, at.distinct - 2),
                at -> at.earlier = counting(at, -1));
        for (Consumer<SearchState> change : changes) {
            assertRefused(HOLDS, true, change);
        }
    }

    private static SearchState.Tally counting(SearchState at, long generated) {
        return new SearchState.Tally(
                generated, at.earlier.unwitnessed(), at.earlier.coverage(), at.earlier.conformance());
    }

    /** What it says was done can be looked at without doing it again. */
    @Test
    void countsThatTheMachineCannotHaveAreRefused() throws IOException {
        List<Consumer<Coverage>> changes = List.of(
                counts -> counts.actions().put("sell", 1L),
                counts -> counts.actions().replaceAll((name, count) -> -count),
                counts -> counts.actions().replaceAll((name, count) -> Long.MAX_VALUE),
                counts -> counts.steps().put("map/sell", 1L),
                counts -> counts.steps().replaceAll((name, count) -> -1L),
                counts -> counts.results().put("sell -> 0", 1L),
                counts -> counts.addRefused(-1_000_000_000));
        for (String line : List.of(HOLDS, "xen-vtd step refs=1 handles=1")) {
            for (Consumer<Coverage> change : changes) {
                // R1 has no operations, so neither are they too many nor has it steps.
                if (!line.equals(HOLDS) || !List.of(2, 4).contains(changes.indexOf(change))) {
                    assertRefused(line, true, at -> change.accept(at.earlier.coverage()));
                    assertRefused(line, false, at -> change.accept(at.earlier.coverage()));
                }
            }
        }
        assertRefused(HOLDS, true, at -> at.earlier = with(at.earlier, Map.of("unmap", -1L)));
        assertRefused(BREAKS, true, at -> at.depth = violation(at).instances().size() - 1);
    }

    private static SearchState.Tally with(SearchState.Tally was, Map<String, Long> taken) {
        Conformance told = new Conformance("", taken, Map.of(), new TreeSet<>(), new TreeSet<>(), null);
        return new SearchState.Tally(was.generated(), was.unwitnessed(), was.coverage(), told);
    }
}
