package dev.moat.dma.layer.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What can go wrong in the layer: orders, locks, counters, ranges. Operations and steps are named as {@code moat list steps} prints them. */
public final class LayerFaults {
    private LayerFaults() {}

    private static final String MAP = "dma_map_page";
    private static final String UNMAP = "dma_unmap_page";
    private static final String TIMEOUT = "flush_timeout";
    private static final String MAP_LIST = "dma_map_sg";
    private static final String UNMAP_LIST = "dma_unmap_sg";
    private static final String CLAIM = "claim_group";
    private static final String ATTACH = "attach_owners_domain";
    private static final String RELEASE = "attach_default_domain";

    private static final String FRESH = "handed-address-is-fresh";
    private static final String NOT_HANDED = "reserved-is-not-handed";
    private static final String REACH = "handed-is-in-reach";
    private static final String LINGERS = "nothing-lingers";
    private static final String PASSES = "legitimate-dma-passes";
    private static final String READABLE = "live-mapping-is-readable";

    private static final List<InjectedFault> OF_ANY = List.of(
            between(
                    "unmap.iova-freed-before-sync",
                    "An unmap frees the address before its invalidation is complete.",
                    "derived: Linux dma-iommu.c, __iommu_dma_unmap: iommu_iotlb_sync stands before iommu_dma_free_iova",
                    FRESH,
                    e -> e.moveBefore(UNMAP, "free-iova", "ask").stopAfter(UNMAP, "free-iova")),
            between(
                    "unmap.iova-freed-before-clear",
                    "An unmap frees the address before it clears the entry, which may be the next mapping's by then.",
                    "derived: Linux tce_free before bitmap_clear in pci-calgary_64.c",
                    READABLE,
                    e -> e.moveBefore(UNMAP, "free-iova", "clear-entry").stopAfter(UNMAP, "free-iova")),
            whole(
                    "unmap.no-sync",
                    "An unmap frees the address and returns without any invalidation, and nothing is done about it later.",
                    "Linux pci-calgary_64.c before addresses wrap; derived: iommu_iotlb_sync left out",
                    LINGERS,
                    e -> e.redirect(UNMAP, "clear-entry", Outcome.NEXT, "free-iova")),
            whole(
                    "unmap.sync-leaves-a-unit-out",
                    "An invalidation asks the first unit only, although the domain has devices behind others.",
                    "derived: Linux domain_flush_pages asks every unit of the domain",
                    LINGERS,
                    e -> e.decide("invalidation.unit", (s, domain, unit, c) -> unit == 0 ? 1 : 0)),
            whole(
                    "unmap.entry-not-written-back",
                    "The line of a cleared entry is not written back where the unit does not see CPU caches.",
                    "derived: Linux domain_flush_cache; tce_64.c, flush_tce",
                    LINGERS,
                    e -> e.drop(UNMAP, "write-back")),
            whole(
                    "map.entry-not-written-back",
                    "The line of a new entry is not written back where the unit does not see CPU caches.",
                    "derived: Linux domain_flush_cache; tce_64.c, flush_tce",
                    PASSES,
                    e -> e.drop(MAP, "write-back")),
            whole(
                    "map.absence-not-forgotten",
                    "A map returns although a unit may remember that nothing was mapped.",
                    "derived: Linux intel_iommu_iotlb_sync_map; amd_gart_64.c, flush_gart after the entries of a map",
                    PASSES,
                    e -> e.redirect(MAP, "store-entry", Outcome.NEXT, "return")),
            whole(
                    "map.ignores-direction",
                    "A device may also write a buffer that is mapped for device reads.",
                    "derived: Linux dma_info_to_prot",
                    "no-foreign",
                    e -> e.decide("map.direction", (s, toDevice, b, c) -> 0)),
            between(
                    "iova.lock-dropped",
                    "Two CPUs look for an address at once and find the same one.",
                    "derived: Linux iova.c, iova_rbtree_lock and the depot's lock",
                    READABLE,
                    e -> e.drop(MAP, "lock-iovas").stopAfter(MAP, "find-iova")),
            between(
                    "iova.magazine-not-locked",
                    "A CPU takes an address out of its own magazine without a lock, while another one empties all magazines.",
                    "derived: Linux iova.c, cpu_rcache->lock in __iova_rcache_get and free_cpu_cached_iovas",
                    READABLE,
                    e -> e.decide("iova.magazine-locked", (s, cpu, b, c) -> 0).stopAfter(MAP, "find-iova")),
            whole(
                    "iova.outside-aperture",
                    "An address before the aperture is handed out, which no table translates.",
                    "derived: Linux iova.c, start_pfn; GART part of the aperture that AGP has",
                    READABLE,
                    e -> e.decide("iova.inside", (s, page, space, behind) -> behind <= 0 ? 1 : 0)),
            whole(
                    "iova.limit-off-by-one",
                    "The address behind the last one of the aperture is handed out.",
                    "derived: Linux dma-iommu.c, iommu_dma_alloc_iova: aperture_end is the last address, iova.c: limit_pfn the last page",
                    READABLE,
                    e -> e.decide("iova.inside", (s, page, space, behind) -> behind == 0 || behind == 1 ? 1 : 0)),
            whole(
                    "iova.size-not-rounded",
                    "A list takes three addresses but frees four into a magazine; the fourth belongs to another mapping.",
                    "derived: Linux iova.c, alloc_iova_fast: roundup_pow_of_two before the tree is asked",
                    READABLE,
                    e -> e.decide("iova.rounded", (s, count, b, c) -> count)),
            whole(
                    "iova.zero-handed-out",
                    "Page 0 is handed out, whose address drivers take for none.",
                    "derived: Linux iova.c, init_iova_domain: start_pfn is at least 1",
                    NOT_HANDED,
                    e -> e.decide("iova.held-back", (s, page, held, c) -> page == 0 ? 0 : held)),
            whole(
                    "iova.region-handed-out",
                    "An address in a window of interrupts is handed out, where units translate nothing.",
                    "derived: Linux dma-iommu.c, iova_reserve_iommu_regions: reserve_iova for every region but SW_MSI",
                    NOT_HANDED,
                    e -> e.decide("iova.held-back", (s, page, held, c) -> page != 0 ? 0 : held)),
            whole(
                    "iova.magazine-ignores-limit",
                    "A magazine gives an address to a device that does not reach it.",
                    "derived: Linux iova.c, iova_magazine_pop: pfns above limit_pfn are passed over",
                    REACH,
                    e -> e.decide("iova.within", (s, page, limit, c) -> 1)),
            whole(
                    "area.boundary-ignored",
                    "A search takes the next run that is free, across a boundary of the device's segments.",
                    "derived: Linux iommu-helper.c, iommu_area_alloc: iommu_is_span_boundary",
                    REACH,
                    e -> e.decide("area.boundary", (s, segment, b, c) -> 0)),
            whole(
                    "area.boundary-from-aperture",
                    "Boundaries are counted from the aperture's first page, whatever address that has.",
                    "derived: Linux amd_gart_64.c, alloc_iommu: base_index is what iommu_bus_base lies behind a boundary",
                    REACH,
                    e -> e.decide("area.shift", (s, first, b, c) -> 0)),
            whole(
                    "area.preset-forgotten",
                    "The emergency pages of a bitmap are not set before it is searched, whose first address stands for an error.",
                    "derived: Linux before 3.8 amd_gart_64.c, gart_iommu_init: bitmap_set of EMERGENCY_PAGES",
                    NOT_HANDED,
                    e -> e.decide("area.preset", (s, page, held, c) -> 0)),
            whole(
                    "unmap.frees-error-address",
                    "A driver unmaps the address that stands for an error, which is freed then, handed out and mapped.",
                    "derived: Linux pci-calgary_64.c, iommu_free: nothing is done for an address below badend",
                    NOT_HANDED,
                    e -> e.decide("unmap.spares-error", (s, page, b, c) -> 0)),
            whole(
                    "area.free-keeps-hint",
                    "Freeing an address behind the search hint does not move the hint, so the address is reused before its flush.",
                    "Linux pci-calgary_64.c does so; amd_gart_64.c, free_iommu, moves next_bit",
                    FRESH,
                    e -> e.decide("iova.free-moves-hint", (s, page, next, c) -> 0)),
            whole(
                    "area.no-flush-on-wrap",
                    "A search begins at the start again, and the cache is not flushed.",
                    "derived: Linux amd_gart_64.c, need_flush",
                    FRESH,
                    e -> e.redirect(MAP, "check-flush", Outcome.NEXT, "unlock-flush")),
            whole(
                    "area.flushes-on-wrap-only",
                    "A map that is to flush whatever its search came to, does so only at the end of the aperture.",
                    "derived: Linux amd_gart_64.c, alloc_iommu: if (iommu_fullflush) need_flush = true",
                    PASSES,
                    e -> e.decide("area.flushes", (s, all, b, c) -> 0)),
            between(
                    "queue.counter-read-early",
                    "An unmap reads the flush counter before it clears the entry, so a flush in between counts for it.",
                    "Linux dma-iommu.c, queue_iova: smp_mb orders the cleared entry before fq_flush_start_cnt is read",
                    FRESH,
                    e -> e.moveBefore(UNMAP, "read-counter", "clear-entry")
                            .stopAfter(UNMAP, "read-counter")
                            .redirect(UNMAP, "make-room", Outcome.DONE, "add-entry")),
            whole(
                    "queue.entry-freed-too-early",
                    "An entry leaves the queue when as many flushes have finished as had started when it was made.",
                    "derived: Linux fq_ring_free: counter >= fq_flush_finish_cnt stays",
                    FRESH,
                    e -> e.decide("queue.entry-may-go", (s, age, running, c) -> age <= 1 ? 1 : 0)),
            between(
                    "queue.finished-before-done",
                    "The timer counts its flush as finished before the units are.",
                    "derived: Linux fq_flush_iotlb: flush_iotlb_all between the two counters",
                    FRESH,
                    e -> e.moveBefore(TIMEOUT, "finish-flush", "ask")),
            whole(
                    "queue.full-drops-oldest",
                    "A full queue frees its oldest entry to make room instead of flushing.",
                    "derived: Linux queue_iova: fq_flush_iotlb when fq_full",
                    FRESH,
                    e -> e.decide("queue.entry-may-go", (s, age, running, full) -> age == 0 || full != 0 ? 1 : 0)),
            whole(
                    "queue.full-overwritten",
                    "A full queue is not recognised as full: its tail wraps to its head, and all its addresses are lost.",
                    "derived: Linux dma-iommu.c, fq_full before fq_ring_add",
                    "addresses-balance",
                    e -> e.decide("queue.is-full", (s, full, b, c) -> 0)),
            whole(
                    "queue.timer-not-armed",
                    "An unmap queues its address and arms no timer: it waits until another call needs the room.",
                    "derived: Linux dma-iommu.c, queue_iova: mod_timer behind fq_ring_add",
                    "queued-is-flushed",
                    e -> e.drop(UNMAP, "arm-timer")),
            whole(
                    "claim.driver-ignored",
                    "A group is claimed although it has a driver, whose mappings lead nowhere from then on.",
                    "derived: Linux iommu_group_claim_dma_owner: -EPERM while owner_cnt is not 0",
                    "assigned-device-is-led",
                    e -> e.decide("claim.refused", (s, group, why, c) -> why == 1 ? 0 : 1)),
            whole(
                    "claim.region-ignored",
                    "A group is attached to an owner's domain although firmware always needs its direct region.",
                    "derived: Linux 6.1 intel/iommu.c, device_is_rmrr_locked in intel_iommu_attach_device: -EPERM",
                    READABLE,
                    e -> e.decide("claim.refused", (s, group, why, c) -> why == 2 ? 0 : 1)),
            whole(
                    "attach.half-left",
                    "A group whose second device cannot be attached leaves the first one in the new domain.",
                    "Linux before 6.1.18 (2023), __iommu_attach_group: nothing put the devices back that had been attached; derived: today's"
                            + " err_revert",
                    "quarantine",
                    e -> e.redirect(ATTACH, "store-entries", Outcome.FAIL, "blocked")),
            whole(
                    "claim.default-domain-kept",
                    "A group is given to its new owner and stays attached to the kernel's domain.",
                    "derived: Linux __iommu_take_dma_ownership: __iommu_group_set_domain to the blocking domain first",
                    "quarantine",
                    e -> e.redirect(CLAIM, "clear-entries", Outcome.LOOP, "blocked")
                            .replace(CLAIM, "clear-entries", (s, cpu) -> Outcome.LOOP)),
            whole(
                    "claim.leaves-a-device",
                    "A group is moved to another domain, and its second device stays in the one before.",
                    "derived: Linux __iommu_group_set_domain_internal: for_each_group_device",
                    "quarantine",
                    e -> e.decide("group.moves", (s, device, b, c) -> device == 0 ? 1 : 0)),
            whole(
                    "claim.entry-not-forgotten",
                    "A group's entries are blocked in memory, and the units' cached copies are not invalidated.",
                    "derived: Linux domain_context_clear_one; XSA-302",
                    "no-stale-context",
                    e -> e.redirect(CLAIM, "clear-entries", Outcome.NEXT, "ask-domain")),
            between(
                    "probe.direct-mapped-late",
                    "A default domain is attached before the direct regions are mapped in it.",
                    "derived: Linux iommu_create_device_direct_mappings before the domain is attached",
                    READABLE,
                    e -> e.moveBefore(RELEASE, "store-entries", "map-direct")),
            whole(
                    "unmap.clears-direct",
                    "A driver's unmap clears the entry of a direct region, which firmware goes on using.",
                    "derived: Linux iommu_get_resv_regions: reserved in the allocator, so that no driver has the address",
                    READABLE,
                    e -> e.decide("unmap.spares-direct", (s, group, b, c) -> 0)),
            whole(
                    "list.not-rolled-back",
                    "A list that fails half-way frees its addresses and leaves the entries that it has stored.",
                    "Linux iommu.c, __iommu_map: on error iommu_unmap of what was mapped; sg roll-back",
                    "no-foreign",
                    e -> e.redirect(MAP_LIST, "store-entry", Outcome.FAIL, "free-undone")),
            between(
                    "list.rolled-back-without-sync",
                    "A list that fails half-way clears the entries that it has stored and does not have them forgotten.",
                    "derived: Linux iommu_unmap in __iommu_map, which syncs",
                    LINGERS,
                    e -> e.redirect(MAP_LIST, "undo-entry", Outcome.NEXT, "free-undone")),
            whole(
                    "list.flush-too-short",
                    "The invalidation of a list covers its first page only.",
                    "derived: Linux iommu_iotlb_gather_add_range",
                    "no-stale",
                    e -> e.decide("invalidation.last", (s, first, last, c) -> first)),
            whole(
                    "list.clears-first-only",
                    "An unmap of a list clears the entry of its first page only.",
                    "derived: Linux tce_free: while (npages--)",
                    "no-foreign",
                    e -> e.decide("list.cleared", (s, pieces, b, c) -> 1)),
            whole(
                    "list.offset-dropped",
                    "An unmap of a list counts pages by length alone, so the last entry (and its address bit) stays.",
                    "derived: Linux dma-iommu.c, __iommu_dma_unmap: iova_offset is added to the size before it is rounded",
                    "no-foreign",
                    e -> e.decide("list.spanned", (s, pages, b, c) -> pages - 1)),
            between(
                    "list.table-freed-before-sync",
                    "An unmap frees the unlinked table before the cached entry that points to it is invalidated.",
                    "Linux 2014 (intel-iommu) and 2022: page-table pages freed before the flush; iommu_iotlb_gather.freelist",
                    "walked-is-table",
                    e -> e.moveBefore(UNMAP_LIST, "free-table", "ask").stopAfter(UNMAP_LIST, "free-table")),
            whole(
                    "queue.table-freed-at-once",
                    "An unmap under a flush queue frees the unlinked table at once; only the addresses wait for the flush.",
                    "Linux 2014 (intel-iommu): page-table pages freed before the deferred flush; 6.1 iova_fq_entry.freelist",
                    "walked-is-table",
                    e -> e.decide("queue.keeps-table", (s, has, b, c) -> 0)),
            whole(
                    "superpage.table-kept-cached",
                    "A superpage replaces a table, which is freed; the cached entry that points to the table is not invalidated.",
                    "derived: Linux 6.1 intel/iommu.c, switch_to_super_page: iommu_flush_iotlb_psi",
                    "walked-is-table",
                    e -> e.redirect(MAP_LIST, "store-superpage", Outcome.NEXT, "free-replaced")),
            whole(
                    "superpage.table-lost",
                    "A superpage takes the place of a table, which does not go back to the heap.",
                    "derived: Linux 6.1 intel/iommu.c, switch_to_super_page: dma_pte_free_pagetable",
                    "tables-balance",
                    e -> e.replace(MAP_LIST, "free-replaced", (s, cpu) -> Outcome.NEXT)),
            between(
                    "table.linked-over",
                    "A table takes the place of one that another CPU has linked meanwhile, with the entries in it.",
                    "derived: Linux intel/iommu.c, pfn_to_dma_pte: cmpxchg64 of the entry above",
                    READABLE,
                    e -> e.decide("table.linked-already", (s, there, b, c) -> 0)),
            whole(
                    "table.stays-in-array",
                    "A freed leaf table stays in the driver's array of tables, and later entries are stored through it.",
                    "derived: Linux 2.6.29 amd_iommu.c, pte_pages: an array of leaf pages",
                    READABLE,
                    e -> e.decide("leaf-array.dropped", (s, page, b, c) -> 0)),
            between(
                    "coherent.freed-before-unmap",
                    "Coherent memory goes back to the heap before its entry is cleared and forgotten.",
                    "derived: Linux dma-iommu.c, iommu_dma_free: __iommu_dma_unmap stands before __iommu_dma_free",
                    "free-is-unreachable",
                    e -> e.moveBefore("dma_free_coherent", "free-frame", "clear-entry")),
            whole(
                    "iova.frees-neighbour",
                    "An unmap of one page frees two addresses, the second of which may be another mapping's.",
                    "derived: Linux iova.c, free_iova_fast with another size than was allocated",
                    READABLE,
                    e -> e.decide("iova.pages-freed", (s, pages, b, c) -> 2)));

