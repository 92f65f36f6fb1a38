package dev.moat.audit.recording;

import dev.moat.iommu.Command;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.RecordedUnit.Done;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The commands that software gave one unit, until they are known to be done: a command is when a wait behind it is. A wait is done when the
 * recording shows its status, as the unit's store or as a load that found it; where it shows neither, when a function that waits returns; where
 * nothing could show it, at once, which is noted as assumed.
 */
final class UnitQueue {
    private static final int MOST_PENDING = 1 << 16;
    private static final int MOST_HISTORY = 128;
    private static final int MOST_EARLY = 64;

    /** A status that stands so many events before the register that has the unit act is its effect; an older one is not. */
    private static final int EARLY_EVENTS = 256;

    private final UnitTables tables;
    private final Evidence evidence;
    private final Deque<Given> pending = new ArrayDeque<>();
    private final List<Given> byRegister = new ArrayList<>();
    private final Map<Long, Given> bySlot = new HashMap<>();
    /** Which CPU has written a slot last, where that need not be the one that tells the unit of it. */
    private final Map<Long, Integer> writers = new HashMap<>();

    private final Deque<Given> history = new ArrayDeque<>();
    private final Deque<Early> early = new ArrayDeque<>();
    private final Deque<List<Long>> tookFirst = new ArrayDeque<>();
    private final Deque<Given> notTaken = new ArrayDeque<>();
    /** CPUs that gave a command since a function returned there that waits. */
    private final Set<Integer> givers = new HashSet<>();

    /** Commands so far, and as many as a read has shown to be passed before software's register was told of. */
    private long commands;

    private long passedEarly = Long.MAX_VALUE;
    private long passedAt;

    private boolean shows;
    private boolean showsTaken;
    private long assumed;
    private long differing;

    /** What a recording could show of waits. */
    interface Evidence {
        boolean statuses();

        boolean loads();

        boolean waitFunctions();
    }

    /** A store of the unit that no wait explains yet. */
    private record Early(long number, long address, int size, long value) {}

    UnitQueue(UnitTables tables, Evidence evidence) {
        this.tables = tables;
        this.evidence = evidence;
    }

    UnitTables tables() {
        return tables;
    }

    /** Software wrote a register: the commands that it gave by that. */
    List<Given> written(Moment when) {
        RecordedUnit unit = tables.unit();
        if (unit.wasReset()) {
            pending.forEach(tables::release);
            pending.clear();
            bySlot.clear();
            notTaken.clear();
            passedEarly = Long.MAX_VALUE;
        }
        List<Given> given = new ArrayList<>();
        for (Command command = unit.next(); command != null; command = unit.next()) {
            Given one = new Given(command, when, writers.getOrDefault(command.at(), when.cpu()));
            given.add(one);
            give(one);
        }
        early.removeIf(e -> e.number + EARLY_EVENTS < when.number());
        early.removeIf(e -> shown(e.address, e.size, e.value));
        if (commands >= passedEarly && passedAt + EARLY_EVENTS >= when.number()) {
            passed(pending.size() - (commands - passedEarly));
            passedEarly = Long.MAX_VALUE;
        }
        return given;
    }

    private void give(Given one) {
        Command command = one.command();
        givers.add(one.writer());
        if (command.at() != Command.BY_REGISTER) {
            bySlot.put(command.at(), one);
        }
        if (command.at() != Command.BY_REGISTER && showsTaken) {
            compare(one);
        }
        if (command.what() == Command.What.INVALIDATION) {
            tables.take(one);
            history.addFirst(one);
            if (history.size() > MOST_HISTORY) {
                history.removeLast();
            }
        } else if (command.what() == Command.What.WAIT) {
            tables.waits();
        }
        if (command.at() == Command.BY_REGISTER) {
            byRegister.add(one);
            if (!evidence.loads()) {
                assumed += command.what() == Command.What.INVALIDATION ? 1 : 0;
                finishRegisters(true);
            }
            return;
        }
        commands++;
        pending.add(one);
        if (pending.size() > MOST_PENDING) {
            // No unit holds so many: the oldest is done no later than the next.
            Given oldest = pending.remove();
            pending.element().inherit(oldest);
        }
        if (command.what() == Command.What.WAIT && !canBeShown(command)) {
            assumed++;
            finish(one, true);
        }
    }

    private void finishRegisters(boolean onlyAssumed) {
        byRegister.forEach(one -> tables.finish(one, onlyAssumed));
        byRegister.clear();
    }

    private boolean canBeShown(Command wait) {
        boolean status = wait.status() != null && (evidence.statuses() || shows);
        return status || evidence.loads() || evidence.waitFunctions();
    }

    /** Whether the recording shows statuses themselves, so that a function's word is not needed. */
    private boolean showsItself() {
        return evidence.statuses() || shows || evidence.loads();
    }

