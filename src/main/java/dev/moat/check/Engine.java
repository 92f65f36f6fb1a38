package dev.moat.check;

import dev.moat.explore.Checkpointer;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.InputException;
import dev.moat.limit.LimitException;
import dev.moat.machine.Machine;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The interface of the facade to judge, explorer and traces. Tests replace it to test the facade alone. */
public interface Engine {
    /** What the invariants demand, by id; without no-deadlock, which has no file. */
    List<Property> invariants();

    /** What of a check this engine leaves out: in few words, a colon, why; for the first line of each verdict. */
    default List<String> notes() {
        return List.of();
    }

    /**
     * Makes a machine ready to be searched and judged by the scenario's invariants, all of them known.
     *
     * @param machine built from the scenario's description
     * @throws InputException when the component gives no meaning to a relation or sort that one of them needs
     */
    Session open(Scenario scenario, Machine machine);

    /**
     * Properties of a scenario that must hold and of whose subject a machine has none: for each the first relation that the component gives no
     * meaning to there.
     */
    default Map<String, String> withoutSubject(Scenario scenario, Machine machine) {
        return Map.of();
    }

    /** As {@link #open}, for who only asks what breaks: witnesses are not looked for, so that {@link Exploration#witnessed} is false of all. */
    default Session openWithoutWitnesses(Scenario scenario, Machine machine) {
        return open(scenario, machine);
    }

    /**
     * Of the relations that a scenario's properties rest on, those that are empty or the same in all states, each with what to write
     * instead. A relation for which the scenario gives a reason is left out.
     */
    default List<String> unmoved(Scenario scenario, Machine machine) {
        return List.of();
    }

    /** Of a scenario's properties those that 'moat prove' shows of the discipline alone, for any number of everything. */
    default List<String> provable(Scenario scenario) {
        return List.of();
    }

    /**
     * What became of the responses.
     *
     * @param finding of the first that is broken, null where all hold
     * @param witnessed for each, whether something waited in some state
     */
    record Answers(@Nullable Finding finding, List<Boolean> witnessed) {}

    /**
     * What came of asking what an edited program still does.
     *
     * @param finding of what it no longer does, null where that is nothing
     * @param doubts why it shows nothing that every property holds, a clause each
     * @param idle whether the edit changes no transition
     */
    record Kept(@Nullable Finding finding, List<String> doubts, boolean idle) {
        /** Nothing is held against it. */
        static final Kept ALL = new Kept(null, List.of(), false);

        /** Nobody asked. */
        static Kept unasked(String why) {
            return new Kept(null, List.of(why), false);
        }
    }

    /** One machine with its judge. */
    interface Session {
        /**
         * Searches until done, a violation, a limit, or an interrupt.
         *
         * @param compares whether every transition is compared with the discipline
         * @param keeper where the search goes on from, and is kept
         */
        Exploration explore(Limits limits, boolean compares, Checkpointer keeper, Progress progress);

        /**
         * Searches as {@link #explore}, but one state of all those that what is alike in the machine makes of each other, where
         * the machine declares that.
         *
         * @throws DisagreementException when the declaration turns out to be wrong
         */
        default Exploration exploreUpToSymmetry(
                Limits limits, boolean compares, Checkpointer keeper, Progress progress) {
            return explore(limits, compares, keeper, progress);
        }

        /** The same without keeping the search. */
        default Exploration explore(Limits limits, boolean compares, Progress progress) {
            return explore(limits, compares, Checkpointer.none(), progress);
        }

        /**
         * Searches as {@link #explore}, comparing; but a wrong claim, where there must be none, ends the search. For who asks
         * whether anything is wrong, not how far it goes.
         */
        default Exploration exploreToFirstObjection(Limits limits, Progress progress) {
            return explore(limits, true, progress);
        }

        /**
         * Judges what the scenario says must come to an end; to be asked once every state was found to be right.
         *
         * @throws dev.moat.limit.LimitException when the machine is too large for it
         * @throws DisagreementException when the replay of a lasso does not show what the search claims
         */
        default Answers respond(Limits limits) {
            throw new LimitException("responses", "this engine does not judge what must come to an end");
        }

        /**
         * Asks what the scenario's edited program still does, compared with the program as it was; to be asked once every state was found to
         * be right.
         *
         * @throws dev.moat.limit.LimitException when the machine is too large for it
         * @throws DisagreementException when the replay of a lasso does not show what the search claims
         */
        default Kept obligations(Limits limits) {
            return Kept.unasked("whether its operations still end is not asked by this engine");
        }

        /**
         * Replays a violation on the implementation, minimises it and writes it out for people.
         *
         * @throws DisagreementException when the replay does not show what the search claims
         */
        Finding explain(Exploration.Violation violation);
    }

    /**
     * Replays a counterexample file on the present implementation.
     *
     * @throws IOException when it cannot be read
     * @throws InputException when it is malformed, or was made for another layout of the state
     */
    Replayed replay(Path file) throws IOException;

    /**
     * A counterexample file as a table for people.
     *
     * @param folded whether bookkeeping is left out
     * @throws IOException when it cannot be read
     * @throws InputException when it is malformed, or was made for another layout of the state
     */
    List<String> show(Path file, boolean folded) throws IOException;

    /**
     * A counterexample file as a page for a browser, whole.
     *
     * @throws IOException when it cannot be read
     * @throws InputException when it is malformed, or was made for another layout of the state
     */
    String page(Path file) throws IOException;

    /**
     * What two counterexample files differ in, as lines for people; empty when in nothing.
     *
     * @throws IOException when one cannot be read
     * @throws InputException when one is malformed, or was made for another layout of the state
     */
    List<String> diff(Path first, Path second) throws IOException;
}
