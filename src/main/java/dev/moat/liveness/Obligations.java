package dev.moat.liveness;

import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an edited program must still do before it counts for anything that nothing bad happens: compared with the program as it was, on a machine
 * that is the same but for the edit. An operation that returned must return; one that succeeded must succeed; a step that ran must run, and so
 * must what was edited; and no step drops a lock that its CPU does not hold.
 *
 * <p>Both machines are explored with all states and transitions at once, as {@link Liveness} does it: for machines of up to some millions of
 * states, and to be asked only once nothing was found to be violated.
 */
public final class Obligations {
    private static final int MOST_NAMED = 4;

    private final long mostStates;
    private final long mostBytes;
    private final Set<String> steps;
    private final Set<String> effective;
    private final Set<String> successful;
    private final Map<String, Set<String>> stays;
    private final Set<String> caught = new HashSet<>();
    private final long sum;

    /**
     * What became of the obligations.
     *
     * @param broken a run on which the edited program does what the unedited one does not: it never returns, or drops a lock that is not
     *     held; null for none
     * @param doubts why it shows nothing of the edited program that no property is violated, a clause each; empty where it does
     * @param idle whether the edit changes no transition
     */
    public record Answer(@Nullable Lasso broken, List<String> doubts, boolean idle) {
        public Answer {
            doubts = List.copyOf(doubts);
        }
    }

    /**
     * Those of a machine whose program is not edited.
     *
     * @param mostStates distinct states of a machine, this one or an edited one
     * @param mostBytes for its states and transitions
     * @throws dev.moat.limit.LimitException when it has more, or when more has to go on than fairness is judged for
     * @throws dev.moat.limit.StoppedException when the thread is interrupted
     */
    public Obligations(Machine unedited, long mostStates, long mostBytes) {
        this.mostStates = mostStates;
        this.mostBytes = mostBytes;
        OperationRuns deeds = new OperationRuns(unedited, mostStates, mostBytes, false);
        steps = deeds.steps();
        effective = deeds.effective();
        successful = deeds.successful();
        stays = deeds.stays();
        stays.keySet().stream().filter(deeds::isCaught).forEach(caught::add);
        sum = deeds.sum();
    }

    /**
     * Asks the same machine with an edit.
     *
     * @param build makes it from edits, to which it adds the one that is asked about
     * @throws dev.moat.limit.LimitException as the constructor, or when states are too large to note who has which lock
     * @throws dev.moat.limit.StoppedException when the thread is interrupted
     */
    public Answer ask(Function<Edits, Machine> build) {
        Set<String> asked = new HashSet<>();
        Edits edits = new Edits().watch(asked::add);
        Machine machine = build.apply(edits);
        OperationRuns now = new OperationRuns(machine, mostStates, mostBytes, true);
        Lasso unheld = now.unheld();
        if (unheld != null) {
            return new Answer(unheld, List.of(), false);
        }
        List<String> doubts = new ArrayList<>();
        for (Map.Entry<String, Set<String>> e : now.stays().entrySet()) {
            String operation = e.getKey();
            Set<String> known = stays.getOrDefault(operation, Set.of());
            boolean cannot = !caught.contains(operation) && now.isCaught(operation);
            if (known.isEmpty() || cannot) {
                return new Answer(now.lasso(operation, cannot), List.of(), false);
            }
            Set<String> more = new TreeSet<>(e.getValue());
            more.removeAll(known);
            if (!more.isEmpty()) {
                doubts.add(
                        operation + " need not return without the edit either; with it, it may also stay for ever at "
                                + String.join(", ", more));
            }
        }
        Set<String> vain = without(effective, now.effective());
        Set<String> failing = without(successful, now.successful());
        failing.removeAll(vain);
        names(vain).ifPresent(all -> doubts.add("never takes effect any more: " + all));
        names(failing).ifPresent(all -> doubts.add("never succeeds any more: " + all));
        doubts.addAll(unrun(edits, machine, now, asked));
        return new Answer(null, doubts, now.sum() == sum);
    }

    /** What does not run: of what ran without the edit, and of what was edited. */
    private List<String> unrun(Edits edits, Machine machine, OperationRuns now, Set<String> asked) {
        Set<String> there = new HashSet<>();
        for (int step = 1; step <= machine.steps(); step++) {
            there.add(machine.stepName(step));
        }
        Set<String> ran = now.steps();
        // A step of which an edit made several has run where any of them has.
        Set<String> copies = new HashSet<>();
        ran.forEach(step -> copies.add(step.replaceFirst("-[0-9]+$", "")));
        copies.retainAll(there);
        ran.addAll(copies);
        Set<String> lost = without(steps, ran);
        lost.retainAll(there);
        edits.passedOver().forEach(lost::remove);
        Set<String> unreached = new TreeSet<>();
        for (Edits.Touched touched : edits.touched()) {
            String step = touched.operation() + "/" + touched.step();
            if (!there.contains(step) || lost.contains(step)) {
                continue;
            }
            if (touched.outcome() == Outcome.BLOCKED ? !ran.contains(step) : !now.ran(step, touched.outcome())) {
                unreached.add(
                        touched.outcome() == Outcome.BLOCKED
                                ? step
                                : step + " with " + Outcome.name(touched.outcome()));
            }
        }
        Set<String> idle = without(new TreeSet<>(edits.dropped()), steps);
        Set<String> unasked = without(edits.decided(), asked);
        List<String> doubts = new ArrayList<>();
        names(lost).ifPresent(all -> doubts.add("never runs any more: " + all));
        names(unreached).ifPresent(all -> doubts.add("edited, and never runs: " + all));
        names(idle).ifPresent(all -> doubts.add("left out, and never ran without the edit either: " + all));
        names(unasked).ifPresent(all -> doubts.add("a decision that is edited, and never asked: " + all));
        return doubts;
    }

    private static Set<String> without(Set<String> all, Set<String> others) {
        Set<String> left = new TreeSet<>(all);
        left.removeAll(others);
        return left;
    }

    /** The first few names, and how many more there are; nothing of none. */
    private static Optional<String> names(Set<String> all) {
        String some = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
        int more = all.size() - MOST_NAMED;
        return all.isEmpty() ? Optional.empty() : Optional.of(more > 0 ? some + " and " + more + " more" : some);
    }
}
