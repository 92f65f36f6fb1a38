package dev.moat.iommu.amdvi.family;

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
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tables;
import dev.moat.iommu.Tags;
import dev.moat.iommu.queue.SpaceTags;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The AMD-Vi units of a machine and their driver, put together. */
final class AmdViIommu implements Iommu {
    private final Sizes sizes;
    private final AmdViSetting setting;
    private final Capabilities capabilities;
    private final AmdViUnits units;
    private final SpaceTags domainIds;
    private final DeviceEntries entries;
    private final AmdViTables tables;
    private final Duty duty;
    private final Port[] ports;
    private final Meaning meaning;

    AmdViIommu(Sizes sizes, AmdViSetting setting, ModelBuilder model) {
        this.sizes = sizes;
        this.setting = setting;
        capabilities = setting.capabilities();
        Sort ids = Sort.numbered("Tag", "did", sizes.spaces().numbers().size());
        units = new AmdViUnits(model.schema(), setting.geometry(sizes, ids), sizes);
        domainIds = new SpaceTags(sizes, ids);
        entries = new DeviceEntries(model, units.state(0), setting.update, setting.detached);
        tables = new AmdViTables(
                model, units.state(0), units.walk(0), setting.replicates(sizes), setting.hasLeafArray(sizes));
        duty = new AmdViDuty(capabilities.caching().absence(), setting.cachesEntries);
        InvalidatedPages range = new InvalidatedPages(model, sizes, setting.encoding, setting.indexBits);
        CompletionWaits waits = new CompletionWaits(model, sizes, units.state(0));
        ports = new Port[units.count()];
        for (int u = 0; u < ports.length; u++) {
            ports[u] = new CommandPort(units.state(u), units.commands(u), range, waits);
        }
        meaning = new AmdViMeaning(units, setting);
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
     * Unity ranges, the exclusion range, reported as reserved before 387caf0b759a (later kernels: a unity mapping), the window of
     * interrupts, and HyperTransport's addresses; none locks a device. {@code @source} Linux amd/iommu.c: amd_iommu_get_resv_regions,
     * amd_iommu_def_domain_type with 0f91d0795741 (6.9): a device that is not trusted is to be translated.
     */
    @Override
    public DefaultDomain defaultDomain(int requester, int group) {
        List<Region> regions = new ArrayList<>();
        for (Sizes.UnityRange ivmd : sizes.requesters().unity()) {
            regions.add(new Region(ivmd.first(), ivmd.last(), Kind.DIRECT, false));
        }
        if (setting.hasExclusion()) {
            long first = sizes.addresses().pageNumber(0);
            regions.add(new Region(first, first, Kind.RESERVED, false));
        }
        Capabilities.Range window = AmdViSetting.INTERRUPTS;
        regions.add(new Region(window.first(), window.last(), Kind.MSI, false));
        Capabilities.Range bus = AmdViSetting.HYPER_TRANSPORT;
        regions.add(new Region(bus.first(), bus.last(), Kind.RESERVED, false));
        Wish wish = setting.pasidDevice && requester == 0 ? Wish.IDENTITY_IF_TRUSTED : Wish.NONE;
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
        return domainIds;
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
        units.state(0).connect(s);
        entries.connect(s);
    }

    @Override
    public boolean request(long[] s, int requester, int page, boolean write) {
        return units.cachesOf(requester).fill(s, requester, page, write);
    }

    @Override
    public void declareActions(ModelBuilder model) {
        new AmdViActions(sizes, setting, units, ports).declare(model);
    }
}
