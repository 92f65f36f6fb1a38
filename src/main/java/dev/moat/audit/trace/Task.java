package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a task of the kernel, or an interrupt, is in the middle of. Where the trace does not tell an interrupt from the task that it
 * comes upon, both are one; the interrupt ends before the task goes on, so what is open is a stack.
 */
final class Task {
    /** Deeper nesting means that returns were not recorded; the oldest is given up. */
    static final int DEEPEST = 16;

    /** The arguments of a call whose tracepoint or return has not come yet. */
    static final class Call {
        final long domain;
        final long iova;
        final long size;
        final long frame;
        final boolean frameShown;
        final int prot;
        final long line;
        /** Whether its rights were shown. */
        final boolean rightsShown;
        /** Whether its tracepoint has come. */
        boolean seen;
        /** Whether it is only about to be entered. */
        final boolean outside;
        /** What an invalidation of these pages, submitted since an unmap began, leaves open; null for none. */
        @Nullable
        String raced;

        Call(TraceEvent e) {
            domain = e.get(Field.DOM);
            iova = e.get(Field.IOVA);
            size = e.get(Field.SIZE);
            frame = e.get(Field.PADDR);
            frameShown = e.has(Field.PADDR);
            rightsShown = e.has(Field.PROT);
            prot = rightsShown ? (int) e.get(Field.PROT) & Mapping.ALL_RIGHTS : Mapping.ALL_RIGHTS;
            line = e.line();
            outside = e.kind() == EventKind.UNMAP_FAST;
        }
    }

    /** Maps, or unmaps, that were entered and have not ended, the latest first. */
    static final class Pending {
        /** A task, a soft interrupt upon it and a hard one upon that; each is in one such call at most. */
        static final int DEEPEST = 3;

        private final ArrayDeque<Call> calls = new ArrayDeque<>(1);

        /** A call begins. */
        void enter(Call call) {
            Call last = calls.peek();
            if (last != null && last.outside && last.iova == call.iova) {
                calls.pop(); // it is entered now
            } else if (calls.size() == DEEPEST) {
                calls.removeLast();
            }
            calls.push(call);
        }

        /** The latest call of this address whose tracepoint has not come; null for none. */
        @Nullable
        Call of(long iova) {
            for (Call call : calls) {
                if (call.iova == iova && !call.seen) {
                    return call;
                }
            }
            return null;
        }

        /**
         * A call ends: the latest that is done, or where it has failed the latest that is not; null for none.
         *
         * @param done whether it has not failed
         */
        @Nullable
        Call poll(boolean done) {
            Call ends = returning(done);
            if (ends != null) {
                calls.remove(ends);
            }
            return ends;
        }

        /** The same call; it goes on. */
        @Nullable
        Call returning(boolean done) {
            for (Call call : calls) {
                if (call.seen == done) {
                    return call;
                }
            }
            return calls.peek();
        }

        /** The call ends. */
        void end(Call call) {
            calls.remove(call);
        }

        boolean isEmpty() {
            return calls.isEmpty();
        }

        Iterable<Call> all() {
            return calls;
        }
    }

    /** A flush that is under way. */
    record Sync(AddressSpace space, long first, long end, TraceEvent.Moment when, OpenFlush flush) {}

    final ArrayDeque<DmaCall> operations = new ArrayDeque<>();
    final ArrayDeque<Sync> syncs = new ArrayDeque<>();

    final Pending maps = new Pending();
    final Pending unmaps = new Pending();

    /** What it has mapped and no event of the system dma has spoken of. */
    final Recent recent = new Recent();

    /** The domain that the task flushes as a whole. */
    @Nullable
    AddressSpace flushing;

    /** That flush until it returns, or another begins; null before the first. */
    @Nullable
    OpenFlush whole;

    /** Domain ids that tracepoints of the flush under way have named. */
    final OpenFlush.Announced announced = new OpenFlush.Announced();

    /** The domain in which it has just mapped, with nothing but flushes since; null for none. */
    @Nullable
    AddressSpace filled;

    /** Unmaps outside of any operation. */
    final DmaCall.Loose loose = new DmaCall.Loose();

    /** Whether the return of an unmap of a page was seen, and the tracepoint that says the same was not. */
    boolean pageReturned;

    boolean idle() {
        return operations.isEmpty()
                && syncs.isEmpty()
                && maps.isEmpty()
                && unmaps.isEmpty()
                && flushing == null
                && recent.isEmpty();
    }
}
