package dev.moat.check;

import java.util.List;

/**
 * A violation, replayed and minimised.
 *
 * @param invariants ids of the properties that are false at its end, in the order they are judged
 * @param actions its length: operations, DMA requests and hardware acts
 * @param transitions transitions from the initial state, further steps of running operations included
 * @param story what was seeded, what was done and what is broken: a few sentences, each by itself
 * @param steps what each transition does, in words; as many as there are transitions
 * @param trace the story, a numbered table of its steps and the reason, as lines
 * @param document the counterexample file
 */
public record Finding(
        List<String> invariants,
        int actions,
        int transitions,
        List<String> story,
        List<String> steps,
        List<String> trace,
        Document document) {
    public Finding {
        invariants = List.copyOf(invariants);
        story = List.copyOf(story);
        steps = List.copyOf(steps);
        trace = List.copyOf(trace);
    }

    /** A file that is made when it is asked for. */
    @FunctionalInterface
    public interface Document {
        /** Its text, whole. */
        String text();
    }
}
