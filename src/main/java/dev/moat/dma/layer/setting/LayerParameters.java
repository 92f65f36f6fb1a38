package dev.moat.dma.layer.setting;

import dev.moat.model.Parameter;
import java.util.List;

/** What can be said of a run of the DMA layer in a scenario. */
public final class LayerParameters {
    private LayerParameters() {}

    static final String GROUPS = "groups";
    static final String OWNER = "owner";
    static final String DIRECT = "direct";
    static final String LISTS = "lists";
    static final String ROUNDED = "rounded";
    static final String BOUNDARY = "boundary";
    static final String UNITS = "units";
    static final String NARROW = "narrow";
    static final String FROM_DEVICE = "from-device";
    static final String REACH = "reach";
    static final String WITHIN = "within";
    static final String DRIVERS = "drivers";
    static final String FAILING_ATTACH = "failing-attach";
    static final String HELD_BACK = "held-back";
    static final String WINDOW = "window";
    static final String TABLE_FRAMES = "table-frames";
    static final String COHERENT_FRAMES = "coherent-frames";
    static final String SUPERPAGES = "superpages";
    static final String UNTRUSTED = "untrusted";
    static final String BOUNCE_FRAMES = "bounce-frames";
    /** In the order in which they are listed. */
    public static final List<Parameter> ALL = List.of(
            Parameter.number(GROUPS, "Groups of devices; each has a default domain of its own.", 1, 1, 2),
            Parameter.number("devices", "Devices of each group; device q is one of group q modulo groups.", 1, 1, 2),
            Parameter.number(UNITS, "Units of the IOMMU; devices are spread over them in turn.", 1, 1, 2),
            Parameter.number("pages", "I/O pages of each domain.", 2, 1, 4096),
            Parameter.number("frames", "Frames that can be mapped.", 1, 1, 4096),
            Parameter.number("cpus", "CPUs that map and unmap.", 1, 1, 4),
            Parameter.flag(
                    OWNER,
                    "Whether a group can be claimed from the kernel, as VFIO does, and be attached to a domain of its new owner.",
                    false),
            Parameter.flag(
                    DIRECT,
                    "Whether page 0 is a direct region of each group: firmware has its devices use frame 0 there, so that it is mapped"
                            + " before a default domain is attached. Groups are not attached at first then.",
                    false),
            Parameter.flag(
                    "probe",
                    "Whether groups are attached to their default domains while the machine runs, as with direct; else they are from the"
                            + " start.",
                    false),
            Parameter.flag(
                    "relaxable",
                    "Whether an owner may do without the direct region (USB, graphics); otherwise its domain is refused.",
                    true),
            Parameter.flag(
                    FAILING_ATTACH,
                    "Whether the second device of a group may fail to be attached to the domain of an owner.",
                    false),
            Parameter.flag(
                    DRIVERS,
                    "Whether groups have a driver for a time only, and can be claimed when they have none. Otherwise they can when"
                            + " nothing is mapped.",
                    false),
            Parameter.choice(
                    HELD_BACK,
                    "Addresses that are never handed out: page 0, which drivers take for none; the highest one, a window of interrupts"
                            + " (MSI), where units translate nothing. With window it is the first page of the hardware's own, 0xFEE00000.",
                    "none",
                    "none",
                    "zero",
                    "interrupts",
                    "both",
                    WINDOW),
            Parameter.flag(
                    NARROW,
                    "Whether a page may also be mapped for a device that reaches the lower half of the addresses only.",
                    false),
            Parameter.number(
                    REACH,
                    "Pages that devices reach, where a device that reaches the memory is given the memory's own address, and the others"
                            + " one of the aperture, as Linux's GART does. 0: every map takes one of the aperture.",
                    0,
                    0,
                    4096),
            Parameter.flag("to-device", "Whether a page may also be mapped to be read only.", false),
            Parameter.choice(
                    FROM_DEVICE,
                    "Whether a page may also be mapped to be written only: with an entry for writing only, where the hardware has one, or"
                            + " with one for both, as Linux drives Calgary.",
                    "none",
                    "none",
                    "write-only",
                    "readable"),
            Parameter.flag(
                    "kept-until-flush",
                    "Whether drivers keep what they have unmapped until its invalidation, instead of until unmap returns.",
                    false),
            Parameter.choice(
                    LISTS,
                    "Whether lists of two pieces are mapped at once; failing: the second piece may find no table; rounded: lists of"
                            + " three pieces, which take four addresses, and of four, and each CPU keeps four freed addresses in a row;"
                            + " within: the first piece may end within its page, and the two are not merged then.",
                    "none",
                    "none",
                    "whole",
                    "failing",
                    ROUNDED,
                    WITHIN),
            Parameter.number(
                    BOUNDARY,
                    "Pages of a segment that no list crosses, where addresses wrap: a power of two, as devices count. 0: none.",
                    0,
                    0,
                    4096),
            Parameter.number(
                    TABLE_FRAMES,
                    "Frames of the heap for tables of two pages, which are taken when they are needed and go back with the unmap of a"
                            + " list, after its invalidation or flush. 0: every page has its table from the start.",
                    0,
                    0,
                    8),
            Parameter.number(
                    COHERENT_FRAMES,
                    "Frames of the heap for coherent memory, which is allocated and mapped in one call, and unmapped and freed in another.",
                    0,
                    0,
                    8),
            Parameter.flag(
                    SUPERPAGES,
                    "Whether a list of two frames in a row, the first one even, is mapped by one entry of level 2.",
                    false),
            Parameter.number(
                    UNTRUSTED,
                    "Devices behind a port that faces outside, the last ones: they are not trusted, and their groups' default domains are"
                            + " strict, whatever flush says.",
                    0,
                    0,
                    2),
            Parameter.number(
                    BOUNCE_FRAMES,
                    "Frames of the pool by which parts of pages are bounced for devices that are not trusted. With some, part of a page may"
                            + " be mapped, too.",
                    0,
                    0,
                    4),
            Parameter.number("queue", "Entries of a flush queue.", 2, 1, 256),
            Parameter.number(
                    "magazine",
                    "Addresses that a CPU keeps for itself when they are freed, and again as many in the depot. 0: none.",
                    0,
                    0,
                    127),
            Parameter.choice(
                            "flush",
                            "When what was unmapped is invalidated: before unmap returns; by a queue, a flush for many; when addresses"
                                    + " wrap, as Linux does it with a GART or with Calgary; before each map returns, as with a GART"
                                    + " by default; or nothing is, as every frame is mapped for good.",
                            "strict",
                            Flush.words())
                    .asPolicy(),
            Parameter.choice(
                            "isolation",
                            "Whether devices that the IOMMU cannot tell apart have to be in one group.",
                            "respected",
                            "respected",
                            "ignored")
                    .asPolicy());
}