    private void compare(Given one) {
        List<Long> taken = tookFirst.poll();
        if (taken == null) {
            notTaken.add(one);
            if (notTaken.size() > MOST_PENDING) {
                notTaken.remove();
            }
        } else {
            differing += taken.equals(one.command().words()) ? 0 : 1;
        }
    }

    /** The unit took a command, before or after the register that has it do so stands in the recording. */
    void took(List<Long> words) {
        showsTaken = true;
        Given one = notTaken.poll();
        if (one != null) {
            differing += words.equals(one.command().words()) ? 0 : 1;
        } else if (tookFirst.size() < MOST_PENDING) {
            tookFirst.add(words);
        }
    }

    /** The unit stored something. */
    void unitStored(Moment when, long address, int size, long value) {
        shows = true;
        if (!shown(address, size, value)) {
            early.add(new Early(when.number(), address, size, value));
            if (early.size() > MOST_EARLY) {
                early.remove();
            }
        }
    }

    /** Somebody loaded something. */
    void loaded(long address, int size, long value) {
        shown(address, size, value);
    }

    /** Finishes the oldest wait that says that it is done by this. */
    private boolean shown(long address, int size, long value) {
        for (Given one : pending) {
            Command.Status status = one.command().status();
            if (status != null && status.address() == address && size >= status.bytes()) {
                long mask = status.bytes() == Long.BYTES ? -1L : (1L << (status.bytes() * Byte.SIZE)) - 1;
                if (((value ^ status.value()) & mask) == 0) {
                    finish(one, false);
                    return true;
                }
            }
        }
        return false;
    }

    /** Software read a register. */
    void read(Done done, long number) {
        switch (done.what()) {
            case NOTHING -> {}
            case BY_REGISTER -> finishRegisters(false);
            case WAITS ->
                finishLast(one -> one.command().what() == Command.What.WAIT
                        && one.command().status() == null);
            case QUEUE -> {
                passed(pending.size() - done.left());
                if (done.left() < 0) {
                    passedEarly = commands - done.left();
                    passedAt = number;
                }
            }
        }
    }

    /** The unit has gone past the oldest commands: the last wait among them is done. */
    private void passed(long count) {
        Given last = null;
        long n = 0;
        for (Given one : pending) {
            if (n++ >= count) {
                break;
            }
            last = one.command().what() == Command.What.WAIT ? one : last;
        }
        if (last != null) {
            finish(last, false);
        }
    }

    /** Whether a CPU has given commands since a function returned there that waits; from here on it has not. */
    boolean gave(int cpu) {
        return givers.remove(cpu);
    }

    /**
     * A function that waits returns: where nothing else shows it, what its CPU gave before its last wait is done.
     *
     * @return a command of that CPU that is not done; null for none
     */
    @Nullable
    Given waited(int cpu) {
        if (!showsItself()) {
            finishLast(one -> one.command().what() == Command.What.WAIT && one.writer() == cpu);
        }
        for (Given one : pending) {
            Command.What what = one.command().what();
            if (one.writer() == cpu && (what == Command.What.INVALIDATION || what == Command.What.OTHER)) {
                return one;
            }
        }
        return null;
    }

    /** Finishes the newest command of a kind, and all before it. */
    private void finishLast(Predicate<Given> kind) {
        Given last = null;
        for (Given one : pending) {
            last = kind.test(one) ? one : last;
        }
        if (last != null) {
            finish(last, false);
        }
    }

    private void finish(Given last, boolean onlyAssumed) {
        Iterator<Given> all = pending.iterator();
        while (all.hasNext()) {
            Given one = all.next();
            all.remove();
            bySlot.remove(one.command().at(), one);
            tables.finish(one, onlyAssumed);
            if (one == last) {
                return;
            }
        }
    }

    /** A CPU stores something. */
    void stored(long address, int cpu) {
        if (tables.unit().mayBeToldByOthers(address)) {
            writers.put(address & -16, cpu);
        }
    }

    /** The command that waits in a slot of the queue; null for none. */
    @Nullable
    Given inSlot(long address) {
        return bySlot.get(address);
    }

    /** Whether a wait is behind a command. */
    boolean isBeforeWait(Given one) {
        boolean behind = false;
        for (Given other : pending) {
            behind |= other == one;
            if (behind && other.command().what() == Command.What.WAIT) {
                return true;
            }
        }
        return false;
    }

    /** Invalidations, the newest first. */
    Iterable<Given> history() {
        return history;
    }

    /** Events are missing: what was given and not done is not known. */
    void lose() {
        pending.clear();
        byRegister.clear();
        bySlot.clear();
        early.clear();
        passedEarly = Long.MAX_VALUE;
        tookFirst.clear();
        notTaken.clear();
    }

    /** Waits of which nothing could show that they are done. */
    long assumed() {
        return assumed;
    }

    /** Commands that the unit took otherwise than memory had them. */
    long differing() {
        return differing;
    }
}
