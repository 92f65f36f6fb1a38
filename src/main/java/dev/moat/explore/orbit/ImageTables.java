package dev.moat.explore.orbit;

import dev.moat.explore.store.Fingerprint;
import dev.moat.state.Liveness;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Slots.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a few bits at a time contribute to the fingerprints of all images of a state under a group, looked up instead of computed.
 * Immutable; the threads of a search share it.
 *
 * <p>{@code @shape} a <i>piece</i> is a stretch of bits of one element that moves as a whole, a <i>chunk</i> is up to {@value
 * #WIDEST} bits of one word that hold whole pieces; permutation p takes the value v of chunk c to bits whose contribution is
 * {@code table(c)[v * group() + p]}. Words are those of a state, and behind them those of what names nothing: a bit for each
 * element that a liveness is asked about, and for it the tables take back what the element's 0 was taken for.
 */
public final class ImageTables {
    private static final int WIDEST = 8;
    /** Most bits by which an element may be named in a word. */
    private static final int MOST_NAMING = 20;

    /** Bits {@code low..low+width} of an element; {@code dead} is the bit that takes back that they name something, or -1. */
    private record Piece(Slots family, int element, int low, int width, int dead) {
        int word() {
            return family.wordOf(element);
        }

        int bit() {
            return family.shiftOf(element) + low;
        }
    }

    private static final class Chunk {
        final int shift;
        final int mask;
        final long[] table;

        Chunk(int shift, int mask, long[] table) {
            this.shift = shift;
            this.mask = mask;
            this.table = table;
        }
    }

    /** A condition, and the elements that it is asked about. */
    private record Asked(Liveness naming, int elements, int firstBit) {
        boolean isOf(Slots family) {
            return naming == family.naming() && elements == family.size();
        }
    }

    private final SymmetryGroup symmetry;
    private final Fingerprint fingerprint;
    private final int group;
    private final long[] unmoved;
    private final List<Asked> asked = new ArrayList<>();
    private final int deadWords;
    private final int[] firstChunk;
    private final int[] shift;
    private final int[] mask;
    private final long[][] table;

    public ImageTables(SymmetryGroup symmetry) {
        this.symmetry = symmetry;
        group = symmetry.renamings().size();
        Schema schema = symmetry.schema();
        fingerprint = new Fingerprint(schema.words());
        unmoved = new long[schema.words()];
        Arrays.fill(unmoved, -1L);
        List<Piece> moved = pieces(schema);
        for (Piece p : moved) {
            unmoved[p.word()] &= ~(ones(p.width()) << p.bit());
        }
        deadWords = (asked.stream().mapToInt(Asked::elements).sum() + 63) / 64;
        List<List<Chunk>> byWord = new ArrayList<>();
        for (int w = 0; w < words(); w++) {
            byWord.add(new ArrayList<>());
        }
        chunks(moved).forEach(chunk -> byWord.get(chunk.get(0).word()).add(chunk(chunk)));
        for (int from = 0; from < deadWords * 64; from += WIDEST) {
            byWord.get(unmoved.length + from / 64).add(dead(moved, from));
        }
        firstChunk = new int[words() + 1];
        for (int w = 0; w < words(); w++) {
            firstChunk[w + 1] = firstChunk[w] + byWord.get(w).size();
        }
        List<Chunk> all = byWord.stream().flatMap(List::stream).toList();
        shift = all.stream().mapToInt(c -> c.shift).toArray();
        mask = all.stream().mapToInt(c -> c.mask).toArray();
        table = all.stream().map(c -> c.table).toArray(long[][]::new);
    }

    private static long ones(int width) {
        return width == 64 ? -1L : (1L << width) - 1;
    }

    /** The stretches of bits that some permutation moves or renames. */
    private List<Piece> pieces(Schema schema) {
        List<Piece> moved = new ArrayList<>();
        for (Slots family : schema.families()) {
            int first = takesNothingForSomething(family) ? firstBit(family) : -1;
            for (int i = 0; i < family.size(); i++) {
                moved.addAll(pieces(family, i, first < 0 ? -1 : first + i));
            }
        }
        return moved;
    }

    /** Whether some permutation renames what stands where nothing is named. */
    private boolean takesNothingForSomething(Slots family) {
        return symmetry.renamings().stream().anyMatch(r -> r.value(family, family.fixed()) != family.fixed());
    }

    /** The bit of a family's first element, if it may name nothing, else -1; families of one condition and one size share bits. */
    private int firstBit(Slots family) {
        Liveness naming = family.naming();
        if (naming == null) {
            return -1;
        }
        int bits = 0;
        for (Asked a : asked) {
            if (a.isOf(family)) {
                return a.firstBit;
            }
            bits += a.elements;
        }
        asked.add(new Asked(naming, family.size(), bits));
        return bits;
    }

    private boolean isMoved(Named n) {
        return symmetry.renamings().stream()
                .anyMatch(r -> IntStream.range(0, n.sort().size()).anyMatch(e -> r.element(n.sort(), e) != e));
    }

    private List<Piece> pieces(Slots family, int i, int dead) {
        List<Piece> pieces = new ArrayList<>();
        boolean moves = symmetry.renamings().stream().anyMatch(r -> r.place(family, i) != i);
        long left = family.varying();
        for (Named n : family.named()) {
            long varying = left & (ones(n.width()) << n.low());
            if (varying != 0 && (moves || isMoved(n))) {
                int low = Long.numberOfTrailingZeros(varying);
                int width = 64 - Long.numberOfLeadingZeros(varying) - low;
                if (width > MOST_NAMING) {
                    throw new IllegalArgumentException(
                            family.name() + " names " + n.sort().name() + " by too many bits");
                }
                pieces.add(new Piece(family, i, low, width, isMoved(n) ? dead : -1));
                left &= ~(ones(width) << low);
            }
        }
        while (moves && left != 0) {
            int low = Long.numberOfTrailingZeros(left);
            int width = Math.min(WIDEST, Long.numberOfTrailingZeros(~(left >>> low)));
            pieces.add(new Piece(family, i, low, width, -1));
            left &= ~(ones(width) << low);
        }
        return pieces;
    }

    private static List<List<Piece>> chunks(List<Piece> pieces) {
        List<Piece> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingInt(Piece::word).thenComparingInt(Piece::bit));
        List<List<Piece>> chunks = new ArrayList<>();
        for (Piece p : sorted) {
            List<Piece> last = chunks.isEmpty() ? List.of() : chunks.get(chunks.size() - 1);
            if (!last.isEmpty()
                    && last.get(0).word() == p.word()
                    && p.bit() + p.width() - last.get(0).bit() <= WIDEST) {
                last.add(p);
            } else {
                chunks.add(new ArrayList<>(List.of(p)));
            }
        }
        return chunks;
    }

    /** What every value of a piece's bits contributes where a permutation takes it. */
    private long[] images(Piece p, Renaming by, boolean names) {
        Slots family = p.family();
        long here = ones(p.width()) << p.low();
        long others = family.fixed() & ~here & ~family.varying();
        int place = by.place(family, p.element());
        long[] images = new long[1 << p.width()];
        for (int bits = 0; bits < images.length; bits++) {
            long value = others | (long) bits << p.low();
            // What else there is are bits that no state has.
            if ((value & ~family.varying()) == (family.fixed() & ~family.varying())) {
                long renamed = names ? by.value(family, value) : value;
                images[bits] = fingerprint.part(family.wordOf(place), (renamed & here) << family.shiftOf(place));
            }
        }
        return images;
    }

    private Chunk chunk(List<Piece> pieces) {
        Piece first = pieces.get(0);
        Piece last = pieces.get(pieces.size() - 1);
        int width = last.bit() + last.width() - first.bit();
        long[] into = new long[group << width];
        for (int g = 0; g < group; g++) {
            Renaming by = symmetry.renamings().get(g);
            for (Piece p : pieces) {
                long[] images = images(p, by, true);
                int from = p.bit() - first.bit();
                for (int v = 0; v < 1 << width; v++) {
                    into[v * group + g] ^= images[v >>> from & images.length - 1];
                }
            }
        }
        return new Chunk(first.bit(), (1 << width) - 1, into);
    }

    /** What a dead element's bits were taken for is taken back, and they go where they belong as they are. */
    private Chunk dead(List<Piece> moved, int from) {
        long[] into = new long[group << WIDEST];
        for (Piece p : moved) {
            if (p.dead() >= from && p.dead() < from + WIDEST) {
                for (int g = 0; g < group; g++) {
                    takeBack(p, g, p.dead() - from, into);
                }
            }
        }
        return new Chunk(from % 64, (1 << WIDEST) - 1, into);
    }

    private void takeBack(Piece p, int g, int bit, long[] into) {
        Renaming by = symmetry.renamings().get(g);
        int bits = (int) (p.family().fixed() >>> p.low() & ones(p.width()));
        long difference = images(p, by, true)[bits] ^ images(p, by, false)[bits];
        for (int v = 0; v < 1 << WIDEST; v++) {
            into[v * group + g] ^= (v >>> bit & 1) != 0 ? difference : 0;
        }
    }

    SymmetryGroup symmetry() {
        return symmetry;
    }

    /** How many permutations there are. */
    int group() {
        return group;
    }

    /** Words of a state, and those with a bit for each element that may name nothing. */
    int words() {
        return unmoved.length + deadWords;
    }

    /** Writes the words of a state, and behind them which elements name nothing. */
    void view(long[] s, long[] to) {
        System.arraycopy(s, 0, to, 0, unmoved.length);
        Arrays.fill(to, unmoved.length, to.length, 0);
        for (int k = 0; k < asked.size(); k++) {
            Asked a = asked.get(k);
            for (int i = 0; i < a.elements; i++) {
                if (!a.naming.isLive(s, i)) {
                    int bit = a.firstBit + i;
                    to[unmoved.length + (bit >>> 6)] |= 1L << bit;
                }
            }
        }
    }

    /** What bits of a word that no permutation moves contribute to each image. */
    long unmoved(int word, long bits) {
        return word < unmoved.length ? fingerprint.part(word, bits & unmoved[word]) : 0;
    }

    /** The first chunk of a word; those up to the first of the next word are its own. */
    int firstChunk(int word) {
        return firstChunk[word];
    }

    /** Value of a chunk's bits in its word. */
    int value(int c, long word) {
        return (int) (word >>> shift[c]) & mask[c];
    }

    /** A chunk's contributions, by value and permutation. */
    long[] table(int c) {
        return table[c];
    }
}
