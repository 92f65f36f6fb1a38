package dev.moat.logic.claims;

import dev.moat.state.Claim;
import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the abstract actions of a transition that claims none, from the difference of its states, in an order in which
 * no domain ever has too many rights. The found actions must satisfy the discipline's guards, so a transition outside
 * of the discipline stays unexplained. But it cannot tell whether a step performs the intended action. For software
 * whose steps claim nothing.
 */
final class ActionFinder extends Difference {
    private final ClaimedActions actions;
    private Claim claim = new Claim();
    private long[] bits = new long[0];
    private boolean refused;
    /** Moving a device is the end of what is owed of its contexts. */
    private final Rule waiveContexts = rule("dirtyQ", true, debt -> take("waive-context", arg(debt, 0), arg(debt, 1)));

    /** Says what is taken to explain what, in the order in which it is looked for. */
    ActionFinder(AtomSpace space, ClaimedActions actions) {
        super(space);
        this.actions = actions;
        names();
        staleBegins();
        hardwareEnds();
        entriesLost();
        mappingsEnd();
        translationsLost();
        lost("dirty", a -> tryTake("waive", arg(a, 0), arg(a, 1), arg(a, 2)));
        lost("dirtyW", a -> tryTake("waive", arg(a, 0), arg(a, 1), arg(a, 2)));
        gained("dirty", a -> take("owe", arg(a, 0), arg(a, 1), arg(a, 2)));
        rightsEnd();
        rightsBegin();
        translationsGained();
        entriesGained();
        debts();
        debtsGrow();
        gained("queued", i -> take("submit", arg(i, 0)));
        // Asked for under a tag that was given back since and is the domain's again: it is done by now.
        gained("done", i -> take("submit", arg(i, 0)));
        lost("queued", i -> take("complete-invalidation", arg(i, 0)));
        hardwareBegins();
    }

    /**
     * Explains.
     *
     * @param from the abstract state before, moved by the actions that are found
     * @param to the abstract state after
     * @param asked gets the atoms on which the answer depends, beside those in which the two states differ
     * @param found empty; filled with what was found; its last action may be one that cannot be taken
     * @return whether all of them can be taken
     */
    boolean find(long[] from, long[] to, Footprint asked, Claim found) {
        claim = found;
        bits = from;
        refused = false;
        between(from, to, asked);
        applyAll();
        return !refused;
    }

    private void take(String action, int... args) {
        if (refused) {
            return;
        }
        int[] all = Arrays.copyOf(args, 6);
        claim.add(action, all[0], all[1], all[2], all[3], all[4], all[5]);
        actions.touch(claim, claim.count() - 1, read());
        refused = !actions.take(claim, claim.count() - 1, bits);
    }

    /** Takes an action if it can be taken now. */
    private void tryTake(String action, int... args) {
        if (!refused) {
            take(action, args);
            if (refused) {
                claim.removeLast();
                refused = false;
            }
        }
    }

    /** A mapping that goes on under another name. */
    private void names() {
        lost("hold", a -> {
            for (int b : atoms("hold", true, -1, arg(a, 1), arg(a, 2))) {
                if (!is("hold", false, arg(b, 0), arg(b, 1), arg(b, 2))
                        && is("holdW", false, arg(a, 0)) == is("holdW", true, arg(b, 0))
                        && is("hold", false, arg(a, 0), arg(a, 1), arg(a, 2))) {
                    take(Claim.EXCHANGE + "Hold", arg(a, 0), arg(b, 0));
                }
            }
        });
    }

    /** Invalidations done, requests that end, what caches forget; and what software learns of it. */
    private void hardwareEnds() {
        lost("queued", i -> take(is("done", true, arg(i, 0)) ? "complete-invalidation" : "give-up", arg(i, 0)));
        lost("flyR", this::requestEnds);
        lost("flyW", this::requestEnds);
        lost("mayR", a -> evict(arg(a, 0), arg(a, 1), arg(a, 2)));
        lost("mayW", a -> evict(arg(a, 0), arg(a, 1), arg(a, 2)));
        lost("cent", a -> take("evict-context", arg(a, 0), arg(a, 1)));
        lost("done", i -> take("acknowledge", arg(i, 0)));
    }

