package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.machine.Machine;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The reference model's counts and shortest counterexamples, as two independent model checkers gave them. {@code @source}
 * the reference page: TLC and Spin agree on every row, without symmetry and without reduction.
 */
class ReferenceModelTest {
    private static final String[] BOTH = {"no-foreign", "no-stale"};

    @ParameterizedTest
    @CsvSource({"2, 2, 1, 1, 2113, 15833, 13", "2, 2, 1, 2, 8897, 84321, 15", "2, 2, 2, 1, 104425, 1044921, 19"})
    void counts(int d, int f, int r, int h, long distinct, long generated, int depth) {
        for (int workers = 1; workers <= 2; workers++) {
            checkCounts(size(d, f, r, h), workers, distinct, generated, depth);
        }
    }

    @Tag("deep")
    @ParameterizedTest
    @CsvSource({"2, 2, 2, 2, 824713, 10174249, 21", "3, 3, 1, 1, 3270619, 37770391, 19"})
    void countsOfTheBenchmark(int d, int f, int r, int h, long distinct, long generated, int depth) {
        checkCounts(size(d, f, r, h), 2, distinct, generated, depth);
    }

    private static void checkCounts(String line, int workers, long distinct, long generated, int depth) {
        Machine machine = Machines.machine(line);
        Exploration found = Machines.explore(machine, Machines.judge(machine, BOTH), workers);
        assertThat(found.end()).isEqualTo(End.COMPLETE);
        assertThat(found.violation()).isNull();
        assertThat(found.distinct()).isEqualTo(distinct);
        assertThat(found.generated()).isEqualTo(generated);
        assertThat(found.depth()).isEqualTo(depth);
        assertThat(found.witnessed()).containsOnly(true);
    }

    @ParameterizedTest
    @CsvSource({
        "free.keeps-table-entry, 2, 2, 1, 1, no-foreign, 1",
        "free.keeps-cache-entry, 2, 2, 1, 1, no-foreign+no-stale, 2",
        "unmap.keeps-table-entry, 2, 2, 1, 1, no-foreign, 3",
        "unmap.no-invalidation, 2, 2, 1, 1, no-foreign+no-stale, 4",
        "unmap.demotion-not-invalidated, 2, 2, 2, 2, no-foreign+no-stale, 5"
    })
    void shortestCounterexamples(String fault, int d, int f, int r, int h, String violated, int length) {
        List<String> expected = List.of(violated.split("\\+"));
        Machine machine = Machines.machine(size(d, f, r, h) + " !" + fault);
        for (int workers = 1; workers <= 2; workers++) {
            Exploration found = Machines.explore(machine, Machines.judge(machine, BOTH), workers);
            assertThat(found.end()).isEqualTo(End.VIOLATION);
            assertThat(found.violation().instances()).hasSize(length);
            assertThat(found.violation().invariants().stream().map(i -> BOTH[i]).toList())
                    .isEqualTo(expected);
            assertThat(found.depth()).isEqualTo(length + 1);
        }
        for (String id : expected) {
            Exploration found = Machines.explore(machine, Machines.judge(machine, id), 1);
            assertThat(found.violation().instances()).as(id).hasSize(length);
        }
    }

    /** The row that holds: a mapping is judged by its handle, so ignoring the grant's mark goes unnoticed. */
    @ParameterizedTest
    @CsvSource({"1, 2737", "2, 2737"})
    void ignoringTheReadOnlyMarkIsNotNoticed(int workers, long distinct) {
        Machine machine = Machines.machine(size(2, 2, 1, 1) + " !map.ignores-read-only");
        Exploration found = Machines.explore(machine, Machines.judge(machine, BOTH), workers);
        assertThat(found.end()).isEqualTo(End.COMPLETE);
        assertThat(found.distinct()).isEqualTo(distinct);
    }

    /** With fewer frames than domains, domain d starts with frame d where there is one, and with nothing otherwise. */
    @ParameterizedTest
    @CsvSource({"3, 2", "2, 2", "2, 3", "4, 1"})
    void initially(int d, int f) {
        Machine machine = Machines.machine(size(d, f, 1, 1));
        long[] s = machine.initial();
        var owner = machine.schema().family("owner").orElseThrow();
        var pte = machine.schema().family("pte").orElseThrow();
        for (int frame = 0; frame < f; frame++) {
            int expected = frame < d ? frame + 1 : 0;
            assertThat(owner.get(s, frame)).isEqualTo(expected);
            assertThat(column(s, pte, d, frame))
                    .isEqualTo(IntStream.range(0, d)
                            .mapToObj(domain -> domain + 1 == expected ? 2L : 0L)
                            .toList());
        }
    }

    private static List<Long> column(long[] s, dev.moat.state.Slots table, int domains, int frame) {
        return IntStream.range(0, domains)
                .mapToObj(domain -> table.get(s, domain, frame))
                .toList();
    }

    private static String size(int d, int f, int r, int h) {
        return "r1 operation domains=" + d + " frames=" + f + " refs=" + r + " handles=" + h;
    }
}
