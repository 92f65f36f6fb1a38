package dev.moat.trace.story;

import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.model.Written;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Words for the steps of programs: "clear the table entry", "clears ...", "cleared ...". A step without words is
 * printed by its name.
 */
final class StepWords {
    private static final List<Phrases.Notice> ALL = Phrases.read("steps.txt");
    /** What was found there: there are few steps, and runs are full of them. */
    private static final Map<String, Optional<String>> WORDS = new ConcurrentHashMap<>();

    private static final Pattern VERB = Pattern.compile("(\\w+)(.*)");
    /** Another call's step within this one, as in {@code dma_unmap/unmap-await}. */
    private static final String INNER = "/(?:un)?map-";
    /** Participles that are not regular. */
    private static final Phrases VERBS = Phrases.of("verbs.properties");
    /** What only sees to it that an invalidation that was asked for is done. */
    private static final Pattern WAITING =
            Pattern.compile("(?:queue-(?:\\w+-)?wait|await|announce|stop-traffic|poll-split-queue"
                    + "|write-tar|settled|flushed|withdrawn|cleared)(?:-(?!tables).*)?");

    /** What writes entries of the tables, so that what became of these says more. */
    private static final Pattern WRITES = Pattern.compile("update the device's tables|clear the (?:table|owner's) entry"
            + "|store the (?:entry|entry in the shadow)|take the page out of the shadow|write a page's entry .*"
            + "|take the frames out of .*|lead the pages to .*|take the page out of the domain's memory");

    private static final Pattern ENTRY = Pattern.compile(
            "^(?:led|cleared(?= \\w+'s)|given|taken the right) .*(?:'s entry| to )|^put \\w+ under |^taken \\w+ out of \\w+$");
    /** Where entries of tables came to lead somewhere, or could do more. */
    private static final Pattern LED = Pattern.compile("^led \\w+ to |^given \\w+'s entry ");
    /** Where they lost something, so that caches may have more than they say. */
    private static final Pattern TAKEN = Pattern.compile("^cleared \\w+'s entry|^taken the right|^led .* nowhere");

    /** What is told only where nothing else but that was done. */
    private static final Pattern MINOR =
            Pattern.compile("pinned the grant entry|dropped the sides.*|handed out the address|given the frame up");
    /** What changes how a device is led, or what others may get. */
    private static final Pattern KEY = Pattern.compile(
            "^(?:cleared|written|put) the (?:device|owner's|PASID's) entr|^asked for a domain|^published |^unlinked |^freed the page"
                    + "|^taken the (?:device|old frames|frame)\\b.* from|^given .* back to the (?:heap|kernel|domain)|^failed on |^dropped pins|^taken the device off|^had the unit forget|^restored |^found no entry");

    private static final Pattern LED_OR_TAKEN = Pattern.compile(LED.pattern() + "|" + TAKEN.pattern());
    private static final Pattern ANY_ENTRY =
            Pattern.compile(LED_OR_TAKEN.pattern() + "|^put \\w+ under |^taken \\w+ out of \\w+$");
    private static final Pattern ANY_KEY = Pattern.compile(KEY.pattern() + "|" + ANY_ENTRY.pattern());
    /** What is told only where nothing else was done. */
    private static final Pattern QUIET = Pattern.compile(
            "run '.*|(?:taken|dropped|reached) the lock.*|read the (?:top table|level)|noted .*|checked .*|looked .*|taken what was posted|returned.*"
                    + "|queued a wait.*|begun .*|found that .*|gone on .*|made sure .*|taken references.*|handed out the handle"
                    + "|made known .*|told the unit|written TAR|submitted .*|wait(?:ed)? .* (?:is empty|that is done)");

    /** What comes next and changes nothing that others see. */
    private static final Pattern IDLE = Pattern.compile(
            "return.*|hand out .*|queue a wait.*|note .*|make known what .*|tell the unit|(?:drop|take|reach) the lock.*|run '.*");

