package dev.moat.viommu.record;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Fault records of refused interrupt messages: each guest's, and the physical unit's where devices are passed through, which Xen's handler
 * passes on. What is recorded is the index in the message (FI); the physical unit's is the host's, and the guest knows its own only.
 * {@code @source} VT-d specification 2.x, chapter 7.2.
 */
public final class MessageRecords {
    /** Faults that step {@link #find} has nothing to do for, as one of the source is pending, or others are lost. */
    public static final int NOTHING = FaultRing.NOTHING;

    private static final int INDEX_BITS = 16;

    private final Machine machine;
    private final FaultRing guests;
    private final @Nullable FaultRing host;
    /** Per device: the first message that was refused since the guest cleared its record, or none. */
    private final Slots blocked;
    /** {@code fault.passed-on}: (guest) to 1 when Xen's handler puts the physical unit's record into the guest's. */
    private final Decision passesOn;
    /** {@code fault.lost-passed-on}: (1 when the physical unit has lost some) to 1 when guests are told. */
    private final Decision tellsLost;
    /** {@code record.translated}: (index of the host's, the guest's) to the one that a guest's record has. */
    private final Decision translates;

    /**
     * Who sends what to whom.
     *
     * @param guestOf of a device
     * @param registers how many there are
     */
    public record Machine(Sort domains, Sort devices, Sort messages, IntUnaryOperator guestOf, Registers registers) {
        int guest(int device) {
            return guestOf.applyAsInt(device);
        }
    }

    /**
     * Fault recording registers.
     *
     * @param guest of each guest's unit
     * @param host of the physical unit; 0 where nothing is recorded there
     */
    public record Registers(int guest, int host) {}

    public MessageRecords(ModelBuilder model, Machine machine) {
        this.machine = machine;
        FaultRing.Choices choices = FaultRing.Choices.declare(model);
        FaultRing.Places places =
                new FaultRing.Places(machine.devices, "fault.message-index", slots -> slots.bits(INDEX_BITS));
        guests = FaultRing.ofGuests(machine.domains, machine.registers.guest, places, choices, model.schema());
        boolean physical = machine.registers.host > 0;
        host = physical ? FaultRing.ofHost(machine.registers.host, places, choices, model.schema()) : null;
        blocked = model.schema()
                .slots("blocked", Role.GHOST, Writer.GHOST, machine.devices)
                .optional(machine.messages);
        Decision yes = (s, guest, b, c) -> 1;
        Decision lost = (s, is, b, c) -> is;
        Decision own = (s, hosts, guest, c) -> guest;
        passesOn = physical ? model.decision("fault.passed-on", yes) : yes;
        tellsLost = physical ? model.decision("fault.lost-passed-on", lost) : lost;
        translates = physical ? model.decision("record.translated", own) : own;
    }

    /** What {@link #record} is to do with a fault of a device, as its guest's records are now. */
    public int find(long[] s, int device) {
        return guests.find(s, machine.guest(device), device);
    }

    /** Does it, as the records are now. */
    public void record(long[] s, int found, int device, int index) {
        guests.write(s, machine.guest(device), found, device, index);
    }

    /** The ghost sees a message refused that is to be recorded; whether that changes anything. */
    public boolean see(long[] s, int device, int message) {
        if (blocked.get(s, device) != 0) {
            return false;
        }
        blocked.set(s, device, message + 1L);
        return true;
    }

    /** The physical unit records a message that it refuses, by the host's index. */
    public boolean refuse(long[] s, int device, int index) {
        return host != null && host.put(s, 0, device, index);
    }

    /** Xen records one that it refuses itself, at once, whole. */
    public boolean tell(long[] s, int device, int index) {
        return guests.put(s, machine.guest(device), device, index);
    }

    /**
     * The guest whose record Xen's handler finds next, or -1: there is none, or it is the last one, behind which all guests are told that some
     * are lost.
     */
    public int nextGuest(long[] s) {
        int record = host == null ? -1 : host.found(s, 0);
        if (host == null || record < 0 || (host.isLost(s, 0) && host.isLast(s, 0, record))) {
            return -1;
        }
        return machine.guest(host.device(s, 0, record));
    }

