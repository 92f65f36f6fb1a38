package dev.moat.prove.infer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strong clauses that are true in all observed states. A clause that is false in some state is replaced by the clauses
 * with one literal more that are true there and connected by their variables. A clause that only its last literal
 * connects is not reached from the others. If each literal shares a variable with every other or has none, these are
 * the strongest clauses of the shape.
 */
final class StrongClauses {
    private final Literals literals;
    private final Inference.Shape shape;
    private final ClauseTree tree = new ClauseTree();

    /**
     * For all elements: not all of the premises are true, or one of the goals is.
     *
     * @param premises a bit for each literal
     * @param goals a bit for each literal
     */
    record Clause(long premises, long goals) {
        boolean isFalse(long row) {
            return (premises & ~row) == 0 && (goals & row) == 0;
        }

        /** Whether the other follows from this one, literal for literal. */
        boolean within(Clause other) {
            return (premises & ~other.premises) == 0 && (goals & ~other.goals) == 0;
        }

        int size() {
            return Long.bitCount(premises) + Long.bitCount(goals);
        }
    }

    StrongClauses(Literals literals, Inference.Shape shape) {
        this.literals = literals;
        this.shape = shape;
        tree.add(new Clause(0, 0));
    }

    /** Those that are left, in the same order for the same rows. */
    Collection<Clause> alive() {
        return tree.all(~0L, c -> true);
    }

    void drop(Clause clause) {
        tree.remove(clause);
    }

    /** One that is false of a row; null where all are true. */
    @Nullable
    Clause falseIn(long row) {
        return tree.first(row, c -> c.isFalse(row));
    }

    /** Takes note of which literals are true for some elements of some state. */
    void see(long row) {
        if (falseIn(row) == null) {
            return;
        }
        List<Clause> gone = tree.all(row, c -> c.isFalse(row));
        gone.forEach(tree::remove);
        Set<Clause> weaker = new HashSet<>();
        List<Clause> ordered = new ArrayList<>();
        for (Clause c : gone) {
            weaken(c, row, weaker, ordered);
        }
        ordered.sort((a, b) -> Integer.compare(a.size(), b.size()));
        for (Clause c : ordered) {
            if (tree.first(c.premises(), r -> r.within(c)) == null) {
                tree.add(c);
            }
        }
    }

    /** All with one literal more that are true of the row. */
    private void weaken(Clause c, long row, Set<Clause> seen, List<Clause> weaker) {
        for (int i = 0; i < literals.count(); i++) {
            long bit = 1L << i;
            if ((c.premises() & bit) != 0 || (c.goals() & bit) != 0) {
                continue;
            }
            boolean isTrue = (row & bit) != 0;
            Clause more =
                    isTrue ? new Clause(c.premises(), c.goals() | bit) : new Clause(c.premises() | bit, c.goals());
            if (!isTrue && literals.goalOnly(i)) {
                continue;
            }
            if (allows(more) && connected(more) && seen.add(more)) {
                weaker.add(more);
            }
        }
    }

    private boolean allows(Clause c) {
        int premises = Long.bitCount(c.premises());
        int goals = Long.bitCount(c.goals());
        return premises <= shape.premises()
                && goals <= shape.goals()
                && premises + 2 * goals <= shape.weight()
                && isDecidable(c);
    }

    /** Whether its variables hang together; what has none hangs together with all. */
    private boolean connected(Clause c) {
        long open = c.premises() | c.goals();
        int reached = 0;
        boolean grown = true;
        while (grown) {
            grown = false;
            for (long rest = open; rest != 0; rest &= rest - 1) {
                int mask = literals.mask(Long.lowestOneBit(rest));
                if (mask == 0 || reached == 0 || (mask & reached) != 0) {
                    reached |= mask;
                    open &= ~Long.lowestOneBit(rest);
                    grown = true;
                }
            }
        }
        return open == 0;
    }

    private boolean isDecidable(Clause c) {
        int vars = literals.mask(c.premises() | c.goals());
        for (long rest = c.goals(); rest != 0; rest &= rest - 1) {
            if ((vars & ~literals.around(Long.numberOfTrailingZeros(rest))) != 0) {
                return false;
            }
        }
        return true;
    }
}
