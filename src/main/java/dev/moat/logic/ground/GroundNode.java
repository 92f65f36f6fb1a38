package dev.moat.logic.ground;

import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A ground formula, compiled: evaluation allocates nothing. Immutable; equal formulas of one grounding are one node. */
public abstract class GroundNode {
    /** Number in the grounding; children have smaller ones. */
    final int id;

    /** Atoms an evaluation visits at most. */
    final int weight;

    private GroundNode(int id, int weight) {
        this.id = id;
        this.weight = weight;
    }

    /** Whether it is true in a state. */
    public abstract boolean holds(long[] s);

    /** Adds what the formula may read. */
    public abstract void read(Footprint footprint);

    /** True or false in every state. */
    static final class Constant extends GroundNode {
        final boolean value;

        Constant(int id, boolean value) {
            super(id, 0);
            this.value = value;
        }

        @Override
        public boolean holds(long[] s) {
            return value;
        }

        @Override
        public void read(Footprint footprint) {}
    }

    /** An atom or its negation. */
    public static final class Literal extends GroundNode {
        /** The relation's name. */
        final String relation;

        private final RelationCode code;
        private final boolean sign;
        private final int a;
        private final int b;
        private final int c;
        private final int d;
        private final int e;
        private final Footprint reads;

        Literal(int id, Relation relation, boolean sign, int[] args, Footprint reads) {
            super(id, 1);
            this.relation = relation.name();
            this.code = relation.code();
            this.sign = sign;
            a = args[0];
            b = args[1];
            c = args[2];
            d = args[3];
            e = args[4];
            this.reads = reads;
        }

        /** The elements, five of them; those behind the relation's places are 0. */
        List<Integer> arguments() {
            return List.of(a, b, c, d, e);
        }

        /** Whether it is a negated atom. */
        public boolean isNegative() {
            return !sign;
        }

        /** Whether the atom is true in a state. */
        boolean isTrue(long[] s) {
            return code.holds(s, a, b, c, d, e);
        }

        /** What the atom may read. */
        Footprint reads() {
            return reads;
        }

        @Override
        public boolean holds(long[] s) {
            return code.holds(s, a, b, c, d, e) == sign;
        }

        @Override
        public void read(Footprint footprint) {
            footprint.union(reads);
        }
    }

    /** A literal in a state of which each atom has a bit ({@link AtomNodes}). */
    static final class Bit extends GroundNode {
        final int atom;
        private final Literal literal;
        private final int word;
        private final long mask;
        final boolean sign;

        Bit(Literal literal, int atom) {
            super(literal.id, 1);
            this.literal = literal;
            this.atom = atom;
            word = atom >>> 6;
            mask = 1L << atom;
            sign = literal.sign;
        }

        @Override
        public boolean holds(long[] truths) {
            return (truths[word] & mask) != 0 == sign;
        }

        @Override
        public void read(Footprint footprint) {
            literal.read(footprint);
        }
    }

    /** Literals of which each reads one bit of the state, a word of them at a time ({@link Ground.Masked}). */
    static final class Masks extends GroundNode {
        private final List<Literal> literals;
        private final boolean all;
        private final int[] words;
        private final long[] bits;
        private final long[] wanted;

        /**
         * @param asked by the word of a state, the bits that are looked at and the values that are wanted
         * @param all whether all are wanted, not one of them
         */
        Masks(int id, List<Literal> literals, Map<Integer, long[]> asked, boolean all) {
            super(id, literals.size());
            this.literals = literals;
            this.all = all;
            words = asked.keySet().stream().mapToInt(w -> w).toArray();
            bits = asked.values().stream().mapToLong(a -> a[0]).toArray();
            wanted = asked.values().stream().mapToLong(a -> a[1]).toArray();
        }

        @Override
        public boolean holds(long[] s) {
            for (int i = 0; i < words.length; i++) {
                long wrong = (s[words[i]] ^ wanted[i]) & bits[i];
                if (all ? wrong != 0 : wrong != bits[i]) {
                    return !all;
                }
            }
            return all;
        }

        @Override
        public void read(Footprint footprint) {
            literals.forEach(l -> l.read(footprint));
        }
    }

    /** A formula made of others. */
    public abstract static class Compound extends GroundNode {
        final GroundNode[] parts;

        Compound(int id, GroundNode[] parts) {
            super(id, weightOf(parts));
            this.parts = parts;
        }

        private static int weightOf(GroundNode[] parts) {
            long sum = 0;
            for (GroundNode p : parts) {
                sum += p.weight;
            }
            return (int) Math.min(sum, Integer.MAX_VALUE);
        }

        @Override
        public final void read(Footprint footprint) {
            for (GroundNode p : parts) {
                p.read(footprint);
            }
        }

        /** The same of other parts. */
        abstract Compound of(GroundNode[] others);

        /** The same of what each part is made to, in order. */
        final Compound ofEach(UnaryOperator<GroundNode> made) {
            GroundNode[] others = new GroundNode[parts.length];
            for (int i = 0; i < others.length; i++) {
                others[i] = made.apply(parts[i]);
            }
            return of(others);
        }

        /** Its parts, in order; not to be changed. */
        public GroundNode[] parts() {
            return parts;
        }
    }

    /** All parts; stops at the first false one. */
    static final class All extends Compound {
        All(int id, GroundNode[] parts) {
            super(id, parts);
        }

        @Override
        Compound of(GroundNode[] others) {
            return new All(id, others);
        }

        @Override
        public boolean holds(long[] s) {
            for (GroundNode p : parts) {
                if (!p.holds(s)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Some part; stops at the first true one. */
    public static final class Some extends Compound {
        Some(int id, GroundNode[] parts) {
            super(id, parts);
        }

        @Override
        Compound of(GroundNode[] others) {
            return new Some(id, others);
        }

        @Override
        public boolean holds(long[] s) {
            for (GroundNode p : parts) {
                if (p.holds(s)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Both of two parts or neither. */
    static final class Equal extends Compound {
        Equal(int id, GroundNode left, GroundNode right) {
            super(id, new GroundNode[] {left, right});
        }

        @Override
        Compound of(GroundNode[] others) {
            return new Equal(id, others[0], others[1]);
        }

        @Override
        public boolean holds(long[] s) {
            return parts[0].holds(s) == parts[1].holds(s);
        }
    }

    /** The second part where the first holds, else the third. */
    static final class Choice extends Compound {
        Choice(int id, GroundNode condition, GroundNode yes, GroundNode no) {
            super(id, new GroundNode[] {condition, yes, no});
        }

        @Override
        Compound of(GroundNode[] others) {
            return new Choice(id, others[0], others[1], others[2]);
        }

        @Override
        public boolean holds(long[] s) {
            return parts[0].holds(s) ? parts[1].holds(s) : parts[2].holds(s);
        }
    }
}
