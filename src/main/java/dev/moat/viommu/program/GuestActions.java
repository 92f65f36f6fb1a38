package dev.moat.viommu.program;

import dev.moat.iommu.Entries;
import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import dev.moat.viommu.state.GuestUnits;
import dev.moat.viommu.state.Shadow;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;
import java.util.stream.IntStream;

/** What guests store to their own tables, which nobody sees but a walk; and requests of their virtual devices. */
public final class GuestActions {
    private static final List<String> NAMES = List.of("none", "r", "w", "rw");
    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));

    private final ViommuState state;
    private final ViommuSetting setting;
    private final GuestUnits guests;
    private final Shadow shadow;
    private final ModelBuilder model;

    public GuestActions(Whole whole, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        guests = whole.guests();
        shadow = whole.shadow();
        this.model = model;
    }

    public void declare() {
        Argument space = new Argument("space", setting.guestSpaces);
        Argument page = new Argument("page", setting.pages);
        Argument device = new Argument("device", setting.devices);
        Sort modes = new Sort("Mode", setting.modes.stream().map(NAMES::get).toList());
        model.action(
                "guest_maps",
                Actor.GUEST,
                List.of(space, page, new Argument("gfn", setting.gfns), new Argument("mode", modes)),
                (s, sp, p, gfn, mode, e) -> map(s, sp, p, gfn, setting.modes.get(mode)));
        model.action(
                "guest_unmaps",
                Actor.GUEST,
                List.of(space, page),
                (s, sp, p, c, d, e) -> map(s, sp, p, 0, Rights.NONE));
        if (setting.contexts) {
            model.action("guest_leads", Actor.GUEST, List.of(device, space), (s, q, sp, c, d, e) -> lead(s, q, sp));
            model.action("guest_leads_nowhere", Actor.GUEST, List.of(device), (s, q, b, c, d, e) -> leadNowhere(s, q));
        }
        if (setting.silences) {
            Argument whether = new Argument("to", new Sort("Recording", List.of("recorded", "silent")));
            model.action(
                    "guest_silences_dma",
                    Actor.GUEST,
                    List.of(device, whether),
                    (s, q, to, c, d, e) -> silence(s, q, to == 1));
            model.action("guest_spoils_entry", Actor.GUEST, List.of(device), (s, q, b, c, d, e) -> spoil(s, q));
        }
        if (IntStream.range(0, setting.devices.size()).anyMatch(setting::isVirtual)) {
            model.action(
                    "virtual_dma",
                    Actor.DEVICE,
                    List.of(device, page, new Argument("access", ACCESS)),
                    (s, q, p, write, d, e) -> request(s, q, p, write == 1));
        }
    }

    private boolean map(long[] s, int space, int page, int gfn, int rights) {
        int had = guests.rights(s, space, page);
        boolean same = had == rights
                && (rights == Rights.NONE || guests.walk(s, space, page, (rights & Rights.READ) == 0) == gfn);
        if (same || !setting.writesTables(setting.guestOfSpace(space))) {
            return false;
        }
        guests.units.tables().store(s, space, page, rights == Rights.NONE ? 0 : gfn, rights);
        state.staleTable.set(s, space, page, changed(state.staleTable.get(s, space, page)));
        return true;
    }

    private boolean lead(long[] s, int device, int space) {
        int guest = setting.guestOf(device);
        if (setting.guestOfSpace(space) != guest || guests.spaceOf(s, device) == space || !writesEntry(device)) {
            return false;
        }
        guests.lead(s, device, space);
        return entryChanged(s, device);
    }

    private boolean leadNowhere(long[] s, int device) {
        if (guests.spaceOf(s, device) < 0 || !writesEntry(device)) {
            return false;
        }
        guests.leadNowhere(s, device);
        return entryChanged(s, device);
    }

    /** FPD of the device's entry. */
    private boolean silence(long[] s, int device, boolean silent) {
        Entries entries = guests.units.entries();
        if (entries.isSilent(s, device) == silent || !writesEntry(device)) {
            return false;
        }
        entries.silence(s, device, silent);
        return entryChanged(s, device);
    }

    /** A reserved bit of the device's entry, which was well formed. */
    private boolean spoil(long[] s, int device) {
        if (guests.spaceOf(s, device) < 0 || !writesEntry(device)) {
            return false;
        }
        guests.units.entries().spoil(s, device);
        return entryChanged(s, device);
    }

    private boolean writesEntry(int device) {
        return setting.writesTables(setting.guestOf(device));
    }

    private boolean entryChanged(long[] s, int device) {
        state.staleEntry.set(s, device, changed(state.staleEntry.get(s, device)));
        return true;
    }

    private static int changed(long stale) {
        return stale == ViommuState.BEING_PAID || stale == ViommuState.CHANGED_AGAIN
                ? ViommuState.CHANGED_AGAIN
                : ViommuState.CHANGED;
    }

    /** A virtual device's request is translated in place by the guest's unit, which caches the answer; none to the window of messages is. */
    private boolean request(long[] s, int device, int page, boolean write) {
        if (!setting.isVirtual(device)
                || shadow.takesMessages(s, device, page)
                || setting.hasModel(setting.guestOf(device))
                || state.attached.get(s, device) == 0
                || state.te.get(s, setting.guestOf(device)) == 0) {
            return false;
        }
        boolean isNew = guests.units.request(s, device, page, write);
        return shadow.frontEnd().filter(it -> it.keeps(s, device, page, write)).isPresent() || isNew;
    }
}
