package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.trace.StateJudge;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The changes of a transition that decide how the trace goes on, in words. */
final class Notices {
    private static final List<Phrases.Notice> ALL = Phrases.read("notices.txt");
    private static final List<Phrases.Notice> TAKEN = Phrases.read("taken.txt");
    private static final List<Phrases.Notice> ALIKE = Phrases.read("alike.txt");

    private static final String TWICE = "though another mapping has it";

    private static final Pattern TAKES = Pattern.compile("(?!.*unmap).*/take-(?:iova|address|area)");

    private static final Pattern ADDRESSES =
            Pattern.compile("iova|phase|owed|(?:s\\d+\\.)?taken|magazine|queue\\.address\\d+|limbo.*");
    /** The maptrack's frames, and what is said of one more (steps.txt). */
    private static final Pattern FRAMES = Pattern.compile("maptrack\\.frame-count");

    private static final String GROWN = "added a frame to the maptrack";

    /** What is in a queue, and of it what only says how far the unit has come: VT-d 6.5.2.8, AMD-Vi 2.4.1. */
    private static final Pattern QUEUED = Pattern.compile("(?:u\\d+\\.)?(?:queueLo|commandLo)");

    private static final Pattern WAIT = Pattern.compile("\\((?:TYPE=0x5|Opcode=0x1)\\b");

    /** Steps that are to put an invalidation into a unit's queue. */
    private static final Pattern QUEUES = Pattern.compile(".*/queue-(?:\\w+-)?invalidation");

    private static final Pattern ASKS = Pattern.compile("\\w+/(?:queue|ask)(?!.*wait).*");
    private static final String UNSEEN = "the unit does not see this store yet";
    private static final String SEEN = "the unit now sees earlier stores";
    /** A failure that comes from without, and that a call may meet later. */
    private static final Pattern TROUBLE = Pattern.compile("fails|stalls");

    private final Machine machine;
    private final StepWords words;

    Notices(Machine machine) {
        words = new StepWords(machine.model());
        this.machine = machine;
    }

    /** What is said of two things alike is said once. */
    static String shortened(String event) {
        String words = event;
        for (Phrases.Notice alike : ALIKE) {
            words = alike.change().matcher(words).replaceAll(alike.words());
        }
        return words;
    }

    /** The words for some transitions, each once; of what came and went meanwhile nothing. */
    Set<String> of(List<Transition> run, int first, int last) {
        Set<String> words = new LinkedHashSet<>();
        run.subList(first, last + 1).forEach(t -> words.addAll(of(t)));
        History history = new History(machine, run);
        boolean unseen = history.isUnseen(history.before(last + 2));
        words.removeIf(w ->
                w.equals(unseen ? SEEN : UNSEEN) || (w.equals(SEEN) && !history.isUnseen(history.before(first + 1))));
        return words;
    }

    /** The words for a transition, each once. */
    Set<String> of(Transition t) {
        Set<String> words = new LinkedHashSet<>();
        if (waitTimesOut(t)) {
            words.add("its wait times out");
        }
        meets(t).ifPresent(words::add);
        if (fails(t)) {
            words.add(words.isEmpty() ? "and the device stays whose it was" : "so that the call fails");
        }
        if (wraps(t)) {
            words.add("as the search for a free one wraps");
        }
        t.steps().forEach(step -> look(ALL, step, words));
        String call = ActionLabel.of(t.name()).name() + " ";
        t.changes().forEach(change -> look(ALL, change.toString(), words));
        t.changes().forEach(change -> look(ALL, call + change, words));
        // An address that was free is nobody else's.
        if (words.stream().anyMatch(w -> w.startsWith("and gets the address"))
                || t.steps().stream().noneMatch(s -> TAKES.matcher(s).matches())) {
            words.removeIf(w -> w.endsWith(TWICE));
        }
        return words;
    }

