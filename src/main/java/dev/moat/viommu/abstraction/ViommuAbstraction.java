package dev.moat.viommu.abstraction;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.viommu.state.FrontEnd;
import dev.moat.viommu.state.HostUnit;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a state means in the vocabulary that all machines share: owners, grants, devices, the physical unit. A frame that leaves a p2m is
 * its owner's, or the grant's, until the operation lets go of it. A virtual device gets what the wrapper gives it.
 */
public final class ViommuAbstraction {
    private final Whole whole;
    private final ViommuState state;
    private final ViommuSetting setting;
    private final HostUnit host;
    private final Abstraction to;
    /** A hold for each gfn of each guest, and one for each CPU's operation that is letting go. */
    private final Sort holds;

    private ViommuAbstraction(Whole whole, Abstraction to) {
        this.whole = whole;
        state = whole.state();
        setting = state.setting;
        host = whole.host();
        this.to = to;
        List<String> labels = new ArrayList<>();
        for (String d : setting.domains.labels()) {
            setting.gfns.labels().forEach(gfn -> labels.add(d + "." + gfn));
        }
        setting.cpus.labels().forEach(cpu -> labels.add("leaving-" + cpu));
        holds = new Sort("Hold", labels);
    }

    /** Declares all relations. */
    public static void declare(Whole whole, Abstraction to) {
        ViommuAbstraction it = new ViommuAbstraction(whole, to);
        List.of(
                        it.setting.domains,
                        it.setting.frames,
                        it.setting.pages,
                        it.setting.devices,
                        it.host.unit.units(),
                        it.host.spaces,
                        it.host.unit.tags().sort(),
                        it.holds)
                .forEach(to::sort);
        it.frames();
        it.grants();
        it.devices();
        it.requests();
        it.translations();
        ViommuRelations.declare(whole, to);
    }

    /** What the discipline reads otherwise: nobody grants, so each mapping rests on itself, and any page may lead anywhere. */
    public static Abstraction forDiscipline(Whole whole, Abstraction from) {
        Abstraction own = new Abstraction();
        FoundRelations.drains(whole.host().unit, own);
        FoundRelations.debtsForWriting(from, own);
        List<Sort> places = List.of("Dom", "Page", "Frame").stream()
                .map(sort -> from.sort(sort).orElseThrow())
                .toList();
        FoundRelations.constant(own, "names", places, (s, d, p, f, e, g) -> true);
        return own;
    }

    private void frames() {
        Sort frames = setting.frames;
        Relation.Reads owner = (footprint, f, b, c, d, e) -> footprint.one(state.owner, f);
        to.relation(
                "owner", List.of(frames, setting.domains), (s, f, d, c, e, g) -> state.owner.get(s, f) == d + 1, owner);
        to.relation(
                "free",
                List.of(frames),
                (s, f, b, c, d, e) -> state.owner.get(s, f) == 0 && !state.isReserved(f),
                owner);
        to.relation("notdma", List.of(frames), (s, f, b, c, d, e) -> state.isReserved(f), NOTHING);
    }

