package dev.moat.logic.judge;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Listing;
import dev.moat.state.Relation;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tuples of one relation that are true in one state, as a list and as a set. For one thread.
 *
 * <p>{@code @shape} tuple i is {@code elements[5 * i .. 5 * i + 4]}, in the set at {@code at[i]}, its number among all tuples
 * (row-major); the elements behind the relation's places are 0.
 */
final class TrueTuples {
    static final int PLACES = 5;
    private static final int FIRST_CAPACITY = 16;
    /** Up to so many tuples a set has a bit for each; beyond, it is the numbers of the true ones in order. */
    private static final long MOST_BITS = 1L << 26;
    /** Fewer tuples are looked through as quickly as a chain of them. */
    private static final int WORTH_CHAINS = 64;

    private final Relation relation;
    private final int[] size = {1, 1, 1, 1, 1};
    private final @Nullable Listing listing;
    private final Listing.Sink sink = this::add;
    private final long @Nullable [] set;
    private long[] ordered = {};
    private int[] elements = new int[PLACES * FIRST_CAPACITY];
    private long[] at = new long[FIRST_CAPACITY];
    private long[] former = new long[FIRST_CAPACITY];
    private int count;
    private long version;
    private boolean stale = true;
    /** By place the tuples with each element there, made when they are asked for: the first, and the next of each tuple. */
    private final @Nullable Chains[] chains = new Chains[PLACES];

    /** Tuples that have one element at one place: by element the number of the first, by tuple that of the next, or -1. */
    private static final class Chains {
        private final long version;
        private final int[] first;
        private final int[] next;

        Chains(long version, int[] first, int[] next) {
            this.version = version;
            this.first = first;
            this.next = next;
        }
    }

    /** @throws ArithmeticException when the relation has more than 2^63 - 1 tuples */
    TrueTuples(Relation relation, Abstraction abstraction) {
        this.relation = relation;
        List<Sort> places = relation.places();
        long all = 1;
        for (int i = 0; i < places.size(); i++) {
            size[i] = places.get(i).size();
            all = Math.multiplyExact(all, size[i]);
        }
        set = all > MOST_BITS ? null : new long[(int) (all >>> 6) + 1];
        listing = abstraction
                .listing(relation.name())
                .map(Abstraction.Listed::listing)
                .orElse(null);
    }

    /** What the tuples may depend on. */
    Footprint reads(Abstraction abstraction, Schema schema) {
        Footprint reads = new Footprint(schema);
        abstraction
                .listing(relation.name())
                .ifPresentOrElse(
                        listed -> listed.reads().accept(reads),
                        () -> Listing.each(
                                size, (a, b, c, d, e) -> relation.reads().add(reads, a, b, c, d, e)));
        return reads;
    }

    /** Says that the state has changed in something that the relation reads. */
    void expire() {
        stale = true;
    }

    /** Makes the tuples those of a state. */
    void refresh(long[] s) {
        if (!stale) {
            return;
        }
        stale = false;
        int before = count;
        long[] swapped = former;
        former = at;
        at = swapped;
        count = 0;
        if (listing != null) {
            listing.list(s, sink);
        } else {
            Listing.each(size, (a, b, c, d, e) -> {
                if (relation.code().holds(s, a, b, c, d, e)) {
                    add(a, b, c, d, e);
                }
            });
        }
        if (!Arrays.equals(at, 0, count, former, 0, before)) {
            version++;
            if (set == null) {
                ordered = Arrays.copyOf(at, count);
                Arrays.sort(ordered);
                return;
            }
            for (int i = 0; i < before; i++) {
                set[(int) (former[i] >>> 6)] = 0;
            }
            for (int i = 0; i < count; i++) {
                set[(int) (at[i] >>> 6)] |= 1L << at[i];
            }
        }
    }

    private void add(int a, int b, int c, int d, int e) {
        if (count == at.length) {
            at = Arrays.copyOf(at, 2 * count);
            elements = Arrays.copyOf(elements, Math.max(elements.length, 2 * PLACES * count));
        }
        int i = PLACES * count;
        elements = elements.length < i + PLACES ? Arrays.copyOf(elements, 2 * elements.length) : elements;
        elements[i] = a;
        elements[i + 1] = b;
        elements[i + 2] = c;
        elements[i + 3] = d;
        elements[i + 4] = e;
        at[count++] = number(a, b, c, d, e);
    }

    private long number(int a, int b, int c, int d, int e) {
        return ((((long) a * size[1] + b) * size[2] + c) * size[3] + d) * size[4] + e;
    }

    /** Changes whenever the tuples do. */
    long version() {
        return version;
    }

    int count() {
        return count;
    }

    /** The first tuple to look at for one that has an element at a place; -1 when there is none. */
    int firstWith(int place, int element) {
        if (count < WORTH_CHAINS) {
            return count - 1;
        }
        Chains of = chains[place];
        if (of == null || of.version != version) {
            int[] first = new int[size[place]];
            int[] next = new int[count];
            Arrays.fill(first, -1);
            for (int i = 0; i < count; i++) {
                next[i] = first[element(i, place)];
                first[element(i, place)] = i;
            }
            of = new Chains(version, first, next);
            chains[place] = of;
        }
        return of.first[element];
    }

    /** The tuple to look at behind one that {@link #firstWith} led to. */
    int nextWith(int place, int tuple) {
        return count < WORTH_CHAINS ? tuple - 1 : chains[place].next[tuple];
    }

    /** How many elements a place has. */
    int size(int place) {
        return size[place];
    }

    /** Element of the i-th true tuple at a place. */
    int element(int i, int place) {
        return elements[PLACES * i + place];
    }

    boolean isTrue(int a, int b, int c, int d, int e) {
        long n = number(a, b, c, d, e);
        return set == null ? Arrays.binarySearch(ordered, n) >= 0 : (set[(int) (n >>> 6)] >>> n & 1) != 0;
    }
}
