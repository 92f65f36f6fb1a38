package dev.moat.viommu.interrupt;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.viommu.posting.PostedDescriptors;
import java.util.List;

/**
 * Virtual CPUs that run, are stopped, move and wait, with a posted-interrupt descriptor each. A CPU that is notified takes the posted bits for
 * the virtual CPU that it runs. Xen suppresses notifications of one that is stopped; where it runs again Xen names the new CPU, and looks at
 * what was posted meanwhile with interrupts off. One that waits is on its CPU's list with the wake-up vector, and is not suppressed;
 * one that is stopped is there, too, where some interrupts are urgent. Entries lead to descriptors all the time here. {@code @source} fact
 * sheet vtd, section 14, and VT-d specification 2.x, chapter 5.2: ON, SN, NV, NDST, URG.
 */
final class NotificationOperations {
    private final InterruptState state;
    private final InterruptSetting setting;
    private final ModelBuilder model;
    private final PostedDescriptors posted;
    /** Per virtual CPU and vector: taken, and for the virtual CPU to see. */
    private final Slots taken;
    /** Per virtual CPU: the CPU that runs it, or none. */
    private final Slots where;
    /** Per virtual CPU: it waits for an interrupt; the CPU on whose list it is, or none; Xen is to run it soon. */
    private final Slots waits;

    private final Slots listed;
    private final Slots hurried;
    /** Per CPU: the virtual CPU that its operation is about. */
    private final Slots about;
    /** Per CPU: what it has read of a descriptor, where it does not take that at once. */
    private final Slots seen;
    /** {@code posting.takes-at-once}: to 1 when bits are read and cleared in one. */
    private final Decision takesAtOnce;

    NotificationOperations(InterruptState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.model = model;
        SchemaBuilder schema = model.schema();
        Sort vcpus = setting.vcpuSort;
        boolean wakes = setting.wakeUps != PostedDescriptors.WakeUps.NONE;
        posted = new PostedDescriptors(
                new PostedDescriptors.Shape(
                        setting.format, vcpus, setting.vectors, setting.cpus.size(), setting.wakeUps),
                model);
        taken = schema.slots("vcpu.requests", Role.HYPERVISOR, Writer.HYPERVISOR, vcpus, setting.vectors)
                .bits(1);
        where = xen(schema, "vcpu.cpu").optional(setting.cpus);
        waits = xen(schema, "vcpu.waits").bits(wakes ? 1 : 0);
        listed = wakes
                ? xen(schema, "vcpu.listed").optional(setting.cpus)
                : xen(schema, "vcpu.listed").bits(0);
        hurried = xen(schema, "vcpu.hurried").bits(setting.hasUrgent() ? 1 : 0);
        Liveness busy = (s, cpu) -> state.pc.get(s, cpu) != 0;
        about = schema.slots("cpu.vcpu", Role.HYPERVISOR, Writer.HYPERVISOR, setting.cpus)
                .live(busy)
                .of(vcpus);
        seen = schema.slots("cpu.seen", Role.HYPERVISOR, Writer.HYPERVISOR, setting.cpus)
                .live(busy)
                .bits(setting.vectors.size());
        takesAtOnce = model.decision("posting.takes-at-once", (s, a, b, c) -> 1);
    }

