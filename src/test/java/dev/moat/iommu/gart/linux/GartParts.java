package dev.moat.iommu.gart.linux;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.ScatterList;
import dev.moat.state.SchemaBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the parts of the driver come from: the real ones, or with one step broken, a fault of the sheet's section 9 each. */
public class GartParts {
    /** What a space is made of. */
    public record Made(
            SchemaBuilder schema, GartAperture layout, GartPolicy policy, GartPlatform platform, AreaAllocator area) {}

    public GartSpace space(Made m) {
        return new GartSpace(m.schema, m.layout, m.policy, m.platform, m.area);
    }

    public GartMapping mapping(GartSpace space, GartFlush flush) {
        return new GartMapping(space, flush);
    }

    public GartListMapping lists(GartSpace space, GartFlush flush, GartMapping mapping) {
        return new GartListMapping(space, flush, mapping);
    }

    /** Name to parts of which one is broken. */
    public static Map<String, GartParts> broken() {
        Map<String, GartParts> all = new LinkedHashMap<>();
        all.put("G5 unmap clears one page too few", new GartParts() {
            @Override
            public GartSpace space(Made m) {
                return new GartSpace(m.schema, m.layout, m.policy, m.platform, m.area) {
                    @Override
                    void free(long[] s, long page, long pages) {
                        super.free(s, page, Math.max(1, pages - 1));
                    }
                };
            }
        });
        all.put("G6 identity for the last byte above the mask", new GartParts() {
            @Override
            public GartMapping mapping(GartSpace space, GartFlush flush) {
                return new GartMapping(space, flush) {
                    @Override
                    boolean needsTable(DmaDevice device, long address, long size) {
                        return super.needsTable(device, address, size - 1);
                    }
                };
            }
        });
        all.put("G10 merged although the next piece begins inside a page", new GartParts() {
            @Override
            public GartListMapping lists(GartSpace space, GartFlush flush, GartMapping mapping) {
                return new GartListMapping(space, flush, mapping) {
                    @Override
                    boolean joins(DmaDevice device, ScatterList list, int i, long bytes) {
                        return super.joins(device, aligned(list), i, bytes);
                    }
                };
            }
        });
        all.put("G11 unmap of an identity address", new GartParts() {
            @Override
            public GartMapping mapping(GartSpace space, GartFlush flush) {
                return new GartMapping(space, flush) {
                    @Override
                    boolean isManaged(long dmaAddress) {
                        return super.isManaged(dmaAddress)
                                || dmaAddress >= space.layout().busBase();
                    }
                };
            }
        });
        return all;
    }

    /** The list as if each piece began at its page. */
    private static ScatterList aligned(ScatterList list) {
        long[] addresses = new long[list.size()];
        long[] lengths = new long[list.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = list.address(i) & -0x1000L;
            lengths[i] = list.length(i) + (list.address(i) & 0xfffL);
        }
        return new ScatterList(addresses, lengths, 0);
    }
}
