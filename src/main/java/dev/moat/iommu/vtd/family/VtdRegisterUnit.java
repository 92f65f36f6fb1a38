package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Memory;
import dev.moat.iommu.RegisterUnit;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.register.CachePolicy;
import dev.moat.iommu.vtd.register.Messages;
import dev.moat.iommu.vtd.register.Unit;
import dev.moat.iommu.vtd.register.UnitOptions;
import dev.moat.state.SchemaBuilder;
import java.util.List;

/**
 * The register-driven unit as a guest has it: in caching mode, with a queue, both modes of translation, page requests, posted interrupts, and
 * small caches; its own interrupts, and answers to page requests, go nowhere.
 */
final class VtdRegisterUnit implements RegisterUnit {
    private static final int ADDRESS_BITS = 39;
    private static final UnitOptions.Sizes SIZES = new UnitOptions.Sizes(2, 2, 2, 2, 2);

    private static final int QUEUE_ERROR = 1 << 4;

    private final Unit unit;
    private final VtdManual manual;

    VtdRegisterUnit(SchemaBuilder schema, String prefix, Memory memory) {
        long ecap = Ecap.IRO.set(0, 0xf) | Ecap.QI.mask() | Ecap.IR.mask() | Ecap.EIM.mask() | Ecap.PT.mask();
        ecap |= Ecap.NEST.mask() | Ecap.PASID.mask() | Ecap.SMTS.mask() | Ecap.SLTS.mask() | Ecap.FLTS.mask();
        ecap |= Ecap.DT.mask()
                | Ecap.PRS.mask()
                | Ecap.ERS.mask()
                | Ecap.SRS.mask()
                | Ecap.SLADS.mask()
                | Ecap.RPS.mask();
        // The longest PASID that devices name is beyond it.
        ecap = Ecap.PSS.set(ecap, 18);
        long cap = Capabilities.usual().cap() | Cap.CM.mask() | Cap.PI.mask();
        Capabilities can = new Capabilities(cap, ecap, ADDRESS_BITS, false);
        unit = new Unit(
                schema,
                prefix,
                new UnitOptions(can, CachePolicy.specified(), Deviations.NONE, SIZES, List.of()),
                memory,
                Messages.NONE);
        manual = new VtdManual(unit, can);
    }

    @Override
    public void reset(long[] s) {
        unit.reset(s);
    }

    @Override
    public long load(long[] s, int offset, int bytes) {
        return unit.read(s, offset, bytes);
    }

    @Override
    public void store(long[] s, int offset, int bytes, long value) {
        unit.store(s, offset, bytes, value);
    }

    @Override
    public int step(long[] s) {
        int done = unit.next(s);
        return done == Unit.NOTHING
                ? NOTHING
                : manual.kind(done & ~Unit.STOPPED) | ((done & Unit.STOPPED) == 0 ? 0 : STOPPED);
    }

    @Override
    public boolean isQueueStopped(long[] s) {
        return (unit.read(s, VtdManual.FAULT_STATUS, Integer.BYTES) & QUEUE_ERROR) != 0;
    }

    @Override
    public int request(long[] s, int source, int pasid, long address, int access) {
        long with = pasid == NO_PASID ? Access.NO_PASID : pasid;
        int bits = VtdManual.access(access);
        if (VtdManual.isForPage(access)) {
            long rights = VtdManual.rights(access);
            long page = Request.asking(Request.of(source, with, bits), rights, source, VtdManual.isLastOfGroup(access));
            return manual.outcomeOfPage(unit.askPage(s, page, address));
        }
        return manual.outcomeOfRequest(unit.dma(s, source, with, address, bits));
    }

    @Override
    public int interrupt(long[] s, int source, long address, long data) {
        return manual.outcomeOfInterrupt((int) InterruptAnswer.OUTCOME.get(unit.interrupt(s, source, address, data)));
    }

    @Override
    public Manual manual() {
        return manual;
    }
}
