package dev.moat.iommu.vtd.family;

import dev.moat.firmware.AcpiTable;
import dev.moat.firmware.UnitDescription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The DMAR table of one unit. {@code @source} VT-d specification 2.x, chapter 8.1 to 8.3.1. */
final class DmarTable {
    private static final int REVISION = 1;
    private static final int RESERVED = 10;
    private static final int DRHD = 0;
    private static final int DRHD_BYTES = 16;
    private static final int SCOPE_BYTES = 8;
    private static final int IO_APIC = 3;
    private static final int INCLUDE_PCI_ALL = 1;
    private static final int INTR_REMAP = 1;
    private static final int X2APIC_OPT_OUT = 2;

    private DmarTable() {}

    static AcpiTable of(UnitDescription unit) {
        int drhd = DRHD_BYTES + SCOPE_BYTES * unit.ioApics().size();
        ByteBuffer body = ByteBuffer.allocate(2 + RESERVED + drhd).order(ByteOrder.LITTLE_ENDIAN);
        int flags = (unit.remapsInterrupts() ? INTR_REMAP : 0) | (unit.forbidsX2apic() ? X2APIC_OPT_OUT : 0);
        body.put((byte) (unit.hostAddressBits() - 1)).put((byte) flags).put(new byte[RESERVED]);
        // One page of registers: size 0. Segment 0.
        body.putShort((short) DRHD)
                .putShort((short) drhd)
                .put((byte) INCLUDE_PCI_ALL)
                .put((byte) 0);
        body.putShort((short) 0).putLong(unit.base());
        for (UnitDescription.IoApic ioApic : unit.ioApics()) {
            int devfn = ioApic.sourceId() & 0xff;
            body.put((byte) IO_APIC).put((byte) SCOPE_BYTES).putShort((short) 0).put((byte) ioApic.id());
            body.put((byte) (ioApic.sourceId() >>> 8)).put((byte) (devfn >>> 3)).put((byte) (devfn & 7));
        }
        return AcpiTable.of("DMAR", REVISION, body.array());
    }
}
