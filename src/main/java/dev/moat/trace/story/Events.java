package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What was done, event by event: an operation that runs without anything between its steps is one. */
final class Events {
    private static final Phrases PHRASES = Phrases.of("events.properties");
    private static final String OKAY = "okay";

    /** Units' own work, which goes on while an operation waits for it. */
    private static final Set<String> SERVICE = Set.of("consume", "complete_flush", "take_tar");
    /** Events up to which all are told. */
    private static final int FEW = 5;
    /** Places at which the fault's doing is told. */
    private static final int MOST = 2;
    /** Events that are worth folding. */
    private static final int RUN = 3;

    private static final Pattern FRAME = Pattern.compile("\\bf\\d+\\b");

    private final Machine machine;
    private final String component;
    private final List<Transition> transitions;
    private final Notices notices;
    /** What the fault does in a transition, by its number. */
    private final Map<Integer, String> acts = new HashMap<>();
    /** Completions of waits that were given up before. */
    private final Set<Integer> late;
    /** What runs on each CPU that runs something, and since which row. */
    private final Map<String, String> running = new HashMap<>();

    /**
     * @param component the id of the machine's component, whose own words go before those of all
     * @param rightly the sound machine, where a fault is injected
     */
    Events(Machine machine, String component, List<Transition> transitions, @Nullable Rightly rightly) {
        this.machine = machine;
        this.component = component;
        this.transitions = transitions;
        notices = new Notices(machine);
        late = notices.late(transitions);
        if (rightly != null) {
            findActs(rightly);
        }
    }

    /** The last places at which a fault does something different from what it does elsewhere: they are nearest to the harm. */
    private void findActs(Rightly rightly) {
        TreeMap<Integer, String> all = new TreeMap<>();
        String before = "";
        if (rightly.start().isPresent() && rightly.correct().acting().isEmpty()) {
            // All that is done otherwise follows from how the machine was set up, which is told.
            return;
        }
        for (int i = 0; i < transitions.size(); i++) {
            long[] state = i == 0 ? machine.initial() : transitions.get(i - 1).state();
            String act = rightly.at(state, transitions.get(i), new Course(i, rightly))
                    .orElse("");
            boolean echo = act.startsWith(Rightly.NEXT) && before.startsWith(Rightly.NEXT);
            if (!act.isEmpty() && !echo) {
                all.values().remove(act);
                all.put(i, act);
            }
            before = act.isEmpty() ? before : act;
        }
        all.keySet().stream().limit(Math.max(0, all.size() - MOST)).toList().forEach(all::remove);
        acts.putAll(all.isEmpty() ? all : rightly.correct().placed(all));
    }

    /** Whether it was found where the fault acts. */
    boolean showFault() {
        return !acts.isEmpty();
    }

    /** What the call that runs in a transition does before and after it. */
    private final class Course implements Rightly.Elsewhere {
        private final int here;
        private final Rightly rightly;
        private final String cpu;

        Course(int here, Rightly rightly) {
            this.here = here;
            this.rightly = rightly;
            cpu = letter(here).cpu();
        }

        @Override
        public int early(String step) {
            for (int i = here; !cpu.isEmpty() && i > 0; i--) {
                if (isMine(i) && !letter(i).goesOn()) {
                    return 0;
                }
                if (isMine(i - 1) && rightly.isUndue(transitions.get(i - 1), step)) {
                    return i;
                }
            }
            return 0;
        }

        @Override
        public int later(String step) {
            for (int i = here + 1; !cpu.isEmpty() && i < transitions.size(); i++) {
                if (isMine(i) && !letter(i).goesOn()) {
                    return 0;
                }
                if (isMine(i) && runs(i, step)) {
                    return i + 1;
                }
            }
            return 0;
        }

        @Override
        public boolean stays() {
            return notices.goesOn(transitions.get(here))
                    && IntStream.range(here + 1, transitions.size()).noneMatch(this::isMine);
        }

        private boolean isMine(int i) {
            return letter(i).cpu().equals(cpu);
        }

        private boolean runs(int i, String step) {
            return transitions.get(i).steps().contains(step);
        }
    }

    /**
     * Each with the numbers of its rows in the table in front. Those in front of the first that matters are one, where they are many.
     *
     * @param rows of the table, from 1 on, since which something is so that breaks a property
     */
    List<String> tell(Set<Integer> rows) {
        List<int[]> spans = new ArrayList<>();
        for (int i = 0; i < transitions.size(); i = spans.get(spans.size() - 1)[1] + 1) {
            spans.add(new int[] {i, lastTogether(i, rows)});
        }
        List<String> events = new ArrayList<>();
        spans.forEach(span -> events.add(rows(span[0], span[1]) + event(span[0], span[1])));
        int set = 0;
        while (set < spans.size() && !matters(spans.get(set), rows)) {
            set++;
        }
        set = quiet(spans, set);
        if (spans.size() <= FEW || set < RUN || set == spans.size()) {
            return events;
        }
        List<String> folded = new ArrayList<>(events.subList(set, events.size()));
        int last = spans.get(set - 1)[1];
        folded.add(0, rows(0, last) + "after " + (last + 1) + " set-up steps: " + summary(spans.subList(0, set)));
        return folded;
    }

