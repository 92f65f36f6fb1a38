package dev.moat.memory;

import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * What each frame of a PV guest may be used for, and how many uses of that kind there are. A type outlives its last use:
 * it changes only when the count is 0 and another kind of use comes, or when the frame is freed. {@code @source} Xen 4.17
 * arch/x86/mm.c (type_info); recorded: a writable frame keeps its I/O entry at count 0.
 *
 * <p>Without types (searches) there are no slots, and every frame admits every use.
 */
public final class PageTypes {
    /** Values of {@link #type}. No use yet. */
    public static final int NONE = 0;
    /** Mapped for writing by somebody. */
    public static final int WRITABLE = 1;
    /** A page table of its owner. */
    public static final int PAGE_TABLE = 2;
    /** Xen's own memory shared with the guest (a grant table): may be granted for writing, no type change, never given up. */
    public static final int SHARED = 3;

    /** The kind of use. */
    public final Slots type;
    /** Uses of that kind. */
    public final Slots count;
    /** Whether the owner pinned the frame as a page table. */
    public final Slots pinned;
    /**
     * Whether the type was changed and what follows from it (I/O entry, invalidation) is not done: nobody else takes or
     * pins the frame meanwhile. {@code @source} Xen 4.17 PGT_locked, page type not yet validated.
     */
    public final Slots changing;

    private final boolean on;

    /**
     * @param bits bits of the counts
     * @param on whether frames have types
     */
    public PageTypes(SchemaBuilder schema, Sort frames, int bits, boolean on) {
        this.on = on;
        Sort typed = on ? frames : Sort.numbered(frames.name(), "", 0);
        type = schema.slots("frame.type", Role.HYPERVISOR, Writer.HYPERVISOR, typed)
                .of(new Sort("FrameType", List.of("none", "writable", "page-table", "shared")));
        count = schema.slots("frame.type-count", Role.HYPERVISOR, Writer.HYPERVISOR, typed)
                .bits(bits);
        pinned = schema.slots("frame.pinned", Role.HYPERVISOR, Writer.HYPERVISOR, typed)
                .bits(1);
        changing = schema.slots("frame.type-changing", Role.HYPERVISOR, Writer.HYPERVISOR, typed)
                .bits(1);
    }

    /** Whether frames have types. */
    public boolean on() {
        return on;
    }

    /** Adds everything about a frame to a footprint. */
    public void read(Footprint p, int frame) {
        if (on) {
            p.one(type, frame).one(count, frame).one(pinned, frame).one(changing, frame);
        }
    }

    /** Whether the owner pinned the frame as a page table. */
    public boolean isPinned(long[] s, int frame) {
        return on && pinned.get(s, frame) != 0;
    }

    /** Whether somebody is changing the frame's type. */
    public boolean isChanging(long[] s, int frame) {
        return on && changing.get(s, frame) != 0;
    }

    /** Begins or ends a change of the frame's type. */
    public void setChanging(long[] s, int frame, boolean now) {
        if (on) {
            changing.set(s, frame, now ? 1 : 0);
        }
    }

    /** Whether the frame is a page table, and was made one completely. */
    public boolean isTable(long[] s, int frame) {
        return on && type.get(s, frame) == PAGE_TABLE && changing.get(s, frame) == 0;
    }

    /** Whether the frame is writable, so that its owner's devices may reach it. */
    public boolean isWritable(long[] s, int frame) {
        return !on || type.get(s, frame) == WRITABLE;
    }

    /** Whether a writable reference can be taken. */
    public boolean admitsWriter(long[] s, int frame) {
        return !on || type.get(s, frame) != PAGE_TABLE || count.get(s, frame) == 0;
    }

    /**
     * Takes writable references.
     *
     * @return whether the frame became writable by this, so that its owner's devices may reach it from now on
     */
    public boolean takeWriter(long[] s, int frame, int references) {
        if (!on) {
            return false;
        }
        long before = type.get(s, frame);
        if (before != SHARED) {
            type.set(s, frame, WRITABLE);
        }
        add(s, frame, references);
        return before == NONE || before == PAGE_TABLE;
    }

    /** Drops uses; the type stays. */
    public void drop(long[] s, int frame, int references) {
        if (on) {
            add(s, frame, -references);
        }
    }

    /** Wraps when more uses are dropped than were taken. */
    private void add(long[] s, int frame, int references) {
        long wrapping = (1L << count.width()) - 1;
        count.set(s, frame, (count.get(s, frame) + references) & wrapping);
    }

    /** Makes a frame from the heap one that Xen shares with its owner. */
    public void share(long[] s, int frame) {
        if (on) {
            type.set(s, frame, SHARED);
        }
    }

    /** Whether Xen itself owns the frame. */
    public boolean isShared(long[] s, int frame) {
        return on && type.get(s, frame) == SHARED;
    }

    /** Whether the frame can be pinned as a page table: not pinned yet, and not in use for something else. */
    public boolean admitsTable(long[] s, int frame) {
        long now = type.get(s, frame);
        return pinned.get(s, frame) == 0 && now != SHARED && (now == PAGE_TABLE || count.get(s, frame) == 0);
    }

    /**
     * Pins the frame as a page table.
     *
     * @return whether it was writable before, so that its owner's devices may no longer reach it
     */
    public boolean pin(long[] s, int frame) {
        boolean wasWritable = type.get(s, frame) == WRITABLE;
        type.set(s, frame, PAGE_TABLE);
        add(s, frame, 1);
        pinned.set(s, frame, 1);
        return wasWritable;
    }

    /** Undoes {@link #pin}; the type stays. False, with nothing changed, when the frame is not pinned. */
    public boolean unpin(long[] s, int frame) {
        if (!on || pinned.get(s, frame) == 0) {
            return false;
        }
        pinned.set(s, frame, 0);
        drop(s, frame, 1);
        return true;
    }

    /** Forgets type and uses: the frame is freed. */
    public void clear(long[] s, int frame) {
        if (on) {
            type.set(s, frame, NONE);
            count.set(s, frame, 0);
            pinned.set(s, frame, 0);
            changing.set(s, frame, 0);
        }
    }
}
