package dev.moat.liveness;

import java.util.List;

/**
 * A run without end in which something is never answered: a stem from the initial state, then a loop that is gone through for ever. Of a
 * response that is not {@link Response#isEndless} a stem alone, whose last letter breaks it.
 *
 * @param response what is broken
 * @param letters stem and loop, letters of the machine's alphabet
 * @param loop how many letters the stem has: the state behind the last letter is that behind so many. A loop of no letters is a state
 *     in which nothing has to happen any more
 */
public record Lasso(Response response, List<Integer> letters, int loop) {
    public Lasso {
        letters = List.copyOf(letters);
    }
}
