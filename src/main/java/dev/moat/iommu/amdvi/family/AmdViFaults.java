package dev.moat.iommu.amdvi.family;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** The injected faults of AMD-Vi and its driver: commands encoded wrongly, device table entries changed wrongly. */
final class AmdViFaults {
    private static final String ASSIGN = "assign_device";
    private static final String MAP = "map_grant_ref";

    private AmdViFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "command.pde-forgotten",
                    "All pages are invalidated before a table is freed, but the cached directory entry stays (PDE clear).",
                    "derived: PDE asks for directory entries; Linux CVE-2025-71202 is its twin",
                    List.of("walked-is-table"),
                    e -> e.decide("invalidation.leaf-only", (s, changed, order, c) -> 1)),
            fault(
                    "command.size-bit-forgotten",
                    "The address of an invalidation names a range, but S is clear, so that it is one page.",
                    "Xen invalidate_iommu_pages: sflag follows from the order",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.sized", (s, order, b, c) -> 0)),
            fault(
                    "command.size-one-bit-short",
                    "The first zero bit of a range's address is one place too low, so that half of it is named.",
                    "derived from Xen invalidate_iommu_pages, mask = 1 << (order - 1)",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.mask", (s, order, largest, count) -> order - 1)),
            fault(
                    "command.illegal-opcode",
                    "An invalidation has an opcode that the unit has not; it stops there and does nothing that follows.",
                    "derived: ILLEGAL_COMMAND_ERROR, which Xen 4.17 and Linux only log",
                    List.of("no-deadlock"),
                    e -> e.decide("invalidation.opcode", (s, id, b, c) -> 0)),
            fault(
                    "command.np-cache-ignored",
                    "A map invalidates nothing, although the unit has NpCache and may remember that the page was not present.",
                    "Linux amd_iommu_np_cache; Xen to 4.22 does not look",
                    List.of("legitimate-dma-passes"),
                    e -> e.drop(MAP, "queue-invalidation")
                            .drop(MAP, "queue-wait")
                            .drop(MAP, "await")),
            new InjectedFault(
                    "dte.changed-without-pause",
                    "A device table entry in use gets its new DomainID and tables in two stores, with TV set.",
                    "XSA-347, CVE-2020-27670 (2020): unsafe AMD IOMMU page table updates, ordering of DTE modifications",
                    List.of("no-foreign", "no-stale"),
                    "step",
                    e -> e.drop(ASSIGN, "prepare-entry-0")),
            fault(
                    "dte.domain-id-not-stored",
                    "A device gets the tables of its new domain, and keeps the DomainID of the last one.",
                    "derived: translations of one domain filed under the DomainID of another",
                    List.of("assigned-device-is-led", "no-foreign"),
                    e -> e.drop(ASSIGN, "prepare-entry-1")),
            fault(
                    "dte.mode-too-small",
                    "The entry of any device but the first has a Mode that is one level too small for its tables.",
                    "derived: Linux adds levels to tables in use, and the entries of their devices have to follow; XSA-445, CVE-2023-46835"
                            + " (2023), where quarantine's tables had more levels than the entry said",
                    List.of("assigned-device-is-led"),
                    e -> e.decide("dte.mode", (s, q, there, c) -> q == 0 ? there : there - 1)),
            fault(
                    "dte.passes-through",
                    "The entry of any device but the first has Mode 0, with IR and IW: requests pass untranslated.",
                    "derived: Xen's iommu=dom0-passthrough and Linux's iommu=pt, for a domain for which they are not meant",
                    List.of("no-foreign-request", "assigned-device-is-led"),
                    e -> e.decide("dte.mode", (s, q, there, c) -> q == 0 ? there : 0)),
            fault(
                    "dte.not-valid-when-detached",
                    "The entry of a device that is taken away is cleared whole: with V = 0 its requests pass untranslated.",
                    "AMD-Vi: V = 0 passes requests on; derived from XSA-302 (2019), the same mistake elsewhere",
                    List.of("no-foreign-request"),
                    e -> e.decide("entry.valid", (s, q, b, c) -> 0)),
            fault(
                    "leaf.first-copy-only",
                    "Of an entry that stands in two places (NextLevel 7) the first copy alone is replaced.",
                    "derived: Linux clears all PAGE_SIZE_PTE_COUNT copies",
                    List.of("no-foreign-request", "no-foreign"),
                    e -> e.decide("leaf.copies", (s, changed, copy, c) -> copy % 2 == 0 ? 1 : 0)),
            fault(
                    "leaf.changed-copy-only",
                    "One copy of an 8 KiB entry (NextLevel 7) becomes a 4 KiB entry; the other still covers both pages.",
                    "derived: a page of NextLevel 7 is several equal entries, and one store changes one of them",
                    List.of("no-foreign", "nothing-lingers"),
                    e -> e.decide("leaf.copies", (s, changed, copy, c) -> changed == copy ? 1 : 0)),
            fault(
                    "dte.excluded",
                    "The entry of each device has EX, so that the exclusion range passes untranslated for it.",
                    "derived: an exclusion range of the firmware's (IVMD) kept for a device that a guest has",
                    List.of("no-foreign-request"),
                    e -> e.decide("entry.excluded", (s, q, b, c) -> 1)),
            new InjectedFault(
                    "restart.drops-commands",
                    "The command buffer is reset while commands are in it; their waiters wait forever.",
                    "derived: Linux amd_iommu_reset_cmd_buffer, which copies nothing over",
                    List.of("no-deadlock"),
                    "step",
                    e -> e.decide("restart.waits", (s, u, b, c) -> 0)),
            new InjectedFault(
                    "pde.next-level-first",
                    "A level-2 page is split with NextLevel stored first: until the second store, guest memory is walked as a table.",
                    "XSA-347, CVE-2020-27670 (2020): page table entries updated step by step while in use",
                    List.of("walked-is-table"),
                    "step",
                    e -> e.decide("pde.stored-whole", (s, page, b, c) -> 0)),
            fault(
                    "dte.not-invalidated-when-assigned",
                    "A device table entry that led nowhere and may be cached is not invalidated when it leads somewhere.",
                    "derived: device table entries are cached whatever they say, also without NpCache",
                    List.of("legitimate-dma-passes"),
                    e -> e.drop(ASSIGN, "queue-context-invalidation")));

    private static InjectedFault fault(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "operation", edit);
    }
}
