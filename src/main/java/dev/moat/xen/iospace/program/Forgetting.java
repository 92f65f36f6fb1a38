package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.DriverSteps;
import dev.moat.iommu.Port;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has units forget: what is owed to the pages of a domain's spaces, everything of one space, or a device's entry. Each time a unit is
 * asked, driven, announced to and awaited, in steps of their own.
 */
final class Forgetting {
    private final SpaceState state;
    private final Call call;
    /** {@code forget.space}: (domain, space) to 1 when a space in which something is owed is asked to be forgotten. */
    private final Decision asks;
    /** {@code forget.absence}: (space, whether it is a device's entry) to 1 when units forget that there was nothing; only where they may have noted it. */
    private final @Nullable Decision asksOfAbsence;

    Forgetting(SpaceState state, Call call, ModelBuilder model) {
        this.state = state;
        this.call = call;
        asks = model.decision("forget.space", (s, domain, space, c) -> 1);
        boolean remembers = state.can.caching().absence() || state.iommu.duty().remembersAbsentEntry();
        asksOfAbsence = remembers ? model.decision("forget.absence", (s, space, entry, c) -> 1) : null;
    }

    /** What {@link #steps} does first: asks, and answers DONE where there is nothing to ask for. */
    private interface Asking {
        int ask(long[] s, int cpu);
    }

    /** The steps that have forgotten what is owed in all spaces of the call's domain. */
    List<Step> owed(String what) {
        return steps(what, this::askOwed, this::awaitOwed);
    }

    /** The steps that have everything of the device's space forgotten, which also ends its requests in flight. */
    List<Step> space(String what) {
        return steps(what, this::askSpace, this::awaitSpace);
    }

    /** The steps that have the pages of the call forgotten, or all of its space where nothing less can be asked for. */
    List<Step> pages(String what) {
        return steps(what, this::askCalled, this::awaitCalled);
    }

    /** The steps that have the device's cached entry forgotten. */
    List<Step> entry(String what) {
        return steps(what, this::askEntry, this::awaitEntry);
    }

    /** The steps that have forgotten that the call's pages were absent; none where units do not cache that. */
    List<Step> absence(String what) {
        return !state.can.caching().absence() ? List.of() : steps(what, this::askMapped, this::awaitAbsence);
    }

    /** The steps that have forgotten that the device had no entry, and, where absent pages are noted too, what its requests found then. */
    List<Step> absentEntry(String entry, String found) {
        if (!state.iommu.duty().remembersAbsentEntry()) {
            return List.of();
        }
        List<Step> both = new ArrayList<>(steps(entry, this::askAbsentEntry, this::awaitAbsence));
        if (state.can.caching().absence()) {
            both.addAll(steps(found, this::askFound, this::awaitAbsence));
        }
        return both;
    }

    private List<Step> steps(String what, Asking first, Asking last) {
        Port port = state.iommu.port(0);
        OperationPlan plan = new OperationPlan()
                .step(Step.of("ask-" + what, first::ask)
                        .claiming("submit")
                        .asking("forget.space")
                        .asking(asksOfAbsence == null ? List.of() : List.of("forget.absence"))
                        .asking(port.decisions())
                        .on(DONE, "settled-" + what));
        Step tell = Step.of("announce-" + what, (s, cpu) -> port(s, cpu).announce(s, cpu) ? NEXT : BLOCKED);
        Step announce = state.can.asking().queued() ? tell : tell.quietly();
        DriverSteps.before(announce, port, this::port, step -> step + "-" + what)
                .forEach(plan::step);
        return plan.step(Step.of("await-" + what, last::ask)
                        .claiming("acknowledge")
                        .on(LOOP, "ask-" + what))
                .step(Step.of("settled-" + what, (s, cpu) -> NEXT).quietly())
                .part();
    }

    private Port port(long[] s, int cpu) {
        return state.iommu.port(state.unitOfSpace((int) call.space.get(s, cpu)));
    }

    // --- what is owed

    private int askOwed(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        for (int space = (int) call.space.get(s, cpu); space < state.spaces.size(); space++) {
            if (state.domainOf(space) == domain && isOwed(s, space) && asks.decide(s, domain, space, 0) != 0) {
                return askPages(s, cpu, space);
            }
        }
        call.space.set(s, cpu, 0);
        return DONE;
    }

    private boolean isOwed(long[] s, int space) {
        for (int p = 0; p < state.setting.pages.size(); p++) {
            if (state.owed.get(s, space, p) == SpaceState.OWED) {
                return true;
            }
        }
        return false;
    }

    /** One page, or everything where several are owed. */
    private int askPages(long[] s, int cpu, int space) {
        int page = -1;
        int pages = 0;
        for (int p = 0; p < state.setting.pages.size(); p++) {
            if (state.owed.get(s, space, p) == SpaceState.OWED) {
                page = p;
                pages++;
            }
        }
        int asked = pages == 1 ? page : Port.ALL_PAGES;
        if (!ask(s, cpu, space, asked, asked)) {
            return BLOCKED;
        }
        call.space.set(s, cpu, space);
        return NEXT;
    }

