package dev.moat.explore.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.store.Fingerprint;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was executed once is looked up. */
class KnownEffectsTest {
    private static final Bounds BOUNDS = new Bounds(1 << 26, 1 << 18, 1 << 14);

    @ParameterizedTest
    @ValueSource(strings = {"r1", "xen-vtd"})
    void isNotExecutedAgain(String component) {
        Machine machine =
                Catalog.load().machine(new MachineSpec(component, Map.of(), Granularity.OPERATION, true, List.of()));
        Judge judge = new Judge(List.of(), machine.model().abstraction(), machine.schema());
        Fingerprint fingerprint = new Fingerprint(machine.schema().words());
        Effects effects = Objects.requireNonNull(Effects.of(machine, judge.evaluator(), fingerprint, BOUNDS));
        long[] packed = new long[machine.schema().packing().words()];
        machine.schema().packing().pack(machine.initial(), packed, 0);
        effects.look(machine.initial());
        // Conditions are learned by executing, and then everything is forgotten.
        expand(effects, packed);
        Effects.exchange(List.of(effects));
        int successors = expand(effects, packed);
        int executed = effects.executed;
        assertThat(executed).isPositive();
        assertThat(successors).isPositive();
        assertThat(expand(effects, packed)).isEqualTo(successors);
        assertThat(effects.executed).isEqualTo(executed);
    }

    private static int expand(Effects effects, long[] packed) {
        effects.begin();
        effects.expand(packed, 0);
        return effects.count();
    }
}
