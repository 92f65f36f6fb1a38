package dev.moat.iommu.amdvi.family;

import dev.moat.model.Parameter;
import java.util.List;

/** The parameters that AMD-Vi brings with it. */
final class AmdViParameters {
    private AmdViParameters() {}

    static final String RING = "ring";
    static final String LEVELS = "levels";
    static final String INDEX_BITS = "index-bits";
    static final String DEVICE_CACHE = "device-cache";
    static final String WALKS = "walks";
    static final String DIRECTORY_CACHE = "directory-cache";
    static final String KEEP_RING_POSITION = "keep-ring-position";
    static final String EVENT_LOG = "event-log";
    static final String FAULT_EVENTS = "fault-events";
    static final String RESTART = "restart";
    static final String REPLICATED = "replicated-pages";
    static final String LEAF_ARRAY = "leaf-array";
    static final String EXCLUSION = "exclusion";
    static final String PASID_DEVICE = "pasid-device";
    static final String NP_CACHE = "np-cache";
    static final String MOST_LEVELS = "most-levels";
    static final String INVALIDATE_ALL = "invalidate-all";
    static final String REWALK = "rewalk";
    static final String DRAIN = "drain";
    static final String COMPLETION = "completion";
    static final String IN_ORDER = "in-order";
    static final String ENTRY_UPDATE = "dte-update";
    static final String DETACHED_ENTRY = "detached-dte";
    static final String RANGE_ENCODING = "range-encoding";

    static final List<Parameter> ALL = List.of(
            Parameter.number(RING, "Entries of the command buffer, a power of two; it holds one less.", 4, 2, 256),
            Parameter.number(
                    LEVELS,
                    "Levels of the I/O page tables, the Mode of device table entries. 0: as many as the pages need, at least 1"
                            + " (2 with table-frames), as Xen chooses when it creates a domain.",
                    2,
                    0,
                    6),
            Parameter.number(INDEX_BITS, "Address bits that one table level decodes; 9 is real.", 1, 1, 9),
            Parameter.flag(
                    DEVICE_CACHE, "Whether the unit caches device table entries, also ones that lead nowhere.", false),
            Parameter.flag(WALKS, "Whether a walk and its entry into the IOTLB are two steps.", false),
            Parameter.flag(DIRECTORY_CACHE, "Whether cached directory entries (PDEs) are in the state.", false),
            Parameter.flag(
                    KEEP_RING_POSITION, "Whether the head of the command buffer keeps its place in the ring.", false),
            Parameter.flag(
                    EVENT_LOG,
                    "Whether blocked requests are logged, in as many entries as the command buffer has, and software takes"
                            + " them and restarts a log that overflowed.",
                    false),
            Parameter.choice(
                    FAULT_EVENTS,
                    "What the entries of devices say of events of page faults, with event-log: each is logged, the first until the unit"
                            + " forgets the entry (SE), or none (SA).",
                    "each",
                    "each",
                    "first",
                    "none"),
            Parameter.flag(
                    RESTART,
                    "Whether software begins the command buffer of a unit anew, when it is empty, and has everything forgotten.",
                    false),
            Parameter.flag(
                    REPLICATED,
                    "Whether two aligned pages with equal rights are one of 8 KiB, whose entry stands in both places (NextLevel 7:"
                            + " Linux); with index-bits of 2 at least.",
                    false),
            Parameter.flag(
                    LEAF_ARRAY,
                    "Whether software keeps an array of the leaf tables and finds entries by it, as Linux did until 4.20; with"
                            + " table-frames.",
                    false),
            Parameter.choice(
                    EXCLUSION,
                    "The exclusion range, where requests pass untranslated, is the first page: not enabled (off), for devices whose"
                            + " entry has EX, which is none (marked), or for all (all).",
                    "off",
                    "off",
                    "marked",
                    "all"),
            Parameter.flag(
                    PASID_DEVICE,
                    "Whether device 0 can do ATS, PRI and PASID, so that Linux's driver asks for an identity domain (IOMMUv2); since"
                            + " 6.9 only if it is trusted.",
                    false),
            Parameter.flag(
                            NP_CACHE,
                            "NpCache: what is not present may be cached too. Software then invalidates also when an entry"
                                    + " becomes present.",
                            false)
                    .asCapability(),
            Parameter.flag(
                            REWALK,
                            "Whether a cached translation without the right has the tables walked again; otherwise it faults. No"
                                    + " capability bit tells.",
                            true)
                    .asCapability(),
            Parameter.flag(
                            DRAIN,
                            "Whether an invalidation also ends the walks in flight that it covers. No capability bit tells.",
                            true)
                    .asCapability(),
            Parameter.choice(MOST_LEVELS, "HATS: the largest Mode that is legal.", "6", "4", "5", "6")
                    .asCapability(),
            Parameter.flag(INVALIDATE_ALL, "IASup: whether the unit has INVALIDATE_IOMMU_ALL.", true)
                    .asCapability(),
            Parameter.choice(
                            COMPLETION,
                            "Whether invalidations in the command buffer are done in order, or in any order up to the next"
                                    + " COMPLETION_WAIT. No capability bit tells.",
                            IN_ORDER,
                            IN_ORDER,
                            "any-order")
                    .asCapability(),
            Parameter.choice(
                            ENTRY_UPDATE,
                            "How a device table entry is changed: with one 128-bit store (atomic: Xen with CMPXCHG16B); with TV"
                                    + " cleared while the DomainID and then the tables are stored (paused: Xen without); or the"
                                    + " tables first and the DomainID last while it is in use (tables-first: Xen without, with a"
                                    + " unity map, of which it warns).",
                            "atomic",
                            "atomic",
                            "paused",
                            "tables-first")
                    .asPolicy(),
            Parameter.choice(
                            DETACHED_ENTRY,
                            "What the entry of a device says that nobody has: V=1 and TV=0, the rest as it was (tv-0: Xen);"
                                    + " or V=1, TV=1, Mode 0 without IR and IW (mode-0: Linux 6.1 and 6.12; 7.3 leaves V alone).",
                            "tv-0",
                            "tv-0",
                            "mode-0")
                    .asPolicy(),
            Parameter.choice(
                            RANGE_ENCODING,
                            "The sizes of ranges that are invalidated: one page, those of whole tables, or all, with PDE for all"
                                    + " but one page (tables: Xen); or any power of two, with PDE where a table changed"
                                    + " (powers-of-two: Linux 7.3; 6.1 and 6.12 set PDE always).",
                            "tables",
                            "tables",
                            "powers-of-two")
                    .asPolicy());
}
