package dev.moat.audit.pages;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages that were unmapped and that the hardware may still translate: nothing has invalidated them yet. */
public final class Stale extends Span {
    final AddressSpace space;
    /** When they were unmapped. */
    final long since;

    final long line;
    final int rights;
    /** The last unmap of these pages; the lingering may have begun with an older one. */
    final Removal removal;
    /** Invalidations that cover them and have not been seen to complete. */
    final List<Invalidation> pending;
    /** Whether an invalidation was submitted while the tables were being cleared, so that it may have covered them. */
    boolean raced;
    /** Whether an unmap returned before the invalidation. */
    boolean outlived;
    /** Whether a later unmap of the same pages has taken their place in the address space. */
    boolean replaced;
    /** Whether they are invalidated, or forgotten. */
    boolean gone;

    Stale(AddressSpace space, long first, long end, long since, long line, int rights, Removal removal) {
        this(space, first, end, since, line, rights, removal, new ArrayList<>(1));
    }

    private Stale(
            AddressSpace space,
            long first,
            long end,
            long since,
            long line,
            int rights,
            Removal removal,
            List<Invalidation> pending) {
        super(first, end);
        this.removal = removal;
        this.space = space;
        this.since = since;
        this.line = line;
        this.rights = rights;
        this.pending = pending;
    }

    @Override
    Stale tail(long at) {
        Stale tail = new Stale(space, at, end, since, line, rights, removal, new ArrayList<>(pending));
        tail.raced = raced;
        tail.outlived = outlived;
        pending.forEach(i -> i.covers.add(tail));
        return tail;
    }

    /** An invalidation was submitted while the tables were being cleared. */
    public void race() {
        raced = true;
    }

    /** An unmap returned before the invalidation. */
    public void outlive() {
        outlived = true;
    }

    /** They are invalidated. */
    public void invalidate() {
        gone = true;
    }

    /** Whether it is certain that no invalidation that may have completed covers them. */
    public boolean owed() {
        return pending.isEmpty() && !raced;
    }

    /** The invalidation that will end them, or null. */
    @Nullable
    Invalidation next() {
        return pending.isEmpty() ? null : pending.get(0);
    }

    /** What a cache may still serve: bit 0 to read, bit 1 to write. */
    public int rights() {
        return rights;
    }

    /** The line of the trace at which they were unmapped. */
    public long line() {
        return line;
    }

    /** Whose pages they are. */
    public AddressSpace space() {
        return space;
    }

    /** Whether an unmap returned before the invalidation. */
    public boolean outlived() {
        return outlived;
    }

    /** Invalidations that cover them and have not been seen to complete. */
    public List<Invalidation> pending() {
        return pending;
    }

    /** Whether they are invalidated, or forgotten. */
    public boolean gone() {
        return gone;
    }

    /** Whether a later unmap of the same pages has taken their place in the address space. */
    public boolean replaced() {
        return replaced;
    }

    /** When they were unmapped. */
    public long since() {
        return since;
    }

    /** The last unmap of these pages; the lingering may have begun with an older one. */
    public Removal removal() {
        return removal;
    }
}
