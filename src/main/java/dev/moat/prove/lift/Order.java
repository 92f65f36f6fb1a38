package dev.moat.prove.lift;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All parts of some expressions, each after its own parts. */
final class Order {
    private Order() {}

    static List<TermExpr> of(Collection<TermExpr> roots) {
        Set<TermExpr> seen = new HashSet<>();
        ArrayDeque<TermExpr> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            TermExpr e = open.pop();
            if (seen.add(e)) {
                for (TermExpr part : e.of) {
                    open.push(part);
                }
            }
        }
        List<TermExpr> order = new ArrayList<>(seen);
        order.sort(Comparator.comparingInt(e -> e.number));
        return order;
    }
}
