package dev.moat.trace.story;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What programs' steps do, in words: "clear the table entry", "clears ...", "cleared ...". A step that nobody wrote words for is told
 * by its name.
 */
final class Steps {
    private static final List<Notices.Notice> ALL = Notices.read("steps.txt");
    /** Participles that are not regular. */
    private static final Phrases VERBS = Phrases.of("verbs.properties");
    /** What only sees to it that an invalidation that was asked for is done. */
    private static final Pattern WAITING =
            Pattern.compile("(?:queue-(?:\\w+-)?wait|await|announce|stop-traffic|poll-split-queue"
                    + "|write-tar|settled|flushed|withdrawn|cleared)(?:-(?!tables).*)?");

    private Steps() {}

    /** @param step as operation/step: a line of the file may speak of that, or of a step of any operation */
    private static Optional<String> words(String step) {
        String alone = alone(step);
        return ALL.stream()
                .filter(n -> n.change().matcher(step).find()
                        || n.change().matcher(alone).find())
                .findFirst()
                .map(Notices.Notice::words);
    }

    /** For "it is about to ..." and "it does not ...". */
    static String todo(String step) {
        return words(step).orElse("run '" + alone(step) + "'");
    }

    private static String alone(String step) {
        return step.substring(step.indexOf('/') + 1);
    }

    /** For "it ...". */
    static String does(String step) {
        Matcher verb = verb(step);
        return third(verb.group(1)) + verb.group(2);
    }

    /** For "it has ...". */
    static String done(String step) {
        Matcher verb = verb(step);
        return VERBS.plain(verb.group(1)).orElseGet(() -> past(verb.group(1))) + verb.group(2);
    }

    /** The verb, then what follows it. */
    private static Matcher verb(String step) {
        Matcher verb = Pattern.compile("(\\w+)(.*)").matcher(todo(step));
        if (!verb.matches()) {
            throw new IllegalStateException(step + " has no verb in steps.txt");
        }
        return verb;
    }

    private static String third(String verb) {
        return verb.equals("have")
                ? "has"
                : verb.matches(".*(?:s|sh|ch|o|x|z)")
                        ? verb + "es"
                        : verb.matches(".*[^aeiou]y") ? verb.replaceFirst("y$", "ies") : verb + "s";
    }

    private static String past(String verb) {
        return verb.endsWith("e")
                ? verb + "d"
                : verb.matches(".*[^aeiou]y") ? verb.replaceFirst("y$", "ied") : verb + "ed";
    }

    /** Whether it only belongs to an invalidation: who does not ask for that need not be told that nobody waits for it. */
    static boolean isWaiting(String step) {
        return WAITING.matcher(alone(step)).matches();
    }

    /** Whether it asks a unit to forget something. */
    static boolean isAsking(String step) {
        return todo(step).startsWith("ask for the invalidation");
    }
}
