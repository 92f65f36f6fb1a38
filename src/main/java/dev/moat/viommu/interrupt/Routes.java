package dev.moat.viommu.interrupt;

import dev.moat.iommu.Interrupts;
import dev.moat.state.Footprint;

/**
 * Where a guest's table, as it is in memory now, leads a device's messages: what invariants compare with. It shares no code and no decision
 * with {@link Remapping}.
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
        long status = state.status.get(s, guest);
        if ((status & InterruptState.REMAPPING) == 0 || (status & InterruptState.COMPATIBLE) != 0) {
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
        long status = state.status.get(s, guest);
        if ((status & InterruptState.REMAPPING) == 0) {
            return true;
        }
        if (message == setting.compatible()) {
            return (status & InterruptState.COMPATIBLE) != 0;
        }
        int number = setting.handle(message) + setting.subhandle(message);
        return number < InterruptSetting.number(setting.entries)
                && ofEntry(s, device, number / InterruptSetting.ENTRIES_OF_PAGE) == line;
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
