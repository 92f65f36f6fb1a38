package dev.moat.explore;

import dev.moat.explore.Comparison.OnWrongClaim;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Exploration.Violation;
import dev.moat.explore.SearchState.Tally;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.logic.claims.IncomparableException;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.logic.judge.Evaluator;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Breadth-first, level-synchronous search of all reachable states; deterministic for any number of workers.
 *
 * <p>A level is searched in blocks of fixed size, and a block in three phases. <i>Expand</i>: workers turn slices of
 * parents into candidates and read the state set. <i>Insert</i>: workers add candidates to the set. One worker handles
 * each partition, in the order of slices, so that among equal candidates the first in the order of (parent, letter)
 * counts. <i>Commit</i>: new states get their numbers by prefix sums and are copied to the next level.
 *
 * <p>No result depends on the scheduling of workers. State numbers follow the order in which a sequential search finds
 * the states. The first violation is the smallest of the shortest violations, in the order of the alphabet.
 */
public final class Explorer {
    private static final int SLICE = 256;
    private static final int SLICES = 128;
    /** A slice of a level that is small. */
    private static final int THIN = 32;

    private static final int MAX_ALPHABET = 1 << 16;
    /** So many letters are tried in a block, or those of one parent: limits are looked at between blocks. */
    private static final int TRIED = 1 << 24;
    /** Trying so many, each counted more where states are large, takes a worker a second or so. */
    private static final int HEAVY = 1 << 22;

    private final Machine machine;
    private final Judge judge;
    private final Limits limits;
    private final SearchState at;
    private final Checkpointer keeper;
    private Slice[] slices = new Slice[SLICES];
    private final WorkerPool crew;
    private final Comparison comparison;
    private @Nullable String limit;
    /** Who is told of violations while the search goes on beyond them; null when the first violation ends it. */
    private @Nullable DepthSurvey survey;

    /** What was counted before a block that may be given up, while it is searched; and from then on where it was. */
    private @Nullable Tally before;

    /** Who looks whether a symmetry is one; null without. */
    private @Nullable SymmetryAudit symmetry;

    private final long began = System.nanoTime();

    /** A search that compares nothing with the discipline. */
    public Explorer(Machine machine, Judge judge, Limits limits) {
        this(machine, judge, limits, Comparison.none("not asked for"));
    }

    /**
     * @param comparison what every transition is compared with, if the machine allows it
     * @throws LimitException when the alphabet has more than 65,536 letters
     * @throws IllegalArgumentException then, when a step claims what the component does not explain
     */
    public Explorer(Machine machine, Judge judge, Limits limits, Comparison comparison) {
        this(machine, judge, limits, comparison, Checkpointer.none());
    }

    /** A search that compares and keeps nothing, and goes on beyond violations, of which the survey is told. */
    Explorer(Machine machine, Judge judge, Limits limits, DepthSurvey survey) {
        this(machine, judge, limits);
        this.survey = survey;
        crew.workers().forEach(Expander::searchOn);
    }

    /**
     * As above.
     *
     * @param keeper where the search goes on from, and is kept
     */
    public Explorer(Machine machine, Judge judge, Limits limits, Comparison comparison, Checkpointer keeper) {
        if (machine.instances() > MAX_ALPHABET) {
            throw new LimitException(
                    "letters " + MAX_ALPHABET,
                    "the alphabet has " + machine.instances() + " letters; use smaller parameters, or moat simulate");
        }
        this.machine = machine;
        this.judge = judge;
        this.limits = limits;
        int words = machine.schema().packing().words();
        at = new SearchState(words);
        this.keeper = keeper;
        Evaluator first = judge.evaluator();
        crew = new WorkerPool(
                limits.workers(), limits.memory(), () -> new Expander(machine, judge, first.another(), at.set));
        this.comparison = compare(comparison);
    }

    /** Searches one state of all those that a symmetry makes of each other. To be called before the search. */
    public Explorer upTo(SymmetryGroup group) {
        ImageTables tables = new ImageTables(group, limits.memory());
        crew.workers().forEach(worker -> worker.upTo(tables));
        SymmetryAudit audit = new SymmetryAudit(machine, judge, tables);
        CompiledActions discipline = comparison.discipline();
        if (discipline != null) {
            try {
                audit.compareWith(Expander.judging(machine, discipline));
            } catch (IncomparableException e) {
                throw new IllegalStateException("the workers compare", e);
            }
        }
        symmetry = audit;
        return this;
    }

    /** Remembers what letters do once there are more than so many states. To be called before the search. */
    Explorer remembersFrom(long states) {
        crew.remembersFrom(states, null);
        return this;
    }

    /** The same, with bounds of what may be remembered. */
    Explorer remembersFrom(long states, EffectLimits bounds) {
        crew.remembersFrom(states, bounds);
        return this;
    }

