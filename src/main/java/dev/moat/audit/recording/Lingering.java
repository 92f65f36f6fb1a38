package dev.moat.audit.recording;

import dev.moat.iommu.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cache may hold although memory does not say it any more. It begins when an entry is changed that a walk may have read, and ends when a
 * command that covers it, given after that, is known to be done.
 */
final class Lingering {
    /** What it is. */
    public enum What {
        /** A translation to memory. */
        PAGE,
        /** A pointer to a table, which walks may begin at. */
        TABLE,
        /** The translations that went through a table that is not linked any more. */
        UNDER,
        /** The entry of a requester. */
        ENTRY,
        /** A pointer to a table of devices. */
        POINTER,
        /** Translations that a device keeps itself. */
        DEVICE_TLB
    }

    /** How far it is from its end. */
    public enum State {
        /** No command covers it. */
        OPEN,
        /** A command covers it that is not known to be done. */
        COVERED,
        GONE
    }

    /** What it may serve. */
    public enum Serving {
        /** Nothing that memory does not give. */
        NOTHING,
        /** Something that was not shown. */
        UNKNOWN,
        SOMETHING;

        static Serving unless(boolean given) {
            return given ? NOTHING : SOMETHING;
        }

        Serving or(Serving other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    private final What what;
    private final UnitTables unit;
    private final Moment since;
    private final long tag;
    private final long first;
    private final int order;
    private final Entry entry;
    private final @Nullable TablePage node;
    /** Position of the first entry of the node. */
    private final long base;

    private final @Nullable Lingering behind;
    /** The table that was unlinked, or that the requester was led to: it is below that one. */
    private final @Nullable TablePage origin;
    /** The parts that are left of what it is a part of, itself among them. */
    private List<Lingering> parts = new ArrayList<>(1);
    /** Number of the event until which walks may have found more of what is under a table. */
    private long walkedUntil = Long.MAX_VALUE;

    private State state = State.OPEN;
    private @Nullable Given by;
    private boolean reported;

    private Lingering(Builder b, long first, int order) {
        what = b.what;
        unit = b.unit;
        since = b.since;
        tag = b.tag;
        this.first = first;
        this.order = order;
        entry = b.entry;
        node = b.node;
        base = b.base;
        behind = b.behind;
        origin = b.origin == null ? b.node : b.origin;
    }

    /** What is the same in all parts of one. */
    static final class Builder {
        private final What what;
        private final UnitTables unit;
        private final Moment since;
        private final long tag;
        private final Entry entry;
        private @Nullable TablePage node;
        private long base;
        private @Nullable Lingering behind;
        private @Nullable TablePage origin;

        Builder(What what, UnitTables unit, Moment since, long tag, Entry entry) {
            this.what = what;
            this.unit = unit;
            this.since = since;
            this.tag = tag;
            this.entry = entry;
        }

        /** It leads to a table whose first entry is at a position. */
        Builder to(@Nullable TablePage table, long position) {
            node = table;
            base = position;
            return this;
        }

        /** It was found below what another one leads to. */
        Builder below(Lingering other) {
            origin = other.origin;
            return this;
        }

        /** As long as another one is open it may come back. */
        Builder behind(@Nullable Lingering other) {
            behind = other;
            return this;
        }

        /** 2^order positions from the first on. */
        Lingering over(long first, int order) {
            return new Lingering(this, first, order);
        }
    }

    /** A part of it, in the same state. */
    Lingering part(long from, int size) {
        Builder b = new Builder(what, unit, since, tag, entry).to(node, base);
        b.behind = behind;
        b.origin = origin;
        Lingering part = b.over(from, size);
        part.reported = reported;
        part.walkedUntil = walkedUntil;
        part.parts = parts;
        return part;
    }

    public What what() {
        return what;
    }

    public UnitTables unit() {
        return unit;
    }

    /** When it began. */
    public Moment since() {
        return since;
    }

    /** Under which tag it is cached; of a {@link What#DEVICE_TLB} the position of the device. */
    public long tag() {
        return tag;
    }

    /** The first page, of an {@link What#ENTRY} and a {@link What#POINTER} the position of the requester. */
    public long first() {
        return first;
    }

    /** Log2 of the pages or positions. */
    public int order() {
        return order;
    }

    /** The entry that memory had. */
    public Entry entry() {
        return entry;
    }

    @Nullable
    TablePage node() {
        return node;
    }

    long base() {
        return base;
    }

    @Nullable
    TablePage origin() {
        return origin;
    }

    @Nullable
    Lingering behind() {
        return behind;
    }

    public State state() {
        return state;
    }

    public boolean isGone() {
        return state == State.GONE;
    }

    /** The command that covers it; null for none. */
    public @Nullable Given by() {
        return by;
    }

    void is(State now, @Nullable Given command) {
        state = now;
        by = command;
    }

    /** Frame that its first page leads to; meaningful for pages. */
    public long frame() {
        long offset = (1L << entry.size()) - 1;
        return (entry.frame() & ~offset) | (first & offset);
    }

    /** It lingers, or does not any more. */
    void lingers(boolean still) {
        if (still) {
            parts.add(this);
        } else {
            parts.remove(this);
        }
    }

    List<Lingering> parts() {
        return parts;
    }

    /** Whether it stands for all parts of what it is a part of. */
    boolean isFirst() {
        return parts.isEmpty() || parts.get(0) == this;
    }

    /** The part of the same thing that overlaps a block; null for none. */
    @Nullable
    Lingering partOver(long from, int size) {
        if (what == What.ENTRY) {
            return this; // it is of a requester, and leads to all pages
        }
        for (Lingering part : parts) {
            boolean apart = Long.compareUnsigned(from - part.first, 1L << part.order) >= 0
                    && Long.compareUnsigned(part.first - from, 1L << size) >= 0;
            if (!apart) {
                return part;
            }
        }
        return null;
    }

    /** Number of the event until which walks may have found more of what is under a table. */
    long walkedUntil() {
        return walkedUntil;
    }

    /** No walk comes to the table any more. */
    void walkedUntil(long number) {
        walkedUntil = Math.min(walkedUntil, number);
    }

    /** Whether it was told of before; afterwards it was. */
    public boolean tell() {
        boolean was = reported;
        reported = true;
        return !was;
    }
}
