package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.trace.Transition;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The behaviour of correct code at the place of an injected fault, in the words of its developers. {@link SoundMachine}
 * finds the behaviour of the sound machine for any fault, but as slots and steps; these are printed if no words were
 * written.
 */
final class Correct {
    private static final Phrases WORDS = Phrases.of("instead.properties");
    private static final String CORRECT = "correct ";
    private static final String HARDWARE = "hardware ";
    private static final Pattern AHEAD = Pattern.compile("is about to (\\w+)");

    /** Whether two runs differ does not depend on where else a step is run. */
    private static final SoundMachine.Elsewhere NOWHERE = new SoundMachine.Elsewhere() {
        @Override
        public int early(String step) {
            return 0;
        }

        @Override
        public int later(String step) {
            return 0;
        }

        @Override
        public boolean stays() {
            return false;
        }
    };

    private final String component;
    private final List<String> faults;

    /**
     * @param component the id of the machine's component, whose own words go before those of all
     * @param faults ids; of several the first that has words is told
     */
    Correct(String component, List<String> faults) {
        this.component = component;
        this.faults = List.copyOf(faults);
    }

    /**
     * Only of those of several faults without which a run differs; of all where each can be left out alone.
     *
     * @param initial the state that the run begins in
     * @param with what a machine with these faults alone does
     */
    Correct acting(long[] initial, List<Transition> run, Function<List<String>, SoundMachine> with) {
        List<String> acting = faults.size() < 2
                ? faults
                : faults.stream()
                        .filter(f -> isOther(
                                with.apply(faults.stream()
                                        .filter(o -> !o.equals(f))
                                        .toList()),
                                initial,
                                run))
                        .toList();
        return acting.isEmpty() ? this : new Correct(component, acting);
    }

    private static boolean isOther(SoundMachine without, long[] initial, List<Transition> run) {
        long[] before = initial;
        boolean other = without.start().isPresent();
        for (Transition t : run) {
            other |= without.at(before, t, NOWHERE).isPresent();
            before = t.state();
        }
        return other;
    }

    /** For example {@code correct code waits until the invalidation is complete}; nothing where nobody wrote it down. */
    Optional<String> acting() {
        return found("");
    }

    /** The same for what a fault has changed before anything is done. */
    Optional<String> fromTheStart() {
        return found("/start");
    }

    private Optional<String> found(String suffix) {
        return plain(suffix).map(says -> CORRECT + (says.startsWith(HARDWARE) ? "" : "code ") + says);
    }

    private Optional<String> plain(String suffix) {
        return faults.stream()
                .map(id -> WORDS.plain(component + "/" + id + suffix).or(() -> WORDS.plain(id + suffix)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Where it is told: where something comes too early, or another step next, at the first such place, else at the last one, which is
     * nearest to the harm.
     *
     * @param acts what the fault was found to do, by the number of the transition; not empty
     * @return the words of those who write such code at one of the places, or what was found where there are none
     */
    Map<Integer, String> placed(SortedMap<Integer, String> acts) {
        if (acting().isEmpty()) {
            return acts;
        }
        int row = isToldFirst()
                ? acts.firstKey()
                : acts.entrySet().stream()
                        .filter(act -> plain("/at").isEmpty() && isOrder(act.getValue()))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(acts.lastKey());
        return Map.of(row, acting().orElse(""));
    }

    /** Whether who wrote the words wants them at the first place. */
    private boolean isToldFirst() {
        return plain("/at").map("first"::equals).orElse(false);
    }

    /** What a fault brings next, in a transition's words, told where it has come. */
    static String shown(String act) {
        return AHEAD.matcher(act).replaceAll(next -> StepWords.third(next.group(1)));
    }

    private static boolean isOrder(String act) {
        return act.startsWith(SoundMachine.NEXT) || act.contains(SoundMachine.UNTIL);
    }

    /**
     * What a fault does in a run, by the number of the transition, each thing where it does it last, or first where it is to be told there; of
     * what comes wrong next, in a row, the first of a call.
     */
    static NavigableMap<Integer, String> acts(Machine machine, List<Transition> run, SoundMachine rightly) {
        TreeMap<Integer, String> all = new TreeMap<>();
        String before = "";
        if (rightly.start().isPresent() && rightly.correct().acting().isEmpty()) {
            // All that is done otherwise follows from how the machine was set up, which is told.
            return all;
        }
        for (int i = 0; i < run.size(); i++) {
            long[] state = i == 0 ? machine.initial() : run.get(i - 1).state();
            ActionLabel letter = ActionLabel.of(run.get(i).name());
            String act = rightly.at(state, run.get(i), new Course(machine, run, i, rightly))
                    .orElse("");
            boolean begins = !letter.cpu().isEmpty() && !letter.goesOn();
            // Another call does it anew.
            before = begins ? "" : before;
            boolean echo = act.startsWith(SoundMachine.NEXT) && before.startsWith(SoundMachine.NEXT);
            boolean again = all.containsValue(act) && rightly.correct().isToldFirst();
            if (!act.isEmpty() && !echo && !again) {
                all.values().remove(act);
                all.put(i, act);
            }
            before = act.isEmpty() ? before : act;
        }
        return all;
    }

    /** What the call that runs in a transition does before and after it. */
    private record Course(Machine machine, List<Transition> run, int here, SoundMachine rightly)
            implements SoundMachine.Elsewhere {
        @Override
        public int early(String step) {
            for (int i = here; !letter(here).cpu().isEmpty() && i > 0; i--) {
                if (isMine(i) && !letter(i).goesOn()) {
                    return 0;
                }
                if (isMine(i - 1) && rightly.isUndue(run.get(i - 1), step)) {
                    return i;
                }
            }
            return 0;
        }

        @Override
        public int later(String step) {
            for (int i = here + 1; !letter(here).cpu().isEmpty() && i < run.size(); i++) {
                if (isMine(i) && !letter(i).goesOn()) {
                    return 0;
                }
                if (isMine(i) && run.get(i).steps().contains(step)) {
                    return i + 1;
                }
            }
            return 0;
        }

        @Override
        public boolean stays() {
            return new Notices(machine).goesOn(run.get(here))
                    && IntStream.range(here + 1, run.size()).noneMatch(this::isMine);
        }

        private boolean isMine(int i) {
            return letter(i).cpu().equals(letter(here).cpu());
        }

        private ActionLabel letter(int i) {
            return ActionLabel.of(run.get(i).name());
        }
    }
}
