package dev.moat.trace.story;

import dev.moat.logic.judge.Reason;
import dev.moat.model.InjectedFault;
import dev.moat.model.Parameter;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import dev.moat.trace.InitialState;
import dev.moat.trace.Round;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.TraceTable;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A trace for a reader: a few sentences, then the table. The sentences name the injected fault, the actions, and the
 * broken property. For each fact that breaks the property they give the row of the table since which it is true.
 */
public final class Story {
    /** Slots of the initial state that are named. */
    private static final int MOST = 5;
    /** What begins the facts of what is broken, which are told below the table. */
    public static final String FULL = "In full: ";

    /** What stands for the meaning of a setting that only makes the machine larger. */
    private static final String NOT_TOLD = "-";

    /** Names that a grant and its mapping get. */
    private static final Pattern HANDLE = Pattern.compile(" as handle (\\w+)|, entry (\\w+)(?=\\))");

    private static final List<Both> TOGETHER =
            Phrases.read("together.txt").stream().map(Both::of).toList();

    private static final Phrases FACTS = Phrases.of("facts.properties");
    private static final Phrases SETTINGS = Phrases.of("settings.properties");

    private final TraceRunner runner;
    private final Catalog catalog;
    private final MachineSpec spec;
    private final String component;
    private final List<InjectedFault> faults;
    /** What was chosen other than initially, with what it says, sizes left out. */
    private final List<String> choices;
    /** Faults, then settings that are not the initial ones. */
    private final List<String> circumstances;

    private @Nullable List<Transition> toldOf;
    private @Nullable Parts known;

    /** Tells traces of the runner's machine, which was built like this. */
    public Story(TraceRunner runner, Catalog catalog, MachineSpec machine) {
        this.runner = runner;
        this.catalog = catalog;
        spec = machine;
        component = machine.component();
        faults = machine.faults().stream()
                .map(id -> Catalog.fault(catalog.component(component), id))
                .toList();
        choices = catalog.component(component).parameters(machine.settings()).stream()
                .filter(p -> p.kind() == Parameter.Kind.POLICY || !p.choices().isEmpty())
                .map(p -> Map.entry(p, machine.settings().getOrDefault(p.name(), p.initial())))
                .filter(set -> !set.getValue().equals(set.getKey().initial())
                        || SETTINGS.plain(set.getKey().name() + "/" + set.getValue() + "/said")
                                .isPresent())
                .filter(set -> SETTINGS.plain(set.getKey().name() + "/" + set.getValue())
                        .filter(NOT_TOLD::equals)
                        .isEmpty())
                .map(set -> set.getKey().name() + "=" + set.getValue() + meaning(set.getKey(), set.getValue()))
                .toList();
        Stream<String> set = catalog.component(component).parameters(machine.settings()).stream()
                .filter(p -> !p.initial().equals(machine.settings().getOrDefault(p.name(), p.initial())))
                .flatMap(p -> Stream.of(p.name() + "/" + machine.settings().get(p.name()), p.name()));
        circumstances = Stream.of(machine.faults().stream(), set, Stream.of(component))
                .flatMap(some -> some)
                .toList();
    }

    /** What a setting means, in brackets; nothing where nobody wrote it down. */
    private static String meaning(Parameter p, String value) {
        return SETTINGS.plain(p.name() + "/" + value)
                .map(says -> " (" + says + ")")
                .orElse("");
    }

    /** Sentences, table, reason and length. */
    public String print(List<Transition> transitions) {
        return print(transitions, List.of(), false);
    }

    /** The same without bookkeeping, and what of the initial state the violation rests on. */
    public String printFolded(List<Transition> transitions) {
        return print(transitions, start(transitions), true);
    }

    /** Everything, as {@link #print} and {@link #printFolded} have it, and the command that replays the file of the trace. */
    public String print(List<Transition> transitions, boolean folded, String replay) {
        return print(transitions, start(transitions), folded) + "\nReproduce: " + replay + "\n";
    }

