package dev.moat.pv.state;

import dev.moat.dma.release.LinuxRelease;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the bounce pool is searched, divided and grown, and how much of a call a CPU does at once: what Linux changed from 2022 on. {@code @source}
 * LINUX-SWIOTLB of 6.1, 6.6, 6.9 and 6.12.
 */
public final class PoolSetting {
    /** Parameters that say something of mappings. */
    static final List<String> OF_MAPPINGS = List.of(
            "syncs",
            "directions",
            "mappings",
            "shapes",
            "force",
            "areas",
            "map-steps",
            "growing",
            "restricted",
            "polled",
            "min-align",
            "copying-device",
            "search");

    private static final int PAGE_MASK = 0xfff;

    /** Whose search of slots. */
    public final LinuxRelease search;
    /** Areas that are asked for, as many as there may be CPUs. */
    public final int areas;
    /** Whether others act between the steps of a map and an unmap. */
    public final boolean inSteps;
    /** Whether a pool is made for a mapping that finds no slots: {@code CONFIG_SWIOTLB_DYNAMIC}. */
    public final boolean growing;
    /** Whether the device has its own memory from the pool, too: {@code CONFIG_DMA_RESTRICTED_POOL}. */
    public final boolean restricted;
    /** Whether the device may go on writing to what the CPU is looking at. */
    public final boolean polled;
    /** Bits of an address that the device wants kept; 0 for none. */
    public final int minAlign;

    PoolSetting(Setting s) {
        search = LinuxRelease.of(s.text("search")).orElseThrow();
        areas = s.number("areas");
        inSteps = s.flag("map-steps");
        growing = s.flag("growing");
        restricted = s.flag("restricted");
        polled = s.flag("polled");
        minAlign = s.text("min-align").equals("page") ? PAGE_MASK : 0;
    }

    /** Refuses what Linux does not have together, and what is not modelled together. */
    void requireSense(LayerSetting all) {
        if ((growing || restricted) && all.xen) {
            throw new BadSettingException(
                    growing ? "growing" : "restricted",
                    "under Xen pools do not grow, as they are exchanged for frames that are contiguous, and no device has one of its"
                            + " own: platform must be bare-metal");
        }
        if (growing && search == LinuxRelease.LINUX_6_1) {
            throw new BadSettingException("growing", "pools grow from Linux 6.6 on: search must be a later one's");
        }
        if (polled && !all.syncs) {
            throw new BadSettingException("polled", "who polls synchronises: syncs must be true");
        }
        if (areas > all.poolSlots()) {
            throw new BadSettingException("areas", "there cannot be more areas than slots");
        }
        if (inSteps) {
            requireSteps(all);
        }
    }

    private static void requireSteps(LayerSetting all) {
        boolean other = all.lists || all.passthrough || all.setsUp || all.pools.restricted;
        if (other || all.reach != all.low || all.order > 0) {
            throw new BadSettingException(
                    "map-steps",
                    "maps in steps are of single buffers, by a pool that is there and that the device can address: no lists, passthrough,"
                            + " set-up, restricted, order must be 0 and reach low");
        }
    }

    static Stream<Parameter> parameters() {
        return Stream.of(
                Parameter.number("areas", "Areas of the pool that are asked for, each with a lock.", 1, 1, 2),
                Parameter.flag("map-steps", "Whether CPUs map and unmap step by step.", false),
                Parameter.flag("growing", "Whether a pool is made for a mapping that finds no slots.", false),
                Parameter.flag("restricted", "Whether the device has memory of its own from the pool.", false),
                Parameter.flag("polled", "Whether the device writes to what is synchronised for the CPU.", false),
                Parameter.choice(
                        "min-align", "Whether the device wants the place in a page kept.", "none", "none", "page"),
                Parameter.choice(
                                "search",
                                "Whose search for slots: 6.1, those from 6.3 to 6.8, or from 6.12 on.",
                                LinuxRelease.LINUX_6_1.label(),
                                LinuxRelease.LINUX_6_1.label(),
                                LinuxRelease.LINUX_6_6.label(),
                                LinuxRelease.LINUX_6_12.label())
                        .asPolicy());
    }
}
