package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * How software makes a unit forget by its queue: a descriptor, and a wait descriptor that writes the CPU's status word.
 * {@code @source} Xen 4.17 drivers/passthrough/vtd/{qinval,iommu}.c.
 */
final class QueuePort implements Port {
    private final VtdUnit unit;
    private final SubmittedQueue queue;
    private final InvalidatedRange range;
    private final CpuWaits waits;
    private final int[] sourceIds;

    /** The port of one unit. */
    public QueuePort(VtdUnit unit, SubmittedQueue queue, InvalidatedRange range, CpuWaits waits) {
        this.unit = unit;
        this.queue = queue;
        this.range = range;
        this.waits = waits;
        sourceIds =
                unit.geometry().sourceIds().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
        return queue.enqueue(s, cpu, first(s, tag, first, last, changed), second(s, tag, first, last, changed));
    }

    private long first(long[] s, int tag, int first, int last, int changed) {
        long lo = Descriptors.G.set(
                Descriptors.iotlbPage(Math.max(tag, 0)), range.granularity(s, tag, first, last, changed));
        long drained = Descriptors.Iotlb.DR.mask() | Descriptors.Iotlb.DW.mask();
        return range.drains(s) ? lo : lo & ~drained;
    }

    private long second(long[] s, int tag, int first, int last, int changed) {
        boolean named = range.granularity(s, tag, first, last, changed) == Descriptors.PAGE;
        return named ? range.pages(s, first, last, changed) : 0;
    }

    @Override
    public List<String> decisions() {
        return InvalidatedRange.DECISIONS;
    }

    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        return queue.enqueue(s, cpu, Descriptors.contextDevice(tag, sourceId(requester), 0), 0);
    }

    /** MIP stays 0, which is a queue of 32 requests at the device. */
    @Override
    public boolean askDevice(long[] s, int cpu, int requester, int first, int last) {
        long lo = Descriptors.DeviceTlb.SID.set(Descriptors.DEVICE_TLB, sourceId(requester));
        return queue.enqueue(s, cpu, lo, range.ofDevice(s, first, last));
    }

    private int sourceId(int requester) {
        return sourceIds[requester];
    }

    /** A wait descriptor, this CPU's status word reset first. */
    @Override
    public boolean announce(long[] s, int cpu) {
        if (queue.free(s) == 0) {
            return false;
        }
        unit.status.set(s, cpu, 0);
        long address = address(cpu);
        return queue.enqueue(s, cpu, Descriptors.waitStatus(waits.begin(s, cpu, queue, address)), address);
    }

    private long address(int cpu) {
        return Descriptors.waitAddress(unit.map().statusAddress(cpu));
    }

    @Override
    public boolean holds(long[] s, int cpu, int tag, int page, int what) {
        int count = queue.count(s);
        long told = unit.status.get(s, cpu);
        if (unit.queueError.get(s) != 0) {
            return false;
        }
        if (what != COVERED) {
            return told == 0 && (count == 0 || (what == OTHERS && count == 1 && isAskedFor(s, tag, page)));
        }
        if (count == 0) {
            return told == waits.awaited(s, cpu);
        }
        return told == 0
                && queue.isAt(s, count - 1, Descriptors.waitStatus((int) waits.awaited(s, cpu)), address(cpu))
                && (count == 1 || (count == 2 && isAskedFor(s, tag, page)));
    }

    private boolean isAskedFor(long[] s, int tag, int page) {
        return queue.isAt(s, 0, first(s, tag, page, page, LEAVES), second(s, tag, page, page, LEAVES));
    }

    /** Whether the status word says so; then it is reset. */
    @Override
    public boolean isDone(long[] s, int cpu) {
        if (unit.status.get(s, cpu) != waits.awaited(s, cpu)) {
            return false;
        }
        unit.status.set(s, cpu, 0);
        return true;
    }

    @Override
    public boolean serve(long[] s) {
        return queue.consume(s);
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        return queue.findsPage(s, cpu, tag, unit.geometry().pageNumber(page));
    }

    @Override
    public int findsFromEnd(long[] s, int cpu, int fromEnd, int tag, int page) {
        return queue.findsFromEnd(s, cpu, fromEnd, tag, unit.geometry().pageNumber(page));
    }

    @Override
    public int findsEntry(long[] s, int cpu, int requester) {
        return queue.findsContext(s, cpu, sourceId(requester));
    }

    @Override
    public int nextSubmitter(long[] s) {
        return queue.nextSubmitter(s);
    }

    @Override
    public void read(Footprint footprint) {
        queue.read(footprint);
    }
}
