package dev.moat.logic.claims;

import dev.moat.logic.ground.GroundAction;
import dev.moat.logic.ground.Readers;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The abstract states of one implementation. Every atom of a relation that the discipline's actions change has a bit.
 * So has every other atom that reads the implementation's state; the rest are constants. Immutable.
 */
final class AtomSpace implements GroundAction.Atoms {
    private static final int MAX_ATOMS = 1 << 18;
    /** Of what all atoms read, in words of 64 bits. */
    private static final long MAX_READS = 1 << 24;

    private static final int NEVER = -1;
    private static final int ALWAYS = -2;

    private final Map<String, Family> families = new LinkedHashMap<>();
    private final Map<String, List<List<Relation.Condition>>> alternatives = new HashMap<>();
    private final List<Relation> relationOf = new ArrayList<>();
    private final List<int[]> argumentsOf = new ArrayList<>();
    private final RelationCode[] code;
    private final int[] arguments;
    private final Schema bits;
    private final Slots atoms;
    private final Abstraction abstraction = new Abstraction();
    private final List<Footprint> reads = new ArrayList<>();
    private final Readers readers;

    /**
     * A relation's atoms: where each has its bit, row-major, or which constant it is. Knows nothing of the implementation, for what is
     * compiled outlives it.
     */
    private static final class Family {
        final String name;
        final List<Sort> places;
        private final int[] place;
        private final int[] sizes;

        Family(Relation relation, int[] place) {
            name = relation.name();
            places = relation.places();
            this.place = place;
            sizes = places.stream().mapToInt(Sort::size).toArray();
        }

        int at(int a, int b, int c, int d, int e) {
            int i = 0;
            for (int k = 0; k < sizes.length; k++) {
                i = i * sizes[k] + (k == 0 ? a : k == 1 ? b : k == 2 ? c : k == 3 ? d : e);
            }
            return place[i];
        }
    }

    /**
     * @param changing those of the relations that some action changes
     * @throws IncomparableException when there are too many atoms to keep
     */
    AtomSpace(List<String> relations, Set<String> changing, Abstraction from, Schema schema)
            throws IncomparableException {
        from.sorts().forEach(abstraction::sort);
        requireFew(relations, from, schema);
        for (String name : relations) {
            Relation r = from.relation(name).orElse(null);
            if (r != null) {
                families.put(name, family(r, changing.contains(name), schema));
                from.alternatives(name).ifPresent(all -> alternatives.put(name, all));
            }
        }
        code = relationOf.stream().map(Relation::code).toArray(RelationCode[]::new);
        arguments = argumentsOf.stream().flatMapToInt(Arrays::stream).toArray();
        SchemaBuilder builder = new SchemaBuilder();
        Slots of = builder.slots("atom", Role.GHOST, Writer.GHOST, Sort.numbered("Atom", "a", reads.size()))
                .bits(1);
        atoms = of;
        bits = builder.build();
        for (String name : relations) {
            Family f = families.get(name);
            if (f != null) {
                abstraction.relation(name, f.places, code(f, of), (p, a, b, c, d, e) -> {
                    int at = f.at(a, b, c, d, e);
                    if (at >= 0) {
                        p.one(of, at);
                    }
                });
            }
        }
        readers = new Readers(reads.toArray(new Footprint[0]), schema.words());
    }

    private static RelationCode code(Family f, Slots atoms) {
        return (t, a, b, c, d, e) -> {
            int at = f.at(a, b, c, d, e);
            return at == ALWAYS || (at >= 0 && atoms.get(t, at) != 0);
        };
    }

    private static void requireFew(List<String> relations, Abstraction from, Schema schema)
            throws IncomparableException {
        double atoms = 0;
        for (String name : relations) {
            atoms += from.relation(name).map(AtomSpace::atoms).orElse(0.0);
        }
        double most = Math.min(MAX_ATOMS, MAX_READS / (double) schema.words());
        if (atoms > most) {
            throw new IncomparableException(String.format(
                    Locale.ROOT, "the machine is too large, with %,.0f abstract atoms of at most %,.0f", atoms, most));
        }
    }

    private static double atoms(Relation r) {
        double atoms = 1;
        for (Sort s : r.places()) {
            atoms *= s.size();
        }
        return atoms;
    }

    private Family family(Relation r, boolean changes, Schema schema) {
        int[] place = new int[(int) atoms(r)];
        long[] blank = schema.blank();
        int[] args = new int[5];
        for (int i = 0; i < place.length; i++) {
            Footprint footprint = new Footprint(schema);
            r.reads().add(footprint, args[0], args[1], args[2], args[3], args[4]);
            if (!changes && isEmpty(footprint)) {
                boolean holds = r.code().holds(blank, args[0], args[1], args[2], args[3], args[4]);
                place[i] = holds ? ALWAYS : NEVER;
            } else {
                place[i] = reads.size();
                reads.add(footprint);
                relationOf.add(r);
                argumentsOf.add(args.clone());
            }
            next(args, r.places());
        }
        return new Family(r, place);
    }

