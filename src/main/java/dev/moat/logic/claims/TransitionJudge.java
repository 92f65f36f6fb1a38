package dev.moat.logic.claims;

import dev.moat.state.relation.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says whether a transition is what it claims to be. The answer depends on its arguments alone. For one thread. */
@FunctionalInterface
public interface TransitionJudge {
    /**
     * Judges.
     *
     * @param before the state before, not changed
     * @param after the state after, not changed
     * @param claim abstract actions, taken one after the other; none for a stutter
     * @return null if it is; else what is wrong, in one line per fact
     */
    @Nullable
    List<String> judge(long[] before, long[] after, Claim claim);
}
