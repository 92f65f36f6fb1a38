package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * Actions of devices and AMD-Vi units, and accesses of software that no operation waits for. Each is one atomic
 * action.
 */
final class AmdViActions {
    private static final String NOTHING = "stutter";

    private final AmdViSetting setting;
    private final AmdViUnits units;
    private final Port[] ports;
    private final boolean hasHalves;
    private final Argument device;
    private final Argument page;
    private final Argument tag;
    private final Argument unit;

    AmdViActions(Sizes sizes, AmdViSetting setting, AmdViUnits units, Port[] ports) {
        this.setting = setting;
        this.units = units;
        this.ports = ports;
        hasHalves = setting.replicates(sizes);
        device = new Argument("device", sizes.requesters().sort());
        page = new Argument("page", sizes.addresses().pages());
        tag = new Argument("tag", units.state(0).geometry().tags());
        unit = new Argument("unit", sizes.requesters().units());
    }

    void declare(ModelBuilder model) {
        translations(model);
        if (setting.cachesEntries) {
            entries(model);
        }
        if (setting.cachesDirectories) {
            directories(model);
        }
        if (setting.logs) {
            events(model);
        }
        commands(model);
        if (setting.restarts) {
            restarts(model);
        }
    }

    /** What a command buffer held when software begins it anew is lost, so software waits until it is empty. */
    private void restarts(ModelBuilder model) {
        Decision empty = model.decision("restart.waits", (s, u, b, c) -> 1);
        Guarded restart = (s, u, b, c, d, e) -> {
            if (units.commands(u).isPending(s) && empty.decide(s, u, 0, 0) != 0) {
                return false;
            }
            units.commands(u).restart(s);
            return true;
        };
        model.action(new Action(
                "restart", Actor.HYPERVISOR, perUnit(), ModelBuilder.all(), restart, false, "complete-invalidation"));
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
        if (hasHalves) {
            Guarded other = (s, q, p, c, d, e) -> units.cachesOf(q).fillOtherHalf(s, q, p);
            device(model, "dma_other_half", List.of(device, page), other, "fill");
        }
        Guarded evict = (s, t, p, u, d, e) -> units.caches(u).evict(s, t, p);
        act(model, "evict", perUnit(tag, page), evict, "evict");
    }

    private void entries(ModelBuilder model) {
        Guarded fill = (s, q, b, c, d, e) -> units.cachesOf(q).deviceFill(s, q);
        act(model, "device_fill", List.of(device), fill, "fill-context");
        Guarded evict = (s, q, b, c, d, e) -> units.cachesOf(q).deviceEvict(s, q);
        act(model, "device_evict", List.of(device), evict, "evict-context");
    }

    private void directories(ModelBuilder model) {
        Argument node = new Argument("node", units.state(0).directories.nodes);
        Guarded fill = (s, q, n, c, d, e) -> units.cachesOf(q).tableFill(s, q, n);
        act(model, "table_fill", List.of(device, node), fill, NOTHING);
        Guarded evict = (s, t, n, u, d, e) -> units.caches(u).tableEvict(s, t, n);
        act(model, "table_evict", perUnit(tag, node), evict, NOTHING);
    }

    /** What a blocked request leaves behind, and how software takes it away. */
    private void events(ModelBuilder model) {
        Argument access = new Argument("access", new Sort("Access", List.of("read", "write")));
        Guarded block = (s, q, p, write, d, e) -> units.events(units.of(q)).block(s, q, p, write != 0);
        device(model, "fault", List.of(device, page, access), block, NOTHING);
        software(model, "take_event", (s, u, b, c, d, e) -> units.events(u).take(s));
        software(model, "restart_log", (s, u, b, c, d, e) -> units.events(u).restart(s));
    }

    private void commands(ModelBuilder model) {
        service(model, "consume", perUnit(), (s, u, b, c, d, e) -> ports[u].serve(s), "complete-invalidation");
        if (setting.reorders) {
            // Whenever one can overtake, the buffer can also go on: so it hides no deadlock.
            Argument place = new Argument("place", Sort.numbered("RingPlace", "p", Math.max(0, setting.ring - 2)));
            Guarded overtake = (s, n, u, c, d, e) -> units.commands(u).overtake(s, n);
            model.free("overtake");
            service(model, "overtake", perUnit(place), overtake, NOTHING);
        }
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

    /** What software does at any time. */
    private void software(ModelBuilder model, String name, Guarded code) {
        model.action(new Action(name, Actor.HYPERVISOR, List.of(unit), ModelBuilder.all(), code, false, NOTHING));
    }

    /**
     * A request that the IOTLB cannot answer fills it. A write is tried only where a read would hit: both find the same
     * entry, so they differ only where the cached rights lack the write.
     */
    private boolean dma(long[] s, int q, int p) {
        return units.cachesOf(q).fill(s, q, p, false) || units.cachesOf(q).fill(s, q, p, true);
    }

    private boolean walkStart(long[] s, int q, int p) {
        return units.cachesOf(q).walkStart(s, q, p, false) || units.cachesOf(q).walkStart(s, q, p, true);
    }
}
