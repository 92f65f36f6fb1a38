package dev.moat.liveness;

import dev.moat.bits.Watched;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Runs a lasso again, letter by letter, and says whether it breaks its response: it knows nothing of the search that found it. */
public final class LassoJudge {
    private final Machine machine;

    /** A judge of runs of one machine. */
    public LassoJudge(Machine machine) {
        this.machine = machine;
    }

    /**
     * What waits for ever on a lasso, in words; nothing where the run is none, does not close, is not fair, or leaves nothing waiting.
     *
     * @param lasso its letters are those of the machine's alphabet
     */
    public Optional<String> broken(Lasso lasso) {
        if (!lasso.response().isEndless()) {
            return unheld(lasso);
        }
        Optional<List<long[]>> run = loop(lasso);
        if (run.isEmpty() || !isFair(lasso, run.get())) {
            return Optional.empty();
        }
        List<long[]> states = run.get();
        return lasso.response().pending(machine).stream()
                .filter(p -> states.stream().allMatch(p::in))
                .findFirst()
                .map(p -> p.told(states.get(0)));
    }

    /** The lock that the last letter, and none before it, drops without its CPU having it. */
    private Optional<String> unheld(Lasso lasso) {
        Stepper stepper = machine.stepper();
        long[] s = Locks.watched(machine, machine.initial());
        int last = lasso.letters().size() - 1;
        for (int k = 0; k <= last && Watched.unheld(s) < 0; k++) {
            int letter = lasso.letters().get(k);
            String told = Locks.told(machine, s, letter);
            if (!stepper.apply(letter, s)) {
                return Optional.empty();
            }
            if (k == last && Watched.unheld(s) >= 0) {
                return Optional.of(
                        told + " drops " + Locks.label(machine, Watched.unheld(s)) + ", which it does not hold");
            }
        }
        return Optional.empty();
    }

    /** Whether a CPU can go on in some of the states that a lasso goes through again and again, and never does. */
    public boolean overtakes(Lasso lasso) {
        if (!lasso.response().isEndless()) {
            return false;
        }
        List<Integer> taken =
                lasso.letters().subList(lasso.loop(), lasso.letters().size());
        Duties duties = new Duties(machine);
        Stepper stepper = machine.stepper();
        boolean[] found = {false};
        for (long[] s : loop(lasso).orElse(List.of())) {
            duties.look(s);
            stepper.expand(s, (instance, next) -> {
                found[0] |= duties.of(instance) == Duties.TURN && !taken.contains(instance);
            });
        }
        return found[0];
    }

    /** The states that are gone through again and again; nothing where a letter is not enabled, or the last state is not the first. */
    private Optional<List<long[]>> loop(Lasso lasso) {
        if (lasso.loop() < 0 || lasso.loop() > lasso.letters().size()) {
            return Optional.empty();
        }
        Stepper stepper = machine.stepper();
        List<long[]> states = new ArrayList<>();
        long[] s = machine.initial();
        states.add(s.clone());
        for (int letter : lasso.letters()) {
            if (!stepper.apply(letter, s)) {
                return Optional.empty();
            }
            states.add(s.clone());
        }
        boolean closes = Arrays.equals(states.get(lasso.loop()), s);
        return closes ? Optional.of(states.subList(lasso.loop(), states.size())) : Optional.empty();
    }

    private boolean isFair(Lasso lasso, List<long[]> states) {
        Fairness fairness = lasso.response().fairness(machine);
        Duties duties = new Duties(machine);
        Stepper stepper = machine.stepper();
        long[] sets = {-1L, 0, 0};
        for (long[] s : states) {
            long[] must = {0};
            duties.look(s);
            stepper.expand(s, (instance, next) -> {
                must[0] |= fairness.must(instance, duties.of(instance));
                sets[1] |= fairness.again(instance, duties.of(instance));
            });
            sets[0] &= must[0];
        }
        lasso.letters().subList(lasso.loop(), lasso.letters().size()).forEach(i -> sets[2] |= fairness.of(i));
        return Fairness.allows(sets[0], sets[1], sets[2]);
    }
}
