package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What was done, event by event: an operation that runs without anything between its steps is one. */
final class Events {
    private static final Phrases PHRASES = Phrases.of("events.properties");
    private static final String OKAY = "okay";
    /** What comes next where a step was not done at once. */
    private static final String AGAIN = "go on with that";

    /** Units' own work, which goes on while an operation waits for it. */
    private static final Set<String> SERVICE = Set.of("consume", "complete_flush", "take_tar");
    /** Events up to which all are told. */
    private static final int FEW = 5;
    /** Places at which the fault's doing is told. */
    private static final int MOST = 2;
    /** Events that are worth folding. */
    private static final int RUN = 3;

    private final Machine machine;
    private final String component;
    private final List<Transition> transitions;
    private final Notices notices;
    private final History history;
    /** What the fault does in a transition, by its number. */
    private final Map<Integer, String> acts = new HashMap<>();
    /** Transitions behind which the fault's call is about to do what correct code does not do next. */
    private final Set<Integer> wrongNext = new HashSet<>();
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
        history = new History(machine, transitions);
        late = notices.late(transitions);
        if (rightly != null) {
            findActs(rightly);
        }
    }

    /** The last places at which a fault does something different from what it does elsewhere: they are nearest to the harm. */
    private void findActs(Rightly rightly) {
        NavigableMap<Integer, String> all = Correct.acts(machine, transitions, rightly);
        all.keySet().stream().limit(Math.max(0, all.size() - MOST)).toList().forEach(all::remove);
        acts.putAll(all.isEmpty() ? all : rightly.correct().placed(all));
        acts.keySet().stream()
                .filter(i -> all.getOrDefault(i, "").startsWith(Rightly.NEXT))
                .forEach(wrongNext::add);
    }

    /** Whether it was found where the fault acts. */
    boolean showFault() {
        return !acts.isEmpty();
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
        folded.add(0, rows(0, last) + "set-up: " + summary(spans.subList(0, set)));
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

    /** What was done in some events, in order; what is done several times on end is one. */
    private String summary(List<int[]> spans) {
        List<String> calls = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (int[] span : spans) {
            Letter letter = letter(span[0]);
            if (!letter.goesOn() && !SERVICE.contains(letter.name())) {
                int last = calls.size() - 1;
                if (last >= 0 && calls.get(last).equals(told(letter))) {
                    counts.set(last, counts.get(last) + 1);
                } else {
                    calls.add(told(letter));
                    counts.add(1);
                }
            }
        }
        int last = spans.get(spans.size() - 1)[1];
        List<String> became =
                calls.stream().anyMatch(c -> c.contains("the entry ")) ? List.of() : history.became(1, last + 1, "");
        return IntStream.range(0, calls.size())
                        .mapToObj(i -> calls.get(i) + (counts.get(i) == 1 ? "" : " (" + counts.get(i) + " times)"))
                        .collect(Collectors.joining("; "))
                + (became.isEmpty() ? "" : ": now " + Steps.and(became));
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
            Set<String> taken = SERVICE.contains(letter.name()) ? Notices.taken(transitions.get(first)) : Set.of();
            event.append(taken.isEmpty() ? told(letter) : "the unit takes " + String.join(" and ", taken))
                    .append(notices.cached(transitions, first));
            if (late.contains(first)) {
                event.append(", which completes the wait that was given up");
            }
        }
        Set<String> noticed = new LinkedHashSet<>();
        IntStream.rangeClosed(first, last).forEach(i -> noticed.addAll(notices.of(transitions.get(i))));
        Map.Entry<String, String> course = letter.cpu().isEmpty() ? Map.entry("", "") : course(first, last, noticed);
        List<String> became = letter.goesOn() || !(course.getKey() + course.getValue()).isEmpty()
                ? List.of()
                : history.became(first + 1, last + 1, told(letter));
        if (!became.isEmpty()) {
            noticed.removeIf(words -> words.startsWith("the shadow gets"));
        }
        if (!letter.cpu().isEmpty()) {
            boolean on = letter.goesOn();
            String what = on ? running.getOrDefault(letter.cpu(), "call") : letter.name();
            running.put(letter.cpu(), what);
            event.append(
                    on
                            ? subject(first, what) + course.getKey()
                            : told(letter) + (isParallel() ? " on " + letter.cpu() : ""));
        }
        noticed.stream()
                .filter(Events::isName)
                .forEach(words -> event.append(' ').append(words));
        became.forEach(
                words -> event.append(became.indexOf(words) == 0 ? ": " : ", ").append(words));
        noticed.stream()
                .filter(words -> !isName(words))
                .forEach(words -> event.append(", ").append(words));
        if (!letter.cpu().isEmpty()) {
            boolean begins = !letter.goesOn() && !course.getKey().isEmpty();
            boolean bare = !letter.goesOn() && notices.goesOn(transitions.get(last));
            event.append(
                            begins
                                    ? ": so far it" + course.getKey()
                                    : bare && course.getValue().isEmpty() ? ", unfinished" : "")
                    .append(
                            course.getValue().isEmpty()
                                    ? ""
                                    : begins ? " and" : letter.goesOn() || !noticed.isEmpty() ? ", and" : ": it")
                    .append(course.getValue())
                    .append(end(last));
            if (leavesQueued(last)) {
                event.append(", and its invalidation is still queued");
            }
        }
        for (int i = first; i <= last; i++) {
            if (acts.containsKey(i)) {
                event.append("; FAULT")
                        .append(first == last ? "" : " (" + (i + 1) + ")")
                        .append(": ")
                        .append(acts.getOrDefault(i, ""));
            }
        }
        return Notices.shortened(event.toString());
    }

    /** A call that goes on: which one, where that was not told just before. */
    private String subject(int row, String what) {
        String cpu = letter(row).cpu();
        return row > 0 && letter(row - 1).cpu().equals(cpu) ? "it" : (isParallel() ? cpu + "'s " : "this ") + what;
    }

    /** Whether calls run on more than one CPU; on each there is one at a time. */
    private boolean isParallel() {
        return transitions.stream()
                        .map(t -> Letter.of(t.name()).cpu())
                        .filter(c -> !c.isEmpty())
                        .distinct()
                        .count()
                > 1;
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
        String first = letter.arguments().isEmpty() ? "" : letter.arguments().get(0);
        List<String> arguments = letter.arguments().stream()
                .map(a -> PHRASES.plain("argument/" + letter.name() + "/" + first + "/" + a)
                        .or(() -> PHRASES.plain("argument/" + letter.name() + "/" + a))
                        .orElseGet(() -> plain(a)))
                .toList();
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

    /** Whether a call ends and what it queued has not been carried out. */
    private boolean leavesQueued(int row) {
        Transition t = transitions.get(row);
        return !notices.goesOn(t) && notices.isInvalidationQueued(t.state()) && Notices.queues(transitions, row);
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
            return Map.entry("", "");
        }
        List<String> done = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            Transition each = transitions.get(i);
            boolean asksNothing = notices.asksNothing(each);
            // That a fault is the reason is said behind it.
            List<String> steps = asksNothing && acts.containsKey(i) ? Steps.withoutAsking(each.steps()) : each.steps();
            List<String> doings = Steps.doings(steps, history.entries(i + 1), asksNothing);
            doings.removeIf(words -> words.startsWith("freed the address") && !Notices.frees(each));
            if (notices.failsToAsk(each)) {
                doings.replaceAll(words -> words.equals(Steps.NOTHING) ? "failed to ask for the invalidation" : words);
            }
            done.addAll(doings);
        }
        noticed.removeIf(
                words -> words.startsWith("the shadow gets") && done.stream().anyMatch(Steps::isEntry));
        String next = notices.next(t)
                .filter(n -> wrongNext.contains(last) || isInterrupted(last))
                .filter(n -> !acts.getOrDefault(last, "").startsWith(Rightly.NEXT))
                .map(n ->
                        !t.steps().isEmpty() && n.equals(t.steps().get(t.steps().size() - 1)) ? AGAIN : Steps.ahead(n))
                .orElse("");
        List<String> told = Steps.told(done, noticed, goesOn);
        String act = acts.getOrDefault(last, "");
        String step = t.steps().isEmpty() ? "" : t.steps().get(t.steps().size() - 1);
        // Where the fault's words say what is done here instead, it is not told as done.
        told.removeIf(words -> !step.isEmpty()
                && words.equals(Steps.done(step))
                && (act.startsWith("it " + Steps.does(step) + ",") || act.contains("; here ")));
        boolean nothing = notices.asksNothingAtAll(transitions, last) && !Notices.queues(transitions, last);
        told.removeIf(words -> (nothing || act.startsWith("correct code waits")) && words.startsWith("waited"));
        if (act.startsWith("correct code refuses")) {
            // What it has done there is what it should not have come to.
            told.removeIf(words -> !Steps.isEntry(words));
        }
        String has = told.isEmpty()
                ? goesOn ? letter(first).goesOn() ? " goes on" : "" : " ends"
                : " has " + queued(Steps.and(told), first, last);
        return Map.entry(has, next.isEmpty() ? "" : " is about to " + next);
    }

    /** Who puts into a queue what a unit is to invalidate has not only asked for it. */
    private String queued(String words, int first, int last) {
        String says = notices.asksNothingAtAll(transitions, last)
                ? words.replaceFirst(
                        "waited for the invalidation( of the device entry)?", "waited though nothing was asked for")
                : words;
        return history.isQueuedIn(first + 1, last + 1) ? says.replace("asked for ", "queued ") : says;
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
