package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.DefaultDomain;
import dev.moat.iommu.DefaultDomain.Kind;
import dev.moat.iommu.DefaultDomain.Region;
import dev.moat.iommu.DefaultDomain.Wish;
import dev.moat.iommu.Entries;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tables;
import dev.moat.iommu.Tags;
import dev.moat.iommu.queue.CommandPort;
import dev.moat.iommu.queue.SpaceTags;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The RISC-V units of a machine and their driver, put together. */
final class RiscvIommu implements Iommu {
    private final Sizes sizes;
    private final RiscvSetting setting;
    private final Capabilities capabilities;
    private final RiscvUnits units;
    private final SpaceTags ids;
    private final DeviceContexts entries;
    private final RiscvTables tables;
    private final CommandPort.Waits waits;
    private final Port[] ports;
    private final Meaning meaning;

    RiscvIommu(Sizes sizes, RiscvSetting setting, ModelBuilder model) {
        this.sizes = sizes;
        this.setting = setting;
        capabilities = setting.capabilities();
        boolean first = setting.shape.stage() == dev.moat.iommu.riscv.RiscvGeometry.Stage.FIRST;
        Sort tags = Sort.numbered(
                "Tag", first ? "pscid" : "gscid", sizes.spaces().numbers().size());
        units = new RiscvUnits(model, setting.geometry(sizes, tags), sizes, setting.rewalks);
        ids = new SpaceTags(sizes, tags);
        entries = new DeviceContexts(model, units.state(0));
        tables = new RiscvTables(units.state(0), units.walk(0), units.caches(0));
        InvalidatedPages range =
                new InvalidatedPages(model, sizes, units.state(0).geometry(), setting.encoding, setting.orders);
        waits = new CommandPort.Waits(model, sizes, "wait.fenced", "fence.waits", setting.fetches);
        ports = new Port[units.count()];
        for (int u = 0; u < ports.length; u++) {
            ports[u] = new CommandPort(units.commands(u), range, waits);
        }
        meaning = new RiscvMeaning(units, setting);
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

    /** Ranges that firmware has devices use; Linux's driver has no others. {@code @source} Linux riscv_iommu_get_resv_regions. */
    @Override
    public DefaultDomain defaultDomain(int requester, int group) {
        List<Region> regions = new ArrayList<>();
        for (Sizes.UnityRange range : sizes.requesters().unity()) {
            regions.add(new Region(range.first(), range.last(), Kind.DIRECT, false));
        }
        return new DefaultDomain(group, capabilities.aperture(), Wish.NONE, regions);
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
        return ids;
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
    }

    @Override
    public boolean request(long[] s, int requester, int page, boolean write) {
        return units.cachesOf(requester).fill(s, requester, page, write);
    }

    @Override
    public void declareActions(ModelBuilder model) {
        new RiscvActions(sizes, setting, units, ports, waits).declare(model);
    }
}
