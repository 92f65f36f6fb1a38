package dev.moat.dma.arm;

import dev.moat.dma.Devices;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.driver.Entries;
import dev.moat.model.setting.BadSettingException;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import dev.moat.state.Sort;
import java.util.List;

/** How large a run is, and which devices see the CPUs' caches. */
final class ArmSetting {
    private static final String DEVICES = "devices";

    /** In the order in which they are listed. */
    static final List<Parameter> PARAMETERS = List.of(
            Parameter.number(DEVICES, "Devices that may be attached to the mapping.", 2, 1, 2),
            Parameter.number("pages", "I/O pages of the mapping, a bit each.", 2, 1, 16),
            Parameter.number("frames", "Buffers of a page; each is mapped once at a time.", 1, 1, 4),
            Parameter.number("cpus", "CPUs that map and unmap.", 1, 1, 2),
            Parameter.choice(
                    "snooping-devices",
                    "Which devices see the CPUs' caches; for the others software maintains these by the direction of a mapping.",
                    "none",
                    "none",
                    "first",
                    "all"),
            Parameter.choice(
                    "directions",
                    "Directions in which buffers are mapped.",
                    "each",
                    "to-device",
                    "from-device",
                    "bidirectional",
                    "each"),
            Parameter.flag(
                    "buffer-lines",
                    "Whether a buffer's cache line and memory are in the state: who wrote what they hold.",
                    true));

    final Devices devices;
    final Sort pages;
    final Sort frames;
    final Sort cpus;
    /** The first so many devices snoop. */
    final int snooping;
    /** Elements are those of {@link ArmState#TO} and so on, less the ones left out. */
    final Sort directions;

    final int firstDirection;
    final boolean lines;

    ArmSetting(Setting s) {
        devices = Devices.of(Sort.numbered("Group", "g", s.number(DEVICES)), 1, 1);
        pages = Sort.numbered("Page", "p", s.number("pages"));
        frames = Sort.numbered("Frame", "f", s.number("frames"));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        snooping = switch (s.text("snooping-devices")) {
            case "all" -> devices.size();
            case "first" -> 1;
            default -> 0;
        };
        List<String> all = List.of("to_device", "from_device", "bidirectional");
        int one = all.indexOf(s.text("directions").replace('-', '_'));
        directions = new Sort("Direction", one < 0 ? all : List.of(all.get(one)));
        firstDirection = Math.max(one, 0);
        lines = s.flag("buffer-lines");
        if (snooping > 0 && !lines) {
            throw new BadSettingException("snooping-devices", "snooping-devices is for buffer-lines=true");
        }
    }

    /**
     * Refuses hardware that the client does nothing about.
     *
     * @throws BadSettingException for the first of it
     */
    void require(Capabilities can) {
        Devices.require(can, pages);
        if (can.tagging() == Capabilities.Tagging.NONE) {
            throw new BadSettingException(
                    "iommu", "a mapping is for an IOMMU that keeps spaces apart: to one space nothing is attached");
        }
        if (can.stores().late() || can.caching().absence()) {
            throw new BadSettingException("iommu", "units see stores at once and cache no absence here");
        }
    }

    /** The same of devices that have one entry together. */
    void requireApart(Entries entries) {
        devices.requireGroups(entries, DEVICES, "devices must be 1");
    }
}
