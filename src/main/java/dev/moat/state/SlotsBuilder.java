package dev.moat.state;

import dev.moat.bits.BitField;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Declares one {@link Slots} family; obtained from {@link SchemaBuilder#slots}. */
public final class SlotsBuilder {
    final String name;
    final Role role;
    final Writer writer;
    final List<Sort> index;

    @Nullable
    Sort values;

    boolean optional;
    List<BitField> format = List.of();
    List<String> spoken = List.of();
    int width;
    long varying = -1L;
    long fixed;

    @Nullable
    Liveness live;

    @Nullable
    Liveness naming;

    boolean takenByStarts;
    /** Behind how many other locks of its schema its elements come, where they are locks; else -1. */
    int lock = -1;

    @Nullable
    LongFunction<List<BitField>> decoding;

    @Nullable
    Slots kinds;

    private final List<Slots.Named> named = new ArrayList<>();
    private final SchemaBuilder schema;

    SlotsBuilder(SchemaBuilder schema, String name, Role role, Writer writer, List<Sort> index) {
        this.schema = schema;
        this.name = name;
        this.role = role;
        this.writer = writer;
        this.index = index;
    }

    /**
     * Declares when an element is meaningful; while it is not, {@link Schema#normalise} gives it its dead value,
     * the value of {@link Slots#fixed()}. Families are normalised in the order of their declaration. Families of the same
     * index should share one object: it is then asked once for all of them.
     */
    public SlotsBuilder live(Liveness condition) {
        live = condition;
        return this;
    }

    /** Value of the element at the start and while it is dead; 0 where this is not called. */
    public SlotsBuilder fixed(long value) {
        fixed = value;
        return this;
    }

    /**
     * Says when an element names an element of its sort, where {@link #live} does not; while it does not, it is 0 and names
     * nothing, although 0 is an element too.
     */
    public SlotsBuilder namesWhile(Liveness condition) {
        naming = condition;
        return this;
    }

    /** Says that a call may take elements for itself as it starts, before its first step: a start that is refused gives them back. */
    public SlotsBuilder takenByStarts() {
        takenByStarts = true;
        return this;
    }

    /** Bits of plain numbers and words that name elements of a sort: who renames those has to rename these. */
    public SlotsBuilder naming(Slots.Named bits) {
        named.add(bits);
        return this;
    }

    /** Elements are plain numbers below {@code first}, and from there on name the elements of a sort; throws as {@link #bits}. */
    public Slots numbersAnd(Sort sort, int first) {
        int bits = bitsFor(first + sort.size() - 1);
        return naming(new Slots.Named(0, bits, sort, first)).bits(bits);
    }

    List<Slots.Named> named() {
        Sort sort = values;
        return sort == null ? List.copyOf(named) : List.of(new Slots.Named(0, width, sort, optional ? 1 : 0));
    }

    /** Elements print as these fields. */
    public SlotsBuilder fields(List<BitField> fields) {
        format = fields;
        return this;
    }

    /**
     * Words print by what they say themselves of what they are. The layout does not depend on it: {@link #word} is given what is
     * one for all of them.
     *
     * @param fields those of a word, in the order in which they print
     */
    public SlotsBuilder decodedBy(LongFunction<List<BitField>> fields) {
        decoding = fields;
        return this;
    }

    /**
     * The same where another word says it, as the first of a command does.
     *
     * @param first a family of the same index
     * @param fields those of a word of this family, by the word of the other
     */
    public SlotsBuilder decodedBy(Slots first, LongFunction<List<BitField>> fields) {
        kinds = first;
        return decodedBy(fields);
    }

    /** The numbers 0, 1, ... print as these words; what the layout is does not depend on it. */
    public SlotsBuilder called(String... words) {
        spoken = List.of(words);
        return this;
    }

    /** Elements are elements of a sort. */
    public Slots of(Sort sort) {
        values = sort;
        return bits(bitsFor(sort.size() - 1));
    }

    /** Elements are 0 for none, or element + 1. */
    public Slots optional(Sort sort) {
        values = sort;
        optional = true;
        return bits(bitsFor(sort.size()));
    }

    /** Elements are locks, which do not say who has them. */
    public Lock lock() {
        lock = schema.lockElements();
        return schema.lock(called("free", "held").bits(1));
    }

    /** Elements are locks, which say what CPU has them. */
    public Lock lock(Sort cpus) {
        lock = schema.lockElements();
        return schema.lock(optional(cpus));
    }

    /** Elements are plain numbers of this many bits, 0 to 63; with 0 bits the value is always 0. */
    public Slots bits(int bits) {
        if (bits < 0 || bits > 63) {
            throw new IllegalArgumentException("slot " + name + " cannot have " + bits + " bits");
        }
        width = bits;
        return schema.add(this);
    }

    /**
     * Each element is a whole 64-bit word in an architectural format.
     *
     * @param fields the format, for printing unless {@link #decodedBy} has another one
     * @param varyingBits bits that may differ from {@link #fixed}; only these are stored per state, and packing a
     *     state in which another bit differs is an internal error
     */
    public Slots word(List<BitField> fields, long varyingBits) {
        width = 64;
        format = fields;
        varying = varyingBits;
        return schema.add(this);
    }

    /** Bits needed to hold values up to {@code max}. */
    public static int bitsFor(int max) {
        return 32 - Integer.numberOfLeadingZeros(max);
    }
}