    private Comparison compare(Comparison asked) {
        CompiledActions discipline = asked.discipline();
        try {
            for (int i = 0; discipline != null && i < limits.workers(); i++) {
                crew.workers().get(i).compareWith(discipline);
            }
            return asked;
        } catch (IncomparableException e) {
            return Comparison.none(e.reason());
        }
    }

    /** Searches until done, a violation, a limit or an interrupt. To be called once. */
    public Exploration run(Progress progress) {
        try (crew) {
            crew.start();
            if (keeper.restore(this::read)) {
                stopComparing();
            } else {
                start();
            }
            searchLevels(progress);
            keep();
        } catch (OutOfMemoryError e) {
            makeRoom();
        }
        return result();
    }

    private void searchLevels(Progress progress) {
        try {
            while (!at.done() && !endsByClaim() && !exhausted()) {
                if (at.depth < limits.depth() || at.searched > 0 || isLast()) {
                    searchLevel(progress);
                } else {
                    limit = "depth " + limits.depth();
                }
            }
        } catch (StoppedException e) {
            // Between blocks, or in one that is given up as if it had not begun: what was found before counts.
            crew.lookForInterrupt();
        }
    }

    private void read(DataInput in) throws IOException {
        at.read(in, machine, judge);
        at.requireKnown(machine.schema(), crew.workers().get(0)::print);
        // It may have been kept right behind a level's last block.
        at.endLevel();
    }

    /** Java's heap is full: nothing more will be searched, and what was found needs room to be told. */
    private void makeRoom() {
        limit = Limits.heap();
        at.forget();
        slices = new Slice[0];
        crew.rememberNoMore();
    }

    private void start() {
        long[] s = machine.initial();
        at.set.add(crew.workers().get(0).print(s));
        at.level.resize(1);
        at.log.resize(1);
        long[] packed = new long[machine.schema().packing().words()];
        machine.schema().packing().pack(s, packed, 0);
        at.level.put(0, packed, 0);
        crew.workers().get(0).witness(s);
        long violated = judge.violated(s);
        if (survey != null) {
            survey.note(violated, 0);
        } else if (violated != 0) {
            at.violation = Violation.of(List.of(), violated);
        }
    }

    private boolean endsByClaim() {
        return at.misclaim != null && comparison.wrong() == OnWrongClaim.ENDS;
    }

    /** After a wrong claim, where the search goes on to the harm: from the next block on, whoever of the workers found it. */
    private void stopComparing() {
        if (at.misclaim != null && comparison.wrong() == OnWrongClaim.GOES_ON) {
            crew.compareNoMore();
        }
    }

    /** Whether no state of the level has a successor that is new, so that a depth limit here cuts nothing off. */
    private boolean isLast() {
        Expander scout = new Expander(machine, judge, judge.evaluator(), at.set);
        scout.mayGiveUp(true);
        if (symmetry != null) {
            scout.upTo(symmetry.tables());
        }
        long size = at.level.size();
        for (long from = 0; from < size && !exhausted(); from += SLICE) {
            scout.expand(at.level, from, Math.min(from + SLICE, size), slice(0));
            if (slice(0).size() > 0) {
                return false;
            }
        }
        return true;
    }

    /** Searches the rest of a level; where it stops before the end, what was found so far counts. */
    private void searchLevel(Progress progress) {
        long size = at.level.size();
        int width = width(size);
        crew.remember(machine, at);
        if (symmetry != null) {
            symmetry.look(at.level, i -> at.log.path(at.levelStart + i));
        }
        while (at.searched < size && !exhausted()) {
            int used = (int) Math.min(Math.max(1, most() / width), (size - at.searched + width - 1) / width);
            expand(at.searched, used, width);
            insert(used);
            commit(used);
            for (int i = 0; i < used; i++) {
                note(slices[i]);
            }
            progress.at(at.depth, at.distinct, crew.generated(at), size - at.searched, System.nanoTime() - began);
            at.searched = Math.min(size, at.searched + (long) width * used);
            at.peakFrontier = Math.max(at.peakFrontier, at.frontierBytes());
            if (keeper.due()) {
                keep();
            }
        }
        at.endLevel();
    }

    private void note(Slice slice) {
        if (at.stuck < 0 && slice.stuckParent >= 0) {
            at.stuck = at.levelStart + slice.stuckParent;
        }
        if (at.misclaim == null && slice.wrong != null) {
            at.misclaim = at.misclaim(slice, slice.wrong);
            stopComparing();
        }
        if (survey != null) {
            survey.note(slice.violated, at.depth);
        } else if (at.found == null && slice.violating >= 0) {
            at.found = at.violation(slice);
        }
    }

