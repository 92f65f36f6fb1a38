package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.claims.IncomparableException;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is compared of an operation: each of its steps, and the checker's own normalisation. */
class ClaimWatchTest {
    private final Sort lamps = Lamps.sort(2);
    private ClaimJudge judge;

    /**
     * An operation that switches the first lamp in each of its steps, and in its last one the second, which goes out
     * again where an operation has ended if it {@code fades}.
     */
    private Model model(int flips, boolean fades) {
        return model(flips, fades, false);
    }

    /** @param lies whether a step before all these switches the first lamp too, and claims nothing, as one behind them does that does nothing */
    private Model model(int flips, boolean fades, boolean lies) {
        ModelBuilder model = new ModelBuilder(new Edits());
        Slots pc = model.cpus(Sort.numbered("Cpu", "cpu", 1), true);
        var builder = model.schema().slots("lamp", Role.HYPERVISOR, Writer.HYPERVISOR, lamps);
        if (fades) {
            builder.live((s, i) -> i == 0 || pc.get(s, 0) != 0);
        }
        Slots lamp = builder.bits(1);
        List<Step> steps = new ArrayList<>();
        if (lies) {
            steps.add(Lamps.flip("lie", lamp, 0, "nothing"));
        }
        for (int i = 0; i < flips; i++) {
            steps.add(Lamps.flip("flip" + i, lamp, 0, "flip"));
        }
        steps.add(Lamps.flip("last", lamp, 1, "flip"));
        if (lies) {
            steps.add(Step.of("pause", (s, cpu) -> Outcome.NEXT).claiming("nothing"));
        }
        Lamps.operation(model, "blink", steps);
        model.claim("flip", (before, after, a, b, c, d, e, claim) -> {
            for (int i = 0; i < 2; i++) {
                if (lamp.get(before, i) != lamp.get(after, i)) {
                    claim.add("flip", i);
                }
            }
        });
        model.claim("nothing", (before, after, a, b, c, d, e, claim) -> {});
        Lamps.show(model, lamps, lamp);
        return model.build();
    }

    private ClaimWatch watch(Model model) throws IncomparableException {
        Machine machine = new Machine(model, Granularity.OPERATION, true);
        Stepper stepper = machine.stepper();
        judge = new ClaimJudge(Lamps.DISCIPLINE, model.abstraction(), machine.schema());
        ClaimWatch watch = stepper.compareWith(judge);
        stepper.expand(machine.initial(), (instance, s) -> {});
        return watch;
    }

    @Test
    void anOperationMayBeLong() throws IncomparableException {
        ClaimWatch watch = watch(model(200, false));
        assertThat(watch.wrong()).isNull();
        assertThat(judge.taken()).containsEntry("flip", 201L);
    }

    /** The lamp is still on where the last step ends; then the checker declares it meaningless. */
    @Test
    void normalisationChangesNothingThatTheDisciplineSees() throws IncomparableException {
        ClaimWatch.Wrong wrong = watch(model(1, true)).wrong();
        assertThat(wrong).isNotNull();
        assertThat(wrong.who()).isEqualTo("the call itself, or normalisation");
        assertThat(wrong.lines())
                .containsExactly(
                        "claimed       a stutter",
                        "discipline    true after it, false in the implementation: on(lamp1)");
    }

    /** A search that remembers the transition counts it whole, so one that executes it does. */
    @Test
    void whatComesBehindAWrongStepIsCounted() throws IncomparableException {
        ClaimWatch watch = watch(model(1, false, true));
        ClaimWatch.Wrong wrong = watch.wrong();
        assertThat(wrong).isNotNull();
        assertThat(wrong.who()).isEqualTo("blink/lie");
        assertThat(watch.stutters()).containsOnlyKeys("blink/lie", "blink/pause");
    }
}
