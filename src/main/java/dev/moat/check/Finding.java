package dev.moat.check;

import dev.moat.trace.CodePlace;
import java.util.List;

/**
 * A violation, replayed and minimised.
 *
 * @param invariants ids of the properties that are false at its end, in the order they are judged
 * @param actions its length: operations, DMA requests and hardware acts
 * @param transitions transitions from the initial state, further steps of running operations included
 * @param told for people
 * @param document the counterexample file
 */
public record Finding(List<String> invariants, int actions, int transitions, Told told, Document document) {
    public Finding {
        invariants = List.copyOf(invariants);
    }

    /**
     * A violation for people, from short to long.
     *
     * @param story what was seeded, what was done and what is broken: a few sentences, each by itself
     * @param steps what each transition does; as many as there are transitions
     * @param folded story, numbered table without bookkeeping and reason, with what of the initial state the violation rests on; as
     *     lines
     * @param trace story, numbered table of everything that changes, and reason, as lines
     */
    public record Told(List<String> story, List<Done> steps, List<String> folded, List<String> trace) {
        public Told {
            story = List.copyOf(story);
            steps = List.copyOf(steps);
            folded = List.copyOf(folded);
            trace = List.copyOf(trace);
        }
    }

    /**
     * What a transition does.
     *
     * @param words for people
     * @param code where it is written
     */
    public record Done(String words, CodePlace code) {}

    /** A file that is made when it is asked for. */
    @FunctionalInterface
    public interface Document {
        /** Its text, whole. */
        String text();
    }
}
