package dev.moat.xen.iospace;

import static dev.moat.xen.iospace.program.CreateAndDestroy.DESTROY;
import static dev.moat.xen.iospace.program.FrameCalls.DECREASE;
import static dev.moat.xen.iospace.program.FrameCalls.EXCHANGE;
import static dev.moat.xen.iospace.program.MapCalls.MAP;
import static dev.moat.xen.iospace.program.MapCalls.UNMAP;

import dev.moat.iommu.Rights;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.xen.iospace.program.BatchCalls;
import dev.moat.xen.iospace.program.DomainDeath;
import dev.moat.xen.iospace.program.GrantCalls;
import dev.moat.xen.iospace.program.Hypercalls;
import dev.moat.xen.iospace.program.RegisterCalls;
import java.util.List;
import java.util.function.Consumer;

/** What can go wrong in the hypercalls: checks, orders, ranges, what does not reach the tables. */
final class SpaceFaults {
    private SpaceFaults() {}

    private static final String FOREIGN = "no-foreign";
    private static final String SERVED = "mapped-address-is-served";
    private static final String LINGERS = "nothing-lingers";
    private static final String QUARANTINE = "quarantine";
    private static final String LIST = "xen-devel 2006, Xen Calgary IOMMU support: validate all map and unmap requests";
    private static final String FLUSH =
            "xen-devel 2006, Xen Calgary IOMMU support: map Calgary register space in Xen so that it can flush";
    private static final String GRANTS = "xen-devel 2006, Xen Calgary IOMMU support: integration with grant tables";

