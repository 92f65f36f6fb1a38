package dev.moat.dma.layer.range;

import dev.moat.dma.Devices;
import dev.moat.iommu.DefaultDomain;
import dev.moat.iommu.DefaultDomain.Kind;
import dev.moat.iommu.DefaultDomain.Region;
import dev.moat.iommu.Sizes;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;

/**
 * The reserved regions of devices, as their driver reports them: what firmware has them use is mapped at its own address before the default
 * domain is attached, and none of it is handed out. {@code @source} Linux 6.1 iommu.c: iommu_get_resv_regions,
 * iommu_create_device_direct_mappings; dma-iommu.c: iova_reserve_iommu_regions.
 */
public final class ReservedRegions {
    private final boolean[][] direct;
    private final boolean[][] reserved;
    private final boolean[] locked;
    /** {@code region.asked}: (page, whether firmware has a device use it) to 1 when the layer has asked the driver for the region there. */
    private final Decision asked;

    /** @param answers of each device: its driver's */
    public ReservedRegions(
            List<DefaultDomain> answers, Devices devices, Sizes.Addresses addresses, ModelBuilder model) {
        int groups = devices.groups().size();
        int pages = addresses.pages().size();
        direct = new boolean[groups][pages];
        reserved = new boolean[groups][pages];
        locked = new boolean[groups];
        boolean any = false;
        for (int q = 0; q < answers.size(); q++) {
            int group = devices.groupOf(q);
            for (Region region : answers.get(q).regions()) {
                locked[group] |= region.locks();
                for (int p = 0; p < pages; p++) {
                    boolean there = region.has(addresses.pageNumber(p));
                    any |= there;
                    direct[group][p] |= there && region.isDirect();
                    reserved[group][p] |= there && (region.kind() == Kind.RESERVED || region.kind() == Kind.MSI);
                }
            }
        }
        Decision always = (s, page, isDirect, c) -> 1;
        asked = any ? model.decision("region.asked", always) : always;
    }

    /** Whether firmware has a group's devices use a page at its own address. */
    public boolean isDirect(int group, int page) {
        return group < direct.length && direct[group][page];
    }

    /** Whether tables of a group are not asked, or lead nowhere, at a page. */
    public boolean isReserved(int group, int page) {
        return group < reserved.length && reserved[group][page];
    }

    /** Whether any page is reserved in any group. */
    public boolean hasReserved() {
        for (boolean[] pages : reserved) {
            for (boolean page : pages) {
                if (page) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the driver refuses an owner's domain for a group. */
    public boolean locks(int group) {
        return locked[group];
    }

    /** Whether the layer knows of a page that it is a region of a group, of either kind. */
    public boolean knows(long[] s, int group, int page) {
        boolean there = isDirect(group, page) || isReserved(group, page);
        return there && asked.decide(s, page, isDirect(group, page) ? 1 : 0, 0) != 0;
    }
}
