package dev.moat.viommu.wrapper;

import dev.moat.firmware.AcpiTable;
import dev.moat.firmware.UnitDescription;
import dev.moat.iommu.Family;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The guest's firmware ({@code hvmloader}): makes the tables that tell an operating system of the machine, from its type and {@code
 * hvm_info_table}. What describes the unit comes from the unit's family. Whose host bridge it is makes no difference to a table.
 */
public final class Firmware {
    /** Machine types. VT-d is there from Q35 on. */
    public enum MachineType {
        I440FX,
        Q35
    }

    /** Where PCI Express configuration space is. {@code @source} QEMU's Q35 default. */
    public static final long ECAM_BASE = 0xb0000000L;

    private static final int LAST_BUS = 0xff;
    /** Of 256 buses, 1 MiB each. */
    static final long ECAM_BYTES = (LAST_BUS + 1L) << 20;

    /** Bits of an address, as the DMAR says; registers lie below. {@code @source} QEMU's default for Q35, up to version 9.1. */
    static final int HOST_ADDRESS_BITS = 39;

    /** Its source-id is a choice, as any that no device has would be; QEMU's is ff:00.0. */
    private static final UnitDescription.IoApic IO_APIC = new UnitDescription.IoApic(0, 0xf0 << 8);

    private static final int PARAGRAPH = 16;

    private final MachineType type;
    private final Family family;

    public Firmware(MachineType type, Family family) {
        this.type = type;
        this.family = family;
    }

    /**
     * The tables in the order of the XSDT, the XSDT itself last.
     *
     * @param info {@code hvm_info_table} as it lies in memory
     * @param at byte address at which the first table is put; the others follow, each at a multiple of 16
     */
    public List<AcpiTable> tables(byte[] info, long at) {
        List<AcpiTable> all = new ArrayList<>();
        if (type == MachineType.Q35) {
            all.add(mcfg());
            HvmInfo.read(info)
                    .filter(i -> !i.equals(HvmInfo.NONE))
                    .flatMap(i -> family.firmwareTable(unit(i)))
                    .ifPresent(all::add);
        }
        ByteBuffer body = ByteBuffer.allocate(Long.BYTES * all.size()).order(ByteOrder.LITTLE_ENDIAN);
        long next = at;
        for (AcpiTable table : all) {
            body.putLong(next);
            next = (next + table.bytes().length + PARAGRAPH - 1) & -PARAGRAPH;
        }
        all.add(AcpiTable.of("XSDT", 1, body.array()));
        return all;
    }

    private static UnitDescription unit(HvmInfo info) {
        boolean remaps = (info.capabilities() & ViommuCalls.IRQ_REMAPPING) != 0;
        return new UnitDescription(info.base(), HOST_ADDRESS_BITS, remaps, false, List.of(IO_APIC));
    }

    /** {@code @source} PCI Firmware Specification 3.x, table 4-2: 8 reserved bytes, then base, segment, first and last bus, 4 reserved. */
    private static AcpiTable mcfg() {
        ByteBuffer body = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        body.putLong(0).putLong(ECAM_BASE).putShort((short) 0).put((byte) 0).put((byte) LAST_BUS);
        return AcpiTable.of("MCFG", 1, body.array());
    }
}