    private static final Set<String> CLEARS = Set.of("clear the table entry", "take the page out of the shadow");
    /** What a step has done that stores an entry in tables that no walk comes to. */
    static final String UNFOUND = "stored the entry where no walk finds it";
    /** What a step has done that asks for invalidations and has none to ask for. */
    static final String NOTHING = "found nothing to invalidate";
    /** The same of one that has taken something out of the tables before. */
    private static final String UNASKED = "asked for no invalidation";
    /** What a step has done that clears entries and has none to clear. */
    static final String NO_ENTRY = "found no entry to clear";
    /** What is said of a call that has not asked for an invalidation. */
    static final Set<String> NONE = Set.of(NOTHING, UNASKED);
    /** What has been done, and what is noticed of the same. */
    private static final Map<String, String> SAID = Map.of(
            "given the frame back to the heap",
            "in the heap now",
            "freed the page of the tables",
            "the table page",
            "freed the address",
            "is freed",
            "taken the address",
            "gets the address",
            "ended the flush",
            "the flush ends",
            "put the address into the flush queue",
            "deferred to the next flush",
            "merged the table into a superpage",
            "merges a table into a superpage");

    /** What a call has taken from the tables, so that there is something to invalidate. */
    private static final Pattern GONE =
            Pattern.compile(TAKEN.pattern() + "|^unlinked |^restored |^dropped the sides|^cleared ");

    /** What undoes something, and what that was, which did not come to anything. */
    private static final Map<String, String> UNDONE = Map.of(
            "given the old frames back to the domain",
            "taken the old frames from the domain",
            "failed on a table",
            "made the tables below");

    private static final String LOOKED = "looked whether a flush is needed";
    /** Doings that are told of some rows. */
    private static final int MOST = 2;

    /**
     * What the words of a step claim, and what its text has to have then. A name alone is no evidence: in somebody's own text a step
     * called {@code await} may have lost its wait.
     */
    private static final Map<Pattern, Pattern> BORNE = Map.of(
            Pattern.compile("wait (?:for|until) .*"), Pattern.compile("\\bwait\\b|complete"),
            Pattern.compile("(?:ask for|queue) .*"), Pattern.compile("ask|queue|invalid|announce|todo"),
            Pattern.compile("tell the unit.*"), Pattern.compile("announce"));

    /** Steps of the model's text that do not do what their names say, as operation/step. */
    private final Set<String> misnamed = new HashSet<>();

    /** @param model whose steps are told; of those that stand in a text, words are used only that the text bears out */
    StepWords(Model model) {
        for (Operation operation : model.operations()) {
            for (Step step : operation.steps()) {
                String name = operation.name() + "/" + step.name();
                if (step.code() instanceof Written written
                        && !isBorne(words(name).orElse(""), written)) {
                    misnamed.add(name);
                }
            }
        }
    }

    private static boolean isBorne(String words, Written written) {
        String text = written.lines().stream()
                .map(line -> line.replaceFirst("^\\s*[\\w-]+:(?!=)|#.*", "").replaceFirst("#.*", ""))
                .collect(Collectors.joining("\n"));
        return BORNE.entrySet().stream()
                .allMatch(e -> !e.getKey().matcher(words).matches()
                        || e.getValue().matcher(text).find());
    }

    /** @param step as operation/step: a line of the file may speak of that, or of a step of any operation */
    private static Optional<String> words(String step) {
        return WORDS.computeIfAbsent(step, s -> line(s).or(() -> line(s.replaceFirst(INNER, "/"))));
    }

    private static Optional<String> line(String step) {
        return ALL.stream()
                .filter(n -> n.change().matcher(step).find()
                        || n.change().matcher(alone(step)).find())
                .findFirst()
                .map(Phrases.Notice::words);
    }

    /** For "it is about to ..." and "it does not ...". */
    String todo(String step) {
        return words(step).filter(words -> !misnamed.contains(step)).orElse("run '" + alone(step) + "'");
    }

    private static String alone(String step) {
        return step.substring(step.indexOf('/') + 1);
    }

    /** The same where it is worth the words of what comes next; else nothing. */
    String ahead(String step) {
        String todo = todo(step);
        return IDLE.matcher(todo).matches() ? "" : todo;
    }

    /** Whether a call that maps runs: where a mapping ends then, it has failed. */
    static boolean isOfMap(Transition t) {
        return t.steps().stream().anyMatch(step -> step.matches("(?!\\w*unmap)\\w*map\\w*/.*"));
    }

    /** For "it ...". */
    String does(String step) {
        Matcher verb = verb(step);
        return third(verb.group(1)) + verb.group(2);
    }

    /** For "it has ...". */
    String done(String step) {
        Matcher verb = verb(step);
        return VERBS.plain(verb.group(1)).orElseGet(() -> past(verb.group(1))) + verb.group(2);
    }

    /** The verb, then what follows it. */
    private Matcher verb(String step) {
        Matcher verb = VERB.matcher(todo(step));
        if (!verb.matches()) {
            throw new IllegalStateException(step + " has no verb in steps.txt");
        }
        return verb;
    }

