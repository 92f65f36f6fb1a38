package dev.moat.state;

import dev.moat.bits.Watched;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Collects slot families and lays them out; the order of declaration is the order of printing. */
public final class SchemaBuilder {
    final List<Slots> families = new ArrayList<>();
    final List<SlotsBuilder> declared = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Predicate<long[]>> kept = new LinkedHashMap<>();
    private final Map<String, Predicate<long[]>> keptAtSteps = new LinkedHashMap<>();
    final List<Alike> alike = new ArrayList<>();
    private String prefix = "";
    boolean readsThroughSlots;
    final List<Lock> locks = new ArrayList<>();

    /** This one, or where what is declared is left out one that nobody uses, so that a schema without it is what it always was. */
    public SchemaBuilder onlyIf(boolean there) {
        return there ? this : new SchemaBuilder();
    }

    /**
     * Has the names of all families declared from now on begin with this, for a second set of what declares its own names.
     *
     * @return the beginning until now
     */
    public String prefix(String beginning) {
        String before = prefix;
        prefix = beginning;
        return before;
    }

    /** Starts the declaration of a family indexed by 0 to 3 sorts; finish it with of, optional, bits or word. */
    public SlotsBuilder slots(String own, Role role, Writer writer, Sort... index) {
        String name = prefix + own;
        if (index.length > 3) {
            throw new IllegalArgumentException("slot " + name + " has more than three indices");
        }
        if (names.contains(name)) {
            throw new IllegalArgumentException("slot " + name + " is declared twice");
        }
        Sort.requireToldApart(name, List.of(index), ",");
        return new SlotsBuilder(this, name, role, writer, List.of(index));
    }

    /**
     * Says what every state satisfies beyond the ranges of its values, where code relies on it: it is proved to stay so ({@code
     * moat prove --code}), and nothing else asks.
     *
     * @param name a few words, unique
     */
    public void keeps(String name, Predicate<long[]> holds) {
        if (keptAtSteps.containsKey(prefix + name) || kept.putIfAbsent(prefix + name, holds) != null) {
            throw new IllegalArgumentException("'" + prefix + name + "' is said twice");
        }
    }

    /**
     * The same for what is so only because of where operations are: it is proved together with what {@code moat prove --code
     * --refinement} finds about steps, only there, and only by machines in which it is so; elsewhere it is left out.
     */
    public void keepsAtSteps(String name, Predicate<long[]> holds) {
        if (kept.containsKey(prefix + name) || keptAtSteps.putIfAbsent(prefix + name, holds) != null) {
            throw new IllegalArgumentException("'" + prefix + name + "' is said twice");
        }
    }

    /**
     * Says what of the machine is alike. Searches that make use of it do not take it on trust: they look whether it is so.
     *
     * @throws IllegalArgumentException when an element belongs to something that was said to be alike before
     */
    public void alike(Alike things) {
        if (alike.stream().anyMatch(other -> other.shares(things))) {
            throw new IllegalArgumentException(things.name() + " share an element with others that are alike");
        }
        alike.add(things);
    }

    /**
     * Says that all code of the component reads and writes states through {@link Slots} alone, and depends on nothing else: then it
     * can be seen what it reads, and searches remember what it does. Families whose liveness others tell are declared behind these, so that
     * normalising once is enough; a state of which that is not so ends a search with an
     * exception. A test looks for raw reads in the class files of who says so.
     */
    public void readsThroughSlots() {
        readsThroughSlots = true;
    }

    /** The locks that are declared so far. */
    public List<Lock> locks() {
        return List.copyOf(locks);
    }

    /** The families that are declared so far. */
    public List<Slots> families() {
        return List.copyOf(families);
    }

    /** How many locks there are so far. */
    int lockElements() {
        return locks.stream().mapToInt(l -> l.slots().size()).sum();
    }

    Lock lock(Slots slots) {
        Lock lock = new Lock(slots);
        locks.add(lock);
        return lock;
    }

    Slots add(SlotsBuilder b) {
        Slots slots = new Slots(b);
        families.add(slots);
        names.add(slots.name());
        declared.add(b);
        return slots;
    }

    /** Lays out: whole words first, small values then fill shared words without straddling one. */
    public Schema build() {
        int words = 0;
        for (Slots f : families) {
            if (f.width() == 64) {
                for (int i = 0; i < f.size(); i++) {
                    f.word[i] = words++;
                }
            }
        }
        int bit = 64;
        int current = words - 1;
        for (Slots f : families) {
            if (f.width() == 64) {
                continue;
            }
            for (int i = 0; i < f.size(); i++) {
                if (current < 0 || bit + f.width() > 64) {
                    current = words++;
                    bit = 0;
                }
                f.word[i] = current;
                f.shift[i] = (byte) bit;
                bit += f.width();
            }
        }
        // No state is as long as those that are watched.
        int length = words == Watched.LENGTH ? words + 1 : Math.max(words, 1);
        return new Schema(this, length, new Schema.Kept(kept, keptAtSteps));
    }
}
