package dev.moat.iommu.vocabulary;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.vocabulary.RemappedInterrupts.Sizes;
import dev.moat.model.ClaimCode;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Remapped interrupts in the discipline's words, which are the same as for DMA. An entry leads a message to a line as
 * a table entry leads a page to a frame, and the unit caches it. A line may pass to another domain only when no table
 * and no cache leads a former domain's device there.
 *
 * <p>A line that is one domain's at a time it owns; one that the domain always had, such as a vector of its virtual
 * processor, its devices hold while they are attached. Where messages pass a table by, it is as if that led each of
 * them to every line. Only the actions that a step claims are derived from its states; any other change is wrong.
 */
public final class InterruptDiscipline {
    private static final int UNIT = 0;

    private final RemappedInterrupts machine;
    private final int lines;
    private final int messages;
    private final Abstraction to = new Abstraction();
    private final Sort units = Sort.numbered("Unit", "unit", 1);
    private final Sort domains;
    private final Sort frames;
    private final Sort pages;
    private final Sort spaces;
    private final Sort requesters;
    private final Sort tags;
    private final Sort holds;
    private final Sort tokens;

    /** The entries of all tables, by table and message; the devices of which something may be cached. */
    private final int[] places;

    private final int[] cached;

    private InterruptDiscipline(RemappedInterrupts machine) {
        this.machine = machine;
        Sizes sizes = machine.sizes();
        domains = sizes.domains();
        frames = new Sort("Frame", sizes.lines().labels());
        pages = new Sort("Page", sizes.messages());
        spaces = new Sort("Space", sizes.spaces());
        requesters = new Sort("Req", sizes.devices().labels());
        tags = new Sort("Tag", sizes.devices().labels());
        tokens = new Sort("Inv", machine.tokens());
        lines = frames.size();
        messages = pages.size();
        List<String> labels = new ArrayList<>();
        for (String device : requesters.labels()) {
            frames.labels().forEach(line -> labels.add(device + "." + line));
        }
        holds = new Sort("Hold", labels);
        places = IntStream.range(0, spaces.size() * messages)
                .filter(at -> machine.isInTable(at / messages, at % messages))
                .toArray();
        cached = IntStream.range(0, requesters.size())
                .filter(q -> machine.spaceOf(q) >= 0)
                .toArray();
    }

    /** Says what states mean, and what steps claim under the names {@code allocate}, {@code set-entry}, {@code clear-entry}, ... */
    public static void declare(RemappedInterrupts machine, ModelBuilder model) {
        InterruptDiscipline it = new InterruptDiscipline(machine);
        List.of(it.units, it.domains, it.frames, it.pages, it.spaces, it.requesters, it.tags, it.holds, it.tokens)
                .forEach(it.to::sort);
        it.rights();
        it.devices();
        it.translations();
        it.invalidations();
        model.claimedOver(it.to);
        it.claims(model);
    }

