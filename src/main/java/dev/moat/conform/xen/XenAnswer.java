package dev.moat.conform.xen;

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
record XenAnswer(String status, String statusName, int hrc, String out, List<Integer> entries, List<Integer> also) {
    /** Of an operation without a status. */
    public static XenAnswer plain(String out, List<Integer> entries) {
        return returning(0, out, entries);
    }

    /** Of an operation that has no status, and what it returned. */
    public static XenAnswer returning(int hrc, String out, List<Integer> entries) {
        return new XenAnswer("", "", hrc, out, entries, List.of());
    }

    /** @param status 0 or negative */
    public static XenAnswer withStatus(int status, String out, List<Integer> entries) {
        return new XenAnswer("" + status, GrantStatus.SORT.label(-status), 0, out, entries, List.of());
    }

    /** The same, having addressed more entries. */
    public XenAnswer alsoAddressing(List<Integer> more) {
        return new XenAnswer(status, statusName, hrc, out, entries, more);
    }

    /** The same within a hypercall that failed as a whole. */
    public XenAnswer within(int failed) {
        return new XenAnswer(status, statusName, failed, out, entries, also);
    }
}
