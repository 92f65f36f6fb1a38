package dev.moat.logic.claims;

import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bits of a state that decide the judgement of a transition: all states that agree in them, with the same changed
 * bits, give the same judgement. An atom is true because of the conditions of one of its alternatives ({@link
 * dev.moat.state.Abstraction#alternatives}). It is false because of one condition of each. For atoms that no
 * claim changes, only their change matters, and the readers of the changed bits decide it. For one thread.
 */
final class DecidingBits {
    /** A condition of atoms, and what it is before and after the transition that is looked at. */
    private static final class Condition {
        private final RelationCode code;
        private final int[] arguments;
        /** The words of a state that it may read, and the bits of them. */
        private final int[] words;

        private final long[] bits;
        /** The transition of which it is known whether it changes such a bit, and that of which what the condition is. */
        private int met;

        private int seen;
        private boolean meets;
        private boolean before;
        private boolean after;

        Condition(RelationCode code, int[] arguments, Footprint reads) {
            this.code = code;
            this.arguments = arguments;
            List<Integer> some = new ArrayList<>();
            for (int w = 0; w < reads.words(); w++) {
                if (reads.word(w) != 0) {
                    some.add(w);
                }
            }
            words = some.stream().mapToInt(Integer::intValue).toArray();
            bits = some.stream().mapToLong(reads::word).toArray();
        }

        private boolean holds(long[] s) {
            int[] a = arguments;
            return code.holds(s, a[0], a[1], a[2], a[3], a[4]);
        }
    }

    /** One atom of so many is looked at: alternatives are what people declare. */
    private static final int AUDITED = 1 << 8;

    private final AtomSpace space;
    private final Footprint nothing;
    /** The atoms that have more than code, 64 to a word; of others all that they may read decides. */
    private final long[] said;

    private final @Nullable Condition[][][] ofAtom;
    /** Conditions that several atoms have. */
    private final Map<RelationCode, Map<IntBuffer, Condition>> conditions = new HashMap<>();

    private long[] before = {};
    private long[] after = {};
    private int transition;
    private int answers;
    private Footprint found;

    /** @param nothing no bits of the implementation's states */
    DecidingBits(AtomSpace space, Footprint nothing) {
        this.space = space;
        this.nothing = nothing;
        found = nothing;
        ofAtom = new Condition[space.size()][][];
        said = new long[(space.size() + 63) >>> 6];
        for (int atom = 0; atom < space.size(); atom++) {
            if (!space.alternatives(atom).isEmpty()) {
                said[atom >>> 6] |= 1L << atom;
            }
        }
    }

    /**
     * The bits that decide. Throws {@link IllegalStateException} where it notices that an atom is not what its alternatives say.
     * Left out are those that other atoms may read.
     *
     * @param touched atoms of which the judgement asks what they are before, and claims what they are after
     * @param readers atoms that may read a bit that changed, 64 to a word
     * @param others receives those of both of which all that they may read decides
     * @return null where these are all
     */
    @Nullable
    Footprint of(long[] before, long[] after, Footprint touched, long[] readers, Footprint others) {
        this.before = before;
        this.after = after;
        transition++;
        boolean any = false;
        for (int w = 0; w < said.length; w++) {
            others.bits(w, (touched.word(w) | readers[w]) & ~said[w]);
            long asked = touched.word(w) & said[w];
            long read = readers[w] & said[w] & ~asked;
            if (!any && (asked | read) != 0) {
                any = true;
                found = new Footprint(nothing);
            }
            for (; asked != 0; asked &= asked - 1) {
                decide(audited((w << 6) + Long.numberOfTrailingZeros(asked)));
            }
            for (; read != 0; read &= read - 1) {
                stay(audited((w << 6) + Long.numberOfTrailingZeros(read)));
            }
        }
        return any ? found : null;
    }

    private Condition[][] audited(int atom) {
        Condition[][] alternatives = alternatives(atom);
        if (++answers % AUDITED == 0 && isTrue(alternatives) != space.evaluate(atom, before)) {
            throw new IllegalStateException(
                    "relation " + space.relation(atom) + " of the component is not what its alternatives say");
        }
        return alternatives;
    }

    private boolean isTrue(Condition[][] alternatives) {
        for (Condition[] all : alternatives) {
            if (firstFalse(all, false) < 0) {
                return true;
            }
        }
        return false;
    }

    private Condition[][] alternatives(int atom) {
        Condition[][] known = ofAtom[atom];
        if (known == null) {
            int[] arguments = space.arguments(atom);
            known = space.alternatives(atom).stream()
                    .map(all -> all.stream().map(c -> condition(c, arguments)).toArray(Condition[]::new))
                    .toArray(Condition[][]::new);
            ofAtom[atom] = known;
        }
        return known;
    }

    private Condition condition(Relation.Condition of, int[] a) {
        return conditions.computeIfAbsent(of.code(), k -> new HashMap<>()).computeIfAbsent(IntBuffer.wrap(a), k -> {
            Footprint reads = new Footprint(nothing);
            of.reads().add(reads, a[0], a[1], a[2], a[3], a[4]);
            return new Condition(of.code(), a, reads);
        });
    }

    /** What an atom is before, and after. */
    private void decide(Condition[][] alternatives) {
        decide(alternatives, false);
        decide(alternatives, true);
    }

    private void decide(Condition[][] alternatives, boolean later) {
        for (Condition[] all : alternatives) {
            if (firstFalse(all, later) < 0) {
                for (Condition one : all) {
                    add(one);
                }
                return;
            }
        }
        for (Condition[] all : alternatives) {
            add(all[firstFalse(all, later)]);
        }
    }

    private int firstFalse(Condition[] all, boolean later) {
        for (int i = 0; i < all.length; i++) {
            Condition one = look(all[i]);
            if (!(later ? one.after : one.before)) {
                return i;
            }
        }
        return -1;
    }

    /** That an atom is after what it is before. */
    private void stay(Condition[][] alternatives) {
        for (Condition[] all : alternatives) {
            if (isMet(all) && !stays(all)) {
                decide(alternatives);
                return;
            }
        }
    }

    private boolean isMet(Condition[] all) {
        for (Condition one : all) {
            if (meets(one)) {
                return true;
            }
        }
        return false;
    }

    /** Adds why an alternative does not change, if it does not. */
    private boolean stays(Condition[] all) {
        boolean same = true;
        for (Condition one : all) {
            look(one);
            if (!one.before && !one.after) {
                add(one);
                return true;
            }
            same &= one.before == one.after;
        }
        if (same) {
            for (Condition one : all) {
                if (one.meets) {
                    add(one);
                }
            }
            return true;
        }
        int then = firstFalse(all, false);
        int now = firstFalse(all, true);
        if (then < 0 || now < 0) {
            return false;
        }
        add(all[then]);
        add(all[now]);
        return true;
    }

    private boolean meets(Condition one) {
        if (one.met != transition) {
            one.met = transition;
            long changed = 0;
            for (int k = 0; k < one.words.length; k++) {
                int w = one.words[k];
                changed |= (before[w] ^ after[w]) & one.bits[k];
            }
            one.meets = changed != 0;
        }
        return one.meets;
    }

    private Condition look(Condition one) {
        if (one.seen != transition) {
            one.seen = transition;
            one.before = one.holds(before);
            one.after = meets(one) ? one.holds(after) : one.before;
        }
        return one;
    }

    private void add(Condition one) {
        for (int k = 0; k < one.words.length; k++) {
            found.bits(one.words[k], one.bits[k]);
        }
    }
}
