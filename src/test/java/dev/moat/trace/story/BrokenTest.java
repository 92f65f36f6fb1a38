package dev.moat.trace.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.StateJudge;
import dev.moat.trace.TraceRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A property of one's own, with words of its own that begin as the vocabulary's do. */
class BrokenTest {
    private static final String FILE = """
            (set-info :says "Somebody has other frames.") (set-info :kind safety) (set-info :source "none")
            (define-fun blockedEver ((e Dom)) Bool (exists ((f Frame)) (not (owner f e))))
            (define-fun entitledTwice ((e Dom)) Bool
              (exists ((f Frame) (g Frame)) (and (distinct f g) (owner f e) (owner g e))))
            (define-fun invariant () Bool (forall ((e Dom)) %s))
            (define-fun witness () Bool true)
            """;

    @ParameterizedTest
    @ValueSource(strings = {"(not (blockedEver e))", "(entitledTwice e)"})
    void wordsOfOnesOwnAreTold(String demand) {
        Catalog catalog = Catalog.load();
        MachineSpec spec = new MachineSpec("r1", Map.of(), Granularity.OPERATION, true, List.of());
        Machine machine = catalog.machine(spec);
        Invariant own = Invariant.read(
                "own.smt2",
                FILE.formatted(demand),
                InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"))
                        .vocabulary());
        Judge judge = new Judge(
                List.of(own), machine.model().abstraction(), machine.model().schema());
        Story story = new Story(new TraceRunner(machine, StateJudge.of(judge)), catalog, spec);
        assertThat(story.tell(List.of())).last().asString().contains("(own)");
    }
}