    /** The sentences, the table, and below it more of them: what half a minute has no time for. */
    private String print(List<Transition> transitions, List<String> more, boolean folded) {
        StringBuilder out = new StringBuilder();
        Parts parts = parts(transitions);
        parts.before().forEach(sentence -> lines(out, sentence));
        parts.events().forEach(event -> lines(out, event));
        parts.after().stream().filter(sentence -> !isBelow(sentence)).forEach(sentence -> lines(out, sentence));
        out.append('\n').append(new TraceTable(runner, folded).print(transitions));
        List<String> text = Catalog.isText(component) ? new RanLines(runner.machine()).of(transitions) : List.of();
        text.forEach(line ->
                out.append(text.get(0).equals(line) ? "\n" : "").append(line).append('\n'));
        more.forEach(sentence -> lines(out.append('\n'), sentence));
        parts.after().stream().filter(Story::isBelow).forEach(sentence -> lines(out.append('\n'), sentence));
        return out.toString();
    }

    private static boolean isBelow(String sentence) {
        return sentence.startsWith(FULL);
    }

    private List<String> start(List<Transition> transitions) {
        List<String> matters = new InitialState(runner).matters(transitions);
        String shown = String.join("; ", matters.subList(0, Math.min(matters.size(), MOST)));
        String more = matters.size() > MOST ? "; and " + (matters.size() - MOST) + " more" : "";
        return matters.isEmpty() ? List.of() : List.of("So from the start: " + shown + more + ".");
    }

    private static void lines(StringBuilder out, String sentence) {
        TraceTable.wrap(sentence).forEach(line -> out.append(line).append('\n'));
    }

    /** The sentences; what was done is one. */
    public List<String> tell(List<Transition> transitions) {
        Parts parts = parts(transitions);
        List<String> sentences = new ArrayList<>(parts.before());
        if (!parts.events().isEmpty()) {
            sentences.add(String.join("; ", parts.events()) + ".");
        }
        if (!parts.after().isEmpty()) {
            sentences.add(String.join(" ", parts.after()));
        }
        return sentences;
    }

    /** What was seeded and what names mean, what was done, and what is broken. */
    private record Parts(List<String> before, List<String> events, List<String> after) {}

    /** As they were found last, of the same trace: sentences, table and folded table are printed one after the other. */
    private Parts parts(List<Transition> transitions) {
        if (known == null || toldOf != transitions) {
            known = found(transitions);
            toldOf = transitions;
        }
        return known;
    }

    private Parts found(List<Transition> transitions) {
        List<String> before = new ArrayList<>();
        faults.forEach(f -> before.add("Seeded: " + f.says() + " (" + f.id() + ")"));
        if (faults.isEmpty() && !choices.isEmpty()) {
            before.add("No fault; it comes of the settings: " + String.join("; ", choices) + ".");
        }
        long[] last = transitions.isEmpty()
                ? runner.machine().initial()
                : transitions.get(transitions.size() - 1).state();
        long broken = runner.violated(last);
        List<Reason> reasons = runner.reasons(broken, last);
        SoundMachine rightly = SoundMachine.of(catalog, spec, runner.machine(), reasons, transitions)
                .orElse(null);
        if (rightly != null && runner.round() == null && rightly.breaksToo(runner, broken, transitions)) {
            before.add(elsewhere());
            rightly = null;
        }
        Set<Integer> rows = reasons.stream().map(r -> row(r, transitions)).collect(Collectors.toSet());
        if (runner.round() != null) {
            // What is repeated begins with an event of its own.
            rows.add(runner.round().from() + 1);
        }
        StoryEvents all = new StoryEvents(runner.machine(), component, transitions, rightly).repeating(runner.round());
        List<String> events = together(all.tell(rows));
        List<String> after = broken(broken, reasons, last, transitions);
        spare(events, String.join(" ", after));
        StoryNames names = new StoryNames(runner.machine(), transitions, component);
        String first = String.join("; ", events)
                + ". "
                + after.stream().filter(sentence -> !isBelow(sentence)).collect(Collectors.joining(" "));
        names.in(first, "").ifPresent(before::add);
        after = after.stream()
                .map(sentence -> sentence
                        + (isBelow(sentence)
                                ? names.in(sentence, first).map(n -> " " + n).orElse("")
                                : ""))
                .toList();
        if (rightly != null) {
            Optional<String> start = rightly.start();
            start.ifPresent(acts -> events.add(0, "(0) " + acts));
            if (start.isEmpty() && !all.showFault()) {
                // No step of the code's own is another one: the fault is in what a unit answers, or in what is noted
                // nowhere.
                rightly.correct().acting().ifPresent(says -> before.add(capital(says) + "."));
            }
        }
        if (transitions.isEmpty() && events.isEmpty()) {
            before.add("Nothing was done: it is so from the start.");
        } else if (transitions.isEmpty()) {
            events.set(0, events.get(0) + ". No step follows");
        }
        return new Parts(before, events, after);
    }

