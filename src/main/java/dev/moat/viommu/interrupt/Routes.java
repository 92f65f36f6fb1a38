package dev.moat.viommu.interrupt;

import dev.moat.iommu.Interrupts;
import dev.moat.state.Footprint;

/**
 * Where a guest's table, as it is in memory now, leads a device's messages: what invariants compare with. It shares no decision with
 * {@link Remapping}, but the family's reading of an entry and the setting's of a message; {@code InterruptTwinTest} reads raw words.
 */
final class Routes {
    private final InterruptState state;
    private final InterruptSetting setting;

    Routes(InterruptState state) {
        this.state = state;
        setting = state.setting;
    }

    /** Whether some message of an attached device is to end at a line. */
    boolean leads(long[] s, int device, int line) {
        int guest = setting.guestOf(device);
        if (state.attached.get(s, device) == 0 || setting.guestOfLine(line) != guest) {
            return false;
        }
        if (!setting.isVirtual(device)) {
            return ofEntry(s, device, 0) == line;
        }
        if (!isOn(s, guest) || letsCompatible(s, guest)) {
            return true;
        }
        for (int row = 0; row < setting.entries; row++) {
            if (ofEntry(s, device, row) == line) {
                return true;
            }
        }
        return false;
    }

    /** Whether this message of an attached virtual device is to end at a line: by the entry at handle and subhandle's sum. */
    boolean leads(long[] s, int device, int message, int line) {
        int guest = setting.guestOf(device);
        if (state.attached.get(s, device) == 0 || !setting.isVirtual(device) || setting.guestOfLine(line) != guest) {
            return false;
        }
        if (!isOn(s, guest)) {
            return true;
        }
        if (message == setting.compatible()) {
            return letsCompatible(s, guest);
        }
        int number = setting.handle(message) + setting.subhandle(message);
        return number < InterruptSetting.number(setting.entries)
                && ofEntry(s, device, number / InterruptSetting.ENTRIES_OF_PAGE) == line;
    }

    /** Whether a message is to leave no fault record: the entry at handle and subhandle's sum is in the table, and says so. */
    boolean isSilent(long[] s, int device, int message) {
        int guest = setting.guestOf(device);
        int number = setting.handle(message) + setting.subhandle(message);
        return isOn(s, guest)
                && message != setting.compatible()
                && number < InterruptSetting.number(setting.entries)
                && setting.format.isSilent(state.guestLo.get(s, guest, number / InterruptSetting.ENTRIES_OF_PAGE));
    }

    private boolean isOn(long[] s, int guest) {
        return (state.status.get(s, guest) & InterruptState.REMAPPING) != 0;
    }

    /** CFIS counts only where destinations have 8 bits. {@code @source} VT-d specification 2.x, chapter 5.1.4. */
    private boolean letsCompatible(long[] s, int guest) {
        return (state.status.get(s, guest) & InterruptState.COMPATIBLE) != 0 && !setting.extended;
    }

    private int ofEntry(long[] s, int device, int row) {
        int guest = setting.guestOf(device);
        long lo = state.guestLo.get(s, guest, row);
        long hi = state.guestHi.get(s, guest, row);
        long answer = setting.format.answer(lo, hi, setting.guestSource(device), setting.extended);
        long vcpu = Interrupts.Answer.place(answer) - setting.destination(0);
        boolean exists =
                Interrupts.Answer.kind(answer) == Interrupts.Answer.INTERRUPT && vcpu >= 0 && vcpu < setting.vcpus;
        return exists ? setting.guestLine(guest * setting.vcpus + (int) vcpu, Interrupts.Answer.vector(answer)) : -1;
    }

    /** Adds what {@link #leads} reads. */
    void read(Footprint footprint, int device) {
        footprint
                .one(state.attached, device)
                .all(state.guestLo)
                .all(state.guestHi)
                .all(state.status);
    }
}