    static final List<InjectedFault> ALL = List.of(
            whole(
                    "map.frame-not-checked",
                    "A map does not look whether the frame is the caller's or granted to it.",
                    LIST,
                    FOREIGN,
                    e -> e.decide("map.frame-allowed", (s, wanted, has, c) -> 1)),
            whole(
                    "map.rights-not-checked",
                    "A map for writing is content with a grant for reading.",
                    LIST,
                    FOREIGN,
                    e -> e.decide("map.frame-allowed", (s, wanted, has, c) -> has != Rights.NONE ? 1 : 0)),
            whole(
                    "call.space-not-checked",
                    "A domain maps and unmaps in the space of another one's device.",
                    LIST,
                    FOREIGN,
                    e -> e.decide("call.owns-space", (s, caller, owner, c) -> owner != 0 ? 1 : 0)),
            whole(
                    "map.address-in-use-taken",
                    "A map at a given address overwrites the entry of another mapping.",
                    LIST,
                    SERVED,
                    e -> e.decide("map.address-in-use", (s, used, b, c) -> 0)),
            whole(
                    "map.reserved-handed-out",
                    "An address in a hole, or among those that mean an error, is handed out.",
                    "derived: Linux pci-calgary_64.c, calgary_reserve_regions and EMERGENCY_PAGES",
                    "reserved-is-not-handed",
                    e -> e.decide("address.is-reserved", (s, page, b, c) -> 0)),
            whole(
                    "map.always-writable",
                    "A device may write a buffer that is mapped for reading.",
                    "derived: Linux tce_64.c, tce_build",
                    FOREIGN,
                    e -> e.decide("map.rights", (s, wanted, b, c) -> Rights.ALL)),
            whole(
                    "map.one-page-short",
                    "A run is mapped without its last page.",
                    "derived: Linux pci-calgary_64.c, num_dma_pages of an unaligned buffer",
                    SERVED,
                    e -> e.decide("map.pages", (s, pages, b, c) -> Math.max(1, pages - 1))),
            whole(
                    "map.line-not-written-back",
                    "The line of a new entry stays in the CPU's cache, past which the chip reads.",
                    "derived: Linux tce_64.c, flush_tce",
                    SERVED,
                    e -> e.drop(MAP, "write-back")),
            whole(
                    "map.absence-not-forgotten",
                    "A new entry is stored, and the unit's cached absent entry is not invalidated.",
                    "VT-d specification, chapter 6: caching mode; xen-devel 2006, Xen Calgary IOMMU support",
                    SERVED,
                    e -> e.decide("forget.absence", (s, space, entry, c) -> entry)),
            whole(
                    "create.absence-not-forgotten",
                    "A device gets a space, and the unit's cached absent entry is not invalidated.",
                    "Intel VT-d specification, chapter 6: caching mode",
                    SERVED,
                    e -> e.decide("forget.absence", (s, space, entry, c) -> 1 - entry)),
            between(
                    "map.checked-without-lock",
                    "A map looks whose frame it is, and stores the entry when it may be another's.",
                    LIST,
                    FOREIGN,
                    e -> e.drop(MAP, "lock-spaces").stopAfter(MAP, "check-frame")),
            between(
                    "map.undone-without-flush",
                    "A run that fails half-way clears its entries without invalidating them.",
                    "derived: the coherent and scatter-gather paths of the DMA API have to be rolled back",
                    LINGERS,
                    e -> e.redirect(MAP, "undo-entry", Outcome.NEXT, "free-undone")),
            whole(
                    "map.wraps-without-flush",
                    "The search for an address begins at the start again, and the cache is not flushed.",
                    "derived: Linux pci-calgary_64.c, iommu_range_alloc",
                    "handed-address-is-fresh",
                    e -> e.redirect(MAP, "find-address", Outcome.LOOP, "find-from-start")),
            whole(
                    "map.little-endian",
                    "An entry is stored in the CPU's byte order: the chip finds no rights in it.",
                    "derived: Linux tce_64.c, tce_build: cpu_to_be64",
                    SERVED,
                    e -> e.decide("tce.swaps", (s, a, b, c) -> 0)),
            whole(
                    "unmap.no-flush",
                    "An unmap returns and nothing is forgotten, as in the patches of 2006.",
                    FLUSH,
                    LINGERS,
                    e -> e.redirect(UNMAP, "clear-entry", Outcome.NEXT, "free-addresses")),
            whole(
                    "unmap.line-not-written-back",
                    "The line of a cleared entry stays in the CPU's cache: the chip goes on reading the old entry.",
                    "derived: Linux tce_64.c, flush_tce",
                    LINGERS,
                    e -> e.drop(UNMAP, "write-back")),
            whole(
                    "unmap.clears-first-only",
                    "An unmap of a run clears its first entry only.",
                    "derived: Linux tce_64.c, tce_free: while (npages--)",
                    "no-stale",
                    e -> e.decide("unmap.pages", (s, pages, b, c) -> 1)),
            between(
                    "unmap.bit-freed-first",
                    "An unmap frees the address before it clears the entry, which is another mapping's by then.",
                    "derived: Linux pci-calgary_64.c, iommu_free: tce_free before bitmap_clear",
                    SERVED,
                    e -> e.drop(UNMAP, "lock-spaces")
                            .moveBefore(UNMAP, "free-addresses", "clear-entry")
                            .stopAfter(UNMAP, "free-addresses")),
            whole(
                    "invalidate.no-flush",
                    "An invalidation that a domain asks for frees addresses, and nothing is forgotten.",
                    "xen-devel 2006, Xen Calgary IOMMU support: TCE invalidate entry, range and all hypercalls",
                    "handed-address-is-fresh",
                    e -> e.redirect(Hypercalls.INVALIDATE, "validate", Outcome.NEXT, "free-kept")),
            whole(
                    "create.bus-divided",
                    "Two domains get devices on one bus, which the hardware cannot tell apart.",
                    "xen-devel 2006, Xen Calgary IOMMU support: isolation per bus",
                    QUARANTINE,
                    e -> e.decide("create.goes-along", (s, q, other, c) -> 0)
                            .decide("create.group-is-taken", (s, others, b, c) -> 0)),
            whole(
                    "create.shares-first-table",
                    "Every device is led to the first table.",
                    "xen-devel 2006, Xen Calgary IOMMU support: one IO space per BDF",
                    QUARANTINE,
                    e -> e.decide("create.space", (s, q, own, c) -> 0)),
            whole(
                    "destroy.still-led",
                    "A space is destroyed while TAR names its table and the bus is on.",
                    "derived: Linux pci-calgary_64.c, calgary_disable_translation before free_tce_table",
                    QUARANTINE,
                    e -> e.replace(DESTROY, "lead-nowhere", (s, cpu) -> Outcome.NEXT)),
            whole(
                    "destroy.not-drained",
                    "A device becomes unassigned while its requests under the old space are in flight.",
                    "derived: Linux pci-calgary_64.c, the poll of the split queue; XSA-302 (2019)",
                    LINGERS,
                    e -> e.redirect(DESTROY, "clear-table", Outcome.NEXT, "free-space")),
            whole(
                    "destroy.entry-not-forgotten",
                    "A device's entry is cleared in memory, and the unit continues with its cached copy.",
                    "derived from XSA-302 (2019): an entry that leads on after its device was given back",
                    QUARANTINE,
                    e -> e.redirect(DESTROY, "lead-nowhere", Outcome.NEXT, "clear-table")),
            whole(
                    "create.no-memory-ignored",
                    "There is no memory for a table, and the device is led to where the failed allocation points.",
                    "derived: Linux tce_64.c, alloc_tce_table: -ENOMEM is passed on",
                    QUARANTINE,
                    e -> e.decide("create.no-table", (s, usedUp, b, c) -> 0)),
            new InjectedFault(
                    "death.devices-kept",
                    "A domain dies, its frames go to the heap, and its devices stay led to its tables.",
                    "derived from XSA-302 (2019): devices are taken away before pages",
                    List.of(FOREIGN, "nothing-outlives-its-domain"),
                    "operation",
                    e -> e.decide("death.takes-device", (s, q, b, c) -> 0)),
            whole(
                    "death.not-drained",
                    "A dying domain's tables are cleared without invalidating or draining its devices' translations.",
                    FLUSH,
                    FOREIGN,
                    e -> e.redirect(DomainDeath.DESTROY, "clear-table", Outcome.NEXT, "free-space")),
            between(
                    "death.frames-freed-first",
                    "The frames of a dying domain go to the heap while its devices are still led to its tables.",
                    "derived: Xen domain_relinquish_resources takes devices before pages",
                    FOREIGN,
                    e -> e.moveBefore(DomainDeath.DESTROY, "free-frames", "find-device")),
            whole(
                    "unmap-many.no-flush",
                    "A batch is cleared entry by entry and returns, and nothing is forgotten.",
                    FLUSH,
                    LINGERS,
                    e -> e.redirect(BatchCalls.UNMAP, "cleared", Outcome.NEXT, "free-addresses")),
            whole(
                    "unmap-many.stops-without-flush",
                    "A batch that stops at a refused element skips the invalidation for the entries that it cleared before.",
                    "derived: what a batch has done is paid for on every way out of it",
                    LINGERS,
                    e -> e.redirect(BatchCalls.UNMAP, "next-page", Outcome.FAIL, "free-addresses")),
            whole(
                    "frames.tables-kept",
                    "A frame leaves a domain, or a grant ends, and nothing is done about the domain's tables.",
                    GRANTS,
                    FOREIGN,
                    e -> e.decide("withdraw.left", (s, entitled, rights, c) -> rights)),
            whole(
                    "frames.not-demoted",
                    "The mapping for writing ends while one for reading stays, and the entry goes on allowing both.",
                    "derived: rights follow the mappings that are left",
                    FOREIGN,
                    e -> e.decide("withdraw.left", (s, entitled, rights, c) -> entitled != 0 ? rights : 0)),
            whole(
                    "decrease.no-flush",
                    "A frame is freed when its entries are cleared, and caches are not flushed.",
                    FLUSH,
                    FOREIGN,
                    e -> e.redirect(DECREASE, "find-entry", Outcome.DONE, "free-addresses")),
            whole(
                    "decrease.line-not-written-back",
                    "A frame is freed while the chip still reads the entry as it was.",
                    "derived: Linux tce_64.c, flush_tce",
                    FOREIGN,
                    e -> e.drop(DECREASE, "write-back").redirect(DECREASE, "clear-entry", Outcome.NEXT, "find-entry")),
            between(
                    "exchange.frame-changed-first",
                    "An exchange gives the old frame away before caches have forgotten it.",
                    "derived from XSA-346 (2020): flushed after the page was freed",
                    FOREIGN,
                    e -> e.moveBefore(EXCHANGE, "change-frames", "ask-withdrawn")
                            .redirect(EXCHANGE, "find-entry", Outcome.DONE, "change-frames")),
            between(
                    "unmap-grant.pins-dropped-first",
                    "An unmap of a grant gives the frame back before caches have forgotten it.",
                    "derived from XSA-346 (2020): pins outlive the invalidation",
                    FOREIGN,
                    e -> e.moveBefore(GrantCalls.UNMAP, "drop-pins", "ask-withdrawn")
                            .redirect(GrantCalls.UNMAP, "find-entry", Outcome.DONE, "drop-pins")),
            whole(
                    "unmap-grants.no-flush",
                    "A batch withdraws its frames from the tables, and ends the grants without having anything forgotten.",
                    "derived from XSA-346 (2020): one flush for the batch, and not none",
                    FOREIGN,
                    e -> e.redirect(GrantCalls.UNMAP_MANY, "withdrawn", Outcome.NEXT, "free-addresses")),
            whole(
                    "unmap-grants.stops-without-flush",
                    "A batch that stops at a refused grant skips the invalidation for the grants that it withdrew before.",
                    "derived: what a batch has done is paid for on every way out of it",
                    FOREIGN,
                    e -> e.redirect(GrantCalls.UNMAP_MANY, "next-grant", Outcome.FAIL, "free-addresses")),
            between(
                    "unmap-grants.pins-dropped-first",
                    "A batch gives the frames back before caches have forgotten them.",
                    "derived from XSA-346 (2020): pins outlive the invalidation",
                    FOREIGN,
                    e -> e.moveBefore(GrantCalls.UNMAP_MANY, "drop-pins", "ask-withdrawn")),
            whole(
                    "registers.mapping-kept",
                    "Xen takes the registers and leaves the control domain's mapping of them.",
                    "xen-devel 2006, Xen Calgary IOMMU support: cleaner separation of responsibilities between dom0 and Xen",
                    FOREIGN,
                    e -> e.drop(RegisterCalls.TAKE, "revoke-mapping")),
            whole(
                    "registers.tlb-kept",
                    "The control domain's mapping of the registers is cleared, and its TLBs are not flushed.",
                    "derived: Xen flushes TLBs when it takes a mapping away",
                    FOREIGN,
                    e -> e.drop(RegisterCalls.TAKE, "flush-tlbs")),
            between(
                    "registers.denied-last",
                    "The control domain's mapping is cleared before others are denied: it maps the registers again in between.",
                    "derived: Xen denies access to the range before it unmaps it",
                    FOREIGN,
                    e -> e.moveBefore(RegisterCalls.TAKE, "deny", "take")),
            whole(
                    "registers.mapped-again",
                    "The control domain maps the registers once more after Xen has taken them.",
                    "derived: Xen iomem_deny_access",
                    FOREIGN,
                    e -> e.decide("registers.may-map", (s, taken, b, c) -> 1)));

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }

    private static InjectedFault between(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "step", edit);
    }
}
