package dev.moat.liveness;

import java.util.List;

/**
 * A run without end on which a demand is never met.
 *
 * @param letters stem and loop, letters of the machine's alphabet
 * @param loop how many letters the stem has; a loop of no letters is a state in which nobody helps
 */
public record Loop(Demand demand, List<Integer> letters, int loop) {
    public Loop {
        letters = List.copyOf(letters);
    }
}
