package dev.moat.explore.orbit;

import dev.moat.state.Liveness;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Slots.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What the permutations of a group do to a few bits at a time, looked up instead of computed. Immutable; the threads of a
 * search share it.
 *
 * <p>{@code @shape} a <i>piece</i> is a stretch of bits of one element that moves as a whole, a <i>chunk</i> is up to {@value
 * #WIDEST} bits of one word that hold whole pieces. After the words of the state come those of what names nothing: a bit for
 * each element that a liveness was asked about, and for it the tables take back what the element's 0 was taken for.
 */
public final class ImageTables {
    private static final int WIDEST = 8;
    /** Most bits by which an element may be named in a word. */
    private static final int MOST_NAMING = 20;

    /** Bits {@code low..low+width} of an element, at a place in the words; {@code dead} is the bit that takes it back, or -1. */
    private record Piece(Slots family, int element, int low, int width, int dead) {
        int word() {
            return family.wordOf(element);
        }

        int bit() {
            return family.shiftOf(element) + low;
        }
    }

    /** One chunk's contribution to one word. */
    private static final class Lookup {
        final int source;
        final int shift;
        final int mask;
        final long[] table;

        Lookup(int source, int shift, int mask, long[] table) {
            this.source = source;
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
    private final int group;
    private final long[] unmoved;
    private final List<Asked> asked = new ArrayList<>();
    private final int deadWords;
    private final int[] targets;
    private final int[] firstChunk;
    private final int[] source;
    private final int[] shift;
    private final int[] mask;
    private final long[][] table;

    public ImageTables(SymmetryGroup symmetry) {
        this.symmetry = symmetry;
        group = symmetry.renamings().size();
        Schema schema = symmetry.schema();
        unmoved = new long[schema.words()];
        Arrays.fill(unmoved, -1L);
        List<Piece> moved = pieces(schema);
        for (Piece p : moved) {
            unmoved[p.word()] &= ~(ones(p.width()) << p.bit());
        }
        deadWords = (asked.stream().mapToInt(Asked::elements).sum() + 63) / 64;
        Map<Integer, List<Lookup>> byTarget = new TreeMap<>();
        chunks(moved).forEach(chunk -> addChunk(chunk, byTarget));
        addDead(moved, byTarget);
        targets = byTarget.keySet().stream().mapToInt(Integer::intValue).toArray();
        List<Lookup> all = byTarget.values().stream().flatMap(List::stream).toList();
        firstChunk = new int[targets.length + 1];
        for (int t = 0; t < targets.length; t++) {
            firstChunk[t + 1] =
                    firstChunk[t] + byTarget.getOrDefault(targets[t], List.of()).size();
        }
        source = all.stream().mapToInt(l -> l.source).toArray();
        shift = all.stream().mapToInt(l -> l.shift).toArray();
        mask = all.stream().mapToInt(l -> l.mask).toArray();
        table = all.stream().map(l -> l.table).toArray(long[][]::new);
    }

    private static long ones(int width) {
        return width == 64 ? -1L : (1L << width) - 1;
    }

    /** The stretches of bits that some permutation moves or renames. */
    private List<Piece> pieces(Schema schema) {
        List<Piece> moved = new ArrayList<>();
        for (Slots family : schema.families()) {
            boolean renamed = family.named().stream().anyMatch(n -> isMoved(n));
            int first = renamed ? firstBit(family) : -1;
            for (int i = 0; i < family.size(); i++) {
                moved.addAll(pieces(family, i, first < 0 ? -1 : first + i));
            }
        }
        return moved;
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

    /** What becomes of every value of a piece's bits under a permutation, in the word where they go. */
    private long[] images(Piece p, Renaming by, boolean names) {
        Slots family = p.family();
        long here = ones(p.width()) << p.low();
        long others = family.fixed() & ~here & ~family.varying();
        int shift = family.shiftOf(by.place(family, p.element())) + p.low();
        long[] images = new long[1 << p.width()];
        for (int bits = 0; bits < images.length; bits++) {
            long value = others | (long) bits << p.low();
            // What else there is are bits that no state has.
            if ((value & ~family.varying()) == (family.fixed() & ~family.varying())) {
                long renamed = names ? by.value(family, value) : value;
                images[bits] = (renamed & here) >>> p.low() << shift;
            }
        }
        return images;
    }

    private int target(Piece p, Renaming by) {
        return p.family().wordOf(by.place(p.family(), p.element()));
    }

    private void addChunk(List<Piece> chunk, Map<Integer, List<Lookup>> byTarget) {
        Piece first = chunk.get(0);
        Piece last = chunk.get(chunk.size() - 1);
        int width = last.bit() + last.width() - first.bit();
        Map<Integer, long[]> tables = new HashMap<>();
        for (int g = 0; g < group; g++) {
            Renaming by = symmetry.renamings().get(g);
            for (Piece p : chunk) {
                long[] into = tables.computeIfAbsent(target(p, by), w -> new long[group << width]);
                long[] images = images(p, by, true);
                int from = p.bit() - first.bit();
                for (int v = 0; v < 1 << width; v++) {
                    into[v * group + g] ^= images[v >>> from & images.length - 1];
                }
            }
        }
        tables.forEach((word, made) -> byTarget.computeIfAbsent(word, w -> new ArrayList<>())
                .add(new Lookup(first.word(), first.bit(), (1 << width) - 1, made)));
    }

    /** What a dead element's bits were taken for is taken back, and they go where they belong as they are. */
    private void addDead(List<Piece> moved, Map<Integer, List<Lookup>> byTarget) {
        for (int from = 0; from < deadWords * 64; from += WIDEST) {
            Map<Integer, long[]> tables = new HashMap<>();
            for (Piece p : moved) {
                if (p.dead() >= from && p.dead() < from + WIDEST) {
                    for (int g = 0; g < group; g++) {
                        takeBack(p, g, p.dead() - from, tables);
                    }
                }
            }
            int at = from;
            tables.forEach((word, made) -> byTarget.computeIfAbsent(word, w -> new ArrayList<>())
                    .add(new Lookup(unmoved.length + at / 64, at % 64, (1 << WIDEST) - 1, made)));
        }
    }

    private void takeBack(Piece p, int g, int bit, Map<Integer, long[]> tables) {
        Renaming by = symmetry.renamings().get(g);
        int bits = (int) (p.family().fixed() >>> p.low() & ones(p.width()));
        long[] into = tables.computeIfAbsent(target(p, by), w -> new long[group << WIDEST]);
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

    /** Words of a state. */
    int words() {
        return unmoved.length;
    }

    /** Words with a bit for each element that may name nothing. */
    int deadWords() {
        return deadWords;
    }

    /** Sets the bits of the elements that name nothing. */
    void markDead(long[] s, long[] dead) {
        for (int i = 0; i < dead.length; i++) {
            dead[i] = 0;
        }
        for (int k = 0; k < asked.size(); k++) {
            Asked a = asked.get(k);
            for (int i = 0; i < a.elements; i++) {
                if (!a.naming.isLive(s, i)) {
                    int bit = a.firstBit + i;
                    dead[bit >>> 6] |= 1L << bit;
                }
            }
        }
    }

    /** Copies the bits that no permutation moves; the others become 0. */
    void unmoved(long[] s, long[] to) {
        for (int i = 0; i < unmoved.length; i++) {
            to[i] = s[i] & unmoved[i];
        }
    }

    /** How many words have bits that move. */
    int targets() {
        return targets.length;
    }

    /** The number of such a word in the state. */
    int target(int t) {
        return targets[t];
    }

    /** The first chunk that goes to such a word; those up to the first of the next word do. */
    int firstChunk(int t) {
        return firstChunk[t];
    }

    /** Value of a chunk's bits in a state. */
    int value(int c, long[] s, long[] dead) {
        int from = source[c];
        long word = from < unmoved.length ? s[from] : dead[from - unmoved.length];
        return (int) (word >>> shift[c]) & mask[c];
    }

    /** A chunk's images, by value and permutation. */
    long[] table(int c) {
        return table[c];
    }
}
