package dev.moat.viommu.interrupt;

import dev.moat.iommu.Interrupts;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.viommu.record.MessageRecords;
import dev.moat.viommu.state.GuestLock;
import java.util.List;

/** Tables of guests and of the host, the host's cache, registers and fault records of guests, and what Xen's CPUs are doing. */
final class InterruptState {
    /** Bits of {@link #status}. */
    static final int REMAPPING = 1;

    static final int COMPATIBLE = 2;
    static final int TRANSLATION = 4;
    static final Sort COMMANDS = new Sort("Command", List.of("remapping", "compatible", "translation"));

    /** Values of {@link #stale}: one invalidation never pays for a later change. */
    static final int PAID = 0;

    static final int CHANGED = 1;
    static final int BEING_PAID = 2;
    static final int CHANGED_AGAIN = 3;

    private static final Sort STALE = new Sort("Stale", List.of("paid", "changed", "being-paid", "changed-again"));

    final InterruptSetting setting;
    /** Per device: plugged in. */
    final Slots attached;
    /** Per device: the index that Xen gave it, or none. */
    final Slots index;
    /** Per guest and row: the words of the entry, in guest memory. */
    final Slots guestLo;

    final Slots guestHi;
    /** Per guest and row: the guest changed the entry, and has not seen it invalidated. */
    final Slots stale;
    /** Per index: the words of the host's entry, in memory and as the unit has it cached. */
    final Slots hostLo;

    final Slots hostHi;
    final Slots cachedLo;
    final Slots cachedHi;
    /** Per index: the unit has been asked to forget its entry, and has not yet. */
    final Slots asked;
    /** Per guest: GSTS, and what the guest's commands come to. */
    final Slots status;

    final Slots commanded;
    /** What is recorded of refused messages. */
    final MessageRecords records;
    /** Per guest: who has the lock on its vIOMMU, or none. */
    final Lock lock;

    final GuestLock guestLock;

    final Slots pc;
    final Slots guest;
    final Slots device;
    /** The operation attaches or detaches the device. */
    final Slots moves;
    /** A row, or a message. */
    final Slots place;
    /** What is left to do: indices to be forgotten; which word is stored next; what was found out about a record. */
    final Slots owed;

    /** Indices that the unit was asked to forget for the operation, and that it does not know forgotten yet. */
    final Slots awaited;

    final Slots part;
    /** The guest's entry of the message that is refused says that its faults are not recorded. */
    final Slots silent;

    InterruptState(InterruptSetting setting, ModelBuilder model) {
        this.setting = setting;
        SchemaBuilder schema = model.schema();
        Sort guests = setting.domains;
        attached = xen(schema, "attached", setting.devices).bits(1);
        index = xen(schema, "index", setting.devices).optional(setting.indices);
        guestLo = first(schema.slots("guest.irteLo", Role.ARCHITECTURAL, Writer.GUEST, guests, setting.rows));
        guestHi = second(schema.slots("guest.irteHi", Role.ARCHITECTURAL, Writer.GUEST, guests, setting.rows), guestLo);
        stale = schema.slots("stale.irte", Role.GHOST, Writer.GHOST, guests, setting.rows)
                .of(STALE);
        hostLo = first(schema.slots("irteLo", Role.ARCHITECTURAL, Writer.HYPERVISOR, setting.indices));
        hostHi = second(schema.slots("irteHi", Role.ARCHITECTURAL, Writer.HYPERVISOR, setting.indices), hostLo);
        cachedLo = first(schema.slots("iecLo", Role.CACHE, Writer.IOMMU, setting.indices));
        cachedHi = second(schema.slots("iecHi", Role.CACHE, Writer.IOMMU, setting.indices), cachedLo);
        asked = schema.slots("iec.asked", Role.QUEUE, Writer.HYPERVISOR, setting.indices)
                .bits(1);
        status = xen(schema, "guest.status", guests).bits(COMMANDS.size());
        commanded = schema.slots("commanded", Role.GHOST, Writer.GHOST, guests).bits(COMMANDS.size());
        records = new MessageRecords(model, setting.recording());
        lock = xen(schema, "lock.viommu", guests).lock(setting.cpus);
        Sort cpus = setting.cpus;
        pc = model.cpus(cpus);
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        guest = xen(schema, "cpu.guest", cpus).live(busy).of(guests);
        guestLock = new GuestLock(lock, guest);
        device = xen(schema, "cpu.device", cpus).live(busy).of(setting.devices);
        moves = xen(schema, "cpu.moves", cpus).live(busy).bits(1);
        place = xen(schema, "cpu.place", cpus).live(busy).of(setting.messages);
        owed = xen(schema, "cpu.owed", cpus).live(busy).bits(setting.indices.size());
        awaited = xen(schema, "cpu.awaited", cpus).live(busy).bits(setting.indices.size());
        part = xen(schema, "cpu.part", cpus).live(busy).bits(2);
        silent = schema.slots("cpu.silent", Role.GHOST, Writer.GHOST, cpus)
                .live(busy)
                .bits(1);
    }

