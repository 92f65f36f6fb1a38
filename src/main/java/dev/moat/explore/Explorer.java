package dev.moat.explore;

import dev.moat.explore.Comparison.OnWrongClaim;
import dev.moat.explore.Conformance.Misclaim;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Exploration.Violation;
import dev.moat.explore.store.ChunkedStates;
import dev.moat.explore.store.Fingerprint;
import dev.moat.explore.store.FingerprintSet;
import dev.moat.explore.store.ParentLog;
import dev.moat.logic.claims.IncomparableException;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.read.Discipline;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Breadth-first, level-synchronous search of all reachable states; deterministic for any number of workers.
 *
 * <p>A level is searched in blocks of fixed size, a block in three phases. <i>Expand</i>: workers turn slices of parents
 * into candidates, reading the state set. <i>Insert</i>: workers add candidates to the set, each partition by one
 * worker in the order of slices, so that among equal candidates the first in the order of (parent, letter) is the one
 * that counts. <i>Commit</i>: new states get their numbers by prefix sums and are copied to the next level. No result
 * depends on which worker did what, and state numbers follow the order in which a sequential search finds them: the
 * first violation is the smallest of the shortest ones, in the order of the alphabet.
 */
public final class Explorer {
    private static final int SLICE = 256;
    private static final int SLICES = 128;
    private static final int MAX_ALPHABET = 1 << 16;

    private final Machine machine;
    private final Judge judge;
    private final Limits limits;
    private final FingerprintSet set = new FingerprintSet();
    private final ParentLog log = new ParentLog();
    private Slice[] slices = new Slice[SLICES];
    private final Fingerprint fingerprint;
    private final Crew crew;
    private ChunkedStates level;
    private ChunkedStates next;
    private long levelStart;
    private long distinct = 1;
    private int depth = 1;
    private long peakFrontier;
    private final Comparison comparison;
    private @Nullable Misclaim misclaim;
    private @Nullable Violation violation;
    private @Nullable String limit;
    /** Who is told of violations while the search goes on beyond them; null when the first violation ends it. */
    private final @Nullable Survey survey;

    private final long began = System.nanoTime();

    /** A search that compares nothing with the discipline. */
    public Explorer(Machine machine, Judge judge, Limits limits) {
        this(machine, judge, limits, Comparison.none("not asked for"));
    }

    /**
     * @param comparison what every transition is compared with, if the machine allows it
     * @throws IllegalArgumentException when the alphabet has more than 65,536 letters; then, when a step claims what the
     *     component does not explain
     */
    public Explorer(Machine machine, Judge judge, Limits limits, Comparison comparison) {
        this(machine, judge, limits, comparison, null);
    }

    /** @param survey told of all violations, which then do not end the search; or null */
    Explorer(Machine machine, Judge judge, Limits limits, Comparison comparison, @Nullable Survey survey) {
        if (machine.instances() > MAX_ALPHABET) {
            throw new IllegalArgumentException(
                    "the alphabet has " + machine.instances() + " letters, more than " + MAX_ALPHABET);
        }
        this.machine = machine;
        this.judge = judge;
        this.limits = limits;
        this.survey = survey;
        int words = machine.schema().packing().words();
        level = new ChunkedStates(words);
        next = new ChunkedStates(words);
        fingerprint = new Fingerprint(machine.schema().words());
        for (int i = 0; i < SLICES; i++) {
            slices[i] = new Slice(words);
        }
        crew = new Crew(limits.workers(), () -> new Expander(machine, judge, set, fingerprint));
        if (survey != null) {
            crew.workers().forEach(Expander::searchOn);
        }
        this.comparison = compare(comparison);
    }