    /** What goes on being served at the place, such as an entry whose successor no unit sees yet, is in flight meanwhile. */
    private void evict(int unit, int tag, int page) {
        int requester = ledUnder(unit, tag);
        List<Integer> stays = new ArrayList<>();
        for (int a : requester < 0 ? List.<Integer>of() : atoms("mayR", true, unit, tag, page)) {
            if (is("mayR", false, unit, tag, page, arg(a, 3)) && walk(unit, requester, tag, page, arg(a, 3))) {
                stays.add(arg(a, 3));
            }
        }
        take("evict", unit, tag, page);
        stays.forEach(frame -> take("fill", unit, requester, tag, page, frame));
    }

    /** It fills what is cached from then on; one that began earlier may take the place of what has more rights. */
    private void requestEnds(int flight) {
        int unit = arg(flight, 0);
        int[] way = {unit, arg(flight, 1), arg(flight, 2), arg(flight, 3), arg(flight, 4)};
        int[] place = {unit, way[2], way[3], way[4]};
        boolean less = becomes("mayR", false, place) || becomes("mayW", false, place);
        if (becomes("mayR", true, place) || becomes("mayW", true, place) || (less && isCached(way, place))) {
            if (any("mayR", false, unit, way[2], way[3]) || any("mayW", false, unit, way[2], way[3])) {
                take("evict", unit, way[2], way[3]);
            }
            take("fill", unit, way[1], way[2], way[3], way[4]);
        } else {
            take("end-walk", unit, way[1]);
        }
    }

