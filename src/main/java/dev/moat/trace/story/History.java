package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import dev.moat.trace.Transition;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The states of a trace, and the values of the vocabulary's relations in them. */
final class History {
    /** More atoms than this are not looked through: they are of machines at real size. */
    private static final int MANY = 1 << 18;
    /** A place of an atom that any element may stand in. */
    static final int ANY = -1;

    /** Atoms that are asked before and after each transition. */
    private static final int SMALL = 1 << 10;
    /** What is told of the rights of an entry, by {@link #rights}. */
    private static final List<String> RIGHTS = List.of("", " (r)", "", " (w)");

    /** What stands where tables do not lead to a page's entry any more, which is as it was. */
    private static final String NOWHERE = " nowhere";

    private static final Pattern LINKS = Pattern.compile("directory|^domain\\.(?:root|mode)");
    private static final Pattern ROOTS = Pattern.compile("^domain\\.(?:root|mode)");
    private static final Pattern LEAVES = Pattern.compile("leaf|pte|tce");
    /** A slot of a last level, whose first group names the tables. */
    private static final Pattern TABLES = Pattern.compile("(?:leaf|pte|tce)\\[(s\\d+)[.,].*");
    /** Words of a call that asks for reading only. */
    private static final Pattern READ_ONLY = Pattern.compile("(?:\\br|ro|to_device)\\)");

    private static final Pattern DOMAIN = Pattern.compile("\\bd\\d+\\b");

    private static final Pattern FRAME = Pattern.compile("\\bf\\d+\\b(?! \\(\\w+\\*)");
    /** Entries of one call that are told. */
    private static final int MOST = 3;

    private static final Pattern QUEUE = Pattern.compile("^(?:u\\d+\\.)?(?:queueCount|commandLo)$");

    /** Slots of machines whose unit sees a store later than the CPU that made it. */
    static final Pattern LATE = Pattern.compile("(?:u\\d+\\.)?(?:storeStage|tceLate)");

    private final Machine machine;
    private final Abstraction abstraction;
    private final boolean late;
    private final long[] initial;
    private final List<Transition> transitions;
    /** Whether entries of more tables than one change, so that a page alone does not say which entry is meant. */
    private final boolean several;

    History(Machine machine, List<Transition> transitions) {
        this.machine = machine;
        abstraction = machine.model().abstraction();
        late = machine.schema().families().stream()
                .anyMatch(f -> f.width() > 0 && LATE.matcher(f.name()).matches());
        initial = machine.initial();
        this.transitions = transitions;
        several = transitions.stream()
                        .flatMap(t -> t.changes().stream())
                        .map(c -> TABLES.matcher(c.slots().label(c.element())))
                        .filter(Matcher::matches)
                        .map(m -> m.group(1))
                        .distinct()
                        .count()
                > 1;
    }

    Machine machine() {
        return machine;
    }

    long[] last() {
        return before(transitions.size() + 1);
    }

    /** Whether a unit may see a store later than it was made. */
    boolean seesLate() {
        return late;
    }

    /**
     * The row since which a unit has not seen what was stored to the entry of a device; 0 when it has seen all.
     *
     * @param device the device's label
     */
    int unseenEntry(String device) {
        return machine.schema().families().stream()
                .filter(f -> f.width() > 0 && LATE.matcher(f.name()).matches())
                .flatMap(f -> IntStream.range(0, f.size())
                        .filter(i -> f.get(last(), i) != 0 && f.label(i).endsWith("[context." + device + "]"))
                        .mapToObj(i -> since(s -> f.get(s, i) != 0)))
                .findFirst()
                .orElse(0);
    }

    /** Whether a unit has not seen all that was stored in a state. */
    boolean isUnseen(long[] state) {
        return isSet(state, LATE);
    }

    /** Whether a unit has something in its queue in a state. */
    boolean isQueued(long[] state) {
        return isSet(state, QUEUE);
    }

