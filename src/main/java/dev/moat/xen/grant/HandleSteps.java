package dev.moat.xen.grant;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.handle.HandleLists;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.CurrentMapping;
import java.util.List;

/**
 * The steps that take a handle from a list of free ones, and that give one back, where each CPU has a list: from its own; where that has
 * one entry only, from a new frame; where there is none to be had, from the next CPU's. The last entry of a list stays there, so that what
 * is given back is linked behind it, and a CPU that has no list steals one entry to begin it with.
 *
 * <p>{@code @source} Xen 4.22 common/grant_table.c: {@code _get_maptrack_handle}, {@code steal_maptrack_handle},
 * {@code get_maptrack_handle}, {@code put_maptrack_handle}. The head is compared and swapped, as until 4.15, which under the lock always
 * succeeds. The first list that Xen steals from is drawn at random: here it is the next CPU's.
 */
final class HandleSteps {
    /** The first step of {@link #giving}. */
    static final String GIVE = "lock-freed-list";

    private static final String LOCK = "lock-list";
    private static final String LOOK = "look-at-list";
    private static final String STEAL = "next-list";
    private static final String COMPARES = "maptrack.compares-head";
    private static final String ENDS = "maptrack.stolen-is-last";
    private static final String GOES_ON = "maptrack.frame-leads-to";

    private final XenState xen;
    private final HandleLists lists;
    private final CurrentMapping current;

    HandleSteps(XenState xen, CurrentMapping current) {
        this.xen = xen;
        this.current = current;
        lists = xen.handleLists;
    }

    /**
     * None where there is one list. Decisions: {@code maptrack.compares-head}, (whether the head is the one seen) to whether the entry
     * behind that takes its place; {@code maptrack.stolen-is-last}, to whether the entry that begins a list is made its last;
     * {@code maptrack.frame-leads-to}, (the list's head when the frame was made, and now) to where the frame leads.
     *
     * @param refused the step that goes on when the call is refused
     * @param taken the step that goes on with a handle
     */
    List<Step> taking(ModelBuilder model, String refused, String taken) {
        if (!lists.on()) {
            return List.of();
        }
        Decision compares = model.decision(COMPARES, (s, same, b, c) -> same);
        Decision ends = model.decision(ENDS, (s, a, b, c) -> 1);
        Decision goesOn = model.decision(GOES_ON, (s, before, now, c) -> now);
        return new OperationPlan()
                .step(Step.of(LOCK, this::lock)
                        .asking(HandleLists.LOCKS)
                        .taking(HandleLists.LIST_LOCK)
                        .quietly()
                        .on(FAIL, refused))
                .step(Step.of(LOOK, this::look)
                        .asking(HandleLists.LOCKS)
                        .dropping(HandleLists.LIST_LOCK)
                        .on(FAIL, STEAL)
                        .on(DONE, "lock-maptrack"))
                .step(Step.of("take-head", (s, cpu) -> takeHead(s, cpu, compares))
                        .asking(COMPARES)
                        .asking(HandleLists.LOCKS)
                        .dropping(HandleLists.LIST_LOCK)
                        .on(NEXT, taken)
                        .on(LOOP, LOOK)
                        .on(DONE, "lock-new-list"))
                .step(Step.of("lock-maptrack", this::lockFrames)
                        .taking(HandleLists.FRAMES_LOCK)
                        .quietly())
                .step(Step.of("grow", this::grow)
                        .dropping(HandleLists.FRAMES_LOCK)
                        .on(FAIL, STEAL))
                .step(lockingOwn("lock-grown-list"))
                .step(Step.of("splice", (s, cpu) -> splice(s, cpu, goesOn))
                        .asking(GOES_ON)
                        .asking(HandleLists.LOCKS)
                        .dropping(HandleLists.LIST_LOCK)
                        .on(NEXT, taken))
                .step(Step.of(STEAL, this::nextList).quietly().on(LOOP, LOCK).on(FAIL, refused))
                .step(lockingOwn("lock-new-list"))
                .step(Step.of("begin-list", (s, cpu) -> beginList(s, cpu, ends))
                        .asking(ENDS)
                        .asking(HandleLists.LOCKS)
                        .dropping(HandleLists.LIST_LOCK)
                        .on(NEXT, STEAL))
                .part();
    }

    /**
     * None where there is one list.
     *
     * @param after the step that goes on, too when nothing is given back
     */
    List<Step> giving(String after) {
        if (!lists.on()) {
            return List.of();
        }
        return new OperationPlan()
                .step(Step.of(GIVE, this::lockFreed)
                        .asking(HandleLists.LOCKS)
                        .taking(HandleLists.LIST_LOCK)
                        .quietly()
                        .on(DONE, after))
                .step(Step.of("move-tail", this::moveTail))
                .step(Step.of("link-tail", this::linkTail)
                        .asking(HandleLists.LOCKS)
                        .dropping(HandleLists.LIST_LOCK)
                        .on(NEXT, after))
                .part();
    }

    private Step lockingOwn(String name) {
        return Step.of(name, (s, cpu) -> lock(s, cpu, current.mapper(s, cpu), cpu))
                .asking(HandleLists.LOCKS)
                .taking(HandleLists.LIST_LOCK)
                .quietly();
    }

    private int lock(long[] s, int cpu, int domain, int list) {
        return lists.lock(s, cpu, domain, list) ? NEXT : BLOCKED;
    }

