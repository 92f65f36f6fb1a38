package dev.moat.check.mutants;

import dev.moat.state.Abstraction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares two views of who reaches a frame. One is the result of a device's request ({@code getsR}), by the unit's
 * own answer. The other is the relations of entries, tables and caches ({@code ent}, {@code cent}, {@code mapR},
 * {@code mayR}). They must agree if both apply.
 *
 * <p>They do not both apply if the walker still sees an entry that software has replaced (late stores), or continues
 * from a table that only paging-structure caches have: {@code mapR} is the tables as stored.
 *
 * <p>Two more cases have one view. A cache under a tag that no device entry has serves no request, so only {@code
 * mayR} has it. Only the device's view exists for requests that pass through, are not translated, lie outside of an
 * aperture, or end without a frame. A bounce layer's device that requests only its given addresses has no view of
 * other pages.
 */
public final class TwoViews {
    private static final List<String> READ_BY =
            List.of("ent", "cent", "mapR", "mapW", "mayR", "mayW", "getsR", "getsW", "blockedR", "blockedW");
    /** Its devices have tables only where an IOMMU is driven, and those of an unprivileged guest are led as its frames are. */
    static final String LAYER = "xen-swiotlb";

    /** Some of its devices are virtual: no IOMMU leads them anywhere, and what they get is composed for them. */
    static final String VIRTUAL = "xen-viommu";

    private static final Set<String> COMPONENTS = Set.of(
            "xen-vtd",
            "xen",
            "iommu-api",
            "iommu-dma",
            "dma-iommu-mapping",
            "amd-vi-growth",
            "riscv-nested",
            "xen-io-spaces",
            "xen-p2m",
            "pkvm-iommu",
            VIRTUAL,
            LAYER);
    private static final Set<String> ONE_SPEAKS =
            Set.of("write-buffer", "coherent", "paging-caches", "untranslated", "outside", "exclusion", "strategy");

    private final DeviceRelations devices;
    /** Whether the chip stops a bus at times: then its devices get nothing at all, whatever entries, tables and caches say. */
    private final boolean halts;

    private final boolean virtual;

    private long agreed;
    private long answeredByCache;

    /**
     * @param abstraction one that has both
     * @param settings of the machine
     */
    public TwoViews(Abstraction abstraction, Map<String, String> settings) {
        halts = settings.getOrDefault("iommu", "").equals("calgary");
        virtual = abstraction.relation("composedR").isPresent();
        devices = new DeviceRelations(abstraction);
    }

    /** Whether a machine has devices, entries, tables and caches. */
    public static boolean areIn(String component, Map<String, String> settings) {
        boolean tables = settings.containsKey("iommu")
                && !settings.getOrDefault("privileged", "").equals("false");
        return COMPONENTS.contains(component) && (tables || !component.equals(LAYER));
    }

    /** Whether both speak of a machine, which has these settings. */
    public static boolean bothSpeak(String component, Map<String, String> settings) {
        boolean asks =
                !component.equals(LAYER) || settings.getOrDefault("device", "").equals("any-address");
        return asks && areIn(component, settings) && settings.keySet().stream().noneMatch(ONE_SPEAKS::contains);
    }

    /** Whether a relation is part of a view. */
    public static boolean read(String relation) {
        return READ_BY.contains(relation);
    }

    /** How often a request got a frame, and the other view said so. */
    public long agreed() {
        return agreed;
    }

    /** How often that was by a cache that differs from the tables. */
    public long answeredByCache() {
        return answeredByCache;
    }

    /** Where they differ in a state, in words; or nothing. */
    public Optional<String> difference(long[] s) {
        for (int q = 0; q < devices.requesters; q++) {
            boolean composed = virtual && !isLed(s, q);
            for (int p = 0; p < devices.pages && !composed; p++) {
                for (int f = 0; f < devices.frames; f++) {
                    for (int write = 0; write < 2; write++) {
                        String found = difference(s, new Access(q, p, f, write == 1));
                        if (!found.isEmpty()) {
                            return Optional.of("device " + q + ", page " + p + ", frame " + f
                                    + (write == 1 ? ", write: " : ", read: ") + found);
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A request of a device for a page, which may get a frame. */
    private record Access(int device, int page, int frame, boolean write) {}

    private String difference(long[] s, Access access) {
        int q = access.device();
        int p = access.page();
        int f = access.frame();
        boolean write = access.write();
        boolean gets = devices.is(write ? "getsW" : "getsR", s, q, p, f, 0);
        boolean possible = false;
        boolean certain = false;
        for (int u = 0; u < devices.units; u++) {
            for (int sp = 0; sp < devices.spaces; sp++) {
                for (int t = 0; t < devices.tags; t++) {
                    boolean cached = devices.is("cent", s, u, q, sp, t);
                    if (cached || devices.is("ent", s, u, q, sp, t)) {
                        boolean mapped = devices.is(write ? "mapW" : "mapR", s, sp, p, f, 0);
                        boolean served = devices.is(write ? "mayW" : "mayR", s, u, t, p, f);
                        possible |= mapped || served;
                        boolean used = cached || !anyCached(s, u, q);
                        // A cached entry that memory no longer has may lead to a cached absence, of which blockedR says
                        // nothing.
                        boolean walked = mapped && !anyServed(s, u, t, p) && devices.is("ent", s, u, q, sp, t);
                        certain |= used && (served || walked);
                        answeredByCache += gets && used && served && !mapped ? 1 : 0;
                    }
                }
            }
        }
        agreed += gets && possible ? 1 : 0;
        if (gets && !possible) {
            return "gets what neither tables nor caches have";
        }
        boolean refused = !gets && certain && !devices.is(write ? "blockedW" : "blockedR", s, q, p, 0, 0);
        return refused && !(halts && devices.getsNothing(s, q)) ? "does not get what both have" : "";
    }

    private boolean anyCached(long[] s, int u, int q) {
        for (int sp = 0; sp < devices.spaces; sp++) {
            for (int t = 0; t < devices.tags; t++) {
                if (devices.is("cent", s, u, q, sp, t)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isLed(long[] s, int q) {
        for (int u = 0; u < devices.units; u++) {
            for (int sp = 0; sp < devices.spaces; sp++) {
                for (int t = 0; t < devices.tags; t++) {
                    if (devices.is("ent", s, u, q, sp, t) || devices.is("cent", s, u, q, sp, t)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean anyServed(long[] s, int u, int t, int p) {
        for (int f = 0; f < devices.frames; f++) {
            if (devices.is("mayR", s, u, t, p, f) || devices.is("mayW", s, u, t, p, f)) {
                return true;
            }
        }
        return false;
    }
}
