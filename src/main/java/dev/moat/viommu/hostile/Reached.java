package dev.moat.viommu.hostile;

import dev.moat.iommu.RegisterUnit;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the last transition got to, counted: registers written, descriptors executed and stopped at, what came of requests. A walk adds it up;
 * where states are explored nothing is declared, since what was done does not make another state.
 */
final class Reached {
    private static final int COUNT_BITS = 8;
    private static final int MOST = (1 << COUNT_BITS) - 1;

    private final RegisterUnit.Manual manual;
    private final Slots counts;
    private final int kinds;
    private final int registers;

    Reached(RegisterUnit.Manual manual, ModelBuilder model) {
        this.manual = manual;
        kinds = manual.descriptors().size();
        registers = manual.registers().size();
        List<String> names = new ArrayList<>();
        Stream.concat(manual.registers().stream(), Stream.of("no register"))
                .forEach(register -> names.add("write of " + register));
        manual.descriptors().forEach(kind -> names.add("descriptor " + kind + " executed"));
        manual.descriptors().forEach(kind -> names.add("descriptor " + kind + " stopped the queue"));
        manual.outcomes().forEach(outcome -> names.add("request: " + outcome));
        counts = model.schema()
                .slots("reached", Role.GHOST, Writer.GHOST, new Sort("Reached", names))
                .bits(COUNT_BITS);
        model.tally(counts);
    }

    /** Another transition begins. */
    void begin(long[] s) {
        for (int i = 0; i < counts.size(); i++) {
            counts.set(s, i, 0);
        }
    }

    void wrote(long[] s, int offset) {
        int register = manual.register(offset);
        count(s, register < 0 ? registers : register);
    }

    /** @param done of {@link RegisterUnit#step} */
    void executed(long[] s, int done) {
        boolean stopped = (done & RegisterUnit.STOPPED) != 0;
        count(s, registers + 1 + (done & ~RegisterUnit.STOPPED) + (stopped ? kinds : 0));
    }

    /** @param outcome of a request or an interrupt */
    void answered(long[] s, int outcome) {
        count(s, registers + 1 + 2 * kinds + outcome);
    }

    private void count(long[] s, int at) {
        counts.set(s, at, Math.min(MOST, counts.get(s, at) + 1));
    }
}
