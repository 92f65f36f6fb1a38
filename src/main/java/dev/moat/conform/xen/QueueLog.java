package dev.moat.conform.xen;

import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a machine's hardware is asked to invalidate, decoded from the words of its invalidation ring, or from its command
 * registers where Xen uses those.
 */
final class QueueLog {
    /** What one descriptor asks for. */
    public enum Kind {
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
    public record Descriptor(Kind kind, int did, long page, int mask) {}

    private final Slots lo;
    private final Slots hi;
    private final Slots head;
    private final Slots count;
    private final Optional<Slots> contextCommand;
    private final Optional<Slots> iotlbCommand;
    private final Optional<Slots> address;
    private final List<Descriptor> seen = new ArrayList<>();

    QueueLog(XenBench bench) {
        lo = XenBench.slots(bench.machine(), "queueLo");
        hi = XenBench.slots(bench.machine(), "queueHi");
        head = XenBench.slots(bench.machine(), "queueHead");
        count = XenBench.slots(bench.machine(), "queueCount");
        contextCommand = bench.machine().schema().family("ccmd");
        iotlbCommand = bench.machine().schema().family("iotlbCommand");
        address = bench.machine().schema().family("iva");
        bench.stepper().watch(this::note);
    }

    private void note(long[] s) {
        if (count.get(s, 0) != 0) {
            int slot = (int) head.get(s, 0);
            seen.add(decode(lo.get(s, slot), hi.get(s, slot)));
        }
        contextCommand.ifPresent(command -> noteContext(command.get(s)));
        iotlbCommand.ifPresent(
                command -> noteIotlb(command.get(s), address.orElseThrow().get(s)));
    }

    private void noteContext(long command) {
        if (Ccmd.ICC.isSet(command)) {
            boolean one = Ccmd.CIRG.get(command) == Descriptors.DEVICE;
            seen.add(new Descriptor(
                    one ? Kind.CONTEXT : Kind.OTHER, (int) Ccmd.DID.get(command), Ccmd.SID.get(command), (int)
                            Ccmd.FM.get(command)));
        }
    }

    private void noteIotlb(long command, long iva) {
        if (IotlbCommand.IVT.isSet(command)) {
            seen.add(ofTranslations((int) IotlbCommand.IIRG.get(command), (int) IotlbCommand.DID.get(command), iva));
        }
    }

    private static Descriptor ofTranslations(int granularity, int did, long range) {
        return switch (granularity) {
            case Descriptors.PAGE ->
                new Descriptor(
                        Kind.PAGE, did, Descriptors.Iotlb.ADDR.get(range), (int) Descriptors.Iotlb.AM.get(range));
            case Descriptors.DOMAIN -> new Descriptor(Kind.DOMAIN, did, 0, 0);
            default -> new Descriptor(Kind.OTHER, did, 0, 0);
        };
    }

    static Descriptor decode(long lo, long hi) {
        int did = (int) Descriptors.DID.get(lo);
        int type = (int) Descriptors.TYPE.get(lo);
        int granularity = (int) Descriptors.G.get(lo);
        if (type == Descriptors.WAIT) {
            return new Descriptor(Descriptors.Wait.SW.isSet(lo) ? Kind.WAIT : Kind.OTHER, 0, 0, 0);
        }
        if (type == Descriptors.IOTLB) {
            return ofTranslations(granularity, did, hi);
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