    /** Whether all of an assignment, or the end of one, is here, and the device stays whose it was. */
    private static boolean fails(Transition t) {
        return ActionLabel.of(t.name()).name().endsWith("assign_device")
                && !ActionLabel.of(t.name()).goesOn()
                && t.changes().stream()
                        .map(c -> c.slots().name())
                        .noneMatch(n -> n.equals("assigned") || n.equals("pc"));
    }

    static boolean isTrouble(ActionLabel letter) {
        return TROUBLE.matcher(letter.name()).matches();
    }

    /** Whether it only lets a failure in, which the call meets that is told next. */
    boolean isTrouble(List<Transition> run, int[] span, int[] next) {
        return isTrouble(ActionLabel.of(run.get(span[0]).name()))
                && run.subList(next[0], next[1] + 1).stream().anyMatch(t -> waitTimesOut(t) || meets(t).isPresent());
    }

    /** What of a call fails that was let in to fail: without the failure it would have done something else. */
    private Optional<String> meets(Transition t) {
        Slots failing = machine.schema()
                .family("failing")
                .filter(f -> f.width() > 0
                        && f.size() > 0
                        && !ActionLabel.of(t.name()).cpu().isEmpty())
                .orElse(null);
        if (failing == null || failing.get(t.state(), 0) == 0) {
            return Optional.empty();
        }
        long what = failing.get(t.state(), 0);
        long[] without = before(t);
        failing.set(without, 0, 0);
        Transition other = new TraceRunner(machine, StateJudge.NOBODY).perform(t.instance(), without);
        long[] state = other == null ? without : other.state();
        failing.set(state, 0, what);
        return Arrays.equals(state, t.state())
                ? Optional.empty()
                : Optional.of(
                        failing.print(what).equals("heap")
                                ? "the heap has no page for its tables"
                                : "its change of the I/O page tables fails");
    }

    private static long[] before(Transition t) {
        long[] state = t.state();
        t.changes().forEach(c -> c.slots().set(state, c.element(), c.before()));
        return state;
    }

    /** Whether the search for an address begins anew. */
    private static boolean wraps(Transition t) {
        return t.steps().stream().anyMatch(s -> TAKES.matcher(s).matches())
                && t.changes().stream().anyMatch(c -> c.slots().name().equals("hint") && c.after() < c.before());
    }

    /** What a unit takes from its queue in a transition of its own, where its words tell. */
    static Set<String> taken(Transition t) {
        Set<String> words = new LinkedHashSet<>();
        t.changes().forEach(change -> look(TAKEN, change.toString(), words));
        return words;
    }

    /** Whether a step is said to do what it finds no occasion for: an address becomes free, or the maptrack gets a frame. */
    static boolean saysTooMuch(String words, Transition t) {
        Pattern slots = words.startsWith("freed the address") ? ADDRESSES : words.equals(GROWN) ? FRAMES : null;
        return slots != null
                && t.changes().stream()
                        .noneMatch(c -> slots.matcher(c.slots().name()).matches());
    }

    /** The transitions in which a unit completes a wait that was given up: of each CPU the oldest is done first. */
    Set<Integer> late(List<Transition> transitions) {
        Map<Integer, Integer> givenUp = new HashMap<>();
        Set<Integer> late = new HashSet<>();
        for (int i = 0; i < transitions.size(); i++) {
            Transition t = transitions.get(i);
            if (waitTimesOut(t)) {
                givenUp.merge(cpu(t), 1, Integer::sum);
            }
            for (var change : t.changes()) {
                boolean answers = isStatus(change.slots()) && change.before() == 0 && change.after() != 0;
                if (answers && givenUp.getOrDefault(change.element(), 0) > 0) {
                    givenUp.merge(change.element(), -1, Integer::sum);
                    late.add(i);
                }
            }
        }
        return late;
    }

    private boolean isStatus(Slots f) {
        return f.name().endsWith("status") && machine.isOfCpus(f);
    }