    private Comparison compare(Comparison asked) {
        Discipline discipline = asked.discipline();
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
            start();
            while (level.size() > 0 && violation == null && !endsByClaim() && !exhausted()) {
                if (depth < limits.depth() || isLast()) {
                    searchLevel(progress);
                } else {
                    limit = "depth " + limits.depth();
                }
            }
        } catch (OutOfMemoryError e) {
            makeRoom();
        }
        return result();
    }

    /** Java's heap is full: nothing more will be searched, and what was found needs room to be told. */
    private void makeRoom() {
        limit = Limits.heap();
        level = new ChunkedStates(1);
        next = new ChunkedStates(1);
        slices = new Slice[0];
    }

    private void start() {
        long[] s = machine.initial();
        set.add(Fingerprint.of(fingerprint.sum(s, new long[s.length])));
        level.resize(1);
        log.resize(1);
        long[] packed = new long[machine.schema().packing().words()];
        machine.schema().packing().pack(s, packed, 0);
        level.put(0, packed, 0);
        crew.workers().get(0).witness(s);
        long violated = judge.violated(s);
        if (survey != null) {
            survey.note(violated, 0);
        } else if (violated != 0) {
            violation = new Violation(List.of(), indices(violated), false);
        }
    }

    private boolean endsByClaim() {
        return misclaim != null && comparison.wrong() == OnWrongClaim.ENDS;
    }

    /** Whether no state of the level has a successor that is new, so that a depth limit here cuts nothing off. */
    private boolean isLast() {
        Expander scout = new Expander(machine, judge, set, fingerprint);
        for (long from = 0; from < level.size() && !exhausted(); from += SLICE) {
            scout.expand(level, from, Math.min(from + SLICE, level.size()), slices[0]);
            if (slices[0].size() > 0) {
                return false;
            }
        }
        return true;
    }

    private void searchLevel(Progress progress) {
        long nextStart = distinct;
        long stuck = -1;
        Violation found = null;
        for (long from = 0; from < level.size() && !exhausted(); from += SLICE * SLICES) {
            int used = (int) Math.min(SLICES, (level.size() - from + SLICE - 1) / SLICE);
            expand(from, used);
            insert(used);
            commit(used, nextStart);
            for (int i = 0; i < used; i++) {
                Slice slice = slices[i];
                if (stuck < 0) {
                    stuck = slice.stuckParent;
                }
                if (misclaim == null && slice.wrong != null) {
                    misclaim = misclaim(slice, slice.wrong);
                    if (comparison.wrong() == OnWrongClaim.GOES_ON) {
                        // From the next block on, whoever of the workers found it.
                        crew.workers().forEach(Expander::compareNoMore);
                    }
                }
                if (survey != null) {
                    survey.note(slice.violated, depth);
                } else if (found == null && slice.violating >= 0) {
                    found = violation(slice);
                }
            }
            peakFrontier = Math.max(peakFrontier, frontierBytes());
            progress.at(depth, distinct, generated(), level.size() - from, System.nanoTime() - began);
        }
        if (stuck >= 0) {
            violation = new Violation(log.path(levelStart + stuck), List.of(), true);
        } else {
            violation = found;
        }
        finishLevel(nextStart);
    }

    private void finishLevel(long nextStart) {
        levelStart = nextStart;
        ChunkedStates done = level;
        level = next;
        next = done;
        next.clear();
        if (level.size() > 0) {
            depth++;
        }
    }

    private Misclaim misclaim(Slice slice, ClaimWatch.Wrong wrong) {
        List<Integer> letters = log.path(levelStart + slice.wrongParent);
        letters.add(slice.wrongLetter);
        return new Misclaim(letters, wrong.who(), wrong.lines());
    }

    private Violation violation(Slice slice) {
        List<Integer> letters = log.path(levelStart + slice.parentOf(slice.violating));
        letters.add(slice.letterOf(slice.violating));
        return new Violation(letters, indices(slice.violated), false);
    }

    static List<Integer> indices(long bits) {
        List<Integer> list = new ArrayList<>();
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            list.add(Long.numberOfTrailingZeros(rest));
        }
        return list;
    }

    private void expand(long from, int used) {
        AtomicInteger ticket = new AtomicInteger();
        crew.share(used, worker -> {
            for (int i = ticket.getAndIncrement(); i < used; i = ticket.getAndIncrement()) {
                long first = from + (long) i * SLICE;
                worker.expand(level, first, Math.min(first + SLICE, level.size()), slices[i]);
            }
        });
    }

    private void insert(int used) {
        AtomicInteger ticket = new AtomicInteger();
        int tickets = FingerprintSet.PARTITIONS;
        crew.share(used, worker -> {
            for (int p = ticket.getAndIncrement(); p < tickets; p = ticket.getAndIncrement()) {
                for (int i = 0; i < used; i++) {
                    slices[i].insert(p, set);
                }
            }
        });
    }

    private void commit(int used, long nextStart) {
        long at = next.size();
        for (int i = 0; i < used; i++) {
            slices[i].destination = at;
            at += slices[i].freshCount();
        }
        next.resize(at);
        distinct = nextStart + at;
        if (distinct > Integer.MAX_VALUE) {
            limit = "2,147,483,647 states, the size of the parent log";
            return;
        }
        log.resize(distinct);
        AtomicInteger ticket = new AtomicInteger();
        crew.share(used, worker -> {
            for (int i = ticket.getAndIncrement(); i < used; i = ticket.getAndIncrement()) {
                slices[i].commit(next, log, levelStart, nextStart);
            }
        });
    }

    /** Whether to stop although there is work left; a search that has no work left is complete, whatever it took. */
    private boolean exhausted() {
        if (distinct > limits.states()) {
            limit = "states " + limits.states();
        } else if (System.nanoTime() - began >= limits.seconds() * 1e9) {
            limit = "time " + limits.seconds() + " s";
        } else if (set.bytes() + log.bytes() + frontierBytes() > limits.memory()) {
            limit = "memory " + limits.memory() + " bytes";
        }
        return crew.lookForInterrupt() || limit != null;
    }

    /** After the search: what stopped it although there was work left, or null. */
    @Nullable
    String cutOff() {
        return limit != null ? limit : crew.interrupted() ? "interrupted" : null;
    }

    /** Without the candidates of one block, whose number depends on which worker saw what first; a few MiB. */
    private long frontierBytes() {
        return level.bytes() + next.bytes();
    }

    private long generated() {
        long sum = 1;
        for (Expander worker : crew.workers()) {
            sum += worker.generated();
        }
        return sum;
    }

    private End end() {
        if (crew.interrupted()) {
            return End.INTERRUPTED;
        }
        if (violation != null && !endsByClaim()) {
            return End.VIOLATION;
        }
        if (limit != null && !endsByClaim()) {
            return End.LIMIT;
        }
        return misclaim != null && comparison.wrong() != OnWrongClaim.NOTES ? End.MISCLAIM : End.COMPLETE;
    }

    private Exploration result() {
        Coverage coverage = new Coverage();
        long unseen = -1L;
        for (Expander worker : crew.workers()) {
            worker.stepper().addTo(coverage);
            unseen &= worker.unwitnessed();
        }
        List<Boolean> witnessed = new ArrayList<>();
        for (int i = 0; i < judge.invariants().size(); i++) {
            witnessed.add((unseen >>> i & 1) == 0);
        }
        boolean compared = crew.workers().get(0).watch() != null;
        End end = end();
        double collisions = (double) distinct * distinct / 0x1p65;
        return new Exploration(
                end,
                end == End.LIMIT ? limit : null,
                distinct,
                generated(),
                depth,
                collisions,
                end == End.VIOLATION ? violation : null,
                compared ? Conformance.of(crew.workers(), misclaim) : Conformance.none(comparison.reason()),
                coverage,
                witnessed,
                new Exploration.Memory(set.bytes(), log.bytes(), peakFrontier),
                System.nanoTime() - began);
    }
}
