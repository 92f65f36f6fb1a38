package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.vtd.RegisterInvalidation;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * How software makes a unit forget by its registers: one command at a time, which the CPU polls. {@code @source} Xen 4.17
 * drivers/passthrough/vtd/iommu.c, flush_context_reg and flush_iotlb_reg.
 */
final class RegisterPort implements Port {
    private final VtdUnit unit;
    private final RegisterInvalidation registers;
    private final InvalidatedRange range;
    private final CpuWaits waits;

    /** The port of one unit. */
    public RegisterPort(VtdUnit unit, RegisterInvalidation registers, InvalidatedRange range, CpuWaits waits) {
        this.unit = unit;
        this.registers = registers;
        this.range = range;
        this.waits = waits;
    }

    /** Switches the queue off; for initial states. */
    public void settle(long[] s) {
        registers.enableQueue(s, false);
    }

    @Override
    public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
        int granularity = range.granularity(s, tag, first, last, changed);
        long pages = granularity == Descriptors.PAGE ? range.pages(s, first, last, changed) : 0;
        long command = Registers.IotlbCommand.request(granularity, Math.max(tag, 0));
        long drained = Registers.IotlbCommand.DR.mask() | Registers.IotlbCommand.DW.mask();
        return registers.commandTranslations(s, pages, range.drains(s) ? command : command & ~drained)
                && waits.note(s, cpu, CpuWaits.INVALIDATION);
    }

    @Override
    public List<String> decisions() {
        return InvalidatedRange.DECISIONS;
    }

    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        long command = Registers.Ccmd.request(Descriptors.DEVICE, tag, sourceId(requester), 0);
        return registers.commandContexts(s, command) && waits.note(s, cpu, CpuWaits.INVALIDATION);
    }

    private int sourceId(int requester) {
        return unit.geometry().sourceIds().get(requester);
    }

    @Override
    public boolean isDone(long[] s, int cpu) {
        return waits.isFree(s, cpu);
    }

    @Override
    public boolean serve(long[] s) {
        return (registers.completeContexts(s) || registers.completeTranslations(s))
                && waits.complete(s, CpuWaits.INVALIDATION);
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        if (!waits.isPending(s, cpu, CpuWaits.INVALIDATION)) {
            return NOTHING;
        }
        long number = unit.geometry().pageNumber(page);
        return Coverage.ofPage(descriptor(s), unit.iva.get(s), tag, number) ? COVERED : OTHERS;
    }

    @Override
    public int findsEntry(long[] s, int cpu, int requester) {
        if (!waits.isPending(s, cpu, CpuWaits.INVALIDATION)) {
            return NOTHING;
        }
        return Coverage.ofContext(descriptor(s), sourceId(requester)) ? COVERED : OTHERS;
    }

    /** The first word of a descriptor that does what the pending command does. */
    private long descriptor(long[] s) {
        long contexts = unit.ccmd.get(s);
        if (Registers.Ccmd.ICC.isSet(contexts)) {
            int sid = (int) Registers.Ccmd.SID.get(contexts);
            long device = Descriptors.contextDevice((int) Registers.Ccmd.DID.get(contexts), sid, 0);
            return Descriptors.G.set(device, Registers.Ccmd.CIRG.get(contexts));
        }
        long translations = unit.iotlbCommand.get(s);
        long page = Descriptors.iotlbPage((int) Registers.IotlbCommand.DID.get(translations));
        return Descriptors.G.set(page, Registers.IotlbCommand.IIRG.get(translations));
    }

    @Override
    public int nextSubmitter(long[] s) {
        return waits.owner(s, CpuWaits.INVALIDATION);
    }

    @Override
    public void read(Footprint footprint) {
        waits.read(footprint);
        footprint.all(unit.ccmd).all(unit.iotlbCommand).all(unit.iva);
    }
}