    /** The number of the CPU that runs it, or -1. */
    private int cpu(Transition t) {
        Slots pc = machine.model().pc();
        String cpu = ActionLabel.of(t.name()).cpu();
        return pc == null || cpu.isEmpty() ? -1 : pc.index().get(0).element(cpu);
    }

    /** The step, as operation/step, that comes next on the CPU that runs it; nothing at the end of its operation. */
    Optional<String> next(Transition t) {
        Slots pc = machine.model().pc();
        int cpu = cpu(t);
        return pc == null || !goesOn(t)
                ? Optional.empty()
                : Optional.of(machine.stepName((int) pc.get(t.state(), cpu)));
    }

    /** Whether the operation whose step it is is not at its end. */
    boolean goesOn(Transition t) {
        Slots pc = machine.model().pc();
        int cpu = cpu(t);
        return pc != null && cpu >= 0 && pc.get(t.state(), cpu) != 0;
    }

    /** Whether the words say under which name the caller has what it asked for: that stands first. */
    static boolean isName(String words) {
        return words.startsWith("as ") || words.startsWith("and gets ") || words.startsWith("(");
    }

    private static void look(List<Phrases.Notice> notices, String text, Set<String> words) {
        for (Phrases.Notice notice : notices) {
            Matcher m = notice.change().matcher(text);
            if (m.find()) {
                words.add(m.replaceFirst(notice.words()));
            }
        }
    }

    /** Whether it got past a wait although the unit answers nobody, and nobody had answered before. */
    private boolean waitTimesOut(Transition t) {
        boolean waits = t.steps().stream().anyMatch(s -> s.matches(".*/await(-\\w+)?"));
        boolean answered = t.changes().stream()
                .anyMatch(c -> c.slots().name().endsWith("status") && c.before() != 0 && c.after() == 0);
        return waits
                && !answered
                && machine.schema().family("unit.stalled").stream().anyMatch(f -> any(f, t.state()));
    }

