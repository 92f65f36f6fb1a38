package dev.moat.viommu.program;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import dev.moat.viommu.record.FaultRecords;
import dev.moat.viommu.state.GuestUnits;
import dev.moat.viommu.state.Shadow;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;

/**
 * Requests that are blocked, and who learns of it. Only those of guests that translate count: without translation nothing of the guest's
 * unit blocks anything. A write to the window of interrupt messages is no request, a read there is one that is blocked: {@code @source}
 * VT-d specification 3.x, requests to the interrupt address range.
 */
public final class FaultActions {
    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));

    private final ViommuState state;
    private final ViommuSetting setting;
    private final Shadow shadow;
    private final GuestUnits guests;
    private final FaultRecords records;
    private final ModelBuilder model;

    public FaultActions(Whole whole, FaultRecords records, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        shadow = whole.shadow();
        guests = whole.guests();
        this.records = records;
        this.model = model;
    }

    public void declare() {
        model.action(
                "blocked_dma",
                Actor.DEVICE,
                List.of(
                        new Argument("device", setting.devices),
                        new Argument("page", setting.pages),
                        new Argument("access", ACCESS)),
                (s, q, p, write, d, e) -> block(s, q, p, write == 1));
        model.action(new Action(
                "pass_on_fault",
                Actor.HYPERVISOR,
                List.of(),
                ModelBuilder.all(),
                (s, a, b, c, d, e) -> records.passOn(s),
                true,
                "stutter"));
        model.action(
                "clear_fault",
                Actor.GUEST,
                List.of(new Argument("guest", setting.domains)),
                (s, g, b, c, d, e) -> state.hasUnit(s, g) && records.clear(s, g));
    }

    private boolean block(long[] s, int device, int page, boolean write) {
        boolean message = write && setting.isWindow(page);
        boolean counts =
                state.attached.get(s, device) != 0 && state.te.get(s, setting.guestOf(device)) != 0 && !message;
        return counts
                && shadow.gets(s, device, page, write) < 0
                && records.refuse(s, device, page, leadsOutside(s, device, page, write));
    }

    /** Whether the guest's own tables allow the request, and lead it to what is not its memory. */
    private boolean leadsOutside(long[] s, int device, int page, boolean write) {
        int gfn = guests.walk(s, guests.spaceOf(s, device), page, write);
        return gfn >= setting.gfns.size() || (gfn >= 0 && state.p2m.get(s, setting.guestOf(device), gfn) == 0);
    }
}
