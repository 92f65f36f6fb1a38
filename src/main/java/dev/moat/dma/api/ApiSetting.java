package dev.moat.dma.api;

import dev.moat.dma.Devices;
import dev.moat.iommu.Capabilities;
import dev.moat.model.BadSettingException;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.Locale;

/** How large a run is, and what its kernel promises. */
final class ApiSetting {
    static final String RESPECTED = "respected";

    /** What a kernel does only after the invalidation of what it unmapped; each also does what the one before does. */
    enum Kernel {
        ANY,
        /** It hands an address out again; a frame to another domain when unmap has returned. */
        WRAP,
        /** It hands a frame to another domain. */
        LAZY,
        /** It returns from unmap. */
        STRICT;

        static final String SAYS =
                "Which calls are possible: any; wrap, addresses are handed out again only after their"
                        + " invalidation, frames once unmap has returned, as Linux does it with Calgary; lazy, frames too only after"
                        + " the invalidation; strict, unmap also returns only then.";

        static String[] words() {
            return Arrays.stream(values())
                    .map(k -> k.name().toLowerCase(Locale.ROOT))
                    .toArray(String[]::new);
        }

        /** Whether this one waits where another one does. */
        boolean isAtLeast(Kernel other) {
            return compareTo(other) >= 0;
        }
    }

    final Sort domains;
    /** What is isolated from each other are the domains. */
    final Devices devices;

    /** I/O pages of each domain, from page 0 on. */
    final Sort pages;
    /** Frames that can be mapped. */
    final Sort frames;
    /** Whether a frame that is mapped for reading must not be written. */
    final boolean directions;
    /** Whether frames lie above 4 GiB, and not at the numbers of the pages. */
    final boolean highFrames;
    /** Whether devices that the IOMMU cannot tell apart have to be in one domain. */
    final boolean groups;

    final Kernel kernel;

    ApiSetting(Setting s) {
        domains = Sort.numbered("Dom", "d", s.number("domains"));
        devices = Devices.of(domains, s.number("devices"), s.number("units"));
        pages = Sort.numbered("Page", "p", s.number("pages"));
        frames = Sort.numbered("Frame", "f", s.number("frames"));
        directions = s.flag("directions");
        highFrames = s.flag("high-frames");
        groups = s.text("groups").equals(RESPECTED);
        kernel = Kernel.valueOf(s.text("kernel").toUpperCase(Locale.ROOT));
    }

    /**
     * Refuses what the calls do nothing about, in this order: pages behind the aperture, stores that wait in a buffer, several
     * domains in one space.
     *
     * @throws BadSettingException for the first of them
     */
    void require(Capabilities can) {
        Devices.require(can, pages);
        if (domains.size() > 1 && can.tagging() == Capabilities.Tagging.NONE) {
            throw new BadSettingException("domains", "domains must be 1 where there is one space for all devices");
        }
    }
}
