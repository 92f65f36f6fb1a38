package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.trace.Bookkeeping;
import dev.moat.trace.StateJudge;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The machine of a trace without its injected faults, put beside each transition: where a fault acts is where the two part, and
 * what the sound machine does there is what the faulty one should do.
 */
final class Rightly {
    /** Differences that are named; the table has the rest. */
    private static final int MOST = 2;
    /** How it begins where only what comes next differs. */
    static final String NEXT = "next is ";
    /** Steps that are named. */
    private static final int STEPS = 4;

    private final Machine faulty;
    private final Machine sound;
    private final TraceRunner runner;
    private final Bookkeeping bookkeeping;

    private Rightly(Machine faulty, Machine sound) {
        this.faulty = faulty;
        this.sound = sound;
        runner = new TraceRunner(sound, StateJudge.NOBODY);
        bookkeeping = new Bookkeeping(sound);
    }

    /** For a machine as it was built; nothing where no fault is injected. */
    static Optional<Rightly> of(Catalog catalog, MachineSpec spec, Machine faulty) {
        return spec.faults().isEmpty()
                ? Optional.empty()
                : Optional.of(new Rightly(faulty, catalog.machine(spec.withFaults(List.of()))));
    }

    /** What of the initial state is the fault's. */
    Optional<String> start() {
        long[] wrong = translated(faulty.initial());
        if (wrong == null) {
            return Optional.empty();
        }
        return differences(sound.initial(), wrong, null).map(d -> "From the start the fault shows: " + d + ".");
    }

    /** What a fault does in a transition from a state; nothing where the sound machine does the same, or cannot be asked. */
    Optional<String> at(long[] before, Transition t) {
        long[] s = translated(before);
        long[] after = translated(t.state());
        Optional<Integer> letter = letter(t);
        if (s == null || after == null || letter.isEmpty()) {
            return Optional.empty();
        }
        long[] here = s.clone();
        Transition right = runner.perform(letter.get(), s);
        if (right == null) {
            boolean runs = sound.instance(letter.get()).kind() == Machine.Kind.ADVANCE;
            return Optional.of(
                    runs ? "it goes on where it should wait" + why(t) : "without it this would be refused here");
        }
        return steps(right.steps(), t.steps())
                .or(() -> differences(right.state(), after, here))
                .or(() -> results(right.result(), t.result()))
                .or(() -> next(right.state(), after));
    }

    /** What comes next on a CPU, where that is another step. */
    private Optional<String> next(long[] right, long[] wrong) {
        Slots pc = sound.model().pc();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            int should = (int) pc.get(right, cpu);
            int is = (int) pc.get(wrong, cpu);
            if (should != is) {
                return Optional.of(NEXT + stepped(is) + " instead of " + stepped(should));
            }
        }
        return Optional.empty();
    }

    private String stepped(int step) {
        return step == 0 ? "the end" : "'" + sound.stepName(step).replaceFirst(".*/", "") + "'";
    }

    /** What for, as far as the step's name tells. */
    private static String why(Transition t) {
        String step = t.steps().isEmpty() ? "" : t.steps().get(0).replaceFirst(".*/", "");
        return step.startsWith("queue-")
                ? " until the full queue has room"
                : step.startsWith("await")
                        ? " until the unit has answered"
                        : step.startsWith("poll-split-queue") ? " until the split queue has drained" : "";
    }

    private static Optional<String> results(@Nullable String right, @Nullable String wrong) {
        return Objects.equals(right, wrong)
                ? Optional.empty()
                : Optional.of("it should " + (right == null ? "not be over yet" : "return " + right));
    }

    /** Steps that one runs and the other does not. */
    private static Optional<String> steps(List<String> right, List<String> wrong) {
        List<String> missing = without(right, wrong);
        List<String> more = without(wrong, right);
        if (missing.isEmpty() && more.isEmpty()) {
            return Optional.empty();
        }
        String does = more.isEmpty() ? "" : "it does " + listed(more);
        String not = missing.isEmpty() ? "" : listed(missing) + (missing.size() == 1 ? " is" : " are") + " left out";
        return Optional.of(
                missing.isEmpty()
                        ? does + ", which it should not do now"
                        : more.isEmpty() ? not : does + ", and " + not);
    }

    private static List<String> without(List<String> all, List<String> these) {
        List<String> rest = new ArrayList<>(all);
        these.forEach(rest::remove);
        return rest.stream().map(s -> s.replaceFirst(".*/", "")).distinct().toList();
    }

    private static String listed(List<String> names) {
        int more = names.size() - STEPS;
        return "'" + String.join("', '", names.subList(0, Math.min(STEPS, names.size()))) + "'"
                + (more > 0 ? " and " + more + " more" : "");
    }

    private Optional<String> differences(long[] right, long[] wrong, long @Nullable [] before) {
        List<String> found = new ArrayList<>();
        for (Schema.Change c : sound.schema().diff(right, wrong)) {
            if (!bookkeeping.is(c.slots()) && !sound.isStepCounter(c.slots())) {
                boolean stays = before != null && c.slots().get(before, c.element()) == c.after();
                found.add(c.slots().label(c.element()) + (stays ? " stays " : " is ")
                        + c.slots().print(c.after()) + " instead of "
                        + c.slots().print(c.before()));
            }
        }
        String rest = found.size() > MOST ? ", and " + (found.size() - MOST) + " more" : "";
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", found.subList(0, Math.min(MOST, found.size()))) + rest);
    }

    private Optional<Integer> letter(Transition t) {
        int i = t.instance();
        return i < sound.instances() && sound.name(i).equals(t.name()) ? Optional.of(i) : sound.find(t.name());
    }

    /** A state of the faulty machine as one of the sound one, slot by slot; null where it has none like it. */
    private long @Nullable [] translated(long[] s) {
        long[] other = sound.schema().blank();
        for (Slots f : faulty.schema().families()) {
            Slots g = sound.schema().family(f.name()).orElse(null);
            if (g == null || g.size() != f.size() || (g.width() != f.width() && !faulty.isStepCounter(f))) {
                return null;
            }
            for (int i = 0; i < f.size() && f.width() > 0; i++) {
                long value = faulty.isStepCounter(f) ? step(f.get(s, i)) : f.get(s, i);
                if (value < 0 && faulty.isStepCounter(f)) {
                    return null;
                }
                g.set(other, i, value);
            }
        }
        return other;
    }

    /** The number that a step has in the sound machine, or -1. */
    private long step(long number) {
        String name = faulty.stepName((int) number);
        for (int k = 0; k <= sound.steps(); k++) {
            if (sound.stepName(k).equals(name)) {
                return k;
            }
        }
        return -1;
    }
}
