package dev.moat.viommu.interrupt;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.viommu.record.MessageRecords;
import java.util.List;

/** What a state means in the vocabulary's words of interrupts. */
final class InterruptRelations {
    private final InterruptState state;
    private final InterruptSetting setting;
    private final Parts parts;
    private final Abstraction to;

    /** The readings of one state. */
    record Parts(Remapping remapping, HostTable host, Routes routes, RequestOperations requests) {}

    private InterruptRelations(InterruptState state, Parts parts, Abstraction to) {
        this.state = state;
        setting = state.setting;
        this.parts = parts;
        this.to = to;
    }

    static void declare(InterruptState state, Parts parts, Abstraction to) {
        InterruptRelations it = new InterruptRelations(state, parts, to);
        List.of(
                        it.setting.domains,
                        it.setting.devices,
                        it.setting.indices,
                        it.setting.lines,
                        it.setting.messages,
                        InterruptState.COMMANDS)
                .forEach(to::sort);
        it.devices();
        it.lines();
        it.indices();
        it.records();
        if (it.setting.subhandles) {
            it.messages();
        }
    }

    private void devices() {
        to.relation(
                "assigned",
                List.of(setting.devices, setting.domains),
                (s, q, d, c, e, f) -> setting.guestOf(q) == d && state.attached.get(s, q) != 0,
                (footprint, q, d, c, e, f) -> footprint.one(state.attached, q));
        to.relation(
                "interruptOwed",
                List.of(setting.devices),
                (s, q, b, c, d, e) -> owes(s, q),
                (footprint, q, b, c, d, e) -> footprint
                        .all(state.stale)
                        .all(state.pc)
                        .all(state.device)
                        .all(state.moves));
    }

    /** Only what the physical unit has by heart must be invalidated; for the others Xen reads the guest's entry each time. */
    private boolean owes(long[] s, int device) {
        boolean posted = !setting.isVirtual(device) && setting.isPosted(device);
        if (posted && state.stale.get(s, setting.guestOf(device), 0) != InterruptState.PAID) {
            return true;
        }
        return state.isMoving(s, device);
    }

    private void lines() {
        List<Sort> places = List.of(setting.devices, setting.lines);
        Relation.Reads everything = (footprint, q, l, c, d, e) -> readEnds(footprint, q);
        to.relation("reachesLine", places, (s, q, l, c, d, e) -> ends(s, q, l), everything);
        to.relation("endsAt", places, (s, q, l, c, d, e) -> endsAt(s, q, l), everything);
        to.relation(
                "routesTo",
                places,
                (s, q, l, c, d, e) -> parts.routes.leads(s, q, l),
                (footprint, q, l, c, d, e) -> parts.routes.read(footprint, q));
        to.relation(
                "lineOf",
                List.of(setting.lines, setting.domains),
                (s, l, d, c, e, f) -> isGiven(s, l, d),
                (footprint, l, d, c, e, f) -> footprint.all(state.index));
        to.relation(
                "guestLine",
                List.of(setting.lines),
                (s, l, b, c, d, e) -> setting.guestOfLine(l) >= 0,
                (footprint, l, b, c, d, e) -> {});
    }

    /** Message by message, as each names an entry. */
    private void messages() {
        List<Sort> places = List.of(setting.devices, setting.messages, setting.lines);
        to.relation(
                "messageEnds",
                places,
                (s, q, m, l, d, e) -> setting.isVirtual(q) && parts.remapping.ends(s, q, m, l),
                (footprint, q, m, l, d, e) -> parts.remapping.read(footprint));
        to.relation(
                "messageRoutes",
                places,
                (s, q, m, l, d, e) -> parts.routes.leads(s, q, m, l),
                (footprint, q, m, l, d, e) -> parts.routes.read(footprint, q));
    }

    private void readEnds(Footprint footprint, int device) {
        parts.remapping.read(footprint);
        parts.host.read(footprint);
        footprint.one(state.attached, device);
    }

