package dev.moat.conform.amdvi;

import java.util.Locale;

/** What a row does. */
enum Op {
    /** Registers are written, first thing after power-on. */
    BOOT,
    /** Registers are written. */
    REG,
    /** Software stores into memory. */
    MEM,
    /** Software submits a command. */
    CMD,
    /** A device reads. */
    DR,
    /** A device writes. */
    DW,
    /** Software reads a register. */
    RREG,
    /** Software reads memory. */
    RMEM;

    /** As the files spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a device does it. */
    public boolean isDma() {
        return this == DR || this == DW;
    }

    /** Whether software reads something. */
    public boolean isRead() {
        return this == RREG || this == RMEM;
    }
}
