package dev.moat.xen.kept;

import dev.moat.model.Operation;
import java.util.List;
import java.util.function.BiPredicate;

/** Sets of steps by their numbers: operations one after the other, from 1. Index 0 is an idle CPU, and in no set. */
final class Steps {
    private final List<Operation> operations;

    Steps(List<Operation> operations) {
        this.operations = List.copyOf(operations);
    }

    /** The steps that satisfy a condition on the operation and the step's index in it. */
    boolean[] that(BiPredicate<Operation, Integer> are) {
        int all = operations.stream().mapToInt(op -> op.steps().size()).sum();
        boolean[] set = new boolean[1 + all];
        int number = 1;
        for (Operation op : operations) {
            for (int i = 0; i < op.steps().size(); i++) {
                set[number++] = are.test(op, i);
            }
        }
        return set;
    }

    /** Whether a set has a number, which need not be a constant. */
    static boolean isAt(boolean[] set, long number) {
        boolean some = false;
        for (int i = 0; i < set.length; i++) {
            some |= set[i] && number == i;
        }
        return some;
    }

    /** Those of this name, in any operation. */
    boolean[] named(String step) {
        return that((op, i) -> op.steps().get(i).name().equals(step));
    }
}
