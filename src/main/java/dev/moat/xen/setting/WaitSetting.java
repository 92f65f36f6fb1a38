package dev.moat.xen.setting;

import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/** How long software waits for the unit. */
final class WaitSetting {
    private static final String NAME = "wait";
    private static final String FOR_EVER = "for-ever";

    static final List<Parameter> PARAMETERS = List.of(Parameter.choice(
                    NAME,
                    "What software does while the unit has stalled: it waits (Xen since XSA-373), or it gives up after"
                            + " a while, keeps what may still be reached, and crashes the domain; a deassignment keeps"
                            + " the device.",
                    FOR_EVER,
                    FOR_EVER,
                    "timeout")
            .asPolicy());

    private WaitSetting() {}

    /** Whether a wait is given up when the unit has stalled. */
    static boolean timesOut(Setting s) {
        return !s.text(NAME).equals(FOR_EVER);
    }

    /** Throws {@link BadSettingException} where what else is asked for does not know of waits that are given up. */
    static void check(XenSetting all) {
        boolean undone = !all.recorded()
                && all.batch() == 1
                && all.flush() == FlushPolicy.STRICT
                && all.capabilities().asking().queued()
                && !all.capabilities().noticesPresent()
                && all.more().isPlain()
                && all.hasPlainDevices()
                && !all.ioTables().inFrames();
        if (all.waitsTimeOut() && !undone) {
            throw new BadSettingException(
                    NAME,
                    "wait=timeout is for strict flushing by the queue without batches, on a unit that sees stores at once"
                            + " and caches no failures, with plain frames and devices");
        }
    }
}
