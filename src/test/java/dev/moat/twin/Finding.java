package dev.moat.twin;

import java.util.List;

/**
 * A script on which a tested system and its twin part, made small.
 *
 * @param seed what the script was made from
 * @param length operations that the script had
 * @param script the operations that are enough
 * @param difference where the two part on these
 */
public record Finding<O>(long seed, int length, List<O> script, Difference difference) {
    /** One line per operation, the one they part at marked. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("seed " + seed + ": " + script.size() + " of " + length + " operations are enough\n");
        for (int i = 0; i < script.size(); i++) {
            text.append(i == difference.step() ? "> " : "  ")
                    .append(script.get(i))
                    .append('\n');
        }
        return text.append(difference.text()).append('\n').toString();
    }
}