    private boolean isSet(long[] state, Pattern name) {
        return machine.schema().families().stream()
                .filter(f -> f.width() > 0 && name.matcher(f.name()).matches())
                .anyMatch(f -> IntStream.range(0, f.size()).anyMatch(i -> f.get(state, i) != 0));
    }

    /** Whether some transitions put anything into a unit's queue, or take it from there. */
    boolean isQueuedIn(int first, int last) {
        return changes(first, last, QUEUE);
    }

    List<Transition> transitions() {
        return transitions;
    }

    /** The state before a row of the table, from 1 on; before 0 there is none but the initial one. */
    long[] before(int row) {
        return row <= 1 ? initial : transitions.get(row - 2).state();
    }

    /** The states behind so many rows, and behind each one that follows. */
    Stream<long[]> behind(int rows) {
        return Stream.iterate(rows, row -> row <= transitions.size(), row -> row + 1)
                .map(row -> before(row + 1));
    }

    /** The row since which something is so without interruption that is so at the end; 0 when it always was. */
    int since(Predicate<long[]> truth) {
        int row = transitions.size();
        while (row > 0 && truth.test(before(row))) {
            row--;
        }
        return row;
    }

    /** The number of an element in a sort of the vocabulary, or -1. */
    int element(String sort, String label) {
        return abstraction.sort(sort).map(s -> s.element(label)).orElse(-1);
    }

    /** The label of an element. */
    String label(String sort, int element) {
        return abstraction.sort(sort).map(s -> s.label(element)).orElse("?");
    }

    /** The sorts of a relation's places; none where the machine does not have it. */
    List<Sort> places(String relation) {
        return abstraction.relation(relation).map(Relation::places).orElse(List.of());
    }

    /** Whether an atom is so; never where the machine does not have the relation. */
    boolean holds(String relation, long[] s, int... elements) {
        int[] e = Arrays.copyOf(elements, 5);
        return abstraction
                .relation(relation)
                .filter(r -> r.code().holds(s, e[0], e[1], e[2], e[3], e[4]))
                .isPresent();
    }

    /** The true atoms that have these elements where none is {@link #ANY}, in order. */
    Stream<int[]> find(String relation, long[] s, int... wanted) {
        Optional<Relation> found = abstraction.relation(relation).filter(r -> r.atoms() <= MANY);
        return found.stream()
                .flatMap(r -> Stream.iterate(0, n -> n < r.atoms(), n -> n + 1)
                        .map(n -> {
                            int[] e = new int[5];
                            r.place(n, e);
                            return e;
                        })
                        .filter(e -> fits(e, wanted) && holds(relation, s, e)));
    }

    /** Whether the entry of a page in the one table of all, a GART's, is what it was before anything was mapped. */
    boolean isAsAtFirst(String page) {
        long[] last = last();
        return machine.schema().families().stream()
                .filter(f -> f.width() > 0 && f.name().equals("pte"))
                .anyMatch(f -> IntStream.range(0, f.size())
                        .anyMatch(i -> f.label(i).equals("pte[" + page + "]") && f.get(last, i) == f.get(initial, i)));
    }

    /** Whether what is cached of a page leads to no frame of the vocabulary: to a scratch page, say. */
    boolean cachesNothing(long[] s, String page) {
        int p = element("Page", page);
        return p >= 0
                && Stream.of("mayR", "mayW")
                        .allMatch(may -> isListed(may)
                                && find(may, s, ANY, ANY, p, ANY).findAny().isEmpty());
    }

    /** The frame that a cache serves behind a row and did not before it; empty where that is not one. */
    String nowCached(int row) {
        List<Integer> frames = Stream.of("mayR", "mayW")
                .flatMap(may -> find(may, before(row + 1), ANY, ANY, ANY, ANY).filter(e -> !holds(may, before(row), e)))
                .map(e -> e[3])
                .distinct()
                .toList();
        return frames.size() == 1 ? label("Frame", frames.get(0)) : "";
    }

