package dev.moat.iommu;

import dev.moat.model.Outcome;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * Invalidation by one unit, and its completion: a queue, registers, a command buffer, a blast of the whole cache.
 * Software asks, takes the driver's own steps, requests a completion, and waits for it. Each is a step of its own,
 * because others act in between. The unit may invalidate more than requested. A request stays pending until the unit
 * has executed it, even if there is nothing to invalidate: the vocabulary's tokens rely on it.
 *
 * <p>For each CPU one thing is under way, or with {@link dev.moat.iommu.Capabilities.Asking#queued} several whose
 * completion is announced together.
 */
public interface Port {
    /** In place of a page: all that are cached under the tag. */
    int ALL_PAGES = -1;
    /** In place of a tag: all tags. */
    int ALL_TAGS = -1;

    /** Below what is to be forgotten: entries of leaf tables. */
    int LEAVES = 0;
    /** An entry above changed too, so that what led to a table has to go as well. */
    int TABLES = 1;
    /** The same, and software wants everything under the tag forgotten, not the pages alone. */
    int WHOLE_SPACE = 2;

    /** Answers of {@link #finds}: nothing. */
    int NOTHING = 0;
    /** Something, but not what is asked for. */
    int OTHERS = 1;
    /** What is asked for. */
    int COVERED = 2;

    /**
     * Asks for cached translations to be forgotten.
     *
     * @param tag the tag, or {@link #ALL_TAGS}
     * @param first the first page that has to go, or {@link #ALL_PAGES}
     * @param last the last one
     * @param changed {@link #LEAVES}, {@link #TABLES} or {@link #WHOLE_SPACE}
     * @return false, with nothing changed, when there is no room for it now
     */
    boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed);

    /** Asks for a requester's cached device entry to be forgotten, as it was cached under a tag. False when there is no room. */
    boolean askEntry(long[] s, int cpu, int tag, int requester);

    /**
     * Asks for what a requester keeps itself to be forgotten; where devices have TLBs ({@link
     * dev.moat.iommu.Capabilities.Caching#devices}).
     *
     * @param first the first page, or {@link #ALL_PAGES}
     * @param last the last page; more than these may be named
     * @return false, with nothing changed, when there is no room for it now
     */
    default boolean askDevice(long[] s, int cpu, int requester, int first, int last) {
        throw new UnsupportedOperationException("these devices have no TLBs");
    }

    /** The decisions that the driver may ask in {@link #askTranslations}. */
    default List<String> decisions() {
        return List.of();
    }

    /** The decisions that the driver may ask in one of its own steps; see {@link #drive}. */
    default List<String> decisions(int step) {
        return List.of();
    }

    /** Names of the driver's own steps between asking and announcing, none where asking is one store; see {@link #drive}. */
    default List<String> driverSteps() {
        return List.of();
    }

    /**
     * Takes one of them.
     *
     * @param step index into {@link #driverSteps}
     * @return an outcome of {@link Outcome}: NEXT, BLOCKED, LOOP for once more, FAIL when the driver gives up
     */
    default int drive(long[] s, int cpu, int step) {
        return Outcome.NEXT;
    }

    /** Asks to be told when everything asked for is done, where that is not told anyway. False when there is no room now. */
    default boolean announce(long[] s, int cpu) {
        return true;
    }

    /** The decisions that the driver may ask in {@link #announce}, where calls of several CPUs share what they announce. */
    default List<String> announcing() {
        return List.of();
    }

    /** Whether what this CPU asked for last is done; then the CPU has been told. */
    boolean isDone(long[] s, int cpu);

    /** The unit does the next thing that it was asked for, of its own accord. False when there is none. */
    boolean serve(long[] s);

    /**
     * What the unit has still to do for a CPU: {@link #COVERED} when the page under the tag will be forgotten. This and the
     * next three need {@link dev.moat.iommu.Sizes.Need#SUBMITTERS}.
     */
    int finds(long[] s, int cpu, int tag, int page);

    /**
     * The same of one request for translations or entries, counted from the CPU's last one.
     *
     * @param fromEnd how many it asked for later
     */
    default int findsFromEnd(long[] s, int cpu, int fromEnd, int tag, int page) {
        return fromEnd == 0 ? finds(s, cpu, tag, page) : NOTHING;
    }

    /**
     * The same for a requester's cached device entry: {@link #COVERED} only for what {@link #askEntry} asked for, also where one
     * command forgets everything.
     */
    int findsEntry(long[] s, int cpu, int requester);

    /** The CPU that asked for what the unit does next, or -1 when that is nothing that forgets. */
    int nextSubmitter(long[] s);

    /**
     * Whether the unit has to do just what the steps of its only CPU leave there, for lines that are proved: {@link #NOTHING}, no
     * more; {@link #OTHERS}, at most what {@link #askTranslations} asks for one page; {@link #COVERED}, at most that and then what
     * {@link #announce} does, or all of it is done and told. A port that cannot tell answers false.
     */
    default boolean holds(long[] s, int cpu, int tag, int page, int what) {
        return false;
    }

    /** Adds what {@link #finds}, {@link #findsFromEnd} and {@link #findsEntry} read. */
    void read(Footprint footprint);
}
