package dev.moat.viommu.interrupt;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.viommu.record.MessageRecords;
import dev.moat.viommu.state.GuestLock;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A virtual device's message, which Xen remaps by its guest's entry, and the guest's fault records, where one that is blocked is put; and
 * a passed-through device's, where the physical unit or, behind it, Xen refuses it. {@code @source} VT-d specification 2.x, chapter 7.2.
 */
final class RequestOperations {
    private final InterruptState state;
    private final InterruptSetting setting;
    private final Remapping remapping;
    private final Routes routes;
    private final ModelBuilder model;
    private final MessageRecords records;
    private final HostTable host;
    /** {@code record.index}: (index of the message) to what FI has. */
    private final Decision recordIndex;
    /** {@code record.suppresses}: (1 when the entry says so) to 1 when a refused message is not recorded. */
    private final Decision suppresses;
    /** {@code requests.lock}: (guest) to 1 when the lock is taken. */
    private final Decision locks;

    RequestOperations(InterruptState state, Remapping remapping, HostTable host, Routes routes, ModelBuilder model) {
        this.host = host;
        this.state = state;
        setting = state.setting;
        this.remapping = remapping;
        this.routes = routes;
        this.model = model;
        records = state.records;
        recordIndex = model.decision("record.index", (s, index, b, c) -> index);
        suppresses = model.decision("record.suppresses", (s, silent, b, c) -> silent);
        locks = model.decision("requests.lock", (s, guest, b, c) -> 1);
    }

    void declare() {
        if (setting.records) {
            declareUnit();
        }
        if (setting.records || hasVirtual()) {
            model.action(
                    "clear_record",
                    Actor.GUEST,
                    List.of(new Argument("guest", setting.domains)),
                    (s, g, b, c, d, e) -> state.lock.isFree(s, g) && records.clear(s, g));
        }
        if (hasVirtual()) {
            declareVirtual();
        }
    }

    private boolean hasVirtual() {
        return IntStream.range(0, setting.devices.size()).anyMatch(setting::isVirtual);
    }

    private void declareUnit() {
        model.action(
                "refused_message",
                Actor.DEVICE,
                List.of(new Argument("device", setting.devices), new Argument("message", setting.messages)),
                (s, q, m, c, d, e) -> refuseOfUnit(s, q, m));
        model.action(new Action(
                "pass_on_fault",
                Actor.HYPERVISOR,
                List.of(),
                ModelBuilder.all(),
                (s, a, b, c, d, e) -> passOn(s),
                true,
                "stutter"));
    }

    /**
     * A passed-through device sends a message with its own index, or one in compatibility format. The unit refuses it; or lets it through to
     * Xen, which refuses it by its guest's entry.
     */
    private boolean refuseOfUnit(long[] s, int device, int message) {
        int index = (int) state.index.get(s, device) - 1;
        boolean compatible = message == setting.compatible();
        if (setting.isVirtual(device) || state.attached.get(s, device) == 0 || (message != 0 && !compatible)) {
            return false;
        }
        if (compatible && host.isPassedBy(s)) {
            return false;
        }
        if (compatible) {
            boolean recorded = records.refuse(s, device, 0);
            return records.see(s, device, message) || recorded;
        }
        if (index >= 0 && host.refuses(s, index, device)) {
            boolean silent = host.isSilent(s, index);
            boolean recorded = !silent && records.refuse(s, device, index);
            return note(s, device, silent, isOpen(s, device)) || recorded;
        }
        boolean ends =
                index >= 0 && !setting.isPosted(device) && remapping.entryEnds(s, device, 0) == Remapping.BLOCKED;
        boolean refused = ends && remapping.isRefused(s, device, 0) && state.lock.isFree(s, setting.guestOf(device));
        if (!refused) {
            return false;
        }
        boolean silent = suppresses.decide(s, remapping.isSilent(s, device, message) ? 1 : 0, 0, 0) == 1;
        boolean recorded = !silent && records.tell(s, device, numberOf(message));
        return note(s, device, silent, false) || recorded;
    }

    /**
     * The ghost sees a refused message with the device's own index if that is to be recorded: by the guest's own table, or, where the unit may
     * still go by what was there before, if the one who refuses it does record it.
     */
    private boolean note(long[] s, int device, boolean silent, boolean open) {
        boolean wanted = open ? !silent : !routes.isSilent(s, device, 0);
        return wanted && records.see(s, device, 0);
    }

    /** Whether the guest has not seen the entry invalidated, or the device comes or goes. */
    private boolean isOpen(long[] s, int device) {
        boolean stale = state.stale.get(s, setting.guestOf(device), 0) != InterruptState.PAID;
        return (setting.isPosted(device) && stale) || state.isMoving(s, device);
    }

    /** Xen's handler takes the lock of the guest that it tells, and gives no guest a record that another CPU is about to write. */
    private boolean passOn(long[] s) {
        int guest = records.nextGuest(s);
        for (int g = 0; g < setting.domains.size(); g++) {
            if (!state.lock.isFree(s, g) && (guest < 0 || g == guest)) {
                return false;
            }
        }
        return records.passOn(s, numberOf(0));
    }

    private void declareVirtual() {
        OperationPlan plan = state.guestLock
                .take(new OperationPlan(), "requests.lock", locks)
                .step(Step.of("remap", this::remap)
                        .on(Outcome.FAIL, GuestLock.UNLOCK)
                        .asking(Remapping.ASKED)
                        .asking("record.suppresses", Remapping.SILENT))
                .step(Step.of("find-record", this::find).asking("fault.writes"))
                .step(Step.of("record", this::record).asking("record.index", "fault.index", "fault.overflows"));
        List<Argument> arguments =
                List.of(new Argument("device", setting.devices), new Argument("message", setting.messages));
        model.operation(new Operation(
                "virtual_message",
                Actor.DEVICE,
                arguments,
                ModelBuilder.all(),
                Operation.Start.of(this::begin),
                state.guestLock.drop(plan, "requests.lock", locks).steps(),
                null));
    }

    private boolean begin(long[] s, int cpu, int device, int message) {
        if (!setting.isVirtual(device)) {
            return false;
        }
        state.begin(s, cpu, setting.guestOf(device), device, message);
        return true;
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
        if (state.silent.get(s, cpu) == 0) {
            records.see(s, device, (int) state.place.get(s, cpu));
        }
    }

    private int find(long[] s, int cpu) {
        state.part.set(s, cpu, records.find(s, (int) state.device.get(s, cpu)));
        return Outcome.NEXT;
    }

    private int record(long[] s, int cpu) {
        int device = (int) state.device.get(s, cpu);
        int message = (int) state.place.get(s, cpu);
        refuse(s, cpu);
        int found = (int) state.part.get(s, cpu);
        int index = found == MessageRecords.NOTHING ? 0 : recordIndex.decide(s, numberOf(message), 0, 0);
        records.record(s, found, device, index);
        return Outcome.NEXT;
    }

    /** The index that a record of this message is to have, 16 bits; 0 for one in compatibility format. */
    private int numberOf(int message) {
        return message == setting.compatible()
                ? 0
                : (setting.handle(message) + setting.subhandle(message)) % InterruptSetting.HANDLES;
    }

    /** Whether the guest's records have this message of the device. */
    boolean isRecorded(long[] s, int device, int message) {
        return records.isRecorded(s, device, numberOf(message));
    }
}
