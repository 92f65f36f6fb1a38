package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The window of interrupt messages of machines with vIOMMUs, page 1 and gfn 1: reads of it, and answers that lead there. */
class MessageWindowTest {
    private static final int WINDOW = 1;
    private static final String SMALL = "xen-viommu operation guests=1 frames=2 window=true reservation=false ";

    private static Slots slots(Machine machine, String name) {
        return machine.schema().families().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A read there is blocked and told, wherever a record is free for it, a write a message, which is not. */
    @ParameterizedTest
    @ValueSource(strings = {"virtual", "passed-through"})
    void aReadIsRecordedAndAWriteIsNot(String devices) {
        Machine machine = Machines.machine(SMALL + "records=true devices=" + devices);
        String device = devices.equals("virtual") ? "vdev0" : "dev0";
        int read = machine.find("blocked_dma(" + device + ", p1, read)").orElseThrow();
        int write = machine.find("blocked_dma(" + device + ", p1, write)").orElseThrow();
        int passOn = machine.find("pass_on_fault()").orElseThrow();
        int recorded = 0;
        for (long[] s : new ReachableStates(machine)) {
            assertThat(machine.stepper().apply(write, s.clone())).isFalse();
            boolean free = Stream.of("recordedDma", "dmaFaultsLost", "dmaFaultUnderway")
                    .noneMatch(relation -> isSo(machine, relation, s, 0));
            if (machine.stepper().apply(read, s) && free) {
                if (!devices.equals("virtual")) {
                    assertThat(machine.stepper().apply(passOn, s)).isTrue();
                }
                assertThat(isSo(machine, "recordedDmaAt", s, WINDOW)).isTrue();
                recorded++;
            }
        }
        assertThat(recorded).isGreaterThan(10);
    }

    /** Whether a relation is true of the only device, and of a page where it has one. */
    private static boolean isSo(Machine machine, String relation, long[] s, int page) {
        return machine.model()
                .abstraction()
                .relation(relation)
                .orElseThrow()
                .code()
                .holds(s, 0, page, 0, 0, 0);
    }

    /** What the device model has in hand it has as far as the p2m gives it, also while translation is switched off: nothing but for the fault. */
    @ParameterizedTest
    @ValueSource(strings = {"", " !p2m.window-mapped"})
    void anAnswerInHandReachesWhatIsBehind(String fault) {
        Machine machine = Machines.machine(
                SMALL.replace("operation", "step") + "te=true front-end=device-model devices=virtual" + fault);
        Slots answer = slots(machine, "wrapper.answer");
        Slots write = slots(machine, "wrapper.write");
        int held = 0;
        for (long[] s : new ReachableStates(machine)) {
            if (answer.get(s, 0) == WINDOW + 1 && slots(machine, "wrapper.page").get(s, 0) == 0) {
                boolean gets = machine.model()
                        .abstraction()
                        .relation(write.get(s, 0) != 0 ? "getsW" : "getsR")
                        .orElseThrow()
                        .code()
                        .holds(s, 0, 0, 1, 0, 0);
                assertThat(gets).isEqualTo(!fault.isEmpty());
                held++;
            }
        }
        assertThat(held).isGreaterThan(10);
    }
}