    /** That what is broken comes of something else than the faults. */
    private String elsewhere() {
        return (faults.size() == 1 ? "The fault takes no part: without it" : "The faults take no part: without them")
                + " the same steps break the same."
                + (choices.isEmpty() ? "" : " It comes of the settings: " + String.join("; ", choices) + ".");
    }

    /**
     * Two events that are told as one.
     *
     * @param rows finds them where both have rows
     * @param setUp finds them in the set-up, where neither has
     */
    private record Both(Pattern rows, Pattern setUp, String words) {
        static Both of(Phrases.Notice notice) {
            String pattern = notice.change().pattern();
            return new Both(
                    Pattern.compile(pattern.replaceFirst("^<", "(?:^|(?<=; ))\\\\((?<a>\\\\d+)(?:-\\\\d+)?\\\\) ")
                            .replaceFirst("; >", "; \\\\((?:\\\\d+-)?(?<z>\\\\d+)\\\\) ")),
                    Pattern.compile(pattern.replaceFirst("^<", "(?<a>\\\\b)").replaceFirst("; >", "; (?<z>)")),
                    notice.words());
        }
    }

    /** Events that say together what two of them said. */
    private static List<String> together(List<String> events) {
        String told = String.join("; ", events);
        for (Both both : TOGETHER) {
            // First those with rows of their own, then those of the set-up.
            told = both.rows().matcher(told).replaceAll("(${a}-${z}) " + both.words());
            told = both.setUp().matcher(told).replaceAll(both.words());
        }
        return new ArrayList<>(told.isEmpty() ? List.of() : List.of(told.split("; (?=\\(\\d)")));
    }

    /** Leaves out handles and grant entries that nothing more is said of. */
    private static void spare(List<String> events, String after) {
        String all = String.join(" ", events) + " " + after;
        events.replaceAll(event -> HANDLE.matcher(event)
                .replaceAll(m ->
                        all.split("\\b" + (m.group(1) == null ? m.group(2) : m.group(1)) + "\\b", -1).length > 2
                                ? m.group()
                                : ""));
    }

    private static String capital(String says) {
        return says.substring(0, 1).toUpperCase(Locale.ROOT) + says.substring(1);
    }

    /** What is broken, in plain words, then every fact of it. */
    private List<String> broken(long broken, List<Reason> reasons, long[] last, List<Transition> transitions) {
        List<String> ids = runner.ids(broken);
        Round round = runner.round();
        if (round != null) {
            return List.of("Broken: " + round.told(waiting(round, transitions), transitions.size()) + " (" + round.id()
                    + ").");
        }
        if (ids.isEmpty()) {
            return List.of();
        }
        String named = " (" + String.join(", ", ids) + ")";
        if (reasons.isEmpty()) {
            return List.of("Broken: " + stuck(last) + named + ".");
        }
        String premises = facts(reasons, false, transitions);
        String goals = facts(reasons, true, transitions);
        String but = premises.isEmpty() || goals.isEmpty() ? "" : "; but ";
        String facts = premises + but + goals;
        return new Broken(new History(runner.machine(), transitions), reasons, circumstances, component)
                .of(ids.get(0))
                .map(plain -> List.of("Broken: " + plain + named + ".", FULL + facts + "."))
                .orElse(List.of("Broken: " + facts + named + "."));
    }