    /** Every fault, as {@code --inject} names it. */
    public static final List<InjectedFault> ALL = Stream.of(OF_ANY, SyncFaults.ALL, ReachFaults.ALL, TypeFaults.ALL)
            .flatMap(List::stream)
            .toList();

    /** Every invalidation, wait and write-back of the layer, as the edit that leaves it out. */
    public static final List<InjectedFault> OMISSIONS = List.of(
            invalidation("map", MAP, "", "a map owes"),
            awaiting("map", MAP, "", "a map owes"),
            omission("map-write-back", "the write-back of a new entry", e -> e.drop(MAP, "write-back")),
            invalidation("wrap", MAP, "-wrap", "a map owes when addresses wrap"),
            awaiting("wrap", MAP, "-wrap", "a map owes when addresses wrap"),
            invalidation("unmap", UNMAP, "", "an unmap owes"),
            awaiting("unmap", UNMAP, "", "an unmap owes"),
            omission("unmap-write-back", "the write-back of a cleared entry", e -> e.drop(UNMAP, "write-back")),
            invalidation("full-queue", UNMAP, "-queue", "an unmap owes when the flush queue is full"),
            awaiting("full-queue", UNMAP, "-queue", "an unmap owes when the flush queue is full"),
            invalidation("timer", TIMEOUT, "", "the flush queue's timer owes"),
            awaiting("timer", TIMEOUT, "", "the flush queue's timer owes"),
            omission(
                    "claim-entry-invalidation",
                    "the invalidation of cached device entries when a group is claimed",
                    e -> e.redirect(CLAIM, "clear-entries", Outcome.NEXT, "ask-domain")),
            invalidation("claim-domain", CLAIM, "-domain", "claiming a group owes for the pages of its last domain"),
            awaiting("claim-domain", CLAIM, "-domain", "claiming a group owes for the pages of its last domain"));

    private static InjectedFault invalidation(String what, String operation, String suffix, String owed) {
        return omission(
                what + "-invalidation",
                "the invalidation that " + owed,
                e -> e.replace(operation, "ask" + suffix, (s, cpu) -> Outcome.DONE));
    }

    private static InjectedFault awaiting(String what, String operation, String suffix, String owed) {
        return omission(
                what + "-wait", "the wait for the invalidation that " + owed, e -> e.drop(operation, "await" + suffix));
    }

    private static InjectedFault omission(String id, String what, Consumer<Edits> edit) {
        return new InjectedFault("omit." + id, "Without " + what + ".", "", List.of(), "step", edit);
    }

    static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }

    static InjectedFault between(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "step", edit);
    }
}