    private boolean ask(long[] s, int cpu, int space, int first, int last) {
        Port port = state.iommu.port(state.unitOfSpace(space));
        if (!port.askTranslations(s, cpu, state.tag(s, space), first, last, Port.LEAVES)) {
            return false;
        }
        for (int p = 0; p < state.setting.pages.size(); p++) {
            boolean covered = first == Port.ALL_PAGES || (p >= first && p <= last);
            if (covered && state.owed.get(s, space, p) == SpaceState.OWED) {
                state.owed.set(s, space, p, SpaceState.ASKED + cpu);
            }
        }
        return true;
    }

    private int awaitOwed(long[] s, int cpu) {
        if (!port(s, cpu).isDone(s, cpu)) {
            return BLOCKED;
        }
        settle(s, cpu);
        return LOOP;
    }

    private void settle(long[] s, int cpu) {
        int space = (int) call.space.get(s, cpu);
        for (int p = 0; p < state.setting.pages.size(); p++) {
            if (state.owed.get(s, space, p) == SpaceState.ASKED + cpu) {
                state.owed.set(s, space, p, SpaceState.SETTLED);
            }
        }
    }

    // --- the pages of a call

    private int askCalled(long[] s, int cpu) {
        int space = call.mappingSpace(s, cpu);
        boolean all = call.all.get(s, cpu) != 0 || state.can.asking().smallest() == Capabilities.Reach.EVERYTHING;
        int first = all ? Port.ALL_PAGES : call.page(s, cpu);
        int last = all ? Port.ALL_PAGES : first + (int) call.count.get(s, cpu) - 1;
        if (!ask(s, cpu, space, first, last)) {
            return BLOCKED;
        }
        call.space.set(s, cpu, space);
        return NEXT;
    }

    private int awaitCalled(long[] s, int cpu) {
        if (!port(s, cpu).isDone(s, cpu)) {
            return BLOCKED;
        }
        settle(s, cpu);
        return NEXT;
    }

    // --- one space

    private int askSpace(long[] s, int cpu) {
        int space = call.ownSpace(s, cpu);
        if (!ask(s, cpu, space, Port.ALL_PAGES, Port.ALL_PAGES)) {
            return BLOCKED;
        }
        call.space.set(s, cpu, space);
        call.drainAsked.set(s, cpu, 1);
        return NEXT;
    }

    private int awaitSpace(long[] s, int cpu) {
        if (!port(s, cpu).isDone(s, cpu)) {
            return BLOCKED;
        }
        settle(s, cpu);
        if (!state.iommu.entries().isPresent(s, call.requester(s, cpu))) {
            state.undrained.set(s, state.group(call.requester(s, cpu)), 0);
        }
        call.drainAsked.set(s, cpu, 0);
        return NEXT;
    }

    // --- a device's entry

    private int askEntry(long[] s, int cpu) {
        int space = call.ownSpace(s, cpu);
        if (!state.iommu.port(state.unitOfSpace(space)).askEntry(s, cpu, state.tag(s, space), call.requester(s, cpu))) {
            return BLOCKED;
        }
        call.space.set(s, cpu, space);
        call.entryAsked.set(s, cpu, 1);
        return NEXT;
    }

    private int awaitEntry(long[] s, int cpu) {
        if (!port(s, cpu).isDone(s, cpu)) {
            return BLOCKED;
        }
        state.entryOwed.set(s, state.group(call.requester(s, cpu)), 0);
        call.entryAsked.set(s, cpu, 0);
        return NEXT;
    }

    // --- that there was nothing

    /** Whether a space, or with 1 a device's entry, is asked about at all. */
    private boolean asksOfAbsence(long[] s, int space, int entry) {
        return asksOfAbsence != null && asksOfAbsence.decide(s, space, entry, 0) != 0;
    }

    /** Several pages are asked for as everything: not every machine asks for ranges. */
    private int askMapped(long[] s, int cpu) {
        int space = call.mappingSpace(s, cpu);
        int page = call.count.get(s, cpu) == 1 ? call.page(s, cpu) : Port.ALL_PAGES;
        return asksOfAbsence(s, space, 0) ? askAbsence(s, cpu, space, state.tag(s, space), page) : DONE;
    }

    private int askAbsentEntry(long[] s, int cpu) {
        int space = call.ownSpace(s, cpu);
        if (!asksOfAbsence(s, space, 1)) {
            return DONE;
        }
        int tag = state.iommu.duty().tagOfAbsence(state.tag(s, space));
        call.space.set(s, cpu, space);
        return port(s, cpu).askEntry(s, cpu, tag, call.requester(s, cpu)) ? NEXT : BLOCKED;
    }

    private int askFound(long[] s, int cpu) {
        int space = call.ownSpace(s, cpu);
        int tag = state.iommu.duty().tagOfAbsence(state.tag(s, space));
        return asksOfAbsence(s, space, 1) ? askAbsence(s, cpu, space, tag, Port.ALL_PAGES) : DONE;
    }

    private int askAbsence(long[] s, int cpu, int space, int tag, int page) {
        call.space.set(s, cpu, space);
        return port(s, cpu).askTranslations(s, cpu, tag, page, page, Port.LEAVES) ? NEXT : BLOCKED;
    }

    private int awaitAbsence(long[] s, int cpu) {
        return port(s, cpu).isDone(s, cpu) ? NEXT : BLOCKED;
    }
}
