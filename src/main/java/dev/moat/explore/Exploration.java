package dev.moat.explore;

import dev.moat.machine.Coverage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a search.
 *
 * @param end how it ended
 * @param limit which limit was hit, in words, for {@link End#LIMIT}; null otherwise
 * @param distinct distinct states, the initial one included; with symmetry no two that can be exchanged for each other
 * @param generated the initial state and every successor of every expanded state, duplicates included
 * @param depth levels of the search, the initial state being level 1
 * @param collisions expected number of states lost because two shared a 64-bit fingerprint
 * @param violation the canonical shortest violation; null without one, and where it is a run that breaks a response
 * @param conformance how the transitions compare with the discipline
 * @param coverage what took effect
 * @param witnessed for each judged invariant, and each response once judged, whether a state satisfied its witness
 * @param memory bytes used
 * @param symmetry what was exchanged at will, in words, where one state of those that this leads to stood for all;
 *     else empty
 * @param nanos wall-clock time of the search; not part of deterministic output
 */
public record Exploration(
        End end,
        @Nullable String limit,
        long distinct,
        long generated,
        int depth,
        double collisions,
        @Nullable Violation violation,
        Conformance conformance,
        Coverage coverage,
        List<Boolean> witnessed,
        Memory memory,
        String symmetry,
        long nanos) {
    /** A search that has not begun: no state was seen. */
    public static Exploration none() {
        return new Exploration(
                End.LIMIT,
                "nothing",
                0,
                0,
                0,
                0,
                null,
                Conformance.none("nothing was searched"),
                new Coverage(),
                List.of(),
                new Memory(0, 0, 0),
                "",
                0);
    }

    /** The same counts without a verdict: what had to follow the search, or the search itself, was given up. */
    public Exploration cutShort(End why, @Nullable String hit, long time) {
        return ended(why, hit, null, witnessed, time);
    }

    /** The same with more said of how it compares with the discipline. */
    public Exploration saying(Conformance more) {
        return new Exploration(
                end,
                limit,
                distinct,
                generated,
                depth,
                collisions,
                violation,
                more,
                coverage,
                witnessed,
                memory,
                symmetry,
                nanos);
    }

    /**
     * The same after responses were judged too.
     *
     * @param more for each response, whether something waited in some state
     * @param broken whether one is false: of a run, so that {@link #violation} stays null
     */
    public Exploration answered(List<Boolean> more, boolean broken, long time) {
        List<Boolean> all = new ArrayList<>(witnessed);
        all.addAll(more);
        return ended(broken ? End.VIOLATION : end, limit, violation, List.copyOf(all), time);
    }

    /** Of the same states and transitions. */
    private Exploration ended(End why, @Nullable String hit, @Nullable Violation found, List<Boolean> met, long time) {
        return new Exploration(
                why,
                hit,
                distinct,
                generated,
                depth,
                collisions,
                found,
                conformance,
                coverage,
                met,
                memory,
                symmetry,
                time);
    }

    /** How a search ended. */
    public enum End {
        /** Every reachable state within the scenario's bounds was visited and judged. */
        COMPLETE,
        /** A violation was found; the level in which it lies was finished. */
        VIOLATION,
        /**
         * A transition is not what it claims to be: code and discipline disagree, so there is no verdict, although no state
         * violates a property. A violation, a limit or an interrupt goes before this.
         */
        MISCLAIM,
        /** A limit was hit: no verdict. */
        LIMIT,
        /** The thread was interrupted: no verdict. */
        INTERRUPTED
    }

    /**
     * The first violation in the canonical order: fewest transitions, then the order of the alphabet.
     *
     * @param instances letters of the machine's alphabet from the initial state
     * @param invariants indices of the judged invariants that are false in the last state; empty for a deadlock
     * @param deadlock whether an operation is unfinished, or a call kept from beginning, and nothing can go on
     */
    public record Violation(List<Integer> instances, List<Integer> invariants, boolean deadlock) {
        /**
         * Of invariants.
         *
         * @param violated a bit for each of them
         */
        public static Violation of(List<Integer> instances, long violated) {
            return new Violation(instances, SearchState.indices(violated), false);
        }
    }

    /** Peak sizes in bytes: state set, parent log, frontier; and per distinct state. */
    public record Memory(long set, long log, long frontier) {}
}
