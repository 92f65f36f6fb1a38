package dev.moat.viommu.state;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Xen's composition of a guest's tables with the p2m: what is put into shadows of passed-through devices, and what virtual devices are
 * told. {@code @source} VT-d specification 2.x, chapter 6.1 (caching mode).
 */
public final class Shadow {
    private static final int GFN_SHIFT = 2;

    private final ViommuState state;
    private final GuestUnits guests;
    private final HostUnit host;
    private final @Nullable FrontEnd frontEnd;
    private final @Nullable Nesting nesting;
    /** {@code shadow.rights}: (rights in the guest's tables, those of the p2m) to the rights of both. */
    private final Decision rights;
    /** {@code shadow.p2m-rights}: (kind of memory, 1 behind the window's gfn) to what a device may do with it. */
    private final Decision p2mRights;
    /** {@code shadow.translated}: (device, GSTS.TES of its guest) to 1 when the guest's tables are looked at. */
    private final Decision translated;
    /** {@code shadow.window}: (1 for a virtual device, 1 at the page of interrupt messages) to 1 when nothing is translated there. */
    private final Decision window;
    /** {@code shadow.space}: (device, the space that its entry leads to) to the space that is walked. */
    private final Decision space;
    /** {@code shadow.clears}: (what is wanted plus 1 or 0, 1 when the guest has an entry there, 1 when it leads the device at all) to 1. */
    private final Decision clears;

    /** The decisions that {@link #gfn} and {@link #rightsOf} may ask. */
    public static final List<String> COMPOSING =
            List.of("shadow.p2m-rights", "shadow.rights", "shadow.space", "shadow.translated", "shadow.window");

    public Shadow(
            ViommuState state, GuestUnits guests, HostUnit host, @Nullable FrontEnd frontEnd, ModelBuilder model) {
        this.state = state;
        this.guests = guests;
        this.host = host;
        this.frontEnd = frontEnd;
        nesting = state.setting.nested ? new Nesting(state, guests, host, model) : null;
        rights = model.decision("shadow.rights", (s, own, p2m, c) -> own & p2m);
        p2mRights = model.decision("shadow.p2m-rights", (s, kind, behind, c) -> ViommuState.rights(kind));
        translated = model.decision("shadow.translated", (s, device, te, c) -> te);
        window = model.decision("shadow.window", (s, virtual, messages, c) -> messages);
        space = model.decision("shadow.space", (s, device, leads, c) -> leads);
        clears = model.decision("shadow.clears", (s, wanted, entry, led) -> 1);
    }

    /** Who asks for virtual devices, where a device model has answers in hand. */
    public Optional<FrontEnd> frontEnd() {
        return Optional.ofNullable(frontEnd);
    }

    /** The physical unit's two levels, where there are no shadows. */
    public Optional<Nesting> nesting() {
        return Optional.ofNullable(nesting);
    }

    /** The space whose tables a device's first level are to be, by Xen's reading of the guest's entry; -1 for none. */
    public int firstLevel(long[] s, int device) {
        return space.decide(s, device, guests.spaceOf(s, device), 0);
    }

    /** Whether a device is to be translated by its guest's tables. */
    public boolean isTranslated(long[] s, int device) {
        int te = (int) state.te.get(s, state.setting.guestOf(device));
        return translated.decide(s, device, te, 0) != 0;
    }

    /** A gfn and the guest's rights there, as one number; 0 when the guest gives nothing. */
    private int walked(long[] s, int device, int page) {
        if (!isTranslated(s, device) || isSecondLevel(device)) {
            return page < state.setting.gfns.size() ? page << GFN_SHIFT | Rights.ALL : 0;
        }
        int from = space.decide(s, device, guests.spaceOf(s, device), 0);
        int read = guests.walk(s, from, page, false);
        int write = guests.walk(s, from, page, true);
        int own = (read >= 0 ? Rights.READ : 0) | (write >= 0 ? Rights.WRITE : 0);
        return own == 0 ? 0 : Math.max(read, write) << GFN_SHIFT | own;
    }

    /** Whether what the physical unit has for a device is the p2m itself. */
    private boolean isSecondLevel(int device) {
        return nesting != null && !state.setting.isVirtual(device);
    }

    /** The gfn that a page of a device leads to now, by Xen's reading of the guest's tables, or -1. */
    public int gfn(long[] s, int device, int page) {
        int found = walked(s, device, page);
        return found == 0 ? -1 : found >>> GFN_SHIFT;
    }

    /** The rights that a page of a device is to have: those of the guest's tables and of the p2m. */
    public int rightsOf(long[] s, int device, int page) {
        int found = walked(s, device, page);
        int guest = state.setting.guestOf(device);
        if (found == 0 || state.attached.get(s, device) == 0 || frameOf(s, guest, found >>> GFN_SHIFT) < 0) {
            return Rights.NONE;
        }
        // Pages of the second level are gfns, no addresses of devices: what is behind them says whether they are
        // entered.
        if (!isSecondLevel(device) && takesMessages(s, device, page)) {
            return Rights.NONE;
        }
        return rights.decide(s, found & Rights.ALL, rightsBehind(s, guest, found >>> GFN_SHIFT), 0);
    }

