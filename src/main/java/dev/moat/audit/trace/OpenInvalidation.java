package dev.moat.audit.trace;

import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An invalidation of the translation cache that was submitted and has not been seen to complete. */
public final class OpenInvalidation {
    private static final int IOTLB = 2;
    private static final int IOTLB_OF_PASID = 6;
    /** A range of so many pages, as a power of two, is the whole address space. */
    private static final int EVERYTHING = 52;

    /** How much it drops. */
    public enum Scope {
        PAGES,
        DOMAIN,
        GLOBAL;

        /** Its place in arrays. */
        @SuppressWarnings("EnumOrdinal") // an index of arrays that live as long as one audit, stored nowhere
        public int index() {
            return ordinal();
        }
    }

    final Scope scope;
    /** The IOMMU and, unless the scope is global, the domain id. */
    final long unit;

    final long id;
    /** Address mask: the range has 2^mask pages; meaningless unless the scope is pages. */
    final int mask;
    /** The pages of its range. */
    final long first;

    final long end;
    final int task;
    final int cpu;
    final TraceEvent.Moment when;
    /** The stale pages that it covers. */
    final List<Stale> covers = new ArrayList<>();

    private OpenInvalidation(Scope scope, TraceEvent e) {
        this.scope = scope;
        unit = e.get(Field.UNIT);
        id = e.get(Field.WORD0) >>> 16 & 0xffff;
        long address = e.get(Field.WORD1);
        mask = (int) (address & 0x3f);
        boolean whole = scope != Scope.PAGES || mask >= EVERYTHING;
        first = whole ? 0 : (address >>> 12) & -(1L << mask);
        end = whole ? Long.MAX_VALUE : first + (1L << mask);
        task = e.task();
        cpu = e.cpu();
        when = e.moment();
    }

    /** What a descriptor invalidates; null when it is for another cache, or has granularity 0. */
    public static @Nullable OpenInvalidation of(TraceEvent e) {
        int type = (int) (e.get(Field.WORD0) & 0xf);
        int granularity = (int) (e.get(Field.WORD0) >>> 4 & 3);
        if (type == IOTLB_OF_PASID) {
            granularity = Math.max(2, granularity); // all of one address space, or pages of it
        } else if (type != IOTLB) {
            return null;
        }
        return switch (granularity) {
            case 1 -> new OpenInvalidation(Scope.GLOBAL, e);
            case 2 -> new OpenInvalidation(Scope.DOMAIN, e);
            case 3 -> new OpenInvalidation(Scope.PAGES, e);
            default -> null;
        };
    }

    @Override
    public String toString() {
        return switch (scope) {
            case PAGES -> "2^" + mask + " pages from 0x" + Long.toHexString(first << AddressSpace.PAGE_BITS);
            case DOMAIN -> "the whole domain";
            case GLOBAL -> "everything";
        };
    }

    /** How much it drops. */
    public Scope scope() {
        return scope;
    }

    /** The IOMMU, by the address of its registers. */
    public long unit() {
        return unit;
    }

    /** The domain id; meaningless when the scope is global. */
    public long id() {
        return id;
    }

    /** The page behind its range; the largest number unless the scope is pages. */
    public long end() {
        return end;
    }

    /** The first page of its range; 0 unless the scope is pages. */
    public long first() {
        return first;
    }

    /** The stale pages that it covers. */
    public List<Stale> covers() {
        return covers;
    }

    /** The CPU that submitted it. */
    public int cpu() {
        return cpu;
    }

    /** The task that submitted it, as {@link TraceEvent#task()}. */
    public int task() {
        return task;
    }

    /** When it was submitted, as {@link TraceEvent#time()}. */
    public long time() {
        return when.time();
    }

    /** The line of the trace at which it was submitted. */
    public long line() {
        return when.line();
    }

    /** Address mask: the range has 2^mask pages; meaningless unless the scope is pages. */
    public int mask() {
        return mask;
    }
}
