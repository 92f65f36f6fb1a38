package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.explore.orbit.BrokenSymmetryException;
import dev.moat.explore.orbit.SymmetryGroup;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.state.Alike;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * References and handles of Xen's grant tables are alike where they are declared to be, and nowhere else.
 */
class XenSymmetryTest {
    private static Judge nothing(Machine machine) {
        return new Judge(List.of(), machine.model().abstraction(), machine.schema());
    }

    /** Where something keeps the number of one for later, or goes by number. */
    @ParameterizedTest
    @CsvSource({
        "references, active.pin, step granters=none transfer=true refs=2 handles=1 reallocation=false",
        "references, active.pin, step version-2=true reserved-refs=1 refs=2 handles=1 frames=3 reallocation=false",
        "references, active.pin, step copy=true refs=2 handles=1 frames=1 reallocation=false",
        "references, active.pin, step batch=2 refs=2 handles=1 reallocation=false",
        "handles, maptrack.sides, step batch=2 refs=1 handles=2 reallocation=false",
        "handles, maptrack.sides, step domain-death=true refs=1 handles=2 reallocation=false",
        "handles, maptrack.sides, step granters=all refs=1 handles=2 reallocation=false"
    })
    void thoseThatAreNotAlikeAreNotDeclaredAndWouldBeFoundOut(String things, String family, String line) {
        Machine machine = Machines.machine("xen-vtd " + line);
        Schema schema = machine.schema();
        assertThat(schema.alike().stream().map(Alike::name)).doesNotContain(things);
        Sort sort = schema.family(family).orElseThrow().index().get(1);
        SymmetryGroup wrong = SymmetryGroup.of(schema, List.of(Alike.all(things, sort)), SymmetryGroup.MOST)
                .orElseThrow();
        Limits none = Limits.none(1);
        Limits few = new Limits(none.depth(), 1, none.seconds(), 60_000, none.memory());
        assertThatThrownBy(() ->
                        new Explorer(machine, nothing(machine), few).upTo(wrong).run(Progress.silent()))
                .isInstanceOf(BrokenSymmetryException.class)
                .hasMessageContaining("what is declared to be alike is not: with " + things);
    }
}
