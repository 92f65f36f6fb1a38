package dev.moat.pv.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Mistakes of Xen-SWIOTLB, among them those of its history. */
public final class LayerFaults {
    private static final String OPERATION = "operation";
    private static final String STEP = "step";
    /** As decisions number copies: in at map and at sync, out at unmap and at sync; and the direction from the device. */
    private static final int MAP_IN = 0;

    private static final int SYNC_IN = 1;
    private static final int UNMAP_OUT = 2;
    private static final int SYNC_OUT = 3;
    private static final int FROM = 2;
    private static final String WHOLE = "coherent-is-one-piece";
    private static final String FREE = "free_coherent";

    private static final List<InjectedFault> OF_THE_LAYER = List.of(
            fault(
                    "map.checks-page-contiguity",
                    "A buffer counts as contiguous because its pages are, whatever frames lie under them.",
                    "XSA-229, CVE-2017-12134 (2017): blocks merged by guest numbers",
                    "direct-is-the-buffer nothing-else-changes",
                    e -> e.decide("map.contiguous", (s, half, size, c) -> 1)),
            fault(
                    "map.checks-guest-address",
                    "Whether the device can address a buffer is decided by its address in the guest.",
                    "derived: Linux swiotlb-xen.c, dma_capable is asked of the bus address",
                    "direct-is-the-buffer",
                    e -> e.decide("map.reaches", (s, bus, size, half) -> 1)),
            fault(
                    "bounce.no-copy-in",
                    "Data for the device is not copied to the slots.",
                    "derived: Linux swiotlb.c, swiotlb_bounce at map",
                    "buffer-reaches-device",
                    e -> e.decide("bounce.copies", (s, what, dir, m) -> what == MAP_IN && dir != FROM ? 0 : 1)),
            fault(
                    "unmap.no-copy-out",
                    "The device's data in the slots is not copied to the buffer.",
                    "derived: Linux swiotlb.c, swiotlb_bounce at unmap",
                    "device-data-arrives",
                    e -> e.decide("bounce.copies", (s, what, dir, m) -> what == UNMAP_OUT ? 0 : 1)),
            fault(
                    "slots.not-merged",
                    "Slots that are freed are not counted together with free ones beside them.",
                    "derived: Linux swiotlb.c, swiotlb_release_slots",
                    "slot-counts-are-right",
                    e -> e.decide("slots.merged", (s, a, b, c) -> 0)),
            fault(
                    "slots.across-segments",
                    "Slots of one mapping are looked for across the end of a segment.",
                    "derived: Linux swiotlb.c, IO_TLB_SEGSIZE",
                    "bounce-is-reachable",
                    e -> e.decide("slots.in-one-segment", (s, a, b, c) -> 0)),
            fault(
                    "region.not-zeroed",
                    "Pages are not cleared before their frames go back to Xen.",
                    "derived: Linux mmu_pv.c, xen_create_contiguous_region clears the region first",
                    "released-is-blank",
                    e -> e.decide("region.zeroes", (s, a, b, c) -> 0)),
            new InjectedFault(
                    "exchange.references-checked-early",
                    "Xen takes a frame without looking again whether an alias was made since it was checked.",
                    "Xen memory.c, steal_page: count and owner change in one compare-and-exchange",
                    List.of("released-is-unreachable"),
                    STEP,
                    e -> e.decide("exchange.is-referenced", (s, frame, taking, by) -> taking == 0 && by != 0 ? 1 : 0)),
            fault(
                    "region.failure-keeps-new",
                    "When the exchange fails, the page number that was passed for the new frame is entered as that frame.",
                    "derived: Linux mmu_pv.c, out_frame is the page number until Xen writes it",
                    "p2m-matches-m2p p2m-is-injective",
                    e -> e.decide("remap.frame", (s, page, old, fresh) -> fresh != 0 ? fresh - 1 : page)),
            fault(
                    "region.pte-not-updated",
                    "After an exchange the p2m is written, the kernel's own entries are not.",
                    "derived: Linux mmu_pv.c, xen_remap_exchanged_ptes",
                    "pte-follows-p2m",
                    e -> e.decide("remap.writes-pte", (s, page, b, c) -> 0)),
            new InjectedFault(
                    "region.no-lock",
                    "Frames are exchanged, and ballooned, without the reservation lock.",
                    "linux-kernel 2010, Xen-SWIOTLB v0.8.6: the balloon's lock becomes the reservation lock",
                    List.of("frames-are-kept"),
                    STEP,
                    e -> e.decide("region.locks", (s, a, b, c) -> 0)),
            fault(
                    "bounce.reach-not-rechecked",
                    "Slots are used whether the device can address them or not.",
                    "derived: Linux swiotlb-xen.c, the second dma_capable",
                    "bounce-is-reachable",
                    e -> e.decide("bounce.reaches", (s, bus, size, c) -> 1)),
            fault(
                    "unmap.foreign-taken-for-pool",
                    "A bus address counts as the pool's by Xen's table alone, which has a foreign frame under its owner's number.",
                    "derived: Linux swiotlb-xen.c, is_xen_swiotlb_buffer",
                    "pool-is-recognised",
                    e -> e.decide("unmap.in-pool", (s, frame, asPool, c) -> asPool)),
            fault(
                    "slots.one-too-few",
                    "One slot less than the bytes need is taken.",
                    "derived: Linux swiotlb.c, nr_slots rounds up",
                    "slot-has-one-mapping slot-counts-are-right",
                    e -> e.decide("slots.count", (s, wanted, b, c) -> Math.max(1, wanted - 1))),
            fault(
                    "sync.offset-ignored",
                    "A part of a mapping is synchronised from its first slot.",
                    "Linux 5f89468e2f06 (2021): the offset of a partial sync",
                    "device-data-arrives",
                    e -> e.decide("sync.part", (s, mapping, part, c) -> 0)),
            fault(
                    "free.condition-inverted",
                    "Frames that were exchanged for coherent memory are not given back when it is freed.",
                    "Linux 3.6 (2012), xen_swiotlb_free_coherent",
                    "exchanged-is-in-use",
                    e -> e.decide("free.exchanges-back", (s, page, remapped, c) -> 1 - remapped)),
            new InjectedFault(
                    "free.pages-first",
                    "Coherent memory returns to the kernel before its frames return to Xen, though another CPU may get it meanwhile.",
                    "derived: Linux xen_swiotlb_free_coherent, xen_destroy_contiguous_region comes before free_pages",
                    List.of(WHOLE),
                    STEP,
                    LayerFaults::freePagesFirst),
            fault(
                    "free.size-too-small",
                    "Coherent memory is freed with a smaller order than it was allocated with.",
                    "derived: Linux xen_swiotlb_free_coherent, the order comes from the caller's size",
                    WHOLE,
                    e -> e.decide("free.pages", (s, pages, b, c) -> Math.max(1, pages / 2))),
            new InjectedFault(
                    "exchange.iotlb-flushed-late",
                    "The IOMMU is flushed in a later step than that in which the frames go back to the heap.",
                    "derived: Xen memory.c, memory_exchange; XSA-346 (2020): flushed after the page was freed",
                    List.of("free-is-unreachable", "data-stays-home"),
                    STEP,
                    e -> e.decide("exchange.flushes-iotlb", (s, after, b, c) -> after)),
            fault(
                    "exchange.pin-ignored",
                    "A frame is exchanged while a guest maps it by a grant.",
                    "derived: Xen memory.c, steal_page",
                    "released-is-unreachable",
                    e -> e.decide("exchange.is-referenced", (s, frame, taking, by) -> by & 1)),
            fault(
                    "pool.above-4g",
                    "The pool takes frames above 4 GiB when there are none below.",
                    "derived: Linux swiotlb-xen.c, MAX_DMA_BITS",
                    "pool-is-low",
                    e -> e.decide("pool.limit", (s, low, all, c) -> all)),
            new InjectedFault(
                    "exchange.other-cpus-keep-tlb",
                    "Only the own CPU's TLB is flushed before frames are freed.",
                    "derived: Xen page_alloc.c, TLBs of all CPUs are flushed before a freed frame is reused",
                    List.of("released-is-unreachable"),
                    STEP,
                    e -> e.decide("exchange.flushes-cpu", (s, own, cpu, c) -> own == cpu ? 1 : 0)),
            fault(
                    "bounce.from-device-not-filled",
                    "Slots for device writes keep an earlier mapping's data.",
                    "CVE-2022-0854 (2022): what the device does not overwrite is copied to the buffer",
                    "nothing-older-leaks",
                    e -> e.decide("bounce.copies", (s, what, dir, m) -> what == MAP_IN && dir == FROM ? 0 : 1)),
            fault(
                    "bounce.keeps-slots",
                    "Slots that the device cannot address are not given back.",
                    "Linux 3.6 (2012), xen_swiotlb_map_page: a failed map returns 0 and keeps its slots",
                    "slot-counts-are-right",
                    e -> e.decide("bounce.gives-back", (s, a, b, c) -> 0)),
            fault(
                    "list.not-rolled-back",
                    "A list whose second buffer cannot be mapped keeps the slots of the first.",
                    "derived: Linux xen_swiotlb_map_sg unmaps what it had mapped",
                    "slot-counts-are-right",
                    e -> e.decide("list.rolls-back", (s, a, b, c) -> 0)),
            fault(
                    "sync.no-copy-out",
                    "A sync for the CPU copies nothing.",
                    "derived: Linux swiotlb.c: a sync copies as the direction says",
                    "device-data-arrives",
                    e -> e.decide("bounce.copies", (s, what, dir, m) -> what == SYNC_OUT ? 0 : 1)),
            fault(
                    "sync.no-copy-in",
                    "A sync for the device copies nothing.",
                    "derived: Linux swiotlb.c: a sync copies as the direction says",
                    "buffer-reaches-device",
                    e -> e.decide("bounce.copies", (s, what, dir, m) -> what == SYNC_IN ? 0 : 1)),
            new InjectedFault(
                    "aliases.purged-under-lock",
                    "Aliases are purged, which may sleep, while the reservation lock is held.",
                    "linux-kernel 2010, Xen-SWIOTLB v0.8.6: vm_unmap_aliases sleeps",
                    List.of("no-sleep-under-lock"),
                    STEP,
                    e -> e.moveBefore("alloc_coherent", "lock", "purge-aliases")),
            new InjectedFault(
                    "aliases.unmapped-lazily",
                    "An alias that is given up goes on leading to its frame, though the layer inhibits lazy unmapping.",
                    "linux-kernel 2010, Xen-SWIOTLB v0.8.6: vmap: add flag to allow lazy unmap to be disabled",
                    List.of("no-alias-in-the-way"),
                    STEP,
                    e -> e.decide("alias.goes-at-once", (s, inhibited, b, c) -> 0)),
            fault(
                    "ioremap.translated",
                    "Device memory is mapped without _PAGE_IOMAP, so that its number is taken for a page's.",
                    "Linux before be43d72835ba: no _PAGE_IOMAP",
                    "iomap-is-no-memory",
                    e -> e.decide("ioremap.frame", (s, mfn, asPage, c) -> asPage)),
            fault(
                    "ioremap.any-frame",
                    "Xen takes an entry for device memory whatever frame it names.",
                    "linux-kernel 2010, Xen-SWIOTLB v0.8.6: allow unprivileged domains to create iomap pages",
                    "iomap-is-no-memory",
                    e -> e.decide("ioremap.permitted", (s, ofDevice, listed, c) -> 1)),
            fault(
                    "ioremap.anybody",
                    "Xen takes an entry for device memory from any domain, also from one without the device.",
                    "derived: Xen mm.c, get_page_from_l1e: iomem_access_permitted is asked of the domain",
                    "iomap-follows-assignment",
                    e -> e.decide("ioremap.permitted", (s, ofDevice, listed, c) -> ofDevice)),
            fault(
                    "pool.first-segment-only",
                    "The frames of the first segment are exchanged, and the pool counts as set up.",
                    "derived: Linux swiotlb-xen.c, xen_swiotlb_fixup goes through all segments",
                    "pool-is-low",
                    e -> e.decide("pool.exchanges", (s, pages, segment, c) -> segment)),
            new InjectedFault(
                    "pool.halved-in-name",
                    "Half of the pool was set up, and the slots of all of it are handed out.",
                    "derived: Linux swiotlb.c, swiotlb_init_remap goes on with the slots that are left",
                    List.of("pool-is-low"),
                    STEP,
                    e -> e.decide("pool.hands-out", (s, setUp, all, c) -> all)),
            fault(
                    "pool.serves-unset",
                    "The layer uses a pool whose set-up failed.",
                    "derived: Linux swiotlb.c, swiotlb_init_remap leaves no pool then; 3.6 panics",
                    "pool-is-low",
                    e -> e.decide("pool.serves-unset", (s, a, b, c) -> 1)),
            fault(
                    "region.fits-by-first-page",
                    "Coherent memory counts as fit for the device when its first page is, whatever lies under the others.",
                    "derived: Linux xen_swiotlb_alloc_coherent, range_straddles_page_boundary",
                    WHOLE,
                    e -> e.decide("region.looks-at", (s, pages, b, c) -> 1)),
            fault(
                    "map.absence-not-forgotten",
                    "A frame is entered for the device, and the unit goes on remembering that there was none.",
                    "Intel VT-d specification, chapter 6: caching mode",
                    "legitimate-dma-passes",
                    e -> e.decide("map.forgets-absence", (s, frame, b, c) -> 0)));

    public static final List<InjectedFault> ALL = Stream.of(OF_THE_LAYER, DeviceFaults.ALL, PoolFaults.ALL)
            .flatMap(List::stream)
            .toList();

    private LayerFaults() {}

    /** Linux does not look who has the pages before it exchanges their frames. */
    private static void freePagesFirst(Edits e) {
        e.moveBefore(FREE, "freed", "zero")
                .stopAfter(FREE, "freed")
                .drop(FREE, "check-pages")
                .redirect(FREE, "remap", Outcome.FAIL, "unlock");
    }

    private static InjectedFault fault(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks.split(" ")), OPERATION, edit);
    }
}
