package dev.moat.iommu.gart.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.DefaultDomain;
import dev.moat.iommu.Duty;
import dev.moat.iommu.Entries;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tables;
import dev.moat.iommu.Tags;
import dev.moat.iommu.gart.GartGeometry;
import dev.moat.iommu.gart.GartTlb;
import dev.moat.iommu.gart.GartUnit;
import dev.moat.iommu.gart.GartWalk;
import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.PtesInState;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import java.util.ArrayList;
import java.util.List;

/** The northbridges of a machine and their driver, put together. Each unit of the contract is a northbridge. */
final class GartIommu implements Iommu {
    private final Sizes sizes;
    private final GartSetting setting;
    private final Capabilities capabilities;
    private final GartUnit unit;
    private final GartTlb tlb;
    private final GartTables tables;
    private final OneSpace space = new OneSpace();
    private final Duty duty;
    private final Port[] ports;
    private final GartMeaning meaning;
    /** {@code resume.enables}: (northbridge) to 1 when its translation is on; after a suspension it is not by itself. */
    private final Decision enables;

    GartIommu(Sizes sizes, GartSetting setting, ModelBuilder model) {
        sizes.requireOnly(Sizes.Need.SUBMITTERS, Sizes.Need.RANGES, Sizes.Need.SHARED_WAITS);
        this.sizes = sizes;
        this.setting = setting;
        capabilities = setting.capabilities();
        GartGeometry geometry = setting.geometry(sizes);
        long table = sizes.addresses().firstTableFrame();
        PtesInState ptes = new PtesInState(model.schema(), geometry, table << 12, setting.aperture(), setting.size());
        unit = new GartUnit(model.schema(), geometry, ptes, setting.registers(table));
        GartWalk walk = new GartWalk(unit);
        tlb = new GartTlb(unit, walk);
        tables = new GartTables(model, geometry, ptes, capabilities.aperture(), setting.scratch);
        duty = Duty.of(capabilities, Duty.NO_TAG);
        ports = new Port[geometry.nodes().size()];
        for (int node = 0; node < ports.length; node++) {
            ports[node] = new TlbPort(model, sizes, unit, tlb, node);
        }
        enables = model.decision("resume.enables", (s, node, b, c) -> 1);
        meaning = new GartMeaning(unit, walk, ptes, tables);
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
    public DefaultDomain defaultDomain(int requester, int group) {
        // Its driver reports no regions: what AGP has, and what error addresses take, is set in its bitmap.
        return new DefaultDomain(0, capabilities().aperture(), DefaultDomain.Wish.NONE, List.of());
    }

    @Override
    public Tables tables() {
        return tables;
    }

    @Override
    public Entries entries() {
        return space;
    }

    @Override
    public Tags tags() {
        return space;
    }

    @Override
    public Duty duty() {
        return duty;
    }

    @Override
    public Port port(int node) {
        return ports[node];
    }

    @Override
    public Meaning meaning() {
        return meaning;
    }

    @Override
    public void connect(long[] s) {
        tables.connect(s);
        for (int node = 0; node < ports.length; node++) {
            if (enables.decide(s, node, 0, 0) == 0) {
                long control = unit.read(s, node, NodeRegisters.APERTURE_CONTROL);
                unit.write(s, node, NodeRegisters.APERTURE_CONTROL, control & ~ApertureControl.GARTEN.mask());
            }
        }
    }

    @Override
    public boolean request(long[] s, int requester, int page, boolean write) {
        return tlb.fill(s, unitOf(requester), page);
    }

    @Override
    public void declareActions(ModelBuilder model) {
        if (setting.walks) {
            Guarded accept =
                    (s, q, p, c, d, e) -> unit.cachedPte.get(s, unitOf(q), p) == 0 && tlb.accept(s, q, p, false);
            model.action(byDevice("walk_start", accept, "walk"));
            Guarded finish = (s, q, b, c, d, e) -> tlb.finish(s, q);
            model.action(byUnit("walk_finish", List.of(device()), finish, false, "fill"));
        } else {
            Guarded dma = (s, q, p, c, d, e) -> tlb.fill(s, unitOf(q), p);
            model.action(byDevice("dma", dma, "fill"));
        }
        Guarded evict = (s, tag, p, node, d, e) -> tlb.evict(s, node, p);
        model.action(byUnit("evict", perNode(new Argument("tag", space.sort()), page()), evict, false, "evict"));
        Guarded done = (s, node, b, c, d, e) -> ports[node].serve(s);
        model.action(byUnit("complete_flush", perNode(), done, true, "complete-invalidation"));
    }

    /** With the northbridge behind them where there is more than one. */
    private List<Argument> perNode(Argument... first) {
        List<Argument> all = new ArrayList<>(List.of(first));
        if (ports.length > 1) {
            all.add(new Argument("unit", sizes.requesters().units()));
        }
        return all;
    }

    private Action byDevice(String name, Guarded code, String claims) {
        return new Action(name, Actor.DEVICE, List.of(device(), page()), ModelBuilder.all(), code, false, claims);
    }

    private static Action byUnit(String name, List<Argument> args, Guarded code, boolean service, String claims) {
        return new Action(name, Actor.IOMMU, args, ModelBuilder.all(), code, service, claims);
    }

    private Argument device() {
        return new Argument("device", sizes.requesters().sort());
    }

    private Argument page() {
        return new Argument("page", sizes.addresses().pages());
    }
}
