package dev.moat.iommu.gart.linux;

import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.NodeRegisters.TableBase;

/** Turns the GART of all northbridges on and off. {@code @source} LINUX-GART. */
public final class GartSetup {
    private final GartSpace space;
    private final GartFlush flush;
    private final GartPlatform platform;

    public GartSetup(GartSpace space, GartFlush flush) {
        this.space = space;
        this.flush = flush;
        platform = space.platform();
    }

    /**
     * Sets up what a running system has. The entries of newer kernels stay 0 until they are first unmapped; with emergency pages, those
     * behind them lead to the scratch page at once.
     */
    public void start(long[] s) {
        int emergency = space.policy().emergencyPages();
        flush.remember(s);
        space.area.take(s, 0, emergency);
        enable(s);
        for (long page = emergency; emergency != 0 && page < space.layout().pages(); page++) {
            space.store(s, page, space.scratchEntry());
        }
    }

    /** Per northbridge the table, then translation; then all TLBs are emptied. */
    private void enable(long[] s) {
        long table = TableBase.FRAME.set(0, space.layout().table() >>> GartAperture.PAGE_SHIFT);
        for (int n = 0; n < platform.nodes(); n++) {
            platform.access().write(s, n, NodeRegisters.TABLE_BASE, table);
            long control = platform.access().read(s, n, NodeRegisters.APERTURE_CONTROL);
            control |= ApertureControl.GARTEN.mask() | ApertureControl.DISTLBWALKPRB.mask();
            control &= ~(ApertureControl.DISGARTCPU.mask() | ApertureControl.DISGARTIO.mask());
            platform.access().write(s, n, NodeRegisters.APERTURE_CONTROL, control);
        }
        flush.run(s);
    }

    /**
     * Comes back from suspend, where the registers were lost.
     *
     * @param order of the aperture that the kernel itself had set up
     * @param address its byte address, of which Linux keeps 32 bits
     */
    public void resume(long[] s, int order, long address) {
        for (int n = 0; n < platform.nodes(); n++) {
            long control = ApertureControl.ORDER.set(0, order);
            platform.access().write(s, n, NodeRegisters.APERTURE_CONTROL, control);
            platform.access().write(s, n, NodeRegisters.APERTURE_BASE, ApertureBase.of(address & 0xffff_ffffL));
        }
        enable(s);
    }

    /** Turns translation off, for another kernel; not to be called while AGP uses the table. */
    public void shutdown(long[] s) {
        for (int n = 0; n < platform.nodes(); n++) {
            long control = platform.access().read(s, n, NodeRegisters.APERTURE_CONTROL);
            platform.access().write(s, n, NodeRegisters.APERTURE_CONTROL, control & ~ApertureControl.GARTEN.mask());
        }
    }
}