    /** Whether {@link #find} finds all there is of a relation: the machine has it, and not too much of it. */
    private boolean isListed(String relation) {
        return abstraction.relation(relation).filter(r -> r.atoms() <= MANY).isPresent();
    }

    /** What a transition changed in the tables, as participles: {@code led p0 to f0}; nothing where that is not seen at once, or has too many atoms. */
    Optional<List<String>> entries(int row) {
        long[] before = before(row);
        long[] after = before(row + 1);
        List<String> pages = pages(before, after);
        if (!hasTables() || late) {
            return pages.isEmpty() ? Optional.empty() : Optional.of(pages);
        }
        Stream<String> entries =
                tables(row, row).entrySet().stream().map(e -> e.getValue() + inTables(e.getKey(), d -> false));
        List<String> all = Stream.concat(pages.stream(), entries).distinct().toList();
        boolean unfound = all.isEmpty() && changed(row, row, LEAVES).anyMatch(c -> c.before() == 0 && c.after() != 0);
        return Optional.of(unfound ? List.of(StepWords.UNFOUND) : all);
    }

    /**
     * What some transitions together made of entries, as sentences: {@code p0 leads to f0}; what was undone again is not told, nor what is
     * in the words for the call, nor much.
     *
     * @param told the words for the call, or empty; where these name a domain, whose tables others are is said
     */
    List<String> became(int first, int last, String told) {
        Set<String> became = new LinkedHashSet<>(transfers(before(first), before(last + 1)));
        if (!hasTables()) {
            return List.copyOf(became);
        }
        boolean reads = READ_ONLY.matcher(told).find();
        tables(first, last).forEach((space, words) -> {
            String[] doing = words.split(" ", 4);
            String says = words.startsWith("led ") && !words.endsWith(NOWHERE)
                    ? doing[1] + " leads to " + doing[3] + (reads && !doing[3].contains(" ") ? " (rw)" : "")
                            + (isOther(doing[3], told) ? " instead" : "")
                    : words.startsWith("cleared ")
                            ? doing[1] + " entry is cleared"
                            : words.endsWith(NOWHERE)
                                    ? words.replaceFirst("^led ", "").replace(" nowhere", " leads nowhere")
                                    : words.replaceFirst("given (\\S+) entry", "$1 entry gets")
                                            .replaceFirst(
                                                    "taken (the right to write) from (\\S+) entry",
                                                    "$2 entry loses $1");
            String whose = inTables(space, d -> DOMAIN.matcher(told).find() && !StoryNames.has(told, d));
            boolean named = told.contains(
                            "the entry " + label("Page", Integer.parseInt(space.replaceFirst(".* ", ""))) + " of ")
                    || told.contains("read-only entry ");
            if (!named && !told.contains(says) && !told.contains(says.replaceFirst(" leads to ", " to "))) {
                became.add(says + whose);
            }
        });
        return became.size() > MOST ? List.of() : List.copyOf(became);
    }

    /** Where bus addresses lead that drivers were told, other than to the buffer. */
    private List<String> transfers(long[] before, long[] after) {
        return find("leads", after)
                .filter(e -> !holds("leads", before, e))
                .filter(e -> holds("direct", after, e[0]) && !holds("backs", after, e))
                .map(e -> label("Part", e[1]) + "'s bus address leads to " + label("Frame", e[2])
                        + find("backs", after, e[0], e[1], ANY)
                                .findFirst()
                                .map(b -> ", its buffer is in " + label("Frame", b[2]) + under(b[2], after))
                                .orElse(""))
                .distinct()
                .toList();
    }

    /** The page that a frame is under, in brackets. */
    private String under(int frame, long[] s) {
        return find("p2m", s, ANY, frame)
                .findFirst()
                .map(p -> " (" + label("Gfn", p[0]) + ")")
                .orElse("");
    }

    /** Whether words name a frame, and not this one. */
    private static boolean isOther(String frame, String told) {
        return FRAME.matcher(told).find() && !told.contains(" list ") && !StoryNames.has(told, frame.split(" ", 2)[0]);
    }

