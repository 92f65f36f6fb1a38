package dev.moat.conform;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;

/** The descriptors that a machine's hardware takes from its invalidation ring, decoded from the ring's words. */
final class QueueLog {
    /** What one descriptor asks for. */
    enum Kind {
        PAGE,
        DOMAIN,
        CONTEXT,
        WAIT,
        OTHER
    }

    /**
     * One descriptor.
     *
     * @param did 0 where the kind has none
     * @param page page number and address mask of PAGE, source-id and function mask of CONTEXT: the larger one first
     */
    record Descriptor(Kind kind, int did, long page, int mask) {}

    private final Slots lo;
    private final Slots hi;
    private final Slots head;
    private final Slots count;
    private final List<Descriptor> seen = new ArrayList<>();

    QueueLog(XenBench bench) {
        lo = XenBench.slots(bench.machine(), "queueLo");
        hi = XenBench.slots(bench.machine(), "queueHi");
        head = XenBench.slots(bench.machine(), "queueHead");
        count = XenBench.slots(bench.machine(), "queueCount");
        bench.stepper().watch(this::note);
    }

    private void note(long[] s) {
        if (count.get(s, 0) != 0) {
            int slot = (int) head.get(s, 0);
            seen.add(decode(lo.get(s, slot), hi.get(s, slot)));
        }
    }

    static Descriptor decode(long lo, long hi) {
        int did = (int) Descriptors.DID.get(lo);
        int type = (int) Descriptors.TYPE.get(lo);
        int granularity = (int) Descriptors.G.get(lo);
        if (type == Descriptors.WAIT) {
            return new Descriptor(Descriptors.Wait.SW.isSet(lo) ? Kind.WAIT : Kind.OTHER, 0, 0, 0);
        }
        if (type == Descriptors.IOTLB && granularity == Descriptors.PAGE) {
            return new Descriptor(Kind.PAGE, did, Descriptors.Iotlb.ADDR.get(hi), (int) Descriptors.Iotlb.AM.get(hi));
        }
        if (type == Descriptors.IOTLB && granularity == Descriptors.DOMAIN) {
            return new Descriptor(Kind.DOMAIN, did, 0, 0);
        }
        if (type == Descriptors.CONTEXT_CACHE && granularity == Descriptors.DEVICE) {
            return new Descriptor(
                    Kind.CONTEXT, did, Descriptors.ContextCache.SID.get(lo), (int) Descriptors.ContextCache.FM.get(lo));
        }
        return new Descriptor(Kind.OTHER, did, 0, 0);
    }

    /** What was executed since the last call, in order. */
    List<Descriptor> take() {
        List<Descriptor> taken = List.copyOf(seen);
        seen.clear();
        return taken;
    }
}
