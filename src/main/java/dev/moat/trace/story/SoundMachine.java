package dev.moat.trace.story;

import dev.moat.logic.judge.Reason;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.trace.Bookkeeping;
import dev.moat.trace.StateJudge;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs the machine of a trace without its injected faults beside each transition. The fault acts at the first
 * difference, and the sound machine's step there is the correct behaviour.
 */
final class SoundMachine {
    /** Differences that are named; the table has the rest. */
    private static final int MOST = 2;
    /** Not whose task it is: the code's that asks for an invalidation, or the unit's that does it. */
    private static final String KEPT = ", and should not";
    /** How it begins where only what comes next differs. */
    static final String NEXT = "it is about to ";
    /** What is in it where something comes too late. */
    static final String UNTIL = " until step ";

    private static final String AGAIN = " a second time";
    /** Steps that are named. */
    private static final int STEPS = 4;

    private final Machine faulty;
    private final Machine sound;
    private final StepWords words;
    private final TraceRunner runner;
    private final Bookkeeping bookkeeping;
    private final Correct correct;
    /** What breaks the property in the last state. */
    private final List<Reason> reasons;
    /** Steps that were found to be run where they should not be. */
    private final IdentityHashMap<Transition, List<String>> undue = new IdentityHashMap<>();
    /** Steps of which it was said that they come late. */
    private final Set<String> late = new HashSet<>();

    private SoundMachine(Machine faulty, Machine sound, Correct correct, List<Reason> reasons) {
        this.faulty = faulty;
        this.sound = sound;
        words = new StepWords(sound.model());
        this.correct = correct;
        this.reasons = reasons;
        runner = new TraceRunner(sound, StateJudge.NOBODY);
        bookkeeping = new Bookkeeping(sound);
    }

    /** For a machine as it was built; nothing where no fault is injected. Of several faults, those that act in the run are told. */
    static Optional<SoundMachine> of(
            Catalog catalog, MachineSpec spec, Machine faulty, List<Reason> reasons, List<Transition> run) {
        Function<List<String>, Machine> with = faults -> catalog.machine(spec.withFaults(faults));
        Correct all = new Correct(spec.component(), spec.faults());
        Correct acting = all.acting(
                faulty.initial(), run, others -> new SoundMachine(faulty, with.apply(others), all, List.of()));
        return spec.faults().isEmpty()
                ? Optional.empty()
                : Optional.of(new SoundMachine(faulty, with.apply(List.of()), acting, reasons));
    }

    /** What correct code does, in words. */
    Correct correct() {
        return correct;
    }

    /**
     * Whether the sound machine can do the same steps and breaks the same by them, so that it comes of something else than the faults.
     *
     * @param faults of the machine with the faults
     * @param broken what that breaks at the end of the run, as a set
     */
    boolean breaksToo(TraceRunner faults, long broken, List<Transition> run) {
        TraceRunner without = faults.on(sound);
        long[] s = sound.initial();
        for (Transition t : run) {
            Optional<Integer> letter = letter(t);
            if (letter.isEmpty() || without.perform(letter.get(), s) == null) {
                return false;
            }
        }
        return broken != 0 && (broken & ~without.violated(s)) == 0;
    }

    /** What of the initial state is the fault's. */
    Optional<String> start() {
        long[] wrong = translated(faulty.initial());
        if (wrong == null) {
            return Optional.empty();
        }
        return differences(sound.initial(), wrong, null, faulty.initial())
                .map(d -> "FAULT at set-up: " + correct.fromTheStart().orElse(d));
    }