    /** What a device may do, by the p2m, with what is under a gfn. */
    private int rightsBehind(long[] s, int guest, int gfn) {
        int kind = (int) state.kind.get(s, guest, gfn);
        return p2mRights.decide(s, kind, state.setting.isWindow(gfn) ? 1 : 0, 0);
    }

    /** Whether a page is not translated for a device: what it writes there is an interrupt message, what it reads an error. */
    public boolean takesMessages(long[] s, int device, int page) {
        return window.decide(s, state.setting.isVirtual(device) ? 1 : 0, state.setting.isWindow(page) ? 1 : 0, 0) != 0;
    }

    private int frameOf(long[] s, int guest, int gfn) {
        return (int) state.p2m.get(s, guest, gfn) - 1;
    }

    /**
     * Takes a page out of a device's shadow when it is not what it has to be; break before make.
     *
     * @param forget whether nothing is to be left whatever the guest's tables say
     * @return whether something was taken out
     */
    public boolean clear(long[] s, int device, int page, boolean forget) {
        int have = host.rights(s, device, page);
        if (have == Rights.NONE) {
            return false;
        }
        int want = forget ? Rights.NONE : rightsOf(s, device, page);
        int gfn = gfn(s, device, page);
        int frame = want == Rights.NONE ? -1 : frameOf(s, state.setting.guestOf(device), gfn);
        if (want == have && frame == host.frame(s, device, page)) {
            return false;
        }
        int led = isTranslated(s, device) && guests.spaceOf(s, device) < 0 ? 0 : 1;
        if (!forget && clears.decide(s, want == Rights.NONE ? 0 : frame + 1, gfn < 0 ? 0 : 1, led) == 0) {
            return false;
        }
        host.store(s, device, page, 0, Rights.NONE);
        return true;
    }

    /** Under nesting: blocks a device's PASID entry where it is not what it has to be; says whether it was anything. */
    public boolean block(long[] s, int device, boolean forget) {
        if (nesting == null || state.setting.isVirtual(device) || nesting.isBlocked(s, device)) {
            return false;
        }
        boolean translated = isTranslated(s, device);
        int first = translated ? firstLevel(s, device) : -1;
        boolean leads = !forget && (!translated || first >= 0);
        return !nesting.is(s, device, leads, first) && nesting.write(s, device, false, -1);
    }

    /** Writes a blocked one to what it has to be. */
    public void lead(long[] s, int device) {
        if (nesting == null || state.setting.isVirtual(device) || !nesting.isBlocked(s, device)) {
            return;
        }
        boolean translated = isTranslated(s, device);
        int first = translated ? firstLevel(s, device) : -1;
        nesting.write(s, device, state.attached.get(s, device) != 0 && (!translated || first >= 0), first);
    }

    /** Puts a page into a device's shadow where there is none and one is to be. */
    public void insert(long[] s, int device, int page) {
        int want = rightsOf(s, device, page);
        if (want != Rights.NONE && host.rights(s, device, page) == Rights.NONE) {
            int frame = frameOf(s, state.setting.guestOf(device), gfn(s, device, page));
            host.store(s, device, page, frame, want);
        }
    }

    /** Whether a device's shadow has a page at a frame. */
    public boolean leadsTo(long[] s, int device, int page, int frame) {
        return host.rights(s, device, page) != Rights.NONE && host.frame(s, device, page) == frame;
    }

    /** What a request gets: of a virtual device by the guest's unit and the p2m, of another by the physical unit. */
    public int gets(long[] s, int device, int page, boolean write) {
        if (!state.setting.isVirtual(device)) {
            // The unit knows its window whatever Xen has entered.
            if (state.setting.isWindow(page)) {
                return Meaning.BLOCKED;
            }
            return nesting != null ? nesting.gets(s, device, page, write) : host.answer(s, device, page, write);
        }
        if (state.attached.get(s, device) == 0 || takesMessages(s, device, page)) {
            return Meaning.BLOCKED;
        }
        int guest = state.setting.guestOf(device);
        int gfn = isTranslated(s, device) ? guests.answer(s, device, page, write) : page;
        if (gfn < 0 || gfn >= state.setting.gfns.size() || frameOf(s, guest, gfn) < 0) {
            return Meaning.BLOCKED;
        }
        return (rightsBehind(s, guest, gfn) & Rights.of(write)) != 0 ? frameOf(s, guest, gfn) : Meaning.BLOCKED;
    }

    /** Whether a device model can still reach a frame by the answer it has in hand, as it would map that gfn now. */
    public boolean reaches(long[] s, int device, int page, int frame, int right) {
        int gfn = frontEnd == null ? -1 : frontEnd.inHand(s, device, page, right);
        int guest = state.setting.guestOf(device);
        return gfn >= 0 && frameOf(s, guest, gfn) == frame && (rightsBehind(s, guest, gfn) & right) != 0;
    }
}
