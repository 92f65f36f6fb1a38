package dev.moat.twin.amdvi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The walk (sheet, sections 4 and 12; order 9 to 13), as a set: wherever an entry may be cached, each of the words that the
 * cache may hold is followed.
 *
 * <p>A leaf may be cached since the last invalidation of its page, an entry that points at a table since the last one that
 * covers directories, neither since before a valid DTE pointed at the root.
 */
final class SlowAmdViWalk {
    private static final int PR = 0x10;
    private static final int PE = 0x40;
    private static final int RZ = 0x80;

    private final SlowAmdViMemory memory;
    private final SlowAmdViRules rules;
    private final int deviceId;
    private final int domain;
    private final long iova;
    private final boolean write;
    private final long leafSince;
    private final long directorySince;
    private final UnaryOperator<String> logged;
    private final Set<SlowAmdViAnswer> answers = new LinkedHashSet<>();

    /**
     * A walk of one request.
     *
     * @param leafSince since when a leaf may be cached
     * @param directorySince since when an entry above it may be cached
     * @param logged what remains of an event after the DTE's suppression
     */
    SlowAmdViWalk(
            SlowAmdViMemory memory,
            SlowAmdViRules rules,
            int deviceId,
            int domain,
            long iova,
            boolean write,
            long leafSince,
            long directorySince,
            UnaryOperator<String> logged) {
        this.memory = memory;
        this.rules = rules;
        this.deviceId = deviceId;
        this.domain = domain;
        this.iova = iova;
        this.write = write;
        this.leafSince = leafSince;
        this.directorySince = directorySince;
        this.logged = logged;
    }

    /** The answers from this root; the first is the one without any cache. */
    Set<SlowAmdViAnswer> from(long root, int mode, boolean permitted) {
        if (rules.aboveWidth(iova, mode)) {
            fault("", 0);
        } else {
            level(root, mode, permitted);
        }
        return answers;
    }

    private void level(long table, int level, boolean permitted) {
        long address = rules.entryAddress(table, level, iova);
        List<Long> leaves = memory.heldSince(address, leafSince);
        for (long entry : memory.heldSince(address, directorySince)) {
            boolean ends = rules.leaf(entry) || !rules.present(entry);
            if (!ends || leaves.contains(entry)) {
                entry(entry, level, permitted && rules.permits(entry, write));
            }
        }
    }

    private void entry(long entry, int level, boolean permitted) {
        if (!rules.present(entry)) {
            fault("", 0);
        } else if (rules.reservedInEntry(entry)) {
            fault("", PR | RZ);
        } else if (rules.leaf(entry)) {
            leaf(entry, level, permitted);
        } else if (rules.wrongLevel(entry, level)) {
            fault("", PR);
        } else if (rules.skippedBitsSet(entry, level, iova)) {
            fault("?", PR);
        } else {
            level(rules.tableOf(entry), rules.nextLevel(entry), permitted);
        }
    }

    private void leaf(long entry, int level, boolean permitted) {
        if (rules.wrongSize(entry, level)) {
            fault("?", PR);
        } else if (!permitted) {
            fault("", PR | PE);
        } else {
            answers.add(SlowAmdViAnswer.at(rules.physical(entry, rules.pageBits(entry, level), iova)));
        }
    }

    private void fault(String open, int flags) {
        String event = rules.pageFault(deviceId, flags | rules.writeFlag(write), domain, iova);
        answers.add(SlowAmdViAnswer.blocked(logged.apply(open + event)));
    }
}
