package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.queue.CommandPort;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** Actions of devices and RISC-V units. Each is one atomic action. */
final class RiscvActions {
    private static final String NOTHING = "stutter";
    private static final String COMPLETES = "complete-invalidation";

    private final RiscvSetting setting;
    private final RiscvUnits units;
    private final Port[] ports;
    private final CommandPort.Waits waits;
    private final Argument device;
    private final Argument page;
    private final Argument tag;
    private final Argument unit;

    RiscvActions(Sizes sizes, RiscvSetting setting, RiscvUnits units, Port[] ports, CommandPort.Waits waits) {
        this.setting = setting;
        this.units = units;
        this.ports = ports;
        this.waits = waits;
        device = new Argument("device", sizes.requesters().sort());
        page = new Argument("page", sizes.addresses().pages());
        tag = new Argument("tag", units.state(0).geometry().tags());
        unit = new Argument("unit", sizes.requesters().units());
    }

    void declare(ModelBuilder model) {
        translations(model);
        if (setting.cachesContexts) {
            Guarded fill = (s, q, b, c, d, e) -> units.cachesOf(q).contextFill(s, q);
            act(model, "context_fill", List.of(device), fill, "fill-context");
            Guarded evict = (s, q, b, c, d, e) -> units.cachesOf(q).contextEvict(s, q);
            act(model, "context_evict", List.of(device), evict, "evict-context");
        }
        if (setting.cachesTables) {
            Argument node = new Argument("node", units.state(0).nodes);
            Guarded fill = (s, q, n, c, d, e) -> units.cachesOf(q).tableFill(s, q, n);
            act(model, "table_fill", List.of(device, node), fill, NOTHING);
            Guarded evict = (s, t, n, u, d, e) -> units.caches(u).tableEvict(s, t, n);
            act(model, "table_evict", perUnit(tag, node), evict, NOTHING);
        }
        commands(model);
    }

    private void translations(ModelBuilder model) {
        if (setting.walks) {
            Guarded start = (s, q, p, c, d, e) -> walkStart(s, q, p);
            device(model, "walk_start", List.of(device, page), start, "walk");
            Guarded finish = (s, q, b, c, d, e) -> units.cachesOf(q).walkFinish(s, q);
            act(model, "walk_finish", List.of(device), finish, "fill");
        } else {
            device(model, "dma", List.of(device, page), (s, q, p, c, d, e) -> dma(s, q, p), "fill");
        }
        Guarded evict = (s, t, p, u, d, e) -> units.caches(u).evict(s, t, p);
        act(model, "evict", perUnit(tag, page), evict, "evict");
    }

    private void commands(ModelBuilder model) {
        if (!setting.fetches) {
            service(model, "consume", perUnit(), (s, u, b, c, d, e) -> ports[u].serve(s), COMPLETES);
            return;
        }
        Guarded fetch = (s, u, b, c, d, e) -> units.commands(u).fetch(s, waits.unitWaits(s));
        service(model, "fetch", perUnit(), fetch, NOTHING);
        service(
                model,
                "consume",
                perUnit(),
                (s, u, b, c, d, e) -> units.commands(u).consume(s, 0),
                COMPLETES);
        // Whenever one can overtake, the unit can also go on: so it hides no deadlock.
        int places = Math.max(0, setting.shape.ring() - 2);
        Argument place = new Argument("place", Sort.numbered("QueuePlace", "p", places));
        Guarded overtake = (s, n, u, c, d, e) -> units.commands(u).overtake(s, n);
        model.free("overtake");
        service(model, "overtake", perUnit(place), overtake, NOTHING);
    }

    /** With the unit behind them where there is more than one; it is 0 otherwise. */
    private List<Argument> perUnit(Argument... first) {
        List<Argument> all = new ArrayList<>(List.of(first));
        if (units.count() > 1) {
            all.add(unit);
        }
        return all;
    }

    private static void act(ModelBuilder model, String name, List<Argument> args, Guarded code, String claims) {
        model.action(new Action(name, Actor.IOMMU, args, ModelBuilder.all(), code, false, claims));
    }

    /** What is asked for and done some time later: it counts as progress. */
    private static void service(ModelBuilder model, String name, List<Argument> args, Guarded code, String claims) {
        model.action(new Action(name, Actor.IOMMU, args, ModelBuilder.all(), code, true, claims));
    }

    /** What a device does. */
    private static void device(ModelBuilder model, String name, List<Argument> args, Guarded code, String claims) {
        model.action(new Action(name, Actor.DEVICE, args, ModelBuilder.all(), code, false, claims));
    }

    /** A write is tried only where a read would hit: both find the same entry, so they differ only where the cached rights lack the write. */
    private boolean dma(long[] s, int q, int p) {
        return units.cachesOf(q).fill(s, q, p, false) || units.cachesOf(q).fill(s, q, p, true);
    }

    private boolean walkStart(long[] s, int q, int p) {
        return units.cachesOf(q).walkStart(s, q, p, false) || units.cachesOf(q).walkStart(s, q, p, true);
    }
}
