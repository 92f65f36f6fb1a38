package dev.moat.conform.cost;

import dev.moat.conform.xen.EntryChanges;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import java.util.List;

/** What a family's units do of what they were asked, counted while a workload runs. */
interface Served {
    /** Families whose units are counted. */
    List<String> FAMILIES = List.of(PolicyCost.VTD, "amd-vi", "calgary");

    /**
     * Since the last time.
     *
     * @param pages requests to forget one page or a range of pages
     * @param domains requests to forget all pages of a domain, or more
     * @param waits how often software waited for the requests before
     * @param bufferFlushes flushes of a write buffer, each awaited
     */
    record Count(int pages, int domains, int waits, int bufferFlushes) {}

    /** To be called before a unit does the next thing that it was asked. */
    void note(long[] s);

    /** What was noted since the last call of this. */
    Count take();

    /** Whether a step is one that only this family's driver has. */
    default boolean isDriverStep(String step) {
        return false;
    }

    /** How entries of the family's tables change. */
    EntryChanges changes(long[] s);

    /** @throws BadSettingException when nothing is counted for a family */
    static void require(String iommu) {
        if (!FAMILIES.contains(iommu)) {
            throw new BadSettingException(
                    "iommu",
                    "what '" + iommu + "' is asked is not counted (known: " + String.join(", ", FAMILIES) + ")");
        }
    }

    /** For a machine of one of {@link #FAMILIES}; of a GART, for the DMA layer, each northbridge counts that empties its TLB. */
    static Served of(String iommu, Machine machine) {
        return switch (iommu) {
            case "amd-vi" -> new ServedCommands(machine);
            case "calgary", "gart" -> new ServedBlasts(machine);
            default -> new ServedDescriptors(machine);
        };
    }
}
