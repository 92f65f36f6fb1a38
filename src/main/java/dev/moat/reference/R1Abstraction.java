package dev.moat.reference;

import static dev.moat.reference.R1State.READ;
import static dev.moat.reference.R1State.READ_WRITE;
import static dev.moat.state.relation.Relation.Reads.NOTHING;

import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import java.util.ArrayList;
import java.util.List;

/**
 * What a state of R1 means in the vocabulary. One unit; each domain has one requester, one space and one tag of its
 * own number, always attached; the I/O page of a frame is the frame. A hold is a used handle. All is atomic, so no hold
 * is opening or closing, no invalidation is ever owed or under way and no walk is in flight.
 */
final class R1Abstraction {
    private R1Abstraction() {}

    static void declare(R1State r1, Abstraction to) {
        Sort unit = Sort.numbered("Unit", "u", 1);
        Sort page = like("Page", "p", r1.frames);
        Sort req = like("Req", "dev", r1.domains);
        Sort space = like("Space", "s", r1.domains);
        Sort tag = like("Tag", "t", r1.domains);
        Sort hold = pairs("Hold", r1.domains, r1.handles);
        for (Sort sort : List.of(r1.domains, r1.frames, page, req, unit, tag, space, hold)) {
            to.sort(sort);
        }
        int handles = r1.handleCount;
        to.relation(
                "owner",
                List.of(r1.frames, r1.domains),
                (s, f, d, c, e, g) -> r1.owner.get(s, f) == d + 1,
                (footprint, f, d, c, e, g) -> footprint.one(r1.owner, f));
        to.relation(
                "hold",
                List.of(hold, r1.domains, r1.frames),
                (s, k, x, f, e, g) -> k / handles == x && r1.maps(s, x, k % handles, f),
                (footprint, k, x, f, e, g) -> {
                    if (k / handles == x) {
                        footprint.one(r1.trackDomain, k).one(r1.trackRef, k).all(r1.grantFrame);
                    }
                });
        to.relation(
                "holdW",
                List.of(hold),
                (s, k, b, c, d, e) -> r1.trackDomain.get(s, k) != 0 && r1.trackReadOnly.get(s, k) == 0,
                (footprint, k, b, c, d, e) -> footprint.one(r1.trackDomain, k).one(r1.trackReadOnly, k));
        to.relation(
                "live",
                List.of(hold),
                (s, k, b, c, d, e) -> r1.trackDomain.get(s, k) != 0,
                (footprint, k, b, c, d, e) -> footprint.one(r1.trackDomain, k));
        grants(r1, to, hold);
        translations(r1, to, unit, space, tag, page);
        constants(r1, to, List.of(unit, req, space, tag, page, hold));
    }

    private static void grants(R1State r1, Abstraction to, Sort hold) {
        Sort gref = pairs("Gref", r1.domains, r1.refs);
        to.sort(gref);
        int refs = r1.refCount;
        to.relation("tableOf", List.of(gref, r1.domains), (s, g, d, c, e, f) -> g / refs == d, NOTHING);
        to.relation(
                "offer",
                List.of(gref, r1.domains, r1.frames),
                (s, g, x, f, d, e) -> r1.grantTo.get(s, g) == x + 1 && r1.grantFrame.get(s, g) == f,
                (footprint, g, x, f, d, e) -> footprint.one(r1.grantTo, g).one(r1.grantFrame, g));
        to.relation(
                "offerW",
                List.of(gref),
                (s, g, b, c, d, e) -> r1.grantTo.get(s, g) != 0 && r1.grantReadOnly.get(s, g) == 0,
                (footprint, g, b, c, d, e) -> footprint.one(r1.grantTo, g).one(r1.grantReadOnly, g));
        to.relation(
                "by",
                List.of(hold, gref),
                (s, k, g, c, d, e) -> r1.trackDomain.get(s, k) == g / refs + 1 && r1.trackRef.get(s, k) == g % refs,
                (footprint, k, g, c, d, e) -> footprint.one(r1.trackDomain, k).one(r1.trackRef, k));
    }

