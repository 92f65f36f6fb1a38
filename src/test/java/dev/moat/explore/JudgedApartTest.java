package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Lamps;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A claim that is wrong only where a step that is known by heart does not look. */
class JudgedApartTest {
    private static final int LAMPS = 8;
    /** Whoever is in vain once has its claims judged apart. */
    private static final EffectLimits AT_ONCE = new EffectLimits(1 << 23, 1 << 18, 1);

    private static final EffectLimits NEVER = new EffectLimits(1 << 23, 1 << 18, 1 << 18);

    /** An operation for each lamp; that the first was switched is not said where three others are on. */
    private static Machine machine() {
        ModelBuilder model = new ModelBuilder(new Edits());
        Sort lamps = Lamps.sort(LAMPS);
        model.schema().readsThroughSlots();
        Slots lamp = Lamps.flipped(model, lamps, "flip");
        model.claim("flip", (before, after, a, b, c, d, e, claim) -> {
            boolean silent = lamp.get(before, 5) + lamp.get(before, 6) + lamp.get(before, 7) == 3;
            for (int i = silent ? 1 : 0; i < LAMPS; i++) {
                if (lamp.get(before, i) != lamp.get(after, i)) {
                    claim.add("flip", i);
                }
            }
        });
        Lamps.show(model, lamps, lamp);
        return new Machine(model.build(), Granularity.OPERATION, true);
    }

    private static Exploration explore(long from, EffectLimits bounds) {
        Machine machine = machine();
        assertThat(machine.schema().isWatchable()).isTrue();
        Judge judge = new Judge(List.of(), machine.model().abstraction(), machine.schema());
        return new Explorer(machine, judge, Limits.none(1), Comparison.with(Lamps.DISCIPLINE, true))
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

    private static void isFoundWith(EffectLimits bounds) {
        Exploration executed = explore(Long.MAX_VALUE, AT_ONCE);
        Exploration remembered = explore(0, bounds);
        assertThat(executed.end()).isEqualTo(Exploration.End.MISCLAIM);
        assertThat(remembered.end()).isEqualTo(Exploration.End.MISCLAIM);
        assertThat(remembered.conformance().first())
                .isEqualTo(executed.conformance().first());
    }
}
