package dev.moat.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Makes a script small that shows something: fewer operations first, then simpler ones. No chance is involved. */
public final class Shrinker<O> {
    private final Predicate<List<O>> shows;
    private final Function<O, List<O>> simpler;
    private int runs;

    /**
     * A shrinker that stops after so many tries.
     *
     * @param shows whether a script still shows it
     * @param simpler what an operation may be replaced by, the simplest first; never a cycle
     */
    public Shrinker(Predicate<List<O>> shows, Function<O, List<O>> simpler, int runs) {
        this.shows = shows;
        this.simpler = simpler;
        this.runs = runs;
    }

    /** The smallest script found; it shows what the given one shows. */
    public List<O> shrink(List<O> script) {
        List<O> best = new ArrayList<>(script);
        int before;
        do {
            before = best.size();
            for (int chunk = Math.max(1, best.size() / 2); chunk >= 1; chunk /= 2) {
                best = without(best, chunk);
            }
        } while (best.size() < before && runs > 0);
        return simplified(best);
    }

    /** Leaves out runs of so many operations, from the end to the start, wherever that is possible. */
    private List<O> without(List<O> script, int chunk) {
        List<O> best = script;
        for (int from = script.size() - chunk; from >= 0; from -= chunk) {
            List<O> tried = new ArrayList<>(best.subList(0, from));
            tried.addAll(best.subList(Math.min(best.size(), from + chunk), best.size()));
            if (stillShows(tried)) {
                best = tried;
            }
        }
        return best;
    }

    private List<O> simplified(List<O> script) {
        List<O> best = new ArrayList<>(script);
        boolean changed = true;
        while (changed && runs > 0) {
            changed = false;
            for (int i = 0; i < best.size(); i++) {
                changed |= simplify(best, i);
            }
        }
        return best;
    }

    private boolean simplify(List<O> script, int at) {
        O old = script.get(at);
        for (O other : simpler.apply(old)) {
            script.set(at, other);
            if (stillShows(script)) {
                return true;
            }
        }
        script.set(at, old);
        return false;
    }

    private boolean stillShows(List<O> script) {
        runs--;
        return runs >= 0 && shows.test(List.copyOf(script));
    }
}