    static String third(String verb) {
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
    boolean isWaiting(String step) {
        return !misnamed.contains(step)
                && WAITING.matcher(alone(step.replaceFirst(INNER, "/"))).matches();
    }

    /** Whether it asks a unit to forget something. */
    boolean isAsking(String step) {
        return todo(step).startsWith("ask for ");
    }

    /** Whether words of {@link #doings} are told only where nothing else was done. */
    static boolean isQuiet(String words) {
        return QUIET.matcher(words).matches();
    }

    /** Whether words of {@link #doings} say what became of an entry of the tables. */
    static boolean isEntry(String words) {
        return ENTRY.matcher(words).find();
    }

    /**
     * What some steps have done, in order, as participles.
     *
     * @param steps as operation/step
     * @param entries what became of entries of the tables meanwhile, in place of what writes them; nothing where that is not known
     * @param asksNothing whether it came to ask for an invalidation and had none to ask for
     */
    List<String> doings(List<String> steps, Optional<List<String>> entries, boolean asksNothing) {
        List<String> done = new ArrayList<>();
        List<String> rest = new ArrayList<>(entries.orElse(List.of()));
        for (String step : steps) {
            boolean writes = WRITES.matcher(todo(step)).matches();
            if (alone(step).equals("unlock-flush") && done.contains(LOOKED)) {
                done.remove(LOOKED);
                done.add("seen that no flush is needed");
            }
            if (writes && entries.isPresent()) {
                if (rest.isEmpty()
                        && CLEARS.contains(todo(step))
                        && done.stream().noneMatch(StepWords::isEntry)) {
                    done.add(NO_ENTRY);
                }
                rest.removeIf(words -> words.equals(UNFOUND) && !todo(step).equals("store the entry"));
                done.addAll(rest);
                rest.clear();
            } else {
                done.add(asksNothing && isAsking(step) ? NOTHING : done(step));
            }
        }
        rest.remove(UNFOUND);
        done.addAll(rest);
        return done;
    }

    /**
     * Those of {@link #doings} that a reader needs: locks and checks only where there is nothing else, no asking that was waited for, and
     * nothing twice.
     *
     * @param noticed what is told in other words
     * @param goesOn whether the call is not at its end
     */
    static List<String> told(List<String> done, Set<String> noticed, boolean goesOn) {
        List<String> told = new ArrayList<>();
        for (String words : done) {
            boolean said = SAID.entrySet().stream()
                    .anyMatch(e ->
                            words.startsWith(e.getKey()) && noticed.stream().anyMatch(n -> n.contains(e.getValue())));
            if (words.startsWith("waited for the inv")) {
                told.removeIf(w -> w.startsWith("asked for"));
            }
            // What was undone meanwhile is so again now.
            String put = words.replaceFirst("^taken (\\w+) out of (\\w+)$", "put $1 under $2");
            told.removeIf(w -> isEntry(words) && (w.equals(words) || w.equals(put)));
            if (!said && !isQuiet(words) && !told.contains(words)) {
                told.add(words);
            }
        }
        String latest = done.isEmpty() ? "run '" : done.get(done.size() - 1);
        if (told.isEmpty() && goesOn && noticed.isEmpty() && !latest.startsWith("run '")) {
            told.add(latest);
        }
        if (!told.stream().allMatch(MINOR.asMatchPredicate())) {
            told.removeIf(MINOR.asMatchPredicate());
        }
        if (told.stream().anyMatch(LED.asPredicate()) && told.stream().noneMatch(TAKEN.asPredicate())) {
            told.removeIf(words -> NONE.contains(words) || words.startsWith("waited with no inv"));
        }
        UNDONE.forEach((undoes, what) -> {
            if (told.stream().anyMatch(words -> words.startsWith(undoes))) {
                told.remove(what);
            }
        });
        // What became of entries is always told, of the rest what others get or can reach, else what was done last.
        for (Pattern kept : List.of(ANY_KEY, ANY_ENTRY, LED_OR_TAKEN)) {
            int most = kept == ANY_KEY ? MOST : MOST + 1;
            for (int i = 0; told.size() > most && i < told.size(); ) {
                if (kept.matcher(told.get(i)).find()) {
                    i++;
                } else {
                    told.remove(i);
                }
            }
        }
        if (!goesOn && !told.isEmpty()) {
            told.add("returned");
        }
        return told;
    }

    /** Several doings as one phrase. */
    static String and(List<String> words) {
        int last = words.size() - 1;
        return (last == 0 ? words.get(0) : String.join(", ", words.subList(0, last)) + " and " + words.get(last))
                .replaceAll("(led \\w+ to \\w+(?: \\(\\w\\))?)(,| and) led ", "$1$2 ")
                .replaceAll("(cleared \\w+'s) entry(,| and) cleared (\\w+'s entry)", "$1$2 $3");
    }

    /**
     * What the calls of a run have done.
     *
     * @param words for the steps of its machine
     * @param acts the transitions in which a fault acts
     */
    record Doings(StepWords words, List<Transition> run, Notices notices, History history, Set<Integer> acts) {
        /** What some transitions of a call have done, as participles. */
        List<String> of(int first, int last) {
            List<String> done = each(first, last);
            boolean nothing = asksNothing(last);
            if (nothing) {
                done.replaceAll(words -> words.replaceFirst(
                        "waited for the invalidation( of the device entry)?", "waited with no invalidation asked for"));
            }
            if (!nothing) {
                // It has asked before, for what there was.
                done.remove(NOTHING);
            } else if (each(begin(first), last).stream().anyMatch(GONE.asPredicate())) {
                done.replaceAll(words -> words.equals(NOTHING) ? UNASKED : words);
            }
            return done;
        }

        private List<String> each(int first, int last) {
            List<String> done = new ArrayList<>();
            for (int i = first; i <= last; i++) {
                Transition t = run.get(i);
                if (isOthers(i, first)) {
                    continue;
                }
                boolean asksNothing = notices.asksNothing(t);
                List<String> doings = words.doings(t.steps(), history.entries(i + 1), asksNothing);
                doings.removeIf(words -> Notices.saysTooMuch(words, t));
                doings.removeIf(words -> words.matches("(?:stored|written) .*") && notices.storesNothing(t));
                if (notices.failsToAsk(t)) {
                    doings.replaceAll(words -> words.equals(NOTHING) ? "failed to ask for the invalidation" : words);
                }
                if (t.steps().stream().anyMatch(step -> step.endsWith("/find-entry"))) {
                    doings.replaceAll(words -> words.equals(NOTHING) ? NO_ENTRY : words);
                }
                done.addAll(doings);
            }
            return done;
        }

        /** Whether the call of a row has asked for no invalidation up to there. */
        boolean asksNothing(int row) {
            return notices.asksNothingAtAll(run, row);
        }

        private boolean isOthers(int i, int row) {
            return !cpu(i).isEmpty() && !cpu(i).equals(cpu(row));
        }

        private String cpu(int i) {
            return ActionLabel.of(run.get(i).name()).cpu();
        }

        /** Where the call begins that goes on in a row. */
        private int begin(int row) {
            int i = row;
            while (i > 0
                    && (isOthers(i, row)
                            || cpu(i).isEmpty()
                            || ActionLabel.of(run.get(i).name()).goesOn())) {
                i--;
            }
            return i;
        }

        /** Leaves out what the fault's words say is done in its place, or what it should not have come to. */
        void spare(List<String> told, int row, String act) {
            List<String> steps = run.get(row).steps();
            String step = steps.isEmpty() ? "" : steps.get(steps.size() - 1);
            told.removeIf(words -> !step.isEmpty()
                    && words.equals(this.words.done(step))
                    && (act.startsWith("it " + this.words.does(step) + ",") || act.contains("; here ")));
            told.removeIf(words -> act.startsWith("correct code waits") && words.startsWith("waited"));
            if (act.startsWith("correct code refuses")) {
                List<String> here = each(row, row);
                told.removeIf(words -> !isEntry(words) && here.contains(words));
            }
        }

        /** Who puts into a queue what a unit is to invalidate has not only asked for it. */
        String queued(String words, int first, int last) {
            return history.isQueuedIn(first + 1, last + 1) ? words.replace("asked for ", "queued ") : words;
        }

        /** Whether the call of a row goes on later, and something else comes first that is not a unit's work for it. */
        boolean isInterrupted(int row, Set<String> service) {
            int next = row + 1;
            while (next < run.size()
                    && service.contains(ActionLabel.of(run.get(next).name()).name())) {
                next++;
            }
            return next < run.size()
                    && !cpu(next).equals(cpu(row))
                    && IntStream.range(next, run.size())
                            .anyMatch(i -> cpu(i).equals(cpu(row))
                                    && ActionLabel.of(run.get(i).name()).goesOn());
        }
    }
}
