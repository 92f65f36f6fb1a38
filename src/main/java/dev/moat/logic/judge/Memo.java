package dev.moat.logic.judge;

import java.util.Arrays;

/**
 * Results of code on packed states, indexed by the bits that the code read. A state that agrees with an added one in
 * all bits read for it has its number. Many threads read at any time; a thread that adds waits for others that do.
 *
 * <p>It is a tree: by some bits of a state, a {@link Branch} gives its number or the next branch. A value that code
 * reads decides which bits it reads next. With one key for all bits that it ever reads, most states would seem new.
 */
public final class Memo {
    private static final int MOST_BRANCHES = 1 << 16;

    private final int words;
    private final long mostBytes;
    /** The first one is where to begin; those behind the count are null. */
    private volatile Branch[] branches = new Branch[0];

    private int count;
    /** Of who adds; others see it a little later. */
    private long taken;

    private volatile long bytes;

    /**
     * One that knows nothing.
     *
     * @param words of a packed state
     * @param mostBytes what it may take, about; where it takes more, all is forgotten
     */
    public Memo(int words, long mostBytes) {
        this.words = words;
        this.mostBytes = mostBytes;
        forget();
    }

    /** One that knows nothing, of such states and within such bounds. */
    public Memo empty() {
        return new Memo(words, mostBytes);
    }

    private void forget() {
        Branch root = new Branch(new long[words]);
        branches = new Branch[] {root};
        count = 1;
        taken = root.bytes();
        bytes = taken;
    }

    /** The number of the state that begins at a word, 0 when it is not known. What was known once stays true. */
    public int find(long[] packed, int at) {
        Branch[] known = branches;
        int found = known[0].now().find(packed, at);
        while (found < 0) {
            if (-found >= known.length) {
                // Another thread has added that branch since.
                return 0;
            }
            found = known[-found].now().find(packed, at);
        }
        return found;
    }

    /**
     * Notes the number of a state that was not found.
     *
     * @param reads bits of packed states: all others that agree in these have the same number
     * @param number positive
     */
    public synchronized void add(long[] packed, int at, long[] reads, int number) {
        if (taken > mostBytes || count == MOST_BRANCHES) {
            forget();
        }
        Branch branch = branches[0];
        int found = -1;
        while (found < 0) {
            taken += branch.learn(reads);
            found = branch.now().find(packed, at);
            if (found == 0) {
                // Greater than 0 is what another thread has added.
                found = branch.tells(reads) ? number : -add(branch.next());
                taken += branch.put(packed, at, found);
            }
            branch = branches[Math.max(0, -found)];
        }
        bytes = taken;
    }

    private int add(Branch made) {
        Branch[] all = count == branches.length ? Arrays.copyOf(branches, 2 * count) : branches;
        all[count] = made;
        branches = all;
        taken += made.bytes();
        return count++;
    }

    /** Memory taken, about. */
    public long bytes() {
        return bytes;
    }
}
