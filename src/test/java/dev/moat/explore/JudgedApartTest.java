package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.effect.Bounds;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.read.Discipline;
import dev.moat.logic.read.Vocabulary;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Operation;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A claim that is wrong only where a step that is known by heart does not look. */
class JudgedApartTest {
    private static final int LAMPS = 8;
    private static final Vocabulary VOCABULARY = Vocabulary.read("lamps.smt2", """
            (declare-sort Lamp 0)
            (declare-fun on (Lamp) Bool)
            """);
    private static final Discipline DISCIPLINE = Discipline.read("rules.smt2", """
            (define-fun initially () Bool (forall ((x Lamp)) (not (on x))))
            (set-info :flip "a lamp is switched")
            (define-fun flip.guard ((x Lamp)) Bool true)
            (define-fun flip.on ((x Lamp) (a Lamp)) Bool (xor (on a) (= a x)))
            """, VOCABULARY);
    /** Whoever is in vain once has its claims judged apart. */
    private static final Bounds AT_ONCE = new Bounds(1 << 23, 1 << 18, 1);

    private static final Bounds NEVER = new Bounds(1 << 23, 1 << 18, 1 << 18);

    /** An operation for each lamp; that the first was switched is not said where three others are on. */
    private static Machine machine() {
        ModelBuilder model = new ModelBuilder(new Edits());
        Sort lamps = Sort.numbered("Lamp", "lamp", LAMPS);
        model.schema().readsThroughSlots();
        model.cpus(Sort.numbered("Cpu", "cpu", 1), true);
        Slots lamp = model.schema()
                .slots("lamp", Role.HYPERVISOR, Writer.HYPERVISOR, lamps)
                .bits(1);
        for (int i = 0; i < LAMPS; i++) {
            int it = i;
            Step step = Step.of("flip" + i, (s, cpu) -> {
                        lamp.set(s, it, 1 - lamp.get(s, it));
                        return Outcome.NEXT;
                    })
                    .claiming("flip");
            Operation.Start always = (s, cpu, a, b, c, d, e) -> true;
            model.operation(new Operation(
                    "op" + i, Actor.HYPERVISOR, List.of(), ModelBuilder.all(), always, List.of(step), null));
        }
        model.claim("flip", (before, after, a, b, c, d, e, claim) -> {
            boolean silent = lamp.get(before, 5) + lamp.get(before, 6) + lamp.get(before, 7) == 3;
            for (int i = silent ? 1 : 0; i < LAMPS; i++) {
                if (lamp.get(before, i) != lamp.get(after, i)) {
                    claim.add("flip", i);
                }
            }
        });
        model.abstraction().sort(lamps);
        model.abstraction()
                .relation(
                        "on",
                        List.of(lamps),
                        (s, i, b, c, d, e) -> lamp.get(s, i) != 0,
                        (footprint, i, b, c, d, e) -> footprint.one(lamp, i));
        return new Machine(model.build(), Granularity.OPERATION, true);
    }

    private static Exploration explore(long from, Bounds bounds) {
        Machine machine = machine();
        assertThat(machine.schema().isWatchable()).isTrue();
        Judge judge = new Judge(List.of(), machine.model().abstraction(), machine.schema());
        return new Explorer(machine, judge, Limits.none(1), Comparison.with(DISCIPLINE, true))
                .remembersFrom(from, bounds)
                .run(Progress.silent());
    }

    @Test
    void isFoundAsExecutingFindsIt() {
        isFoundWith(AT_ONCE);
    }

    /** Then what is done is known, and what it claims is judged where that is new. */
    @Test
    void isFoundWhereClaimsBelongToWhatIsDone() {
        isFoundWith(NEVER);
    }

    private static void isFoundWith(Bounds bounds) {
        Exploration executed = explore(Long.MAX_VALUE, AT_ONCE);
        Exploration remembered = explore(0, bounds);
        assertThat(executed.end()).isEqualTo(Exploration.End.MISCLAIM);
        assertThat(remembered.end()).isEqualTo(Exploration.End.MISCLAIM);
        assertThat(remembered.conformance().first())
                .isEqualTo(executed.conformance().first());
    }
}
