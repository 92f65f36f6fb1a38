package dev.moat.pv.program;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.pv.state.Contents;
import dev.moat.pv.state.DeviceMemory;
import dev.moat.pv.state.LayerSetting;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Whole;
import dev.moat.state.Sort;
import java.util.List;

/** What happens to memory in one action: grants in both directions, guests that take and give frames, aliases given up, CPUs that look. */
public final class MemoryActions {
    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));
    private static final int MOST_OF_A_GUEST = 2;

    private final Whole whole;
    private final LayerState layer;
    private final ModelBuilder model;
    /** {@code ioremap.frame}: (machine frame) to the frame that the entry for device memory leads to, plus 1. */
    private final Decision ioremapped;
    /**
     * {@code ioremap.permitted}: (1 for device memory, 1 when Xen's list for the domain has it) to 1 when Xen takes the
     * entry. {@code @source} Xen mm.c, get_page_from_l1e: iomem_access_permitted.
     */
    private final Decision permitted;
    /**
     * {@code alias.goes-at-once}: (1 when lazy unmapping is inhibited) to 1 when an alias that is given up leads
     * nowhere any more.
     */
    private final Decision goesAtOnce;

    public MemoryActions(Whole whole, ModelBuilder model) {
        this.whole = whole;
        layer = whole.state();
        this.model = model;
        ioremapped = model.decision("ioremap.frame", (s, mfn, asPage, c) -> mfn + 1);
        goesAtOnce = model.decision("alias.goes-at-once", (s, inhibited, b, c) -> inhibited);
        permitted = model.decision("ioremap.permitted", (s, ofDevice, listed, c) -> ofDevice & listed);
    }

    public void declare() {
        Argument guest = new Argument("guest", layer.setting.domains);
        Argument frame = new Argument("frame", layer.setting.frames);
        if (layer.setting.foreign) {
            kernel("map_grant_ref", (s, g, b, c, d, e) -> mapForeign(s, g), guest);
            kernel("unmap_grant_ref", (s, b, c, d, e, f) -> unmapForeign(s));
        }
        if (layer.setting.lent) {
            kernel("guest_maps", (s, g, f, c, d, e) -> lend(s, g, f), guest, frame);
            kernel("guest_unmaps", (s, f, c, d, e, g) -> takeBack(s, f), frame);
        }
        if (layer.setting.guestMemory) {
            kernel("populate_physmap", (s, g, b, c, d, e) -> populateGuest(s, g), guest);
            kernel("guest_decreases", (s, g, b, c, d, e) -> decreaseGuest(s, g), guest);
        }
        if (layer.setting.balloon) {
            Argument page = new Argument("page", layer.setting.gfns);
            kernel("increase_reservation", (s, p, b, c, d, e) -> increase(s, p), page);
        }
        if (layer.setting.tlbs) {
            Sort places = whole.state().setting.gfns;
            Argument cpu = new Argument("cpu", layer.setting.cpus);
            kernel("touch", (s, c, p, b, d, e) -> load(s, c, layer.pte.get(s, p)), cpu, new Argument("page", places));
            if (layer.alias.size() > 0) {
                kernel("touch_alias", (s, c, b, d, e, f) -> load(s, c, layer.alias.get(s, 0)), cpu);
            }
        }
        if (layer.alias.size() > 0) {
            kernel("vunmap", (s, b, c, d, e, f) -> giveUpAlias(s));
        }
        if (layer.setting.ioremap) {
            Argument domain = new Argument("domain", layer.setting.domains);
            kernel("ioremap", (s, d, f, c, e, g) -> ioremap(s, d, f), domain, frame);
            kernel("iounmap", (s, d, b, c, e, f) -> layer.deviceMemory.unmap(s, d), domain);
        }
        if (whole.hardware().hasIommu() && !whole.hardware().asksAnything()) {
            model.action(
                    "dma",
                    Actor.DEVICE,
                    List.of(new Argument("page", whole.hardware().pages), new Argument("access", ACCESS)),
                    (s, p, access, c, d, e) -> request(s, p, access == 1));
        }
    }

    /** The device asks, and the answer is cached. */
    private boolean request(long[] s, int frame, boolean write) {
        return layer.device.isMastering(s)
                && (layer.setting.anyAddress || whole.isTold(s, frame))
                && whole.hardware().request(s, frame, write);
    }

    private void kernel(String name, Guarded code, Argument... arguments) {
        model.action(name, Actor.GUEST, List.of(arguments), code);
    }

    /** The first frame of a guest, by a grant, at the page that is kept for it. */
    private boolean mapForeign(long[] s, int guest) {
        int page = layer.setting.foreignPage();
        int frame = firstOf(s, guest);
        if (guest == 0 || layer.p2m.get(s, page) != 0 || frame < 0) {
            return false;
        }
        layer.p2m.set(s, page, frame + 1);
        layer.foreign.set(s, page, 1);
        layer.pte.set(s, page, frame + 1);
        whole.hardware().map(s, frame);
        return true;
    }

    private boolean unmapForeign(long[] s) {
        int page = layer.setting.foreignPage();
        int frame = (int) layer.p2m.get(s, page) - 1;
        if (frame < 0 || whole.mappings().isMapped(s, page)) {
            return false;
        }
        layer.p2m.set(s, page, 0);
        layer.foreign.set(s, page, 0);
        layer.pte.set(s, page, 0);
        layer.flushTlbs(s);
        whole.hardware().unmap(s, frame);
        whole.hardware().flush(s);
        return true;
    }

    private int firstOf(long[] s, int domain) {
        for (int f = 0; f < layer.setting.frames.size(); f++) {
            if (layer.holder.get(s, f) == LayerState.OURS + domain) {
                return f;
            }
        }
        return -1;
    }

    /** A frame that lies under one of the kernel's own pages was granted, and the guest maps it. */
    private boolean lend(long[] s, int guest, int frame) {
        int page = (int) layer.m2p(s, frame);
        if (guest == 0
                || !layer.isOurs(s, frame)
                || layer.isPool(page)
                || layer.p2m.get(s, page) != frame + 1
                || layer.isLent(s, frame)) {
            return false;
        }
        layer.lent.set(s, frame, guest + 1);
        return true;
    }

    private boolean takeBack(long[] s, int frame) {
        if (!layer.isLent(s, frame)) {
            return false;
        }
        layer.lent.set(s, frame, 0);
        return true;
    }

    /** The guest takes a free frame and writes to it at once. */
    private boolean populateGuest(long[] s, int guest) {
        int frame = layer.firstFree(s);
        if (guest == 0 || frame < 0 || framesOf(s, guest) >= MOST_OF_A_GUEST) {
            return false;
        }
        layer.holder.set(s, frame, LayerState.OURS + guest);
        layer.m2p.set(s, frame, MOST_OF_A_GUEST);
        whole.contents().fill(s, frame, whole.contents().ofGuest(guest));
        return true;
    }

    private int framesOf(long[] s, int domain) {
        int n = 0;
        for (int f = 0; f < layer.setting.frames.size(); f++) {
            n += layer.holder.get(s, f) == LayerState.OURS + domain ? 1 : 0;
        }
        return n;
    }

    /** It clears and gives back its last frame, and keeps one. */
    private boolean decreaseGuest(long[] s, int guest) {
        if (guest == 0 || framesOf(s, guest) < MOST_OF_A_GUEST) {
            return false;
        }
        for (int f = layer.setting.frames.size() - 1; f >= 0; f--) {
            if (layer.holder.get(s, f) == LayerState.OURS + guest && !isMappedHere(s, f)) {
                layer.holder.set(s, f, LayerState.HEAP);
                layer.m2p.set(s, f, 0);
                whole.contents().fill(s, f, Contents.ZERO);
                return true;
            }
        }
        return false;
    }

    private boolean isMappedHere(long[] s, int frame) {
        return layer.setting.foreign && layer.p2m.get(s, layer.setting.foreignPage()) == frame + 1;
    }

    /** The balloon gets a frame for a page that has none; it holds the lock, for as long as nobody comes between. */
    private boolean increase(long[] s, int page) {
        int frame = layer.lastFree(s);
        if (layer.use.get(s, page) != LayerState.BALLOONED
                || (layer.setting.foreign && page == layer.setting.foreignPage())
                || !layer.lock.isFree(s, 0)
                || frame < 0) {
            return false;
        }
        layer.holder.set(s, frame, LayerState.OURS);
        layer.m2p.set(s, frame, page + 1);
        layer.p2m.set(s, page, frame + 1);
        layer.pte.set(s, page, frame + 1);
        layer.use.set(s, page, LayerState.IDLE);
        whole.contents().fill(s, frame, Contents.ZERO);
        whole.hardware().map(s, frame);
        return true;
    }

    private boolean load(long[] s, int cpu, long entry) {
        if (entry == 0 || layer.tlb.get(s, cpu) == entry) {
            return false;
        }
        layer.tlb.set(s, cpu, entry);
        return true;
    }

    /** With lazy unmapping the entry stays until somebody purges it; the seed's switch inhibits that. */
    private boolean giveUpAlias(long[] s) {
        if (layer.alias.get(s, 0) == 0 || layer.aliasGivenUp.get(s, 0) != 0) {
            return false;
        }
        if (goesAtOnce.decide(s, layer.setting.vmap == LayerSetting.Vmap.INHIBITED ? 1 : 0, 0, 0) != 0) {
            layer.alias.set(s, 0, 0);
            layer.flushTlbs(s);
        } else {
            layer.aliasGivenUp.set(s, 0, 1);
        }
        return true;
    }

    /**
     * The entry has {@code _PAGE_IOMAP}, so that its number is a machine frame's and is not translated: any domain's
     * and any frame's, so that Xen has to look. A kernel that lets go of its device maps nothing of it any more.
     */
    private boolean ioremap(long[] s, int domain, int frame) {
        DeviceMemory memory = layer.deviceMemory;
        int ofDevice = layer.holder.get(s, frame) == LayerState.DEVICE_MEMORY ? 1 : 0;
        boolean isLettingGo = domain == 0 && layer.device.isStopping(s);
        if (memory.entry.get(s, domain) != 0
                || isLettingGo
                || permitted.decide(s, ofDevice, memory.isPermitted(s, domain) ? 1 : 0, 0) == 0) {
            return false;
        }
        int asPage = layer.isValid(frame) ? (int) layer.p2m.get(s, frame) : 0;
        memory.entry.set(s, domain, ioremapped.decide(s, frame, asPage, 0));
        return true;
    }
}