    private boolean ends(long[] s, int device, int line) {
        if (!setting.isVirtual(device)) {
            return parts.host.ends(s, device, line);
        }
        for (int message = 0; message < setting.messages.size(); message++) {
            if (parts.remapping.ends(s, device, message, line)) {
                return true;
            }
        }
        return false;
    }

    /** A passed-through device is programmed with its own index; of virtual ones Xen keeps nothing. */
    private boolean endsAt(long[] s, int device, int line) {
        return setting.isVirtual(device) ? ends(s, device, line) : parts.host.endsByOwn(s, device, line);
    }

    /** A guest's vectors are its own; a line of the host's is whose device has the index. */
    private boolean isGiven(long[] s, int line, int domain) {
        if (setting.guestOfLine(line) >= 0) {
            return setting.guestOfLine(line) == domain;
        }
        for (int q = 0; q < setting.devices.size(); q++) {
            if (state.index.get(s, q) == line + 1 && setting.guestOf(q) == domain) {
                return true;
            }
        }
        return false;
    }

    private void indices() {
        to.relation(
                "passesIndex",
                List.of(setting.devices, setting.indices),
                (s, q, i, c, d, e) -> !setting.isVirtual(q) && parts.host.passes(s, i, q),
                (footprint, q, i, c, d, e) -> parts.host.read(footprint));
        to.relation(
                "indexOf",
                List.of(setting.indices, setting.devices),
                (s, i, q, c, d, e) -> state.index.get(s, q) == i + 1,
                (footprint, i, q, c, d, e) -> footprint.one(state.index, q));
    }

    private void records() {
        List<Sort> places = List.of(setting.devices, setting.messages);
        MessageRecords records = state.records;
        Relation.Reads blocked = (footprint, q, m, c, d, e) -> records.readBlocked(footprint, q);
        Relation.Reads recorded = (footprint, q, m, c, d, e) -> records.read(footprint, setting.guestOf(q));
        List<Sort> device = List.of(setting.devices);
        to.relation("wasBlocked", places, (s, q, m, c, d, e) -> records.wasBlocked(s, q, m), blocked);
        to.relation("recordedFault", places, (s, q, m, c, d, e) -> parts.requests.isRecorded(s, q, m), recorded);
        to.relation("overflowed", device, (s, q, b, c, d, e) -> records.areOthersLost(s, q), recorded);
        to.relation(
                "faultUnderway",
                device,
                (s, q, b, c, d, e) -> !setting.isVirtual(q) && records.isUnderway(s, q),
                recorded);
        to.relation("lostEarly", device, (s, q, b, c, d, e) -> records.wasLostEarly(s, q), recorded);
        to.relation("recordOf", device, (s, q, b, c, d, e) -> records.isRecordOf(s, q), recorded);
        to.relation("someBlocked", device, (s, q, b, c, d, e) -> records.isBlocked(s, q), blocked);
        Relation.Reads ofGuest = (footprint, g, b, c, d, e) -> records.read(footprint, g);
        to.relation("faultsLost", List.of(setting.domains), (s, g, b, c, d, e) -> records.areLost(s, g), ofGuest);
        to.relation(
                "someLost",
                List.of(setting.domains),
                (s, g, b, c, d, e) -> records.isSomeLost(s, g),
                (footprint, g, b, c, d, e) -> {
                    records.read(footprint, g);
                    records.readBlocked(footprint);
                });
        List<Sort> commands = List.of(setting.domains, InterruptState.COMMANDS);
        to.relation(
                "statusBit",
                commands,
                (s, g, b, c, d, e) -> (state.status.get(s, g) >>> b & 1) != 0,
                (footprint, g, b, c, d, e) -> footprint.one(state.status, g));
        to.relation(
                "commandedBit",
                commands,
                (s, g, b, c, d, e) -> (state.commanded.get(s, g) >>> b & 1) != 0,
                (footprint, g, b, c, d, e) -> footprint.one(state.commanded, g));
    }
}
