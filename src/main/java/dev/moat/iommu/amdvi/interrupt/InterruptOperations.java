package dev.moat.iommu.amdvi.interrupt;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Setting;
import dev.moat.model.Step;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Xen gives a device's interrupt an index of its table and a vector of the processor, moves it to another vector, and
 * takes it away. Cached entries are invalidated before a vector or an index is assigned again. {@code @source} Xen
 * 4.17 drivers/passthrough/amd/iommu_intr.c, update_intremap_entry, amd_iommu_flush_intremap; each flush is followed
 * by a COMPLETION_WAIT. Xen marks an index free before the flush. It cannot be allocated meanwhile, because allocation
 * and free hold the event lock of the domain whose device has the table.
 */
final class InterruptOperations {
    private static final Sort DEBT = new Sort("Debt", List.of("none", "owed", "asked"));
    private static final int NOTHING = 0;
    private static final int OWED = 1;
    private static final int ASKED = 2;

    private final InterruptTables tables;
    private final ModelBuilder model;
    /** How an entry in use is changed. */
    private final String update;
    /** Per device: a domain has it; its vector; the one that it had before, while that may still be used; its index, of all tables. */
    final Slots attached;

    final Slots vector;
    final Slots former;
    final Slots index;
    /** Who runs, and for which device. */
    private final Slots pc;

    private final Slots device;
    /** Per CPU: the unit may have an older entry; it was asked to forget it, which it is not known to have done. */
    private final Slots debt;

    /** {@code interrupt.opcode}: (device) to the opcode of the command that invalidates, or 0 to have none. */
    private final Decision opcode;
    /** {@code interrupt.device-id}: (device) to the device that it names. */
    private final Decision named;
    /** {@code interrupt.stays-valid}: (device that goes) to 1 when IV of its device table entry stays set. */
    private final Decision staysValid;
    /** {@code interrupt.disables-first}: (device) to 1 when RemapEn of its entry in use is cleared before the store that changes it. */
    private final Decision disablesFirst;
    /** {@code interrupt.enabled}: (device, RemapEn that a change is to leave, 1 when the entry is in use and stays so) to RemapEn. */
    private final Decision enabled;
    /** {@code interrupt.destination}: (device, APIC id) to the id that is stored. */
    private final Decision destination;
    /** Entries that post to guests, where there are any. */
    final GuestOperations guests;

    InterruptOperations(Setting setting, InterruptTables tables, ModelBuilder model) {
        this.tables = tables;
        this.model = model;
        update = setting.text("entry-update");
        Sort cpus = Sort.numbered("Cpu", "cpu", 1);
        attached = slots("attached", tables.devices).bits(1);
        vector = slots("vector", tables.devices).optional(tables.lines);
        former = slots("vector.former", tables.devices).optional(tables.lines);
        index = slots("index", tables.devices).optional(tables.indices);
        pc = model.cpus(cpus);
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        device = slots("cpu.device", cpus).live(busy).of(tables.devices);
        debt = slots("cpu.debt", cpus).live(busy).of(DEBT);
        opcode = model.decision("interrupt.opcode", (s, q, b, c) -> Commands.INVALIDATE_INTERRUPT_TABLE);
        named = model.decision("interrupt.device-id", (s, q, b, c) -> q);
        staysValid = model.decision("interrupt.stays-valid", (s, q, b, c) -> 1);
        disablesFirst = model.decision("interrupt.disables-first", (s, q, b, c) -> 0);
        enabled = model.decision("interrupt.enabled", (s, q, is, c) -> is);
        destination = model.decision("interrupt.destination", (s, q, id, c) -> id);
        guests = new GuestOperations(this, tables, model);
    }