    /** What a fault does in a transition from a state; nothing where the sound machine does the same, or cannot be asked. */
    Optional<String> at(long[] before, Transition t, Elsewhere elsewhere) {
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
            return Optional.of(runs ? "it goes on where it should wait" + why(t) : "correct code refuses this here");
        }
        return steps(right.steps(), t, elsewhere)
                .or(() -> differences(right.state(), after, here, t.state()))
                .or(() -> results(right.result(), t.result()))
                .or(() -> next(right.state(), after));
    }

    /** What comes next on a CPU, where that is another step. */
    private Optional<String> next(long[] right, long[] wrong) {
        Slots pc = sound.model().pc();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            int should = (int) pc.get(right, cpu);
            int is = (int) pc.get(wrong, cpu);
            if (should != is && !late.contains(stepped(is))) {
                return Optional.of(NEXT + comes(is) + ", where correct code is about to " + comes(should));
            }
        }
        return Optional.empty();
    }

    private String stepped(int step) {
        return sound.stepName(step);
    }

    private String comes(int step) {
        return step == 0 ? "return" : words.todo(stepped(step));
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
                : Optional.of(
                        right == null
                                ? "it should not be over yet"
                                : wrong == null ? "correct code is done here" : "it should return " + right);
    }

    /** Where an operation runs a step, besides in the transition in question. */
    interface Elsewhere {
        /** The number of the row before it in which the step was done although it should not have been; 0 when there is none. */
        int early(String step);

        /** The number of the first row after it in which the same call does the step; 0 when there is none. */
        int later(String step);

        /** Whether the call is not at its end, and does nothing more. */
        boolean stays();
    }

    /** Whether a step was found to be run in a transition in which it should not be. */
    boolean isUndue(Transition t, String step) {
        return undue.getOrDefault(t, List.of()).contains(step);
    }

    /** Steps that one runs and the other does not. */
    private Optional<String> steps(List<String> right, Transition t, Elsewhere elsewhere) {
        List<String> wrong = t.steps();
        List<String> missing = without(right, wrong);
        List<String> more = without(wrong, right);
        List<String> parts = new ArrayList<>();
        if (!more.isEmpty()) {
            undue.put(t, more);
            parts.add("it " + listed(more) + (missing.isEmpty() ? ", which correct code does not do here" : ""));
        }
        List<String> left = new ArrayList<>();
        for (String step : missing) {
            int early = elsewhere.early(step);
            int later = elsewhere.later(step);
            if (early > 0) {
                parts.add("it has " + words.done(step) + " too early, in step " + early);
            } else if (later > 0) {
                late.add(step);
                parts.add("it does not " + words.todo(step) + UNTIL + later);
            } else {
                left.add(step);
            }
        }
        if (!left.isEmpty()) {
            parts.add(
                    reasons.isEmpty() && elsewhere.stays()
                            ? "it never comes to " + words.todo(left.get(0))
                            : omitted(left, t));
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        String.join(", and ", parts).replaceFirst("^(it (?!does ).*?), and it does", "$1, and does"));
    }

    /** Steps that are left out, in words; that an invalidation was asked for and nothing came of it is said of its wait. */
    private String omitted(List<String> left, Transition t) {
        List<String> done = without(t.steps(), List.of());
        String wait = left.get(0);
        String asked = wait.matches("\\w+/queue-(\\w+-)?wait") ? wait.replaceFirst("wait$", "invalidation") : "";
        boolean queued = t.changes().stream().anyMatch(c -> c.slots().role() == Role.QUEUE);
        if (done.contains(asked) && !queued) {
            return "it finds nothing to invalidate, so it waits for nothing";
        }
        List<String> told = new ArrayList<>();
        boolean again = done.containsAll(left);
        boolean asks = false;
        for (String step : left) {
            String says = words.todo(step) + (done.contains(step) && !again ? AGAIN : "");
            boolean known = asks && words.isWaiting(step);
            if (!known && !told.contains(says)) {
                told.add(says);
            }
            asks |= words.isAsking(step);
        }
        int more = told.size() <= STEPS ? 0 : told.size() - STEPS;
        String last = told.remove(told.size() - more - 1);
        return "it does not "
                + told.stream()
                        .limit(STEPS - 1L)
                        .map(w -> w + ", ")
                        .collect(Collectors.joining())
                        .replaceFirst(", $", " or ")
                + last + (again ? AGAIN : "")
                + others(more);
    }

    /** That so many steps more are left out. */
    static String others(int more) {
        return more <= 0 ? "" : ", and leaves out " + more + (more == 1 ? " more thing" : " more things");
    }

    private static List<String> without(List<String> all, List<String> these) {
        List<String> rest = new ArrayList<>(all);
        these.forEach(rest::remove);
        return rest.stream().distinct().toList();
    }

    /** What it does with some steps, the first few of them. */
    private String listed(List<String> names) {
        int more = names.size() - STEPS;
        return names.stream().limit(STEPS).map(words::does).distinct().collect(Collectors.joining(", "))
                + (more > 0 ? ", and more" : "");
    }

    /** First those on which it rests, in the state after it, what breaks the property; {@code state} is the faulty machine's. */
    private Optional<String> differences(long[] right, long[] wrong, long @Nullable [] before, long[] state) {
        List<String> found = new ArrayList<>();
        int damaging = 0;
        for (Schema.Change c : sound.schema().diff(right, wrong)) {
            if (!bookkeeping.is(c.slots()) && !sound.isStepCounter(c.slots())) {
                boolean stays = before != null && c.slots().get(before, c.element()) == c.after();
                found.add(damages(c, state) ? damaging++ : found.size(), difference(c, stays));
            }
        }
        String rest = found.size() > MOST ? ", and " + (found.size() - MOST) + " more" : "";
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", found.subList(0, Math.min(MOST, found.size())))
                                .replace(KEPT + ", the cache still has ", " and ")
                        + rest);
    }

    /** In plain words where a cache keeps what it should not, or a relation of the discipline is not as it should be. */
    private static String difference(Schema.Change c, boolean stays) {
        String label = c.slots().label(c.element());
        if (stays && c.slots().role() == Role.CACHE && c.before() == 0) {
            String is = c.is();
            return "the cache still has " + label + " (" + plain(is, fields(is)) + ")" + KEPT;
        }
        return Story.fact(label, c.before() != 0)
                .filter(says -> c.slots().width() == 1)
                .map(says -> "it should be so that " + says + ", and is not")
                .orElseGet(() -> label + values(c, stays));
    }

    /** What it is and what it should be: of a word the fields that differ, or what it is in which no field does. */
    private static String values(Schema.Change c, boolean stays) {
        String is = c.is();
        String should = c.was();
        List<String> has = fields(is);
        List<String> wanted = fields(should);
        String verb = stays ? " stays " : " is ";
        if (has.isEmpty() && wanted.isEmpty()) {
            return verb + plain(is, has) + " instead of " + plain(should, wanted);
        } else if (has.equals(wanted)) {
            return verb + is + " instead of " + should + ", which differs in " + differing(c.before() ^ c.after());
        } else if (has.isEmpty() || wanted.isEmpty()) {
            return verb + plain(is, has) + " instead of " + plain(should, wanted);
        }
        List<String> parts = new ArrayList<>();
        for (String field : has) {
            String name = field.replaceFirst("=.*", "");
            Optional<String> other = wanted.stream()
                    .filter(w -> w.replaceFirst("=.*", "").equals(name))
                    .findFirst();
            if (other.isEmpty()) {
                parts.add((stays ? "keeps " : "has ") + field + " and should not");
            } else if (!other.get().equals(field)) {
                parts.add((stays ? "keeps " : "has ") + field + " instead of "
                        + other.get().replaceFirst(".*=", ""));
            }
        }
        wanted.stream()
                .filter(w ->
                        has.stream().noneMatch(h -> h.replaceFirst("=.*", "").equals(w.replaceFirst("=.*", ""))))
                .forEach(w -> parts.add("lacks " + w));
        return " " + String.join(", ", parts);
    }

    /** The fields of a printed word, as {@code NAME} or {@code NAME=VALUE}; none where it has no named ones, or no bit of them is set. */
    static List<String> fields(String printed) {
        int open = printed.indexOf('(');
        return open < 0 || printed.endsWith("()")
                ? List.of()
                : List.of(printed.substring(open + 1, printed.length() - 1).split(" "));
    }

    static String plain(String printed, List<String> fields) {
        return fields.isEmpty() ? printed.replace(" ()", "") : String.join(" ", fields);
    }

    /** Bits without a field. */
    private static String differing(long bits) {
        int high = Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
        int low = Long.numberOfTrailingZeros(bits);
        return "bit" + (high == low ? " " + low : "s " + high + " to " + low);
    }

    /** Whether a part of what breaks the property would be otherwise in a state if the slot were as it should be. */
    private boolean damages(Schema.Change c, long[] state) {
        Slots slots = faulty.schema().family(c.slots().name()).orElse(null);
        if (slots == null) {
            return false;
        }
        long[] mended = state.clone();
        slots.set(mended, c.element(), c.before());
        return reasons.stream().anyMatch(r -> r.truth().in(state) != r.truth().in(mended));
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