    private static boolean any(Slots f, long[] s) {
        for (int i = 0; i < f.size(); i++) {
            if (f.get(s, i) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a step that asks a unit for an invalidation asks for none: it puts nothing into the unit's queue, or changes nothing but
     * how far the call has come.
     */
    boolean asksNothing(Transition t) {
        boolean queues = t.steps().stream().anyMatch(QUEUES.asMatchPredicate())
                && machine.schema().families().stream().anyMatch(f -> f.role() == Role.QUEUE && f.width() > 0);
        return queues
                ? t.changes().stream().noneMatch(c -> c.slots().role() == Role.QUEUE)
                : t.steps().stream().anyMatch(words::isAsking)
                        && t.changes().stream().allMatch(c -> c.slots().name().equals("pc"));
    }

    /** Whether its change of tables or entries fails, so that these stay as they are. */
    boolean storesNothing(Transition t) {
        return meets(t).isPresent()
                && t.changes().stream().noneMatch(c -> c.slots().role() == Role.ARCHITECTURAL);
    }

    /** Whether it asks for none though one is owed: it cannot. */
    boolean failsToAsk(Transition t) {
        return asksNothing(t)
                && machine.schema().families().stream()
                        .filter(f -> f.name().equals("cpu.owes") && cpu(t) >= 0)
                        .anyMatch(f -> f.print(t.state(), cpu(t)).equals("owed"));
    }

    /** Whether a call has asked for no invalidation up to a row. */
    boolean asksNothingAtAll(List<Transition> transitions, int row) {
        String cpu = ActionLabel.of(transitions.get(row).name()).cpu();
        for (int i = row; i >= 0; i--) {
            Transition t = transitions.get(i);
            ActionLabel letter = ActionLabel.of(t.name());
            if (letter.cpu().equals(cpu)) {
                if (!asksNothing(t)
                        && t.steps().stream().anyMatch(s -> ASKS.matcher(s).matches())) {
                    return false;
                } else if (!letter.goesOn()) {
                    return true;
                }
            }
        }
        return true;
    }

    /** Whether a unit has more than waits in its queue in a state. */
    boolean isInvalidationQueued(long[] state) {
        return machine.schema().families().stream()
                .filter(f -> f.width() > 0 && QUEUED.matcher(f.name()).matches())
                .anyMatch(f -> IntStream.range(0, f.size())
                        .anyMatch(i -> f.get(state, i) != 0
                                && !WAIT.matcher(f.print(state, i)).find()));
    }

    /** Whether the call that ends in a row has put anything into a unit's queue, in this row or in one before. */
    static boolean queues(List<Transition> transitions, int row) {
        String cpu = ActionLabel.of(transitions.get(row).name()).cpu();
        for (int i = row; i >= 0; i--) {
            ActionLabel letter = ActionLabel.of(transitions.get(i).name());
            if (letter.cpu().equals(cpu)) {
                boolean puts = transitions.get(i).changes().stream()
                        .anyMatch(c -> c.slots().role() == Role.QUEUE && c.before() == 0 && c.after() != 0);
                if (puts || !letter.goesOn()) {
                    return puts;
                }
            }
        }
        return false;
    }

    /** A request whose answer a cache keeps, and what that is. */
    String cached(List<Transition> transitions, int row) {
        Transition t = transitions.get(row);
        if (t.name().startsWith("table_fill(")) {
            return t.changes().stream()
                    .filter(c -> c.slots().name().matches("(?:u\\d+\\.)?tablePointer"))
                    .map(c -> "f" + c.is())
                    .filter(frame -> isTable(frame, t.state()))
                    .map(frame -> ", the page " + frame)
                    .findFirst()
                    .orElse("");
        }
        if (t.name().startsWith("context_fill(")) {
            return t.changes().stream()
                            .anyMatch(c -> c.slots().name().matches("(?:u\\d+\\.)?cachedFailure") && c.after() != 0)
                    ? ", by which it refuses every request"
                    : "";
        }
        if (caches(t) && t.name().startsWith("message(")) {
            return ", and the unit caches its entry";
        } else if (!caches(t) || !t.name().matches("(?:virtual_)?dma\\(.*")) {
            return "";
        }
        List<Schema.Change> kept =
                t.changes().stream().filter(c -> c.slots().role() == Role.CACHE).toList();
        if (kept.stream().anyMatch(c -> c.slots().name().matches(".*(Denied|Absence|Failure)"))) {
            return ", is refused, and the refusal is cached";
        }
        List<String> asked = ActionLabel.of(t.name()).arguments();
        // Other people's machines may ask by fewer.
        // What a vIOMMU caches is in frames of its guest, of which the vocabulary does not speak.
        if (asked.size() > 1
                && !t.name().startsWith("virtual_")
                && new History(machine, transitions).cachesNothing(t.state(), asked.get(1))) {
            return ", finds nothing mapped, and that is cached";
        }
        boolean reads = kept.stream().anyMatch(c -> c.is().matches(".*\\((R|READ|PR IR)\\)"));
        String frame = kept.stream()
                .filter(c -> List.of("Frame", "Gfn").contains(sort(c.slots())))
                .map(Schema.Change::is)
                .findFirst()
                .orElseGet(() -> new History(machine, transitions).nowCached(row + 1));
        String what = (frame + (reads ? " read-only" : "")).strip();
        return ", whose translation is cached" + (what.isEmpty() ? "" : " (" + what + ")");
    }

    private static String sort(Slots slots) {
        return slots.values() == null ? "" : slots.values().name();
    }

    private boolean isTable(String frame, long[] s) {
        History history = new History(machine, List.of());
        int f = history.element("Frame", frame);
        return f >= 0 && history.holds("ioTable", s, f);
    }

    static boolean caches(Transition t) {
        return t.changes().stream().anyMatch(c -> c.slots().role() == Role.CACHE && c.after() != 0);
    }
}
