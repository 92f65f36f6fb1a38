package dev.moat.xen.abstraction;

import dev.moat.model.Operation;
import dev.moat.state.Abstraction;
import dev.moat.xen.call.Phase;
import dev.moat.xen.grant.GrantOperations;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * Whether the I/O tables may hold the entry of the mapping that an operation opens or closes, told by the step that it runs
 * next: a map's from its upkeep to its publication, an unmap's up to its upkeep and while that is undone.
 */
public final class UpkeepProgress {
    private final XenState xen;
    private final GrantAbstraction h;
    private final boolean[] entered;

    /** @param operations all of the machine, in the order of their declaration; steps are numbered through them from 1 */
    UpkeepProgress(XenState xen, GrantAbstraction h, List<Operation> operations) {
        this.xen = xen;
        this.h = h;
        entered = new boolean
                [1 + operations.stream().mapToInt(op -> op.steps().size()).sum()];
        int first = 1;
        for (Operation op : operations) {
            for (int i = 0; i < op.steps().size(); i++) {
                entered[first + i] = isEntered(op, i);
            }
            first += op.steps().size();
        }
    }

    /** The program counter of an operation whose next step is this one; -1 in a machine without it. */
    static int counter(List<Operation> operations, String operation, String step) {
        int first = 1;
        for (Operation op : operations) {
            int at = op.name().equals(operation) ? op.indexOf(step) : -1;
            if (at >= 0) {
                return first + at;
            }
            first += op.steps().size();
        }
        return -1;
    }

    /** Whether they may while this step of an operation is the next. */
    public static boolean isEntered(Operation op, int next) {
        int upkeep = op.indexOf("upkeep");
        return switch (op.name()) {
            case GrantOperations.MAP -> next > upkeep && next <= op.indexOf("publish");
            case GrantOperations.UNMAP ->
                next <= upkeep || (next >= op.indexOf("restore") && next <= op.indexOf("reopen"));
            default -> false;
        };
    }

    void declare(Abstraction to) {
        to.relation("entered", List.of(h.holds), (s, k, b, c, d, e) -> isEntered(s, k), (p, k, b, c, d, e) -> {
            h.readHold(p, k);
            if (isCpus(k)) {
                p.one(xen.pc, k - h.cpuHold(0));
            }
        });
    }

    private boolean isCpus(int hold) {
        return hold >= h.cpuHold(0) && hold < h.cpuHold(xen.pc.size());
    }

    private boolean isEntered(long[] s, int k) {
        if (h.isHandle(k)) {
            return h.sides(s, k) != 0;
        }
        int phase = h.phase(s, k);
        boolean whole = phase == Phase.OPENING || phase == Phase.CLOSING;
        if (!isCpus(k) || !whole) {
            return false;
        }
        int at = (int) xen.pc.get(s, k - h.cpuHold(0));
        return at < entered.length && entered[at];
    }
}
