package dev.moat.viommu.abstraction;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;

/** The relations that only a machine with vIOMMUs has: what guests' tables come to, and what guests have not seen invalidated. */
final class ViommuRelations {
    private final Whole whole;
    private final ViommuState state;
    private final ViommuSetting setting;
    private final Abstraction to;

    private ViommuRelations(Whole whole, Abstraction to) {
        this.whole = whole;
        state = whole.state();
        setting = state.setting;
        this.to = to;
    }

    static void declare(Whole whole, Abstraction to) {
        ViommuRelations it = new ViommuRelations(whole, to);
        it.composition();
        it.debts();
        it.devices();
        it.memory();
        it.window();
        if (it.setting.hasBothFrontEnds()) {
            it.frontEnds();
        }
    }

    private void composition() {
        List<Sort> places = List.of(setting.devices, setting.pages, setting.frames);
        Relation.Reads reads = (footprint, q, p, f, d, e) -> whole.composition().read(footprint, q, p);
        to.relation(
                "composedR", places, (s, q, p, f, d, e) -> whole.composition().allows(s, q, p, f, false), reads);
        to.relation(
                "composedW", places, (s, q, p, f, d, e) -> whole.composition().allows(s, q, p, f, true), reads);
    }

    private void debts() {
        to.relation(
                "guestOwes",
                List.of(setting.devices, setting.pages),
                (s, q, p, c, d, e) -> owes(s, q, p),
                (footprint, q, p, c, d, e) -> readDebts(footprint, q, p));
    }

    private void readDebts(Footprint footprint, int device, int page) {
        footprint
                .one(state.staleEntry, device)
                .one(state.te, setting.guestOf(device))
                .all(state.pc)
                .all(state.guest)
                .all(state.what)
                .all(state.page)
                .all(state.device);
        for (int space = 0; space < setting.guestSpaces.size(); space++) {
            footprint.one(state.staleTable, space * setting.pages.size() + page);
        }
        whole.guests().read(footprint, device, page);
    }

