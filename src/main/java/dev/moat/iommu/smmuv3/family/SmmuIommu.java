package dev.moat.iommu.smmuv3.family;

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
import dev.moat.iommu.queue.CommandPort;
import dev.moat.iommu.queue.SpaceTags;
import dev.moat.iommu.smmuv3.SmmuGeometry;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The SMMUv3 units of a machine and their driver, put together. */
final class SmmuIommu implements Iommu {
    private final Sizes sizes;
    private final SmmuSetting setting;
    private final Capabilities capabilities;
    private final SmmuUnits units;
    private final SpaceTags ids;
    private final StreamEntries entries;
    private final SmmuTables tables;
    private final CommandPort.Waits waits;
    private final Port[] ports;
    private final Meaning meaning;

    SmmuIommu(Sizes sizes, SmmuSetting setting, ModelBuilder model) {
        this.sizes = sizes;
        this.setting = setting;
        capabilities = setting.capabilities();
        boolean first = setting.shape.stage() == SmmuGeometry.Stage.FIRST;
        Sort tags = tags(first ? "asid" : "vmid", sizes.spaces().numbers().size());
        units = new SmmuUnits(model, setting.geometry(sizes, tags), sizes, setting.rewalks);
        ids = new SpaceTags(sizes, tags);
        entries = new StreamEntries(model, units.state(0));
        tables = new SmmuTables(units.state(0), units.caches(0));
        InvalidatedPages range =
                new InvalidatedPages(model, sizes, units.state(0).geometry(), setting.encoding);
        waits = new CommandPort.Waits(model, sizes, "wait.synced", "sync.waits", setting.fetches);
        ports = new Port[units.count()];
        for (int u = 0; u < ports.length; u++) {
            ports[u] = new CommandPort(units.commands(u), range, waits);
        }
        meaning = new SmmuMeaning(units, setting);
    }

    /** Tags by their numbers in hardware. */
    private static Sort tags(String prefix, int count) {
        List<String> labels = new ArrayList<>();
        for (int tag = 0; tag < count; tag++) {
            labels.add(prefix + SmmuGeometry.id(tag));
        }
        return new Sort("Tag", labels);
    }

    @Override
    public Sizes sizes() {
        return sizes;
    }

    /** A configuration of a stream is cached whatever it says, by its StreamID alone. */
    @Override
    public Duty duty() {
        return new Duty() {
            @Override
            public boolean outlives(int before, int after) {
                return before != Rights.NONE && before != after;
            }

            @Override
            public boolean remembersAbsentEntry() {
                return setting.cachesStreams;
            }

            @Override
            public int tagOfAbsence() {
                return NO_TAG;
            }
        };
    }

    @Override
    public boolean namesCpus() {
        return true;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    /** Ranges that firmware has devices use; Linux's driver has no others. {@code @source} Linux arm_smmu_get_resv_regions. */
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
        new SmmuActions(sizes, setting, units, ports, waits).declare(model);
    }
}
