package dev.moat.dma.api;

import dev.moat.dma.api.ApiSetting.Kernel;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Set;

/** The units and what is owed. Domain d has space d, whose tag is d + 1 where tags are free; its devices are attached from the start. */
final class ApiState {
    private static final long FIRST_TABLE_FRAME = 0x100;
    private static final long HIGH_FRAME = 1L << 20;

    final ApiSetting setting;
    final Sort domains;
    final Sort pages;
    final Sort frames;
    final Sort requesters;
    final Sort spaces;
    final Capabilities can;
    final Iommu iommu;
    /** Per domain and page: something was taken from the tables since the last invalidation that covers the page. */
    final Slots owed;
    /** Per domain and page: the unmap that owes it has returned. */
    final Slots limbo;
    /**
     * Per domain and page, with directions: the frame that the kernel mapped plus 1 from bit 1 on, and in bit 0 whether for
     * writing; whatever the tables say.
     */
    final Slots mapped;
    /**
     * Per domain and frame: the frame was mapped for the domain and has not been handed to another since. With directions its
     * rights, {@link Rights#READ} or all: to write without reading is not told apart.
     */
    final Slots entitled;

    ApiState(Setting s, ModelBuilder model) {
        setting = new ApiSetting(s);
        domains = setting.domains;
        pages = setting.pages;
        frames = setting.frames;
        requesters = setting.devices.sort();
        spaces = Sort.numbered("Space", "s", domains.size());
        Family family = Families.get(s.text(Families.PARAMETER));
        can = family.capabilities(s);
        setting.require(can);
        // A call is one action here, and a request is, too; devices stay where they are, and no request to forget is
        // wrong.
        family.requireDefaults(s, "", Family.Use.values());
        iommu = family.declare(sizes(), s, model);
        if (setting.groups) {
            setting.devices.requireGroups(
                    iommu.entries(), "units", "units must be 2, so that each domain has its own, or groups ignored");
        }
        SchemaBuilder schema = model.schema();
        owed = schema.slots("owed", Role.GHOST, Writer.GHOST, domains, pages).bits(1);
        limbo = schema.slots("limbo", Role.GHOST, Writer.GHOST, domains, pages).bits(1);
        entitled = schema.slots("entitled", Role.GHOST, Writer.GHOST, domains, frames)
                .bits(setting.directions ? 2 : 1);
        SchemaBuilder to = schema.onlyIf(setting.directions);
        mapped = to.slots("mapped", Role.GHOST, Writer.GHOST, domains, pages)
                .bits(SlotsBuilder.bitsFor(2 * frames.size() + 1));
    }

    /** Number 0 is left to the hardware, as Linux does. */
    private Sizes sizes() {
        return new Sizes(
                setting.devices.requesters(),
                Sizes.Spaces.numbered(spaces),
                new Sizes.Addresses(pages, 0, frames, setting.highFrames ? HIGH_FRAME : 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(Sort.numbered("Cpu", "cpu", 1), (s, cpu) -> false),
                Set.of());
    }

    void initial(long[] s) {
        iommu.connect(s);
        for (int q = 0; q < requesters.size(); q++) {
            setting.devices.attach(s, iommu, q, setting.devices.groupOf(q));
        }
        iommu.settle(s);
    }

    /** The tag of a domain's space at a unit. */
    int tag(long[] s, int domain, int unit) {
        return iommu.tags().of(s, domain, unit);
    }

    /** Whether a domain has a device behind a unit. */
    boolean uses(int domain, int unit) {
        for (int q = domain; q < requesters.size(); q += domains.size()) {
            if (iommu.unitOf(q) == unit) {
                return true;
            }
        }
        return false;
    }

    /** Whether the domain's tables lead any page to the frame. */
    boolean maps(long[] s, int domain, int frame) {
        for (int p = 0; p < pages.size(); p++) {
            if (iommu.tables().frame(s, domain, p) == frame) {
                return true;
            }
        }
        return false;
    }

    /** Whether a domain's page is translated at all, so that the kernel hands it out. */
    boolean isInAperture(int page) {
        return page >= can.aperture().first();
    }

    /** With directions: the frame that the kernel mapped at a page, or -1. */
    int mappedFrame(long[] s, int domain, int page) {
        return (int) (mapped.get(s, domain, page) >>> 1) - 1;
    }

    /** With directions: notes what the kernel mapped at a page; no frame, -1, when it unmapped it. */
    void note(long[] s, int domain, int page, int frame, int rights) {
        if (setting.directions) {
            mapped.set(s, domain, page, frame < 0 ? 0 : ((frame + 1L) << 1) | (rights >>> 1));
        }
    }

    /** Whether the kernel waits with something until its invalidation. */
    boolean keeps(Kernel promise) {
        return setting.kernel.isAtLeast(promise);
    }

    /** The relations' sorts. */
    List<Sort> sorts() {
        return List.of(
                domains, frames, pages, iommu.units(), requesters, iommu.tags().sort(), spaces);
    }
}
