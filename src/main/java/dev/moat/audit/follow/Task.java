package dev.moat.audit.follow;

import dev.moat.audit.pages.AddressSpace;
import dev.moat.audit.transfer.Recent;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a task of the kernel is in the middle of. An interrupt runs on the task that it interrupts and ends before that
 * goes on, so what is open is a stack.
 */
final class Task {
    /** Deeper nesting means that returns were not recorded; the oldest is given up. */
    static final int DEEPEST = 16;

    /** The arguments of a call whose tracepoint or return has not come yet. */
    record Call(long domain, long iova, long size, long frame, int prot, long line) {}

    /** A flush that is under way. */
    record Sync(AddressSpace space, long first, long end, long line, Flush flush) {}

    final ArrayDeque<Operation> operations = new ArrayDeque<>();
    final ArrayDeque<Sync> syncs = new ArrayDeque<>();

    @Nullable
    Call map;

    /** Whether its rights were shown. */
    boolean rightsShown;

    /** What it has mapped and no event of the system dma has spoken of. */
    final Recent recent = new Recent();

    /** Whether the tracepoint of the map has come. */
    boolean mapSeen;

    @Nullable
    Call unmap;

    /** Whether an invalidation of these pages was submitted elsewhere since the unmap began. */
    boolean unmapRaced;

    /** The domain that the task flushes as a whole. */
    @Nullable
    AddressSpace flushing;

    /** That flush until it returns, or another begins; null before the first. */
    @Nullable
    Flush whole;

    /** Domain ids that tracepoints of the flush under way have named. */
    final Flush.Announced announced = new Flush.Announced();

    /** The last unmap outside of any operation. */
    Operation.@Nullable Range loose;

    /** Pages of it that were not seen to be mapped. */
    long looseUnseen;

    boolean idle() {
        return operations.isEmpty()
                && syncs.isEmpty()
                && map == null
                && unmap == null
                && flushing == null
                && recent.isEmpty();
    }
}
