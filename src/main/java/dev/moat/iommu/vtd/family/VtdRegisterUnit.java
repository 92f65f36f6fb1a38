package dev.moat.iommu.vtd.family;

import dev.moat.iommu.RegisterUnit;
import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.vtd.deviation.Deviations;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.register.CachePolicy;
import dev.moat.iommu.vtd.register.Messages;
import dev.moat.iommu.vtd.register.Unit;
import dev.moat.iommu.vtd.register.UnitOptions;
import dev.moat.iommu.vtd.register.format.Access;
import dev.moat.iommu.vtd.register.format.DmaAnswer;
import dev.moat.state.SchemaBuilder;
import java.util.List;

/** The register-driven unit, with a queue and both modes of translation and small caches, its own interrupts going nowhere. */
final class VtdRegisterUnit implements RegisterUnit {
    private static final int ADDRESS_BITS = 39;
    private static final UnitOptions.Sizes SIZES = new UnitOptions.Sizes(2, 2, 2, 2, 2);

    /** FSTS and its bit IQE. {@code @source} VT-d specification 2.x, chapter 10.4.9. */
    private static final int FAULT_STATUS = 0x34;

    private static final int QUEUE_ERROR = 1 << 4;

    private final Unit unit;

    VtdRegisterUnit(SchemaBuilder schema, String prefix, Memory memory) {
        long ecap = Ecap.IRO.set(0, 0xf) | Ecap.QI.mask() | Ecap.IR.mask() | Ecap.EIM.mask() | Ecap.PT.mask();
        ecap |= Ecap.NEST.mask() | Ecap.PASID.mask() | Ecap.SMTS.mask() | Ecap.SLTS.mask() | Ecap.FLTS.mask();
        Capabilities can = new Capabilities(Capabilities.usual().cap(), ecap, ADDRESS_BITS, false);
        unit = new Unit(
                schema,
                prefix,
                new UnitOptions(can, CachePolicy.specified(), Deviations.NONE, SIZES, List.of()),
                memory,
                Messages.NONE);
    }

    @Override
    public void reset(long[] s) {
        unit.reset(s);
    }

    @Override
    public void store(long[] s, int offset, int bytes, long value) {
        unit.store(s, offset, bytes, value);
    }

    @Override
    public boolean step(long[] s) {
        return unit.step(s);
    }

    @Override
    public boolean isQueueStopped(long[] s) {
        return (unit.read(s, FAULT_STATUS, Integer.BYTES) & QUEUE_ERROR) != 0;
    }

    @Override
    public long translate(long[] s, int source, long address, boolean write) {
        long answer = unit.dma(s, source, Access.NO_PASID, address, write ? Access.WRITE : Access.READ);
        return DmaAnswer.isTranslated(answer) ? DmaAnswer.address(answer, address) : BLOCKED;
    }
}
