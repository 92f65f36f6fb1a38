package dev.moat.prove.lift;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The assumptions on the path to a place in the code: conditions, the latest first. Immutable. */
final class Path {
    final @Nullable Path before;
    final TermExpr literal;
    final int depth;
    private @Nullable TermExpr whole;

    private Path(@Nullable Path before, TermExpr literal) {
        this.before = before;
        this.literal = literal;
        depth = before == null ? 0 : before.depth + 1;
    }

    static Path start(Exprs exprs) {
        return new Path(null, exprs.yes);
    }

    Path with(TermExpr condition) {
        return condition.isTrue() ? this : new Path(this, condition);
    }

    /** All conditions at once. */
    TermExpr condition(Exprs exprs) {
        TermExpr there = whole;
        if (there == null) {
            there = before == null ? literal : exprs.and(before.condition(exprs), literal);
            whole = there;
        }
        return there;
    }

    /** What is assumed beyond another path that this one goes on from. */
    TermExpr since(Path earlier, Exprs exprs) {
        TermExpr all = exprs.yes;
        for (Path p = this; p != earlier && p.before != null; p = p.before) {
            all = exprs.and(p.literal, all);
        }
        return all;
    }

    /** The condition, or what is known of it here: true or false. */
    TermExpr simplified(TermExpr condition, Exprs exprs) {
        if (condition.isConstant()) {
            return condition;
        }
        TermExpr opposite = exprs.not(condition);
        for (Path p = this; p.before != null; p = p.before) {
            if (p.literal.implies(condition)) {
                return exprs.yes;
            }
            if (p.literal.implies(opposite) || p.literal.excludes(condition)) {
                return exprs.no;
            }
        }
        return condition;
    }

    /** The last of its parts at a depth. */
    Path upTo(int wanted) {
        Path p = this;
        while (p.depth > wanted && p.before != null) {
            p = p.before;
        }
        return p;
    }

    static Path common(Path a, Path b) {
        Path x = a.upTo(b.depth);
        Path y = b.upTo(a.depth);
        while (x != y && x.before != null && y.before != null) {
            x = x.before;
            y = y.before;
        }
        return x;
    }

    /** Several ways as one: those that forked last meet first, so that the conditions of the fork fall away. */
    static <T> T joined(List<T> ways, Function<T, Path> pathOf, BinaryOperator<T> join) {
        T first = ways.get(0);
        if (ways.size() == 1) {
            return first;
        }
        Path common = pathOf.apply(first);
        for (T way : ways) {
            common = common(common, pathOf.apply(way));
        }
        Map<Path, List<T>> branches = new LinkedHashMap<>();
        for (T way : ways) {
            Path next = pathOf.apply(way).upTo(common.depth + 1);
            branches.computeIfAbsent(next, p -> new ArrayList<>()).add(way);
        }
        if (branches.size() == 1) {
            throw new IllegalStateException("two ways to one place under the same conditions");
        }
        return branches.values().stream()
                .map(branch -> joined(branch, pathOf, join))
                .reduce(join)
                .orElse(first);
    }
}