    private void rights() {
        Relation.Reads reads = (footprint, k, b, c, d, e) -> machine.readUses(footprint, k / lines);
        to.relation(
                "owner",
                List.of(frames, domains),
                (s, l, d, c, e, f) -> machine.ownerOf(s, l) == d,
                (footprint, l, d, c, e, f) -> machine.readOwner(footprint, l));
        to.relation("names", List.of(domains, pages, frames), (s, d, p, f, e, g) -> true, NOTHING);
        to.relation(
                "hold",
                List.of(holds, domains, frames),
                (s, k, d, l, e, f) -> k % lines == l && machine.domainOf(k / lines) == d && uses(s, k),
                reads);
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> uses(s, k), reads);
    }

    private boolean uses(long[] s, int hold) {
        return machine.uses(s, hold / lines, hold % lines);
    }

    /** A device is its domain's all the time; what comes and goes are its lines. */
    private void devices() {
        to.relation("assigned", List.of(requesters, domains), (s, q, d, c, e, f) -> machine.domainOf(q) == d, NOTHING);
        to.relation("for", List.of(spaces, domains), (s, x, d, c, e, f) -> machine.domainOfSpace(x) == d, NOTHING);
        to.relation("stands", List.of(units, tags, spaces), (s, u, t, x, d, e) -> machine.spaceOf(t) == x, NOTHING);
        to.relation(
                "ent",
                List.of(units, requesters, spaces, tags),
                (s, u, q, x, t, e) -> q == t && machine.isLed(s, q, x),
                (footprint, u, q, x, t, e) -> machine.readLed(footprint, q));
        to.relation("undrained", List.of(units, requesters), (s, u, q, c, d, e) -> machine.spaceOf(q) >= 0, NOTHING);
    }

    private void translations() {
        to.relation(
                "mapR",
                List.of(spaces, pages, frames),
                (s, x, p, l, d, e) -> machine.leads(s, x, p) == l || machine.isPassedBy(s, x),
                (footprint, x, p, l, d, e) -> machine.readTable(footprint, x, p));
        to.relation(
                "mayR",
                List.of(units, tags, pages, frames),
                (s, u, t, p, l, e) -> machine.mayLead(s, t, p) == l,
                (footprint, u, t, p, l, e) -> machine.readCache(footprint, t, p));
    }

    private void invalidations() {
        Relation.Reads reads = (footprint, i, b, c, d, e) -> machine.readTokens(footprint, i);
        List<Sort> range = List.of(tokens, units, tags, pages);
        to.relation(
                "dirty",
                List.of(units, tags, pages),
                (s, u, t, p, d, e) -> machine.owes(s, t, p),
                (footprint, u, t, p, d, e) -> machine.readOwes(footprint, t));
        to.relation("covers", range, (s, i, u, t, p, e) -> machine.covers(i, t, p), NOTHING);
        to.relation("pays", range, (s, i, u, t, p, e) -> machine.covers(i, t, p) && machine.isUnderWay(s, i), reads);
        List<Sort> one = List.of(tokens);
        to.relation("queued", one, (s, i, b, c, d, e) -> isQueued(s, i), reads);
        to.relation("done", one, (s, i, b, c, d, e) -> machine.isUnderWay(s, i) && !isQueued(s, i), reads);
    }

    private boolean isQueued(long[] s, int token) {
        return machine.isUnderWay(s, token) && machine.isQueued(s, token);
    }

    private void claims(ModelBuilder model) {
        claim(model, "allocate", (before, after, claim) -> {
            rightsBegin(before, after, claim);
            entries(before, after, claim);
        });
        claim(model, "set-entry", this::entries);
        claim(model, "clear-entry", this::entries);
        claim(model, "submit", (before, after, claim) -> tokens(before, after, false, claim));
        claim(model, "acknowledge", (before, after, claim) -> tokens(before, after, true, claim));
        claim(model, "free", (before, after, claim) -> {
            entries(before, after, claim);
            rightsEnd(before, after, claim);
        });
        claim(model, "fill", this::caches);
        claim(model, "evict", this::caches);
        claim(model, "complete-invalidation", (before, after, claim) -> {
            completed(before, after, claim);
            caches(before, after, claim);
        });
    }

    /** What a step claims that says so. */
    private interface Reading {
        void say(long[] before, long[] after, Claim claim);
    }

    private static void claim(ModelBuilder model, String name, Reading reading) {
        ClaimCode code = (before, after, a, b, c, d, e, claim) -> reading.say(before, after, claim);
        model.claim(name, code);
    }

    private void rightsBegin(long[] before, long[] after, Claim claim) {
        for (int l = 0; l < lines; l++) {
            int owner = machine.ownerOf(after, l);
            if (owner >= 0 && machine.ownerOf(before, l) != owner) {
                claim.add("allocate", l, owner);
            }
        }
        for (int k = 0; k < holds.size(); k++) {
            if (uses(after, k) && !uses(before, k)) {
                claim.add("begin-use-ro", k, machine.domainOf(k / lines), k % lines);
                claim.add("open", k);
            }
        }
    }

    private void rightsEnd(long[] before, long[] after, Claim claim) {
        for (int k = 0; k < holds.size(); k++) {
            if (uses(before, k) && !uses(after, k)) {
                claim.add("begin-close", k);
                claim.add("end-hold", k, machine.domainOf(k / lines), k % lines);
            }
        }
        for (int l = 0; l < lines; l++) {
            int owner = machine.ownerOf(before, l);
            if (owner >= 0 && machine.ownerOf(after, l) != owner) {
                claim.add("free", l, owner);
            }
        }
    }

    private void entries(long[] before, long[] after, Claim claim) {
        for (int place : places) {
            if (machine.isTouched(before, after, place / messages, place % messages)) {
                entry(before, after, place / messages, place % messages, claim);
            }
        }
        for (int t : cached) {
            for (int p = 0; p < messages; p++) {
                owed(before, after, t, p, claim);
            }
        }
    }

    private void entry(long[] before, long[] after, int space, int message, Claim claim) {
        int was = machine.leads(before, space, message);
        int is = machine.leads(after, space, message);
        if (was != is && was >= 0) {
            claim.add("clear-entry-ro", space, message);
        }
        if (was != is && is >= 0) {
            claim.add("set-entry-ro", space, message, is, machine.domainOfSpace(space));
        }
    }

    /** An invalidation is owed of what was absent, too, which costs nothing but time. */
    private void owed(long[] before, long[] after, int tag, int message, Claim claim) {
        if (machine.owes(before, tag, message) || !machine.owes(after, tag, message)) {
            return;
        }
        int space = machine.spaceOf(tag);
        int was = machine.leads(before, space, message);
        if (was < 0 || was == machine.leads(after, space, message)) {
            claim.add("owe", UNIT, tag, message);
        }
    }

    private void tokens(long[] before, long[] after, boolean seen, Claim claim) {
        for (int i = 0; i < tokens.size(); i++) {
            boolean was = machine.isUnderWay(before, i);
            boolean is = machine.isUnderWay(after, i);
            if (was != is && was == seen) {
                claim.add(seen ? "acknowledge" : "submit", i);
            }
        }
    }

    private void completed(long[] before, long[] after, Claim claim) {
        for (int i = 0; i < tokens.size(); i++) {
            if (isQueued(before, i) && !isQueued(after, i)) {
                claim.add("complete-invalidation", i);
            }
        }
    }

    /** What the unit forgets that no invalidation made it forget, and what it finds in its tables. */
    private void caches(long[] before, long[] after, Claim claim) {
        for (int q : cached) {
            for (int p = 0; p < messages; p++) {
                int was = machine.mayLead(before, q, p);
                int is = machine.mayLead(after, q, p);
                if (was >= 0 && was != is && !isCovered(before, after, q, p)) {
                    claim.add("evict", UNIT, q, p);
                }
                if (is >= 0 && was != is) {
                    claim.add("walk", UNIT, q, machine.spaceOf(q), q, p, is);
                    claim.add("fill", UNIT, q, q, p, is);
                }
            }
        }
    }

    private boolean isCovered(long[] before, long[] after, int device, int message) {
        for (int i = 0; i < tokens.size(); i++) {
            if (machine.covers(i, device, message) && isQueued(before, i) && !isQueued(after, i)) {
                return true;
            }
        }
        return false;
    }
}
