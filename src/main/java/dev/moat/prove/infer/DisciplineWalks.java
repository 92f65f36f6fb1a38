package dev.moat.prove.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Random runs of a discipline. */
final class DisciplineWalks {
    private static final int TURNS = 3;

    private final FiniteSteps steps;
    private final Random random;

    /** @param seed the same runs for the same seed */
    public DisciplineWalks(FiniteSteps steps, long seed) {
        this.steps = steps;
        random = new Random(seed);
    }

    public FiniteSteps steps() {
        return steps;
    }

    /** Another structure of which the formula is true too, its atoms turned at random. */
    public Structure shuffled(Structure start, CompiledFormula formula) {
        Structure s = start.copy();
        int relations = s.signature().relations().size();
        int atoms = 0;
        for (int r = 0; r < relations; r++) {
            atoms += s.atoms(r);
        }
        for (int i = 0; i < TURNS * atoms; i++) {
            int r = random.nextInt(relations);
            int atom = random.nextInt(s.atoms(r));
            boolean was = s.isTrue(r, atom);
            s.set(r, atom, random.nextBoolean());
            if (s.isTrue(r, atom) != was && !formula.holds(s)) {
                s.set(r, atom, was);
            }
        }
        return s;
    }

    /**
     * A run of so many tries of steps at most. Each structure on the way, the first one too, is shown, and the run ends where that answers
     * true.
     *
     * @return the steps that were taken
     */
    public List<FiniteSteps.Taken> run(Structure start, int length, Predicate<Structure> seen) {
        List<FiniteSteps.Taken> taken = new ArrayList<>();
        Structure s = start;
        if (seen.test(s)) {
            return taken;
        }
        for (int i = 0; i < length; i++) {
            FiniteSteps.Taken step = steps.random(s, random);
            Structure next = step == null ? s : steps.after(step, s);
            if (step != null && !next.equals(s)) {
                taken.add(step);
                s = next;
                if (seen.test(s)) {
                    return taken;
                }
            }
        }
        return taken;
    }

    /** The same run without the steps, one after the other, that its end does not need, until it needs each of them. */
    public List<FiniteSteps.Taken> shortened(Structure start, List<FiniteSteps.Taken> run, Predicate<Structure> end) {
        List<FiniteSteps.Taken> rest = new ArrayList<>(run);
        int before = rest.size() + 1;
        while (rest.size() < before) {
            before = rest.size();
            for (int i = rest.size() - 1; i >= 0; i--) {
                FiniteSteps.Taken left = rest.remove(i);
                if (!endsWell(start, rest, end)) {
                    rest.add(i, left);
                }
            }
        }
        return rest;
    }

    private boolean endsWell(Structure start, List<FiniteSteps.Taken> run, Predicate<Structure> end) {
        Structure s = start;
        for (FiniteSteps.Taken step : run) {
            if (!steps.isAllowed(step, s)) {
                return false;
            }
            s = steps.after(step, s);
        }
        return end.test(s);
    }
}
