package dev.moat.xen.setting;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Sizes.Need;
import dev.moat.model.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The values of one run of the Xen component, read once and put into groups; what does not go together was refused before. */
public final class XenSetting {
    private final boolean recorded;
    private final int pinBits;
    private final int hostSlots;
    private final int tlb;
    private final int maptrackFrames;
    private final boolean unityRange;
    private final int transferBelow;
    private final BoundSetting bounds;
    private final GuestSetting guests;
    private final IommuSetting iommu;
    private final FlushSetting flushes;
    private final UpkeepSetting upkeep;
    private final FrameSetting more;
    private final DeviceSetting devs;
    private final TableSetting grantTables;
    private final IoTableSetting ioTables;

    /** Reads all values. */
    public XenSetting(Setting s) {
        recorded = XenParameters.isRecorded(s);
        pinBits = s.number("pin-bits");
        hostSlots = s.number("host-slots");
        tlb = s.number("tlb");
        maptrackFrames = s.number(XenParameters.MAPTRACK_FRAMES);
        unityRange = s.flag(DeviceSetting.UNITY_RANGE);
        transferBelow = s.number(FrameSetting.TRANSFER_BELOW);
        bounds = BoundSetting.of(s);
        guests = GuestSetting.of(s, bounds.domains());
        iommu = IommuSetting.of(s);
        flushes = FlushSetting.of(s);
        upkeep = UpkeepSetting.of(s);
        more = FrameSetting.of(s);
        devs = DeviceSetting.of(s);
        grantTables = TableSetting.of(s);
        ioTables = IoTableSetting.of(s);
    }

    /** PV domains. */
    public int domains() {
        return bounds.domains();
    }

    /** Machine frames of guest memory. */
    public int frames() {
        return bounds.frames();
    }

    /** Grant references per granting domain. */
    public int refs() {
        return bounds.refs();
    }

    /** Maptrack entries per domain. */
    public int handles() {
        return bounds.handles();
    }

    /** CPUs that run hypercalls. */
    public int cpus() {
        return bounds.cpus();
    }

    /** Bits of each of the four pin counters. */
    public int pinBits() {
        return pinBits;
    }

    /** Page-sized host address slots per domain, 0 when only the fact of a host mapping is kept. */
    public int hostSlots() {
        return hostSlots;
    }

    /** Virtual CPUs per domain whose TLBs are modelled. */
    public int tlb() {
        return tlb;
    }

    /** Entries of a maptrack frame where each CPU has a list of free ones, 0 where there is one list of all. */
    public int maptrackFrame() {
        return maptrackFrames == 0 ? 0 : handles() / maptrackFrames;
    }

    /** Whether firmware has memory that the first device needs at its own address. */
    public boolean hasUnityRange() {
        return unityRange;
    }

    /** Whether a domain can receive a frame by a transfer, where its entries or its mode leave room for so many bits only. */
    public boolean canReceive(int frame) {
        return transferBelow == 0 || frame < transferBelow;
    }

    /** What guests do in a search. */
    public GuestSetting guests() {
        return guests;
    }

    /** Which IOMMU there is, and which domains have I/O tables; each has one device of its own at the start. */
    public IommuSetting iommu() {
        return iommu;
    }

    /** When map and unmap pay, and how much at once. */
    public FlushSetting flushes() {
        return flushes;
    }

    /** How tables are kept in step, and what can go wrong. */
    public UpkeepSetting upkeep() {
        return upkeep;
    }

    /** What happens to frames and domains beside grants. */
    public FrameSetting more() {
        return more;
    }

    /** How devices are. */
    public DeviceSetting devs() {
        return devs;
    }

    /** Grant tables beside version 1, and Xen's command line about them. */
    public TableSetting grantTables() {
        return grantTables;
    }

    /** How I/O tables are. */
    public IoTableSetting ioTables() {
        return ioTables;
    }

    /** When map and unmap pay. */
    public FlushPolicy flush() {
        return flushes.policy();
    }

    /** Whether allocations and table changes may fail. */
    public boolean failures() {
        return upkeep.failures();
    }