    private static void translations(R1State r1, Abstraction to, Sort unit, Sort space, Sort tag, Sort page) {
        Relation.Reads table = (footprint, x, p, f, d, e) -> {
            if (p == f) {
                footprint.one(r1.pte, x * r1.frameCount + p);
            }
        };
        Relation.Reads cache = (footprint, u, x, p, f, e) -> {
            if (p == f) {
                footprint.one(r1.tlb, x * r1.frameCount + p);
            }
        };
        List<Sort> inTable = List.of(space, page, r1.frames);
        List<Sort> inCache = List.of(unit, tag, page, r1.frames);
        to.relation("mapR", inTable, (s, x, p, f, d, e) -> p == f && r1.pte.get(s, x, p) >= READ, table);
        to.relation("mapW", inTable, (s, x, p, f, d, e) -> p == f && r1.pte.get(s, x, p) >= READ_WRITE, table);
        to.relation("mayR", inCache, (s, u, x, p, f, e) -> p == f && r1.tlb.get(s, x, p) >= READ, cache);
        to.relation("mayW", inCache, (s, u, x, p, f, e) -> p == f && r1.tlb.get(s, x, p) >= READ_WRITE, cache);
    }

    private static void constants(R1State r1, Abstraction to, List<Sort> sorts) {
        Sort unit = sorts.get(0);
        Sort req = sorts.get(1);
        Sort space = sorts.get(2);
        Sort tag = sorts.get(3);
        Sort page = sorts.get(4);
        Sort hold = sorts.get(5);
        List<Sort> flight = List.of(unit, req, tag, page, r1.frames);
        to.relation("names", List.of(r1.domains, page, r1.frames), (s, x, p, f, d, e) -> p == f, NOTHING);
        to.never("notdma", List.of(r1.frames));
        to.never("opening", List.of(hold));
        to.never("closing", List.of(hold));
        to.relation("assigned", List.of(req, r1.domains), (s, q, x, c, d, e) -> q == x, NOTHING);
        to.relation("at", List.of(req, unit), (s, q, u, c, d, e) -> true, NOTHING);
        to.relation("ent", List.of(unit, req, space, tag), (s, u, q, x, t, e) -> q == x && q == t, NOTHING);
        to.never("cent", List.of(unit, req, space, tag));
        to.never("dirtyQ", List.of(unit, req));
        to.relation("stands", List.of(unit, tag, space), (s, u, t, x, d, e) -> t == x, NOTHING);
        to.relation("for", List.of(space, r1.domains), (s, x, y, c, d, e) -> x == y, NOTHING);
        to.never("flyR", flight);
        to.never("flyW", flight);
        to.never("limbo", List.of(space, page));
        to.never("dirty", List.of(unit, tag, page));
        to.never("dirtyW", List.of(unit, tag, page));
        Sort token = pairs("Inv", tag, page);
        to.sort(token);
        List<Sort> range = List.of(token, unit, tag, page);
        List<Sort> devices = List.of(token, unit, req);
        to.relation("covers", range, (s, i, u, t, p, e) -> i == t * r1.frameCount + p, NOTHING);
        to.never("coversQ", devices);
        to.never("pays", range);
        to.never("paysQ", devices);
        to.never("drains", devices);
        to.never("paysF", devices);
        to.relation("undrained", List.of(unit, req), (s, u, q, c, d, e) -> true, NOTHING);
        to.never("moving", List.of(req));
        to.never("between", List.of(req, r1.domains, r1.domains));
        to.never("queued", List.of(token));
        to.never("done", List.of(token));
    }

    private static Sort like(String name, String prefix, Sort other) {
        return new Sort(
                name, other.labels().stream().map(l -> prefix + l.substring(1)).toList());
    }

    private static Sort pairs(String name, Sort first, Sort second) {
        List<String> labels = new ArrayList<>();
        for (String a : first.labels()) {
            for (String b : second.labels()) {
                labels.add(a + "." + b);
            }
        }
        return new Sort(name, labels);
    }
}
