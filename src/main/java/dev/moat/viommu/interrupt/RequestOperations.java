package dev.moat.viommu.interrupt;

import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Decision;
import dev.moat.model.program.Operation;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.viommu.state.GuestLock;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A virtual device's message, which Xen remaps by its guest's entry, and the guest's fault record, where one that is blocked is put. One
 * record; a second fault of the same source is dropped, of another one overflows. {@code @source} VT-d specification 2.x, chapter 7.2.
 */
final class RequestOperations {
    private final InterruptState state;
    private final InterruptSetting setting;
    private final Remapping remapping;
    private final Routes routes;
    private final ModelBuilder model;
    /** {@code record.is-free}: (F of the record) to 1 when a fault can be put there. */
    private final Decision isFree;
    /** {@code record.index}: (index of the message) to what FI has. */
    private final Decision recordIndex;
    /** {@code record.suppresses}: (1 when the entry says so) to 1 when a refused message is not recorded. */
    private final Decision suppresses;
    /** {@code requests.lock}: (guest) to 1 when the lock is taken. */
    private final Decision locks;

    RequestOperations(InterruptState state, Remapping remapping, Routes routes, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.remapping = remapping;
        this.routes = routes;
        this.model = model;
        isFree = model.decision("record.is-free", (s, f, b, c) -> 1 - f);
        recordIndex = model.decision("record.index", (s, index, b, c) -> index);
        suppresses = model.decision("record.suppresses", (s, silent, b, c) -> silent);
        locks = model.decision("requests.lock", (s, guest, b, c) -> 1);
    }

    void declare() {
        if (IntStream.range(0, setting.devices.size()).noneMatch(setting::isVirtual)) {
            return;
        }
        OperationPlan plan = state.guestLock
                .take(new OperationPlan(), "requests.lock", locks)
                .step(Step.of("remap", this::remap)
                        .on(Outcome.FAIL, GuestLock.UNLOCK)
                        .asking(Remapping.ASKED)
                        .asking("record.suppresses", Remapping.SILENT))
                .step(Step.of("find-record", this::find).asking("record.is-free"))
                .step(Step.of("record", this::record).asking("record.index"));
        List<Argument> arguments =
                List.of(new Argument("device", setting.devices), new Argument("message", setting.messages));
        model.operation(new Operation(
                "virtual_message",
                Actor.DEVICE,
                arguments,
                ModelBuilder.all(),
                Operation.Start.of(this::begin),
                state.guestLock.drop(plan).steps(),
                null));
        model.action(
                "clear_record",
                Actor.GUEST,
                List.of(new Argument("guest", setting.domains)),
                (s, g, b, c, d, e) -> clear(s, g));
    }

    private boolean begin(long[] s, int cpu, int device, int message) {
        if (!setting.isVirtual(device)) {
            return false;
        }
        state.begin(s, cpu, setting.guestOf(device), device, message);
        return true;
    }

    private int guest(long[] s, int cpu) {
        return (int) state.guest.get(s, cpu);
    }

    private int remap(long[] s, int cpu) {
        int device = (int) state.device.get(s, cpu);
        int message = (int) state.place.get(s, cpu);
        if (!remapping.isRefused(s, device, message)) {
            return Outcome.FAIL;
        }
        state.silent.set(s, cpu, routes.isSilent(s, device, message) ? 1 : 0);
        int silent = remapping.isSilent(s, device, message) ? 1 : 0;
        if (suppresses.decide(s, silent, 0, 0) == 0) {
            return Outcome.NEXT;
        }
        refuse(s, cpu);
        return Outcome.FAIL;
    }

    /** A message is refused, recorded or not: the ghost sees whether it is to be, by the guest's own table. */
    private void refuse(long[] s, int cpu) {
        int device = (int) state.device.get(s, cpu);
        if (state.blocked.get(s, device) == 0 && state.silent.get(s, cpu) == 0) {
            state.blocked.set(s, device, state.place.get(s, cpu) + 1);
        }
    }

    private int find(long[] s, int cpu) {
        state.part.set(s, cpu, isFree.decide(s, (int) state.recordF.get(s, guest(s, cpu)), 0, 0));
        return Outcome.NEXT;
    }

    private int record(long[] s, int cpu) {
        int guest = guest(s, cpu);
        int device = (int) state.device.get(s, cpu);
        int message = (int) state.place.get(s, cpu);
        refuse(s, cpu);
        if (state.part.get(s, cpu) == 1) {
            state.recordF.set(s, guest, 1);
            state.recordIndex.set(s, guest, recordIndex.decide(s, numberOf(message), 0, 0));
            state.recordSource.set(s, guest, device);
        } else if (state.recordF.get(s, guest) == 0 || state.recordSource.get(s, guest) != device) {
            state.overflow.set(s, guest, 1);
        }
        return Outcome.NEXT;
    }

    /** The index that a record of this message is to have, 16 bits; 0 for one in compatibility format. */
    private int numberOf(int message) {
        return message == setting.compatible()
                ? 0
                : (setting.handle(message) + setting.subhandle(message)) % InterruptSetting.HANDLES;
    }

    /** The guest's handler has read the record, and writes F and PFO. */
    private boolean clear(long[] s, int guest) {
        if (state.lock.get(s, guest) != 0 || (state.recordF.get(s, guest) == 0 && state.overflow.get(s, guest) == 0)) {
            return false;
        }
        state.recordF.set(s, guest, 0);
        state.recordIndex.set(s, guest, 0);
        state.recordSource.set(s, guest, 0);
        state.overflow.set(s, guest, 0);
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == guest) {
                state.blocked.set(s, q, 0);
            }
        }
        return true;
    }

    /** Whether the guest's record is of this device. */
    boolean isRecordOf(long[] s, int device) {
        int guest = setting.guestOf(device);
        return state.recordF.get(s, guest) == 1 && state.recordSource.get(s, guest) == device;
    }

    /** Whether the guest's record is of this message of the device. */
    boolean isRecorded(long[] s, int device, int message) {
        int guest = setting.guestOf(device);
        return state.recordF.get(s, guest) == 1
                && state.recordSource.get(s, guest) == device
                && state.recordIndex.get(s, guest) == numberOf(message);
    }

    /** Whether the guest's record says that faults were lost. */
    boolean hasOverflow(long[] s, int guest) {
        return state.overflow.get(s, guest) == 1;
    }

    /** Whether a message of a device was refused that is to be recorded, and the guest's record is not that device's. */
    boolean isSomeLost(long[] s, int guest) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == guest && state.blocked.get(s, q) != 0 && !isRecordOf(s, q)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the guest can see that faults were lost, the record being another device's. */
    boolean isOverflowed(long[] s, int device) {
        int guest = setting.guestOf(device);
        return state.overflow.get(s, guest) == 1
                && state.recordF.get(s, guest) == 1
                && state.recordSource.get(s, guest) != device;
    }
}
