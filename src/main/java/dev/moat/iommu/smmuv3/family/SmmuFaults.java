package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** The injected faults of SMMUv3s and their driver: commands and CMD_SYNCs left out or encoded wrongly, streams configured wrongly. */
final class SmmuFaults {
    private static final String ASSIGN = "assign_device";
    private static final List<String> STALE = List.of("no-stale", "no-foreign");

    private SmmuFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "tlbi.last-page-missed",
                    "Of several pages the last one is not named by any TLBI.",
                    "derived: Linux, SVA invalidation, a size that is computed as end - start + 1",
                    STALE,
                    e -> e.decide("invalidation.last", (s, first, last, c) -> Math.max(first, last - 1))),
            fault(
                    "tlbi.number-not-minus-one",
                    "A range command has one granule less: NUM is taken for the number of granules.",
                    "IHI 0070, range-based invalidation: a range has NUM + 1 times 2^SCALE granules",
                    STALE,
                    e -> e.decide("invalidation.number", (s, pages, b, c) -> Math.max(1, pages - 1))),
            fault(
                    "tlbi.level-of-leaf-for-block",
                    "A range command names the page level in TTL after a block was split, so the cached block stays.",
                    "IHI 0070, range-based invalidation: TTL names the level of the leaf that is cached",
                    STALE,
                    e -> e.decide("invalidation.level", (s, level, b, c) -> 3)),
            fault(
                    "tlbi.leaf-only-for-freed-table",
                    "A TLBI has Leaf set although a table is freed; descriptors that lead to the table stay cached.",
                    "Linux io-pgtable-arm, arm_smmu_tlb_inv_walk: Leaf is 0 when a table is freed",
                    List.of("walked-is-table"),
                    e -> e.decide("invalidation.leaf-only", (s, changed, b, c) -> 1)),
            fault(
                    "tlbi.asid-of-another",
                    "A TLBI names the ASID of another address space.",
                    "derived: Linux arm_smmu_attach_dev, flushes under the ASID of the new domain",
                    STALE,
                    e -> e.decide("invalidation.tag", (s, tag, b, c) -> 0)),
            fault(
                    "tlbi.illegal",
                    "A TLBI has an opcode that is reserved; the unit stops there (CERROR_ILL) and does nothing that follows.",
                    "Linux, range TLBI whose NUM, SCALE and TTL are all 0",
                    List.of("no-deadlock"),
                    e -> e.decide("invalidation.opcode", (s, usual, b, c) -> 0xf)),
            fault(
                    "sync.left-out",
                    "The driver waits until CONS has passed its commands, without a CMD_SYNC behind them.",
                    "Linux, \"Don't issue CMD_SYNC for zero-length invalidations\": a batch without its last CMD_SYNC",
                    STALE,
                    e -> e.decide("wait.synced", (s, a, b, c) -> 0)),
            fault(
                    "sync.passes-commands",
                    "The unit completes a CMD_SYNC while commands before it are consumed and not executed.",
                    "IHI 0070, CMD_SYNC: completes after all previous commands",
                    STALE,
                    e -> e.decide("sync.waits", (s, a, b, c) -> 0)),
            fault(
                    "ste.kept-when-detached",
                    "The stream table entry of a device that is taken away stays as it was.",
                    "derived: Xen on Arm, where of a device with several StreamIDs one entry alone was changed",
                    List.of("no-foreign-request", "no-foreign"),
                    e -> e.decide("ste.aborts", (s, q, b, c) -> 0)),
            new InjectedFault(
                    "ste.changed-while-valid",
                    "A device that moves gets its new tables and its new tag in two stores, while its entry is valid.",
                    "IHI 0070, STE update: no inconsistent valid state in between",
                    STALE,
                    "step",
                    e -> e.drop(ASSIGN, "prepare-entry-0")),
            fault(
                    "cd.asid-of-another",
                    "A context descriptor has the ASID of another address space.",
                    "derived: translations of one space filed under the ASID of another",
                    List.of("entry-means-its-space", "no-foreign"),
                    e -> e.decide("entry.did", (s, q, space, own) -> 0)),
            fault(
                    "ste.bypass",
                    "The entry of any device but the first says bypass: requests pass untranslated.",
                    "IHI 0070, STE.Config: 0b100; Linux's identity domain, for a device that is to be translated",
                    List.of("no-foreign-request", "assigned-device-is-led"),
                    e -> e.decide("ste.config", (s, q, own, c) -> q == 0 ? own : StreamTableEntry.BYPASS)));

    private static InjectedFault fault(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "operation", edit);
    }
}
