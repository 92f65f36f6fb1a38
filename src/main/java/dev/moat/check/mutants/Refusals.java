package dev.moat.check.mutants;

import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request is refused, seen twice: by the unit's own comparison ({@code blockedR}), and as what entries and tables as
 * stored allow ({@code ent}, {@code mapR}) and a request does not get ({@code getsR}). The two agree also where stores are seen late and
 * where tables are cached, as both ask what software has stored.
 *
 * <p>A Calgary bus that is stopped keeps its requests: they get nothing and are not refused. At a GART a request that gets another
 * frame than the tables say is refused its own. What gets a scratch page of the hypervisor's is not refused, and the page is none of
 * the frames, so such machines have one view only; and so has the DMA layer under Xen, where a device that is no bus master gets
 * nothing and is not refused.
 */
public final class Refusals {
    private static final int PLACES = 5;

    private final Map<String, Relation> relations = new HashMap<>();
    private final int requesters;
    private final int pages;
    private final int frames;
    private final int units;
    private final int spaces;
    private final int tags;
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
        abstraction.relations().forEach(r -> relations.put(r.name(), r));
        requesters = size(abstraction, "Req");
        pages = size(abstraction, "Page");
        frames = size(abstraction, "Frame");
        units = size(abstraction, "Unit");
        spaces = size(abstraction, "Space");
        tags = size(abstraction, "Tag");
    }

    /** Whether both views are there. */
    public static boolean speak(String component, Map<String, String> settings) {
        return TwoViews.areIn(component, settings)
                && !component.equals(TwoViews.LAYER)
                && !settings.getOrDefault("quarantine", "").equals("scratch-page");
    }

    private static int size(Abstraction abstraction, String sort) {
        return abstraction.sort(sort).map(Sort::size).orElseThrow();
    }

    /** How many requests were refused what is stored for them. */
    public long compared() {
        return compared;
    }

    /** Where the two differ in a state, in words; or nothing. */
    public Optional<String> difference(long[] s) {
        for (int q = 0; q < requesters; q++) {
            boolean idle = halts && getsNothing(s, q);
            for (int p = 0; p < pages && !idle; p++) {
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
        if (is(write ? "strayW" : "strayR", s, q, p, 0, 0)) {
            return false;
        }
        boolean allowed = false;
        boolean served = false;
        for (int f = 0; f < frames; f++) {
            boolean stored = isStored(s, q, p, f, write);
            allowed |= stored;
            served |= is(write ? "getsW" : "getsR", s, q, p, f, 0) && (stored || !loses);
        }
        boolean refused = allowed && !served;
        compared += refused ? 1 : 0;
        return is(write ? "blockedW" : "blockedR", s, q, p, 0, 0) != refused;
    }

    /** Whether entries and tables, as stored, lead a device's page to a frame. */
    private boolean isStored(long[] s, int q, int p, int f, boolean write) {
        for (int sp = 0; sp < spaces; sp++) {
            if (is(write ? "mapW" : "mapR", s, sp, p, f, 0) && isLed(s, q, sp)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLed(long[] s, int q, int sp) {
        for (int u = 0; u < units; u++) {
            for (int t = 0; t < tags; t++) {
                if (is("ent", s, u, q, sp, t)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean getsNothing(long[] s, int q) {
        for (int p = 0; p < pages; p++) {
            for (int f = 0; f < frames; f++) {
                if (is("getsR", s, q, p, f, 0) || is("getsW", s, q, p, f, 0)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean is(String relation, long[] s, int... at) {
        Relation r = relations.get(relation);
        int[] a = Arrays.copyOf(at, PLACES);
        return r != null && r.code().holds(s, a[0], a[1], a[2], a[3], a[4]);
    }
}
