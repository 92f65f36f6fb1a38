package dev.moat.viommu.state;

import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Who asks the vIOMMU for virtual devices. Of an HVM guest it is the device model's wrapper, by a hypercall whose answer it has in
 * hand until its device has used it; of an HVMLite guest, which has no device model, Xen's own host bridge, which translates where it
 * stands. Behind both is the same code. An answer is valid until the guest invalidates.
 */
public final class FrontEnd {
    private final ViommuState state;
    private final ViommuSetting setting;
    private final GuestUnits guests;
    /** Per virtual device: the gfn that its device model was told, or none; for which page, and whether to write. */
    private final Slots answer;

    private final Slots page;
    private final Slots write;
    /** {@code translate.locks}: (guest) to 1 when the hypercall waits for the vIOMMU's lock. */
    private final Decision locks;
    /**
     * {@code bridge.uses-at-once}: (device) to 1 when Xen's host bridge uses a translation where it stands, and keeps
     * none in hand.
     */
    private final Decision bridge;

    /** Only where there is a device model that has answers in hand. */
    public FrontEnd(ViommuState state, GuestUnits guests, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.guests = guests;
        SchemaBuilder schema = model.schema();
        Sort devices = setting.devices;
        answer = schema.slots("wrapper.answer", Role.CACHE, Writer.HYPERVISOR, devices)
                .optional(setting.gfns);
        page = schema.slots("wrapper.page", Role.CACHE, Writer.HYPERVISOR, devices)
                .live((s, q) -> answer.get(s, q) != 0)
                .of(setting.pages);
        write = schema.slots("wrapper.write", Role.CACHE, Writer.HYPERVISOR, devices)
                .live((s, q) -> answer.get(s, q) != 0)
                .bits(1);
        locks = model.decision("translate.locks", (s, guest, b, c) -> 1);
        bridge = model.decision("bridge.uses-at-once", (s, device, b, c) -> 1);
    }

    /** Whether a device model asks for a device; Xen's host bridge does for other virtual ones. */
    public boolean isAskedByModel(int device) {
        return setting.isVirtual(device) && setting.hasModel(setting.guestOf(device));
    }

    /** Xen's bridge has an address translated for one of its devices; false when it has nothing in hand then. */
    public boolean keeps(long[] s, int device, int of, boolean writes) {
        return bridge.decide(s, device, 0, 0) == 0 && !holds(s, device) && ask(s, device, of, writes);
    }

    /** Whether the hypercall need not wait: nothing of the guest's is being changed. */
    public boolean mayAsk(long[] s, int device) {
        int guest = setting.guestOf(device);
        return state.lock.isFree(s, guest) || locks.decide(s, guest, 0, 0) == 0;
    }

    /** The device model has an answer in hand. */
    public boolean holds(long[] s, int device) {
        return answer.get(s, device) != 0;
    }

    /** It has one for a page. */
    public boolean holds(long[] s, int device, int of) {
        return holds(s, device) && page.get(s, device) == of;
    }

    /** The hypercall: the guest's unit answers, from its caches or its tables; false where the request is blocked. */
    public boolean ask(long[] s, int device, int of, boolean writes) {
        int gfn = of;
        if (state.te.get(s, setting.guestOf(device)) != 0) {
            guests.units.request(s, device, of, writes);
            gfn = guests.answer(s, device, of, writes);
        }
        if (gfn < 0 || gfn >= setting.gfns.size()) {
            return false;
        }
        answer.set(s, device, gfn + 1L);
        page.set(s, device, of);
        write.set(s, device, writes ? 1 : 0);
        return true;
    }

    /** The device has used the answer. */
    public void drop(long[] s, int device) {
        answer.set(s, device, 0);
    }

    /** The gfn that the device model was told for a page and a right, and has in hand; -1 for none. */
    int inHand(long[] s, int device, int of, int right) {
        boolean has = holds(s, device, of) && Rights.of(write.get(s, device) != 0) == right;
        return has ? (int) answer.get(s, device) - 1 : -1;
    }

    /** Adds what {@link Shadow#reaches} reads. */
    public void read(Footprint footprint, int device) {
        footprint
                .one(answer, device)
                .one(page, device)
                .one(write, device)
                .all(state.p2m)
                .all(state.kind);
    }
}