    private static SlotsBuilder xen(SchemaBuilder schema, String name, Sort... at) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, at);
    }

    private Slots first(SlotsBuilder words) {
        return words.decodedBy(lo -> setting.format.formatOf(0, lo)).word(setting.format.format(0), varying(0));
    }

    private Slots second(SlotsBuilder words, Slots first) {
        return words.decodedBy(first, lo -> setting.format.formatOf(1, lo)).word(setting.format.format(1), varying(1));
    }

    /** The bits that some entry of this machine has set. */
    private long varying(int part) {
        Interrupts format = setting.format;
        long bits = 0;
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int v = 0; v < setting.vectors.size(); v++) {
                int vector = InterruptSetting.guestVector(v);
                for (int d = 0; d < setting.destinations.size(); d++) {
                    bits |= setting.guestEntry(part, q, v, d);
                }
                for (int n = 0; n < setting.domains.size() * setting.vcpus; n++) {
                    bits |= format.posted(part, setting.hostSource(q), vector, HostTable.descriptor(n));
                }
            }
            for (int i = 0; i < setting.indices.size(); i++) {
                bits |= format.remapped(part, setting.hostSource(q), InterruptSetting.lineVector(i), 0);
            }
        }
        return setting.silences && part == 0 ? bits | format.silent(0) : bits;
    }

    /** Remapping is on everywhere, tables are empty. */
    void initial(long[] s) {
        for (int q = 0; q < setting.devices.size(); q++) {
            attached.set(s, q, 1);
        }
        for (int g = 0; g < setting.domains.size(); g++) {
            status.set(s, g, REMAPPING);
            commanded.set(s, g, REMAPPING);
        }
    }

    /** A CPU's operation begins. */
    void begin(long[] s, int cpu, int ofGuest, int ofDevice, int at) {
        guest.set(s, cpu, ofGuest);
        device.set(s, cpu, ofDevice);
        moves.set(s, cpu, 0);
        place.set(s, cpu, at);
        owed.set(s, cpu, 0);
        awaited.set(s, cpu, 0);
        part.set(s, cpu, 0);
        silent.set(s, cpu, 0);
    }

    /** Whether a CPU's operation attaches or detaches a device. */
    boolean isMoving(long[] s, int cpu, int q) {
        return pc.get(s, cpu) != 0 && moves.get(s, cpu) == 1 && device.get(s, cpu) == q;
    }

    /** Whether any CPU's does. */
    boolean isMoving(long[] s, int q) {
        for (int cpu = 0; cpu < pc.size(); cpu++) {
            if (isMoving(s, cpu, q)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a CPU runs something for a guest. */
    boolean runsFor(long[] s, int cpu, int g) {
        return pc.get(s, cpu) != 0 && guest.get(s, cpu) == g;
    }
}
