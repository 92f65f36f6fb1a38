package dev.moat.xen;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.Maptrack;
import dev.moat.grant.Pins;
import dev.moat.memory.Frames;
import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code XEN_DOMCTL_destroydomain}, where frames have types; a call only. The devices are taken away first, with the
 * flushes of a deassignment; then the domain's mappings, page table entries and frames go one by one, without any. A frame
 * that others refer to stays, and with it the domain as a zombie. {@code @source} Xen 4.17 domain_kill; recorded
 * ({@code assigned-granter-dies}).
 */
final class DomainDeath {
    /** (domain). Error ESRCH when it is gone or being destroyed. */
    static final String DESTROY = "destroy";

    private final XenState x;
    private final Invalidation invalidation;
    private final FrameRelease release;

    DomainDeath(XenState x, Invalidation invalidation, FrameRelease release) {
        this.x = x;
        this.invalidation = invalidation;
        this.release = release;
    }

    void declare(ModelBuilder model) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("kill", this::kill).on(FAIL, Step.END));
        steps.add(Step.of("context-clear", this::contextClear).on(DONE, "tear-down"));
        steps.addAll(invalidation.detachSteps());
        steps.add(Step.of("detach", this::detach).on(LOOP, "context-clear"));
        steps.add(Step.of("tear-down", this::tearDown).on(DONE, Step.END));
        for (Step step : release.steps()) {
            steps.add(step.name().equals("release") ? step.on(NEXT, "tear-down") : step);
        }
        model.operation(CallOnly.operation(DESTROY, Actor.HYPERVISOR, steps, x.calls.error));
        model.call(DESTROY, (s, cpu, domain, b, c, d, e) -> {
            x.calls.calledBy(s, cpu, domain);
            x.locals.domain.set(s, cpu, domain);
            return true;
        });
    }

    private int domain(long[] s, int cpu) {
        return x.calls.caller(s, cpu);
    }

    private int kill(long[] s, int cpu) {
        if (x.dying.get(s, domain(s, cpu)) != 0) {
            x.calls.error.set(s, cpu, CallLocals.ESRCH);
            return FAIL;
        }
        x.dying.set(s, domain(s, cpu), 1);
        return NEXT;
    }

    /** The next source-id of a device of the domain; DONE when none is left. */
    private int contextClear(long[] s, int cpu) {
        for (int q = 0; q < x.requesters.size(); q++) {
            if (x.assigned.get(s, x.deviceOf(q)) == domain(s, cpu) + 1 && x.unit.contextLo.get(s, q) != 0) {
                x.unit.setContext(s, q, 0, 0);
                x.locals.device.set(s, cpu, q);
                x.locals.phase.set(s, cpu, Locals.DETACHING);
                x.locals.owes.set(s, cpu, Locals.OWED);
                return NEXT;
            }
        }
        return DONE;
    }

    /** A device is gone with the last of its source-ids; the domain's DID at the unit with its last device there. */
    private int detach(long[] s, int cpu) {
        int device = x.deviceOf((int) x.locals.device.get(s, cpu));
        boolean gone = true;
        for (int q = device; q >= 0; q = x.nextRequester(q)) {
            gone &= x.unit.contextLo.get(s, q) == 0;
        }
        if (gone) {
            x.assigned.set(s, device, 0);
        }
        if (!x.uses(s, domain(s, cpu), x.units.of(device))) {
            x.dids.release(s, domain(s, cpu), x.units.of(device));
        }
        x.locals.phase.set(s, cpu, Locals.NONE);
        return LOOP;
    }

    /** One thing less. LOOP for the next one, NEXT to release a frame first, DONE when nothing is left. */
    private int tearDown(long[] s, int cpu) {
        int domain = domain(s, cpu);
        Maptrack maptrack = x.grants.maptrack;
        for (int h = 0; h < maptrack.handles.size(); h++) {
            if (maptrack.sides.get(s, domain, h) != 0) {
                return dropMapping(s, cpu, domain, h) ? NEXT : LOOP;
            }
        }
        for (int slot = 0; slot < x.hosts.slots(); slot++) {
            long entry = x.hosts.entry(s, domain, slot);
            if (entry != 0) {
                x.hosts.setEntry(s, domain, slot, 0);
                return release.put(s, cpu, entry) ? NEXT : LOOP;
            }
        }
        for (int f = 0; f < x.setting.frames(); f++) {
            if (x.memory.isAllocatedTo(s, domain, f)) {
                return giveUp(s, cpu, f) ? NEXT : LOOP;
            }
        }
        return DONE;
    }

    /** The host side's references go with the page table entry, which Xen drops like any other. */
    private boolean dropMapping(long[] s, int cpu, int domain, int handle) {
        Maptrack maptrack = x.grants.maptrack;
        int sides = (int) maptrack.sides.get(s, domain, handle);
        int granter = (int) maptrack.granter.get(s, domain, handle);
        int ref = (int) maptrack.ref.get(s, domain, handle);
        boolean readOnly = maptrack.readOnly.get(s, domain, handle) != 0;
        int frame = x.grants.frame(s, granter, ref);
        maptrack.clear(s, domain, handle, sides);
        x.grants.unpin(s, granter, ref, sides, readOnly);
        if ((sides & Pins.DEVICE) == 0) {
            return false;
        }
        x.types.drop(s, frame, readOnly ? 0 : 1);
        return release.drop(s, cpu, frame);
    }

    private boolean giveUp(long[] s, int cpu, int frame) {
        if (x.types.unpin(s, frame)) {
            x.memory.release(s, frame, 1);
        }
        x.locals.frame.set(s, cpu, frame);
        x.memory.state.set(s, frame, Frames.GIVEN_UP);
        return x.memory.isUnused(s, frame);
    }
}