    private int lock(long[] s, int cpu) {
        return xen.operation.result.get(s, cpu) == GrantStatus.OKAY
                ? lock(s, cpu, current.mapper(s, cpu), lists.list(s, cpu))
                : FAIL;
    }

    /** FAIL when another CPU's list has none to spare, DONE when the own one has not. */
    private int look(long[] s, int cpu) {
        int domain = current.mapper(s, cpu);
        int list = lists.list(s, cpu);
        long head = lists.head.get(s, domain, list);
        long next = head == 0 ? 0 : lists.next(s, domain, (int) head - 1);
        if (next == 0) {
            lists.unlock(s, cpu, domain, list);
            return list == cpu ? DONE : FAIL;
        }
        lists.seen.set(s, cpu, head);
        lists.seenNext.set(s, cpu, next);
        return NEXT;
    }

    /** LOOP when another CPU was faster, which the lock does not let be; DONE for a first entry, which only begins the own list. */
    private int takeHead(long[] s, int cpu, Decision compares) {
        int domain = current.mapper(s, cpu);
        int list = lists.list(s, cpu);
        long seen = lists.seen.get(s, cpu);
        long next = lists.seenNext.get(s, cpu);
        lists.seen.set(s, cpu, 0);
        lists.seenNext.set(s, cpu, 0);
        if (compares.decide(s, lists.head.get(s, domain, list) == seen ? 1 : 0, 0, 0) == 0) {
            return LOOP;
        }
        int handle = (int) seen - 1;
        lists.head.set(s, domain, list, next);
        if (list != cpu) {
            lists.of.set(s, domain, handle, cpu);
        }
        lists.unlock(s, cpu, domain, list);
        take(s, cpu, domain, handle);
        return lists.tail.get(s, domain, cpu) == 0 ? DONE : NEXT;
    }

    private void take(long[] s, int cpu, int domain, int handle) {
        xen.grants.maptrack.taken.set(s, domain, handle, 1);
        lists.taking.set(s, cpu, handle + 1L);
    }

    private int lockFrames(long[] s, int cpu) {
        int domain = current.mapper(s, cpu);
        return lists.framesLock.take(s, cpu, domain) ? NEXT : BLOCKED;
    }

    /** FAIL when the domain has all frames that it may have. */
    private int grow(long[] s, int cpu) {
        int domain = current.mapper(s, cpu);
        boolean can = lists.canGrow(s, domain);
        if (can) {
            lists.seen.set(s, cpu, lists.head.get(s, domain, cpu));
            take(s, cpu, domain, lists.grow(s, domain, cpu));
        }
        lists.framesLock.drop(s, cpu, domain);
        return can ? NEXT : FAIL;
    }

    private int splice(long[] s, int cpu, Decision goesOn) {
        int domain = current.mapper(s, cpu);
        int before = (int) lists.seen.get(s, cpu);
        int now = (int) lists.head.get(s, domain, cpu);
        lists.splice(s, domain, cpu, goesOn.decide(s, before, now, 0));
        lists.seen.set(s, cpu, 0);
        lists.unlock(s, cpu, domain, cpu);
        return NEXT;
    }

    private int nextList(long[] s, int cpu) {
        long later = lists.at.get(s, cpu) + 1;
        if (later == lists.count()) {
            lists.at.set(s, cpu, 0);
            xen.operation.result.set(s, cpu, GrantStatus.NO_SPACE);
            return FAIL;
        }
        lists.at.set(s, cpu, later);
        return LOOP;
    }

    private int beginList(long[] s, int cpu, Decision ends) {
        int domain = current.mapper(s, cpu);
        int handle = lists.takeFromHand(s, cpu);
        xen.grants.maptrack.taken.set(s, domain, handle, 0);
        if (ends.decide(s, 0, 0, 0) != 0) {
            lists.link(s, domain, handle, 0);
        }
        lists.tail.set(s, domain, cpu, handle + 1L);
        if (lists.head.get(s, domain, cpu) == 0) {
            lists.head.set(s, domain, cpu, handle + 1L);
        }
        lists.unlock(s, cpu, domain, cpu);
        return NEXT;
    }

    private int lockFreed(long[] s, int cpu) {
        int handle = (int) lists.giving.get(s, cpu) - 1;
        int domain = current.mapper(s, cpu);
        return handle < 0 ? DONE : lock(s, cpu, domain, (int) lists.of.get(s, domain, handle));
    }

    private int moveTail(long[] s, int cpu) {
        long handle = lists.giving.get(s, cpu);
        int domain = current.mapper(s, cpu);
        int list = (int) lists.of.get(s, domain, (int) handle - 1);
        lists.seen.set(s, cpu, lists.tail.get(s, domain, list));
        lists.tail.set(s, domain, list, handle);
        return NEXT;
    }

    private int linkTail(long[] s, int cpu) {
        long handle = lists.giving.get(s, cpu);
        int domain = current.mapper(s, cpu);
        int last = (int) lists.seen.get(s, cpu) - 1;
        if (last >= 0) {
            lists.link(s, domain, last, handle);
        }
        lists.unlock(s, cpu, domain, (int) lists.of.get(s, domain, (int) handle - 1));
        lists.seen.set(s, cpu, 0);
        lists.giving.set(s, cpu, 0);
        return NEXT;
    }
}
