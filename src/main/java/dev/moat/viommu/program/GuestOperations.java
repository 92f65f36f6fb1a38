package dev.moat.viommu.program;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Filter;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.viommu.state.GuestUnits;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;

/**
 * What a guest does to its unit that traps into Xen: it moves the tail of its queue, behind an invalidation and a wait; it
 * switches translation; it sets another root table. Its own driver does one after the other. {@code @source} VT-d
 * specification 2.x, chapter 6.5.2.
 */
public final class GuestOperations {
    private static final Sort SWITCH = new Sort("Switch", List.of("off", "on"));

    private final ViommuState state;
    private final ViommuSetting setting;
    private final GuestUnits guests;
    private final Upkeep upkeep;
    private final ModelBuilder model;

    public GuestOperations(Whole whole, Upkeep upkeep, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        guests = whole.guests();
        this.upkeep = upkeep;
        this.model = model;
    }

    public void declare() {
        Argument space = new Argument("space", setting.guestSpaces);
        Argument page = new Argument("page", setting.pages);
        Argument device = new Argument("device", setting.devices);
        Argument guest = new Argument("guest", setting.domains);
        invalidation("invalidate_page", List.of(space, page), (s, cpu, sp, p, c, d, e) -> beginPages(s, cpu, sp, p, p));
        if (setting.ranges) {
            invalidation("invalidate_range", List.of(space), (s, cpu, sp, b, c, d, e) -> beginPages(s, cpu, sp, 0, 1));
        }
        if (setting.coarse) {
            invalidation(
                    "invalidate_domain",
                    List.of(space),
                    (s, cpu, sp, b, c, d, e) -> begin(s, cpu, ViommuState.SPACE, sp, 0));
            invalidation(
                    "invalidate_global",
                    List.of(guest),
                    (s, cpu, g, b, c, d, e) -> begin(s, cpu, ViommuState.EVERYTHING, g * setting.spacesOfEach, 0));
        }
        if (setting.contexts) {
            invalidation(
                    "invalidate_context",
                    List.of(device),
                    (s, cpu, q, b, c, d, e) -> begin(s, cpu, ViommuState.CONTEXT, 0, q));
        }
        if (setting.switchesTe) {
            Step change = Step.of("switch", this::switchTranslation);
            operation(
                    "set_te",
                    List.of(guest, new Argument("to", SWITCH)),
                    (s, cpu, g, on, c, d, e) -> beginTe(s, cpu, g, on),
                    changing(change).steps());
        }
        if (setting.changesRoot) {
            Step change = Step.of("load-root", this::loadRoot).asking(guests.entryDecisions());
            operation(
                    "set_root",
                    List.of(guest, space),
                    (s, cpu, g, sp, c, d, e) -> beginRoot(s, cpu, g, sp),
                    changing(change).steps());
        }
    }

    private void operation(String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        Filter all = ModelBuilder.all();
        model.operation(new Operation(name, Actor.GUEST, arguments, all, start, steps, null));
    }

    private void invalidation(String name, List<Argument> arguments, Operation.Start start) {
        OperationPlan plan =
                new OperationPlan().step(Step.of("submit", this::submit).asking(guests.queueDecisions()));
        upkeep.clear(upkeep.fetch(upkeep.lock(plan)));
        upkeep.insert(upkeep.recall(upkeep.flush(plan)));
        plan.step(Step.of("complete", this::complete));
        operation(name, arguments, start, upkeep.unlock(plan).steps());
    }

    private OperationPlan changing(Step change) {
        OperationPlan plan = upkeep.lock(new OperationPlan()).step(change);
        upkeep.insert(upkeep.recall(upkeep.flush(upkeep.clear(plan))));
        return upkeep.unlock(plan.step(Step.of("report", this::report)));
    }

    /** Whether a guest's driver may begin: there is a unit, and it has begun nothing that has not ended. */
    private boolean isFree(long[] s, int guest) {
        for (int cpu = 0; cpu < setting.cpus.size(); cpu++) {
            if (state.runsFor(s, cpu, guest) && ViommuState.isGuests((int) state.what.get(s, cpu))) {
                return false;
            }
        }
        return state.hasUnit(s, guest);
    }

    private boolean beginPages(long[] s, int cpu, int space, int first, int last) {
        int guest = setting.guestOfSpace(space);
        if (!isFree(s, guest) || !setting.writesTables(guest) || !hasChanged(s, space, space, first, last)) {
            return false;
        }
        note(s, cpu, guest, ViommuState.PAGES, first);
        state.space.set(s, cpu, space);
        state.last.set(s, cpu, last);
        return true;
    }

