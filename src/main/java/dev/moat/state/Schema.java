package dev.moat.state;

import dev.moat.bits.Watched;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one authority on every value of a state: its place, its meaning, when it is dead, and how it prints.
 *
 * <p>{@code @shape} a state is {@code long[words()]}.
 */
public final class Schema {
    private final List<Slots> families;
    private final Map<String, Slots> byName = new HashMap<>();
    private final int words;
    private final List<SlotsBuilder> declared;
    private final Kept kept;
    private final List<Alike> alike;
    private final boolean readsThroughSlots;
    private final List<Lock> locks;
    // Made when they are first asked for: who only runs a unit never does. Several threads may make them, all the same.
    private volatile @Nullable Packing packing;
    private volatile @Nullable Normaliser normaliser;

    /** What states satisfy beyond the ranges of values, by name: every state, and those that are where operations can be. */
    record Kept(Map<String, Predicate<long[]>> always, Map<String, Predicate<long[]>> atSteps) {
        Kept {
            always = Collections.unmodifiableMap(new LinkedHashMap<>(always));
            atSteps = Collections.unmodifiableMap(new LinkedHashMap<>(atSteps));
        }
    }

    Schema(SchemaBuilder b, int words, Kept kept) {
        families = List.copyOf(b.families);
        families.forEach(f -> byName.put(f.name(), f));
        this.words = words;
        declared = List.copyOf(b.declared);
        alike = List.copyOf(b.alike);
        readsThroughSlots = b.readsThroughSlots;
        locks = List.copyOf(b.locks);
        this.kept = kept;
    }

    /** Whether states can be {@link Watched}, and show then all that code reads of them. */
    public boolean isWatchable() {
        return readsThroughSlots && words <= Watched.MOST;
    }

    /** What every state satisfies beyond the ranges of values, by name; see {@link SchemaBuilder#keeps}. */
    public Map<String, Predicate<long[]>> kept() {
        return kept.always();
    }

    /** What is so because of where operations are, by name; see {@link SchemaBuilder#keepsAtSteps}. */
    public Map<String, Predicate<long[]>> keptAtSteps() {
        return kept.atSteps();
    }

    /** What is alike, in the order of declaration; no two share an element. */
    public List<Alike> alike() {
        return alike;
    }

    /** The families that are locks, in the order of declaration. */
    public List<Lock> locks() {
        return locks;
    }

    /** The families in the order of declaration. */
    public List<Slots> families() {
        return families;
    }

    /** The family with this name. */
    public Optional<Slots> family(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Words of a working state. */
    public int words() {
        return words;
    }

    /** How states are stored. */
    public Packing packing() {
        Packing made = packing;
        if (made == null) {
            made = new Packing(this);
            packing = made;
        }
        return made;
    }

    /** A state in which every slot has its fixed value. */
    public long[] blank() {
        long[] s = new long[words];
        for (Slots f : families) {
            for (int i = 0; i < f.size(); i++) {
                f.set(s, i, f.fixed());
            }
        }
        return s;
    }

    /**
     * Gives every dead element its dead value, so that states that behave alike are equal. In place.
     *
     * @return whether it changed anything
     */
    public boolean normalise(long[] s) {
        return normaliser().normalise(s);
    }

    /** What {@link #normalise} runs, for proofs about its code: never changes once it is made. */
    public Predicate<long[]> normalising() {
        return normaliser();
    }

    /** What {@link #normalise} runs. */
    public Normaliser normaliser() {
        Normaliser made = normaliser;
        if (made == null) {
            made = new Normaliser(families, declared);
            normaliser = made;
        }
        return made;
    }

    /**
     * One difference between two states.
     *
     * @param kinds by what its values print
     */
    public record Change(Slots slots, int element, long before, long after, Kinds kinds) {
        /** What the same element of {@link Slots#kinds} has in the two states. */
        public record Kinds(long before, long after) {}

        private static Change of(Slots f, int i, long[] before, long[] after) {
            Slots kinds = f.kinds();
            return new Change(
                    f, i, f.get(before, i), f.get(after, i), new Kinds(kinds.get(before, i), kinds.get(after, i)));
        }

        /** The value before, as a person reads it. */
        public String was() {
            return slots.print(before, kinds.before);
        }

        /** The value after, as a person reads it. */
        public String is() {
            return slots.print(after, kinds.after);
        }

        /** For example {@code leaf[d1,p0]: 0x3 (R W) -> 0}. */
        @Override
        public String toString() {
            return slots.label(element) + ": " + was() + " -> " + is();
        }
    }

    /** The elements in which two states differ, in the order of declaration. */
    public List<Change> diff(long[] before, long[] after) {
        List<Change> changes = new ArrayList<>();
        for (Slots f : families) {
            for (int i = 0; i < f.size(); i++) {
                if (f.get(before, i) != f.get(after, i)) {
                    changes.add(Change.of(f, i, before, after));
                }
            }
        }
        return changes;
    }

    /**
     * Identifies the layout: names, sorts, widths and meaning of all slots. 16 hex digits. Families without a bit do not
     * count, so that a mechanism that is switched off changes no layout.
     */
    public String version() {
        StringBuilder text = new StringBuilder();
        for (Slots f : families) {
            if (f.size() == 0 || f.width() == 0) {
                continue;
            }
            text.append(f.name()).append(f.index()).append(f.values()).append(f.optional());
            text.append(f.width()).append(f.fixed()).append(f.varying()).append(f.format());
        }
        try {
            byte[] sum =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
