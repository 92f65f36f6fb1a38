package dev.moat.logic.ground;

import dev.moat.state.Footprint;
import dev.moat.state.relation.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Makes nodes: folds constants, flattens, drops duplicates, puts cheap parts first, and keeps one node per formula. */
final class Nodes {
    /** What kind of node a key is of, and its children or arguments. */
    private record Key(String kind, List<Integer> parts) {}

    private static final Node[] NONE = {};
    private static final Comparator<Node> BY_WEIGHT = Comparator.comparingInt(n -> n.weight);

    final Node yes = new Node.Constant(0, true);
    final Node no = new Node.Constant(1, false);
    private final Map<Key, Node> known = new HashMap<>();
    private int next = 2;

    Node constant(boolean value) {
        return value ? yes : no;
    }

    /** A literal, not made before, of an atom that depends on the state; {@code args} holds five elements. */
    Node literal(Relation relation, boolean sign, int[] args, Footprint reads) {
        return new Node.Literal(next++, relation, sign, args, reads);
    }

    Node all(Collection<Node> parts) {
        return combine(parts, yes, no, true);
    }

    Node some(Collection<Node> parts) {
        return combine(parts, no, yes, false);
    }

    private Node combine(Collection<Node> parts, Node neutral, Node absorbing, boolean conjunction) {
        Map<Integer, Node> flat = new LinkedHashMap<>();
        for (Node p : parts) {
            if (p == absorbing) {
                return absorbing;
            } else if (conjunction ? p instanceof Node.All : p instanceof Node.Some) {
                for (Node inner : ((Node.Compound) p).parts) {
                    flat.put(inner.id, inner);
                }
            } else if (p != neutral) {
                flat.put(p.id, p);
            }
        }
        if (flat.isEmpty()) {
            return neutral;
        } else if (flat.size() == 1) {
            return flat.values().iterator().next();
        }
        List<Integer> key = new ArrayList<>(flat.keySet());
        Collections.sort(key);
        Node[] ordered = flat.values().toArray(NONE);
        // The sort is stable: among parts of one weight the order of reading stays, premises first.
        Arrays.sort(ordered, BY_WEIGHT);
        return conjunction
                ? keep("and", key, id -> new Node.All(id, ordered))
                : keep("or", key, id -> new Node.Some(id, ordered));
    }

    Node equal(Node a, Node b) {
        if (a == b) {
            return yes;
        }
        return keep("=", List.of(a.id, b.id), id -> new Node.Equal(id, a, b));
    }

    Node choice(Node condition, Node a, Node b) {
        if (condition == yes || a == b) {
            return a;
        } else if (condition == no) {
            return b;
        }
        return keep("ite", List.of(condition.id, a.id, b.id), id -> new Node.Choice(id, condition, a, b));
    }

    private Node keep(String kind, List<Integer> parts, IntFunction<Node> make) {
        return known.computeIfAbsent(new Key(kind, parts), k -> make.apply(next++));
    }
}
