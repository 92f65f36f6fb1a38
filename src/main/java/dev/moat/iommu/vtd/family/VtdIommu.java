package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.DefaultDomain;
import dev.moat.iommu.DefaultDomain.Kind;
import dev.moat.iommu.DefaultDomain.Region;
import dev.moat.iommu.DefaultDomain.Wish;
import dev.moat.iommu.Duty;
import dev.moat.iommu.Entries;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tables;
import dev.moat.iommu.Tags;
import dev.moat.iommu.Visibility;
import dev.moat.iommu.vtd.RegisterInvalidation;
import dev.moat.iommu.vtd.VtdGeometry;
import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The VT-d units of a machine and their driver, put together. */
final class VtdIommu implements Iommu {
    /** The DID under which hardware in caching mode remembers that there is no context entry. */
    private static final int ABSENT = 0;

    private final Sizes sizes;
    private final VtdSetting setting;
    private final Capabilities capabilities;
    private final VtdUnits units;
    private final DomainIds dids;
    private final VtdEntries entries;
    private final VtdTables tables;
    private final VtdVisibility visibility;
    private final Duty duty;
    private final Port[] ports;
    private final Meaning meaning;
    /** {@code tables.upper-rights}: (rights) to those in the entries above level 1 that there are from the start. */
    private final Decision upperRights;

    VtdIommu(Sizes sizes, VtdSetting setting, ModelBuilder model) {
        this.sizes = sizes;
        this.setting = setting;
        if (setting.dids > 0 && !sizes.needs(Sizes.Need.ALLOCATED_TAGS)) {
            throw new BadSettingException("dids", "dids must be 0 here: every space keeps its DID");
        }
        if (setting.deviceTlb && !sizes.needs(Sizes.Need.DEVICE_TLBS)) {
            throw new BadSettingException(
                    "device-tlb", "device-tlb must be false here: nobody invalidates TLBs of devices");
        }
        capabilities = setting.capabilities();
        if (capabilities.stores().late() && sizes.needs(Sizes.Need.TABLE_FRAMES)) {
            throw new BadSettingException(
                    capabilities.stores().buffered() ? "write-buffer" : "coherent",
                    "stores into tables that are frames of the heap are seen at once: no write-buffer, and coherent");
        }
        SchemaBuilder schema = model.schema();
        Sort ids = Sort.numbered("Tag", "did", tagCount());
        units = new VtdUnits(schema, geometry(ids), sizes);
        dids = new DomainIds(schema, sizes, ids, setting.cachingMode ? 1 : 0, setting.dids > 0);
        boolean commands = !setting.isQueued() || capabilities.stores().buffered();
        CpuWaits waits = new CpuWaits(model, sizes, commands, setting.ring);
        entries = new VtdEntries(model, units.state(0), units.deviceTlbs(), sizes.needs(Sizes.Need.ENTRY_WORDS));
        tables = new VtdTables(units.state(0), units.walk(0));
        visibility = new VtdVisibility(units.state(0), waits);
        duty = Duty.of(capabilities, ABSENT);
        ports = ports(new InvalidatedRange(model, sizes, setting.registers.cap()), waits);
        upperRights = model.decision("tables.upper-rights", (s, rights, b, c) -> rights);
        meaning = new VtdMeaning(units, capabilities, setting.cachesContexts(), setting.hasWalks());
    }

    private int tagCount() {
        return setting.dids > 0 ? setting.dids : sizes.spaces().numbers().size() + (setting.cachingMode ? 1 : 0);
    }

    private VtdGeometry geometry(Sort ids) {
        Sizes.Addresses addresses = sizes.addresses();
        return new VtdGeometry(
                sizes.requesters().sort(),
                sizes.requesters().sourceIds(),
                sizes.spaces().sort(),
                ids,
                addresses.pages(),
                VtdGeometry.PageNumbers.from(addresses.firstPage()),
                addresses.frames(),
                addresses.firstFrame(),
                sizes.cpus().sort(),
                setting.levels,
                setting.indexBits,
                setting.ring,
                addresses.firstTableFrame(),
                setting.options(sizes),
                setting.registers);
    }

    private Port[] ports(InvalidatedRange range, CpuWaits waits) {
        Port[] all = new Port[units.count()];
        for (int u = 0; u < all.length; u++) {
            all[u] = setting.isQueued()
                    ? new QueuePort(units.state(u), units.queue(u), range, waits)
                    : new RegisterPort(
                            units.state(u), new RegisterInvalidation(units.state(u), units.caches(u)), range, waits);
        }
        return all;
    }

    @Override
    public Sizes sizes() {
        return sizes;
    }

    @Override
    public boolean namesCpus() {
        return true;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    /**
     * RMRRs, which lock a device unless it is of a kind that can do without, and the window of interrupts. {@code @source} Linux 6.1
     * intel/iommu.c: intel_iommu_get_resv_regions, device_is_rmrr_locked, device_def_domain_type.
     */
    @Override
    public DefaultDomain defaultDomain(int requester, int group) {
        List<Region> regions = new ArrayList<>();
        for (Sizes.UnityRange rmrr : sizes.requesters().unity()) {
            Kind kind = rmrr.relaxable() ? Kind.DIRECT_RELAXABLE : Kind.DIRECT;
            regions.add(new Region(rmrr.first(), rmrr.last(), kind, !rmrr.relaxable()));
        }
        Capabilities.Range window = VtdSetting.INTERRUPTS;
        regions.add(new Region(window.first(), window.last(), Kind.MSI, false));
        Wish wish = setting.soundDevice && requester == 0 ? Wish.IDENTITY : Wish.NONE;
        return new DefaultDomain(group, capabilities.aperture(), wish, regions);
    }

    @Override
    public Tables tables() {
        return tables;
    }

    @Override
    public Entries entries() {
        return entries;
    }

    @Override
    public Tags tags() {
        return dids;
    }

    @Override
    public Visibility visibility() {
        return visibility;
    }

    @Override
    public Duty duty() {
        return duty;
    }

    @Override
    public Port port(int unit) {
        return ports[unit];
    }

    @Override
    public Meaning meaning() {
        return meaning;
    }

    @Override
    public int unitOf(int requester) {
        return units.of(requester);
    }

    @Override
    public void connect(long[] s) {
        units.state(0).connect(s, upperRights.decide(s, Rights.ALL, 0, 0));
    }

    @Override
    public boolean forgetsByItself() {
        return true;
    }

    @Override
    public void forgetEverything(long[] s, int unit) {
        units.caches(unit).forget(s, -1, 0, 0, false);
        units.caches(unit).drain(s, -1, 0, 0, Rights.ALL);
        units.caches(unit).forgetContexts(s, -1, 0, 0);
    }

    @Override
    public void settle(long[] s) {
        units.state(0).late.settle(s);
        for (Port port : ports) {
            if (port instanceof RegisterPort registers) {
                registers.settle(s);
            }
        }
    }

    @Override
    public boolean request(long[] s, int requester, int page, boolean write) {
        return units.cachesOf(requester).fill(s, requester, page, write);
    }

    @Override
    public void declareActions(ModelBuilder model) {
        new VtdActions(sizes, setting, units, ports, visibility).declare(model);
    }
}