    private void grants() {
        Relation.Reads reads = (footprint, k, d, f, c, e) -> readHold(footprint);
        to.relation(
                "hold",
                List.of(holds, setting.domains, setting.frames),
                (s, k, d, f, c, e) -> holds(s, k, d, f),
                reads);
        to.relation("holdW", List.of(holds), (s, k, b, c, d, e) -> kind(s, k) == ViommuState.GRANT, reads);
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> !isClosing(k) && isGrant(s, k), reads);
        to.never("opening", List.of(holds));
        to.relation("closing", List.of(holds), (s, k, b, c, d, e) -> isClosing(k) && isGrant(s, k), reads);
    }

    private void readHold(Footprint footprint) {
        footprint
                .all(state.p2m)
                .all(state.kind)
                .all(state.pc)
                .all(state.guest)
                .all(state.leaving)
                .all(state.leavingKind);
    }

    private boolean isClosing(int hold) {
        return hold >= state.p2m.size();
    }

    private int kind(long[] s, int hold) {
        if (!isClosing(hold)) {
            return (int) state.kind.get(s, hold);
        }
        int cpu = hold - state.p2m.size();
        return state.pc.get(s, cpu) == 0 || state.leaving.get(s, cpu) == 0
                ? ViommuState.OWN
                : (int) state.leavingKind.get(s, cpu);
    }

    private boolean isGrant(long[] s, int hold) {
        return ViommuState.isGrant(kind(s, hold));
    }

    private boolean holds(long[] s, int hold, int domain, int frame) {
        if (!isGrant(s, hold)) {
            return false;
        }
        if (isClosing(hold)) {
            int cpu = hold - state.p2m.size();
            return state.guest.get(s, cpu) == domain && state.leaving.get(s, cpu) == frame + 1;
        }
        return hold / setting.gfns.size() == domain && state.p2m.get(s, hold) == frame + 1;
    }

    private void devices() {
        Sort devices = setting.devices;
        to.relation(
                "assigned",
                List.of(devices, setting.domains),
                (s, q, d, c, e, f) -> setting.guestOf(q) == d && state.attached.get(s, q) != 0,
                (footprint, q, d, c, e, f) -> footprint.one(state.attached, q));
        to.never("moving", List.of(devices));
        to.never("between", List.of(devices, setting.domains, setting.domains));
        to.never("scratch", List.of(host.spaces, devices));
        to.relation(
                "dirtyQ",
                List.of(host.unit.units(), devices),
                (s, u, q, c, d, e) -> isLeavingDevice(s, q),
                (footprint, u, q, c, d, e) -> footprint
                        .all(state.pc)
                        .all(state.what)
                        .all(state.device)
                        .all(state.guest));
    }

    private boolean isLeavingDevice(long[] s, int device) {
        for (int cpu = 0; cpu < state.pc.size(); cpu++) {
            if (state.pc.get(s, cpu) != 0
                    && ViommuState.takesAll((int) state.what.get(s, cpu))
                    && isOf(s, cpu, device)) {
                return true;
            }
        }
        return false;
    }

    /** Whether what a CPU runs is about a device: one that is plugged in or out, or all of a guest's at its end. */
    private boolean isOf(long[] s, int cpu, int device) {
        return state.what.get(s, cpu) == ViommuState.RELINQUISH
                ? state.guest.get(s, cpu) == setting.guestOf(device)
                : state.device.get(s, cpu) == device;
    }

    private void requests() {
        List<Sort> places = List.of(setting.devices, setting.pages, setting.frames);
        Relation.Reads reads = (footprint, q, p, f, d, e) -> readRequest(footprint, q, p);
        Optional<FrontEnd> frontEnd = whole.shadow().frontEnd();
        if (frontEnd.isEmpty()) {
            to.relation("getsR", places, (s, q, p, f, d, e) -> whole.shadow().gets(s, q, p, false) == f, reads);
            to.relation("getsW", places, (s, q, p, f, d, e) -> whole.shadow().gets(s, q, p, true) == f, reads);
            return;
        }
        FrontEnd it = frontEnd.get();
        Relation.Reads both = (footprint, q, p, f, d, e) -> {
            readRequest(footprint, q, p);
            it.read(footprint, q);
        };
        // What a request gets now, or what the device model has in hand from an earlier one.
        to.relation(
                "getsR",
                places,
                (s, q, p, f, d, e) -> whole.shadow().gets(s, q, p, false) == f
                        || whole.shadow().reaches(s, q, p, f, Rights.READ),
                both);
        to.relation(
                "getsW",
                places,
                (s, q, p, f, d, e) -> whole.shadow().gets(s, q, p, true) == f
                        || whole.shadow().reaches(s, q, p, f, Rights.WRITE),
                both);
    }

    private void readRequest(Footprint footprint, int device, int page) {
        if (setting.isVirtual(device)) {
            whole.composition().read(footprint, device, page);
        } else if (setting.nested) {
            whole.shadow().nesting().orElseThrow().read(footprint, device, page);
        } else {
            host.unit.meaning().readRequest(footprint, device, page);
        }
    }

    private void translations() {
        HardwareRelations hardware = new HardwareRelations(host.unit, to);
        hardware.entries();
        hardware.tables();
        hardware.caches();
        Sort units = host.unit.units();
        Sort tags = host.unit.tags().sort();
        to.relation(
                "for",
                List.of(host.spaces, setting.domains),
                (s, sp, d, c, e, f) -> setting.guestOf(host.deviceOf(sp)) == d,
                NOTHING);
        to.relation(
                "stands",
                List.of(units, tags, host.spaces),
                (s, u, t, sp, d, e) -> host.unit.tags().of(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> host.unit.tags().read(footprint));
        to.relation(
                "dirty",
                List.of(units, tags, setting.pages),
                (s, u, t, p, d, e) -> isDirty(s, u, t),
                (footprint, u, t, p, d, e) -> {
                    footprint.all(state.pc).all(state.guest).all(state.mustFlush);
                    host.unit.tags().read(footprint);
                });
        to.never("limbo", List.of(host.spaces, setting.pages));
    }

    /** Whether an operation has taken something out of a shadow and does not know it forgotten yet. */
    private boolean isDirty(long[] s, int unit, int tag) {
        for (int space = 0; space < host.spaces.size(); space++) {
            for (int cpu = 0; cpu < state.pc.size() && host.unit.tags().of(s, space, unit) == tag; cpu++) {
                if (state.runsFor(s, cpu, setting.guestOf(host.deviceOf(space))) && state.mustFlush.get(s, cpu) != 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
