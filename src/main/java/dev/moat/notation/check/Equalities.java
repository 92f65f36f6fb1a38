package dev.moat.notation.check;

import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Op;
import dev.moat.notation.core.Value.Pair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the one element that conditions leave to a variable, so that nobody loops over all of them. */
final class Equalities {
    private Equalities() {}

    /** What a variable has to be equal to for all of some conditions to be true; null where they leave it several. */
    static @Nullable Value only(Value.Variable variable, @Nullable Value... conditions) {
        for (Value condition : conditions) {
            Value found = condition == null ? null : only(condition, variable);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Value only(Value condition, Value.Variable variable) {
        if (condition instanceof Pair pair && pair.op() == Op.AND) {
            Value left = only(pair.left(), variable);
            return left != null ? left : only(pair.right(), variable);
        }
        if (condition instanceof Pair pair && pair.op() == Op.SAME) {
            if (pair.left().equals(variable) && isEarlier(pair.right(), variable.slot())) {
                return pair.right();
            }
            return pair.right().equals(variable) && isEarlier(pair.left(), variable.slot()) ? pair.left() : null;
        }
        return null;
    }

    /** Whether a value is made of variables that have theirs before a slot gets one. */
    private static boolean isEarlier(Value value, int slot) {
        if (value instanceof Value.Variable v) {
            return v.slot() < slot;
        } else if (value instanceof Value.Const || value instanceof Value.Fixed || value instanceof Value.Me) {
            return true;
        } else if (value instanceof Value.Read read) {
            return areEarlier(read.index(), slot);
        } else if (value instanceof Value.Call call) {
            return areEarlier(call.arguments(), slot);
        } else if (value instanceof Value.Pair pair) {
            return isEarlier(pair.left(), slot) && isEarlier(pair.right(), slot);
        }
        return false;
    }

    private static boolean areEarlier(List<Value> values, int slot) {
        return values.stream().allMatch(v -> isEarlier(v, slot));
    }
}
