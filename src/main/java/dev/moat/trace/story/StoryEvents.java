package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.trace.Round;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The actions of a trace as events: an operation whose steps nothing interrupts is one event. */
final class StoryEvents {
    /** Units' own work, which goes on while an operation waits for it. */
    private static final Set<String> SERVICE =
            Set.of("consume", "complete_flush", "take_tar", "forget_pasid", "forget_translations", "forget_device_tlb");
    /** Events up to which all are told. */
    private static final int FEW = 3;
    /** Places at which the fault's doing is told. */
    private static final int MOST = 2;
    /** Events that are worth folding. */
    private static final int RUN = 2;
    /** What devices and guests do during a call, up to which that is told with the call. */
    private static final int MEANWHILE = 2;

    private final Machine machine;
    private final StepWords words;
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

    private final Map<String, String> running = new HashMap<>();
    /** The transition with which what is repeated begins, or -1. */
    private int again = -1;

    /**
     * @param component the id of the machine's component, whose own words go before those of all
     * @param rightly the sound machine, where a fault is injected
     */
    StoryEvents(Machine machine, String component, List<Transition> transitions, @Nullable SoundMachine rightly) {
        this.machine = machine;
        words = new StepWords(machine.model());
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
    private void findActs(SoundMachine rightly) {
        NavigableMap<Integer, String> all = Correct.acts(machine, transitions, rightly);
        all.keySet().stream().limit(Math.max(0, all.size() - MOST)).toList().forEach(all::remove);
        acts.putAll(all.isEmpty() ? all : rightly.correct().placed(all));
        acts.keySet().stream()
                .filter(i -> all.getOrDefault(i, "").startsWith(SoundMachine.NEXT))
                .forEach(wrongNext::add);
    }

    /** The same, where a part at the end is repeated for ever: it begins with an event of its own. */
    StoryEvents repeating(@Nullable Round round) {
        again = round == null ? -1 : round.from();
        return this;
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
            spans.add(new int[] {i, lastTogether(i), i});
        }
        List<String> events = new ArrayList<>();
        for (int k = 0; k < spans.size(); k++) {
            int[] span = spans.get(k);
            int first = span[0];
            if (k + 1 < spans.size()
                    && spans.get(k + 1)[0] != again
                    && notices.isTrouble(transitions, span, spans.get(k + 1))) {
                span = spans.remove(k + 1);
                spans.set(k, new int[] {first, span[1], span[0]});
            }
            events.add(rows(first, span[1]) + event(span[0], span[1]));
        }
        int set = 0;
        while (set < spans.size() && !matters(spans.get(set), rows)) {
            set++;
        }
        set = quiet(spans, set);
        boolean pair = set == 2
                && letter(0).name().equals("grant")
                && letter(spans.get(1)[0]).name().matches("map(?:_grant_ref)?");
        if (spans.size() <= FEW || set < RUN || pair || set == spans.size()) {
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
            ActionLabel letter = letter(spans.get(i)[2]);
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

    /** What was done in some events, as {first, last, its call}, in order; what is done several times on end is one. */
    private String summary(List<int[]> spans) {
        List<String> calls = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (int[] span : spans) {
            ActionLabel letter = letter(span[2]);
            if (!letter.goesOn() && !SERVICE.contains(letter.name())) {
                int last = calls.size() - 1;
                if (last >= 0 && calls.get(last).equals(told(letter))) {
                    counts.set(last, counts.get(last) + 1);
                } else {
                    calls.add(told(letter));
                    counts.add(1);
                    names.add(notices.of(transitions, span[0], span[1]).stream()
                            .filter(words -> words.startsWith("as ") || span[2] > span[0])
                            .map(words -> (Notices.isName(words) ? " " : ", ") + words)
                            .collect(Collectors.joining()));
                }
            }
        }
        int last = spans.get(spans.size() - 1)[1];
        List<String> became =
                calls.stream().anyMatch(c -> c.contains("the entry ")) ? List.of() : history.became(1, last + 1, "");
        return Notices.shortened(IntStream.range(0, calls.size())
                        .mapToObj(i ->
                                calls.get(i) + (counts.get(i) == 1 ? names.get(i) : " (" + counts.get(i) + " times)"))
                        .collect(Collectors.joining("; ")))
                + (became.isEmpty() ? "" : ": now " + StepWords.and(became));
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

    /** The last one that goes on with what this one does, with nothing between but what leaves the call as it is. */
    private int lastTogether(int first) {
        ActionLabel letter = letter(first);
        int last = first;
        for (int i = first + 1; !letter.cpu().isEmpty() && i < transitions.size() && isNear(i, letter); i++) {
            last = letter(i).goesOn() ? i : last;
        }
        return letter.cpu().isEmpty() || letter.goesOn() ? last : Math.max(last, endOfWhole(first));
    }

    /** Whether it is the call's on this CPU, or what a unit does meanwhile. */
    private boolean isNear(int i, ActionLabel call) {
        boolean mine = letter(i).goesOn() && letter(i).cpu().equals(call.cpu());
        return i != again
                && !late.contains(i)
                && (mine || SERVICE.contains(letter(i).name()));
    }

    /** Where a call ends in which nothing goes wrong, while devices and guests do a little; -1 where it is not such a one. */
    private int endOfWhole(int first) {
        int others = 0;
        for (int i = first; i < transitions.size() && others <= MEANWHILE; i++) {
            boolean mine = i == first
                    || (letter(i).goesOn()
                            && letter(i).cpu().equals(letter(first).cpu()));
            if (i == again
                    || late.contains(i)
                    || acts.containsKey(i)
                    || (!mine && !letter(i).cpu().isEmpty())) {
                return -1;
            } else if (mine && !notices.goesOn(transitions.get(i))) {
                boolean told = ActionLabel.end(transitions.get(i).result()).isEmpty() && !leavesQueued(i);
                return told ? i : -1;
            }
            others += mine || SERVICE.contains(letter(i).name()) ? 0 : 1;
            if (Notices.isTrouble(letter(i))) {
                return -1;
            }
        }
        return -1;
    }

    /** What devices and guests do while a call that is told whole is under way. */
    private String meanwhile(int first, int last) {
        return IntStream.rangeClosed(first + 1, last)
                .filter(i ->
                        letter(i).cpu().isEmpty() && !SERVICE.contains(letter(i).name()))
                .mapToObj(i -> "(" + (i + 1) + ") " + event(i, i))
                .collect(Collectors.joining(", "))
                .replaceFirst("^(?=.)", "; meanwhile ");
    }

    private ActionLabel letter(int i) {
        return ActionLabel.of(transitions.get(i).name());
    }

    private String event(int first, int last) {
        ActionLabel letter = letter(first);
        StringBuilder event = new StringBuilder();
        if (letter.cpu().isEmpty()) {
            Set<String> taken = SERVICE.contains(letter.name()) ? Notices.taken(transitions.get(first)) : Set.of();
            event.append(taken.isEmpty() ? told(letter) : "the unit takes " + String.join(" and ", taken))
                    .append(notices.cached(transitions, first));
            if (late.contains(first)) {
                event.append(", which completes the wait that was given up");
            }
        }
        Set<String> noticed = notices.of(transitions, first, last);
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
                .filter(Notices::isName)
                .forEach(words -> event.append(' ').append(words));
        became.forEach(
                words -> event.append(became.indexOf(words) == 0 ? ": " : ", ").append(words));
        boolean begins =
                !letter.cpu().isEmpty() && !letter.goesOn() && !course.getKey().isEmpty();
        event.append(begins ? ": so far it" + course.getKey() : "");
        String rest = noticed.stream().filter(words -> !Notices.isName(words)).collect(Collectors.joining(", "));
        boolean bare = course.getKey().matches(" (?:goes on|returns)");
        event.append(rest.isEmpty() ? "" : bare ? ": " : ", ").append(rest);
        if (!letter.cpu().isEmpty()) {
            boolean begun = !begins && !letter.goesOn() && notices.goesOn(transitions.get(last));
            event.append(begun && course.getValue().isEmpty() ? ", unfinished" : "")
                    .append(
                            course.getValue().isEmpty()
                                    ? ""
                                    : begins && noticed.stream().allMatch(Notices::isName)
                                            ? " and"
                                            : begins || letter.goesOn() || !noticed.isEmpty() ? ", and" : ": it")
                    .append(course.getValue())
                    .append(ActionLabel.end(transitions.get(last).result()));
            if (leavesQueued(last)) {
                event.append(", and the call's invalidation is still queued");
            }
        }
        event.append(letter.cpu().isEmpty() ? "" : meanwhile(first, last));
        for (int i = first; i <= last; i++) {
            if (acts.containsKey(i)) {
                int at = wrong(i, last);
                String act = acts.getOrDefault(i, "");
                event.append("; FAULT")
                        .append(at == last ? ": " : " (" + (at + 1) + "): ")
                        .append(at == i ? act : Correct.shown(act));
            }
        }
        return Notices.shortened(event.toString());
    }

    /** Where the fault shows that acts in a transition: behind it, where what comes next is wrong. */
    private int wrong(int act, int last) {
        return IntStream.rangeClosed(act + 1, wrongNext.contains(act) ? last : act)
                .filter(i -> letter(i).goesOn())
                .findFirst()
                .orElse(act);
    }

    /** A call that goes on: which one, where that was not told just before. */
    private String subject(int row, String what) {
        String cpu = letter(row).cpu();
        return row > 0 && letter(row - 1).cpu().equals(cpu) ? "it" : (isParallel() ? cpu + "'s " : "this ") + what;
    }

    /** Whether calls run on more than one CPU; on each there is one at a time. */
    private boolean isParallel() {
        return transitions.stream()
                        .map(t -> ActionLabel.of(t.name()).cpu())
                        .filter(c -> !c.isEmpty())
                        .distinct()
                        .count()
                > 1;
    }

    /** What a letter does, whenever it is done. */
    String told(String name) {
        return told(ActionLabel.of(name));
    }

    private String told(ActionLabel letter) {
        return letter.told(component);
    }

    /** Whether a call ends and what it queued has not been carried out. */
    private boolean leavesQueued(int row) {
        Transition t = transitions.get(row);
        return !notices.goesOn(t) && notices.isInvalidationQueued(t.state()) && Notices.queues(transitions, row);
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
        StepWords.Doings doings = new StepWords.Doings(words, transitions, notices, history, acts.keySet());
        List<String> done = doings.of(first, last);
        if (!goesOn && !letter(first).goesOn()) {
            boolean none = letter(first).name().contains("unmap") && done.contains(StepWords.NO_ENTRY);
            return Map.entry("", none ? " finds no entry to clear" : "");
        }
        noticed.removeIf(
                words -> words.startsWith("the shadow gets") && done.stream().anyMatch(StepWords::isEntry));
        Optional<String> ahead = notices.next(t)
                .filter(n -> wrongNext.contains(last) || doings.isInterrupted(last, SERVICE))
                .filter(n -> !acts.getOrDefault(last, "").startsWith(SoundMachine.NEXT));
        // A step that is not done at once comes next again.
        Optional<String> half = (last == transitions.size() - 1 ? notices.next(t) : ahead)
                .filter(n ->
                        !t.steps().isEmpty() && n.equals(t.steps().get(t.steps().size() - 1)));
        String next = half.isPresent() ? "" : ahead.map(words::ahead).orElse("");
        List<String> told = StepWords.told(done, noticed, goesOn);
        half.ifPresent(n -> {
            told.remove(words.done(n));
            told.add("begun to " + words.todo(n));
        });
        acts.forEach((row, act) -> {
            if (first <= row && row <= last) {
                doings.spare(told, row, act);
            }
        });
        if (doings.asksNothing(last) && !Notices.queues(transitions, last)) {
            told.removeIf(words -> words.startsWith("waited"));
        }
        if (running.getOrDefault(letter(first).cpu(), "").matches("(?!.*unmap).*map.*")) {
            // A call that only maps takes nothing away.
            told.removeIf(StepWords.NONE::contains);
        }
        String goes = notices.asksNothing(t) && acts.containsKey(last) ? " asks for no invalidation" : " goes on";
        String has = told.isEmpty() || told.get(0).equals("returned")
                ? goesOn ? letter(first).goesOn() ? goes : "" : " returns"
                : " has " + doings.queued(StepWords.and(told), first, last);
        return Map.entry(has, next.isEmpty() ? "" : " is about to " + next);
    }
}
