package dev.moat.iommu.vtd.register;

import dev.moat.state.Slots;

/**
 * A cache of context or PASID entries. Behind the cached ones is the entry in hand, which is read into it from memory and from
 * there cached or not. A full cache forgets its first entry. {@code @source} VTD-CACHES.
 *
 * <p>{@code @shape} an entry is its tag, in the format of {@link UnitState#TAG}, and some words.
 */
final class EntryCache {
    private final Slots count;
    private final Slots tags;
    private final Slots words;
    private final int size;
    private final int capacity;

    /** @param used whether anything is cached; if not, there is only the entry in hand */
    EntryCache(Slots count, Slots tags, Slots words, boolean used) {
        this.count = count;
        this.tags = tags;
        this.words = words;
        size = words.size() / tags.size();
        capacity = used ? tags.size() - 1 : 0;
    }

    /** The element of the entry in hand. */
    int inHand() {
        return tags.size() - 1;
    }

    long word(long[] s, int element, int word) {
        return words.get(s, element, word);
    }

    void setWord(long[] s, int element, int word, long value) {
        words.set(s, element, word, value);
    }

    long tag(long[] s, int element) {
        return tags.get(s, element);
    }

    void setTag(long[] s, int element, long tag) {
        tags.set(s, element, tag);
    }

    /** The element whose tag equals another where the mask has ones, or -1. */
    int find(long[] s, long tag, long mask) {
        int n = (int) count.get(s);
        for (int i = 0; i < n; i++) {
            if (((tags.get(s, i) ^ tag) & mask) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Caches the entry in hand under a tag. */
    void fill(long[] s, long tag) {
        if (capacity == 0) {
            return;
        }
        int n = (int) count.get(s);
        if (n == capacity) {
            remove(s, 0);
            n--;
        }
        move(s, inHand(), n);
        tags.set(s, n, tag);
        count.set(s, n + 1L);
    }

    /** Forgets the entries whose tags equal another where the mask has ones. */
    void forget(long[] s, long tag, long mask) {
        for (int i = (int) count.get(s) - 1; i >= 0; i--) {
            if (((tags.get(s, i) ^ tag) & mask) == 0) {
                remove(s, i);
            }
        }
    }

    private void remove(long[] s, int element) {
        int last = (int) count.get(s) - 1;
        move(s, last, element);
        tags.set(s, element, tags.get(s, last));
        clear(s, last);
        count.set(s, last);
    }

    private void move(long[] s, int from, int to) {
        for (int w = 0; w < size; w++) {
            words.set(s, to, w, words.get(s, from, w));
        }
    }

    /** The entry in hand is put away. */
    void drop(long[] s) {
        clear(s, inHand());
    }

    private void clear(long[] s, int element) {
        for (int w = 0; w < size; w++) {
            words.set(s, element, w, 0);
        }
        tags.set(s, element, 0);
    }
}
