package dev.moat.prove.infer;

import dev.moat.prove.infer.StrongClauses.Clause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of clauses by their premises, the least literal first. Of thousands of clauses, few have only premises among
 * some given literals; the tree finds these without a look at the others.
 */
final class ClauseTree {
    private final Node root = new Node();

    /** All clauses with the same premises, and where those with one more lead. */
    private static final class Node {
        private final List<Clause> clauses = new ArrayList<>();
        private final @Nullable Node[] children = new Node[Literals.MOST];
        /** The literals that lead on: a bit for each. */
        private long next;
    }

    private Node node(long premises) {
        Node node = root;
        for (long rest = premises; rest != 0; rest &= rest - 1) {
            int literal = Long.numberOfTrailingZeros(rest);
            Node child = node.children[literal];
            if (child == null) {
                child = new Node();
                node.children[literal] = child;
                node.next |= 1L << literal;
            }
            node = child;
        }
        return node;
    }

    void add(Clause clause) {
        node(clause.premises()).clauses.add(clause);
    }

    void remove(Clause clause) {
        node(clause.premises()).clauses.remove(clause);
    }

    /** The first that is wanted of those with no other premises than these; null where none is. */
    @Nullable
    Clause first(long premises, Predicate<Clause> wanted) {
        return first(root, premises, wanted);
    }

    private static @Nullable Clause first(Node node, long premises, Predicate<Clause> wanted) {
        for (Clause c : node.clauses) {
            if (wanted.test(c)) {
                return c;
            }
        }
        for (long rest = node.next & premises; rest != 0; rest &= rest - 1) {
            Node child = node.children[Long.numberOfTrailingZeros(rest)];
            Clause found = child == null ? null : first(child, premises, wanted);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** All that are wanted of those with no other premises than these. */
    List<Clause> all(long premises, Predicate<Clause> wanted) {
        List<Clause> found = new ArrayList<>();
        first(premises, c -> {
            if (wanted.test(c)) {
                found.add(c);
            }
            return false;
        });
        return found;
    }
}
