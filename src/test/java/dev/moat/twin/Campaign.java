package dev.moat.twin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Runs random scripts on a tested system and on its twin until they part, or until enough operations agreed. */
public final class Campaign<O> {
    private static final int SHRINKING_RUNS = 2_000;

    private final LongFunction<List<O>> scripts;
    private final Function<List<O>, Optional<Difference>> compare;
    private final Function<O, List<O>> simpler;

    /**
     * A campaign.
     *
     * @param scripts a script for each seed
     * @param compare runs a script from power-on on both and says where they part first
     * @param simpler simpler operations for an operation, the simplest first
     */
    public Campaign(
            LongFunction<List<O>> scripts,
            Function<List<O>, Optional<Difference>> compare,
            Function<O, List<O>> simpler) {
        this.scripts = scripts;
        this.compare = compare;
        this.simpler = simpler;
    }

    /** The first difference in at least so many operations, shrunk; scripts come from the seed and the ones after it. */
    public Optional<Finding<O>> run(long firstSeed, int operations) {
        int done = 0;
        for (long seed = firstSeed; done < operations; seed++) {
            List<O> script = scripts.apply(seed);
            if (compare.apply(script).isPresent()) {
                return Optional.of(shrunk(seed, script));
            }
            done += script.size();
        }
        return Optional.empty();
    }

    private Finding<O> shrunk(long seed, List<O> script) {
        Shrinker<O> shrinker = new Shrinker<>(s -> compare.apply(s).isPresent(), simpler, SHRINKING_RUNS);
        List<O> small = shrinker.shrink(script);
        return new Finding<>(seed, script.size(), small, compare.apply(small).orElseThrow());
    }
}
