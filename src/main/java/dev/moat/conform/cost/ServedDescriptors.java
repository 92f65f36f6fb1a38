package dev.moat.conform.cost;

import dev.moat.conform.xen.EntryChanges;
import dev.moat.conform.xen.XenBench;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;

/** VT-d: descriptors of the invalidation queue, and the write buffer. */
final class ServedDescriptors implements Served {
    private final Machine machine;
    private final Slots queueLo;
    private final Slots queueHead;
    private final Slots queueCount;
    private final List<Long> executed = new ArrayList<>();
    private int flushed;

    ServedDescriptors(Machine machine) {
        this.machine = machine;
        queueLo = XenBench.slots(machine, "queueLo");
        queueHead = XenBench.slots(machine, "queueHead");
        queueCount = XenBench.slots(machine, "queueCount");
    }

    @Override
    public void note(long[] s) {
        if (queueCount.get(s, 0) != 0) {
            executed.add(queueLo.get(s, (int) queueHead.get(s, 0)));
        } else {
            // The queue is served first; what is left to wait for is the write buffer.
            flushed++;
        }
    }

    @Override
    public Count take() {
        int pages = count(Descriptors.PAGE);
        int domains = count(Descriptors.DOMAIN);
        int waits = (int) executed.stream()
                .filter(lo -> Descriptors.TYPE.get(lo) == Descriptors.WAIT)
                .count();
        Count count = new Count(pages, domains, waits, flushed);
        executed.clear();
        flushed = 0;
        return count;
    }

    private int count(int granularity) {
        return (int) executed.stream()
                .filter(lo -> Descriptors.TYPE.get(lo) == Descriptors.IOTLB && Descriptors.G.get(lo) == granularity)
                .count();
    }

    @Override
    public EntryChanges changes(long[] s) {
        return new EntryChanges(machine, s);
    }
}
