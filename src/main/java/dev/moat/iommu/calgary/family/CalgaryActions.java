package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.calgary.CalgaryUnit;
import dev.moat.iommu.calgary.TceCache;
import dev.moat.iommu.calgary.TcesInState;
import dev.moat.iommu.calgary.driver.BusEntries;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import java.util.ArrayList;
import java.util.List;

/** What devices and a chip do on their own, each in one atomic action. */
final class CalgaryActions {
    private static final String NOTHING = "stutter";

    private final CalgarySetting setting;
    private final CalgaryUnit unit;
    private final TceCache cache;
    private final TcesInState tces;
    private final BusEntries entries;
    private final Port[] ports;
    private final Argument device;
    private final Argument page;
    private final Argument tag;
    private final Argument bus;

    CalgaryActions(
            Sizes sizes,
            CalgarySetting setting,
            CalgaryUnit unit,
            TceCache cache,
            TcesInState tces,
            BusEntries entries,
            Port[] ports) {
        this.setting = setting;
        this.unit = unit;
        this.cache = cache;
        this.tces = tces;
        this.entries = entries;
        this.ports = ports;
        device = new Argument("device", sizes.requesters().sort());
        page = new Argument("page", sizes.addresses().pages());
        tag = new Argument("tag", entries.sort());
        bus = new Argument("unit", sizes.requesters().units());
    }

    void declare(ModelBuilder model) {
        if (setting.walks) {
            add(model, "walk_start", Actor.DEVICE, List.of(device, page), this::accept, "walk");
            Guarded finish = (s, q, b, c, d, e) -> cache.finish(s, q);
            // The driver waits until what was accepted is done, so this is progress.
            model.action(
                    new Action("walk_finish", Actor.IOMMU, List.of(device), ModelBuilder.all(), finish, true, "fill"));
        } else {
            Guarded dma = (s, q, p, c, d, e) -> cache.fill(s, entries.group(q), p);
            add(model, "dma", Actor.DEVICE, List.of(device, page), dma, "fill");
        }
        Guarded evict = (s, t, p, b, d, e) -> entries.isTagged(s, b, t) && cache.evict(s, b, p);
        add(model, "evict", Actor.IOMMU, perBus(tag, page), evict, "evict");
        Guarded take = (s, b, c, d, e, f) -> ports[b].serve(s);
        model.action(
                new Action("take_tar", Actor.IOMMU, perBus(), ModelBuilder.all(), take, true, "complete-invalidation"));
        if (!setting.coherent) {
            Argument table = new Argument("table", unit.geometry().tables());
            Guarded writeBack = (s, t, p, c, d, e) -> tces.evict(s, t, p);
            add(model, "line_evicted", Actor.IOMMU, List.of(table, page), writeBack, NOTHING);
        }
        if (setting.stopFaults) {
            Guarded fail = (s, b, c, d, e, f) -> cache.failStop(s, b);
            add(model, "stop_fails", Actor.IOMMU, perBus(), fail, NOTHING);
        }
    }

    /** With the bus behind them where there is more than one. */
    private List<Argument> perBus(Argument... first) {
        List<Argument> all = new ArrayList<>(List.of(first));
        if (ports.length > 1) {
            all.add(bus);
        }
        return all;
    }

    /**
     * A request that the cache cannot answer is accepted. A write is tried only where a read does not get through: both find the
     * same entry.
     */
    private boolean accept(long[] s, int q, int p, int c, int d, int e) {
        return !cache.has(s, entries.group(q), p) && (cache.accept(s, q, p, false) || cache.accept(s, q, p, true));
    }

    private static void add(
            ModelBuilder model, String name, Actor actor, List<Argument> args, Guarded code, String claims) {
        model.action(new Action(name, actor, args, ModelBuilder.all(), code, false, claims));
    }
}
