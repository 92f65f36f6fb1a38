package dev.moat.viommu.program;

import dev.moat.iommu.driver.Port;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Decision;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.viommu.state.GuestUnits;
import dev.moat.viommu.state.HostUnit;
import dev.moat.viommu.state.Shadow;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.ArrayList;
import java.util.List;

/**
 * What every change of a guest's translations does to the shadows of its devices, under the lock of its vIOMMU: take out what no
 * longer composes, have the physical unit forget it, put in what composes now.
 */
public final class Upkeep {
    static final String UNLOCK = "unlock";
    private static final String LOCK = "lock.viommu";

    private final ViommuState state;
    private final ViommuSetting setting;
    private final GuestUnits guests;
    private final HostUnit host;
    private final Shadow shadow;
    /** {@code viommu.locks}: (guest) to 1 when the lock is taken. */
    private final Decision locks;
    /** {@code invalidation.covers}: (device, page, 0 not asked for, 1 the first page that is or all of them, 2 another one) to 1. */
    private final Decision covers;
    /** {@code p2m.covers}: (page, 1 when the shadow leads to the frame that leaves, 1 when the guest's table leads to the gfn) to 1. */
    private final Decision usesGfn;
    /** {@code shadow.must-flush}: (guest, 1 when something was taken out) to 1 when the physical unit is asked to forget. */
    private final Decision mustFlush;

    public Upkeep(Whole whole, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        guests = whole.guests();
        host = whole.host();
        shadow = whole.shadow();
        locks = model.decision("viommu.locks", (s, guest, b, c) -> 1);
        covers = model.decision("invalidation.covers", (s, device, page, asked) -> asked == 0 ? 0 : 1);
        usesGfn = model.decision("p2m.covers", (s, page, byShadow, byTables) -> byShadow | byTables);
        mustFlush = model.decision("shadow.must-flush", (s, guest, cleared, c) -> cleared);
    }

    OperationPlan lock(OperationPlan plan) {
        return plan.step(Step.of("lock", this::lock).taking(LOCK).asking("viommu.locks"));
    }

    OperationPlan unlock(OperationPlan plan) {
        return plan.step(Step.of(UNLOCK, this::unlock).dropping(LOCK));
    }

    /** Break. */
    OperationPlan clear(OperationPlan plan) {
        return plan.step(asking(Step.of("clear", this::clear)).asking("shadow.clears", "shadow.must-flush"));
    }

    /** Xen reads the descriptor that the guest has queued, once. */
    OperationPlan fetch(OperationPlan plan) {
        return plan.step(Step.of("fetch", this::fetch).asking("invalidation.covers"));
    }

    /** What was taken out is forgotten; nothing happens where nothing was. */
    OperationPlan flush(OperationPlan plan) {
        return plan.step(Step.of("ask", this::ask).asking(host.port().decisions()))
                .step(Step.of("announce", this::announce))
                .step(Step.of("await", this::await));
    }

    /** Make. */
    OperationPlan insert(OperationPlan plan) {
        return plan.step(asking(Step.of("insert", this::insert)));
    }

    private Step asking(Step step) {
        List<String> all = new ArrayList<>(Shadow.COMPOSING);
        all.add("p2m.covers");
        all.addAll(host.unit.tables().tableDecisions());
        return step.asking(all);
    }

    private int guest(long[] s, int cpu) {
        return (int) state.guest.get(s, cpu);
    }

    private int lock(long[] s, int cpu) {
        int guest = guest(s, cpu);
        if (locks.decide(s, guest, 0, 0) == 0) {
            return Outcome.NEXT;
        }
        if (state.lock.get(s, guest) != 0) {
            return Outcome.BLOCKED;
        }
        state.lock.set(s, guest, cpu + 1L);
        return Outcome.NEXT;
    }

    private int unlock(long[] s, int cpu) {
        if (state.lock.get(s, guest(s, cpu)) == cpu + 1) {
            state.lock.set(s, guest(s, cpu), 0);
        }
        return Outcome.DONE;
    }

    /** Whether a running change is about a page of a device. */
    private boolean isAbout(long[] s, int cpu, int device, int page) {
        int what = (int) state.what.get(s, cpu);
        if (setting.guestOf(device) != guest(s, cpu)) {
            return false;
        }
        return switch (what) {
            case ViommuState.TRANSLATION, ViommuState.ROOT -> true;
            case ViommuState.ATTACH, ViommuState.DETACH -> device == state.device.get(s, cpu);
            case ViommuState.P2M -> usesGfn(s, cpu, device, page);
            default -> state.covered.get(s, cpu, device, page) != 0;
        };
    }

    private int fetch(long[] s, int cpu) {
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int p = 0; p < setting.pages.size(); p++) {
                boolean asked = setting.guestOf(q) == guest(s, cpu) && guests.isAskedFor(s, cpu, q, p);
                boolean later = state.what.get(s, cpu) == ViommuState.PAGES && p != state.page.get(s, cpu);
                state.covered.set(s, cpu, q, p, covers.decide(s, q, p, asked ? later ? 2 : 1 : 0));
            }
        }
        return Outcome.NEXT;
    }

    /** The shadow may lead to a frame at a page that the guest's table no longer leads there: both are looked at. */
    private boolean usesGfn(long[] s, int cpu, int device, int page) {
        int leaving = (int) state.leaving.get(s, cpu) - 1;
        int byShadow = leaving >= 0 && shadow.leadsTo(s, device, page, leaving) ? 1 : 0;
        int byTables = shadow.gfn(s, device, page) == state.page.get(s, cpu) ? 1 : 0;
        return usesGfn.decide(s, page, byShadow, byTables) != 0;
    }

    private int clear(long[] s, int cpu) {
        boolean forget = state.what.get(s, cpu) == ViommuState.DETACH;
        boolean cleared = forget && !setting.isVirtual((int) state.device.get(s, cpu));
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int p = 0; p < setting.pages.size() && !setting.isVirtual(q); p++) {
                cleared |= isAbout(s, cpu, q, p) && shadow.clear(s, q, p, forget);
            }
        }
        state.mustFlush.set(s, cpu, mustFlush.decide(s, guest(s, cpu), cleared ? 1 : 0, 0));
        return Outcome.NEXT;
    }

    private int insert(long[] s, int cpu) {
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int p = 0; p < setting.pages.size() && !setting.isVirtual(q); p++) {
                if (isAbout(s, cpu, q, p)) {
                    shadow.insert(s, q, p);
                }
            }
        }
        return Outcome.NEXT;
    }

    /** The passed-through device of the guest, or -1. */
    private int passed(long[] s, int cpu) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == guest(s, cpu) && !setting.isVirtual(q)) {
                return q;
            }
        }
        return -1;
    }

    private boolean isClean(long[] s, int cpu) {
        return state.mustFlush.get(s, cpu) == 0;
    }

    private int ask(long[] s, int cpu) {
        int device = passed(s, cpu);
        if (isClean(s, cpu)) {
            return Outcome.NEXT;
        }
        boolean asked =
                host.port().askTranslations(s, cpu, host.tagOf(s, device), Port.ALL_PAGES, Port.ALL_PAGES, Port.LEAVES);
        return asked ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private int announce(long[] s, int cpu) {
        return isClean(s, cpu) || host.port().announce(s, cpu) ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private int await(long[] s, int cpu) {
        if (!isClean(s, cpu) && !host.port().isDone(s, cpu)) {
            return Outcome.BLOCKED;
        }
        state.mustFlush.set(s, cpu, 0);
        return Outcome.NEXT;
    }
}
