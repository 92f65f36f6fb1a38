package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.state.Role;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was done, event by event: an operation that runs without anything between its steps is one. */
final class Events {
    private static final Phrases PHRASES = Phrases.of("events.properties");
    private static final String OKAY = "okay";

    private final Machine machine;
    private final String component;
    private final List<Transition> transitions;
    /** What runs on each CPU that runs something. */
    private final Map<String, String> running = new HashMap<>();

    /** @param component the id of the machine's component, whose own words go before those of all */
    Events(Machine machine, String component, List<Transition> transitions) {
        this.machine = machine;
        this.component = component;
        this.transitions = transitions;
    }

    /** Each with the numbers of its rows in the table in front. */
    List<String> tell() {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < transitions.size(); ) {
            int last = lastTogether(i);
            String rows = i == last ? "(" + (i + 1) + ") " : "(" + (i + 1) + "-" + (last + 1) + ") ";
            events.add(rows + event(i, last));
            i = last + 1;
        }
        return events;
    }

    /** Each transition by itself. */
    List<String> each() {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < transitions.size(); i++) {
            each.add(event(i, i));
        }
        return each;
    }

    /** The last one that goes on with what this one does, with nothing between. */
    private int lastTogether(int first) {
        Letter letter = letter(first);
        int last = first;
        while (!letter.cpu().isEmpty()
                && last + 1 < transitions.size()
                && letter(last + 1).goesOn()
                && letter(last + 1).cpu().equals(letter.cpu())) {
            last++;
        }
        return last;
    }

    private Letter letter(int i) {
        return Letter.of(transitions.get(i).name());
    }

    private String event(int first, int last) {
        Letter letter = letter(first);
        if (letter.cpu().isEmpty()) {
            return told(letter) + cached(transitions.get(first));
        }
        String what = letter.goesOn()
                ? running.getOrDefault(letter.cpu(), "what runs") + " on " + letter.cpu() + " goes on"
                : told(letter);
        running.put(letter.cpu(), letter.goesOn() ? running.getOrDefault(letter.cpu(), "what runs") : letter.name());
        return what + end(transitions.get(last));
    }

    /** What a letter does, whenever it is done. */
    String told(String name) {
        return told(Letter.of(name));
    }

    private String told(Letter letter) {
        return PHRASES.tell(component + "/" + letter.name(), letter.arguments())
                .or(() -> PHRASES.tell(letter.name() + "/" + letter.arguments().size(), letter.arguments()))
                .or(() -> PHRASES.tell(letter.name(), letter.arguments()))
                .orElseGet(() -> letter.name()
                        + (letter.arguments().isEmpty() ? "" : " of " + String.join(", ", letter.arguments())));
    }

    /** How far it came: to its end, or to a step. */
    private String end(Transition t) {
        String result = t.result();
        if (result != null) {
            return result.equals(OKAY) || result.equals("0") ? "" : ", which returns " + result;
        }
        boolean goesOn = t.changes().stream().anyMatch(c -> machine.isStepCounter(c.slots()) && c.after() != 0);
        List<String> steps = t.steps();
        return !goesOn || steps.isEmpty()
                ? ""
                : ", up to " + steps.get(steps.size() - 1).replaceFirst(".*/", "");
    }

    /** A request whose answer a cache keeps. */
    private static String cached(Transition t) {
        boolean caches = t.changes().stream().anyMatch(c -> c.slots().role() == Role.CACHE && c.after() != 0);
        boolean asks = t.name().startsWith("dma(");
        return asks && caches ? ", and what it found is cached" : "";
    }
}
