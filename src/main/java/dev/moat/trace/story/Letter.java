package dev.moat.trace.story;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A letter's name taken apart, for example {@code cpu0: map_grant_ref(d1, d0, r0, host rw)}.
 *
 * @param cpu where it runs, empty for an action
 * @param name of the operation or action; {@code step} for a running operation's next step
 */
record Letter(String cpu, String name, List<String> arguments) {
    private static final Pattern SHAPE = Pattern.compile("(?:(\\w+): )?([^( ]+)(?:\\((.*)\\))?");

    static Letter of(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            return new Letter("", text, List.of());
        }
        String arguments = shape.group(3);
        return new Letter(
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
}
