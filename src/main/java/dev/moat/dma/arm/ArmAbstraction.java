package dev.moat.dma.arm;

import static dev.moat.state.relation.Relation.Reads.NOTHING;

import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import dev.moat.state.relation.RelationCode;
import java.util.List;

/**
 * What a state means in the vocabulary. Nobody owns a frame; the one domain is the mapping's, devices that are attached are the
 * domain's, and its rights are what drivers have mapped until unmap returns. A transfer is what a buffer is mapped for, or was last.
 */
final class ArmAbstraction {
    private final ArmState state;
    private final BufferLines lines;
    private final Abstraction to;
    private final Sort pages;
    private final Sort frames;
    /** Holds that are one for each frame; behind them one for each page. */
    private final int uses;

    private ArmAbstraction(ArmState state, BufferLines lines, Abstraction to) {
        this.state = state;
        this.lines = lines;
        this.to = to;
        pages = state.setting.pages;
        frames = state.setting.frames;
        uses = frames.size();
    }

    static void declare(ArmState state, BufferLines lines, Abstraction to) {
        ArmAbstraction it = new ArmAbstraction(state, lines, to);
        List.of(
                        state.domains,
                        state.setting.frames,
                        state.setting.pages,
                        state.iommu.units(),
                        state.setting.devices.sort(),
                        state.iommu.tags().sort(),
                        state.spaces)
                .forEach(to::sort);
        it.holds();
        it.attachments();
        HardwareRelations.declareAll(state.iommu, to);
        it.debts();
        it.givenBack();
        if (state.setting.lines) {
            it.buffers();
        }
    }

