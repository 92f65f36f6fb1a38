package dev.moat.logic.ground;

import dev.moat.bits.Watched;
import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A formula whose variables stand for elements, compiled for the states of one component. Immutable, except that it is
 * compiled a second time after many evaluations.
 */
public final class Ground {
    /** Most are asked for less often than it would take to compile them again. */
    private static final int OFTEN = 200;

    private final GroundNode node;
    private final long[] blank;
    /** What says the same in less time; not there yet, or not seen yet by this thread. */
    private @Nullable GroundNode masked;
    /** So often, or less where several threads ask. */
    private int asked;

    /** @param blank a state of the schema */
    Ground(GroundNode node, long[] blank) {
        this.node = node;
        this.blank = blank;
    }

    /** Whether it is true in a state. Allocates nothing, but once. */
    public boolean holds(long[] s) {
        GroundNode fast = masked;
        if (fast != null && s.length != Watched.LENGTH) {
            return fast.holds(s);
        }
        if (fast == null && ++asked >= OFTEN) {
            masked = new Masked(blank).of(node);
        }
        return node.holds(s);
    }

    /** Adds what an evaluation may read. */
    public void read(Footprint footprint) {
        node.read(footprint);
    }

    /**
     * Whether it is false in every state, as far as constants, relations that read nothing, and a conjunction's own atoms
     * tell: {@code (a or b) and not a and not b} is.
     */
    public boolean isNever() {
        if (node instanceof GroundNode.Constant constant) {
            return !constant.value;
        }
        if (!(node instanceof GroundNode.All all)) {
            return false;
        }
        Set<List<Object>> falsified = new HashSet<>();
        for (GroundNode part : all.parts) {
            if (part instanceof GroundNode.Literal literal) {
                falsified.add(key(literal, !literal.isNegative()));
            }
        }
        return Arrays.stream(all.parts).anyMatch(part -> isFalse(part, falsified));
    }

    private static boolean isFalse(GroundNode part, Set<List<Object>> falseLiterals) {
        if (part instanceof GroundNode.Some some) {
            return Arrays.stream(some.parts).allMatch(p -> isFalse(p, falseLiterals));
        }
        return part instanceof GroundNode.Literal literal && falseLiterals.contains(key(literal, literal.isNegative()));
    }

    private static List<Object> key(GroundNode.Literal literal, boolean negative) {
        return List.of(literal.relation, literal.arguments(), negative);
    }

    /** Whether it is just this atom. */
    public boolean isAtom(String relation, List<Integer> elements) {
        return node instanceof GroundNode.Literal literal
                && !literal.isNegative()
                && literal.relation.equals(relation)
                && literal.arguments().subList(0, elements.size()).equals(elements);
    }

    /** What formulas are translated into, bottom up. */
    public interface Target<T> {
        /** True or false. */
        T truth(boolean value);

        /** An atom that depends on the state; {@code elements} are five, those behind the relation's places 0. */
        T atom(String relation, List<Integer> elements);

        T not(T part);

        T all(List<T> parts);

        T some(List<T> parts);

        T equal(T left, T right);

        T choice(T condition, T yes, T no);
    }

    /** Translates formulas of one grounding; shared parts are translated once. */
    public static final class Translation<T> {
        private final Target<T> target;
        /** By number of the node. */
        private final Map<Integer, T> done = new HashMap<>();

        /** @param target makes the formulas */
        public Translation(Target<T> target) {
            this.target = target;
        }

        /** The image of a formula. */
        public T of(Ground formula) {
            return of(formula.node);
        }

        private T of(GroundNode node) {
            T known = done.get(node.id);
            if (known != null) {
                return known;
            }
            T made = make(node);
            done.put(node.id, made);
            return made;
        }

        private T make(GroundNode node) {
            if (node instanceof GroundNode.Constant constant) {
                return target.truth(constant.value);
            } else if (node instanceof GroundNode.Literal literal) {
                T atom = target.atom(literal.relation, literal.arguments());
                return literal.isNegative() ? target.not(atom) : atom;
            }
            List<T> parts = new ArrayList<>();
            for (GroundNode part : ((GroundNode.Compound) node).parts) {
                parts.add(of(part));
            }
            if (node instanceof GroundNode.All) {
                return target.all(parts);
            } else if (node instanceof GroundNode.Some) {
                return target.some(parts);
            } else if (node instanceof GroundNode.Equal) {
                return target.equal(parts.get(0), parts.get(1));
            }
            return target.choice(parts.get(0), parts.get(1), parts.get(2));
        }
    }

    /**
     * A formula compiled once more, for states in which atoms are bits: literals beside each other are looked at together, a word at a time.
     * A literal that reads more than one bit is asked as it is.
     */
    static final class Masked {
        private final long[] blank;

        /** @param blank a state of the schema, whatever is in it; an atom of one bit is tried in it */
        Masked(long[] blank) {
            this.blank = blank;
        }

        /** What is true in the same states. */
        GroundNode of(GroundNode node) {
            if (node instanceof GroundNode.Literal) {
                return beside(node.id, List.of(node), true);
            }
            if (node instanceof GroundNode.All all) {
                return beside(all.id, List.of(all.parts), true);
            }
            if (node instanceof GroundNode.Some some) {
                return beside(some.id, List.of(some.parts), false);
            }
            return node instanceof GroundNode.Compound compound ? compound.ofEach(this::of) : node;
        }

        /** @param all whether all parts are to hold, not one of them */
        private GroundNode beside(int id, List<GroundNode> parts, boolean all) {
            Map<Integer, long[]> words = new TreeMap<>();
            List<GroundNode.Literal> bits = new ArrayList<>();
            List<GroundNode> others = new ArrayList<>();
            for (GroundNode part : parts) {
                if (!(part instanceof GroundNode.Literal literal)) {
                    others.add(of(part));
                } else if (isAdded(literal, words)) {
                    bits.add(literal);
                } else {
                    others.add(literal);
                }
            }
            if (!bits.isEmpty()) {
                others.add(0, new GroundNode.Masks(id, bits, words, all));
            }
            GroundNode[] made = others.toArray(new GroundNode[0]);
            return made.length == 1 ? made[0] : all ? new GroundNode.All(id, made) : new GroundNode.Some(id, made);
        }

        /**
         * Adds a literal that reads one bit to what is asked of the words of a state; says no where it reads more, says the same of both values
         * of its bit, or where the other value is asked for already.
         */
        private boolean isAdded(GroundNode.Literal literal, Map<Integer, long[]> words) {
            Footprint reads = literal.reads();
            int word = -1;
            for (int w = 0; w < reads.words(); w++) {
                if (reads.word(w) != 0) {
                    if (word >= 0) {
                        return false;
                    }
                    word = w;
                }
            }
            if (word < 0 || Long.bitCount(reads.word(word)) != 1) {
                return false;
            }
            long bit = reads.word(word);
            boolean ofOne = holds(literal, word, bit);
            long[] asked = words.computeIfAbsent(word, w -> new long[2]);
            boolean clashes = (asked[0] & bit) != 0 && (asked[1] & bit) != 0 != ofOne;
            if (clashes || ofOne == holds(literal, word, 0)) {
                return false;
            }
            asked[0] |= bit;
            asked[1] |= ofOne ? bit : 0;
            return true;
        }

        private boolean holds(GroundNode.Literal literal, int word, long value) {
            long[] s = blank.clone();
            s[word] = value;
            return literal.holds(s);
        }
    }
}
