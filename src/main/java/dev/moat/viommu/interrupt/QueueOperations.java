package dev.moat.viommu.interrupt;

import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Decision;
import dev.moat.model.program.Operation;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.viommu.state.GuestLock;
import java.util.List;

/**
 * A guest's invalidation queue with anything in it, and Xen's loop over it, which a write of the tail traps into. The guest writes
 * descriptors while Xen reads them, and any tail. {@code @source} VT-d specification 2.x, chapters 6.5.2 and 10.4.20; fact sheet viommu,
 * section 13.
 */
final class QueueOperations {
    private static final int SIZE = 2;
    /** A wait whose status address is not in the guest's memory. */
    private static final int WAIT_ELSEWHERE = 2;

    private static final int UNKNOWN = 3;
    private static final Sort SLOT = Sort.numbered("Slot", "slot", SIZE);
    private static final Sort DESCRIPTOR =
            new Sort("Descriptor", List.of("invalidation", "wait", "wait-elsewhere", "unknown"));
    /** Two that name a descriptor, one behind the queue, one between two descriptors. */
    private static final Sort TAIL = new Sort("Tail", List.of("slot0", "slot1", "behind", "between"));

    private final InterruptState state;
    private final InterruptSetting setting;
    private final ModelBuilder model;
    /** Per guest and slot: what is there. */
    private final Slots queue;
    /** Per guest: IQH, and FSTS.IQE. */
    private final Slots head;

    private final Slots error;
    /** Per guest: IQT, as it was written last. */
    private final Slots written;
    /** Per guest: it has written its tail since the queue stands at an error. */
    private final Slots rewritten;
    /** Per guest: Xen has crashed it; it stored outside of its memory; it took more for one tail than the queue holds. */
    private final Slots crashed;

    private final Slots strayed;
    private final Slots overran;
    private final Slots tail;
    private final Slots taken;
    /** {@code queue.tail-checked}: (tail, size) to 1 when it names a descriptor. */
    private final Decision tailChecked;
    /** {@code queue.unknown-stops}: to 1 when an unknown descriptor is an error of the queue, to 0 when the domain is crashed. */
    private final Decision unknownStops;
    /** {@code queue.status-checked}: to 1 when a status address is looked up in the guest's memory. */
    private final Decision statusChecked;

    QueueOperations(InterruptState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.model = model;
        Sort guests = setting.domains;
        SchemaBuilder schema = model.schema();
        queue = schema.slots("guest.queue", Role.QUEUE, Writer.GUEST, guests, SLOT)
                .of(DESCRIPTOR);
        head = schema.slots("guest.head", Role.HYPERVISOR, Writer.HYPERVISOR, guests)
                .of(SLOT);
        written = schema.slots("guest.tail", Role.HYPERVISOR, Writer.HYPERVISOR, guests)
                .of(TAIL);
        error = schema.slots("guest.iqe", Role.HYPERVISOR, Writer.HYPERVISOR, guests)
                .bits(1);
        crashed = schema.slots("crashed", Role.HYPERVISOR, Writer.HYPERVISOR, guests)
                .bits(1);
        rewritten = schema.slots("rewritten", Role.GHOST, Writer.GHOST, guests).bits(1);
        strayed = schema.slots("strayed", Role.GHOST, Writer.GHOST, guests).bits(1);
        overran = schema.slots("overran", Role.GHOST, Writer.GHOST, guests).bits(1);
        tail = schema.slots("cpu.tail", Role.HYPERVISOR, Writer.HYPERVISOR, setting.cpus)
                .live((s, cpu) -> state.pc.get(s, cpu) != 0)
                .of(TAIL);
        taken = schema.slots("cpu.taken", Role.GHOST, Writer.GHOST, setting.cpus)
                .live((s, cpu) -> state.pc.get(s, cpu) != 0)
                .bits(2);
        tailChecked = model.decision("queue.tail-checked", (s, at, size, c) -> at < size ? 1 : 0);
        unknownStops = model.decision("queue.unknown-stops", (s, a, b, c) -> 1);
        statusChecked = model.decision("queue.status-checked", (s, a, b, c) -> 1);
    }

    void declare() {
        Argument guest = new Argument("guest", setting.domains);
        model.action(
                "guest_queues",
                Actor.GUEST,
                List.of(guest, new Argument("slot", SLOT), new Argument("descriptor", DESCRIPTOR)),
                (s, g, slot, what, d, e) -> put(s, g, slot, what));
        operation(
                "write_tail",
                List.of(guest, new Argument("tail", TAIL)),
                (s, cpu, g, to, c, d, e) -> begin(s, cpu, g, to),
                Step.of("store-tail", this::storeTail));
        operation(
                "clear_queue_error",
                List.of(guest),
                (s, cpu, g, b, c, d, e) -> error.get(s, g) != 0 && begin(s, cpu, g, 0),
                Step.of("clear-error", this::clearError));
    }

