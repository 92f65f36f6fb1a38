package dev.moat.xen.state;

import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Memory of the firmware's that the first device needs at its own address: an IVMD block with Unity (AMD-Vi), an RMRR (VT-d). It is one
 * frame, the last, and no guest's: never in the heap, so that none gets, grants or maps it. Tables of the domain that has the
 * device lead to it, with both rights, from before the device's entry leads to them until after it leads there no more. In the
 * vocabulary the frame is the domain's for that time. {@code @source} Xen 4.17 pci_amd_iommu.c, reassign_device,
 * amd_iommu_reserve_domain_unity_map; XSA-378, XSA-400.
 */
public final class UnityRange {
    /** The device that it is for. */
    public static final int DEVICE = 0;

    /** Asked where the range could be taken out of tables. */
    public static final String CLEARS = "unity.clears";

    /** Asked where the range is entered into tables. */
    public static final String WRITES = "unity.writes";

    private static final String FIRST = "unity.first";
    /** What entering the range asks. */
    public static final List<String> ENTERING = List.of(WRITES, FIRST);

    private final XenState xen;
    private final boolean on;
    /** The domain whose tables lead to the range, or that is taking it out of them. */
    public final Slots holder;
    /** {@code unity.reserved}: to 1 when the heap never has the frame. */
    private final Decision reserved;
    /** {@code unity.clears}: (device that a domain loses) to 1 when the range goes from the domain's tables with it. */
    private final Decision clears;
    /** {@code unity.writes}: (whether the IOMMU code refused) to 1 when tables lead to the range all the same. */
    private final Decision writes;
    /** {@code unity.first}: (the range's frame) to the first frame that is entered for the range. */
    private final Decision first;

    UnityRange(ModelBuilder model, XenState xen) {
        this.xen = xen;
        on = xen.setting.hasUnityRange();
        holder = model.schema()
                .slots("unity.holder", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Range", "range", on ? 1 : 0))
                .optional(xen.domains);
        Decision always = (s, a, b, c) -> 1;
        Decision itsOwn = (s, device, b, c) -> device == DEVICE ? 1 : 0;
        reserved = on ? model.decision("unity.reserved", always) : always;
        clears = on ? model.decision(CLEARS, itsOwn) : itsOwn;
        Decision unlessRefused = (s, refused, b, c) -> refused == 0 ? 1 : 0;
        writes = on ? model.decision(WRITES, unlessRefused) : unlessRefused;
        Decision alone = (s, frame, b, c) -> frame;
        first = on ? model.decision(FIRST, alone) : alone;
    }

    /** Whether firmware has one. */
    public boolean on() {
        return on;
    }

    /** The frame, and its page. */
    public int frame() {
        return xen.setting.frames() - 1;
    }

    private boolean is(int frame) {
        return on && frame == frame();
    }

    /** The domain + 1 whose a frame is, as owner or for as long as it has the device that needs it; 0 for none. */
    public long ownerOf(long[] s, int frame) {
        return is(frame) ? holder.get(s, 0) : xen.memory.owner.get(s, frame);
    }

    /** Whether a frame is a domain's: {@link #ownerOf}, and the range where the device is led to the domain's tables, whoever has it. */
    public boolean isOf(long[] s, int frame, int domain) {
        int space = xen.domainTables.space(domain);
        return ownerOf(s, frame) == domain + 1
                || (is(frame) && space >= 0 && xen.entries.leadsTo(s, DEVICE, space))
                || xen.memory.owner.get(s, frame) == domain + 1;
    }

    /** Whether the frame is the range, which no device uses: it was not yet led to the holder's tables, or no longer is. */
    public boolean isSettling(long[] s, int frame) {
        long domain = is(frame) ? holder.get(s, 0) : 0;
        return domain != 0 && !xen.entries.leadsTo(s, DEVICE, xen.domainTables.space((int) domain - 1));
    }

    /** Adds what {@link #isOf} and {@link #isSettling} read beside owners. */
    public void read(Footprint footprint, int frame) {
        if (is(frame)) {
            footprint.one(holder, 0);
            xen.entries.read(footprint, DEVICE);
        }
    }

    /** Whether a device that a domain loses takes the range with it. */
    public boolean goesWith(long[] s, int device) {
        return clears.decide(s, device, 0, 0) != 0;
    }

    /**
     * Tables that lead to no range before lead to it now.
     *
     * @param refused whether the IOMMU code refused, and the domain does not have the range
     */
    public void map(long[] s, int domain, boolean refused) {
        if (!refused) {
            holder.set(s, 0, domain + 1L);
        }
        if (writes.decide(s, refused ? 1 : 0, 0, 0) != 0) {
            for (int f = first.decide(s, frame(), 0, 0); f <= frame(); f++) {
                xen.ioTables.store(s, xen.domainTables.space(domain), f, f, Rights.ALL);
            }
        }
    }

    /** A device has no domain any more, and what the range was entered for is over. */
    public void release(long[] s, int device) {
        if (on && device == DEVICE) {
            holder.set(s, 0, 0);
        }
    }

    /** Before devices are assigned in an initial state. */
    void initial(long[] s, List<Integer> domains) {
        if (on) {
            if (reserved.decide(s, 0, 0, 0) != 0) {
                xen.memory.reserve(s, frame());
            }
            map(s, domains.get(0), false);
        }
    }
}
