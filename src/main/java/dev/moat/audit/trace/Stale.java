package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages that were unmapped and that the hardware may still translate: nothing has invalidated them yet. */
final class Stale extends Span {
    /** Why it is not known whether pages linger: an invalidation may have covered them, or may be about to. */
    public static final String UNDER_WAY = "an invalidation was under way elsewhere";

    private final AddressSpace space;
    /** When they were unmapped. */
    private TraceEvent.Moment when;

    private int rights;
    /** The last unmap of these pages; the lingering may have begun with an older one. */
    private final Removal removal;
    /** Invalidations that cover them and have not been seen to complete. */
    private final List<OpenInvalidation> pending;
    /** Why it is not known whether they linger, whatever is pending; null for nothing. */
    private @Nullable String doubt;
    /** Whether an unmap returned before the invalidation. */
    private boolean outlived;
    /** Whether a later unmap of the same pages has taken their place in the address space. */
    private boolean replaced;
    /** Whether they are invalidated, or forgotten. */
    private boolean gone;

    /** The pages of a mapping, lingering from its removal on. */
    Stale(AddressSpace space, Mapping was, Removal removal) {
        super(was.first, was.end);
        this.space = space;
        this.removal = removal;
        when = removal.when();
        rights = was.rights();
        pending = new ArrayList<>(1);
    }

    /** Some of the pages of another, as if they had been unmapped by themselves: nothing is pending. */
    private Stale(Stale of, long first, long end) {
        super(first, end);
        space = of.space;
        removal = of.removal;
        when = of.when;
        rights = of.rights;
        pending = new ArrayList<>(1);
    }

    /** Some of these pages, for which nothing is pending yet. */
    Stale part(long from, long to) {
        return new Stale(this, from, to);
    }

    /** These pages have lingered before, for so long and with those rights, too. */
    Stale goOn(Stale older) {
        when = older.when;
        rights |= older.rights;
        return this;
    }

    @Override
    Stale tail(long at) {
        Stale tail = part(at, end);
        tail.pending.addAll(pending);
        tail.doubt = doubt;
        tail.outlived = outlived;
        pending.forEach(i -> i.covers.add(tail));
        return tail;
    }

    /** A later unmap of these pages takes their place. */
    void replace() {
        replaced = true;
    }

    /** It is not known whether they linger, for this reason. */
    public void doubt(String why) {
        doubt = doubt == null ? why : doubt;
    }

    /** An unmap returned before the invalidation. */
    public void outlive() {
        outlived = true;
    }

    /** They are invalidated, or forgotten. */
    public void drop() {
        gone = true;
    }

    /** Whether it is certain that no invalidation that may have completed covers them. */
    public boolean owed() {
        return pending.isEmpty() && doubt == null;
    }

    /** Why that is not certain. */
    public String why() {
        return doubt == null ? UNDER_WAY : doubt;
    }

    /** What a cache may still serve: bit 0 to read, bit 1 to write. */
    public int rights() {
        return rights;
    }

    /** The line of the trace at which they were unmapped. */
    public long line() {
        return when.line();
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
    public List<OpenInvalidation> pending() {
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
    public TraceEvent.Moment when() {
        return when;
    }

    /** The last unmap of these pages; the lingering may have begun with an older one. */
    public Removal removal() {
        return removal;
    }
}