    /** Whether the unit may take longer than software waits, for ever too. */
    public boolean mayStall() {
        return upkeep.mayStall();
    }

    /** Whether software gives up a wait for the unit when that has stalled. */
    public boolean waitsTimeOut() {
        return upkeep.waitsTimeOut();
    }

    /** Domains with I/O tables. */
    public List<Integer> iommuDomains() {
        return iommu.domains();
    }

    /** What the units can do. */
    public Capabilities capabilities() {
        return iommu.capabilities();
    }

    /** Whether unmap returns before its invalidation. */
    public boolean deferred() {
        return flushes.limbo() > 0;
    }

    /** Whether an assignment may find the device with another domain. */
    public boolean moves() {
        return devs.moves() || recorded();
    }

    /** Domains that can map something: those that another one grants to. */
    public List<Integer> mappers() {
        return IntStream.range(0, domains())
                .filter(d -> guests.granters().stream().anyMatch(granter -> mayGrantTo(granter, d)))
                .boxed()
                .toList();
    }

    /** What is needed of the units beyond the ordinary. */
    public Set<Need> needs() {
        Set<Need> needs = EnumSet.of(Need.SUBMITTERS);
        if (capabilities().tagging() == Tagging.ALLOCATED) {
            needs.add(Need.ALLOCATED_TAGS);
        }
        if (ioTables.inFrames()) {
            needs.add(Need.TABLE_FRAMES);
        }
        if (devs.scratchPage()) {
            needs.add(Need.SCRATCH_FRAME);
        }
        if (flush() == FlushPolicy.BATCH_RANGE) {
            needs.add(Need.RANGES);
        }
        if (capabilities().caching().devices()) {
            needs.add(Need.DEVICE_TLBS);
        }
        if (waitsTimeOut()) {
            needs.add(Need.GIVEN_UP_WAITS);
        }
        return needs;
    }

    /** Whether a removal can find that the I/O tables do not follow, and is undone. */
    public boolean removalsMayFail() {
        return failures() || waitsTimeOut() || ioTables.superpages();
    }

    /** Whether a given-up frame can stay in its owner's tables for ever, as a wait was given up or there is no page to split a superpage with. */
    public boolean framesMayBeLeft() {
        return waitsTimeOut() || ioTables.superpages();
    }

    /** Whether a map can find that its domain's tables cannot follow. */
    public boolean mapsMayFail() {
        return failures() || ioTables.inFrames();
    }

    /** Whether a granter's offers to a domain are tried. */
    public boolean mayGrantTo(int granter, int domain) {
        return (granter != domain || more.ownGrants()) && guests.grantedTo().contains(domain);
    }

    /** Whether frames have types. */
    public boolean types() {
        return recorded() || more.pageTypes();
    }

    /** Whether an operation remembers who called it. */
    public boolean hasCallers() {
        return recorded() || more.hasCallers() || !grantTables.isPlain();
    }

    /** Whether the machine is compared with recorded answers, so that everything a real Xen shows is kept. */
    public boolean recorded() {
        return recorded;
    }

    /** Largest number of pins that can exist: one for each side of each mapping that is not finished. */
    int mostPins() {
        int closing = deferred() ? domains() * flushes.limbo() : 0;
        int inBatches = flushes.hasBatches() ? cpus() * flushes.batch() : 0;
        int copies = grantTables.copy() ? 2 * cpus() : 0;
        return Math.min(
                2 * (domains() * handles() + cpus() + closing + inBatches) + copies,
                (4 * domains() * refs()) << (pinBits - 1));
    }

    /** Largest number of references to one frame: pins, and where frames have types page table entries and the pin too. */
    public int mostReferences() {
        int unpinned = flush() == FlushPolicy.AGREED ? 2 * domains() * flushes.limbo() : 0;
        int ofCopies = grantTables.copy() ? 2 * cpus() : 0;
        int ofStatusFrames = grantTables.second() ? 1 + cpus() : 0;
        return mostPins()
                + unpinned
                + ofCopies
                + ofStatusFrames
                + (recorded() ? domains() * hostSlots : 0)
                + (types() ? 2 : 0);
    }
}
