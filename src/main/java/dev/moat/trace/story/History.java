package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import dev.moat.trace.Transition;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The states of a trace, and what the relations of the vocabulary say of them. */
final class History {
    /** More atoms than this are not looked through: they are of machines at real size. */
    private static final int MANY = 1 << 18;
    /** A place of an atom that any element may stand in. */
    static final int ANY = -1;

    /** Atoms that are asked before and after each transition. */
    private static final int SMALL = 1 << 10;
    /** What is told of the rights of an entry, by {@link #rights}. */
    private static final List<String> RIGHTS = List.of("", " (r)", "", " (w)");

    /** Slots of machines whose unit sees a store later than the CPU that made it. */
    private static final Pattern QUEUE = Pattern.compile("(?:u\\d+\\.)?(?:queueCount|commandLo)");

    private static final Pattern LATE = Pattern.compile("(?:u\\d+\\.)?(?:storeStage|tceLate)");

    private final Machine machine;
    private final Abstraction abstraction;
    private final boolean late;
    private final long[] initial;
    private final List<Transition> transitions;

    History(Machine machine, List<Transition> transitions) {
        this.machine = machine;
        abstraction = machine.model().abstraction();
        late = machine.schema().families().stream()
                .anyMatch(f -> f.width() > 0 && LATE.matcher(f.name()).matches());
        initial = machine.initial();
        this.transitions = transitions;
    }

    long[] last() {
        return before(transitions.size() + 1);
    }

    /** Whether a unit may see a store later than it was made. */
    boolean seesLate() {
        return late;
    }

    /** Whether a unit has something in its queue at the end. */
    boolean isQueued() {
        long[] last = last();
        return machine.schema().families().stream()
                .filter(f -> f.width() > 0 && QUEUE.matcher(f.name()).matches())
                .anyMatch(f -> IntStream.range(0, f.size()).anyMatch(i -> f.get(last, i) != 0));
    }

    /** How many rows the table has. */
    int rows() {
        return transitions.size();
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

    /** Whether a device was last being attached or detached, as the calls say that were made; for example {@code being attached}. */
    String handling() {
        for (int i = transitions.size() - 1; i >= 0; i--) {
            String call = Letter.of(transitions.get(i).name()).name();
            if (call.matches(".*(detach|deassign|destroy).*")) {
                return "being taken away";
            } else if (call.matches(".*(attach|assign|create).*")) {
                return "being assigned";
            }
        }
        return "being assigned or taken away";
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

    /** Whether what is cached of a page leads to no frame of the vocabulary: to a scratch page, say. */
    boolean cachesNothing(long[] s, String page) {
        int p = element("Page", page);
        return p >= 0
                && Stream.of("mayR", "mayW")
                        .allMatch(may -> isListed(may)
                                && find(may, s, ANY, ANY, p, ANY).findAny().isEmpty());
    }

    /** Whether {@link #find} finds all there is of a relation: the machine has it, and not too much of it. */
    private boolean isListed(String relation) {
        return abstraction.relation(relation).filter(r -> r.atoms() <= MANY).isPresent();
    }

    /** What a transition changed in the tables, as participles: {@code led p0 to f0}; nothing where that is not seen at once, or has too many atoms. */
    Optional<List<String>> entries(int row) {
        long[] before = before(row);
        long[] after = before(row + 1);
        Optional<Relation> reads = abstraction.relation("mapR").filter(r -> r.atoms() <= SMALL);
        List<String> pages = pages(before, after);
        if (reads.isEmpty() || late) {
            return pages.isEmpty() ? Optional.empty() : Optional.of(pages);
        }
        Map<String, String> changed = new LinkedHashMap<>();
        int[] e = new int[5];
        for (int n = 0; n < reads.get().atoms(); n++) {
            reads.get().place(n, e);
            int rights = rights(before, e);
            int now = rights(after, e);
            String page = label("Page", e[1]);
            if (rights != now) {
                String words = now == 0
                        ? "emptied " + page + "'s entry"
                        : rights == 0
                                ? "led " + page + " to " + label("Frame", e[2]) + RIGHTS.get(now)
                                : now < rights
                                        ? "taken the right to write from " + page + "'s entry"
                                        : "given " + page + "'s entry the right to write";
                // What leads elsewhere now is not told to be emptied, too.
                changed.merge(e[0] + " " + page, words, (old, other) -> now == 0 ? old : other);
            }
        }
        return Optional.of(Stream.concat(pages.stream(), changed.values().stream())
                .distinct()
                .toList());
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
