package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * How devices, units and DIDs are, beside the common case of one unit, fixed DIDs and tables that are always there; each
 * off unless asked for, and then without slots and steps.
 *
 * @param units VT-d units; device q is behind unit q modulo their number
 * @param dids DIDs of each unit, allocated as devices come and go; 0 for DIDs that are the domains' numbers
 * @param aliases further source-ids that the first device's requests may carry
 * @param moves whether a device goes from one domain directly to another
 * @param lateTables whether a domain's I/O tables are built when it gets its first device
 * @param faultRecords whether blocked requests leave a fault record, and software clears it
 * @param recoversQueue whether software repairs a queue that stopped at a descriptor
 * @param scratchPage whether a device that nobody has is led to a page of its own, for reading, instead of nowhere
 * @param relaxed whether domain 0's tables lead to all memory, whatever happens to it
 */
public record DeviceSetting(
        int units,
        int dids,
        int aliases,
        boolean moves,
        boolean lateTables,
        boolean faultRecords,
        boolean recoversQueue,
        boolean scratchPage,
        boolean relaxed) {
    static final List<Parameter> PARAMETERS = List.of(
            Parameter.number(
                    "units",
                    "VT-d units, each with its own caches, queue and DIDs; devices are spread over them in turn.",
                    1,
                    1,
                    4),
            Parameter.number(
                    "dids",
                    "DIDs of each unit, given to a domain with its first device there and freed with the last."
                            + " 0: the domain's number.",
                    0,
                    0,
                    16),
            Parameter.number(
                    "aliases",
                    "Source-ids of bridges that the first device's requests may carry instead of its own.",
                    0,
                    0,
                    2),
            Parameter.flag("move-devices", "Whether a device can go from one domain directly to another.", false),
            Parameter.flag(
                    "fault-records",
                    "Whether blocked requests are recorded, in one register, and software clears it.",
                    false),
            Parameter.flag(
                    "queue-recovery",
                    "Whether software repairs a queue that stopped at a wrong descriptor: in its place it puts one that"
                            + " invalidates everything of the kind.",
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
                s.number("units"),
                s.number("dids"),
                s.number("aliases"),
                s.flag("move-devices"),
                s.text("tables").equals("first-device"),
                s.flag("fault-records"),
                s.flag("queue-recovery"),
                s.text("quarantine").equals("scratch-page"),
                s.text("dom0-iommu").equals("relaxed"));
    }

    /** Whether there is one unit with fixed DIDs, and each device has one source-id and comes from an absent entry only. */
    public boolean arePlain() {
        return units == 1 && dids == 0 && aliases == 0 && !moves && !lateTables && !scratchPage;
    }
}
