package dev.moat.prove.term;

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

    static List<Expr> of(Collection<Expr> roots) {
        Set<Expr> seen = new HashSet<>();
        ArrayDeque<Expr> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            Expr e = open.pop();
            if (seen.add(e)) {
                for (Expr part : e.of) {
                    open.push(part);
                }
            }
        }
        List<Expr> order = new ArrayList<>(seen);
        order.sort(Comparator.comparingInt(e -> e.number));
        return order;
    }
}
