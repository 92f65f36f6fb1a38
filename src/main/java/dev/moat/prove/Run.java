package dev.moat.prove;

import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Steps of an instance, as a search or a solver chose them. Immutable. */
public final class Run {
    /** Characters on a line. */
    private static final int WIDTH = 110;
    /** Where changes stand when they are on a line of their own. */
    private static final int CHANGES = 9;

    private final Instance instance;
    private final long[] first;
    private final List<DisciplineAction> letters;

    /**
     * @param first the state before the first step
     * @param letters the steps
     */
    public Run(Instance instance, long[] first, List<DisciplineAction> letters) {
        this.instance = instance;
        this.first = first.clone();
        this.letters = List.copyOf(letters);
    }

    /** Whose steps they are. */
    public Instance instance() {
        return instance;
    }

    /** A copy of the state before the first step. */
    public long[] first() {
        return first.clone();
    }

    /** The steps. */
    public List<DisciplineAction> letters() {
        return letters;
    }

    /**
     * The states from the first to the last, computed by the letters' own code, which knows no solver.
     *
     * @throws IllegalStateException when a letter's guard does not hold where the run takes it
     */
    public List<long[]> states() {
        List<long[]> states = new ArrayList<>();
        long[] s = first.clone();
        states.add(s.clone());
        for (DisciplineAction letter : letters) {
            if (!letter.apply(s)) {
                throw new IllegalStateException("the guard of " + letter + " is false where the solver takes it");
            }
            states.add(s.clone());
        }
        return states;
    }

    /** For a person: a numbered line for each step, with what it changes. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        List<long[]> states = states();
        for (int i = 0; i < letters.size(); i++) {
            String changes = instance.schema().diff(states.get(i), states.get(i + 1)).stream()
                    .map(c -> (c.after() == 1 ? "+" : "-") + c.slots().label(c.element()))
                    .collect(Collectors.joining(" "));
            String step = String.format("%3d  %-40s ", i + 1, letters.get(i));
            if (step.length() + changes.length() > WIDTH) {
                lines.add(step.stripTrailing());
                step = " ".repeat(CHANGES);
            }
            lines.add(step + changes);
        }
        return lines;
    }
}
