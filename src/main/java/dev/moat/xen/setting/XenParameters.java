package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The parameters of the Xen component, in the order in which they are listed. */
public final class XenParameters {
    /** Maptrack frames, where each CPU has a list of free entries. */
    public static final String MAPTRACK_FRAMES = "maptrack-frames";

    private static final String MODE = "mode";
    private static final String RECORDED = "recorded";
    private static final String WAIT = "wait";
    private static final String FOR_EVER = "for-ever";

    private XenParameters() {}

    private static final List<Parameter> BOUNDS = List.of(
            Parameter.number("domains", "PV domains.", 2, 2, 8),
            Parameter.number("frames", "Machine frames of guest memory, numbered from 0.", 2, 1, 4096),
            Parameter.number("refs", "Grant references per granting domain.", 2, 1, 32768),
            Parameter.number("handles", "Maptrack entries per domain.", 2, 1, 4096),
            Parameter.number(
                    MAPTRACK_FRAMES,
                    "Maptrack frames that the entries fill, where each CPU, which is a virtual CPU of every domain, has a list of free"
                            + " ones that grows by frames and that others steal from. 0 for one list of all, from which they come in one"
                            + " step.",
                    0,
                    0,
                    16),
            Parameter.number("cpus", "CPUs that run hypercalls.", 1, 1, 4),
            Parameter.number("pin-bits", "Bits of each of the four pin counters; Xen has 8.", 2, 2, 8),
            Parameter.choice(
                    MODE,
                    "What the machine is for: a search, or comparison with recorded answers; then also all bits of all shared"
                            + " entries, frame types and the order of free handles count, and every call can be made.",
                    "search",
                    "search",
                    RECORDED),
            Parameter.number(
                    "host-slots",
                    "Host address slots per domain, with mode=recorded. 0 keeps only the fact of a host mapping.",
                    0,
                    0,
                    192),
            Parameter.choice(
                    "granters",
                    "Which domains grant in a search; with none, grants are only made and mapped by calls.",
                    "first",
                    "first",
                    "all",
                    "none"),
            Parameter.choice("mappers", "Which domains are granted to in a search.", "all", "all", "first"),
            Parameter.choice(
                    "sides", "Which sides a search maps: host, device and both, or the host's.", "all", "all", "host"));

    private static final List<Parameter> COMMON = List.of(
            Parameter.number(
                    "devices",
                    "Devices: the first one starts with the first domain that has I/O tables, the others in quarantine."
                            + " 0 for one of each domain with I/O tables, which starts there.",
                    0,
                    0,
                    8),
            Parameter.number("batch", "Elements of a map or unmap at most; a search tries up to 4.", 1, 1, 64),
            Parameter.number(
                    "domain-wide-from",
                    "Changed pages from which a batch that pays at its end flushes the whole domain; 0 for never.",
                    0,
                    0,
                    64),
            Parameter.number("tlb", "Virtual CPUs of each domain whose TLBs are modelled.", 0, 0, 4),
            Parameter.flag(
                    "failures",
                    "Whether allocations and changes of I/O tables may fail at any time, and recover.",
                    false),
            Parameter.flag("assign", "Whether devices are deassigned and assigned again.", false),
            Parameter.flag("reallocation", "Whether domains give frames up and populate free ones.", true),
            Parameter.flag("careless-granter", "Whether granters store to entries that are in use.", false),
            Parameter.flag(
                    "narrowing-granter",
                    "Whether granters make writable entries read-only that nobody maps for writing.",
                    false),
            Parameter.number("limbo", "Mappings per domain that wait for a deferred invalidation.", 2, 1, 8),
            Parameter.choice(
                            "flush",
                            "When map and unmap pay their invalidations. Strict: after each element of a batch. At its end:"
                                    + " page by page (batch-end), as one aligned range (batch-range), for the whole domain"
                                    + " (domain-wide), or queued at each change and awaited once (queued). Unmap returns first and one later flush covers all:"
                                    + " with the pins held until then (deferred), or without them, as agreed with the"
                                    + " granter (agreed).",
                            "strict",
                            FlushPolicy.words())
                    .asPolicy(),
            Parameter.choice(
                            "upkeep-rule",
                            "Generation of the rule that keeps the I/O tables in step with grant mappings.",
                            "mapkind",
                            "2008",
                            "mapcount",
                            "mapkind-pins",
                            "mapkind",
                            "counters")
                    .asPolicy(),
            Parameter.choice(
                            "read-only-grants",
                            "How a read-only grant mapping is reflected in the I/O tables (2008: non-present).",
                            "read-only",
                            "read-only",
                            "non-present")
                    .asPolicy());

    private static final List<Parameter> WAITS = List.of(
            Parameter.choice(
                            WAIT,
                            "What software does while the unit has stalled: it waits (Xen since XSA-373), or it gives up after"
                                    + " a while, keeps what may still be reached, and crashes the domain; a deassignment keeps"
                                    + " the device.",
                            FOR_EVER,
                            FOR_EVER,
                            "timeout")
                    .asPolicy(),
            Parameter.flag(
                    "stalls",
                    "Whether the unit may stall where software waits for ever; it may wherever waits are given up.",
                    false));

    /** All that there are when some are given: the IOMMU that they name brings its own. */
    public static List<Parameter> all(Map<String, String> given) {
        return Stream.of(
                        BOUNDS,
                        IommuSetting.parameters(),
                        COMMON,
                        FrameSetting.PARAMETERS,
                        IommuSetting.family(given).parameters(),
                        DeviceSetting.PARAMETERS,
                        TableSetting.PARAMETERS,
                        IoTableSetting.PARAMETERS,
                        WAITS)
                .flatMap(List::stream)
                .toList();
    }

    /** Whether the machine is compared with recorded answers, so that everything a real Xen shows is kept. */
    public static boolean isRecorded(Setting s) {
        return s.text(MODE).equals(RECORDED);
    }

    /** Whether a wait is given up when the unit has stalled. */
    public static boolean waitsTimeOut(Setting s) {
        return !s.text(WAIT).equals(FOR_EVER);
    }
}