    private void holds() {
        Sort holds = Sort.numbered("Hold", "h", uses + pages.size());
        to.sort(holds);
        Relation.Reads reads = (footprint, k, b, c, d, e) ->
                footprint.all(state.phase).all(state.frame).all(state.direction);
        to.relation(
                "hold",
                List.of(holds, state.domains, frames),
                (s, k, d, f, e, g) -> k < uses ? f == k : isThere(s, k - uses) && state.frame.get(s, k - uses) == f,
                reads);
        to.relation("holdW", List.of(holds), (s, k, b, c, d, e) -> allowsWriting(s, k), reads);
        to.never("opening", List.of(holds));
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> k >= uses && isLive(s, k - uses), reads);
        to.relation("closing", List.of(holds), (s, k, b, c, d, e) -> k < uses && isMapped(s, k), reads);
        to.relation(
                "names",
                List.of(state.domains, pages, frames),
                (s, d, p, f, e, g) -> isLive(s, p) && !state.isWriteOnly(s, p) && state.frame.get(s, p) == f,
                (footprint, d, p, f, e, g) -> reads.add(footprint, d, p, f, e, g));
        // Judged otherwise: no device reads there.
        to.relation(
                "writeOnly",
                List.of(state.spaces, pages, frames),
                (s, sp, p, f, d, e) -> state.isWriteOnly(s, p) && state.frame.get(s, p) == f,
                (footprint, sp, p, f, d, e) -> reads.add(footprint, p, 0, 0, 0, 0));
        to.never("owner", List.of(frames, state.domains));
        to.never("notdma", List.of(frames));
    }

    private boolean isLive(long[] s, int page) {
        return state.phase.get(s, page) == ArmState.LIVE;
    }

    private boolean isThere(long[] s, int page) {
        return state.phase.get(s, page) != ArmState.NONE;
    }

    private boolean isMapped(long[] s, int frame) {
        for (int p = 0; p < pages.size(); p++) {
            if (isThere(s, p) && state.frame.get(s, p) == frame) {
                return true;
            }
        }
        return false;
    }

    private boolean allowsWriting(long[] s, int hold) {
        if (hold >= uses) {
            return isLive(s, hold - uses) && state.direction.get(s, hold - uses) != ArmState.TO;
        }
        for (int p = 0; p < pages.size(); p++) {
            if (isThere(s, p) && state.frame.get(s, p) == hold && state.direction.get(s, p) != ArmState.TO) {
                return true;
            }
        }
        return false;
    }

    private void attachments() {
        Sort requesters = state.setting.devices.sort();
        Relation.Reads reads = (footprint, q, b, c, d, e) ->
                footprint.one(state.attached, q).all(state.pc).all(state.caller);
        to.relation(
                "assigned",
                List.of(requesters, state.domains),
                (s, q, d, c, e, g) -> state.attached.get(s, q) != ArmState.DETACHED && !isMoving(s, q),
                reads);
        RelationCode isMoving = (s, q, b, c, d, e) -> isMoving(s, q);
        to.relation("moving", List.of(requesters), isMoving, reads);
        to.relation("settlingQ", List.of(requesters), isMoving, reads);
        to.never("scratch", List.of(state.spaces, requesters));
        to.never("notFor", List.of(state.spaces, requesters));
        to.relation(
                "dirtyQ",
                List.of(state.iommu.units(), requesters),
                (s, u, q, c, d, e) -> isMoving(s, q),
                (footprint, u, q, c, d, e) -> reads.add(footprint, q, 0, 0, 0, 0));
        to.never("between", List.of(requesters, state.domains, state.domains));
        to.relation("for", List.of(state.spaces, state.domains), (s, sp, d, c, e, g) -> true, NOTHING);
        to.relation(
                "stands",
                List.of(state.iommu.units(), state.iommu.tags().sort(), state.spaces),
                (s, u, t, sp, d, e) -> state.tag(s) == t,
                (footprint, u, t, sp, d, e) -> state.iommu.tags().read(footprint));
    }

    /** Between two owners a device is only while a call is at it: what a call has left there counts as attached. */
    private boolean isMoving(long[] s, int device) {
        return state.attached.get(s, device) == ArmState.MOVING && isAt(s, state.caller, device);
    }

    /** Whether some CPU's call has this for a local. */
    private boolean isAt(long[] s, Slots local, int value) {
        for (int cpu = 0; cpu < state.pc.size(); cpu++) {
            if (state.pc.get(s, cpu) != 0 && local.get(s, cpu) == value) {
                return true;
            }
        }
        return false;
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(state.iommu.units(), state.iommu.tags().sort(), pages),
                (s, u, t, p, d, e) -> state.tag(s) == t && state.owed.get(s, p) != 0,
                (footprint, u, t, p, d, e) -> {
                    footprint.one(state.owed, p);
                    state.iommu.tags().read(footprint);
                });
        to.never("owing", List.of(state.domains, pages));
        List<Sort> addresses = List.of(state.spaces, pages);
        to.relation(
                "limbo",
                addresses,
                (s, sp, p, c, d, e) -> state.owed.get(s, p) != 0 && state.phase.get(s, p) != ArmState.CLOSING,
                (footprint, sp, p, c, d, e) -> footprint.one(state.owed, p).one(state.phase, p));
        to.relation(
                "handed",
                addresses,
                (s, sp, p, c, d, e) -> isLive(s, p),
                (footprint, sp, p, c, d, e) -> footprint.one(state.phase, p));
    }

    /** Addresses that are out of the bitmap, and buffers that are not their drivers': each has a mapping, or a call that gives it back. */
    private void givenBack() {
        List<Sort> addresses = List.of(state.spaces, pages);
        to.relation(
                "outOfTree",
                addresses,
                (s, sp, p, c, d, e) -> state.taken.get(s, p) != 0,
                (footprint, sp, p, c, d, e) -> footprint.one(state.taken, p));
        to.relation(
                "accountedFor",
                addresses,
                (s, sp, p, c, d, e) -> isThere(s, p),
                (footprint, sp, p, c, d, e) -> footprint.one(state.phase, p));
        to.relation(
                "buffer",
                List.of(frames),
                (s, f, b, c, d, e) -> state.used.get(s, f) != 0,
                (footprint, f, b, c, d, e) -> footprint.one(state.used, f));
        // Nothing is bounced here.
        to.relation("bouncesPart", List.of(frames), (s, f, b, c, d, e) -> false, (footprint, f, b, c, d, e) -> {});
        to.relation(
                "bufferKept",
                List.of(frames),
                (s, f, b, c, d, e) -> isMapped(s, f) || isAt(s, state.wanted, f),
                (footprint, f, b, c, d, e) -> footprint
                        .all(state.phase)
                        .all(state.frame)
                        .all(state.pc)
                        .all(state.wanted));
    }

    /** What CPUs and devices find in buffers. */
    private void buffers() {
        Sort transfers = Sort.numbered("Xfer", "m", frames.size());
        Sort parts = Sort.numbered("Part", "part", 1);
        to.sort(transfers);
        to.sort(parts);
        List<Sort> places = List.of(transfers, parts);
        Relation.Reads reads = (footprint, m, i, c, d, e) -> {
            footprint.all(state.phase).all(state.frame).all(state.direction).all(state.device);
            lines.read(footprint);
            for (int q = 0; q < state.setting.devices.size(); q++) {
                for (int p = 0; p < pages.size(); p++) {
                    state.iommu.meaning().readRequest(footprint, q, p);
                }
            }
        };
        to.relation("toDevice", List.of(transfers), (s, m, i, c, d, e) -> isRead(s, m), reads);
        to.relation("forDevice", places, (s, m, i, c, d, e) -> isRead(s, m), reads);
        to.relation("forCpu", places, (s, m, i, c, d, e) -> lines.isAwaited(s, m), reads);
        to.relation("deviceWrote", places, (s, m, i, c, d, e) -> lines.hasDeviceWritten(s, m), reads);
        to.relation("cpuFindsOwn", places, (s, m, i, c, d, e) -> lines.cpuFinds(s, m, false), reads);
        to.relation("cpuFindsDevices", places, (s, m, i, c, d, e) -> lines.cpuFinds(s, m, true), reads);
        to.relation("deviceFindsCpus", places, (s, m, i, c, d, e) -> deviceFinds(s, m, false), reads);
        to.relation("deviceFindsDevices", places, (s, m, i, c, d, e) -> deviceFinds(s, m, true), reads);
    }

    private boolean isRead(long[] s, int buffer) {
        int p = state.livePage(s, buffer);
        return p >= 0 && state.direction.get(s, p) != ArmState.FROM;
    }

    private boolean deviceFinds(long[] s, int buffer, boolean devices) {
        int p = state.livePage(s, buffer);
        return p >= 0 && lines.deviceFinds(s, p, devices);
    }
}
