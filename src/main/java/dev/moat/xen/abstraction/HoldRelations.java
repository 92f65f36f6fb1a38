package dev.moat.xen.abstraction;

import dev.moat.grant.Maptrack;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation.Condition;
import dev.moat.state.Sort;
import dev.moat.xen.call.Phase;
import dev.moat.xen.owed.Alternatives;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/** What holds are, each relation with no more than it reads of the handle, the operation or the place that a hold is named after. */
final class HoldRelations {
    private final XenState xen;
    private final Abstraction to;
    private final GrantAbstraction h;

    HoldRelations(XenState xen, Abstraction to, GrantAbstraction h) {
        this.xen = xen;
        this.to = to;
        this.h = h;
    }

    void declare(Sort holds, Sort entries) {
        List<Sort> one = List.of(holds);
        to.relation(
                "hold",
                List.of(holds, xen.domains, xen.memory.frames),
                (s, k, d, f, e, g) -> h.holds(s, k, d, f),
                (p, k, d, f, e, g) -> {
                    readKept(p, k);
                    p.all(xen.grants.activeFrame).all(xen.grants.pin);
                });
        byEntry();
        to.relation(
                "holdW",
                one,
                (s, k, b, c, d, e) -> h.isUnfinished(s, k) && !h.isReadOnly(s, k),
                (p, k, b, c, d, e) -> readRights(p, k));
        to.relation(
                "live",
                one,
                (s, k, b, c, d, e) -> h.isHandle(k) && h.sides(s, k) != 0 && !h.isEnding(s, k),
                (p, k, b, c, d, e) -> readHandle(p, k));
        to.relation(
                "opening",
                one,
                (s, k, b, c, d, e) -> h.phase(s, k) == Phase.OPENING,
                (p, k, b, c, d, e) -> readPhase(p, k));
        to.relation(
                "closing",
                one,
                (s, k, b, c, d, e) -> (h.phase(s, k) >= Phase.CLOSING && h.sides(s, k) != 0) || h.isEnding(s, k),
                (p, k, b, c, d, e) -> {
                    readHandle(p, k);
                    readSides(p, k);
                });
        to.relation(
                "by",
                List.of(holds, entries),
                (s, k, g, c, d, e) -> h.isUnfinished(s, k) && h.entry(s, k) == h.entryIndex(g),
                (p, k, g, c, d, e) -> readEntry(p, k));
    }

    /** A hold by what decides it: whose it is and by which entry, and what that entry has. */
    private void byEntry() {
        if (!Alternatives.areSaid(xen)) {
            return;
        }
        List<List<Condition>> alternatives = new ArrayList<>();
        for (int i = 0; i < xen.grants.pin.size(); i++) {
            int entry = i;
            Condition by = new Condition(
                    (s, k, d, f, c, e) -> h.isUnfinished(s, k) && h.mapper(s, k) == d && h.entry(s, k) == entry,
                    (p, k, d, f, c, e) -> readKept(p, k));
            Condition active = new Condition(
                    (s, k, d, f, c, e) ->
                            xen.grants.pin.get(s, entry) != 0 && xen.grants.activeFrame.get(s, entry) == f,
                    (p, k, d, f, c, e) -> p.one(xen.grants.pin, entry).one(xen.grants.activeFrame, entry));
            alternatives.add(List.of(by, active));
        }
        to.alternatives("hold", alternatives);
    }

    /** Adds what tells whose a hold is and by which entry. */
    private void readKept(Footprint p, int k) {
        readEntry(p, k);
        if (isOperation(k)) {
            p.one(xen.operation.domain, h.cpu(k));
            xen.hypercall.readCaller(p, h.cpu(k));
        }
    }

    private void readEntry(Footprint p, int k) {
        readSides(p, k);
        if (h.isHandle(k)) {
            Maptrack m = xen.grants.maptrack;
            p.one(m.granter, h.track(k)).one(m.ref, h.track(k));
        } else if (isOperation(k)) {
            p.one(xen.mapping.granter, h.cpu(k)).one(xen.mapping.ref, h.cpu(k));
        }
    }

    private void readRights(Footprint p, int k) {
        readSides(p, k);
        if (h.isHandle(k)) {
            p.one(xen.grants.maptrack.readOnly, h.track(k));
        } else if (isOperation(k)) {
            p.one(xen.mapping.readOnly, h.cpu(k));
        }
    }

    private boolean isOperation(int k) {
        return !h.isHandle(k) && !h.isListed(k) && !h.isCopy(k);
    }

    private void readHandle(Footprint p, int k) {
        if (h.isHandle(k)) {
            p.one(xen.grants.maptrack.sides, h.track(k));
            if (xen.dying.size() > 0) {
                p.one(xen.dying, h.handleDomain(k));
            }
        }
    }

    private void readPhase(Footprint p, int k) {
        if (isOperation(k)) {
            p.one(xen.operation.phase, h.cpu(k));
        }
    }

    /** Adds what tells the sides of a hold that is one; a copy is none, and of a place in a list all is read. */
    private void readSides(Footprint p, int k) {
        readPhase(p, k);
        if (h.isHandle(k)) {
            p.one(xen.grants.maptrack.sides, h.track(k));
        } else if (h.isListed(k)) {
            h.readHold(p, k);
        } else if (isOperation(k)) {
            p.one(xen.mapping.sides, h.cpu(k));
        }
    }
}
