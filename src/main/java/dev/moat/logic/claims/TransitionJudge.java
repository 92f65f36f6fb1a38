package dev.moat.logic.claims;

import dev.moat.state.Claim;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Judges whether a transition performs its claim. The answer depends on its arguments alone. For one thread. */
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

    /**
     * Transitions are judged from now on that begin in a state that was opened, or where one has led that was judged since the first was.
     * Who opens none may judge any.
     *
     * @param s a state, not changed
     */
    default void open(long[] s) {}

    /**
     * The bits of each word of a state at which any judgement looks, not to be changed: a stutter that leaves these alone is right. None
     * tells that it may be all.
     */
    default long @Nullable [] looksAt() {
        return null;
    }

    /**
     * Tells on what the last judgement depends, besides the bits that changed and the claim; asked only where nothing was wrong.
     *
     * @param bits those of the state before are added to them
     * @param actions told of each action of the discipline that was taken
     */
    default void tell(long[] bits, Consumer<String> actions) {
        Arrays.fill(bits, -1L);
    }

    /** An action of the discipline was taken so many times more, in transitions like one that was judged. */
    default void again(String action, long times) {}
}
