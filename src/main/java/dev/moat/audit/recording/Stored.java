package dev.moat.audit.recording;

import java.util.Arrays;

/** What a store, or the contents of a page that are told, changed in one page. */
final class Stored {
    private final ShownMemory.Page page;
    private final int from;
    private final long[] old;
    private final boolean[] shown;
    private final int firstByte;
    private final int bytes;

    /** Before it is done; bytes of the page that change. */
    Stored(ShownMemory.Page page, int firstByte, int bytes) {
        this.page = page;
        this.firstByte = firstByte;
        this.bytes = bytes;
        from = firstByte / Long.BYTES;
        int to = (firstByte + bytes - 1) / Long.BYTES + 1;
        old = Arrays.copyOfRange(page.words, from, to);
        shown = new boolean[to - from];
        for (int w = from; w < to; w++) {
            shown[w - from] = page.isShown(w);
        }
    }

    /** Whether it is the contents of the whole page, that are told. */
    boolean isContents() {
        return bytes == ShownMemory.WORDS * Long.BYTES;
    }

    int firstWord() {
        return from;
    }

    int lastWord() {
        return from + old.length - 1;
    }

    private boolean touches(int word) {
        return word >= from && word < from + old.length;
    }

    boolean wasShown(int word) {
        return touches(word) ? shown[word - from] : page.isShown(word);
    }

    long before(int word) {
        return touches(word) ? old[word - from] : page.words[word];
    }

    /** Whether a word is another one now, or is shown now and was not before. */
    boolean changes(int word) {
        return before(word) != page.words[word] || wasShown(word) != page.isShown(word);
    }

    /** Whether all bytes of some words were stored at once. */
    boolean covers(int word, int count) {
        return firstByte <= word * Long.BYTES && firstByte + bytes >= (word + count) * Long.BYTES;
    }
}
