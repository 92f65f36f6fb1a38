package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was executed once is looked up. */
class KnownEffectsTest {
    private static final EffectLimits BOUNDS = new EffectLimits(1 << 26, 1 << 18, 1 << 14);

    private final long[] packed = new long[64];
    private EffectMemory memory;
    private Effects other;

    /** One of two workers of a machine, and its initial state. */
    private Effects effects(String component) {
        Machine machine =
                Catalog.load().machine(new MachineSpec(component, Map.of(), Granularity.OPERATION, true, List.of()));
        Judge judge = new Judge(List.of(), machine.model().abstraction(), machine.schema());
        memory = Objects.requireNonNull(EffectMemory.of(machine, BOUNDS, 2, null));
        Fingerprint fingerprint = new Fingerprint(machine.schema().words());
        Effects effects = memory.worker(judge.evaluator(), fingerprint);
        other = memory.worker(judge.evaluator(), fingerprint);
        machine.schema().packing().pack(machine.initial(), packed, 0);
        effects.look(machine.initial());
        return effects;
    }

    @ParameterizedTest
    @ValueSource(strings = {"r1", "xen-vtd"})
    void isNotExecutedAgain(String component) {
        Effects effects = effects(component);
        // Conditions are learned by executing, and then everything is forgotten.
        expand(effects, packed);
        memory.exchange();
        int successors = expand(effects, packed);
        int executed = effects.executed;
        assertThat(executed).isPositive();
        assertThat(successors).isPositive();
        assertThat(expand(effects, packed)).isEqualTo(successors);
        assertThat(effects.executed).isEqualTo(executed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r1", "xen-vtd"})
    void whatOneHasExecutedAnotherLooksUp(String component) {
        Effects one = effects(component);
        expand(one, packed);
        memory.exchange();
        int successors = expand(one, packed);
        assertThat(expand(other, packed)).isEqualTo(successors);
        assertThat(other.executed).isZero();
    }

    /** What is known may rest on conditions that read less; it is kept where nothing was learned of them. */
    @Test
    void whatIsLearnedOfConditionsForgetsBetweenBlocks() {
        Effects effects = effects("xen-vtd");
        expand(effects, packed);
        KnownEffects known = memory.known();
        memory.exchange();
        assertThat(memory.known()).isNotSameAs(known);
        expand(effects, packed);
        known = memory.known();
        memory.exchange();
        assertThat(memory.known()).isSameAs(known);
    }

    /** Where there is room it pays to remember what there is none for. */
    @Test
    void whatIsForgottenAgainAndAgainDoesNotPay() {
        assertThat(walk(1 << 26).pays()).isTrue();
        assertThat(walk(1 << 19).pays()).isFalse();
    }

    private Effects walk(long bytes) {
        Machine machine = Catalog.load()
                .machine(new MachineSpec(
                        "xen-vtd",
                        Map.of("refs", "2", "handles", "2", "frames", "3", "batch", "2", "flush", "batch-range"),
                        Granularity.OPERATION,
                        true,
                        List.of()));
        Judge judge = new Judge(List.of(), machine.model().abstraction(), machine.schema());
        memory = Objects.requireNonNull(EffectMemory.of(machine, new EffectLimits(bytes, 1 << 16, 1 << 12), 1, null));
        Effects effects = memory.worker(
                judge.evaluator(), new Fingerprint(machine.schema().words()));
        SplittableRandom random = new SplittableRandom(1);
        long[] s = machine.initial();
        for (int n = 0; n < 400; n++) {
            machine.schema().packing().pack(s, packed, 0);
            effects.look(s);
            expand(effects, packed);
            List<long[]> next = new ArrayList<>();
            machine.stepper().expand(s, (letter, t) -> next.add(t.clone()));
            s = next.get(random.nextInt(next.size()));
        }
        return effects;
    }

    private static int expand(Effects effects, long[] packed) {
        effects.begin();
        effects.expand(packed, 0);
        return effects.count();
    }
}
