package dev.moat.xen.setting;

import dev.moat.iommu.vtd.Capabilities;
import dev.moat.iommu.vtd.Registers.Cap;
import dev.moat.iommu.vtd.Registers.Ecap;
import dev.moat.iommu.vtd.VtdGeometry.Part;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.List;

/**
 * What the VT-d unit of a run can do, as software reads it from CAP and ECAP; and what hardware does that no bit tells.
 *
 * @param pageSelective CAP.PSI
 * @param largestMask CAP.MAMV: the largest AM of a page-selective invalidation
 * @param cachingMode CAP.CM: what is not present or wrong may be cached, context entries under DID 0
 * @param rewalks whether a hit in the IOTLB without the right walks the tables again; otherwise it faults. No bit tells
 * @param writeBuffer CAP.RWBF: stores to tables may wait in a buffer
 * @param coherent ECAP.C: the walker sees CPU caches
 * @param queued ECAP.QI: the invalidation queue is there and used; otherwise CCMD, IVA and the IOTLB register
 * @param drains CAP.DRD and CAP.DWD: an invalidation also ends walks in flight that it covers
 * @param reorders whether invalidations in the queue may overtake each other up to the next wait
 * @param pagingCaches whether paging-structure caches are in the state
 */
public record Hardware(
        boolean pageSelective,
        int largestMask,
        boolean cachingMode,
        boolean rewalks,
        boolean writeBuffer,
        boolean coherent,
        boolean queued,
        boolean drains,
        boolean reorders,
        boolean pagingCaches) {

    private static final String IN_ORDER = "in-order";

    /** Parameters beyond {@code page-selective} and {@code caching-mode}. */
    static final List<Parameter> PARAMETERS = List.of(
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
                    .asCapability(),
            Parameter.flag("paging-caches", "Whether paging-structure caches are in the state.", false));

    static Hardware of(Setting s) {
        return new Hardware(
                s.flag("page-selective"),
                s.number("mamv"),
                s.flag("caching-mode"),
                s.flag("rewalk"),
                s.flag("write-buffer"),
                s.flag("coherent"),
                s.text("invalidation").equals("queued"),
                s.flag("drain"),
                !s.text("completion").equals(IN_ORDER),
                s.flag("paging-caches"));
    }

    /** Whether a store to a table can be unseen by the walker for a while. */
    public boolean storesLate() {
        return writeBuffer || !coherent;
    }

    /** Whether something has to be done before the walker is sure to see an entry that was not present. */
    public boolean noticesPresent() {
        return cachingMode || storesLate();
    }

    /** Whether stores are seen at once, the queue is used and no paging-structure caches are in the state. */
    boolean isOrdinary() {
        return queued && !storesLate() && !pagingCaches;
    }

    /** Whether the unit keeps only IOTLB and context cache, sees stores at once and is asked by the queue. */
    public boolean isPlain() {
        return queued && drains && !noticesPresent() && !pagingCaches;
    }

    /** Parts of the unit that are in the state beyond IOTLB and queue. */
    public Part[] parts() {
        List<Part> parts = new ArrayList<>();
        if (pagingCaches) {
            parts.add(Part.PAGING_CACHES);
        }
        if (storesLate()) {
            parts.add(Part.LATE_STORES);
        }
        if (!queued) {
            parts.add(Part.COMMAND_REGISTERS);
        }
        return parts.toArray(Part[]::new);
    }

    public Capabilities capabilities() {
        Capabilities usual = Capabilities.usual();
        long cap = Cap.PSI.set(usual.cap(), pageSelective ? 1 : 0);
        cap = Cap.MAMV.set(cap, largestMask);
        cap = Cap.CM.set(cap, cachingMode ? 1 : 0);
        cap = Cap.RWBF.set(cap, writeBuffer ? 1 : 0);
        cap = Cap.DRD.set(Cap.DWD.set(cap, drains ? 1 : 0), drains ? 1 : 0);
        long ecap = Ecap.C.set(usual.ecap(), coherent ? 1 : 0);
        return new Capabilities(cap, Ecap.QI.set(ecap, queued ? 1 : 0), usual.hostAddressBits(), rewalks);
    }
}
