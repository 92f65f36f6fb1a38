package dev.moat.iommu.api;

import dev.moat.iommu.vtd.Capabilities;
import dev.moat.iommu.vtd.InvalidationQueue;
import dev.moat.iommu.vtd.SecondLevelEntry;
import dev.moat.iommu.vtd.VtdCaches;
import dev.moat.iommu.vtd.VtdGeometry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.VtdWalk;
import dev.moat.model.Setting;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.stream.IntStream;

/**
 * The unit and what is owed. Domain d has device d, tree d and DID d + 1, attached from the start; there is no context
 * cache, so the entry in memory is the one that counts.
 */
final class ApiState {
    private static final int LEVELS = 2;
    private static final int INDEX_BITS = 2;
    /** Room for an invalidation and its wait. */
    private static final int RING = 4;

    private static final int FIRST_DEVFN = 0x08;
    private static final long FIRST_TABLE_FRAME = 0x100;

    final Sort domains;
    final Sort pages;
    final Sort frames;
    final VtdUnit unit;
    final VtdWalk walk;
    final VtdCaches caches;
    final InvalidationQueue queue;
    /** Per domain and page: something was taken from the tables since the last invalidation that covers the page. */
    final Slots owed;
    /** Per domain and page: the unmap that owes it has returned. */
    final Slots limbo;
    /** Per domain and frame: the frame was mapped for the domain and has not been handed to another since. */
    final Slots entitled;

    final boolean lazy;
    final boolean strict;

    ApiState(Setting setting, SchemaBuilder schema) {
        strict = setting.text("kernel").equals("strict");
        lazy = strict || setting.text("kernel").equals("lazy");
        domains = Sort.numbered("Dom", "d", setting.number("domains"));
        pages = Sort.numbered("Page", "p", setting.number("pages"));
        frames = Sort.numbered("Frame", "f", setting.number("frames"));
        unit = new VtdUnit(schema, geometry(), (s, cpu) -> false);
        walk = new VtdWalk(unit);
        caches = new VtdCaches(unit, walk);
        queue = new InvalidationQueue(unit, caches);
        owed = schema.slots("owed", Role.GHOST, Writer.GHOST, domains, pages).bits(1);
        limbo = schema.slots("limbo", Role.GHOST, Writer.GHOST, domains, pages).bits(1);
        entitled = schema.slots("entitled", Role.GHOST, Writer.GHOST, domains, frames)
                .bits(1);
    }

    private VtdGeometry geometry() {
        int devices = domains.size();
        return new VtdGeometry(
                Sort.numbered("Req", "dev", devices),
                IntStream.range(0, devices).mapToObj(i -> FIRST_DEVFN + 8 * i).toList(),
                Sort.numbered("Space", "s", devices),
                Sort.numbered("Tag", "did", devices + 1),
                pages,
                0,
                frames,
                0,
                Sort.numbered("Cpu", "cpu", 1),
                LEVELS,
                INDEX_BITS,
                RING,
                FIRST_TABLE_FRAME,
                new VtdGeometry.Options(false, false, false, false),
                Capabilities.usual());
    }

    void initial(long[] s) {
        unit.connect(s);
        for (int d = 0; d < domains.size(); d++) {
            unit.setContext(s, d, unit.contextLoFor(d), unit.contextHiFor(did(d)));
        }
    }

    /** DID 0 is left to the hardware, as Linux does. */
    int did(int domain) {
        return domain + 1;
    }

    /** Whether the domain's tables lead any page to the frame. */
    boolean maps(long[] s, int domain, int frame) {
        for (int p = 0; p < pages.size(); p++) {
            long entry = unit.leaf(s, domain, p);
            if (entry != 0 && SecondLevelEntry.ADDR.get(entry) == frame) {
                return true;
            }
        }
        return false;
    }
}
