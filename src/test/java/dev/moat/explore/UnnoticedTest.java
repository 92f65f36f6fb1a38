package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The fast half of {@code ClaimsTest.everyWriteLeftOutIsNoticed}: what it excuses is there to be left out. */
class UnnoticedTest {
    /** Each excuse names a step of a machine that is mutated, and slots of that machine. */
    @Test
    void everyExcuseNamesAStepAndSlots() throws IOException {
        Set<String> there = new TreeSet<>();
        for (String line : ClaimsTest.mutated()) {
            Machine machine = Machines.machine(line);
            for (Operation op : machine.model().operations()) {
                for (Step step : op.steps()) {
                    machine.schema()
                            .families()
                            .forEach(slots -> there.add(op.name() + "/" + step.name() + " " + slots.name()));
                }
            }
        }
        assertThat(ClaimsTest.excused().keySet())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(there).contains(name));
    }
}
