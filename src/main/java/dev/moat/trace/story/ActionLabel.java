package dev.moat.trace.story;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A letter's name taken apart, for example {@code cpu0: map_grant_ref(d1, d0, r0, host rw)}.
 *
 * @param cpu where it runs, empty for an action
 * @param name of the operation or action; {@code step} for a running operation's next step
 */
record ActionLabel(String cpu, String name, List<String> arguments) {
    private static final Set<String> SUCCESS = Set.of("okay", "OK", "0");
    private static final Phrases PHRASES = Phrases.of("events.properties");
    private static final Pattern SHAPE = Pattern.compile("(?:(\\w+): )?([^( ]+)(?:\\((.*)\\))?");

    static ActionLabel of(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            return new ActionLabel("", text, List.of());
        }
        String arguments = shape.group(3);
        return new ActionLabel(
                shape.group(1) == null ? "" : shape.group(1),
                shape.group(2),
                arguments == null || arguments.isEmpty() ? List.of() : List.of(arguments.split(", ")));
    }

    /** Whether a running operation goes on with it. */
    boolean goesOn() {
        return !cpu.isEmpty() && name.equals("step");
    }

    /** Name and arguments, as in {@code claim_group(g0)}. */
    String call() {
        return name + "(" + String.join(", ", arguments) + ")";
    }

    /**
     * What it does, whenever it is done.
     *
     * @param component the id of the machine's component, whose own words go before those of all
     */
    String told(String component) {
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        List<String> words = arguments.stream()
                .map(a -> PHRASES.plain("argument/" + name + "/" + first + "/" + a)
                        .or(() -> PHRASES.plain("argument/" + name + "/" + a))
                        .orElseGet(() -> plain(a)))
                .toList();
        return PHRASES.tell(component + "/" + name + "/" + first, words)
                .or(() -> PHRASES.tell(component + "/" + name, words))
                .or(() -> PHRASES.tell(name + "/" + first, words))
                .or(() -> PHRASES.tell(name + "/" + words.size(), words))
                .or(() -> PHRASES.tell(name, words))
                .orElseGet(() -> name + (words.isEmpty() ? "" : " of " + String.join(", ", words)));
    }

    /** What a call returned, where that is not success. */
    static String end(@Nullable String result) {
        return result == null || SUCCESS.contains(result)
                ? ""
                : ", and the call returns " + PHRASES.plain("returns/" + result).orElse(result);
    }

    /** What an argument is that says more than a name: the part of a page that a buffer is, the pieces of a list. */
    private static String plain(String argument) {
        return PHRASES.plain("argument/" + argument)
                .orElseGet(() -> argument.replaceFirst("^x([0-9a-f]+)$", "0x$1")
                        .replaceFirst("^(pfn\\d+)-$", "half of $1")
                        .replaceFirst("^(pfn\\d+)\\+\\+$", "$1 and the next page")
                        .replaceFirst("^(pfn\\d+)\\+$", "$1 from its middle on"));
    }
}
