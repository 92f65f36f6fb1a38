package dev.moat.viommu.program;

import dev.moat.iommu.Port;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.viommu.record.Silence;
import dev.moat.viommu.state.FrontEnd;
import dev.moat.viommu.state.GuestLock;
import dev.moat.viommu.state.GuestUnits;
import dev.moat.viommu.state.HostUnit;
import dev.moat.viommu.state.Nesting;
import dev.moat.viommu.state.Shadow;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every change of a guest's translations does to the shadows of its devices, under the lock of its vIOMMU: take out what no
 * longer composes, have the physical unit forget it, put in what composes now.
 */
public final class Upkeep {
    private final ViommuState state;
    private final ViommuSetting setting;
    private final GuestUnits guests;
    private final HostUnit host;
    private final Shadow shadow;
    private final @Nullable FrontEnd frontEnd;
    private final @Nullable Nesting nesting;
    private final @Nullable Silence silence;
    /** {@code viommu.locks}: (guest) to 1 when the lock is taken. */
    private final Decision locks;
    /** {@code invalidation.covers}: (device, page, 0 not asked for, 1 the first page that is or all of them, 2 another one) to 1. */
    private final Decision covers;
    /** {@code p2m.covers}: (page, 1 when the shadow leads to the frame that leaves, 1 when the guest's table leads to the gfn) to 1. */
    private final Decision usesGfn;
    /** {@code shadow.must-flush}: (guest, 1 when something was taken out) to 1 when the physical unit is asked to forget. */
    private final Decision mustFlush;

    /** @param silence where guests have faults go unrecorded, otherwise null */
    public Upkeep(Whole whole, @Nullable Silence silence, ModelBuilder model) {
        this.silence = silence;
        state = whole.state();
        setting = state.setting;
        guests = whole.guests();
        host = whole.host();
        shadow = whole.shadow();
        frontEnd = shadow.frontEnd().orElse(null);
        nesting = shadow.nesting().orElse(null);
        locks = model.decision("viommu.locks", (s, guest, b, c) -> 1);
        covers = model.decision("invalidation.covers", (s, device, page, asked) -> asked == 0 ? 0 : 1);
        usesGfn = model.decision("p2m.covers", (s, page, byShadow, byTables) -> byShadow | byTables);
        mustFlush = model.decision("shadow.must-flush", (s, guest, cleared, c) -> cleared);
    }

    OperationPlan lock(OperationPlan plan) {
        return state.guestLock.take(plan, "viommu.locks", locks);
    }

    OperationPlan unlock(OperationPlan plan) {
        return state.guestLock.drop(plan, "viommu.locks", locks);
    }

    /** Break. */
    OperationPlan clear(OperationPlan plan) {
        Step clear = asking(Step.of("clear", this::clear)).asking("shadow.clears", "shadow.must-flush");
        return plan.step(nesting == null ? clear : clear.asking("nested.must-forget"));
    }

    /** Xen reads the descriptor that the guest has queued, once. */
    OperationPlan fetch(OperationPlan plan) {
        return plan.step(Step.of("fetch", this::fetch).asking("invalidation.covers"));
    }

    /** What was taken out is forgotten; nothing happens where nothing was. */
    OperationPlan flush(OperationPlan plan) {
        plan.step(Step.of("ask", this::ask).asking(host.port().decisions()))
                .step(Step.of("announce", this::announce))
                .step(Step.of("await", this::await));
        if (nesting != null) {
            // Behind the second level: what was cached of both meanwhile goes with it.
            plan.step(Step.of("ask-nested", this::askNested)).step(Step.of("await-nested", this::awaitNested));
        }
        return plan;
    }

    /** The device model lets go of answers that it has in hand, and has said so. */
    OperationPlan recall(OperationPlan plan) {
        return frontEnd == null ? plan : plan.step(Step.of("recall", this::recall));
    }

    /** What is in use stays, and its operation fails (EBUSY). Under the lock no new answer is given. */
    OperationPlan refuseInUse(OperationPlan plan) {
        return frontEnd == null
                ? plan
                : plan.step(Step.of("check-quiet", this::checkQuiet).on(Outcome.FAIL, GuestLock.UNLOCK));
    }

