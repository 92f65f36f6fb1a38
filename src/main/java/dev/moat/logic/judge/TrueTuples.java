package dev.moat.logic.judge;

import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Listing;
import dev.moat.state.relation.Relation;
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

    private final Relation relation;
    private final int[] size = {1, 1, 1, 1, 1};
    private final @Nullable Listing listing;
    private final Listing.Sink sink = this::add;
    private final long[] set;
    private int[] elements = new int[PLACES * FIRST_CAPACITY];
    private int[] at = new int[FIRST_CAPACITY];
    private int[] former = new int[FIRST_CAPACITY];
    private int count;
    private long version;
    private boolean stale = true;

    /** @throws ArithmeticException when the relation has more than 2^31 - 1 tuples */
    TrueTuples(Relation relation, Abstraction abstraction) {
        this.relation = relation;
        List<Sort> places = relation.places();
        int all = 1;
        for (int i = 0; i < places.size(); i++) {
            size[i] = places.get(i).size();
            all = Math.multiplyExact(all, size[i]);
        }
        set = new long[(all >>> 6) + 1];
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
        int[] swapped = former;
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
            for (int i = 0; i < before; i++) {
                set[former[i] >>> 6] = 0;
            }
            for (int i = 0; i < count; i++) {
                set[at[i] >>> 6] |= 1L << at[i];
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

    private int number(int a, int b, int c, int d, int e) {
        return (((a * size[1] + b) * size[2] + c) * size[3] + d) * size[4] + e;
    }

    /** Changes whenever the tuples do. */
    long version() {
        return version;
    }

    int count() {
        return count;
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
        int n = number(a, b, c, d, e);
        return (set[n >>> 6] >>> n & 1) != 0;
    }
}