    /** Parents to a slice: what would be two slices or fewer is cut finer, or one worker alone would have to do. */
    private int width(long size) {
        int width = size > 2 * SLICE ? SLICE : Math.max(THIN, (int) size / 8);
        return Math.min(width, Math.max(1, most() / 8));
    }

    /** Parents to a block. */
    private int most() {
        return Math.max(1, Math.min(SLICE * SLICES, TRIED / Math.max(1, machine.instances())));
    }

    /** Made when it is needed: most machines of a set have small levels. */
    private Slice slice(int i) {
        Slice made = slices[i];
        if (made == null) {
            made = new Slice(machine.schema().packing().words());
            slices[i] = made;
        }
        return made;
    }

    private void expand(long from, int used, int width) {
        for (int i = 0; i < used; i++) {
            slice(i);
        }
        long tried = Math.min((long) used * width, at.level.size() - from) * machine.instances();
        boolean mayGiveUp = tried * (1 + machine.schema().words() / 64) > HEAVY;
        before = mayGiveUp ? tally() : null;
        crew.mayGiveUp(mayGiveUp);
        crew.share(used, (worker, i) -> {
            long first = from + (long) i * width;
            worker.expand(at.level, first, Math.min(first + width, at.level.size()), slices[i]);
        });
        before = null;
        crew.mayGiveUp(false);
    }

    private void insert(int used) {
        // The candidates of two slices are not worth telling other workers of.
        int pieces = used <= 2 ? 1 : FingerprintSet.PARTITIONS;
        int each = FingerprintSet.PARTITIONS / pieces;
        crew.share(pieces, (worker, piece) -> {
            for (int p = piece * each; p < (piece + 1) * each; p++) {
                for (int i = 0; i < used; i++) {
                    slices[i].insert(p, at.set);
                }
            }
        });
    }

    private void commit(int used) {
        long nextStart = at.nextStart();
        long end = at.next.size();
        for (int i = 0; i < used; i++) {
            slices[i].destination = end;
            end += slices[i].freshCount();
        }
        at.next.resize(end);
        at.distinct = nextStart + end;
        if (at.distinct > Integer.MAX_VALUE) {
            limit = "2,147,483,647 states, the size of the parent log";
            return;
        }
        at.log.resize(at.distinct);
        crew.share(used, (worker, i) -> slices[i].commit(at.next, at.log, at.levelStart, nextStart));
    }

    /** Keeps what has been searched so far, with what the workers have counted. */
    private void keep() {
        if (at.distinct <= Integer.MAX_VALUE) {
            keeper.keep(out -> at.write(out, tally()));
        }
    }

    /** Whether to stop although there is work left; a search that has no work left is complete, whatever it took. */
    private boolean exhausted() {
        String time = limits.time().reached(began);
        if (at.distinct > limits.states()) {
            limit = "states " + limits.states();
        } else if (time != null) {
            limit = time;
        } else if (at.bytes() > limits.memory()) {
            limit = "memory " + limits.memory() + " bytes";
        } else if (at.bytes() + crew.remembered() > limits.memory()) {
            // States go first: a search ends no earlier because it remembers.
            crew.rememberNoMore();
        }
        return crew.lookForInterrupt() || limit != null;
    }

    /** After the search: what stopped it although there was work left, or null. */
    @Nullable
    String cutOff() {
        return limit != null ? limit : crew.interrupted() ? "interrupted" : null;
    }

    private Tally tally() {
        return before != null ? before : crew.tally(at, comparison.reason());
    }

    private End end(@Nullable Violation violation) {
        if (crew.interrupted()) {
            return End.INTERRUPTED;
        }
        if (violation != null && !endsByClaim()) {
            return End.VIOLATION;
        }
        if (limit != null && !endsByClaim()) {
            return End.LIMIT;
        }
        return at.misclaim != null && comparison.wrong() != OnWrongClaim.NOTES ? End.MISCLAIM : End.COMPLETE;
    }

    private Exploration result() {
        Tally tally = tally();
        List<Boolean> witnessed = new ArrayList<>();
        for (int i = 0; i < judge.invariants().size(); i++) {
            witnessed.add((tally.unwitnessed() >>> i & 1) == 0);
        }
        Violation violation = at.violation != null ? at.violation : at.foundOnLevel();
        End end = end(violation);
        double collisions = (double) at.distinct * at.distinct / 0x1p65;
        return new Exploration(
                end,
                end == End.LIMIT ? limit : null,
                at.distinct,
                tally.generated() + 1,
                at.depth,
                collisions,
                end == End.VIOLATION ? violation : null,
                tally.conformance(),
                tally.coverage(),
                witnessed,
                new Exploration.Memory(at.setBytes(), at.logBytes(), at.peakFrontier),
                symmetry == null ? "" : symmetry.toString(),
                System.nanoTime() - began);
    }
}