    private static boolean isEmpty(Footprint footprint) {
        for (int w = 0; w < footprint.words(); w++) {
            if (footprint.word(w) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The next combination of elements, the last place first. */
    private static void next(int[] args, List<Sort> places) {
        for (int k = places.size() - 1; k >= 0; k--) {
            if (++args[k] < places.get(k).size()) {
                return;
            }
            args[k] = 0;
        }
    }

    /** What formulas over abstract states are compiled by: the same for spaces that differ in what things are called only. */
    List<Object> shape() {
        List<Object> shape = new ArrayList<>();
        for (Sort sort : abstraction.sorts()) {
            shape.add(sort.name());
            shape.add(sort.size());
        }
        for (Family f : families.values()) {
            shape.add(f.name);
            f.places.forEach(sort -> shape.add(sort.name()));
            shape.add(IntBuffer.wrap(f.place));
        }
        return shape;
    }

    /** How many atoms have a bit. */
    int size() {
        return relationOf.size();
    }

    /** The layout of abstract states. */
    Schema bits() {
        return bits;
    }

    /** The relations, read from abstract states. */
    Abstraction abstraction() {
        return abstraction;
    }

    /** What each atom may read of the implementation's state; not to be changed. */
    List<Footprint> reads() {
        return reads;
    }

    /** From bits of the implementation's state to the atoms that read them. */
    Readers readers() {
        return readers;
    }

    /** The alternatives of which an atom is true where one is; none where it is not said by conditions. */
    List<List<Relation.Condition>> alternatives(int atom) {
        return alternatives.getOrDefault(relation(atom), List.of());
    }

    /** The elements of an atom, five of them; not to be changed. */
    int[] arguments(int atom) {
        return argumentsOf.get(atom);
    }

    /** Whether an atom is true in a state of the implementation. */
    boolean evaluate(int atom, long[] s) {
        int[] a = arguments;
        int i = 5 * atom;
        return code[atom].holds(s, a[i], a[i + 1], a[i + 2], a[i + 3], a[i + 4]);
    }

    /** Adds the bits of the implementation's state that the atoms of a set may read; the set is a footprint of {@link #bits}. */
    void addReads(Footprint set, Footprint reads) {
        for (int w = 0; w < set.words(); w++) {
            for (long rest = set.word(w); rest != 0; rest &= rest - 1) {
                int atom = (w << 6) + Long.numberOfTrailingZeros(rest);
                int[] a = argumentsOf.get(atom);
                relationOf.get(atom).reads().add(reads, a[0], a[1], a[2], a[3], a[4]);
            }
        }
    }

    /** Adds an atom to a set. */
    void add(int atom, Footprint set) {
        set.one(atoms, atom);
    }

    boolean isSet(long[] t, int atom) {
        return atoms.get(t, atom) != 0;
    }

    void set(long[] t, int atom, boolean value) {
        atoms.set(t, atom, value ? 1 : 0);
    }

    @Override
    public @Nullable List<Sort> places(String relation) {
        Family f = families.get(relation);
        return f == null ? null : f.places;
    }

    @Override
    public Slots slots(String relation) {
        return atoms;
    }

    @Override
    public int element(String relation, int n) {
        return Objects.requireNonNull(families.get(relation)).place[n];
    }

    /** An atom as a person reads it. */
    String print(int atom) {
        Relation r = relationOf.get(atom);
        int[] args = argumentsOf.get(atom);
        List<String> labels = new ArrayList<>();
        for (int k = 0; k < r.places().size(); k++) {
            labels.add(r.places().get(k).label(args[k]));
        }
        return r.name() + "(" + String.join(", ", labels) + ")";
    }

    /** An argument of an atom. */
    int argument(int atom, int place) {
        return arguments[5 * atom + place];
    }

    /** The atom of a relation with these arguments; a negative number for a constant, and for a relation without a meaning. */
    int atom(String relation, int... at) {
        Family f = families.get(relation);
        if (f == null) {
            return NEVER;
        }
        return f.at(
                at[0],
                at.length > 1 ? at[1] : 0,
                at.length > 2 ? at[2] : 0,
                at.length > 3 ? at[3] : 0,
                at.length > 4 ? at[4] : 0);
    }

    /** Whether an atom is true; of {@link #atom}, constants too. */
    boolean holds(int atom, long[] t) {
        return atom == ALWAYS || (atom >= 0 && isSet(t, atom));
    }

    /** Name of an atom's relation. */
    String relation(int atom) {
        return relationOf.get(atom).name();
    }

    /** How many elements a sort has, 0 for one that the implementation does not know. */
    int sizeOf(String sort) {
        return abstraction.sort(sort).map(Sort::size).orElse(0);
    }

    boolean isElement(String sort, int element) {
        return element >= 0 && element < sizeOf(sort);
    }

    /** A relation whose constants are not the same after the exchange of two elements of a sort, or null. */
    @Nullable
    String tellsApart(String sort, int x, int y) {
        for (Family f : families.values()) {
            int[] args = new int[5];
            for (int place : f.place) {
                int partner = partner(f, args, sort, x, y);
                if (partner != place && (partner < 0 || place < 0)) {
                    return f.name;
                }
                next(args, f.places);
            }
        }
        return null;
    }

    /** The pairs of atoms that change places when two elements of a sort do that no constant tells apart. */
    int[] exchange(String sort, int x, int y) {
        List<Integer> pairs = new ArrayList<>();
        for (int atom = 0; atom < size(); atom++) {
            Relation r = relationOf.get(atom);
            int partner = partner(Objects.requireNonNull(families.get(r.name())), argumentsOf.get(atom), sort, x, y);
            if (partner > atom) {
                pairs.add(atom);
                pairs.add(partner);
            }
        }
        return pairs.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Where the atom is with which one changes places, which may be itself. */
    private static int partner(Family f, int[] args, String sort, int x, int y) {
        int[] other = args.clone();
        List<Sort> places = f.places;
        for (int k = 0; k < places.size(); k++) {
            if (places.get(k).name().equals(sort) && (other[k] == x || other[k] == y)) {
                other[k] = x + y - other[k];
            }
        }
        return f.at(other[0], other[1], other[2], other[3], other[4]);
    }
}
