package dev.moat.prove.refine;

import dev.moat.logic.claims.TransitionJudge;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The first states that a machine reaches without leaving the discipline, breadth first, and whose claims are wrong there. */
final class ReachedStates {
    private final Set<LongBuffer> known = new HashSet<>();
    private final List<long[]> states = new ArrayList<>();
    private final Map<String, Integer> wrong = new LinkedHashMap<>();
    private final boolean all;
    private final int count;

    /**
     * @param judge asked about every transition
     * @param most states, about
     */
    ReachedStates(Machine machine, TransitionJudge judge, int most) {
        Stepper stepper = machine.stepper();
        ClaimWatch watch = stepper.compareWith(judge);
        List<long[]> layer = List.of(machine.initial());
        known.add(LongBuffer.wrap(layer.get(0)));
        for (int depth = 1; !layer.isEmpty() && known.size() < most; depth++) {
            List<long[]> next = new ArrayList<>();
            states.addAll(layer);
            for (long[] s : layer) {
                int steps = depth;
                stepper.expand(s, (instance, successor) -> {
                    ClaimWatch.Wrong found = watch.wrong();
                    if (found != null) {
                        // What follows begins where the discipline's lemmas need not hold: nothing was proved of that.
                        wrong.putIfAbsent(found.who(), steps);
                        return;
                    }
                    long[] copy = successor.clone();
                    if (known.add(LongBuffer.wrap(copy))) {
                        next.add(copy);
                    }
                });
            }
            layer = next;
        }
        all = layer.isEmpty();
        count = states.size();
    }

    /** Whether a state is among them. */
    boolean isMet(long[] s) {
        return known.contains(LongBuffer.wrap(s));
    }

    List<long[]> states() {
        return states;
    }

    /** Pieces of code that left the discipline, with the number of transitions from the initial state. */
    Map<String, Integer> wrong() {
        return wrong;
    }

    /** Whether these are all states. */
    boolean isAll() {
        return all;
    }

    /** Of how many all transitions were judged; {@link #isMet} knows those behind the last of them, too. */
    int count() {
        return count;
    }
}
