package dev.moat.dma.api;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Sizes;
import dev.moat.model.BadSettingException;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The unit and what is owed. Domain d has device d and space d, whose tag is d + 1 where tags are free, attached from the start. */
final class ApiState {
    private static final int FIRST_DEVFN = 0x08;
    private static final long FIRST_TABLE_FRAME = 0x100;

    final Sort domains;
    final Sort pages;
    final Sort frames;
    final Sort requesters;
    final Sort spaces;
    final Iommu iommu;
    /** Per domain and page: something was taken from the tables since the last invalidation that covers the page. */
    final Slots owed;
    /** Per domain and page: the unmap that owes it has returned. */
    final Slots limbo;
    /** Per domain and frame: the frame was mapped for the domain and has not been handed to another since. */
    final Slots entitled;

    final boolean lazy;
    final boolean strict;

    ApiState(Setting setting, ModelBuilder model) {
        strict = setting.text("kernel").equals("strict");
        lazy = strict || setting.text("kernel").equals("lazy");
        domains = Sort.numbered("Dom", "d", setting.number("domains"));
        pages = Sort.numbered("Page", "p", setting.number("pages"));
        frames = Sort.numbered("Frame", "f", setting.number("frames"));
        requesters = Sort.numbered("Req", "dev", domains.size());
        spaces = Sort.numbered("Space", "s", domains.size());
        Family family = Families.get(setting.text(IommuApi.IOMMU));
        require(family.capabilities(setting));
        iommu = family.declare(sizes(), setting, model);
        SchemaBuilder schema = model.schema();
        owed = schema.slots("owed", Role.GHOST, Writer.GHOST, domains, pages).bits(1);
        limbo = schema.slots("limbo", Role.GHOST, Writer.GHOST, domains, pages).bits(1);
        entitled = schema.slots("entitled", Role.GHOST, Writer.GHOST, domains, frames)
                .bits(1);
    }

    /** A call does all that is asked for at once, so what a store or an invalidation needs in between is not here yet. */
    private void require(Capabilities can) {
        if (can.aperture().first() > 0 || can.aperture().pages() < pages.size()) {
            throw new BadSettingException(
                    "pages",
                    "pages must be translatable: " + can.aperture().pages() + " from "
                            + can.aperture().first() + " on");
        }
        if (can.noticesPresent()) {
            throw new BadSettingException(
                    IommuApi.IOMMU,
                    "the calls are for a unit that sees stores at once and caches nothing that is not present");
        }
        if (domains.size() > 1 && can.tagging() == Capabilities.Tagging.NONE) {
            throw new BadSettingException("domains", "domains must be 1 where there is one space for all devices");
        }
    }

    /** Number 0 is left to the hardware, as Linux does. */
    private Sizes sizes() {
        int devices = domains.size();
        return new Sizes(
                new Sizes.Requesters(
                        requesters,
                        IntStream.range(0, devices)
                                .mapToObj(i -> FIRST_DEVFN + 8 * i)
                                .toList(),
                        Sort.numbered("Unit", "u", 1),
                        IntStream.range(0, devices).mapToObj(i -> 0).toList()),
                new Sizes.Spaces(
                        spaces,
                        Sort.numbered("Number", "n", devices + 1),
                        IntStream.range(0, devices).mapToObj(i -> i + 1).toList()),
                new Sizes.Addresses(pages, 0, frames, 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(Sort.numbered("Cpu", "cpu", 1), (s, cpu) -> false),
                Set.of());
    }

    void initial(long[] s) {
        iommu.connect(s);
        for (int d = 0; d < domains.size(); d++) {
            int tag = iommu.tags().take(s, d, 0);
            for (int part = 0; part < iommu.entries().stores(); part++) {
                iommu.entries().attach(s, d, d, tag, part);
            }
        }
        iommu.settle(s);
    }

    /** The tag of a domain's space. */
    int tag(long[] s, int domain) {
        return iommu.tags().of(s, domain, 0);
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

    /** The relations' sorts. */
    List<Sort> sorts() {
        return List.of(
                domains, frames, pages, iommu.units(), requesters, iommu.tags().sort(), spaces);
    }
}