    /** Make. */
    OperationPlan insert(OperationPlan plan) {
        Step insert = asking(Step.of("insert", this::insert));
        return plan.step(silence == null ? insert : insert.asking(Silence.FOLLOWS, Silence.SUPPRESSES));
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

    /** Whether a running change is about a page of a device. */
    private boolean isAbout(long[] s, int cpu, int device, int page) {
        int what = (int) state.what.get(s, cpu);
        if (setting.guestOf(device) != guest(s, cpu)) {
            return false;
        }
        return switch (what) {
            case ViommuState.TRANSLATION, ViommuState.ROOT, ViommuState.RELINQUISH -> true;
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
        boolean forget = ViommuState.takesAll((int) state.what.get(s, cpu));
        boolean cleared = forget && !setting.isVirtual((int) state.device.get(s, cpu));
        boolean about = false;
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int p = 0; p < setting.pages.size() && !setting.isVirtual(q); p++) {
                boolean isAbout = isAbout(s, cpu, q, p);
                about |= isAbout;
                cleared |= isAbout && shadow.clear(s, q, p, forget);
            }
        }
        if (nesting != null) {
            clearNested(s, cpu, nesting, about, cleared);
        }
        state.mustFlush.set(s, cpu, mustFlush.decide(s, guest(s, cpu), cleared ? 1 : 0, 0));
        return Outcome.NEXT;
    }

    /** What the unit has made of both levels goes with either: of what the guest asks for, of its entry, of what left the p2m. */
    private void clearNested(long[] s, int cpu, Nesting of, boolean about, boolean cleared) {
        boolean blocked = false;
        boolean p2m = state.what.get(s, cpu) == ViommuState.P2M;
        for (int q = 0; q < setting.devices.size() && !p2m; q++) {
            blocked |=
                    isAboutDevice(s, cpu, q) && shadow.block(s, q, ViommuState.takesAll((int) state.what.get(s, cpu)));
        }
        of.owe(s, cpu, Nesting.SECOND_LEVEL, cleared);
        of.owe(s, cpu, Nesting.ENTRY, blocked);
        of.owe(s, cpu, Nesting.INVALIDATED, about && !p2m && state.what.get(s, cpu) <= ViommuState.CONTEXT);
    }

    private boolean isAboutDevice(long[] s, int cpu, int device) {
        boolean about = false;
        for (int p = 0; p < setting.pages.size(); p++) {
            about |= isAbout(s, cpu, device, p);
        }
        return about;
    }

    private int insert(long[] s, int cpu) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (state.what.get(s, cpu) != ViommuState.P2M && isAboutDevice(s, cpu, q)) {
                shadow.lead(s, q);
                if (silence != null) {
                    silence.follow(s, q);
                }
            }
            for (int p = 0; p < setting.pages.size() && !setting.isVirtual(q); p++) {
                if (isAbout(s, cpu, q, p)) {
                    shadow.insert(s, q, p);
                }
            }
        }
        return Outcome.NEXT;
    }

    private int recall(long[] s, int cpu) {
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int p = 0; p < setting.pages.size() && frontEnd != null; p++) {
                if (frontEnd.isAskedByModel(q) && frontEnd.holds(s, q, p) && isAbout(s, cpu, q, p)) {
                    return Outcome.BLOCKED;
                }
            }
        }
        return Outcome.NEXT;
    }

    private int checkQuiet(long[] s, int cpu) {
        return frontEnd != null && frontEnd.holds(s, (int) state.device.get(s, cpu)) ? Outcome.FAIL : Outcome.NEXT;
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
        if (!isClean(s, cpu)
                && !host.port()
                        .askTranslations(s, cpu, host.tagOf(s, device), Port.ALL_PAGES, Port.ALL_PAGES, Port.LEAVES)) {
            return Outcome.BLOCKED;
        }
        return Outcome.NEXT;
    }

    private int askNested(long[] s, int cpu) {
        if (nesting != null) {
            nesting.ask(s, cpu, guest(s, cpu));
        }
        return Outcome.NEXT;
    }

    private int awaitNested(long[] s, int cpu) {
        return nesting == null || nesting.isDone(s, guest(s, cpu)) ? Outcome.NEXT : Outcome.BLOCKED;
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
