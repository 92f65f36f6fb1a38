package dev.moat.memory;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * The frame table of guest memory: owner, life and references of each machine frame.
 *
 * <p>A frame is free, then allocated to an owner, then given up: from then on it takes no first reference, but stays its
 * owner's, in the owner's tables too, until the last reference is dropped. Only then is it taken out of the owner's
 * tables and becomes free. {@code @source} recorded Xen 4.17: a frame given up while others have it mapped by grant stays
 * reachable for both devices and goes with the last unmap.
 */
public final class Frames {
    /** Values of {@link #state}. */
    public static final int FREE = 0;

    public static final int ALLOCATED = 1;
    public static final int GIVEN_UP = 2;
    /** The hypervisor's, for a page of I/O tables; it has no owner. */
    public static final int IO_TABLE = 3;

    private static final List<String> STATES = List.of("free", "allocated", "given-up", "io-table");

    /** The machine frame numbers 0 to size-1 of guest memory. */
    public final Sort frames;
    /** Owner of a frame, or none. */
    public final Slots owner;
    /** {@link #FREE}, {@link #ALLOCATED}, {@link #GIVEN_UP} or {@link #IO_TABLE}. */
    public final Slots state;
    /**
     * References ({@code get_page}): one for each mapped side of a grant, and with types one for each page table entry
     * that maps the frame and for its use as a page table; the owner's own is not counted.
     */
    public final Slots references;
    /** Ghost: the given-up frame could not be taken out of its owner's tables, and was left there for good; where that happens. */
    public final Slots left;

    /**
     * What frames are used for in a machine.
     *
     * @param mostReferences largest number of references a frame can have
     * @param ioTables whether frames become pages of I/O tables
     * @param left whether frames may be left in their owners' tables
     */
    public record Uses(int mostReferences, boolean ioTables, boolean left) {}

    /** The frames of a machine that are owned by its domains. */
    public Frames(SchemaBuilder schema, Sort domains, Sort frames, Uses uses) {
        this.frames = frames;
        owner = schema.slots("owner", Role.HYPERVISOR, Writer.HYPERVISOR, frames)
                .optional(domains);
        state = schema.slots("frame.state", Role.HYPERVISOR, Writer.HYPERVISOR, frames)
                .of(new Sort("FrameState", uses.ioTables() ? STATES : STATES.subList(0, IO_TABLE)));
        references = schema.slots("frame.references", Role.HYPERVISOR, Writer.HYPERVISOR, frames)
                .bits(SlotsBuilder.bitsFor(uses.mostReferences()));
        left = schema.slots(
                        "frame.left",
                        Role.GHOST,
                        Writer.GHOST,
                        uses.left() ? frames : Sort.numbered(frames.name(), "", 0))
                .bits(1);
        schema.keeps("given-up frames have owners", this::areGivenUpOwned);
    }

    private boolean areGivenUpOwned(long[] s) {
        for (int f = 0; f < state.size(); f++) {
            if (state.get(s, f) == GIVEN_UP && owner.get(s, f) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Gives a free frame to a domain. */
    public void allocate(long[] s, int domain, int frame) {
        owner.set(s, frame, domain + 1);
        state.set(s, frame, ALLOCATED);
    }

    /** Takes a free frame from the heap without giving it to a domain yet. */
    public void reserve(long[] s, int frame) {
        state.set(s, frame, ALLOCATED);
    }

    /** Takes a frame from the heap for a page of I/O tables. */
    public void takeForTable(long[] s, int frame) {
        owner.set(s, frame, 0);
        state.set(s, frame, IO_TABLE);
    }

    /** Whether the domain owns the frame and has not given it up. */
    public boolean isAllocatedTo(long[] s, int domain, int frame) {
        return owner.get(s, frame) == domain + 1 && state.get(s, frame) == ALLOCATED;
    }

    /**
     * Whether a reference can be taken on behalf of a grant by this domain: it owns the frame, and either has not given
     * it up or others still hold references.
     */
    public boolean canRefer(long[] s, int owningDomain, int frame) {
        return owner.get(s, frame) == owningDomain + 1
                && (state.get(s, frame) == ALLOCATED || references.get(s, frame) > 0);
    }

    /** Adds references, wrapping when more are taken than can be needed: some were leaked. */
    public void refer(long[] s, int frame, int count) {
        long wrapping = (1L << references.width()) - 1;
        references.set(s, frame, (references.get(s, frame) + count) & wrapping);
    }

    /** Drops references, wrapping when more are dropped than were taken; true when the last reference to a given-up frame went, so that the caller must free it. */
    public boolean release(long[] s, int frame, int count) {
        long wrapping = (1L << references.width()) - 1;
        references.set(s, frame, (references.get(s, frame) - count) & wrapping);
        return isUnused(s, frame);
    }

    /** Whether the frame was given up and nobody refers to it. */
    public boolean isUnused(long[] s, int frame) {
        return state.get(s, frame) == GIVEN_UP && references.get(s, frame) == 0;
    }

    /** Gives the frame up; true when nobody refers to it, so that the caller must free it. */
    public boolean giveUp(long[] s, int frame) {
        state.set(s, frame, GIVEN_UP);
        return references.get(s, frame) == 0;
    }

    /** Returns the frame to the heap. */
    public void free(long[] s, int frame) {
        owner.set(s, frame, 0);
        state.set(s, frame, FREE);
        if (left.size() > 0) {
            left.set(s, frame, 0);
        }
    }

    /** Leaves a given-up frame in its owner's tables for good, as it could not be taken out of them. */
    public void leave(long[] s, int frame) {
        left.set(s, frame, 1);
    }

    /** Whether the frame was left in its owner's tables. */
    public boolean isLeft(long[] s, int frame) {
        return left.size() > 0 && left.get(s, frame) != 0;
    }
}
