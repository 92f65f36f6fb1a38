package dev.moat.logic.ground;

import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Ground formulas compiled once more, for states that are nothing but the truth of atoms: these are cheap to evaluate where the truth of
 * atoms is at hand. For one grounding; who has compiled all that it wants may share it between threads.
 *
 * <p>{@code @shape} such a state has bit {@code n % 64} of word {@code n / 64} for atom n, in the order in which atoms were met.
 */
public final class AtomNodes {
    /** An atom, whatever its sign. */
    private record Atom(String relation, List<Integer> arguments) {}

    private final Map<Atom, Integer> numbers = new HashMap<>();
    private final List<GroundNode.Literal> atoms = new ArrayList<>();
    private final IdentityHashMap<GroundNode, GroundNode> made = new IdentityHashMap<>();

    /** The same formula over atoms. */
    public GroundNode of(GroundNode node) {
        GroundNode known = made.get(node);
        if (known == null) {
            known = compile(node);
            made.put(node, known);
        }
        return known;
    }

    private GroundNode compile(GroundNode node) {
        if (node instanceof GroundNode.Literal literal) {
            return new GroundNode.Bit(literal, number(literal));
        }
        return node instanceof GroundNode.Compound compound ? compound.ofEach(this::of) : node;
    }

    private int number(GroundNode.Literal literal) {
        return numbers.computeIfAbsent(new Atom(literal.relation, literal.arguments()), atom -> {
            atoms.add(literal);
            return atoms.size() - 1;
        });
    }

    /** How many atoms there are. */
    public int count() {
        return atoms.size();
    }

    /**
     * Tells what may make a formula over atoms false that is true: {@code 2 * n + 1} where that is atom n's becoming true, {@code 2 * n}
     * where it is its becoming false; one of them perhaps more than once.
     */
    public static void doubts(GroundNode over, IntConsumer to) {
        doubts(over, false, to);
    }

    /** @param eitherWay whether it matters what the formula becomes, true as well as false */
    private static void doubts(GroundNode over, boolean eitherWay, IntConsumer to) {
        if (over instanceof GroundNode.Bit bit) {
            to.accept(2 * bit.atom + (bit.sign ? 0 : 1));
            if (eitherWay) {
                to.accept(2 * bit.atom + (bit.sign ? 1 : 0));
            }
        } else if (over instanceof GroundNode.Compound compound) {
            for (int i = 0; i < compound.parts.length; i++) {
                boolean decides = over instanceof GroundNode.Equal || (over instanceof GroundNode.Choice && i == 0);
                doubts(compound.parts[i], eitherWay || decides, to);
            }
        }
    }

    /** Words of a state over atoms. */
    public int words() {
        return (atoms.size() + 63) >>> 6;
    }

    /** What each atom may read of the states for which the formulas were grounded. */
    public List<Footprint> reads() {
        return atoms.stream().map(GroundNode.Literal::reads).toList();
    }

    /** Whether an atom is true in such a state. */
    public boolean isTrue(int atom, long[] s) {
        return atoms.get(atom).isTrue(s);
    }
}
