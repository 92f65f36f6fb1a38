package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.BadSettingException;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * Actions of devices and VT-d units, and accesses of software that no operation waits for. Each is one atomic action.
 */
final class VtdActions {
    private static final String NOTHING = "stutter";

    private final VtdSetting setting;
    private final VtdUnits units;
    private final Port[] ports;
    private final VtdVisibility visibility;
    private final Argument device;
    private final Argument page;
    private final Argument tag;
    private final Argument unit;

    VtdActions(Sizes sizes, VtdSetting setting, VtdUnits units, Port[] ports, VtdVisibility visibility) {
        this.setting = setting;
        this.units = units;
        this.ports = ports;
        this.visibility = visibility;
        device = new Argument("device", sizes.requesters().sort());
        page = new Argument("page", sizes.addresses().pages());
        tag = new Argument("tag", units.state(0).geometry().tags());
        unit = new Argument("unit", sizes.requesters().units());
    }

    void declare(ModelBuilder model) {
        translations(model);
        if (setting.cachesContexts()) {
            contexts(model);
        }
        if (setting.deviceTlb) {
            Guarded ask = (s, q, p, c, d, e) -> units.deviceTlbs().ask(s, q, p);
            device(model, "ask_translation", List.of(device, page), ask, NOTHING);
        }
        QueueRecovery recovery = new QueueRecovery(model);
        if (setting.recoversQueue) {
            Guarded repair = (s, u, b, c, d, e) -> recovery.repair(s, units.queue(u));
            model.action(new Action(
                    "repair_queue", Actor.HYPERVISOR, List.of(unit), ModelBuilder.all(), repair, true, NOTHING));
        }
        if (setting.recordsFaults()) {
            faultRecords(model);
        }
        lateStores(model);
        if (setting.hasPagingCaches()) {
            pagingCaches(model);
        }
        if (setting.isQueued()) {
            queue(model);
        } else {
            requireOneUnit();
            Guarded complete = (s, a, b, c, d, e) -> ports[0].serve(s);
            service(model, "complete_command", List.of(), complete, "complete-invalidation");
        }
        if (setting.registers.buffersWrites()) {
            Guarded finish = (s, a, b, c, d, e) -> visibility.finishFlush(s);
            service(model, "complete_flush", List.of(), finish, NOTHING);
        }
    }

    /** That a CPU waits for a command is noted without the unit that it was given to. */
    private void requireOneUnit() {
        if (units.count() > 1) {
            throw new BadSettingException(
                    "invalidation", "several units are asked by their queues: invalidation=registers is for one");
        }
    }

    private void translations(ModelBuilder model) {
        if (setting.hasWalks()) {
            Guarded start = (s, q, p, c, d, e) -> walkStart(s, q, p);
            device(model, "walk_start", List.of(device, page), start, "walk");
            Guarded finish = (s, q, b, c, d, e) -> units.cachesOf(q).walkFinish(s, q);
            act(model, "walk_finish", List.of(device), finish, "fill");
        } else {
            device(model, "dma", List.of(device, page), (s, q, p, c, d, e) -> dma(s, q, p), "fill");
        }
        Guarded evict = (s, t, p, u, d, e) -> units.caches(u).evict(s, t, p);
        act(model, "evict", units.count() > 1 ? List.of(tag, page, unit) : List.of(tag, page), evict, "evict");
    }

    private void contexts(ModelBuilder model) {
        Guarded fill = (s, q, b, c, d, e) -> units.cachesOf(q).contextFill(s, q);
        act(model, "context_fill", List.of(device), fill, "fill-context");
        Guarded evict = (s, q, b, c, d, e) -> units.cachesOf(q).contextEvict(s, q);
        act(model, "context_evict", List.of(device), evict, "evict-context");
    }

    /** What a blocked request leaves behind, and how software takes it away. */
    private void faultRecords(ModelBuilder model) {
        Argument access = new Argument("access", new Sort("Access", List.of("read", "write")));
        Guarded fault = (s, q, p, write, d, e) -> units.faults(units.of(q)).fault(s, q, p, write != 0);
        device(model, "fault", List.of(device, page, access), fault, NOTHING);
        Guarded clear = (s, u, b, c, d, e) -> units.reader(u).take(s);
        software(model, "clear_fault", List.of(unit), clear);
        Guarded overflow = (s, u, b, c, d, e) -> units.faults(u).clearOverflow(s);
        software(model, "clear_overflow", List.of(unit), overflow);
    }

    /** Cache lines are written back, and the write buffer lets entries go, whenever they like. */
    private void lateStores(ModelBuilder model) {
        VtdUnit first = units.state(0);
        Argument entry = new Argument("entry", first.late.entries);
        if (!setting.registers.snoops()) {
            act(model, "line_evicted", List.of(entry), (s, i, b, c, d, e) -> first.late.evict(s, i), NOTHING);
        }
        if (setting.registers.buffersWrites()) {
            act(model, "buffer_drained", List.of(entry), (s, i, b, c, d, e) -> first.late.drain(s, i), NOTHING);
        }
    }

    private void pagingCaches(ModelBuilder model) {
        Argument node = new Argument("node", units.state(0).paging.nodes);
        Guarded fill = (s, q, n, c, d, e) -> units.cachesOf(q).pscFill(s, q, n);
        act(model, "table_fill", List.of(device, node), fill, NOTHING);
        Guarded evict = (s, t, n, u, d, e) -> units.caches(u).pscEvict(s, t, n);
        act(model, "table_evict", units.count() > 1 ? List.of(tag, node, unit) : List.of(tag, node), evict, NOTHING);
    }

    private void queue(ModelBuilder model) {
        List<Argument> which = units.count() > 1 ? List.of(unit) : List.of();
        Guarded consume = (s, u, b, c, d, e) -> ports[u].serve(s);
        service(model, "consume", which, consume, "complete-invalidation");
        if (setting.reorders()) {
            overtaking(model, which);
        }
    }

    /** Whenever one can overtake, the queue can also go on: so it hides no deadlock. */
    private void overtaking(ModelBuilder model, List<Argument> which) {
        List<Argument> arguments = new ArrayList<>(which);
        arguments.add(new Argument("place", Sort.numbered("QueuePlace", "p", Math.max(0, setting.ring - 2))));
        Guarded overtake = which.isEmpty()
                ? (s, place, b, c, d, e) -> units.queue(0).overtake(s, place)
                : (s, u, place, c, d, e) -> units.queue(u).overtake(s, place);
        model.free("overtake");
        service(model, "overtake", arguments, overtake, NOTHING);
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
    private static void software(ModelBuilder model, String name, List<Argument> args, Guarded code) {
        model.action(new Action(name, Actor.HYPERVISOR, args, ModelBuilder.all(), code, false, NOTHING));
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
