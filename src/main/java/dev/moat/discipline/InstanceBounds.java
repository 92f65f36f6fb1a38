package dev.moat.discipline;

import dev.moat.logic.Vocabulary;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many elements each sort has in an instance.
 *
 * @param sizes by name of the sort; a sort that is not named has one, and no relation of it has a meaning
 * @param wide whether it also has the actions that {@link #BEYOND} names; nobody grants then, and spaces but the first are nobody's
 * @param also some of those actions, which it has although it is not wide; none where it is
 */
public record InstanceBounds(Map<String, Integer> sizes, boolean wide, NavigableSet<String> also) {
    /**
     * Actions that only software has which moves devices, gives tags away, parks devices or grants nothing. An instance that has them all
     * is twenty times as large.
     */
    static final Set<String> BEYOND = Set.of(
            "begin-use",
            "begin-use-ro",
            "widen",
            "name",
            "unname",
            "take-tag",
            "return-tag",
            "set-entry-wo",
            "give-up",
            "hit",
            "owe-drain",
            "waive-drain",
            "park-context",
            "lead-context",
            "begin-move",
            "move-context",
            "end-move");

    private static final String WIDE = "wide";
    private static final String WITH = " with ";
    /** A sort that has a parameter. */
    private record Sized(String sort, String parameter, String says, int initial) {}

    private static final int MOST = 3;

    private static final List<Sized> SORTS = List.of(
            new Sized("Dom", "domains", "Domains; the last ones have the I/O spaces.", 2),
            new Sized("Frame", "frames", "Frames, owned at first by the domains in turn.", 1),
            new Sized("Page", "pages", "I/O pages; frame n is found at page n, modulo the pages.", 1),
            new Sized("Req", "devices", "Devices, unassigned at first.", 1),
            new Sized("Unit", "iommus", "IOMMUs.", 1),
            new Sized("Tag", "tags", "Cache tags; tag n means space n, modulo the spaces.", 1),
            new Sized("Space", "spaces", "I/O address spaces.", 1),
            new Sized("Gref", "grants", "Grant entries, in the tables of the domains in turn.", 1),
            new Sized("Hold", "holds", "Mappings that can be unfinished at once.", 1),
            new Sized(
                    "Inv",
                    "invalidations",
                    "Tokens of submitted invalidations; the first covers all, n page n - 1; the last drains requests.",
                    1));

    public InstanceBounds {
        sizes = Map.copyOf(sizes);
        also = Collections.unmodifiableNavigableSet(new TreeSet<>(also));
    }

    private InstanceBounds(Map<String, Integer> sizes, boolean wide) {
        this(sizes, wide, Collections.emptyNavigableSet());
    }

    /** The parameters by which a scenario sets them. */
    static List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.flag(
                WIDE,
                "Whether devices move and are parked, tags change their meaning, and mappings need no grant.",
                false));
        SORTS.forEach(s -> all.add(Parameter.number(s.parameter(), s.says(), s.initial(), 1, MOST)));
        return all;
    }

    static InstanceBounds of(Setting setting) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        SORTS.forEach(s -> sizes.put(s.sort(), setting.number(s.parameter())));
        return new InstanceBounds(sizes, setting.flag(WIDE));
    }

    /** The same with all actions. */
    public InstanceBounds widened() {
        return new InstanceBounds(sizes, true);
    }

    /** The same with these actions, and no others that they do not have; the shape stays what it is. */
    public InstanceBounds having(Collection<String> actions) {
        NavigableSet<String> more = new TreeSet<>(also);
        actions.stream().filter(a -> !has(a)).forEach(more::add);
        return new InstanceBounds(sizes, wide, more);
    }

    /** Whether an instance has an action, one of the discipline: those of {@link #BEYOND} one has that is wide, or has them also. */
    public boolean has(String action) {
        return wide || also.contains(action) || !BEYOND.contains(action);
    }

    /** What a scenario gets that sets none of the parameters. */
    public static InstanceBounds initial() {
        return of(new Setting(parameters(), Map.of()));
    }

    /** As {@link #initial}, with some parameters set, by name and as text; throws as {@link Setting}. */
    public static InstanceBounds with(Map<String, String> given) {
        return of(new Setting(parameters(), given));
    }

    /**
     * What {@link #toString} wrote.
     *
     * @throws BadSettingException for a word that is no setting, then as {@link Setting}
     */
    public static InstanceBounds read(String text) {
        String[] halves = text.split(WITH, 2);
        Map<String, String> given = new LinkedHashMap<>();
        for (String word : halves[0].split(" ")) {
            String[] parts = word.split("=", 2);
            if (parts.length < 2) {
                throw new BadSettingException(word, "'" + word + "' sets no bound: the form is name=value");
            }
            given.put(parts[0], parts[1]);
        }
        InstanceBounds read = with(given);
        return halves.length == 1 ? read : read.having(List.of(halves[1].split(", ")));
    }

    /** At least these many elements of each sort that has a parameter, and at most as many as its parameter allows. */
    public InstanceBounds atLeast(Map<String, Integer> others) {
        Map<String, Integer> larger = new LinkedHashMap<>(sizes);
        for (Sized s : SORTS) {
            larger.merge(s.sort(), Math.min(MOST, others.getOrDefault(s.sort(), 0)), Math::max);
        }
        return new InstanceBounds(larger, wide, also);
    }

    /**
     * These, these with all actions, also with a space that is nobody's, then these with one element more of each sort in
     * turn, where its parameter allows that; from the last sort on, because what operations are made of comes last.
     */
    public List<InstanceBounds> andLarger() {
        List<InstanceBounds> all = new ArrayList<>(List.of(this));
        if (!wide) {
            all.add(widened());
            all.add(widened().atLeast(Map.of("Space", 2)));
        }
        List<Sized> lastFirst = new ArrayList<>(SORTS);
        Collections.reverse(lastFirst);
        for (Sized s : lastFirst) {
            if (size(s.sort()) < MOST) {
                all.add(atLeast(Map.of(s.sort(), size(s.sort()) + 1)));
            }
        }
        return all;
    }

    /** Number of elements of a sort. */
    public int size(String sort) {
        return sizes.getOrDefault(sort, 0);
    }

    /** For people: {@code domains=2 frames=1 ...}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        SORTS.forEach(s -> words.add(s.parameter() + "=" + size(s.sort())));
        if (wide) {
            words.add(WIDE + "=true");
        }
        if (!also.isEmpty()) {
            return String.join(" ", words) + WITH + String.join(", ", also);
        }
        return String.join(" ", words);
    }

    /**
     * Whether an atom of a relation that no action changes is true: the shape of the machine. Every I/O page of a frame
     * is the frame (the identity of PV domains), every device is at every IOMMU.
     */
    boolean isFixed(String relation, int a, int b, int c, int d) {
        return switch (relation) {
            case "at" -> true;
            case "for" -> b == size("Dom") - 1 - a % size("Dom") && (!wide || a == 0);
            case "stands" -> c == b % size("Space");
            case "names" -> b == c % size("Page");
            case "tableOf" -> b == a % size("Dom") && !wide;
            case "untrusted", "refusing", "validIn" -> true;
            case "coversP" -> a == 0;
            case "covers" -> a == 0 || d == (a - 1) % size("Page");
            case "coversQ" -> a == 0;
            case "drains" -> a == size("Inv") - 1;
            default -> false;
        };
    }

    /** Whether an atom of a relation that actions change is true initially: frames are owned, tags mean spaces, device tables are filled, all else is empty. */
    boolean isInitial(String relation, int a, int b, int c) {
        boolean begins = Set.of("names", "stands", "validIn").contains(relation);
        return begins ? isFixed(relation, a, b, c, 0) : relation.equals("owner") && b == a % size("Dom");
    }

    /** The sorts of a vocabulary's relation, or none for an unknown one. */
    static List<String> places(Vocabulary vocabulary, String relation) {
        List<String> places = vocabulary.places(relation);
        return places == null ? List.of() : places;
    }
}
