package dev.moat.viommu.svm;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;

/**
 * The physical unit and the device: requests with PASID, translated by the PASID entry and the guest's first-level table; caches of
 * both, the device's own TLB; page requests. {@code @source} VT-d specification 3.x, chapters 3.6, 6.2 and 7.4.
 */
final class Hardware {
    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));

    private final SvmState state;
    private final SvmSetting setting;
    private final ModelBuilder model;
    /** {@code walk.writes}: (1 where a first level lets a request write) to 1 when it may. */
    private final Decision writes;

    Hardware(SvmState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.model = model;
        writes = model.decision("walk.writes", (s, may, b, c) -> may);
    }

    void declare() {
        Argument pasid = new Argument("pasid", setting.pasids);
        Argument page = new Argument("page", setting.pages);
        Argument access = new Argument("access", ACCESS);
        model.action("dma", Actor.DEVICE, List.of(pasid, page, access), (s, h, p, w, d, e) -> fill(s, h, p, w == 1));
        model.action("evict_entry", Actor.IOMMU, List.of(pasid), (s, h, b, c, d, e) -> clear(s, state.cachedEntry, h));
        model.action("evict", Actor.IOMMU, List.of(pasid, page), (s, h, p, c, d, e) -> clear(s, state.tlb, h, p));
        service("forget_pasid", pasid, state.askedEntry, state.cachedEntry);
        service("forget_translations", pasid, state.askedTlb, state.tlb);
        if (setting.deviceTlb) {
            model.action("ats", Actor.DEVICE, List.of(pasid, page, access), (s, h, p, w, d, e) -> ats(s, h, p, w == 1));
            model.action(
                    "evict_device_tlb",
                    Actor.DEVICE,
                    List.of(pasid, page),
                    (s, h, p, c, d, e) -> clear(s, state.device, h, p));
            service("forget_device_tlb", pasid, state.askedDevice, state.device);
        }
        if (setting.requests) {
            model.action("page_request", Actor.DEVICE, List.of(pasid, page), (s, h, p, c, d, e) -> request(s, h, p));
        }
    }

    /** The unit, or the device, does what the queue asks: nothing that is cached under a PASID is left. */
    private void service(String name, Argument pasid, Slots asked, Slots cache) {
        int each = cache.size() / setting.pasids.size();
        model.action(new Action(
                name,
                Actor.IOMMU,
                List.of(pasid),
                ModelBuilder.all(),
                (s, h, b, c, d, e) -> {
                    if (asked.get(s, h) == 0) {
                        return false;
                    }
                    for (int i = h * each; i < (h + 1) * each; i++) {
                        cache.set(s, i, 0);
                    }
                    asked.set(s, h, 0);
                    return true;
                },
                true,
                "stutter"));
    }

    private static boolean clear(long[] s, Slots cache, int at) {
        boolean has = cache.get(s, at) != 0;
        if (has) {
            cache.set(s, at, 0);
        }
        return has;
    }

    private boolean clear(long[] s, Slots cache, int pasid, int page) {
        return clear(s, cache, pasid * setting.pages.size() + page);
    }

    /** The process whose tables requests with a PASID are walked by, or -1. */
    private int led(long[] s, int pasid) {
        int cached = (int) state.cachedEntry.get(s, pasid) - 1;
        return cached >= 0 ? cached : (int) state.entry.get(s, pasid) - 1;
    }

    /** The frame that a process's own table and the p2m give, or -1. */
    int first(long[] s, int process, int page, boolean write) {
        int gfn = (int) state.leaf.get(s, process, page) - 1;
        boolean may = gfn >= 0 && (!write || state.leafWrite.get(s, process, page) != 0);
        return may ? setting.frameOf(setting.guestOf(process), gfn) : -1;
    }

    private int walk(long[] s, int pasid, int page, boolean write) {
        int process = led(s, pasid);
        return process < 0 ? -1 : given(s, process, page, write);
    }

    /** The frame that the unit makes of a first level, or -1. */
    private int given(long[] s, int process, int page, boolean write) {
        int frame = first(s, process, page, write);
        return write && frame >= 0 && writes.decide(s, 1, 0, 0) == 0 ? -1 : frame;
    }

    /** A request leaves what it went by in the unit's caches. */
    private boolean fill(long[] s, int pasid, int page, boolean write) {
        int frame = walk(s, pasid, page, write);
        boolean known =
                state.tlb.get(s, pasid, page) == frame + 1 && (!write || state.tlbWrite.get(s, pasid, page) != 0);
        if (frame < 0 || (known && state.cachedEntry.get(s, pasid) != 0)) {
            return false;
        }
        state.cachedEntry.set(s, pasid, led(s, pasid) + 1L);
        state.tlb.set(s, pasid, page, frame + 1L);
        state.tlbWrite.set(s, pasid, page, write ? 1 : 0);
        return true;
    }

    /** The device keeps the answer to a translation request, which the unit gives from its cache. */
    private boolean ats(long[] s, int pasid, int page, boolean write) {
        boolean cached = state.tlb.get(s, pasid, page) != 0 && (!write || state.tlbWrite.get(s, pasid, page) != 0);
        int frame = cached ? (int) state.tlb.get(s, pasid, page) - 1 : walk(s, pasid, page, write);
        boolean known =
                state.device.get(s, pasid, page) == frame + 1 && (!write || state.deviceWrite.get(s, pasid, page) != 0);
        if (frame < 0 || known) {
            return false;
        }
        state.device.set(s, pasid, page, frame + 1L);
        state.deviceWrite.set(s, pasid, page, write ? 1 : 0);
        return true;
    }

    /** The device asks for a page that is not there; the unit itself answers where there is no entry. */
    private boolean request(long[] s, int pasid, int page) {
        int process = led(s, pasid);
        if (process < 0 || walk(s, pasid, page, true) >= 0 || state.request.get(s, pasid, page) != SvmState.NONE) {
            return false;
        }
        state.request.set(s, pasid, page, SvmState.SENT);
        state.sender.set(s, pasid, page, process);
        return true;
    }

    /** Whether the device's TLB or the unit's has a frame for a page, for writing too where it is asked for. */
    boolean caches(long[] s, int pasid, int page, int frame, boolean write) {
        return (state.device.get(s, pasid, page) == frame + 1 && (!write || state.deviceWrite.get(s, pasid, page) != 0))
                || (state.tlb.get(s, pasid, page) == frame + 1 && (!write || state.tlbWrite.get(s, pasid, page) != 0));
    }

    /** Whether a request with a PASID may get a frame: by the device's TLB, by the unit's, or by a walk. */
    boolean serves(long[] s, int pasid, int page, int frame, boolean write) {
        return caches(s, pasid, page, frame, write)
                || walk(s, pasid, page, write) == frame
                || (state.entry.get(s, pasid) != 0
                        && given(s, (int) state.entry.get(s, pasid) - 1, page, write) == frame);
    }
}