    private SlotsBuilder slots(String name, Sort at) {
        return model.schema().slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, at);
    }

    void declare() {
        model.schema().keeps("attached devices have an index", this::areIndexed);
        // The first step of the first operation is the one that gives a device its index.
        model.schema()
                .keepsAtSteps(
                        "operations are about attached devices",
                        s -> pc.get(s, 0) <= 1 || attached.get(s, device(s, 0)) == 1);
        operation(
                "attach_device",
                (s, q) -> !isAttached(s, q),
                writing(new OperationPlan()
                        .step(Step.of("allocate", this::allocate)
                                .on(Outcome.FAIL, Step.END)
                                .claiming("allocate"))));
        OperationPlan move = new OperationPlan()
                .step(Step.of("take-vector", this::takeVector)
                        .on(Outcome.FAIL, Step.END)
                        .claiming("allocate"))
                .stepIf(
                        !isOneStore(),
                        () -> Step.of("disable-entry", this::disable).claiming("clear-entry"));
        OperationPlan moved = forgetsBetween() ? writing(forgetting(move)) : forgetting(writing(move));
        operation(
                "move_vector",
                this::isAttached,
                moved.step(Step.of("free-vector", this::freeFormer).claiming("free")));
        operation(
                "detach_device",
                this::isAttached,
                forgetting(new OperationPlan()
                                .step(Step.of("clear-entry", this::clear)
                                        .asking("interrupt.stays-valid", "interrupt.enabled")
                                        .claiming("clear-entry"))
                                .stepIf(tables.words.isWide(), () -> Step.of("clear-high-half", this::clearHigh)))
                        .step(Step.of("free", this::free).claiming("free")));
        guests.declare();
    }

    /** Whether a device's messages are to end at a line. */
    boolean routes(long[] s, int q, int line) {
        return guests.isPosted(s, q) ? line == tables.words.guestLine(q) : vector.get(s, q) == line + 1;
    }

    private boolean forgetsBetween() {
        return update.equals(EntryUpdate.FORGOTTEN);
    }

    /** An entry of 128 bits by one store or by two, the half with RemapEn last; one of 32 bits by one. */
    private OperationPlan writing(OperationPlan plan) {
        boolean inHalves = tables.words.isWide() && !isOneStore();
        return plan.stepIf(
                        inHalves,
                        () -> Step.of("write-high-half", this::writeHigh).asking("interrupt.destination"))
                .step(Step.of("write-entry", inHalves ? this::writeLow : this::write)
                        .asking("interrupt.disables-first", "interrupt.enabled", "interrupt.destination")
                        .claiming("set-entry"));
    }

    private boolean areIndexed(long[] s) {
        boolean all = true;
        for (int q = 0; q < tables.devices.size(); q++) {
            all &= attached.get(s, q) == 0 || index.get(s, q) != 0;
        }
        return all;
    }

    /** Whether an operation may begin. */
    interface Beginning {
        boolean is(long[] s, int device);
    }

    void operation(String name, Beginning may, OperationPlan plan) {
        model.operation(new Operation(
                name,
                Actor.HYPERVISOR,
                List.of(new Argument("device", tables.devices)),
                ModelBuilder.all(),
                (s, cpu, q, b, c, d, e) -> begin(s, cpu, q, may),
                plan.steps(),
                null));
    }

    OperationPlan forgetting(OperationPlan plan) {
        return plan.step(Step.of("queue-table-invalidation", this::ask)
                        .asking("interrupt.opcode", "interrupt.device-id")
                        .claiming("submit"))
                .step(Step.of("await-table", this::await).claiming("acknowledge"));
    }

    private boolean begin(long[] s, int cpu, int q, Beginning may) {
        if (!may.is(s, q)) {
            return false;
        }
        device.set(s, cpu, q);
        debt.set(s, cpu, NOTHING);
        return true;
    }

    boolean isAttached(long[] s, int q) {
        return attached.get(s, q) != 0;
    }

    boolean isOneStore() {
        return update.equals(EntryUpdate.ONE_STORE);
    }

    /** An entry in use was changed, and the unit may have the former one. */
    void owe(long[] s, int cpu) {
        debt.set(s, cpu, OWED);
    }

    int device(long[] s, int cpu) {
        return (int) device.get(s, cpu);
    }

    /** Whether an operation is about a device. */
    boolean isChanging(long[] s, int q) {
        return pc.get(s, 0) != 0 && device(s, 0) == q;
    }

    /** Adds what {@link #isChanging} reads. */
    void read(Footprint footprint) {
        footprint.all(pc).all(device);
    }

    /** Whether the unit may have an older entry at an index of all tables, as it was before an operation. */
    boolean owes(long[] s, int at) {
        return pc.get(s, 0) != 0 && debt.get(s, 0) != NOTHING && index.get(s, device(s, 0)) == at + 1;
    }

    /** Whether the unit was asked to forget what it has of a device, and whoever asked waits. */
    boolean awaits(long[] s, int q) {
        return isChanging(s, q) && debt.get(s, 0) == ASKED;
    }

    /** Adds what {@link #owes} and {@link #awaits} read. */
    void readDebt(Footprint footprint) {
        footprint.all(pc).all(device).all(debt).all(index);
    }

    private int freeVector(long[] s) {
        for (int line = 0; line < tables.words.given; line++) {
            if (userOf(s, line) < 0) {
                return line;
            }
        }
        return -1;
    }

    /** The device that a vector was given to, or whose guest it always is; -1 for none. */
    int userOf(long[] s, int line) {
        int guest = line - tables.words.given;
        if (guest >= 0) {
            return guest < tables.words.guests ? guest : -1;
        }
        for (int q = 0; q < tables.devices.size(); q++) {
            if (vector.get(s, q) == line + 1 || former.get(s, q) == line + 1) {
                return q;
            }
        }
        return -1;
    }

    private int freeIndex(long[] s, int q) {
        int first = tables.firstOf(s, q);
        for (int i = first; i < first + tables.entries(); i++) {
            boolean taken = false;
            for (int other = 0; other < tables.devices.size(); other++) {
                taken |= index.get(s, other) == i + 1;
            }
            if (!taken) {
                return i;
            }
        }
        return -1;
    }

    private int allocate(long[] s, int cpu) {
        int q = device(s, cpu);
        int line = freeVector(s);
        int at = freeIndex(s, q);
        if (line < 0 || at < 0) {
            return Outcome.FAIL;
        }
        attached.set(s, q, 1);
        vector.set(s, q, line + 1L);
        index.set(s, q, at + 1L);
        return Outcome.NEXT;
    }

    private int takeVector(long[] s, int cpu) {
        int q = device(s, cpu);
        int line = freeVector(s);
        if (line < 0) {
            return Outcome.FAIL;
        }
        former.set(s, q, vector.get(s, q));
        vector.set(s, q, line + 1L);
        return Outcome.NEXT;
    }

    /** The index of a device, of all tables. */
    int at(long[] s, int q) {
        return (int) index.get(s, q) - 1;
    }

    /** The APIC id that is stored for a device's vector. */
    long target(long[] s, int q) {
        return destination.decide(s, q, (int) tables.words.destination(line(s, q)), 0);
    }

    /** The line that a device was given. */
    int line(long[] s, int q) {
        return (int) vector.get(s, q) - 1;
    }

    private int disable(long[] s, int cpu) {
        tables.words.disable(s, at(s, device(s, cpu)));
        owe(s, cpu);
        return Outcome.NEXT;
    }

    private int writeHigh(long[] s, int cpu) {
        int q = device(s, cpu);
        tables.words.storeHigh(s, at(s, q), target(s, q), line(s, q));
        return Outcome.NEXT;
    }

    private int writeLow(long[] s, int cpu) {
        int q = device(s, cpu);
        int moved = former.get(s, q) != 0 ? 1 : 0;
        tables.words.storeLow(s, at(s, q), target(s, q), line(s, q));
        if (enabled.decide(s, q, 1, moved) == 0) {
            tables.words.disable(s, at(s, q));
        }
        if (moved != 0 && !forgetsBetween()) {
            owe(s, cpu);
        }
        return Outcome.NEXT;
    }

    /** An entry of 32 bits is one store, and one of 128 bits can be (cmpxchg16b). */
    private int write(long[] s, int cpu) {
        int q = device(s, cpu);
        if (guests.isPosted(s, q)) {
            owe(s, cpu);
            return Outcome.NEXT;
        }
        if (former.get(s, q) != 0 && tables.words.isEnabled(s, at(s, q)) && disablesFirst.decide(s, q, 0, 0) != 0) {
            disable(s, cpu);
            return Outcome.LOOP;
        }
        writeHigh(s, cpu);
        return writeLow(s, cpu);
    }

    /** Of an entry of 128 bits the half that has RemapEn, {@code free_intremap_entry}. */
    private int clear(long[] s, int cpu) {
        int q = device(s, cpu);
        if (enabled.decide(s, q, 0, 0) == 0) {
            tables.words.clearLow(s, at(s, q));
        }
        owe(s, cpu);
        if (staysValid.decide(s, q, 0, 0) == 0) {
            tables.quad2.set(s, q, tables.quad2.get(s, q) & ~DeviceTableEntry.IV.mask());
        }
        return Outcome.NEXT;
    }

    private int clearHigh(long[] s, int cpu) {
        tables.words.clearHigh(s, at(s, device(s, cpu)));
        return Outcome.NEXT;
    }

    private int ask(long[] s, int cpu) {
        int q = device(s, cpu);
        int op = opcode.decide(s, q, 0, 0);
        if (op != 0) {
            int id = InterruptTables.deviceId(named.decide(s, q, 0, 0));
            tables.command.set(s, q, Commands.device(op, id));
            debt.set(s, cpu, ASKED);
        }
        return Outcome.NEXT;
    }

    private int await(long[] s, int cpu) {
        if (tables.command.get(s, device(s, cpu)) != 0) {
            return Outcome.BLOCKED;
        }
        debt.set(s, cpu, NOTHING);
        return Outcome.NEXT;
    }

    private int freeFormer(long[] s, int cpu) {
        former.set(s, device(s, cpu), 0);
        return Outcome.NEXT;
    }

    private int free(long[] s, int cpu) {
        int q = device(s, cpu);
        attached.set(s, q, 0);
        guests.note(s, q, false);
        vector.set(s, q, 0);
        index.set(s, q, 0);
        return Outcome.NEXT;
    }
}