    /** Which operations cannot go on. */
    private String stuck(long[] s) {
        Slots pc = runner.machine().model().pc();
        List<String> waiting = new ArrayList<>();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            int step = (int) pc.get(s, cpu);
            if (step != 0) {
                String name = runner.machine().stepName(step);
                waiting.add(name.split("/", 2)[0] + " on " + pc.index().get(0).label(cpu) + " waits " + before(name));
            }
        }
        if (waiting.isEmpty()) {
            return runner.kept(s)
                    + " cannot begin: it waits for what a call that is over has kept, and nobody will let it go";
        }
        return String.join(" and ", waiting) + " and hangs: nothing that can happen lets it go on";
    }

    /** What a call that stands before a step, as operation/step, waits for: "for ..." or "to ...". */
    private String before(String step) {
        return new StepWords(runner.machine().model())
                .todo(step)
                .replaceFirst("^(?!wait )", "to ")
                .replaceFirst("^wait ", "");
    }

    /** What the call that never returns waits for, where that is the same all round. */
    private String waiting(Round round, List<Transition> transitions) {
        Slots pc = runner.machine().model().pc();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            int which = cpu;
            boolean waits = round.waits().contains(" on " + pc.index().get(0).label(cpu) + " ");
            List<Long> steps = new History(runner.machine(), transitions)
                    .behind(round.from())
                    .map(s -> pc.get(s, which))
                    .distinct()
                    .toList();
            if (waits && steps.size() == 1 && steps.get(0) != 0) {
                return ": it waits "
                        + before(runner.machine().stepName(steps.get(0).intValue()));
            }
        }
        return "";
    }

    /** What each transition does, in a few words; as many as there are transitions. */
    public List<String> each(List<Transition> transitions) {
        return new StoryEvents(runner.machine(), component, transitions, null).each();
    }

    /** What a letter of the machine's alphabet, given by its printable name, does in a few words. */
    public String told(String name) {
        return new StoryEvents(runner.machine(), component, List.of(), null).told(name);
    }

    /** What is so, then what is not. */
    private String facts(List<Reason> reasons, boolean goals, List<Transition> transitions) {
        return String.join(
                "; ",
                reasons.stream()
                        .filter(r -> r.goal() == goals)
                        .sorted(Comparator.comparing(r -> !r.premise()))
                        .map(r -> fact(r) + since(r, transitions))
                        .toList());
    }

    /** A formula in words, as it is in the state that it was taken from. */
    public static String fact(Reason reason) {
        String sign = reason.premise() ? "" : "not.";
        return FACTS.tell(sign + reason.name(), reason.arguments())
                .orElseGet(() -> (reason.premise() ? "" : "not so: ") + reason.text());
    }

    /** An atom such as {@code dirty[u0,did1,p0]} in words, or its opposite; nothing where nobody wrote them down. */
    static Optional<String> fact(String atom, boolean is) {
        String[] parts = atom.split("[\\[\\],]");
        return FACTS.tell((is ? "" : "not.") + parts[0], List.of(parts).subList(1, parts.length));
    }

    /** Since which row it is so without interruption; of what was always so nothing. */
    private String since(Reason reason, List<Transition> transitions) {
        int row = row(reason, transitions);
        return row == 0 ? "" : " (since " + row + ")";
    }

    /** The row since which it is so, 0 when it always was. */
    private int row(Reason reason, List<Transition> transitions) {
        return new History(runner.machine(), transitions)
                .since(s -> reason.truth().in(s) == reason.premise());
    }
}
