package dev.moat.logic.ground;

import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Makes nodes: folds constants, flattens, drops duplicates, puts cheap parts first, and keeps one node per formula. */
final class Nodes {
    private static final char AND = '&';
    private static final char OR = '|';
    private static final char EQUAL = '=';
    private static final char CHOICE = '?';

    /** What kind of node it is, and the numbers of its parts. Hundreds of thousands are looked up to begin one search. */
    private static final class Key {
        private final char kind;
        private final int[] parts;
        private final int hash;

        Key(char kind, int... parts) {
            this.kind = kind;
            this.parts = parts;
            hash = 31 * Arrays.hashCode(parts) + kind;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.hash == hash && key.kind == kind && Arrays.equals(key.parts, parts);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Of fewer parts none is looked up in a set to see whether it is there already. */
    private static final int FEW = 16;

    private static final Comparator<GroundNode> BY_WEIGHT = Comparator.comparingInt(n -> n.weight);

    final GroundNode yes = new GroundNode.Constant(0, true);
    final GroundNode no = new GroundNode.Constant(1, false);
    private final Map<Key, GroundNode> known = new HashMap<>();
    private int next = 2;

    GroundNode constant(boolean value) {
        return value ? yes : no;
    }

    /** A literal, not made before, of an atom that depends on the state; {@code args} holds five elements. */
    GroundNode literal(Relation relation, boolean sign, int[] args, Footprint reads) {
        return new GroundNode.Literal(next++, relation, sign, args, reads);
    }

    GroundNode all(List<GroundNode> parts) {
        return combine(parts, yes, no, true);
    }

    GroundNode some(List<GroundNode> parts) {
        return combine(parts, no, yes, false);
    }

    private GroundNode combine(List<GroundNode> parts, GroundNode neutral, GroundNode absorbing, boolean conjunction) {
        Flat flat = new Flat();
        for (GroundNode p : parts) {
            if (p == absorbing) {
                return absorbing;
            } else if (conjunction ? p instanceof GroundNode.All : p instanceof GroundNode.Some) {
                for (GroundNode inner : ((GroundNode.Compound) p).parts) {
                    flat.add(inner);
                }
            } else if (p != neutral) {
                flat.add(p);
            }
        }
        if (flat.count == 0) {
            return neutral;
        } else if (flat.count == 1) {
            return flat.nodes[0];
        }
        Key key = new Key(conjunction ? AND : OR, flat.numbers());
        GroundNode node = known.get(key);
        if (node == null) {
            GroundNode[] ordered = Arrays.copyOf(flat.nodes, flat.count);
            // The sort is stable: among parts of one weight the order of reading stays, premises first.
            Arrays.sort(ordered, BY_WEIGHT);
            node = conjunction ? new GroundNode.All(next++, ordered) : new GroundNode.Some(next++, ordered);
            known.put(key, node);
        }
        return node;
    }

    /** Parts in the order of reading, each once. */
    private static final class Flat {
        private GroundNode[] nodes = new GroundNode[FEW];
        private int count;
        private @Nullable Set<GroundNode> many;

        void add(GroundNode node) {
            if (many != null ? !many.add(node) : isThere(node)) {
                return;
            }
            if (count == nodes.length) {
                nodes = Arrays.copyOf(nodes, 2 * count);
            }
            nodes[count++] = node;
            if (count == FEW) {
                many = Collections.newSetFromMap(new IdentityHashMap<>());
                many.addAll(Arrays.asList(nodes).subList(0, count));
            }
        }

        /** There is one node for each formula. */
        private boolean isThere(GroundNode node) {
            for (int i = 0; i < count; i++) {
                if (nodes[i] == node) {
                    return true;
                }
            }
            return false;
        }

        int[] numbers() {
            int[] numbers = new int[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = nodes[i].id;
            }
            Arrays.sort(numbers);
            return numbers;
        }
    }

    GroundNode equal(GroundNode a, GroundNode b) {
        if (a == b) {
            return yes;
        }
        return keep(new Key(EQUAL, a.id, b.id), id -> new GroundNode.Equal(id, a, b));
    }

    GroundNode choice(GroundNode condition, GroundNode a, GroundNode b) {
        if (condition == yes || a == b) {
            return a;
        } else if (condition == no) {
            return b;
        }
        return keep(new Key(CHOICE, condition.id, a.id, b.id), id -> new GroundNode.Choice(id, condition, a, b));
    }

    private GroundNode keep(Key key, IntFunction<GroundNode> make) {
        return known.computeIfAbsent(key, k -> make.apply(next++));
    }
}
