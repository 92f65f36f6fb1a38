package dev.moat.iommu.gart.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Asking;
import dev.moat.iommu.Capabilities.Caching;
import dev.moat.iommu.Capabilities.Entries;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Stores;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.gart.GartGeometry;
import dev.moat.iommu.gart.GartGeometry.Part;
import dev.moat.iommu.gart.GartUnit;
import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.NodeRegisters.TableBase;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/** The capabilities of a run's northbridges, and the parts of them that are in the state. */
final class GartSetting {
    private static final String SCRATCH = "scratch";
    private static final int PAGE_SHIFT = 12;
    /** The smallest real aperture. */
    private static final int REAL_PAGES = 8192;
    /** The largest aperture whose base is counted in pages. */
    private static final int LARGEST_ORDER = 6;

    private static final String APERTURE = "aperture";

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.flag("walks", "Whether a request is translated in one step and done in another.", false),
            Parameter.choice(
                            "unmapped",
                            "Where a page leads that nothing is mapped to: to a scratch page, which TLBs cache like any other, or"
                                    + " to an entry that is not valid, which is an error.",
                            SCRATCH,
                            SCRATCH,
                            "invalid")
                    .asPolicy(),
            Parameter.number(
                            "outside",
                            "Pages before the aperture, which are not translated. 0: a real aperture from page 0 on; otherwise"
                                    + " one of as many pages as aperture says.",
                            0,
                            0,
                            64)
                    .asCapability(),
            Parameter.number(
                            APERTURE,
                            "Pages of the aperture where outside is not 0, a power of two. Pages behind it are not translated either.",
                            1 << LARGEST_ORDER,
                            1,
                            1 << LARGEST_ORDER)
                    .asCapability());

    final boolean walks;
    final boolean scratch;
    final int outside;
    /** Of an aperture that is counted in pages. */
    private final int order;

    GartSetting(Setting s) {
        walks = s.flag("walks");
        scratch = s.text("unmapped").equals(SCRATCH);
        outside = s.number("outside");
        int small = s.number(APERTURE);
        if (Integer.bitCount(small) != 1) {
            throw new BadSettingException(APERTURE, "aperture is a power of two of pages");
        }
        if (outside == 0 && small != 1 << LARGEST_ORDER) {
            throw new BadSettingException(APERTURE, "aperture is for outside=1 and more");
        }
        order = Integer.numberOfTrailingZeros(small);
    }

    private long pages() {
        return outside == 0 ? REAL_PAGES : 1L << order;
    }

    Capabilities capabilities() {
        return new Capabilities(
                new Aperture(outside, outside + pages() - 1, Outside.IDENTITY, List.of()),
                new Entries(false, false, !scratch, Entries.SMALL_PAGES),
                new Caching(scratch, false, false),
                new Stores(true, false),
                new Asking(Reach.EVERYTHING, false, true, true),
                Tagging.NONE);
    }

    /**
     * The northbridges for what software brings.
     *
     * @throws BadSettingException for more spaces than the one there is, and for pages that are not numbered from 0
     */
    GartGeometry geometry(Sizes sizes) {
        if (sizes.spaces().sort().size() > 1) {
            throw new BadSettingException(
                    "iommu",
                    "a GART has one space for all devices, not "
                            + sizes.spaces().sort().size());
        }
        if (sizes.addresses().firstPage() != 0) {
            throw new BadSettingException("iommu", "the GART's aperture is placed for pages that are numbered from 0");
        }
        return new GartGeometry(
                sizes.requesters().units(),
                sizes.requesters().sort(),
                sizes.requesters().unitOf(),
                sizes.addresses().pages(),
                0,
                sizes.addresses().frames(),
                sizes.addresses().firstFrame(),
                outside == 0 ? NodeRegisters.UNIT_SHIFT : PAGE_SHIFT,
                walks ? List.of(Part.REQUESTS_IN_FLIGHT) : List.of());
    }

    /** What the registers of every northbridge hold. */
    GartUnit.Reset registers(long firstTableFrame) {
        long control = ApertureControl.GARTEN.mask() | ApertureControl.DISTLBWALKPRB.mask();
        return new GartUnit.Reset(
                ApertureControl.ORDER.set(control, outside == 0 ? 0 : order),
                outside,
                TableBase.FRAME.set(0, firstTableFrame),
                false);
    }

    /** Byte address of the aperture. */
    long aperture() {
        return (long) outside << PAGE_SHIFT;
    }

    /** Bytes of the aperture. */
    long size() {
        return pages() << PAGE_SHIFT;
    }
}
