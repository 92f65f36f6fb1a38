package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Asking;
import dev.moat.iommu.Capabilities.Caching;
import dev.moat.iommu.Capabilities.Entries;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Stores;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.vtd.VtdGeometry.Options;
import dev.moat.iommu.vtd.VtdGeometry.Part;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.List;

/**
 * The capabilities of a run's VT-d units, as software reads them from CAP and ECAP; hardware behaviour that no bit
 * reports; and the parts that are in the state.
 */
final class VtdSetting {
    private static final String IN_ORDER = "in-order";
    private static final String SOUND_DEVICE = "sound-device";
    private static final String DEVICE_TLB = "device-tlb";
    /** 0xFEE0_0000 to 0xFEEF_FFFF. {@code @unit} 4 KiB page numbers. */
    static final Range INTERRUPTS = new Range(0xFEE00, 0xFEEFF);

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.number("ring", "Slots of the invalidation queue, a power of two; it holds one less.", 4, 2, 256),
            Parameter.number("levels", "Levels of the I/O tables.", 2, 2, 4),
            Parameter.number(
                    "unit-levels",
                    "CAP.SAGAW: the most levels that a unit walks. Of deeper tables software skips the upper ones.",
                    4,
                    2,
                    4),
            Parameter.number("index-bits", "Address bits that one table level decodes; 9 is real.", 1, 1, 9),
            Parameter.flag("context-cache", "Whether the unit caches context entries.", false),
            Parameter.flag("walks", "Whether a walk and its entry into the IOTLB are two steps.", false),
            Parameter.flag("keep-ring-position", "Whether the queue's head keeps its place in the ring.", false),
            Parameter.number(
                    "dids",
                    "DIDs of each unit, given to a domain with its first device there and freed with the last."
                            + " 0: the domain's number.",
                    0,
                    0,
                    16),
            Parameter.flag(
                    "fault-records", "Whether blocked requests are recorded, and software clears the records.", false),
            Parameter.number("fault-registers", "CAP.NFR + 1: fault recording registers, with fault-records.", 1, 1, 8),
            Parameter.flag(
                    "queue-recovery",
                    "Whether software repairs a queue that stopped at a wrong descriptor: in its place it puts one that"
                            + " invalidates everything of the kind.",
                    false),
            Parameter.flag("paging-caches", "Whether paging-structure caches are in the state.", false),
            Parameter.flag(
                    SOUND_DEVICE,
                    "Whether device 0 is a sound device for which firmware left no IOTLB entries, so that Linux's driver asks for an"
                            + " identity domain.",
                    false),
            Parameter.flag(
                            DEVICE_TLB,
                            "ECAP.DT, and every device has ATS: it asks for translations at any time, keeps them, and uses them past the"
                                    + " unit until it is told to forget them.",
                            false)
                    .asCapability(),
            Parameter.flag("page-selective", "CAP.PSI: page-selective IOTLB invalidation.", true)
                    .asCapability(),
            Parameter.flag(
                            "caching-mode",
                            "CAP.CM: what is not present may be cached too. Software then invalidates also when an entry"
                                    + " becomes present, and keeps DID 0 free.",
                            false)
                    .asCapability(),
            Parameter.number(
                            "mamv",
                            "CAP.MAMV: a page-selective invalidation covers up to 2^mamv pages, aligned.",
                            18,
                            0,
                            63)
                    .asCapability(),
            Parameter.flag(
                            "rewalk",
                            "Whether an IOTLB hit without the right walks the tables again; otherwise it faults. No"
                                    + " capability bit tells.",
                            true)
                    .asCapability(),
            Parameter.flag(
                            "write-buffer",
                            "CAP.RWBF: stores to tables may wait in a buffer that software flushes (GCMD.WBF).",
                            false)
                    .asCapability(),
            Parameter.flag(
                            "coherent",
                            "ECAP.C: the walker sees CPU caches; otherwise software writes the line of an entry back.",
                            true)
                    .asCapability(),
            Parameter.choice(
                            "invalidation",
                            "ECAP.QI: by the queue, or by CCMD and IOTLB registers, one command at a time.",
                            "queued",
                            "queued",
                            "registers")
                    .asCapability(),
            Parameter.flag("drain", "CAP.DRD and CAP.DWD: an invalidation also ends the walks in flight.", true)
                    .asCapability(),
            Parameter.choice(
                            "completion",
                            "Whether invalidations in the queue are done in order, or in any order up to the next wait. No"
                                    + " capability bit tells.",
                            IN_ORDER,
                            IN_ORDER,
                            "any-order")
                    .asCapability());

    final int ring;
    final int levels;
    /** Levels that units walk at most. */
    private final int walked;

    final int indexBits;
    /** DIDs of each unit where they are allocated, 0 where they are the spaces' numbers. */
    final int dids;
    /** CAP.CM. */
    final boolean cachingMode;
    /** Whether device 0 has a domain of its own wish. */
    final boolean soundDevice;
    /** Whether software repairs a queue that stopped. */
    final boolean recoversQueue;
    /** CAP and ECAP. */
    final Capabilities registers;

    private final boolean contextCache;
    private final boolean walks;
    private final boolean keepRingPosition;
    private final boolean faultRecords;
    private final boolean pagingCaches;
    /** ECAP.DT, which software uses: every device has ATS. */
    final boolean deviceTlb;

    private final boolean queued;
    private final boolean inOrder;

    /** @throws BadSettingException when {@code ring} is no power of two, then when there are several records of nothing */
    VtdSetting(Setting s) {
        ring = s.number("ring");
        if (Integer.bitCount(ring) != 1) {
            throw new BadSettingException("ring", "ring must be a power of two, not " + ring);
        }
        levels = s.number("levels");
        walked = Math.min(levels, s.number("unit-levels"));
        indexBits = s.number("index-bits");
        dids = s.number("dids");
        contextCache = s.flag("context-cache");
        walks = s.flag("walks");
        keepRingPosition = s.flag("keep-ring-position");
        faultRecords = s.flag("fault-records");
        if (!faultRecords && s.number("fault-registers") > 1) {
            throw new BadSettingException("fault-registers", "several fault recording registers need fault-records");
        }
        recoversQueue = s.flag("queue-recovery");
        pagingCaches = s.flag("paging-caches");
        deviceTlb = s.flag(DEVICE_TLB);
        cachingMode = s.flag("caching-mode");
        soundDevice = s.flag(SOUND_DEVICE);
        queued = s.text("invalidation").equals("queued");
        inOrder = s.text("completion").equals(IN_ORDER);
        registers = registers(s, queued);
    }

    private static Capabilities registers(Setting s, boolean queued) {
        Capabilities usual = Capabilities.usual();
        long drains = s.flag("drain") ? 1 : 0;
        long widths = (1L << (s.number("unit-levels") - 1)) - 1;
        long cap = Cap.SAGAW.set(usual.cap(), Cap.SAGAW.get(usual.cap()) & widths);
        cap = Cap.PSI.set(cap, s.flag("page-selective") ? 1 : 0);
        cap = Cap.MAMV.set(cap, s.number("mamv"));
        cap = Cap.CM.set(cap, s.flag("caching-mode") ? 1 : 0);
        cap = Cap.NFR.set(cap, s.number("fault-registers") - 1);
        cap = Cap.RWBF.set(cap, s.flag("write-buffer") ? 1 : 0);
        cap = Cap.DRD.set(Cap.DWD.set(cap, drains), drains);
        long ecap = Ecap.C.set(usual.ecap(), s.flag("coherent") ? 1 : 0);
        ecap = Ecap.DT.set(ecap, s.flag(DEVICE_TLB) ? 1 : 0);
        return new Capabilities(cap, Ecap.QI.set(ecap, queued ? 1 : 0), usual.hostAddressBits(), s.flag("rewalk"));
    }

    /** The same in the contract's words. */
    dev.moat.iommu.Capabilities capabilities() {
        return new dev.moat.iommu.Capabilities(
                new Aperture(0, (1L << (walked * indexBits)) - 1, Outside.BLOCKED, List.of(INTERRUPTS)),
                new Entries(true, true, true, registers.pageSizes()),
                new Caching(cachingMode, registers.rewalks(), pagingCaches, deviceTlb),
                new Stores(registers.snoops(), registers.buffersWrites()),
                new Asking(
                        Cap.PSI.isSet(registers.cap()) ? Reach.PAGES : Reach.TAG,
                        queued,
                        inOrder,
                        Cap.DRD.isSet(registers.cap())),
                dids > 0 ? Tagging.ALLOCATED : Tagging.FIXED);
    }

    /** Whether the unit caches context entries. */
    boolean cachesContexts() {
        return contextCache;
    }

    /** Whether walks in flight are in the state. */
    boolean hasWalks() {
        return walks;
    }

    /** Whether paging-structure caches are. */
    boolean hasPagingCaches() {
        return pagingCaches;
    }

    /** Whether blocked requests are recorded. */
    boolean recordsFaults() {
        return faultRecords;
    }

    /** Whether the queue is there and used; otherwise CCMD, IVA and the IOTLB register. */
    boolean isQueued() {
        return queued;
    }

    /** Whether invalidations in the queue may overtake each other. */
    boolean reorders() {
        return !inOrder;
    }

    /** What of the units is in the state. */
    Options options(Sizes sizes) {
        List<Part> parts = new ArrayList<>();
        part(parts, Part.PAGING_CACHES, pagingCaches);
        part(parts, Part.DEVICE_TLBS, deviceTlb);
        part(parts, Part.LATE_STORES, !registers.snoops() || registers.buffersWrites());
        part(parts, Part.COMMAND_REGISTERS, !queued);
        part(parts, Part.FAULT_RECORDS, faultRecords);
        part(parts, Part.SCRATCH_PAGE, sizes.needs(Sizes.Need.SCRATCH_FRAME));
        part(parts, Part.MARKED_ENTRIES, sizes.needs(Sizes.Need.MARKED_ENTRIES));
        part(parts, Part.TABLE_FRAMES, sizes.needs(Sizes.Need.TABLE_FRAMES));
        part(parts, Part.WAIT_NUMBERS, sizes.needs(Sizes.Need.GIVEN_UP_WAITS));
        return new Options(contextCache, walks, keepRingPosition, sizes.needs(Sizes.Need.TABLE_FRAMES), parts);
    }

    private static void part(List<Part> parts, Part part, boolean there) {
        if (there) {
            parts.add(part);
        }
    }
}
