package dev.moat.logic.judge;

import dev.moat.logic.ground.Conjunct;
import dev.moat.logic.ground.Node;
import dev.moat.logic.ground.Readers;
import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ground conjuncts, grouped by a premise that they share, with an index from state bits to the groups that may read
 * them. Most premises are false in most states (a cache serves little), so most groups cost one atom. Immutable.
 */
final class ConjunctSet {
    private final Group[] groups;
    private final int conjuncts;
    private final Readers readers;

    /** Conjuncts that all hold where the guard does. */
    private static final class Group {
        final Node guard;
        final Node[] nodes;
        final int[] owner;
        final long owners;

        Group(Node guard, List<Conjunct> of) {
            this.guard = guard;
            nodes = of.stream().map(Conjunct::node).toArray(Node[]::new);
            owner = of.stream().mapToInt(Conjunct::owner).toArray();
            owners = of.stream().mapToLong(c -> 1L << c.owner()).reduce(0, (a, b) -> a | b);
        }

        /** Owners of false conjuncts, among those wanted. Small, so that the JIT puts it into the loops. */
        long violated(long[] s, long wanted) {
            return (owners & wanted) == 0 || guard.holds(s) ? 0 : unguarded(s, wanted);
        }

        private long unguarded(long[] s, long wanted) {
            long found = 0;
            for (int i = 0; i < nodes.length; i++) {
                long bit = 1L << owner[i];
                if ((wanted & ~found & bit) != 0 && !nodes[i].holds(s)) {
                    found |= bit;
                }
            }
            return found;
        }
    }

    ConjunctSet(List<Conjunct> conjuncts, Schema schema) {
        this.conjuncts = conjuncts.size();
        Map<Node, List<Conjunct>> byGuard = new LinkedHashMap<>();
        conjuncts.forEach(c -> byGuard.computeIfAbsent(guardOf(c.node()), g -> new ArrayList<>())
                .add(c));
        groups = byGuard.entrySet().stream()
                .map(e -> new Group(e.getKey(), e.getValue()))
                .toArray(Group[]::new);
        Footprint[] reads = new Footprint[groups.length];
        for (int i = 0; i < groups.length; i++) {
            reads[i] = new Footprint(schema);
            for (Node n : groups[i].nodes) {
                n.read(reads[i]);
            }
        }
        readers = new Readers(reads, schema.words());
    }

    /** The innermost negated atom of a disjunction: the last premise, as a rule the rarest; else the whole. */
    private static Node guardOf(Node node) {
        Node guard = node;
        if (node instanceof Node.Some some) {
            for (Node part : some.parts()) {
                if (part instanceof Node.Literal literal && literal.isNegative()) {
                    guard = literal;
                }
            }
        }
        return guard;
    }

    /** Number of conjuncts. */
    int size() {
        return conjuncts;
    }

    /** Words of the scratch that {@link #violatedSince} needs at least. */
    int scratchWords() {
        return readers.setWords();
    }

    /** Owners of false conjuncts, among those asked for. */
    long violated(long[] s, long asked) {
        long found = 0;
        for (Group group : groups) {
            found |= group.violated(s, asked & ~found);
        }
        return found;
    }

    /** The same where all conjuncts asked for hold in the state {@code holding}; {@code scratch} is overwritten. */
    long violatedSince(long[] holding, long[] s, long asked, long[] scratch) {
        return readers.ofChange(holding, s, scratch) ? violatedAmong(scratch, s, asked) : 0;
    }

    private long violatedAmong(long[] set, long[] s, long asked) {
        long found = 0;
        for (int i = scratchWords() - 1; i >= 0; i--) {
            for (long rest = set[i]; rest != 0; rest &= rest - 1) {
                found |= groups[(i << 6) + Long.numberOfTrailingZeros(rest)].violated(s, asked & ~found);
            }
        }
        return found;
    }
}