    private SlotsBuilder xen(SchemaBuilder schema, String name) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, setting.vcpuSort);
    }

    /** Nothing runs, and nobody is notified. */
    void initial(long[] s) {
        for (int v = 0; v < setting.vcpuSort.size(); v++) {
            boolean wakes = setting.hasUrgent();
            posted.create(s, v, wakes ? PostedDescriptors.WAKE_UP : PostedDescriptors.NOTIFICATION, 1);
            listed.set(s, v, wakes ? 1 : 0);
        }
    }

    void declare() {
        Argument vcpu = new Argument("vcpu", setting.vcpuSort);
        Argument vector = new Argument("vector", setting.vectors);
        List<Argument> cpu = List.of(new Argument("cpu", setting.cpus));
        List<Argument> both = List.of(vcpu, vector);
        model.action("post_interrupt", Actor.DEVICE, both, (s, v, x, c, d, e) -> posted.post(s, v, x));
        model.action("take_notification", Actor.HYPERVISOR, cpu, (s, q, b, c, d, e) -> takeNotification(s, q));
        model.action("take_interrupt", Actor.GUEST, both, (s, v, x, c, d, e) -> takeInterrupt(s, v, x));
        boolean wakes = setting.wakeUps != PostedDescriptors.WakeUps.NONE;
        OperationPlan run = new OperationPlan().step(Step.of("name-cpu", this::nameCpu));
        if (wakes) {
            run.step(Step.of("name-vector", this::nameVector));
        }
        run.step(Step.of("unsuppress", this::unsuppress))
                .step(Step.of("clear-outstanding", this::clearOutstanding))
                .step(Step.of("take-posted", this::takePosted).asking("posting.takes-at-once"))
                .step(Step.of("enter", this::enter));
        operation("run_vcpu", false, run);
        OperationPlan stop =
                new OperationPlan().step(Step.of("leave", this::leave)).step(Step.of("suppress", this::suppress));
        if (setting.hasUrgent()) {
            beWoken(stop, this::hurry);
        }
        operation("stop_vcpu", true, stop);
        if (wakes) {
            model.action("take_wake_up", Actor.HYPERVISOR, cpu, (s, q, b, c, d, e) -> takeWakeUp(s, q));
            operation(
                    "wait_vcpu", true, beWoken(new OperationPlan().step(Step.of("wait", this::goToWait)), this::wake));
        }
    }

    /** The wake-up vector first: what is posted before is looked for, what is posted later is notified, where nothing is outstanding. */
    private OperationPlan beWoken(OperationPlan plan, StepCode look) {
        return plan.step(Step.of("name-wake-up", this::nameWakeUp))
                .step(Step.of("clear-outstanding", this::clearOutstanding))
                .step(Step.of("look", look));
    }

    private void operation(String name, boolean runs, OperationPlan plan) {
        model.operation(new Operation(
                name,
                Actor.HYPERVISOR,
                List.of(new Argument("vcpu", setting.vcpuSort)),
                ModelBuilder.all(),
                (s, cpu, v, b, c, d, e) -> begin(s, cpu, v, runs),
                plan.steps(),
                null));
    }

    /** A CPU looks at its notification, but not while Xen changes what it runs: for what it runs now. */
    private boolean takeNotification(long[] s, int cpu) {
        if (!posted.isNotified(s, cpu) || state.pc.get(s, cpu) != 0) {
            return false;
        }
        posted.lookAt(s, cpu);
        for (int v = 0; v < where.size(); v++) {
            if (where.get(s, v) == cpu + 1) {
                posted.write(s, v, false, posted.isSuppressed(s, v), posted.cpu(s, v));
                moveRequests(s, v);
            }
        }
        return true;
    }

    /** Xen goes through the CPU's list for those for whom something was notified. */
    private boolean takeWakeUp(long[] s, int cpu) {
        if (!posted.isWoken(s, cpu) || state.pc.get(s, cpu) != 0) {
            return false;
        }
        posted.lookAtWakeUp(s, cpu);
        for (int v = 0; v < where.size(); v++) {
            if (listed.get(s, v) == cpu + 1 && posted.isOutstanding(s, v)) {
                listed.set(s, v, 0);
                hurried.set(s, v, setting.hasUrgent() ? 1 : 0);
                waits.set(s, v, 0);
            }
        }
        return true;
    }

    private void moveRequests(long[] s, int vcpu) {
        for (int x = 0; x < setting.vectors.size(); x++) {
            if (posted.isPosted(s, vcpu, x)) {
                posted.unpost(s, vcpu, x);
                taken.set(s, vcpu, x, 1);
            }
        }
    }

    private boolean takeInterrupt(long[] s, int vcpu, int vector) {
        if (where.get(s, vcpu) == 0 || taken.get(s, vcpu, vector) == 0) {
            return false;
        }
        taken.set(s, vcpu, vector, 0);
        posted.seen(s, vcpu, vector);
        return true;
    }

    /** The scheduler moves a virtual CPU once at a time, and a CPU runs one. */
    private boolean begin(long[] s, int cpu, int vcpu, boolean runs) {
        for (int other = 0; other < setting.cpus.size(); other++) {
            if (state.pc.get(s, other) != 0 && about.get(s, other) == vcpu) {
                return false;
            }
        }
        for (int v = 0; v < where.size(); v++) {
            if (!runs && where.get(s, v) == cpu + 1) {
                return false;
            }
        }
        if (where.get(s, vcpu) != (runs ? cpu + 1 : 0) || waits.get(s, vcpu) != 0) {
            return false;
        }
        state.begin(s, cpu, 0, 0, 0);
        about.set(s, cpu, vcpu);
        seen.set(s, cpu, 0);
        return true;
    }

    private int vcpu(long[] s, int cpu) {
        return (int) about.get(s, cpu);
    }

    private int nameCpu(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        posted.write(s, v, posted.isOutstanding(s, v), posted.isSuppressed(s, v), cpu + 1);
        return Outcome.NEXT;
    }

    private int unsuppress(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        posted.write(s, v, posted.isOutstanding(s, v), false, posted.cpu(s, v));
        return Outcome.NEXT;
    }

    /** From now on what is posted is notified again. */
    private int clearOutstanding(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        posted.write(s, v, false, posted.isSuppressed(s, v), posted.cpu(s, v));
        return Outcome.NEXT;
    }

    /** One exchange with memory; in two accesses what is posted between them is lost. */
    private int takePosted(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        if (takesAtOnce.decide(s, 0, 0, 0) == 1) {
            moveRequests(s, v);
            return Outcome.NEXT;
        }
        boolean reads = state.part.get(s, cpu) == 0;
        for (int x = 0; x < setting.vectors.size(); x++) {
            if (reads) {
                seen.set(s, cpu, seen.get(s, cpu) | (posted.isPosted(s, v, x) ? 1L << x : 0));
            } else {
                taken.set(s, v, x, taken.get(s, v, x) | (seen.get(s, cpu) >>> x & 1));
                posted.unpost(s, v, x);
            }
        }
        state.part.set(s, cpu, reads ? 1 : 0);
        return reads ? Outcome.LOOP : Outcome.NEXT;
    }

    private int enter(long[] s, int cpu) {
        where.set(s, vcpu(s, cpu), cpu + 1L);
        return Outcome.NEXT;
    }

    /** And off the list. */
    private int nameVector(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        posted.setVector(s, v, PostedDescriptors.NOTIFICATION);
        listed.set(s, v, 0);
        hurried.set(s, v, 0);
        return Outcome.NEXT;
    }

    private int goToWait(long[] s, int cpu) {
        waits.set(s, vcpu(s, cpu), 1);
        return leave(s, cpu);
    }

    /** And on the list of the CPU that is notified. */
    private int nameWakeUp(long[] s, int cpu) {
        posted.setVector(s, vcpu(s, cpu), PostedDescriptors.WAKE_UP);
        listed.set(s, vcpu(s, cpu), cpu + 1L);
        return Outcome.NEXT;
    }

    /** One for which there is something does not wait. */
    private int wake(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        boolean any = posted.isAnyPosted(s, v, false);
        for (int x = 0; x < setting.vectors.size(); x++) {
            any |= taken.get(s, v, x) != 0;
        }
        if (any) {
            waits.set(s, v, 0);
            hurried.set(s, v, setting.hasUrgent() ? 1 : 0);
        }
        return Outcome.NEXT;
    }

    private int hurry(long[] s, int cpu) {
        hurried.set(s, vcpu(s, cpu), posted.isAnyPosted(s, vcpu(s, cpu), true) ? 1 : 0);
        return Outcome.NEXT;
    }

    private int leave(long[] s, int cpu) {
        where.set(s, vcpu(s, cpu), 0);
        return Outcome.NEXT;
    }

    private int suppress(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        posted.write(s, v, posted.isOutstanding(s, v), true, posted.cpu(s, v));
        return Outcome.NEXT;
    }

    private boolean isMoving(long[] s, int vcpu) {
        boolean moving = false;
        for (int cpu = 0; cpu < setting.cpus.size(); cpu++) {
            moving |= state.pc.get(s, cpu) != 0 && about.get(s, cpu) == vcpu;
        }
        return moving;
    }

    private boolean isStopped(long[] s, int vcpu) {
        return where.get(s, vcpu) == 0 && waits.get(s, vcpu) == 0 && !isMoving(s, vcpu);
    }

    private boolean isWokenSoon(long[] s, int vcpu) {
        return hurried.get(s, vcpu) != 0
                || (listed.get(s, vcpu) != 0
                        && posted.isOutstanding(s, vcpu)
                        && posted.isWoken(s, (int) listed.get(s, vcpu) - 1));
    }

    /** What a state means, by lines of guests. */
    void relations() {
        relation("posted", posted::isPosted);
        relation("runs", (s, v, x) -> where.get(s, v) != 0);
        relation("notified", (s, v, x) -> where.get(s, v) != 0 && posted.isNotified(s, (int) where.get(s, v) - 1));
        relation("requested", (s, v, x) -> taken.get(s, v, x) != 0);
        relation("raised", posted::isRaised);
        if (setting.wakeUps != PostedDescriptors.WakeUps.NONE) {
            relation("waits", (s, v, x) -> waits.get(s, v) != 0 && !isMoving(s, v));
            relation("urgentlyStopped", (s, v, x) -> posted.isUrgent(x) && isStopped(s, v));
            relation("wokenSoon", (s, v, x) -> isWokenSoon(s, v));
            relation("disturbed", (s, v, x) -> posted.isDisturbed(s, v));
        }
    }

    @FunctionalInterface
    private interface Of {
        boolean holds(long[] s, int vcpu, int vector);
    }

    private void relation(String name, Of of) {
        int host = setting.indices.size();
        int each = setting.vectors.size();
        model.abstraction()
                .relation(
                        name,
                        List.of(setting.lines),
                        (s, l, b, c, d, e) -> l >= host && of.holds(s, (l - host) / each, (l - host) % each),
                        (footprint, l, b, c, d, e) -> {
                            posted.read(footprint);
                            footprint.all(where).all(taken);
                            footprint.all(waits).all(listed).all(hurried);
                            footprint.all(state.pc).all(about);
                        });
    }
}