    /** Up to where events are set-up: a call that is not at its end there is told whole, as it may be half of a race, or hang. */
    private int quiet(List<int[]> spans, int set) {
        Map<String, Integer> open = new HashMap<>();
        for (int i = 0; i < set; i++) {
            Letter letter = letter(spans.get(i)[0]);
            if (!letter.goesOn()) {
                open.put(letter.cpu(), i);
            }
            if (!notices.goesOn(transitions.get(spans.get(i)[1]))) {
                open.remove(letter.cpu());
            }
        }
        int end = open.values().stream().min(Integer::compare).orElse(set);
        return end == set ? set : quiet(spans, end);
    }

    private boolean matters(int[] span, Set<Integer> rows) {
        return IntStream.rangeClosed(span[0], span[1])
                .anyMatch(i -> rows.contains(i + 1) || acts.containsKey(i) || Notices.caches(transitions.get(i)));
    }

    /** What was done in some events, each operation and action once. */
    private String summary(List<int[]> spans) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (int[] span : spans) {
            Letter letter = letter(span[0]);
            if (!letter.goesOn() && !SERVICE.contains(letter.name())) {
                counts.merge(told(letter), 1, Integer::sum);
            }
        }
        return String.join(
                "; ",
                counts.entrySet().stream()
                        .map(e -> e.getKey() + (e.getValue() == 1 ? "" : " (" + e.getValue() + " times)"))
                        .toList());
    }

    private static String rows(int first, int last) {
        return first == last ? "(" + (first + 1) + ") " : "(" + (first + 1) + "-" + (last + 1) + ") ";
    }

    /** Each transition by itself. */
    List<String> each() {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < transitions.size(); i++) {
            each.add(event(i, i));
        }
        return each;
    }

    /** The last one that goes on with what this one does, with nothing between but the unit's work for it, and nothing decisive. */
    private int lastTogether(int first, Set<Integer> rows) {
        Letter letter = letter(first);
        int last = first;
        if (letter.cpu().isEmpty() || decides(first, rows)) {
            return last;
        }
        for (int i = first + 1; i < transitions.size() && !decides(i, rows); i++) {
            if (letter(i).goesOn() && letter(i).cpu().equals(letter.cpu())) {
                last = i;
            } else if (!SERVICE.contains(letter(i).name())) {
                break;
            }
        }
        return last;
    }

    /** Whether it is told by itself: it decides how the trace goes on, or makes something so that breaks the property. */
    private boolean decides(int i, Set<Integer> rows) {
        return rows.contains(i + 1) || acts.containsKey(i) || late.contains(i) || notices.decides(transitions.get(i));
    }

    private Letter letter(int i) {
        return Letter.of(transitions.get(i).name());
    }

    private String event(int first, int last) {
        Letter letter = letter(first);
        StringBuilder event = new StringBuilder();
        if (letter.cpu().isEmpty()) {
            Set<String> taken = Notices.taken(transitions.get(first));
            event.append(taken.isEmpty() ? told(letter) : "the unit takes " + String.join(" and ", taken))
                    .append(notices.cached(transitions, first));
            if (late.contains(first)) {
                event.append(", which completes the wait that was given up");
            }
        }
        Set<String> noticed = new LinkedHashSet<>();
        IntStream.rangeClosed(first, last).forEach(i -> noticed.addAll(notices.of(transitions.get(i))));
        Map.Entry<String, String> course = letter.cpu().isEmpty() ? Map.entry("", "") : course(first, last, noticed);
        if (!letter.cpu().isEmpty()) {
            boolean on = letter.goesOn();
            String what =
                    on ? running.getOrDefault(letter.cpu(), "what runs") : letter.name() + " of step " + (first + 1);
            event.append(on ? what + course.getKey() : told(letter));
            running.put(letter.cpu(), what);
        }
        noticed.stream()
                .filter(Events::isName)
                .forEach(words -> event.append(' ').append(words));
        noticed.stream()
                .filter(words -> !isName(words))
                .forEach(words -> event.append(", ").append(words));
        if (!letter.cpu().isEmpty()) {
            boolean begins = !letter.goesOn() && !course.getKey().isEmpty();
            event.append(begins ? ": it" + course.getKey() : "")
                    .append(course.getValue().isEmpty() ? "" : begins ? " and" : letter.goesOn() ? ", and" : ": it")
                    .append(course.getValue())
                    .append(end(last));
        }
        for (int i = first; i <= last; i++) {
            if (acts.containsKey(i)) {
                event.append("; FAULT")
                        .append(first == last ? "" : " (" + (i + 1) + ")")
                        .append(": ")
                        .append(acts.getOrDefault(i, ""));
            }
        }
        return event.toString()
                .replaceAll(
                        " and gets the address (\\w+) and gets the address (\\w+)", " and gets the addresses $1 and $2")
                .replaceAll(" as handle (\\w+) as handle (\\w+)", " as handles $1 and $2");
    }

    /** Whether the words say under which name the caller has what it asked for: that stands first. */
    private static boolean isName(String words) {
        return words.startsWith("as ") || words.startsWith("and gets ");
    }

    /** What a letter does, whenever it is done. */
    String told(String name) {
        return told(Letter.of(name));
    }

    private String told(Letter letter) {
        List<String> arguments = letter.arguments().stream().map(Events::plain).toList();
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        return PHRASES.tell(component + "/" + letter.name(), arguments)
                .or(() -> PHRASES.tell(letter.name() + "/" + first, arguments))
                .or(() -> PHRASES.tell(letter.name() + "/" + arguments.size(), arguments))
                .or(() -> PHRASES.tell(letter.name(), arguments))
                .orElseGet(() -> letter.name() + (arguments.isEmpty() ? "" : " of " + String.join(", ", arguments)));
    }

    /** What an argument is that says more than a name: the part of a page that a buffer is, the pieces of a list. */
    private static String plain(String argument) {
        return PHRASES.plain("argument/" + argument)
                .orElseGet(() -> argument.replaceFirst("^(pfn\\d+)-$", "half of $1")
                        .replaceFirst("^(pfn\\d+)\\+\\+$", "$1 and the next page")
                        .replaceFirst("^(pfn\\d+)\\+$", "$1 from its middle on"));
    }

    /** What a call returned, where that is not success. */
    private String end(int row) {
        String result = transitions.get(row).result();
        return result == null || result.equals(OKAY) || result.equals("0")
                ? ""
                : ", and the call returns "
                        + PHRASES.plain(component + "/returns/" + result).orElse(result);
    }

    /**
     * What a call has done in some rows, and what it will do next where something else comes in between; of a call that is told whole
     * nothing.
     *
     * @param noticed what is told of the rows in other words; what the tables' entries say is taken out of it
     */
    private Map.Entry<String, String> course(int first, int last, Set<String> noticed) {
        Transition t = transitions.get(last);
        boolean goesOn = notices.goesOn(t);
        if (!goesOn && !letter(first).goesOn()) {
            unsaid(first, last, noticed);
            return Map.entry("", "");
        }
        List<String> done = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            Transition each = transitions.get(i);
            boolean asksNothing = notices.asksNothing(each);
            // That a fault is the reason is said behind it.
            List<String> steps = asksNothing && acts.containsKey(i) ? Steps.withoutAsking(each.steps()) : each.steps();
            done.addAll(Steps.doings(steps, new History(machine, transitions).entries(i + 1), asksNothing));
        }
        noticed.removeIf(
                words -> words.startsWith("the shadow gets") && done.stream().anyMatch(Steps::isEntry));
        String next = notices.next(t)
                .filter(n -> !acts.getOrDefault(last, "").startsWith(Rightly.NEXT) && isInterrupted(last))
                .map(Steps::ahead)
                .orElse("");
        List<String> told = Steps.told(done, noticed, goesOn);
        String act = acts.getOrDefault(last, "");
        told.removeIf(words -> !t.steps().isEmpty()
                && words.equals(Steps.done(t.steps().get(t.steps().size() - 1)))
                && act.startsWith("it " + Steps.does(t.steps().get(t.steps().size() - 1)) + ","));
        if (act.startsWith("correct code refuses")) {
            // What it has done there is what it should not have come to.
            told.removeIf(words -> !Steps.isEntry(words));
        }
        String has = told.isEmpty()
                ? goesOn ? letter(first).goesOn() ? " goes on" : "" : " ends"
                : " has " + Steps.and(told);
        return Map.entry(has, next.isEmpty() ? "" : " is about to " + next);
    }

    /** Where a call that is told whole leads a page to another frame than the one that its words name. */
    private void unsaid(int first, int last, Set<String> noticed) {
        String told = told(letter(first));
        if (told.contains(" list ") || !FRAME.matcher(told).find()) {
            return;
        }
        for (int i = first; i <= last; i++) {
            new History(machine, transitions)
                    .entries(i + 1).orElse(List.of()).stream()
                            .filter(words -> words.matches("led \\w+ to f\\d+.*"))
                            .filter(words -> !told.contains(words.replaceFirst("led \\w+ to (\\w+).*", "$1")))
                            .forEach(words -> noticed.add(
                                    words.replaceFirst("led (\\w+) to (\\w+).*", "$1 leads to $2 instead")));
        }
    }

    /** Whether the call goes on later, and something else comes first. */
    private boolean isInterrupted(int row) {
        String cpu = letter(row).cpu();
        int next = row + 1;
        while (next < transitions.size() && SERVICE.contains(letter(next).name())) {
            next++;
        }
        return next < transitions.size()
                && !letter(next).cpu().equals(cpu)
                && IntStream.range(next, transitions.size())
                        .anyMatch(i -> letter(i).cpu().equals(cpu) && letter(i).goesOn());
    }
}
