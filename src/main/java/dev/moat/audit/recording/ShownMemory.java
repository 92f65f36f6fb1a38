package dev.moat.audit.recording;

import dev.moat.iommu.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory as a recording shows it: pages whose contents were told, and words that were stored. A word that was never shown cannot be read, and
 * {@link #missed} tells that somebody wanted to. What a unit would write here is not kept: what units really write is in the recording.
 */
public final class ShownMemory implements Memory {
    private static final int PAGE_SHIFT = 12;
    static final int WORDS = 512;
    private static final int WORD_SHIFT = 3;

    /** Pages kept at one time: 256 MiB. */
    private static final int MOST_PAGES = 1 << 16;

    private final Map<Long, Page> pages = new HashMap<>();
    private final Effort effort;
    private boolean missed;

    /** One page. */
    static final class Page {
        final long frame;
        final long[] words = new long[WORDS];
        private final long[] shown = new long[WORDS / Long.SIZE];
        private boolean wasWhole;
        /** What it is as a table. */
        final List<TablePage> nodes = new ArrayList<>(1);

        Page(long frame) {
            this.frame = frame;
        }

        boolean isShown(int word) {
            return (shown[word >>> 6] >>> word & 1) != 0;
        }

        void show(int word) {
            shown[word >>> 6] |= 1L << word;
        }

        boolean isShown(int from, int count) {
            for (int w = from; w < from + count; w++) {
                if (!isShown(w)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether all of it has been shown, though it may not be now. */
        boolean wasWhole() {
            return wasWhole || isShown(0, WORDS);
        }

        void hide() {
            wasWhole = wasWhole();
            Arrays.fill(shown, 0);
            Arrays.fill(words, 0);
        }

        /** Stores bytes from a place of the page on. A word is shown when all of it was stored, or it was before. */
        boolean store(int first, byte[] value, int size) {
            boolean changes = false;
            for (int at = first; at < first + size; ) {
                int word = at / Long.BYTES;
                int from = at % Long.BYTES;
                int count = Math.min(Long.BYTES - from, first + size - at);
                long bits = 0;
                for (int b = 0; b < count; b++) {
                    bits |= (value[at - first + b] & 0xffL) << (Byte.SIZE * (from + b));
                }
                long mask = count == Long.BYTES ? -1L : ((1L << (Byte.SIZE * count)) - 1) << (Byte.SIZE * from);
                long now = (words[word] & ~mask) | bits;
                boolean whole = count == Long.BYTES;
                changes |= now != words[word] || (whole && !isShown(word));
                words[word] = now;
                if (whole) {
                    show(word);
                }
                at += count;
            }
            return changes;
        }
    }

    public ShownMemory(Effort effort) {
        this.effort = effort;
    }

    @Nullable
    Page find(long frame) {
        return pages.get(frame);
    }

    Page page(long frame) {
        Page page = pages.get(frame);
        if (page == null) {
            if (pages.size() == MOST_PAGES) {
                throw effort.tooMuch(MOST_PAGES + " pages");
            }
            page = new Page(frame);
            pages.put(frame, page);
        }
        return page;
    }

    Iterable<Page> all() {
        return pages.values();
    }

    static int wordOf(long address) {
        return (int) (address >>> WORD_SHIFT) & (WORDS - 1);
    }

    /** Whether a word was read that was not shown, since this was asked last. */
    public boolean missed() {
        boolean was = missed;
        missed = false;
        return was;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        Page page = pages.get(address >>> PAGE_SHIFT);
        boolean there = page != null && page.isShown(wordOf(address));
        missed |= !there;
        return there;
    }

    @Override
    public long read(long[] s, long address) {
        Page page = pages.get(address >>> PAGE_SHIFT);
        return page == null ? 0 : page.words[wordOf(address)];
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        return true;
    }
}
