package dev.moat.xen.setting;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Sizes.Need;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parameters of the Xen component, read once.
 *
 * @param domains PV domains
 * @param frames machine frames of guest memory, numbered from 0
 * @param granters domains that grant in a search
 * @param iommu which IOMMU there is, and which domains have I/O tables; each has one device of its own at the start
 * @param hostSlots page-sized host address slots per domain, 0 when only the fact of a host mapping is kept; see
 *     {@link #recorded}
 * @param devices devices of which the first starts with domain 0 and the others in quarantine; 0 for one of each domain
 *     with I/O tables
 * @param limbo mappings per domain whose invalidation can be deferred, 0 when none is
 * @param batch most elements of a map or unmap
 * @param domainWideFrom changed pages from which one domain-selective descriptor ends a batch, 0 for never
 * @param tlb virtual CPUs per domain whose TLBs are modelled
 * @param narrowing whether granters make entries read-only that may have mappings, none of them for writing
 * @param failures whether allocations and table changes may fail
 * @param more what happens to frames and domains beside grants
 * @param devs how devices, units and DIDs are
 * @param tables Xen's command line about grant tables
 * @param ioTables where the pages of I/O tables come from
 * @param waitsTimeOut whether software gives up a wait for the unit when that has stalled
 * @param grantedTo domains that granters grant to in a search
 */
public record XenSetting(
        int domains,
        int frames,
        int refs,
        int handles,
        int cpus,
        int pinBits,
        int hostSlots,
        List<Integer> granters,
        IommuSetting iommu,
        boolean assign,
        boolean reallocates,
        boolean careless,
        boolean narrowing,
        boolean readOnlyPresent,
        String rule,
        int limbo,
        int devices,
        FlushPolicy flush,
        int batch,
        int domainWideFrom,
        int tlb,
        boolean failures,
        FrameSetting more,
        DeviceSetting devs,
        TableSetting tables,
        IoTableSetting ioTables,
        boolean waitsTimeOut,
        List<Integer> grantedTo) {

    private static final List<Parameter> BOUNDS = List.of(
            Parameter.number("domains", "PV domains.", 2, 2, 8),
            Parameter.number("frames", "Machine frames of guest memory, numbered from 0.", 2, 1, 4096),
            Parameter.number("refs", "Grant references per granting domain.", 2, 1, 4096),
            Parameter.number("handles", "Maptrack entries per domain.", 2, 1, 4096),
            Parameter.number("cpus", "CPUs that run hypercalls.", 1, 1, 4),
            Parameter.number("pin-bits", "Bits of each of the four pin counters; Xen has 8.", 2, 2, 8),
            Parameter.number(
                    "host-slots",
                    "Host address slots per domain, for conformance with recorded answers: then also all bits of all"
                            + " shared entries, frame types and the order of free handles count."
                            + " 0 keeps only the fact of a host mapping.",
                    0,
                    0,
                    128),
            Parameter.choice(
                    "granters",
                    "Which domains grant in a search; with none, grants are only made and mapped by calls.",
                    "first",
                    "first",
                    "all",
                    "none"),
            Parameter.choice("mappers", "Which domains are granted to in a search.", "all", "all", "first"));

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

    /** All parameters that there are when some are given: the IOMMU that they name brings its own. */
    public static List<Parameter> parameters(Map<String, String> given) {
        return Stream.of(
                        BOUNDS,
                        IommuSetting.parameters(),
                        COMMON,
                        FrameSetting.PARAMETERS,
                        IommuSetting.family(given).parameters(),
                        DeviceSetting.PARAMETERS,
                        TableSetting.PARAMETERS,
                        IoTableSetting.PARAMETERS,
                        WaitSetting.PARAMETERS)
                .flatMap(List::stream)
                .toList();
    }

    public static XenSetting of(Setting s) {
        int domains = s.number("domains");
        IommuSetting iommu = IommuSetting.of(s, domains);
        boolean batches =
                s.number("batch") > 1 || FlushPolicy.of(s.text("flush")).isAtBatchEnd();
        if (s.number("host-slots") > 0 && batches) {
            throw new BadSettingException("host-slots", "host-slots must be 0 where there are batches");
        }
        if (s.number("host-slots") > 0 && s.number("handles") % 256 != 0) {
            throw new BadSettingException(
                    "handles",
                    "handles must fill maptrack frames of 256 where host-slots is not 0, not " + s.number("handles"));
        }
        if (s.number("frames") > iommu.capabilities().aperture().pages()) {
            throw new BadSettingException(
                    "frames",
                    "frames must be reachable by the I/O tables: at most "
                            + iommu.capabilities().aperture().pages());
        }
        DeviceSetting devices = DeviceSetting.of(s);
        boolean plainDevices = devices.arePlain() && iommu.hasFixedTags();
        if (FlushPolicy.of(s.text("flush")).isAtBatchEnd() && !plainDevices) {
            throw new BadSettingException(
                    "flush",
                    "flush at the end of a batch is for one unit with fixed DIDs and plain devices; with units, dids,"
                            + " aliases, move-devices, tables=first-device or quarantine=scratch-page it must be strict,"
                            + " deferred or agreed");
        }
        if (devices.scratchPage() && !iommu.hasFixedTags()) {
            throw new BadSettingException("quarantine", "quarantine=scratch-page is for fixed DIDs: dids must be 0");
        }
        if (!plainDevices && !iommu.capabilities().arePlain()) {
            throw new BadSettingException(
                    "units",
                    "several units, DID maps, aliases, moves, late tables and scratch pages are for hardware as it is by"
                            + " default");
        }
        TableSetting tables = TableSetting.of(s);
        if (!tables.isPlain() && (batches || !plainDevices || s.number("host-slots") > 0)) {
            throw new BadSettingException(
                    tables.copy() ? "copy" : "version-2",
                    "version 2 and copies are for searches without batches, with one unit, fixed DIDs and plain devices");
        }
        XenSetting all = new XenSetting(
                domains,
                s.number("frames"),
                s.number("refs"),
                s.number("handles"),
                s.number("cpus"),
                s.number("pin-bits"),
                s.number("host-slots"),
                IommuSetting.some(s.text("granters"), domains),
                iommu,
                s.flag("assign"),
                s.flag("reallocation"),
                s.flag("careless-granter"),
                s.flag("narrowing-granter"),
                s.text("read-only-grants").equals("read-only"),
                s.text("upkeep-rule"),
                FlushPolicy.of(s.text("flush")).isLate() ? s.number("limbo") : 0,
                s.number("devices"),
                FlushPolicy.of(s.text("flush")),
                s.number("batch"),
                s.number("domain-wide-from"),
                s.number("tlb"),
                s.flag("failures"),
                FrameSetting.of(s),
                devices,
                tables,
                IoTableSetting.of(s),
                WaitSetting.timesOut(s),
                IommuSetting.some(s.text("mappers"), domains));
        all.ioTables().check(all);
        WaitSetting.check(all);
        return all;
    }

    /** Domains with I/O tables. */
    public List<Integer> iommuDomains() {
        return iommu.domains();
    }

    /** What the units can do. */
    public Capabilities capabilities() {
        return iommu.capabilities();
    }

    /** Whether there is one unit with fixed tags, and each device has one source-id and comes from an absent entry only. */
    boolean hasPlainDevices() {
        return devs.arePlain() && iommu.hasFixedTags();
    }

    /** Whether unmap returns before its invalidation. */
    public boolean deferred() {
        return limbo > 0;
    }

    /** Whether an assignment may find the device with another domain. */
    public boolean moves() {
        return devs.moves() || recorded();
    }

    /** Domains that can map something: those that another one grants to. */
    public List<Integer> mappers() {
        return IntStream.range(0, domains)
                .filter(d -> granters.stream().anyMatch(granter -> mayGrantTo(granter, d)))
                .boxed()
                .toList();
    }

    /** What is needed of the units beyond the ordinary. */
    public Set<Need> needs() {
        Set<Need> needs = EnumSet.of(Need.SUBMITTERS);
        if (ioTables.inFrames()) {
            needs.add(Need.TABLE_FRAMES);
        }
        if (devs.scratchPage()) {
            needs.add(Need.SCRATCH_FRAME);
        }
        if (flush == FlushPolicy.BATCH_RANGE) {
            needs.add(Need.RANGES);
        }
        if (waitsTimeOut) {
            needs.add(Need.GIVEN_UP_WAITS);
        }
        return needs;
    }

    /** Whether a removal can find that the I/O tables do not follow, and is undone. */
    public boolean removalsMayFail() {
        return failures || waitsTimeOut || ioTables.superpages();
    }

    /** Whether a map can find that its domain's tables cannot follow. */
    public boolean mapsMayFail() {
        return failures || ioTables.inFrames();
    }

    /** Whether a granter's offers to a domain are tried. */
    public boolean mayGrantTo(int granter, int domain) {
        return (granter != domain || more.ownGrants()) && grantedTo.contains(domain);
    }

    /** Whether frames have types. */
    public boolean types() {
        return recorded() || more.pageTypes();
    }

    /** Whether an operation remembers who called it. */
    public boolean hasCallers() {
        return recorded() || more.hasCallers() || !tables.isPlain();
    }

    /** Whether the machine is compared with recorded answers, so that everything a real Xen shows is kept. */
    public boolean recorded() {
        return hostSlots > 0;
    }

    /** Largest number of pins that can exist: one for each side of each mapping that is not finished. */
    int mostPins() {
        int closing = deferred() ? domains * limbo : 0;
        int inBatches = batch > 1 || flush.isAtBatchEnd() ? cpus * batch : 0;
        int copies = tables.copy() ? 2 * cpus : 0;
        return Math.min(
                2 * (domains * handles + cpus + closing + inBatches) + copies, (4 * domains * refs) << (pinBits - 1));
    }

    /** Largest number of references to one frame: pins, and where frames have types page table entries and the pin too. */
    public int mostReferences() {
        int unpinned = flush == FlushPolicy.AGREED ? 2 * domains * limbo : 0;
        int ofCopies = tables.copy() ? 2 * cpus : 0;
        int ofStatusFrames = tables.second() ? 1 + cpus : 0;
        return mostPins()
                + unpinned
                + ofCopies
                + ofStatusFrames
                + (recorded() ? domains * hostSlots : 0)
                + (types() ? 2 : 0);
    }
}
