package dev.moat.twin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where two systems part.
 *
 * @param step the operation, counted from 0
 * @param text what each of them said
 */
public record Difference(int step, String text) {
    /**
     * The first difference of a script.
     *
     * @param step does an operation on both systems and says how they differ then; what the tested one throws is a difference
     *     too
     */
    public static <O> Optional<Difference> first(List<O> script, Function<O, Optional<String>> step) {
        for (int i = 0; i < script.size(); i++) {
            try {
                Optional<String> text = step.apply(script.get(i));
                if (text.isPresent()) {
                    return Optional.of(new Difference(i, text.get()));
                }
            } catch (RuntimeException e) {
                return Optional.of(new Difference(i, "thrown: " + e));
            }
        }
        return Optional.empty();
    }
}
