package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.InvariantLibrary;
import dev.moat.machine.Lookahead;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told without an expansion is what an expansion shows, and whatever is only tried leaves no trace. */
class LookaheadTest {
    private static final int STATES = 400;

    private static Machine machine(String scenario, List<String> faults) throws IOException {
        MachineSpec spec = new ScenarioLibrary(
                        Path.of("specs/scenarios"),
                        new ScenarioReader(
                                Catalog.load(),
                                InvariantLibrary.ofHome(Path.of("")).ids()))
                .find(scenario)
                .machine();
        return Catalog.load().machine(spec.withFaults(faults));
    }

    @ParameterizedTest
    @CsvSource({"xen-step,", "xen-step, unmap.wait-not-queued", "xen-op,", "xen-step-2cpu,"})
    void stuckIsStuck(String scenario, String fault) throws IOException {
        Machine machine = machine(scenario, fault == null ? List.of() : List.of(fault));
        Lookahead ahead = new Lookahead(machine);
        Stepper stepper = machine.stepper();
        SplittableRandom random = new SplittableRandom(5);
        long[] s = machine.initial();
        int stuck = 0;
        for (int n = 0; n < STATES; n++) {
            List<long[]> next = new ArrayList<>();
            stepper.expand(s, (i, t) -> next.add(t.clone()));
            long[] before = s.clone();
            assertThat(ahead.isStuck(s)).isEqualTo(stepper.stuck());
            assertThat(s).isEqualTo(before);
            stuck += stepper.stuck() ? 1 : 0;
            s = stepper.stuck() ? machine.initial() : next.get(random.nextInt(next.size()));
        }
        assertThat(stuck > 0).isEqualTo(fault != null);
    }

    @Test
    void aCallThatComesToNothingIsOneThatIsRefused() throws IOException {
        Machine machine = machine("xen-op", List.of());
        Lookahead ahead = new Lookahead(machine);
        Stepper stepper = machine.stepper();
        SplittableRandom random = new SplittableRandom(6);
        long[] s = machine.initial();
        int refused = 0;
        for (int n = 0; n < 20 * STATES; n++) {
            int letter = random.nextInt(machine.instances());
            boolean nothing = ahead.comesToNothing(letter, s);
            boolean applied = stepper.apply(letter, s);
            assertThat(nothing).isEqualTo(applied && stepper.lastWasRefused());
            refused += nothing ? 1 : 0;
        }
        assertThat(refused).isPositive();
    }

    /** A call writes its arguments before it is known whether it makes sense; of these nothing may stay. */
    @ParameterizedTest
    @CsvSource({"xen-sim-version-2", "xen-sim-batch-range", "xen-sim-scratch", "xen-sim-superpages", "xen-step-2cpu"})
    void aLetterThatIsNotEnabledChangesNothing(String scenario) throws IOException {
        Machine machine = machine(scenario, List.of());
        Stepper stepper = machine.stepper();
        SplittableRandom random = new SplittableRandom(7);
        long[] s = machine.initial();
        int not = 0;
        for (int n = 0; n < 20 * STATES; n++) {
            long[] before = s.clone();
            if (!stepper.apply(random.nextInt(machine.instances()), s)) {
                not++;
                assertThat(s).isEqualTo(before);
            }
            long[] normal = s.clone();
            machine.schema().normalise(normal);
            assertThat(normal).isEqualTo(s);
        }
        assertThat(not).isPositive();
    }
}
