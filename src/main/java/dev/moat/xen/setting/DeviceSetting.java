package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * How devices and units are, beside the common case of one unit and tables that are always there; each
 * off unless asked for, and then without slots and steps.
 *
 * @param units IOMMUs; device q is behind unit q modulo their number
 * @param aliases further source-ids that the first device's requests may carry
 * @param moves whether a device goes from one domain directly to another
 * @param lateTables whether a domain's I/O tables are built when it gets its first device
 * @param scratchPage whether a device that nobody has is led to a page of its own, for reading, instead of nowhere
 * @param relaxed whether domain 0's tables lead to all memory, whatever happens to it
 */
public record DeviceSetting(
        int units, int aliases, boolean moves, boolean lateTables, boolean scratchPage, boolean relaxed) {
    static final List<Parameter> PARAMETERS = List.of(
            Parameter.number(
                    "units",
                    "IOMMUs, each with its own caches, queue and tags; devices are spread over them in turn.",
                    1,
                    1,
                    4),
            Parameter.number(
                    "aliases",
                    "Source-ids of bridges that the first device's requests may carry instead of its own.",
                    0,
                    0,
                    2),
            Parameter.flag("move-devices", "Whether a device can go from one domain directly to another.", false),
            Parameter.choice(
                            "quarantine",
                            "Where a device that nobody has is led: nowhere, its context entry being absent; or, whatever"
                                    + " address it reads, to a scratch page (iommu=quarantine=scratch-page).",
                            "absent",
                            "absent",
                            "scratch-page")
                    .asPolicy(),
            Parameter.choice(
                            "tables",
                            "When a domain's I/O tables are built: with the domain, or with its first device from the"
                                    + " frames and grant mappings that it has then.",
                            "creation",
                            "creation",
                            "first-device")
                    .asPolicy(),
            Parameter.choice(
                            "dom0-iommu",
                            "What domain 0's I/O tables say: what it owns and has mapped, or (relaxed, Xen's default) all"
                                    + " memory; then nothing ever changes them.",
                            "strict",
                            "strict",
                            "relaxed")
                    .asPolicy());

    static DeviceSetting of(Setting s) {
        return new DeviceSetting(
                s.number("units"),
                s.number("aliases"),
                s.flag("move-devices"),
                s.text("tables").equals("first-device"),
                s.text("quarantine").equals("scratch-page"),
                s.text("dom0-iommu").equals("relaxed"));
    }

    /** Whether there is one unit, and each device has one source-id and comes from an absent entry only. */
    boolean arePlain() {
        return units == 1 && aliases == 0 && !moves && !lateTables && !scratchPage;
    }
}
