package dev.moat.check;

import java.util.List;

/**
 * A violation, replayed and minimised.
 *
 * @param invariants ids of the properties that are false at its end, in the order they are judged
 * @param actions its length: operations, DMA requests and hardware acts
 * @param transitions transitions from the initial state, further steps of running operations included
 * @param trace a numbered table of its steps and the reason, as lines
 * @param document the counterexample file
 */
public record Finding(List<String> invariants, int actions, int transitions, List<String> trace, Document document) {
    public Finding {
        invariants = List.copyOf(invariants);
        trace = List.copyOf(trace);
    }

    /** A file that is made when it is asked for. */
    @FunctionalInterface
    public interface Document {
        /** Its text, whole. */
        String text();
    }
}
