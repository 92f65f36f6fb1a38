package dev.moat.xen.abstraction;

import dev.moat.model.Operation;
import dev.moat.xen.grant.GrantOperations;
import java.util.List;

/**
 * Whether the I/O tables may hold the entry of the mapping that an operation opens or closes, told by the step that it runs
 * next: a map's from its upkeep to its publication, an unmap's up to its upkeep and while that is undone.
 */
final class UpkeepProgress {
    private final boolean[] entered;

    /** @param operations all of the machine, in the order of their declaration; steps are numbered through them from 1 */
    UpkeepProgress(List<Operation> operations) {
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

    private static boolean isEntered(Operation op, int next) {
        int upkeep = op.indexOf("upkeep");
        return switch (op.name()) {
            case GrantOperations.MAP -> next > upkeep && next <= op.indexOf("publish");
            case GrantOperations.UNMAP ->
                next <= upkeep || op.steps().get(next).name().equals("restore");
            default -> false;
        };
    }

    boolean isEntered(int step) {
        return entered[step];
    }
}
