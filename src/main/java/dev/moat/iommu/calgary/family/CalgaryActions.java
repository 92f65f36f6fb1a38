package dev.moat.iommu.calgary.family;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import java.util.ArrayList;
import java.util.List;

/** Actions of devices and a chip. Each is one atomic action. */
final class CalgaryActions {
    private static final String NOTHING = "stutter";

    private final CalgaryIommu chip;
    private final Argument device;
    private final Argument page;
    private final Argument tag;
    private final Argument bus;

    CalgaryActions(CalgaryIommu chip) {
        this.chip = chip;
        device = new Argument("device", chip.sizes().requesters().sort());
        page = new Argument("page", chip.sizes().addresses().pages());
        tag = new Argument("tag", chip.entries.sort());
        bus = new Argument("unit", chip.units());
    }

    void declare(ModelBuilder model) {
        if (chip.setting.walks) {
            // A write is tried only where a read does not get through: both find the same entry.
            Guarded accept = (s, q, p, c, d, e) -> (chip.setting.hits || !chip.cache.has(s, chip.unitOf(q), p))
                    && (chip.cache.accept(s, q, p, false) || chip.cache.accept(s, q, p, true));
            model.action(byDevice("walk_start", accept, "walk"));
            // The driver waits until what was accepted is done, so this is progress.
            Guarded finish = (s, q, b, c, d, e) -> chip.cache.finish(s, q);
            model.action(byChip("walk_finish", List.of(device), finish, true, "fill"));
        } else {
            Guarded dma = (s, q, p, c, d, e) -> chip.cache.fill(s, chip.unitOf(q), p);
            model.action(byDevice("dma", dma, "fill"));
        }
        Guarded evict = (s, t, p, b, d, e) -> chip.entries.isTagged(s, b, t) && chip.cache.evict(s, b, p);
        model.action(byChip("evict", perBus(tag, page), evict, false, "evict"));
        Guarded take = (s, b, c, d, e, f) -> chip.port(b).serve(s);
        model.action(byChip("take_tar", perBus(), take, true, "complete-invalidation"));
        if (!chip.setting.coherent) {
            Argument table = new Argument("table", chip.sizes().spaces().sort());
            Guarded writeBack = (s, t, p, c, d, e) -> chip.tces.evict(s, t, p);
            model.action(byChip("line_evicted", List.of(table, page), writeBack, false, NOTHING));
        }
        if (chip.setting.stopFaults) {
            // Only while something is in flight: once the split queue was empty, the driver relies on the stop.
            Guarded fail = (s, b, c, d, e, f) -> chip.unit.isBusy(s, b) && chip.cache.failStop(s, b);
            model.action(byChip("stop_fails", perBus(), fail, false, NOTHING));
        }
    }

    /** With the bus behind them where there is more than one. */
    private List<Argument> perBus(Argument... first) {
        List<Argument> all = new ArrayList<>(List.of(first));
        if (chip.units().size() > 1) {
            all.add(bus);
        }
        return all;
    }

    private Action byDevice(String name, Guarded code, String claims) {
        return new Action(name, Actor.DEVICE, List.of(device, page), ModelBuilder.all(), code, false, claims);
    }

    private static Action byChip(String name, List<Argument> args, Guarded code, boolean service, String claims) {
        return new Action(name, Actor.IOMMU, args, ModelBuilder.all(), code, service, claims);
    }
}