    private boolean begin(long[] s, int cpu, int what, int space, int device) {
        int guest = what == ViommuState.CONTEXT ? setting.guestOf(device) : setting.guestOfSpace(space);
        int lastSpace = what == ViommuState.SPACE ? space : space + setting.spacesOfEach - 1;
        boolean worthwhile = what == ViommuState.CONTEXT
                ? state.staleEntry.get(s, device) == ViommuState.CHANGED
                : hasChanged(s, space, lastSpace, 0, setting.pages.size() - 1);
        if (!isFree(s, guest) || !setting.writesTables(guest) || !worthwhile) {
            return false;
        }
        note(s, cpu, guest, what, 0);
        state.space.set(s, cpu, space);
        state.device.set(s, cpu, device);
        return true;
    }

    /** Whether the guest has changed something in these spaces and pages, and has not asked for it to be forgotten. */
    private boolean hasChanged(long[] s, int firstSpace, int lastSpace, int first, int last) {
        for (int space = firstSpace; space <= lastSpace; space++) {
            for (int p = first; p <= last; p++) {
                if (state.staleTable.get(s, space, p) == ViommuState.CHANGED) {
                    return true;
                }
            }
        }
        return false;
    }

    private void note(long[] s, int cpu, int guest, int what, int place) {
        state.begin(s, cpu, guest, what);
        state.page.set(s, cpu, place);
    }

    /** The guest fills its queue and moves the tail, which traps. What it asks for is being paid from now on. */
    private int submit(long[] s, int cpu) {
        int what = (int) state.what.get(s, cpu);
        int of = (int) state.space.get(s, cpu);
        if (what == ViommuState.PAGES) {
            guests.submitPages(s, cpu, of, (int) state.page.get(s, cpu), (int) state.last.get(s, cpu));
        } else {
            guests.submit(s, cpu, what, of, (int) state.device.get(s, cpu));
        }
        for (int space = 0; space < setting.guestSpaces.size(); space++) {
            for (int p = 0; p < setting.pages.size(); p++) {
                if (setting.guestOfSpace(space) == state.guest.get(s, cpu)
                        && state.staleTable.get(s, space, p) == ViommuState.CHANGED
                        && guests.isAskedForIn(s, cpu, space, p)) {
                    state.staleTable.set(s, space, p, ViommuState.BEING_PAID);
                }
            }
        }
        int device = (int) state.device.get(s, cpu);
        if (what == ViommuState.CONTEXT && state.staleEntry.get(s, device) == ViommuState.CHANGED) {
            state.staleEntry.set(s, device, ViommuState.BEING_PAID);
        }
        return Outcome.NEXT;
    }

    private boolean beginTe(long[] s, int cpu, int guest, int on) {
        if (!isFree(s, guest) || !setting.writesTables(guest) || state.te.get(s, guest) == on) {
            return false;
        }
        note(s, cpu, guest, ViommuState.TRANSLATION, on);
        return true;
    }

    private int switchTranslation(long[] s, int cpu) {
        state.te.set(s, (int) state.guest.get(s, cpu), state.page.get(s, cpu));
        return Outcome.NEXT;
    }

    /** Another root table, in which every device of the guest is led to one space. */
    private boolean beginRoot(long[] s, int cpu, int guest, int space) {
        if (!isFree(s, guest) || !setting.writesTables(guest) || setting.guestOfSpace(space) != guest) {
            return false;
        }
        boolean differs = false;
        for (int q = 0; q < setting.devices.size(); q++) {
            differs |= setting.guestOf(q) == guest && guests.spaceOf(s, q) != space;
        }
        if (differs) {
            note(s, cpu, guest, ViommuState.ROOT, space);
        }
        return differs;
    }

    /** The unit looks at the new table from now on: all that was cached of entries is reset. */
    private int loadRoot(long[] s, int cpu) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == state.guest.get(s, cpu)) {
                guests.lead(s, q, (int) state.page.get(s, cpu));
                state.staleEntry.set(s, q, ViommuState.BEING_PAID);
            }
        }
        return Outcome.NEXT;
    }

    /** The guest's wait descriptor is done: it sees its status word, and relies on it. */
    private int complete(long[] s, int cpu) {
        guests.complete(s, cpu);
        return report(s, cpu);
    }

    /** What the guest asked for is done, but for what it has changed since. */
    private int report(long[] s, int cpu) {
        for (int i = 0; i < state.staleTable.size(); i++) {
            if (setting.guestOfSpace(i / setting.pages.size()) == state.guest.get(s, cpu)) {
                state.staleTable.set(s, i, paid(state.staleTable.get(s, i)));
            }
        }
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == state.guest.get(s, cpu)) {
                state.staleEntry.set(s, q, paid(state.staleEntry.get(s, q)));
            }
        }
        return Outcome.NEXT;
    }

    private static long paid(long stale) {
        return stale == ViommuState.BEING_PAID
                ? ViommuState.PAID
                : stale == ViommuState.CHANGED_AGAIN ? ViommuState.CHANGED : stale;
    }
}