    /**
     * Xen's handler of the physical unit's fault event takes one record, and what is lost behind the last one.
     *
     * @param guestIndex of the entry that passed-through devices use in their guests' tables, the same in all
     * @return false where there is nothing for it
     */
    public boolean passOn(long[] s, int guestIndex) {
        if (host == null || (host.found(s, 0) < 0 && !host.isLost(s, 0))) {
            return false;
        }
        int record = host.found(s, 0);
        if (record >= 0) {
            int device = host.device(s, 0, record);
            int index = translates.decide(s, host.page(s, 0, record), guestIndex, 0);
            if (passesOn.decide(s, machine.guest(device), 0, 0) != 0) {
                guests.put(s, machine.guest(device), device, index);
            }
            if (!host.take(s, 0, record)) {
                return true;
            }
        }
        boolean tells = tellsLost.decide(s, host.isLost(s, 0) ? 1 : 0, 0, 0) != 0;
        host.setLost(s, 0, false);
        for (int g = 0; g < machine.domains.size() && tells; g++) {
            guests.setLost(s, g, true);
        }
        return true;
    }

    /** The guest's handler has read one record, and writes F, and PFO behind the last one. */
    public boolean clear(long[] s, int guest) {
        int read = guests.readOne(s, guest);
        if (read == FaultRing.NOWHERE) {
            return false;
        }
        for (int q = 0; q < machine.devices.size(); q++) {
            boolean told = machine.guest(q) == guest && (read == FaultRing.LAST || read == q);
            if (told && !(host != null && host.tells(s, 0, q))) {
                blocked.set(s, q, 0);
            }
        }
        return true;
    }

    /** Whether a message of a device was refused, and the guest has not cleared that. */
    public boolean wasBlocked(long[] s, int device, int message) {
        return blocked.get(s, device) == message + 1;
    }

    /** Whether any was. */
    public boolean isBlocked(long[] s, int device) {
        return blocked.get(s, device) != 0;
    }

    /** Whether the guest, reading its records, comes to one of this device. */
    public boolean isRecordOf(long[] s, int device) {
        return guests.tells(s, machine.guest(device), device);
    }

    /** Whether that one has this index. */
    public boolean isRecorded(long[] s, int device, int index) {
        return guests.tells(s, machine.guest(device), device, index);
    }

    /** Whether a guest's unit says that faults were lost. */
    public boolean areLost(long[] s, int guest) {
        return guests.isLost(s, guest);
    }

    /** Whether the guest can see that faults were lost, none of its records being the device's; its own unit loses none while it has none. */
    public boolean areOthersLost(long[] s, int device) {
        int guest = machine.guest(device);
        boolean pending = host != null || guests.found(s, guest) >= 0;
        return guests.isLost(s, guest) && pending && !isRecordOf(s, device);
    }

    /** Whether a fault of a device's guest, or of the physical unit, was lost though a record was free for it. */
    public boolean wasLostEarly(long[] s, int device) {
        return guests.wasLostEarly(s, machine.guest(device)) || (host != null && host.wasLostEarly(s, 0));
    }

    /** Whether a message of a device was refused whose guest finds no record of the device; what the physical unit loses may be anybody's. */
    public boolean isSomeLost(long[] s, int guest) {
        boolean some = host != null;
        for (int q = 0; q < machine.devices.size(); q++) {
            some |= machine.guest(q) == guest && isBlocked(s, q) && !isRecordOf(s, q);
        }
        return some;
    }

    /** Whether Xen, reading the physical unit's records, comes to one of the device, or finds that some are lost. */
    public boolean isUnderway(long[] s, int device) {
        return host != null && (host.tells(s, 0, device) || host.isLost(s, 0));
    }

    /** Adds what these read of a guest. */
    public void read(Footprint footprint, int guest) {
        guests.read(footprint, guest);
        if (host != null) {
            host.read(footprint, 0);
        }
    }

    /** Adds what {@link #wasBlocked} reads. */
    public void readBlocked(Footprint footprint, int device) {
        footprint.one(blocked, device);
    }

    /** Adds what {@link #isSomeLost} reads. */
    public void readBlocked(Footprint footprint) {
        footprint.all(blocked);
    }
}
