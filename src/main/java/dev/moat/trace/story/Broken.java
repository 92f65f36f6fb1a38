package dev.moat.trace.story;

import dev.moat.logic.judge.Reason;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A broken property in plain words, filled in with the elements that break it: who, by what path, why there is no right, whose it is. */
final class Broken {
    private static final Phrases SENTENCES = Phrases.of("broken.properties");
    /** An atom in the text of a formula. */
    private static final Pattern ATOM = Pattern.compile("(\\w+)\\(([^()]+)\\)");
    /** Facts that name a frame which somebody reaches, and the place where. */
    private static final Map<String, Integer> REACHED =
            Map.of("mayR", 3, "mayW", 3, "flyR", 4, "flyW", 4, "getsR", 2, "getsW", 2);

    private final History history;
    private final Frames frames;
    private final List<Reason> reasons;

    /** @param reasons what breaks it in the last state */
    Broken(History history, List<Reason> reasons) {
        this.history = history;
        this.reasons = reasons;
        frames = new Frames(history);
    }

    /** What it means for somebody; nothing where no sentence fits. */
    Optional<String> of(String property) {
        Map<String, String> places = new HashMap<>();
        reasons.forEach(r -> fill(r, places));
        return SENTENCES.first(property, places).map(says -> says + whose(says));
    }

    /** Whose the frame is that somebody reaches, where the sentence does not say so yet. */
    private String whose(String says) {
        return reasons.stream()
                .filter(r -> r.premise() && REACHED.containsKey(r.name()))
                .map(r -> r.arguments().get(REACHED.getOrDefault(r.name(), 0)))
                .distinct()
                .filter(frame -> !says.matches(".*\\b" + frame + "(?: is |, which is ).*"))
                .findFirst()
                .flatMap(frames::whose)
                .map(owner -> "; " + owner)
                .orElse("");
    }

    private void fill(Reason r, Map<String, String> places) {
        String name = (r.premise() ? "" : "not.") + r.name();
        int row = history.since(s -> r.truth().in(s) == r.premise());
        List<Sort> sorts = history.places(r.name());
        for (int i = 0; i < r.arguments().size(); i++) {
            places.putIfAbsent(name + "." + i, r.arguments().get(i));
            if (i < sorts.size() && sorts.get(i).name().equals("Space")) {
                places.putIfAbsent(
                        name + "." + i + ".who", frames.who(r.arguments().get(i)));
            }
        }
        places.putIfAbsent(name + ".since", Frames.since(row));
        places.putIfAbsent(name + ".from", Frames.from(row));
        places.putIfAbsent(name + ".in", row == 0 ? " at the start" : " in step " + row);
        if (r.name().startsWith("entitled") && !r.premise()) {
            places.putIfAbsent(
                    name + ".right",
                    frames.right(r.name(), r.arguments().get(0), r.arguments().get(1), row));
        }
        if (r.name().startsWith("gets") && r.arguments().size() > 2) {
            places.putIfAbsent(
                    name + ".path",
                    frames.path(
                            r.arguments().get(0),
                            r.arguments().get(1),
                            r.arguments().get(2),
                            r.name().endsWith("W")));
        }
        if (r.name().equals("owner")) {
            places.putIfAbsent(
                    "owner.yet",
                    frames.others(r.arguments().get(0), r.arguments().get(1)));
        }
        if (r.name().isEmpty()) {
            places.putIfAbsent("in.since", Frames.since(row));
            atoms(r.text(), places);
        }
    }

    /** Elements that a formula speaks of, as {@code in.name.place}, and whether an atom of it is so. */
    private void atoms(String text, Map<String, String> places) {
        Matcher atoms = ATOM.matcher(text);
        while (atoms.find()) {
            String name = "in." + atoms.group(1);
            String[] elements = atoms.group(2).split(", ");
            List<Sort> sorts = history.places(atoms.group(1));
            int[] numbers = new int[elements.length];
            boolean known = sorts.size() == elements.length;
            for (int i = 0; i < elements.length; i++) {
                places.putIfAbsent(name + "." + i, elements[i]);
                numbers[i] = known ? sorts.get(i).element(elements[i]) : -1;
            }
            if (known && Arrays.stream(numbers).allMatch(n -> n >= 0)) {
                boolean is = history.holds(atoms.group(1), history.last(), numbers);
                places.putIfAbsent(name + ".more", is ? "more" : "fewer");
                places.putIfAbsent(name + ".say", is ? "say" : "do not say");
                places.putIfAbsent(name + ".but", is ? "is not" : "is");
            }
        }
    }
}
