package dev.moat.check.mutants;

import dev.moat.state.Abstraction;
import java.util.Map;
import java.util.Optional;

/**
 * Compares two views of refused requests. One is the unit's own comparison ({@code blockedR}). The other is a request
 * that stored entries and tables allow ({@code ent}, {@code mapR}) and that does not get its frame ({@code getsR}).
 * They agree also with late stores and cached tables, because both use the stored values.
 *
 * <p>A stopped Calgary bus keeps its requests: they get nothing and are not refused. If a GART request gets another
 * frame than the tables say, it is refused its own. A request that gets the hypervisor's scratch page is not refused,
 * and the page is no frame, so such machines have one view only. The DMA layer under Xen has one view too: a device
 * that is no bus master gets nothing and is not refused.
 */
public final class Refusals {
    private final DeviceRelations devices;
    private final boolean halts;
    private final boolean loses;

    private long compared;

    /**
     * @param abstraction one of devices
     * @param settings of the machine
     */
    public Refusals(Abstraction abstraction, Map<String, String> settings) {
        String iommu = settings.getOrDefault("iommu", "");
        halts = iommu.equals("calgary");
        loses = iommu.equals("gart");
        devices = new DeviceRelations(abstraction);
    }

    /** Whether both views are there. */
    public static boolean speak(String component, Map<String, String> settings) {
        return TwoViews.areIn(component, settings)
                && !component.equals(TwoViews.LAYER)
                && !component.equals(TwoViews.VIRTUAL)
                && !settings.getOrDefault("quarantine", "").equals("scratch-page");
    }

    /** How many requests were refused what is stored for them. */
    public long compared() {
        return compared;
    }

    /** Where the two differ in a state, in words; or nothing. */
    public Optional<String> difference(long[] s) {
        for (int q = 0; q < devices.requesters; q++) {
            boolean idle = halts && devices.getsNothing(s, q);
            for (int p = 0; p < devices.pages && !idle; p++) {
                for (int write = 0; write < 2; write++) {
                    if (differs(s, q, p, write == 1)) {
                        return Optional.of("device " + q + ", page " + p + (write == 1 ? ", write: " : ", read: ")
                                + "refused what is stored for it in one view only");
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean differs(long[] s, int q, int p, boolean write) {
        if (devices.is(write ? "strayW" : "strayR", s, q, p, 0, 0)) {
            return false;
        }
        boolean allowed = false;
        boolean served = false;
        for (int f = 0; f < devices.frames; f++) {
            boolean stored = isStored(s, q, p, f, write);
            allowed |= stored;
            served |= devices.is(write ? "getsW" : "getsR", s, q, p, f, 0) && (stored || !loses);
        }
        boolean refused = allowed && !served;
        compared += refused ? 1 : 0;
        return devices.is(write ? "blockedW" : "blockedR", s, q, p, 0, 0) != refused;
    }

    /** Whether entries and tables, as stored, lead a device's page to a frame. */
    private boolean isStored(long[] s, int q, int p, int f, boolean write) {
        for (int sp = 0; sp < devices.spaces; sp++) {
            if (devices.is(write ? "mapW" : "mapR", s, sp, p, f, 0) && isLed(s, q, sp)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLed(long[] s, int q, int sp) {
        for (int u = 0; u < devices.units; u++) {
            for (int t = 0; t < devices.tags; t++) {
                if (devices.is("ent", s, u, q, sp, t)) {
                    return true;
                }
            }
        }
        return false;
    }
}