    /** What the tables say before, and not after or with a right that is not served, a unit that serves it after has found before. */
    private void staleBegins() {
        for (String way : new String[] {"R", "W"}) {
            gained("may" + way, a -> {
                int[] place = {meant(arg(a, 0), arg(a, 1)), arg(a, 2), arg(a, 3)};
                boolean grows = is("mapW", true, place) && !is("mapW", false, place);
                boolean more = grows && !is("mayW", true, arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3));
                if (is("map" + way, false, place) && (more || !is("map" + way, true, place))) {
                    fillAtOnce(arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3));
                }
            });
        }
    }

    private void fillAtOnce(int unit, int tag, int page, int frame) {
        int requester = ledUnder(unit, tag);
        if (requester < 0) {
            return;
        }
        boolean again = is("flyR", false, unit, requester, tag, page, frame)
                || is("flyW", false, unit, requester, tag, page, frame);
        if (walk(unit, requester, tag, page, frame)) {
            take("fill", unit, requester, tag, page, frame);
            if (again) {
                walk(unit, requester, tag, page, frame);
            }
        }
    }

    /** A cached copy of what is emptied is made before. */
    private void entriesLost() {
        gained("cent", a -> {
            if (is("ent", false, arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3))) {
                take("fill-context", arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3));
            }
        });
        gained("between", a -> {
            if (is("assigned", false, arg(a, 0), arg(a, 1))) {
                take("begin-move", arg(a, 0), arg(a, 1), arg(a, 2));
            }
        });
        gained("ent", a -> {
            if (isNobodys(arg(a, 2))) {
                take("park-context", arg(a, 1), arg(a, 0), arg(a, 2), arg(a, 3));
            }
        });
        lost("ent", a -> {
            if (isNobodys(arg(a, 2)) && any("ent", true, arg(a, 0), arg(a, 1))) {
                return;
            }
            if (!any("between", false, arg(a, 1)) || !any("ent", true, arg(a, 0), arg(a, 1))) {
                take("clear-context", arg(a, 0), arg(a, 1));
            }
        });
    }

    private void mappingsEnd() {
        lost("opening", k -> {
            if (!is("opening", true, arg(k, 0)) && any("hold", true, arg(k, 0))) {
                take("open", arg(k, 0));
            }
        });
        lost("live", k -> take("begin-close", arg(k, 0)));
        lost("closing", k -> {
            if (is("live", true, arg(k, 0))) {
                take("reopen", arg(k, 0));
            }
        });
    }

    private void translationsLost() {
        lost("mapR", a -> weaken(arg(a, 0), arg(a, 1)));
        lost("mapW", a -> weaken(arg(a, 0), arg(a, 1)));
    }

    private void weaken(int space, int page) {
        boolean keeps = true;
        for (int a : atoms("mapR", false, space, page)) {
            keeps &= is("mapR", true, space, page, arg(a, 2));
        }
        boolean demotes = keeps && !any("mapW", true, space, page);
        String clears = any("mapW", false, space, page) ? "clear-entry" : "clear-entry-ro";
        take(demotes ? "demote-entry" : clears, space, page);
    }

    /** What software takes not to be owed, beyond what follows of its actions. */
    private void debts() {
        lost("dirty", a -> take("waive", arg(a, 0), arg(a, 1), arg(a, 2)));
        lost("dirtyW", a -> take("waive", arg(a, 0), arg(a, 1), arg(a, 2)));
        lost("dirtyQ", a -> take("waive-context", arg(a, 0), arg(a, 1)));
    }

    private void debtsGrow() {
        gained("dirty", a -> take("owe", arg(a, 0), arg(a, 1), arg(a, 2)));
        gained("dirtyW", a -> take("owe-write", arg(a, 0), arg(a, 1), arg(a, 2)));
        gained("undrained", a -> take("owe-drain", arg(a, 0), arg(a, 1)));
        gained("dirtyQ", a -> take("owe-context", arg(a, 0), arg(a, 1)));
        lost("pays", a -> take("owe", arg(a, 1), arg(a, 2), arg(a, 3))); // for what changed since it was asked for
    }

    private void rightsEnd() {
        lost("undrained", a -> take("waive-drain", arg(a, 0), arg(a, 1)));
        lost("assigned", a -> take("deassign", arg(a, 0)));
        lost("names", a -> take("unname", arg(a, 0), arg(a, 1), arg(a, 2)));
        lost("hold", a -> {
            if (is("live", false, arg(a, 0))) {
                take("begin-close", arg(a, 0));
            }
            take("end-hold", arg(a, 0), arg(a, 1), arg(a, 2));
        });
        lost("offer", a -> take("end-access", arg(a, 0)));
        lost("offerW", a -> take("restrict", arg(a, 0)));
        protect();
        lost("owner", a -> take("free", arg(a, 0), arg(a, 1)));
        lost("stands", a -> take("return-tag", arg(a, 0), arg(a, 1)));
    }

    private void protect() {
        gained("notdma", a -> {
            for (int owner : atoms("owner", false, arg(a, 0))) {
                take("protect", arg(a, 0), arg(owner, 1));
            }
        });
    }

    private void rightsBegin() {
        gained("stands", a -> take("take-tag", arg(a, 0), arg(a, 1), arg(a, 2)));
        gained("for", a -> take("build", arg(a, 0), arg(a, 1)));
        gained("owner", a -> take("allocate", arg(a, 0), arg(a, 1)));
        lost("notdma", a -> take("unprotect", arg(a, 0)));
        protect();
        gained(
                "offer",
                a -> take(is("offerW", true, arg(a, 0)) ? "grant" : "grant-ro", arg(a, 0), arg(a, 1), arg(a, 2)));
        gained("offerW", a -> take("widen", arg(a, 0)));
        gained("names", a -> take("name", arg(a, 0), arg(a, 1), arg(a, 2)));
        gained("hold", this::mappingBegins);
    }

    private void mappingBegins(int hold) {
        int k = arg(hold, 0);
        if (is("closing", true, k) && splits(k, arg(hold, 1), arg(hold, 2))) {
            return;
        }
        boolean writes = is("holdW", true, k);
        int given = -1;
        for (int by : atoms("by", true, k)) {
            given = arg(by, 1);
        }
        if (given < 0) {
            take(writes ? "begin-use" : "begin-use-ro", k, arg(hold, 1), arg(hold, 2));
        } else {
            for (int granter = 0; granter < sizeOf("Dom"); granter++) {
                if (is("tableOf", false, given, granter)) {
                    take(writes ? "begin-open" : "begin-open-ro", k, given, granter, arg(hold, 1), arg(hold, 2));
                }
            }
        }
        if (!is("opening", true, k)) {
            take("open", k);
        }
        if (is("closing", true, k)) {
            take("begin-close", k);
        }
    }

    /** Whether a mapping that begins as one that ends is a side of another one. */
    private boolean splits(int half, int domain, int frame) {
        for (int whole : atoms("hold", false, -1, domain, frame)) {
            if (is("holdW", false, arg(whole, 0)) != is("holdW", true, half)) {
                continue;
            }
            for (int by : atoms("by", true, half)) {
                if (is("by", false, arg(whole, 0), arg(by, 1))) {
                    take("split", arg(whole, 0), half, arg(by, 1), domain, frame);
                    return true;
                }
            }
        }
        return false;
    }

    private void translationsGained() {
        gained("mapR", this::strengthen);
        gained("mapW", this::strengthen);
    }

    private void strengthen(int map) {
        int space = arg(map, 0);
        int page = arg(map, 1);
        int frame = arg(map, 2);
        boolean writes = is("mapW", true, space, page, frame);
        boolean reads = is("mapR", true, space, page, frame);
        String action = is("mapR", false, space, page, frame)
                ? "promote-entry"
                : !reads ? "set-entry-wo" : writes ? "set-entry" : "set-entry-ro";
        for (int domain = 0; domain < sizeOf("Dom"); domain++) {
            if (is("for", false, space, domain)) {
                take(action, space, page, frame, domain);
            }
        }
    }

    private void entriesGained() {
        gained("ent", a -> {
            for (int way : atoms("between", false, arg(a, 1))) {
                take("move-context", arg(a, 1), arg(way, 1), arg(way, 2), arg(a, 0), arg(a, 2), arg(a, 3));
            }
        });
        lost("between", a -> {
            for (int domain : new int[] {arg(a, 1), arg(a, 2)}) {
                if (is("assigned", true, arg(a, 0), domain) && is("between", false, arg(a, 0), arg(a, 1), arg(a, 2))) {
                    apply(waiveContexts);
                    take("end-move", arg(a, 0), arg(a, 1), arg(a, 2), domain);
                }
            }
            if (is("between", false, arg(a, 0), arg(a, 1), arg(a, 2)) && !any("assigned", true, arg(a, 0))) {
                take("end-move", arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 2));
                take("deassign", arg(a, 0)); // A move that is undone ends with nobody.
            }
        });
        gained("assigned", a -> take("give-device", arg(a, 0), arg(a, 1)));
        gained("ent", a -> {
            String leads = any("ent", false, arg(a, 0), arg(a, 1)) ? "lead-context" : "write-context";
            for (int has : atoms("assigned", false, arg(a, 1))) {
                take(leads, arg(a, 1), arg(has, 1), arg(a, 0), arg(a, 2), arg(a, 3));
            }
        });
    }

    private void hardwareBegins() {
        gained("flyR", a -> walk(arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3), arg(a, 4)));
        gained("flyW", a -> walk(arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3), arg(a, 4)));
        gained("mayR", a -> fillAtOnce(arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3)));
        gained("mayW", a -> fillAtOnce(arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3)));
        gained("cent", a -> take("fill-context", arg(a, 0), arg(a, 1), arg(a, 2), arg(a, 3)));
    }

    /** Whether a request is in flight with just the rights that a place gives. */
    private boolean has(int[] flight, String relation, int... place) {
        boolean reads = is("flyR", true, flight);
        boolean writes = is("flyW", true, flight);
        boolean same = is(relation + "R", false, place) == reads && is(relation + "W", false, place) == writes;
        return same && (reads || writes);
    }

    private boolean walk(int unit, int requester, int tag, int page, int frame) {
        for (int space = 0; space < sizeOf("Space"); space++) {
            if (is("ent", false, unit, requester, space, tag) || is("cent", false, unit, requester, space, tag)) {
                int[] flight = {unit, requester, tag, page, frame};
                boolean mapped = is("mapR", false, space, page, frame) || is("mapW", false, space, page, frame);
                boolean cached = has(flight, "may", unit, tag, page, frame) && !has(flight, "map", space, page, frame);
                take(mapped && !cached ? "walk" : "hit", unit, requester, space, tag, page, frame);
                return !refused;
            }
        }
        return false;
    }
}
