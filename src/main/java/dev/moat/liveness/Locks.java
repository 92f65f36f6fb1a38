package dev.moat.liveness;

import dev.moat.bits.Watched;
import dev.moat.limit.LimitException;
import dev.moat.machine.Machine;
import dev.moat.state.Lock;
import dev.moat.state.Slots;

/** The locks of a machine, in states that note who has them. */
final class Locks {
    private static final int MOST_CPUS = 14;

    private Locks() {}

    /**
     * How many locks a machine has.
     *
     * @throws LimitException when states cannot note who has them: more than 1,024 words, 254 locks or 14 CPUs
     */
    static int watchable(Machine machine) {
        Slots pc = machine.model().pc();
        int cpus = pc == null ? 0 : pc.size();
        int locks = machine.schema().locks().stream()
                .mapToInt(l -> l.slots().size())
                .sum();
        if (machine.schema().words() > Watched.MOST || locks > Watched.LOCKS || cpus > MOST_CPUS) {
            throw new LimitException(
                    "locks " + Watched.LOCKS, "states are too large, or have too many locks, to note who has which");
        }
        return locks;
    }

    /** A state in which nobody has a lock, as one that notes who has. */
    static long[] watched(Machine machine, long[] s) {
        long[] watched = Watched.state();
        System.arraycopy(s, 0, watched, 0, machine.schema().words());
        return watched;
    }

    /** Whose letter it is, in words: the operation that a CPU begins or goes on with in a state. */
    static String told(Machine machine, long[] s, int letter) {
        Machine.Instance it = machine.instance(letter);
        Slots pc = machine.model().pc();
        if (it.kind() == Machine.Kind.ACTION || pc == null) {
            return machine.name(letter);
        }
        String operation = it.kind() == Machine.Kind.START
                ? machine.model().operations().get(it.target()).name()
                : machine.operation((int) pc.get(s, it.cpu()));
        return operation + " on " + pc.index().get(0).label(it.cpu());
    }

    /** The label of a lock, by its number. */
    static String label(Machine machine, int number) {
        for (Lock lock : machine.schema().locks()) {
            int i = number - lock.number(0);
            if (i >= 0 && i < lock.slots().size()) {
                return lock.slots().label(i);
            }
        }
        throw new IllegalArgumentException("there is no lock " + number);
    }
}
