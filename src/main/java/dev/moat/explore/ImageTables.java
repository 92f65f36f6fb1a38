package dev.moat.explore;

import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.state.Liveness;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Slots.Named;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tables that give, for a few bits at a time, their contribution to the fingerprints of all images of a state under a
 * group. Immutable; the threads of a search share them.
 *
 * <p>{@code @shape} A <i>piece</i> is a range of bits of one element that moves as a whole. A <i>chunk</i> has up to
 * {@value #WIDEST} bits of one word and contains whole pieces. Permutation p takes the value v of a chunk to bits that
 * contribute {@code table[(v - first) * group() + p]}.
 *
 * <p>A name in more bits, such as a word of hardware, moves as if it were no name; a chunk of its own, indexed by the
 * named element, holds the contribution of the right name. The words are those of a state, followed by one bit for
 * each element whose liveness is asked. If an element names nothing, the tables take back the contribution of its 0.
 */
final class ImageTables {
    private static final int WIDEST = 8;
    /** Of so many words of elements that may name nothing eight are looked up together. */
    private static final int FEW_DEAD_WORDS = 4;

    /** Bits {@code low..low+width} of an element, and whether they name something. */
    private record Piece(Slots family, int element, int low, int width, boolean names) {
        int word() {
            return family.wordOf(element);
        }

        int bit() {
            return family.shiftOf(element) + low;
        }
    }

    /** A name in many bits of an element. */
    private record Wide(Slots family, int element, Named name) {}

    /** An element that may name nothing, and the bit that says so. */
    private record Dead(Slots family, int element, int bit) {}

    /** Pieces of a word; their values from {@code first} on have rows in the table, and others contribute nothing. */
    private static final class Chunk {
        final int word;
        final int shift;
        final long mask;
        final long first;
        final long[] table;
        /** Of each piece its bits of the word. */
        final long[] pieces;

        Chunk(int word, long first, long[] table, long... pieces) {
            long all = Arrays.stream(pieces).reduce(0, (a, b) -> a | b);
            this.word = word;
            shift = Long.numberOfTrailingZeros(all);
            mask = all >>> shift;
            this.first = first;
            this.table = table;
            this.pieces = pieces;
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
    private final List<Dead> dead = new ArrayList<>();
    private final List<Wide> wide = new ArrayList<>();
    private final int[] firstChunk;
    private final Chunk[] chunks;
    private final IdentityHashMap<Slots, Renaming.OfFamily[]> byFamily = new IdentityHashMap<>();
    private final Map<Sort, Moved> moved = new HashMap<>();
    private long left;

    /** The elements of a sort that some permutation moves lie from the first to the last of these; none where that is -1. */
    private record Moved(int first, int last) {
        int count() {
            return last < 0 ? 0 : last - first + 1;
        }
    }

    /**
     * @param most bytes that the tables may take
     * @throws LimitException when they need more
     */
    public ImageTables(SymmetryGroup symmetry, long most) {
        this.symmetry = symmetry;
        left = most;
        group = symmetry.renamings().size();
        Schema schema = symmetry.schema();
        fingerprint = new Fingerprint(schema.words());
        unmoved = new long[schema.words()];
        Arrays.fill(unmoved, -1L);
        List<Piece> pieces = pieces(schema);
        for (Piece p : pieces) {
            unmoved[p.word()] &= ~(ones(p.width()) << p.bit());
        }
        deadWords = (namings() + 63) / 64;
        List<Chunk> all = new ArrayList<>();
        together(pieces).forEach(some -> all.add(chunk(some)));
        wide.forEach(name -> all.add(chunk(name)));
        addDead(all);
        all.sort(Comparator.comparingInt(c -> c.word));
        chunks = all.toArray(Chunk[]::new);
        firstChunk = new int[words() + 1];
        all.forEach(c -> firstChunk[c.word + 1]++);
        for (int w = 0; w < words(); w++) {
            firstChunk[w + 1] += firstChunk[w];
        }
    }

    private static long ones(int width) {
        return width == 64 ? -1L : (1L << width) - 1;
    }

    /** A table with so many rows; looks whether to go on, for making one takes about as long as a thousand of its rows are long. */
    private long[] table(int rows) {
        StoppedException.look();
        left -= 8L * rows * group;
        if (left < 0) {
            throw new LimitException(
                    "memory of the tables of symmetry",
                    "they need more than the search may have; use smaller parameters, or more memory");
        }
        return new long[rows * group];
    }

    private Renaming.OfFamily[] by(Slots family) {
        return byFamily.computeIfAbsent(
                family, of -> symmetry.renamings().stream().map(r -> r.of(of)).toArray(Renaming.OfFamily[]::new));
    }

    /** What no exchange of neighbours moves no permutation does. */
    private Moved moved(Sort sort) {
        return moved.computeIfAbsent(sort, of -> {
            int[] all = symmetry.generators().stream()
                    .flatMapToInt(g -> g.moved(of))
                    .sorted()
                    .toArray();
            return all.length == 0 ? new Moved(0, -1) : new Moved(all[0], all[all.length - 1]);
        });
    }

    /** The stretches of bits that some permutation moves or renames. */
    private List<Piece> pieces(Schema schema) {
        List<Piece> all = new ArrayList<>();
        for (Slots family : schema.families()) {
            StoppedException.look();
            List<Renaming.OfFamily> by =
                    symmetry.generators().stream().map(g -> g.of(family)).toList();
            boolean takesNothingForSomething = by.stream().anyMatch(g -> g.value(family.fixed()) != family.fixed());
            int first = takesNothingForSomething ? firstBit(family) : -1;
            for (int i = 0; i < family.size(); i++) {
                int element = i;
                addPieces(all, family, i, by.stream().anyMatch(g -> g.place(element) != element));
                if (first >= 0) {
                    dead.add(new Dead(family, i, first + i));
                }
            }
        }
        return all;
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

    private void addPieces(List<Piece> pieces, Slots family, int i, boolean moves) {
        long rest = family.varying();
        for (Named n : family.named()) {
            long varying = rest & (ones(n.width()) << n.low());
            int low = Long.numberOfTrailingZeros(varying);
            int width = Long.SIZE - Long.numberOfLeadingZeros(varying) - low;
            int count = moved(n.sort()).count();
            if (count > 0 && isWide(width, count)) {
                wide.add(new Wide(family, i, n));
            } else if (varying != 0 && width <= WIDEST && (moves || count > 0)) {
                pieces.add(new Piece(family, i, low, width, true));
                rest &= ~(ones(width) << low);
            }
        }
        while (moves && rest != 0) {
            int low = Long.numberOfTrailingZeros(rest);
            int width = Math.min(WIDEST, Long.numberOfTrailingZeros(~(rest >>> low)));
            pieces.add(new Piece(family, i, low, width, false));
            rest &= ~(ones(width) << low);
        }
    }

    /** Whether a name has more bits than a chunk, or so many that it mostly names what does not move. */
    private static boolean isWide(int width, int moved) {
        return width > WIDEST || 8 * moved <= (1 << width);
    }

    private static List<List<Piece>> together(List<Piece> pieces) {
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

    /** Whether a state can have an element of that value. */
    private static boolean canBe(Slots family, long value) {
        return ((value ^ family.fixed()) & ~family.varying()) == 0;
    }

    /** What bits of an element contribute at its place. */
    private long contribution(Slots family, int place, long bits) {
        return fingerprint.part(family.wordOf(place), bits << family.shiftOf(place));
    }

    private Chunk chunk(List<Piece> pieces) {
        Piece first = pieces.get(0);
        Piece last = pieces.get(pieces.size() - 1);
        int width = last.bit() + last.width() - first.bit();
        long[] into = table(1 << width);
        for (Piece p : pieces) {
            for (int g = 0; g < group; g++) {
                addTo(into, p, p.bit() - first.bit(), g);
            }
        }
        long[] own = pieces.stream().mapToLong(p -> ones(p.width()) << p.bit()).toArray();
        return new Chunk(first.word(), 0, into, own);
    }

    /** Adds what a piece, so many bits behind its chunk's first one, contributes to a permutation's column of the table. */
    private void addTo(long[] into, Piece p, int from, int permutation) {
        Slots family = p.family();
        Renaming.OfFamily by = by(family)[permutation];
        int place = by.place(p.element());
        long bits = ones(p.width()) << p.low();
        long others = family.fixed() & ~bits & ~family.varying();
        for (int v = 0; v * group < into.length; v++) {
            long value = others | (((long) v >>> from << p.low()) & bits);
            if (canBe(family, value)) {
                into[v * group + permutation] ^=
                        contribution(family, place, (p.names() ? by.value(value) : value) & bits);
            }
        }
    }

    /** What some bits of an element contribute otherwise by being renamed. */
    private long difference(Slots family, int element, long value, long bits, int permutation) {
        Renaming.OfFamily by = by(family)[permutation];
        return canBe(family, value) ? contribution(family, by.place(element), (by.value(value) ^ value) & bits) : 0;
    }

    private Chunk chunk(Wide wide) {
        Named name = wide.name();
        Moved some = moved(name.sort());
        long first = name.first() + some.first();
        long bits = ones(name.width()) << name.low();
        long others = wide.family().fixed() & ~bits;
        long[] into = table(some.count());
        for (int at = 0; at < into.length; at++) {
            long value = others | ((first + at / group) << name.low());
            into[at] = difference(wide.family(), wide.element(), value, bits, at % group);
        }
        int shift = wide.family().shiftOf(wide.element()) + name.low();
        long own = ones(name.width()) << shift;
        return new Chunk(wide.family().wordOf(wide.element()), first, into, own);
    }

    /** What dead elements' bits were taken for is taken back, and they go where they belong as they are. */
    private void addDead(List<Chunk> all) {
        dead.sort(Comparator.comparingInt(Dead::bit));
        // One bit takes one row; of few elements rather one look-up than eight.
        int width = deadWords > FEW_DEAD_WORDS ? 1 : WIDEST;
        int next = 0;
        for (int from = 0; from < deadWords * 64; from += width) {
            long[] into = table(1 << width);
            for (; next < dead.size() && dead.get(next).bit() < from + width; next++) {
                Dead d = dead.get(next);
                int row = 1 << (d.bit() - from);
                for (int g = 0; g < group; g++) {
                    into[row * group + g] ^=
                            difference(d.family(), d.element(), d.family().fixed(), -1L, g);
                }
            }
            for (int v = 3; v < 1 << width; v++) {
                int lowest = v & -v;
                for (int g = 0; lowest != v && g < group; g++) {
                    into[v * group + g] = into[lowest * group + g] ^ into[(v ^ lowest) * group + g];
                }
            }
            all.add(new Chunk(unmoved.length + from / 64, 0, into, ones(width) << from));
        }
    }

    SymmetryGroup symmetry() {
        return symmetry;
    }

    /** How many permutations there are. */
    public int group() {
        return group;
    }

    /** How many elements may name nothing, each with a bit in the words behind those of a state. */
    int namings() {
        return asked.isEmpty() ? 0 : last().firstBit + last().elements;
    }

    private Asked last() {
        return asked.get(asked.size() - 1);
    }

    /** Whether the element with that bit names something in a state. */
    boolean names(long[] s, int bit) {
        int k = asked.size() - 1;
        while (asked.get(k).firstBit > bit) {
            k--;
        }
        return asked.get(k).naming.isLive(s, bit - asked.get(k).firstBit);
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

    /** Whether a chunk has some of these bits of its word. */
    boolean has(int c, long bits) {
        return (bits >>> chunks[c].shift & chunks[c].mask) != 0;
    }

    /** The bits of a chunk's word that tell by how much its contribution changes when some change. */
    long read(int c, long changed) {
        long read = 0;
        for (long piece : chunks[c].pieces) {
            read |= (piece & changed) == 0 ? 0 : piece;
        }
        return read;
    }

    /** Adds what a chunk contributes with this word to the fingerprint of each image. */
    void add(int c, long word, long[] to) {
        Chunk chunk = chunks[c];
        long row = (word >>> chunk.shift & chunk.mask) - chunk.first;
        long[] table = chunk.table;
        if (row >= 0 && row * to.length < table.length) {
            int at = (int) row * to.length;
            for (int p = 0; p < to.length; p++) {
                to[p] ^= table[at + p];
            }
        }
    }
}
