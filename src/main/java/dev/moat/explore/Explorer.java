package dev.moat.explore;

import dev.moat.logic.Judge;
import dev.moat.scenario.Machine;

/** Breadth-first, level-synchronous search of all reachable states. */
public final class Explorer {
    public Explorer(Machine machine, Judge judge, Limits limits) {
        throw new UnsupportedOperationException("being written");
    }

    /** Searches until done, a violation, or a limit. */
    public Exploration run(Progress progress) {
        throw new UnsupportedOperationException("being written");
    }
}
