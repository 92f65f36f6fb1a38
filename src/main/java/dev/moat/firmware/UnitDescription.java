package dev.moat.firmware;

import java.util.List;

/**
 * A unit as firmware describes it to an operating system: the only one of its segment, in front of everything on it.
 *
 * @param base byte address of its registers, a multiple of 4 KiB
 * @param hostAddressBits bits of an address of memory
 * @param remapsInterrupts whether it remaps interrupts
 * @param forbidsX2apic whether the system is asked to leave x2APIC alone
 * @param ioApics interrupt controllers behind it
 */
public record UnitDescription(
        long base, int hostAddressBits, boolean remapsInterrupts, boolean forbidsX2apic, List<IoApic> ioApics) {
    private static final long PAGE = 0x1000;

    /**
     * An I/O APIC, and the source-id that its interrupts carry: the one that the unit compares.
     *
     * @param id as in the MADT
     * @param sourceId bus 15:8, device 7:3, function 2:0
     */
    public record IoApic(int id, int sourceId) {}

    public UnitDescription {
        ioApics = List.copyOf(ioApics);
        if (base % PAGE != 0) {
            throw new IllegalArgumentException("registers begin at a page, not at 0x" + Long.toHexString(base));
        }
    }
}
