package dev.moat.conform.bench;

import dev.moat.machine.Machine;
import dev.moat.state.Slots;

/** Versions and sizes of the grant tables of an {@link XenBench}, and what only version 2 has. */
public final class BenchTables {
    /** Grant frames that domain 0 may have. */
    private static final int DOM0_FRAMES = 64;

    private static final int FIRST_PER_FRAME = 512;
    private static final int SECOND_PER_FRAME = 256;

    private final long[] s;
    private final int refs;
    private final Slots version;
    private final Slots frames;
    private final Slots frameLimit;
    private final Slots firstOnly;
    private final Slots high;
    private final Slots status;

    BenchTables(Machine machine, long[] s, int domains) {
        this.s = s;
        version = XenBench.slots(machine, "table.version");
        frames = XenBench.slots(machine, "table.frames");
        frameLimit = XenBench.slots(machine, "table.frame-limit");
        firstOnly = XenBench.slots(machine, "table.first-only");
        high = XenBench.slots(machine, "shared.high");
        status = XenBench.slots(machine, "shared.status");
        refs = high.size() / domains;
        for (int d = 0; d < domains; d++) {
            frames.set(s, d, 1);
        }
        frameLimit.set(s, 0, DOM0_FRAMES);
    }

    /** What a domain may have: grant frames, and 1 or 2 as the highest version. */
    public void limit(int domain, int grantFrames, int highestVersion) {
        frameLimit.set(s, domain, grantFrames);
        firstOnly.set(s, domain, highestVersion < 2 ? 1 : 0);
    }

    /** 1 or 2. */
    public int version(int domain) {
        return (int) version.get(s, domain) + 1;
    }

    /** Grant frames of a domain. */
    public int frames(int domain) {
        return (int) frames.get(s, domain);
    }

    /** Grant frames that a domain may have. */
    public int frameLimit(int domain) {
        return (int) frameLimit.get(s, domain);
    }

    /** Entries of a domain's table. */
    int entries(int domain) {
        return Math.min(refs, frames(domain) * (version(domain) == 2 ? SECOND_PER_FRAME : FIRST_PER_FRAME));
    }

    long high(int entry) {
        return high.get(s, entry);
    }

    /** Stores the second word of an entry, as a guest does. */
    public void storeHigh(int entry, long value) {
        high.set(s, entry, value);
    }

    long status(int entry) {
        return status.get(s, entry);
    }
}
