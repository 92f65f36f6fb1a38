package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * How devices are, beside the common case; each off unless asked for, and then without slots and steps. The parameters are those of
 * units and tables, too.
 *
 * @param count devices of which the first starts with domain 0 and the others in quarantine; 0 for one of each domain with
 *     I/O tables
 * @param assign whether they are deassigned and assigned again
 * @param aliases further source-ids that the first device's requests may carry
 * @param moves whether a device goes from one domain directly to another
 * @param scratchPage whether a device that nobody has is led to a page of its own, for reading, instead of nowhere
 */
public record DeviceSetting(int count, boolean assign, int aliases, boolean moves, boolean scratchPage) {
    static final String UNITY_RANGE = "unity-range";

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
            Parameter.flag(
                    UNITY_RANGE,
                    "Whether the first device needs memory of the firmware's at its own address, the last frame, in any domain"
                            + " that has the device (AMD-Vi: IVMD; VT-d: RMRR).",
                    false),
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
                s.number("devices"),
                s.flag("assign"),
                s.number("aliases"),
                s.flag("move-devices"),
                s.text("quarantine").equals("scratch-page"));
    }
}
