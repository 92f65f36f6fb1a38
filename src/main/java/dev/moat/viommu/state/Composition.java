package dev.moat.viommu.state;

import dev.moat.iommu.Rights;
import dev.moat.state.Footprint;

/**
 * What a guest's tables come to with the p2m, as both are in memory now: what invariants compare Xen's shadow and answers with. It
 * goes by the contract's walk and the p2m, and shares no code and no decision with {@link Shadow}.
 */
public final class Composition {
    private final ViommuState state;
    private final GuestUnits guests;

    public Composition(ViommuState state, GuestUnits guests) {
        this.state = state;
        this.guests = guests;
    }

    /** Whether a device may read or write a frame at a page, by the guest's tables where translation is on, and by the p2m. */
    public boolean allows(long[] s, int device, int page, int frame, boolean write) {
        if (state.attached.get(s, device) == 0) {
            return false;
        }
        int guest = state.setting.guestOf(device);
        int gfn = page;
        if (state.te.get(s, guest) != 0) {
            gfn = guests.walk(s, guests.spaceOf(s, device), page, write);
        }
        if (gfn < 0 || gfn >= state.setting.gfns.size() || state.p2m.get(s, guest, gfn) != frame + 1) {
            return false;
        }
        int rights = ViommuState.rights((int) state.kind.get(s, guest, gfn));
        return (rights & Rights.of(write)) != 0;
    }

    /** Adds what {@link #allows} reads. */
    public void read(Footprint footprint, int device, int page) {
        guests.read(footprint, device, page);
        int guest = state.setting.guestOf(device);
        footprint.one(state.attached, device).one(state.te, guest);
        int gfns = state.setting.gfns.size();
        for (int i = guest * gfns; i < (guest + 1) * gfns; i++) {
            footprint.one(state.p2m, i).one(state.kind, i);
        }
    }
}
