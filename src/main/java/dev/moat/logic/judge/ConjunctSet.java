package dev.moat.logic.judge;

import dev.moat.logic.ground.AtomGroups;
import dev.moat.logic.ground.AtomNodes;
import dev.moat.logic.ground.Conjunct;
import dev.moat.logic.ground.GroundNode;
import dev.moat.logic.ground.Readers;
import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ground conjuncts, grouped by a premise that they share, with an index from state bits to the groups that may read
 * them. Most premises are false in most states (a cache serves little), so most groups cost one atom. Immutable.
 */
final class ConjunctSet {
    private final Group[] groups;
    private final int conjuncts;
    private final Readers readers;
    private final Bundles bundles;
    private final boolean observed;
    /** The groups of each bundle, as a set. */
    private final long[][] groupsOf;

    /** What groups have in common: they hold where the guard does, and are of one bundle. */
    private record Key(int bundle, GroundNode guard) {}

    /** Conjuncts that all hold where the guard does. */
    private static final class Group {
        final int bundle;
        final GroundNode guard;
        final GroundNode[] nodes;
        final int[] owner;
        final long owners;

        Group(Key key, List<Conjunct> of) {
            bundle = key.bundle;
            guard = key.guard;
            nodes = of.stream().map(Conjunct::node).toArray(GroundNode[]::new);
            owner = of.stream().mapToInt(Conjunct::owner).toArray();
            owners = of.stream().mapToLong(c -> 1L << c.owner()).reduce(0, (a, b) -> a | b);
        }

        /** The same over atoms. */
        Group(Group of, AtomNodes atoms) {
            bundle = of.bundle;
            guard = atoms.of(of.guard);
            nodes = Stream.of(of.nodes).map(atoms::of).toArray(GroundNode[]::new);
            owner = of.owner;
            owners = of.owners;
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

    /** @param observed whether somebody looks at which atoms are asked for */
    ConjunctSet(List<Conjunct> conjuncts, Schema schema, Bundles bundles, boolean observed) {
        this.observed = observed;
        this.conjuncts = conjuncts.size();
        this.bundles = bundles;
        Map<Key, List<Conjunct>> byKey = new LinkedHashMap<>();
        conjuncts.forEach(c -> byKey.computeIfAbsent(
                        new Key(bundles.of(c.owner()), guardOf(c.node())), key -> new ArrayList<>())
                .add(c));
        groups = byKey.entrySet().stream()
                .map(e -> new Group(e.getKey(), e.getValue()))
                .toArray(Group[]::new);
        Footprint[] reads = new Footprint[groups.length];
        for (int i = 0; i < groups.length; i++) {
            reads[i] = new Footprint(schema);
            for (GroundNode n : groups[i].nodes) {
                n.read(reads[i]);
            }
        }
        readers = new Readers(reads, schema.words());
        groupsOf = new long[bundles.count()][readers.setWords()];
        for (int i = 0; i < groups.length; i++) {
            groupsOf[groups[i].bundle][i >>> 6] |= 1L << i;
        }
    }

    /** The innermost negated atom of a disjunction: the last premise, as a rule the rarest; else the whole. */
    private static GroundNode guardOf(GroundNode node) {
        GroundNode guard = node;
        if (node instanceof GroundNode.Some some) {
            for (GroundNode part : some.parts()) {
                if (part instanceof GroundNode.Literal literal && literal.isNegative()) {
                    guard = literal;
                }
            }
        }
        return guard;
    }

    /** Whether only those atoms are to be asked for on which a verdict depends, and nothing is remembered. */
    boolean isObserved() {
        return observed;
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

    /** Whether what holds in {@code holding} may not hold in another state; then {@code touched} has the groups that may not. */
    boolean touches(long[] holding, long[] s, long[] touched) {
        return readers.ofChange(holding, s, touched);
    }

    /** The bundles of which some group is touched, by number; there are at most as many as invariants. */
    long bundles(long[] touched) {
        long set = 0;
        for (int b = 0; b < groupsOf.length; b++) {
            set |= isTouched(b, touched) ? 1L << b : 0;
        }
        return set;
    }

    /** Whether some group of a bundle is touched. */
    private boolean isTouched(int bundle, long[] set) {
        long any = 0;
        for (int i = 0; i < groupsOf[bundle].length; i++) {
            any |= set[i] & groupsOf[bundle][i];
        }
        return any != 0;
    }

    /** The same conjuncts compiled over atoms, which is worth it for who judges many states. Immutable. */
    final class OverAtoms {
        /** The atoms of all conjuncts. */
        final AtomNodes atoms = new AtomNodes();

        final AtomGroups atomGroups;
        private final Group[] over;
        /** Of each atom, by what it becomes as {@link AtomNodes#doubts} tells it, the groups that may become false. */
        private final int[][] doubted;

        private OverAtoms(Schema schema) {
            over = Stream.of(groups).map(group -> new Group(group, atoms)).toArray(Group[]::new);
            atomGroups = new AtomGroups(atoms.reads(), schema);
            int[][] doubts = Stream.of(over).map(OverAtoms::doubts).toArray(int[][]::new);
            int[] count = new int[2 * atoms.count()];
            Stream.of(doubts).flatMapToInt(IntStream::of).forEach(by -> count[by]++);
            doubted = IntStream.of(count).mapToObj(int[]::new).toArray(int[][]::new);
            for (int group = 0; group < doubts.length; group++) {
                for (int by : doubts[group]) {
                    doubted[by][--count[by]] = group;
                }
            }
        }

        private static int[] doubts(Group group) {
            IntStream.Builder all = IntStream.builder();
            Stream.of(group.nodes).forEach(node -> AtomNodes.doubts(node, all));
            return all.build().distinct().toArray();
        }

        /** The groups that may be false where they were true before an atom became this, by number. */
        int[] doubted(int atom, boolean value) {
            return doubted[2 * atom + (value ? 1 : 0)];
        }

        /**
         * Owners of false conjuncts of a bundle in a state that differs from one in which all hold as {@link #touches} said.
         *
         * @param truths the state over {@link #atoms}
         */
        long violatedOf(int bundle, long[] set, long[] truths) {
            long found = 0;
            for (int i = 0; i < groupsOf[bundle].length; i++) {
                for (long rest = set[i] & groupsOf[bundle][i]; rest != 0; rest &= rest - 1) {
                    found |= over[(i << 6) + Long.numberOfTrailingZeros(rest)].violated(truths, ~found);
                }
            }
            return found;
        }
    }

    /** Compiles them once more. */
    OverAtoms overAtoms(Schema schema) {
        return new OverAtoms(schema);
    }

    /** What a search remembers of each bundle. */
    @Nullable
    HeldStates[] memory() {
        return bundles.memory();
    }

    /** The same of the groups of a set, where all others hold; each asks for what its verdict depends on, and for no more. */
    long violatedAmong(long[] set, long[] s, long asked) {
        long found = 0;
        for (int i = scratchWords() - 1; i >= 0; i--) {
            for (long rest = set[i]; rest != 0; rest &= rest - 1) {
                found |= groups[(i << 6) + Long.numberOfTrailingZeros(rest)].violated(s, asked & ~found);
            }
        }
        return found;
    }
}