    /** Xen goes on from the head, after what the guest has written to a register. */
    private void operation(String name, List<Argument> arguments, Operation.Start start, Step first) {
        OperationPlan plan = state.guestLock
                .take(new OperationPlan())
                .step(first)
                .step(Step.of("check-tail", this::checkTail)
                        .on(Outcome.FAIL, GuestLock.UNLOCK)
                        .asking("queue.tail-checked"))
                .step(Step.of("take", this::take)
                        .on(Outcome.FAIL, GuestLock.UNLOCK)
                        .asking("queue.unknown-stops", "queue.status-checked"));
        model.operation(new Operation(
                name,
                Actor.GUEST,
                arguments,
                ModelBuilder.all(),
                start,
                state.guestLock.drop(plan).steps(),
                null));
    }

    private boolean put(long[] s, int guest, int slot, int what) {
        boolean changes = queue.get(s, guest, slot) != what && crashed.get(s, guest) == 0;
        if (changes) {
            queue.set(s, guest, slot, what);
        }
        return changes;
    }

    private boolean begin(long[] s, int cpu, int guest, int to) {
        if (crashed.get(s, guest) != 0) {
            return false;
        }
        state.begin(s, cpu, guest, guest * (setting.devices.size() / setting.domains.size()), 0);
        tail.set(s, cpu, to);
        taken.set(s, cpu, 0);
        return true;
    }

    private int guest(long[] s, int cpu) {
        return (int) state.guest.get(s, cpu);
    }

    private int stop(long[] s, int cpu) {
        error.set(s, guest(s, cpu), 1);
        return Outcome.FAIL;
    }

    private int storeTail(long[] s, int cpu) {
        int guest = guest(s, cpu);
        written.set(s, guest, tail.get(s, cpu));
        rewritten.set(s, guest, error.get(s, guest));
        return Outcome.NEXT;
    }

    /** FSTS.IQE goes, and the queue is looked at again up to the tail as it was written last. */
    private int clearError(long[] s, int cpu) {
        int guest = guest(s, cpu);
        error.set(s, guest, 0);
        rewritten.set(s, guest, 0);
        tail.set(s, cpu, written.get(s, guest));
        return Outcome.NEXT;
    }

    private int checkTail(long[] s, int cpu) {
        boolean names = tailChecked.decide(s, (int) tail.get(s, cpu), SIZE, 0) == 1;
        return names ? Outcome.NEXT : stop(s, cpu);
    }

    /** One descriptor after the other until the head is at the tail; an error leaves the head where it is. */
    private int take(long[] s, int cpu) {
        int guest = guest(s, cpu);
        int at = (int) head.get(s, guest);
        if (error.get(s, guest) != 0 || at == tail.get(s, cpu)) {
            return Outcome.NEXT;
        }
        if (taken.get(s, cpu) == SIZE) {
            // The ghost ends what Xen would not.
            overran.set(s, guest, 1);
            return Outcome.NEXT;
        }
        int what = (int) queue.get(s, guest, at);
        if (what == UNKNOWN && unknownStops.decide(s, 0, 0, 0) == 0) {
            crashed.set(s, guest, 1);
            return Outcome.FAIL;
        }
        boolean elsewhere = what == WAIT_ELSEWHERE;
        if (what == UNKNOWN || (elsewhere && statusChecked.decide(s, 0, 0, 0) == 1)) {
            return stop(s, cpu);
        }
        if (elsewhere) {
            strayed.set(s, guest, 1);
        }
        taken.set(s, cpu, taken.get(s, cpu) + 1);
        head.set(s, guest, (at + 1) % SIZE);
        return Outcome.LOOP;
    }

    /** Whether Xen is at a guest's queue, or waits for the lock. */
    private boolean isServed(long[] s, int guest) {
        for (int cpu = 0; cpu < state.pc.size(); cpu++) {
            if (state.runsFor(s, cpu, guest)) {
                return true;
            }
        }
        return false;
    }

    /** What a state means: the three ways in which a queue does harm, that Xen stopped at an error, and that descriptors are left. */
    void relations() {
        relation("queueOverran", overran);
        relation("statusStrayed", strayed);
        relation("domainCrashed", crashed);
        relation("queueStopped", error);
        relation("tailRewritten", rewritten);
        List<Sort> guests = List.of(setting.domains);
        model.abstraction()
                .relation(
                        "queueBehind",
                        guests,
                        (s, g, b, c, d, e) -> head.get(s, g) != written.get(s, g),
                        (footprint, g, b, c, d, e) -> footprint.one(head, g).one(written, g));
        model.abstraction()
                .relation(
                        "queueServed",
                        guests,
                        (s, g, b, c, d, e) -> isServed(s, g),
                        (footprint, g, b, c, d, e) -> footprint.all(state.pc).all(state.guest));
    }

    private void relation(String name, Slots slots) {
        model.abstraction()
                .relation(
                        name,
                        List.of(setting.domains),
                        (s, g, b, c, d, e) -> slots.get(s, g) != 0,
                        (footprint, g, b, c, d, e) -> footprint.one(slots, g));
    }
}