    private boolean owes(long[] s, int device, int page) {
        int space = whole.guests().spaceOf(s, device);
        if (state.staleEntry.get(s, device) != ViommuState.PAID
                || (space >= 0 && state.staleTable.get(s, space, page) != ViommuState.PAID)) {
            return true;
        }
        for (int cpu = 0; cpu < state.pc.size(); cpu++) {
            if (state.runsFor(s, cpu, setting.guestOf(device)) && changes(s, cpu, device, page, space)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an operation that is none of the guest's invalidations changes what a page of a device comes to. */
    private boolean changes(long[] s, int cpu, int device, int page, int space) {
        return switch ((int) state.what.get(s, cpu)) {
            case ViommuState.TRANSLATION, ViommuState.ROOT, ViommuState.RELINQUISH -> true;
            case ViommuState.ATTACH, ViommuState.DETACH -> state.device.get(s, cpu) == device;
            case ViommuState.P2M -> gfn(s, device, page, space) == state.page.get(s, cpu);
            default -> false;
        };
    }

    private int gfn(long[] s, int device, int page, int space) {
        if (state.te.get(s, setting.guestOf(device)) == 0) {
            return page;
        }
        return Math.max(
                whole.guests().walk(s, space, page, false), whole.guests().walk(s, space, page, true));
    }

    private void devices() {
        to.relation(
                "sameEntry",
                List.of(setting.devices, setting.devices),
                (s, q, r, c, d, e) -> setting.guestOf(q) == setting.guestOf(r)
                        && whole.guests().spaceOf(s, q) == whole.guests().spaceOf(s, r),
                (footprint, q, r, c, d, e) -> {
                    whole.guests().read(footprint, q, 0);
                    whole.guests().read(footprint, r, 0);
                });
        to.relation(
                "shadows",
                List.of(setting.devices),
                (s, q, b, c, d, e) -> hasShadow(s, q),
                (footprint, q, b, c, d, e) -> readShadow(footprint, q));
        to.relation("composes", List.of(setting.devices), (s, q, b, c, d, e) -> !setting.nested, NOTHING);
        to.relation("xenMemory", List.of(setting.frames), (s, f, b, c, d, e) -> state.isPrivate(f), NOTHING);
    }

    /** The window of interrupt messages, as a page of devices' and as a gfn that guests' tables may lead to. */
    private void window() {
        to.relation("messagePage", List.of(setting.pages), (s, p, b, c, d, e) -> setting.isWindow(p), NOTHING);
        to.relation("messageFrame", List.of(setting.frames), (s, f, b, c, d, e) -> f == setting.windowFrame(), NOTHING);
        to.relation(
                "ledToMessages",
                List.of(setting.devices, setting.pages),
                (s, q, p, c, d, e) ->
                        setting.isWindow(gfn(s, q, p, whole.guests().spaceOf(s, q))),
                (footprint, q, p, c, d, e) -> whole.composition().read(footprint, q, p));
    }

    /** What guests own, and what they have: own memory under some gfn. Nothing is asked while any p2m is being changed. */
    private void memory() {
        Sort counts = Sort.numbered("Nat", "", setting.frames.size() + 1);
        to.sort(counts);
        to.sort(setting.gfns);
        to.relation("ours", List.of(setting.domains), (s, d, b, c, e, f) -> true, NOTHING);
        to.relation(
                "unsettled",
                List.of(setting.gfns),
                (s, p, b, c, d, e) -> isChangingMemory(s),
                (footprint, p, b, c, d, e) -> footprint.all(state.pc).all(state.what));
        to.relation(
                "owns",
                List.of(setting.domains, counts),
                (s, d, n, c, e, f) -> owned(s, d) > n,
                (footprint, d, n, c, e, f) -> footprint.all(state.owner));
        to.relation(
                "due",
                List.of(setting.domains, counts),
                (s, d, n, c, e, f) -> due(s, d) > n,
                (footprint, d, n, c, e, f) -> footprint.all(state.p2m).all(state.kind));
    }

    private boolean isChangingMemory(long[] s) {
        for (int cpu = 0; cpu < state.pc.size(); cpu++) {
            if (state.pc.get(s, cpu) != 0 && state.what.get(s, cpu) == ViommuState.P2M) {
                return true;
            }
        }
        return false;
    }

    private int owned(long[] s, int guest) {
        int n = 0;
        for (int f = 0; f < setting.frames.size(); f++) {
            n += state.owner.get(s, f) == guest + 1 ? 1 : 0;
        }
        return n;
    }

    private int due(long[] s, int guest) {
        int n = 0;
        for (int gfn = 0; gfn < setting.gfns.size(); gfn++) {
            boolean own = state.kind.get(s, guest, gfn) == ViommuState.OWN;
            n += own && state.p2m.get(s, guest, gfn) != 0 ? 1 : 0;
        }
        return n;
    }

    private void frontEnds() {
        to.relation("hasModel", List.of(setting.domains), (s, d, b, c, e, f) -> setting.hasModel(d), NOTHING);
        to.relation(
                "alike",
                List.of(setting.devices, setting.devices, setting.pages, setting.frames, setting.frames),
                (s, q, r, p, f, g) -> isAlike(s, q, r, p) && stand(s, setting.guestOf(q), f, setting.guestOf(r), g),
                (footprint, q, r, p, f, g) -> {
                    whole.composition().read(footprint, q, p);
                    whole.composition().read(footprint, r, p);
                });
    }

    /** Whether two guests' registers and tables say the same of a page of one device and of the other. */
    private boolean isAlike(long[] s, int q, int r, int page) {
        int te = (int) state.te.get(s, setting.guestOf(q));
        int mine = whole.guests().spaceOf(s, q);
        int other = whole.guests().spaceOf(s, r);
        return te == state.te.get(s, setting.guestOf(r))
                && (te == 0
                        || (whole.guests().rights(s, mine, page)
                                        == whole.guests().rights(s, other, page)
                                && gfn(s, q, page, mine) == gfn(s, r, page, other)));
    }

    /** Whether frames are two guests' own memory of one gfn. */
    private boolean stand(long[] s, int guest, int frame, int other, int otherFrame) {
        for (int gfn = 0; gfn < setting.gfns.size(); gfn++) {
            if (state.p2m.get(s, guest, gfn) == frame + 1
                    && state.kind.get(s, guest, gfn) == ViommuState.OWN
                    && state.p2m.get(s, other, gfn) == otherFrame + 1
                    && state.kind.get(s, other, gfn) == ViommuState.OWN) {
                return true;
            }
        }
        return false;
    }

    private void readShadow(Footprint footprint, int device) {
        Iommu unit = whole.host().unit;
        unit.tables().read(footprint);
        unit.tags().read(footprint);
        for (int p = 0; p < setting.pages.size() && !setting.isVirtual(device); p++) {
            for (int tag = 0; tag < unit.tags().sort().size(); tag++) {
                unit.meaning().readCached(footprint, 0, tag, p);
            }
        }
    }

    /** In the tables, or cached from there. */
    private boolean hasShadow(long[] s, int device) {
        for (int p = 0; p < setting.pages.size() && !setting.isVirtual(device); p++) {
            int tag = whole.host().unit.tags().of(s, whole.host().spaceOf(device), 0);
            if (whole.host().rights(s, device, p) != Rights.NONE
                    || whole.host().unit.meaning().cachedRights(s, 0, tag, p) != Rights.NONE) {
                return true;
            }
        }
        return false;
    }
}