    /** The domain that the tables are for which a key of {@link #tables} names. */
    private Optional<String> owner(String key) {
        int space = Integer.parseInt(key.split(" ", 2)[0]);
        return find("for", last(), space, ANY).findFirst().map(f -> label("Dom", f[1]));
    }

    /** Words for whose tables they are that a key of {@link #tables} names, where that is to be said. */
    private String inTables(String key, Predicate<String> isSaid) {
        return owner(key)
                .filter(d -> several || isSaid.test(d))
                .map(d -> " in " + d + "'s tables")
                .orElse("");
    }

    /** Whether a row leaves a page's entry as it is, and changes what leads to it. */
    boolean cutsOff(int row, String page) {
        return tables(row, row).containsValue("led " + page + NOWHERE);
    }

    private boolean hasTables() {
        return abstraction.relation("mapR").filter(r -> r.atoms() <= SMALL).isPresent();
    }

    /** What some transitions changed in tables, by space and page. */
    private Map<String, String> tables(int first, int last) {
        long[] before = before(first);
        long[] after = before(last + 1);
        // Tables that grow get a new root beside what a map stores below it.
        boolean linked = (changes(first, last, LINKS) && !changes(first, last, LEAVES))
                || (changes(first, last, ROOTS) && !overwrites(first, last, LEAVES));
        Optional<Relation> reads = abstraction.relation("mapR");
        Map<String, String> changed = new LinkedHashMap<>();
        int[] e = new int[5];
        for (int n = 0; reads.isPresent() && n < reads.get().atoms(); n++) {
            reads.get().place(n, e);
            int rights = rights(before, e);
            int now = rights(after, e);
            String page = label("Page", e[1]);
            if (rights != now) {
                String words = now == 0
                        ? linked ? "led " + page + NOWHERE : "cleared " + page + "'s entry"
                        : rights == 0
                                ? "led " + page + " to " + label("Frame", e[2]) + RIGHTS.get(now)
                                : now < rights
                                        ? "taken the right to write from " + page + "'s entry"
                                        : "given " + page + "'s entry the right to write";
                // What leads elsewhere now is not told to be cleared, too.
                changed.merge(e[0] + " " + e[1], words, (old, other) -> now == 0 ? old : other);
            }
        }
        return changed;
    }

    /** What changed in the p2m of a guest. */
    private List<String> pages(long[] before, long[] after) {
        return Stream.concat(
                        find("p2m", before)
                                .filter(e -> !holds("p2m", after, e))
                                .map(e -> "taken " + label("Frame", e[1]) + " out of " + label("Gfn", e[0])),
                        find("p2m", after)
                                .filter(e -> !holds("p2m", before, e))
                                .map(e -> "put " + label("Frame", e[1]) + " under " + label("Gfn", e[0])))
                .toList();
    }

    /** Whether some transitions change slots of such a name. */
    private boolean changes(int first, int last, Pattern name) {
        return changed(first, last, name).findAny().isPresent();
    }

    /** Whether they change what stood there, and do not only fill what was empty. */
    private boolean overwrites(int first, int last, Pattern name) {
        return changed(first, last, name).anyMatch(c -> c.before() != 0);
    }

    private Stream<Schema.Change> changed(int first, int last, Pattern name) {
        return transitions.subList(first - 1, last).stream()
                .flatMap(t -> t.changes().stream())
                .filter(c -> name.matcher(c.slots().name()).find());
    }

    /** 0, 1 to read, 2 to read and write, 3 to write only. */
    private int rights(long[] s, int[] e) {
        boolean reads = holds("mapR", s, e[0], e[1], e[2]);
        boolean writes = holds("mapW", s, e[0], e[1], e[2]);
        return reads ? writes ? 2 : 1 : writes ? 3 : 0;
    }

    private static boolean fits(int[] elements, int[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] != ANY && wanted[i] != elements[i]) {
                return false;
            }
        }
        return true;
    }
}
