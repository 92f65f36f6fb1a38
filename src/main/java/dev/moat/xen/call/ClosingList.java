package dev.moat.xen.call;

import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists of mappings whose sides have been taken off their handle and whose pins are still held, a list for each element of
 * a sort: for each CPU those of the batch that it is working on, for each domain those whose invalidation is deferred
 * (limbo). {@code @shape} place i belongs to owner i / {@link #places}.
 */
public final class ClosingList {
    private final Slots sides;
    private final Slots granter;
    private final Slots ref;
    private final Slots readOnly;
    private final Slots owes;
    private final Slots frame;
    private final int places;
    private final boolean owing;
    private final boolean unpinned;

    /**
     * @param name prefix of the slots' names
     * @param places places in each list; 0 where there are none
     * @param owing whether a place remembers that its invalidation is still to be done
     * @param frames the frames, where pins are dropped already and only references to the frame are held; null otherwise
     */
    public ClosingList(
            SchemaBuilder schema,
            String name,
            Sort owners,
            Sort domains,
            Sort refs,
            int places,
            boolean owing,
            @Nullable Sort frames) {
        this.places = places;
        this.owing = owing;
        unpinned = frames != null;
        Sort place = Sort.numbered("Place", "l", places);
        sides = schema.slots(name + ".sides", Role.HYPERVISOR, Writer.HYPERVISOR, owners, place)
                .of(new Sort("Sides", List.of("none", "host", "device", "host+device")));
        Liveness used = (s, i) -> sides.get(s, i) != 0;
        granter = schema.slots(name + ".granter", Role.HYPERVISOR, Writer.HYPERVISOR, owners, place)
                .live(used)
                .of(domains);
        ref = schema.slots(name + ".ref", Role.HYPERVISOR, Writer.HYPERVISOR, owners, place)
                .live(used)
                .of(refs);
        readOnly = schema.slots(name + ".readonly", Role.HYPERVISOR, Writer.HYPERVISOR, owners, place)
                .live(used)
                .bits(1);
        owes = schema.slots(name + ".owes", Role.HYPERVISOR, Writer.HYPERVISOR, owners, place)
                .live(used)
                .bits(owing ? 1 : 0);
        Sort named = frames == null ? Sort.numbered("Frame", "", 0) : frames;
        frame = schema.slots(name + ".frame", Role.HYPERVISOR, Writer.HYPERVISOR, owners, unpinned ? place : named)
                .live(used)
                .of(named);
    }

    /** Whether the mappings hold references only. */
    public boolean isUnpinned() {
        return unpinned;
    }

    /** The frame of a mapping that holds references only. */
    public int frame(long[] s, int i) {
        return (int) frame.get(s, i);
    }

    /** Notes the frame of a mapping that was just put last into a list, whose pins go. */
    public void notePinless(long[] s, int i, int of) {
        frame.set(s, i, of);
    }

    /** Places of all lists together. */
    public int size() {
        return sides.size();
    }

    /** Places in each list. */
    public int places() {
        return places;
    }

    /** The sides that the mapping in a place keeps pinned; 0 when the place is free. */
    public int sides(long[] s, int i) {
        return (int) sides.get(s, i);
    }

    /** The granting domain of place i. */
    public int granter(long[] s, int i) {
        return (int) granter.get(s, i);
    }

    /** The grant reference of place i. */
    public int ref(long[] s, int i) {
        return (int) ref.get(s, i);
    }

    /** Whether the mapping of place i is read-only. */
    public boolean isReadOnly(long[] s, int i) {
        return readOnly.get(s, i) != 0;
    }

    /** Whether the mapping's invalidation is still to be done. */
    public boolean owes(long[] s, int i) {
        return sides.get(s, i) != 0 && owes.get(s, i) != 0;
    }

    /** Puts a mapping into the first free place of a list; answers the place, or -1 when there is none. */
    public int add(long[] s, int owner, int granting, int reference, int pinned, boolean ro) {
        for (int i = owner * places; i < (owner + 1) * places; i++) {
            if (sides.get(s, i) == 0) {
                sides.set(s, i, pinned);
                granter.set(s, i, granting);
                ref.set(s, i, reference);
                readOnly.set(s, i, ro ? 1 : 0);
                owes.set(s, i, owing ? 1 : 0);
                return i;
            }
        }
        return -1;
    }

    /** Whether a list has a mapping whose invalidation is still to be done. */
    public boolean owesAny(long[] s, int owner) {
        for (int i = owner * places; i < (owner + 1) * places; i++) {
            if (owes(s, i)) {
                return true;
            }
        }
        return false;
    }

    /** Notes that everything of a list has been invalidated. */
    public void settle(long[] s, int owner) {
        for (int i = owner * places; i < (owner + 1) * places; i++) {
            owes.set(s, i, 0);
        }
    }

    /** The first place of any list whose mapping only has to be released, or -1. */
    public int settled(long[] s) {
        return settled(s, 0, sides.size());
    }

    /** The same in one list. */
    public int settled(long[] s, int owner) {
        return settled(s, owner * places, (owner + 1) * places);
    }

    private int settled(long[] s, int from, int to) {
        for (int i = from; i < to; i++) {
            if (sides.get(s, i) != 0 && owes.get(s, i) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Adds everything of a place to a footprint. */
    public void read(Footprint p, int i) {
        p.one(sides, i).one(granter, i).one(ref, i).one(readOnly, i).one(owes, i);
        if (unpinned) {
            p.one(frame, i);
        }
    }

    /** Frees a place. */
    public void remove(long[] s, int i) {
        sides.set(s, i, 0);
    }
}
