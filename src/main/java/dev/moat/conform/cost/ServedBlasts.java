package dev.moat.conform.cost;

import dev.moat.conform.xen.EntryChanges;
import dev.moat.iommu.calgary.Tce;
import dev.moat.machine.Machine;
import java.util.List;

/**
 * Calgary: each time the chip takes TAR it has forgotten a whole bus, and software has waited for that with the bus standing still.
 * GART: each time a northbridge has emptied its TLB, and software has polled for that.
 */
final class ServedBlasts implements Served {
    /** How the names of the blast's steps begin. */
    private static final List<String> STEPS = List.of("stop-traffic", "poll-split-queue", "write-tar");

    private final Machine machine;
    private int blasts;

    ServedBlasts(Machine machine) {
        this.machine = machine;
    }

    @Override
    public void note(long[] s) {
        blasts++;
    }

    @Override
    public Count take() {
        Count count = new Count(0, blasts, blasts, 0);
        blasts = 0;
        return count;
    }

    @Override
    public boolean isDriverStep(String step) {
        return STEPS.stream().anyMatch(step::startsWith);
    }

    @Override
    public EntryChanges changes(long[] s) {
        return new EntryChanges(machine, s, "tce", Tce::rights);
    }
}
