package dev.moat.audit.follow;

import dev.moat.audit.pages.AddressSpace;
import dev.moat.audit.pages.Mapping;
import dev.moat.audit.read.Event;
import dev.moat.audit.read.Field;
import dev.moat.audit.transfer.Recent;
import java.util.ArrayDeque;
import java.util.Iterator;
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
        final int prot;
        final long line;
        /** Whether its rights were shown. */
        final boolean rightsShown;
        /** Whether its tracepoint has come. */
        boolean seen;
        /** Whether an invalidation of these pages was submitted elsewhere since an unmap began. */
        boolean raced;

        Call(Event e) {
            domain = e.get(Field.DOM);
            iova = e.get(Field.IOVA);
            size = e.get(Field.SIZE);
            frame = e.get(Field.PADDR);
            rightsShown = e.has(Field.PROT);
            prot = rightsShown ? (int) e.get(Field.PROT) & Mapping.ALL_RIGHTS : Mapping.ALL_RIGHTS;
            line = e.line();
        }
    }

    /** Maps, or unmaps, that were entered and have not ended, the latest first. */
    static final class Pending {
        /** A task, a soft interrupt upon it and a hard one upon that; each is in one such call at most. */
        static final int DEEPEST = 3;

        private final ArrayDeque<Call> calls = new ArrayDeque<>(1);

        /** A call begins. Where its context is told, one that is pending in it has ended unseen. */
        void enter(Call call, boolean alone) {
            if (alone) {
                calls.clear();
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

        /** The latest call, which ends; null for none. */
        @Nullable
        Call poll() {
            return calls.poll();
        }

        /** The latest call; null for none. */
        @Nullable
        Call peek() {
            return calls.peek();
        }

        /** The call ends, and with it those begun later, whose ends were not seen. */
        void end(Call call) {
            for (Iterator<Call> all = calls.iterator(); all.hasNext(); ) {
                Call one = all.next();
                all.remove();
                if (one == call) {
                    return;
                }
            }
        }

        boolean isEmpty() {
            return calls.isEmpty();
        }

        Iterable<Call> all() {
            return calls;
        }
    }

    /** A flush that is under way. */
    record Sync(AddressSpace space, long first, long end, long line, Flush flush) {}

    final ArrayDeque<Operation> operations = new ArrayDeque<>();
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
                && maps.isEmpty()
                && unmaps.isEmpty()
                && flushing == null
                && recent.isEmpty();
    }
}
