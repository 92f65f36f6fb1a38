package dev.moat.conform.xen.record;

import dev.moat.grant.GrantStatus;
import java.util.List;

/**
 * What Moat answers to one row.
 *
 * @param status as recorded, empty where the operation has none
 * @param statusName its name
 * @param hrc what the hypercall as a whole returned
 * @param out what the operation returned
 * @param entries the entry that it addressed, as {@code XenBench} numbers them; always shown
 * @param also further entries that it addressed, shown when they have changed since the recorder saw them
 */
public record Answer(String status, String statusName, int hrc, String out, List<Integer> entries, List<Integer> also) {
    /** Of an operation without a status. */
    public static Answer plain(String out, List<Integer> entries) {
        return returning(0, out, entries);
    }

    /** Of an operation that has no status, and what it returned. */
    public static Answer returning(int hrc, String out, List<Integer> entries) {
        return new Answer("", "", hrc, out, entries, List.of());
    }

    /** @param status 0 or negative */
    public static Answer withStatus(int status, String out, List<Integer> entries) {
        return new Answer("" + status, GrantStatus.SORT.label(-status), 0, out, entries, List.of());
    }

    /** The same, having addressed more entries. */
    public Answer alsoAddressing(List<Integer> more) {
        return new Answer(status, statusName, hrc, out, entries, more);
    }

    /** The same within a hypercall that failed as a whole. */
    public Answer within(int failed) {
        return new Answer(status, statusName, failed, out, entries, also);
    }
}
