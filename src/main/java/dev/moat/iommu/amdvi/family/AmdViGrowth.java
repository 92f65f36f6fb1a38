package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.amdvi.AmdViCaches;
import dev.moat.iommu.amdvi.CommandRing;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Component;
import dev.moat.model.Guarded;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/** A Linux domain on AMD-Vi that begins with too few levels of page tables for some of its addresses. */
public final class AmdViGrowth implements Component {
    static final String DEVICES = "devices";
    static final String CPUS = "cpus";
    static final String PAGES = "pages";
    static final String FRAMES = "frames";
    static final String NP_CACHE = "np-cache";
    static final String DIRECTORY_CACHE = "directory-cache";

    @Override
    public String id() {
        return "amd-vi-growth";
    }

    @Override
    public String says() {
        return "Linux's page tables of AMD-Vi that grow under a domain in use: another level on top, the Mode of its devices' entries, CPUs that"
                + " map and unmap meanwhile.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number(DEVICES, "Devices that the domain has.", 1, 1, 3),
                Parameter.number(CPUS, "CPUs of the kernel.", 2, 1, 3),
                Parameter.number(
                        PAGES,
                        "I/O pages, around the first address that does not fit: of an even number as many below it as from it on.",
                        2,
                        2,
                        4),
                Parameter.number(FRAMES, "Frames that are mapped.", 1, 1, 3),
                Parameter.flag(NP_CACHE, "NpCache: what is not present may be cached too.", false)
                        .asCapability(),
                Parameter.flag(DIRECTORY_CACHE, "Whether cached directory entries (PDEs) are in the state.", false));
    }

    @Override
    public List<InjectedFault> faults() {
        return GrowthFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        model.software("kernel");
        GrowingTables tables = new GrowingTables(setting, model);
        AmdViCaches caches = new AmdViCaches(tables.unit, tables.walk);
        Behaviour behaviour = Behaviour.specified(tables.unit.geometry().capabilities());
        EventLog log = new EventLog(tables.unit.registers, tables.unit.memory(), behaviour);
        CommandRing ring = new CommandRing(tables.unit, caches, log);
        GrowthSteps linux = new GrowthSteps(tables, ring, model);
        linux.declare();
        hardware(tables, caches, ring, model);
        new GrowthAbstraction(tables, linux, model.abstraction()).declare();
        model.comparedByDifference(GrowthDiscipline.of(tables, linux, model.abstraction()));
        model.initially(tables::initial);
    }

    private static void hardware(GrowingTables tables, AmdViCaches caches, CommandRing ring, ModelBuilder model) {
        Argument device = new Argument("device", tables.requesters);
        Argument page = new Argument("page", tables.pages);
        Argument tag = new Argument("tag", tables.tags);
        act(model, "dma", List.of(device, page), (s, q, p, c, d, e) -> caches.fill(s, q, p, false));
        act(model, "evict", List.of(tag, page), (s, t, p, c, d, e) -> caches.evict(s, t, p));
        act(model, "device_fill", List.of(device), (s, q, b, c, d, e) -> caches.deviceFill(s, q));
        act(model, "device_evict", List.of(device), (s, q, b, c, d, e) -> caches.deviceEvict(s, q));
        if (tables.unit.directories.nodes.size() > 0) {
            Argument node = new Argument("node", tables.unit.directories.nodes);
            act(model, "table_fill", List.of(device, node), (s, q, n, c, d, e) -> caches.tableFill(s, q, n));
            act(model, "table_evict", List.of(tag, node), (s, t, n, c, d, e) -> caches.tableEvict(s, t, n));
        }
        Guarded consume = (s, a, b, c, d, e) -> ring.consume(s);
        model.action(new Action(
                "consume", Actor.IOMMU, List.of(), ModelBuilder.all(), consume, true, "complete-invalidation"));
    }

    private static void act(ModelBuilder model, String name, List<Argument> arguments, Guarded code) {
        Actor actor = name.equals("dma") ? Actor.DEVICE : Actor.IOMMU;
        model.action(name, actor, arguments, code);
    }
}
