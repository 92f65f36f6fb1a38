package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Duty;
import dev.moat.iommu.Entries;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tables;
import dev.moat.iommu.Tags;
import dev.moat.iommu.Visibility;
import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.CalgaryUnit;
import dev.moat.iommu.calgary.TceCache;
import dev.moat.iommu.calgary.TceWalk;
import dev.moat.iommu.calgary.TcesInState;
import dev.moat.model.ModelBuilder;
import java.util.List;
import java.util.stream.IntStream;

/** A chip and its driver, put together. Each unit of the contract is one of its buses. */
final class CalgaryIommu implements Iommu {
    private final Sizes sizes;
    final CalgarySetting setting;
    private final Capabilities capabilities;
    final TcesInState tces;
    final TceCache cache;
    final CalgaryUnit unit;
    private final CalgaryTables tables;
    final BusEntries entries;
    private final Visibility visibility;
    private final Duty duty;
    private final List<BlastPort> ports;
    private final CalgaryMeaning meaning;

    CalgaryIommu(Sizes sizes, CalgarySetting setting, ModelBuilder model) {
        sizes.requireOnly(Sizes.Need.SUBMITTERS, Sizes.Need.RANGES, Sizes.Need.SHARED_WAITS);
        this.sizes = sizes;
        this.setting = setting;
        capabilities = setting.capabilities();
        CalgaryGeometry geometry = setting.geometry(sizes);
        tces = new TcesInState(model.schema(), geometry);
        unit = new CalgaryUnit(model.schema(), geometry, tces.asSeen());
        TceWalk walk = new TceWalk(unit);
        cache = new TceCache(unit, walk);
        tables = new CalgaryTables(model, geometry, tces);
        entries = new BusEntries(model, unit, sizes);
        visibility = new TceVisibility(tables, tces);
        duty = Duty.of(capabilities, Duty.NO_TAG);
        ports = IntStream.range(0, geometry.buses().size())
                .mapToObj(bus -> new BlastPort(model, sizes, unit, entries, bus))
                .toList();
        meaning = new CalgaryMeaning(unit, walk, tces, tables, ports);
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
        return entries;
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
    public Port port(int bus) {
        return ports.get(bus);
    }

    @Override
    public Meaning meaning() {
        return meaning;
    }

    @Override
    public void connect(long[] s) {
        entries.connect(s);
    }

    @Override
    public void leaveUntranslated(long[] s, int bus) {
        entries.leaveUntranslated(s, bus);
    }

    @Override
    public void settle(long[] s) {
        tces.settle(s);
    }

    @Override
    public boolean request(long[] s, int requester, int page, boolean write) {
        return cache.fill(s, unitOf(requester), page);
    }

    @Override
    public void declareActions(ModelBuilder model) {
        new CalgaryActions(this).declare(model);
    }
}
