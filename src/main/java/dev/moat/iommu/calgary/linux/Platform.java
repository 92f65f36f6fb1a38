package dev.moat.iommu.calgary.linux;

import dev.moat.iommu.Memory;
import dev.moat.iommu.calgary.CacheLines;
import dev.moat.iommu.calgary.ChipRegisters;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.linux.KernelLog;

/**
 * The environment of a bus's driver.
 *
 * @param chip registers of its chip
 * @param memory where its table is, as software sees it
 * @param lines the CPU's caches
 * @param log where it complains
 */
public record Platform(ChipRegisters chip, Memory memory, CacheLines lines, KernelLog log) {
    long read(long[] s, int bridge, Registers.Bridge register) {
        return chip.read(s, Registers.at(bridge, register), Integer.BYTES);
    }

    void write(long[] s, int bridge, Registers.Bridge register, long value) {
        chip.write(s, Registers.at(bridge, register), Integer.BYTES, value);
    }

    /** Writes a register, and reads it so that the write has arrived. */
    void writeThrough(long[] s, int bridge, Registers.Bridge register, long value) {
        write(s, bridge, register, value);
        read(s, bridge, register);
    }
}
