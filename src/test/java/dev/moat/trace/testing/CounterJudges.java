package dev.moat.trace.testing;

import dev.moat.input.InputException;
import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import dev.moat.trace.StateJudge;
import java.util.List;

/** Two invariants of the counters, written by hand: none is above its limit, no increment is lost. */
public final class CounterJudges implements StateJudge.Source {
    /** Both. */
    public static final List<String> ALL = List.of("within-limit", "none-lost");

    @Override
    public StateJudge judge(Machine machine, List<String> invariants) {
        for (String id : invariants) {
            if (!ALL.contains(id)) {
                throw InputException.withoutPlace("invariants", "there is no invariant '" + id + "'");
            }
        }
        Slots count = machine.schema().family("count").orElseThrow();
        Slots asked = machine.schema().family("asked").orElseThrow();
        return new StateJudge() {
            @Override
            public long violated(long[] s) {
                long set = 0;
                for (int i = 0; i < invariants.size(); i++) {
                    set |= culprit(invariants.get(i), s) >= 0 ? 1L << i : 0;
                }
                return set;
            }

            private int culprit(String id, long[] s) {
                for (int c = 0; c < count.size(); c++) {
                    boolean broken = id.equals("within-limit")
                            ? count.get(s, c) > CounterComponent.LIMIT
                            : count.get(s, c) != asked.get(s, c);
                    if (broken) {
                        return c;
                    }
                }
                return -1;
            }

            @Override
            public List<String> ids() {
                return invariants;
            }

            @Override
            public List<String> explain(int invariant, long[] s) {
                int c = culprit(invariants.get(invariant), s);
                return List.of(
                        count.label(c) + " = " + count.get(s, c),
                        invariant == 0 && invariants.get(0).equals("within-limit")
                                ? "the limit is " + CounterComponent.LIMIT
                                : asked.label(c) + " = " + asked.get(s, c));
            }
        };
    }
}
