package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.model.Argument;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The meaning of the short names in a text: {@code (d0, d1: domains)}. */
final class StoryNames {
    private static final Phrases CALLED = Phrases.of("names.properties");
    private static final Pattern NAME = Pattern.compile("\\b(?:host-)?[a-z]+[0-9]+[a-z]?(?:\\.[a-z]+[0-9]+){0,2}\\b");
    /** Words already: CPUs, also where a mapping is called after the one that makes it. */
    private static final Pattern PLAIN = Pattern.compile("cpu\\d.*");
    /** Where the number stands of the domain that has a device at first. */
    private static final String DOMAIN = "{d}";
    /** Where the name's own number stands, and that of a group which there has to be. */
    private static final List<String> NUMBER = List.of("{n}", "{g}");

    /** The sort of what is a part, and of what its name does not say. */
    private static final String PART = "Part";

    private static final String ALIAS = ".alias";
    /** Sorts with more elements are of machines at real size, whose names are numbers of that size. */
    private static final int MANY = 1 << 12;

    private final String component;
    private final History start;
    private final List<Sort> sorts = new ArrayList<>();

    /**
     * @param run the trace, in which a frame may come to be used for something
     * @param component the id of the machine's component, whose own names go before those of all
     */
    StoryNames(Machine machine, List<Transition> run, String component) {
        this.component = component;
        start = new History(machine, run);
        sorts.addAll(machine.model().abstraction().sorts());
        machine.model().actions().forEach(a -> add(a.arguments()));
        machine.model().operations().forEach(o -> add(o.arguments()));
        machine.schema().families().stream().map(Slots::index).forEach(sorts::addAll);
        sorts.removeIf(s -> s.size() > MANY || called(s.name()).isEmpty());
    }

    private Optional<String> called(String sort) {
        return own(sort).or(() -> CALLED.plain(sort));
    }

    /** Whether a text has a name as a word of its own; names of components of others may be of any characters. */
    static boolean has(String text, String name) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                .matcher(text)
                .find();
    }

    private Optional<String> own(String sort) {
        return CALLED.plain(component + "/" + sort);
    }

    private void add(List<Argument> arguments) {
        arguments.forEach(a -> sorts.add(a.sort()));
    }

    /**
     * Those in a text, in the order in which their sorts come up; nothing where every name is a word already.
     *
     * @param besides a text whose names are known
     */
    Optional<String> in(String text, String besides) {
        Set<String> known = NAME.matcher(besides).results().map(r -> r.group()).collect(Collectors.toSet());
        Map<String, Set<String>> found = new LinkedHashMap<>();
        Matcher names = NAME.matcher(text);
        while (names.find()) {
            String name = names.group();
            sorts.stream()
                    .filter(s -> s.element(name) >= 0 && !PLAIN.matcher(name).matches() && !known.contains(name))
                    // Where PASIDs stand for devices, they are PASIDs.
                    .filter(s -> !s.name().equals("Req") || !name.startsWith("host-"))
                    .filter(s -> own(s.name()).isPresent()
                            || s.name().equals(PART)
                            || !name.startsWith(s.name().toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .ifPresent(s -> found.computeIfAbsent(
                                    besides.isEmpty()
                                            ? tables(s, name).orElseGet(() -> meaning(s, name))
                                            : meaning(s, name),
                                    n -> new TreeSet<>())
                            .add(name));
        }
        List<String> parts = new ArrayList<>();
        found.forEach((meaning, all) -> {
            String[] called = meaning.split(", ");
            parts.add(String.join(", ", all) + ": " + called[all.size() == 1 ? 0 : 1]);
        });
        return parts.isEmpty() ? Optional.empty() : Optional.of("(" + String.join("; ", parts) + ")");
    }

    /** Whose tables they are, where that is known and a reader has nothing else to learn it from. */
    private Optional<String> tables(Sort sort, String name) {
        int s = sort.name().equals("Space") ? start.element("Space", name) : -1;
        return s < 0
                ? Optional.empty()
                : start.find("for", start.last(), s, History.ANY)
                        .findFirst()
                        .flatMap(f -> CALLED.plain("Space/of").map(of -> of.replace(DOMAIN, start.label("Dom", f[1]))));
    }

    /** What a name stands for, one and many: of a device also who has it at first, where somebody has. */
    private String meaning(Sort sort, String name) {
        String kind = sort.name().equals("Req")
                ? name.contains(ALIAS) ? "Req/alias" : name.startsWith("v") ? "Req/virtual" : "Req"
                : sort.name().equals("Frame")
                        ? "Frame" + use(name)
                        : name.startsWith("host-") ? sort.name() + "/host" : sort.name();
        String number = name.replaceFirst("^\\D*(\\d+).*", "$1");
        String meaning = called(kind + "/" + number)
                .or(() -> called(kind))
                .or(() -> called(sort.name()))
                .orElse(sort.name() + ", " + sort.name());
        Optional<String> domain = sort.name().equals("Req") ? domain(name) : Optional.of(number);
        boolean fits = domain.isPresent() && (!meaning.contains("{g}") || isGroup("g" + number));
        if (!fits && meaning.contains("{")) {
            meaning = called(kind + "/else").orElse(meaning);
        }
        for (String place : NUMBER) {
            meaning = meaning.replace(place, number);
        }
        String label = domain.orElse("");
        // A domain may have a name in place of a number.
        return meaning.replace("d" + DOMAIN, label).replace(DOMAIN, label.replaceFirst("\\D*", ""));
    }

    /** What a frame is for, where that is not its owner's to say: part of a page is bounced through it, or it is of the tables at first. */
    private String use(String frame) {
        int f = start.element("Frame", frame);
        boolean bounces = f >= 0
                && IntStream.rangeClosed(1, start.transitions().size() + 1)
                        .anyMatch(row -> start.holds("bouncesPart", start.before(row), f));
        return bounces ? "/bounce" : f >= 0 && start.holds("ioTable", start.before(1), f) ? "/table" : "";
    }

    /**
     * Who has a translation cached, and since which row.
     *
     * @param served who is served by it alone, empty where that is whoever the unit serves
     */
    record Holder(String who, int row, String served) {
        String text() {
            return who + " has cached" + Phrases.from(row);
        }

        /** Puts it in the place of the unit, of what a relation says. */
        void into(Map<String, String> places, String name) {
            if (!served.isEmpty()) {
                places.put(name + ".0", who);
                places.put(name + ".from", Phrases.from(row));
                List.of(name + ".who", "for.0.who", "stands.2.who", "limbo.0.who")
                        .forEach(place -> places.put(place, served));
            }
        }
    }

    /**
     * Who has a translation cached that a cache serves: the device itself, where it keeps it and the unit does not; or the unit.
     *
     * @param of unit, tag, page and frame
     * @param row since when it is served
     */
    static Holder holder(History history, List<String> of, int row) {
        Holder unit = new Holder(of.get(0), row, "");
        int t = history.element("Tag", of.get(1));
        int p = history.element("Page", of.get(2));
        Slots kept = slots(history, "deviceTlb").orElse(null);
        boolean inUnit = slots(history, "iotlbRights")
                .filter(cache -> t >= 0 && p >= 0 && cache.get(history.last(), t, p) != 0)
                .isPresent();
        if (kept == null || inUnit || p < 0) {
            return unit;
        }
        return IntStream.range(0, kept.index().get(0).size())
                .filter(q -> kept.get(history.last(), q, p) != 0)
                .mapToObj(q -> device(history, kept, q, p))
                .findFirst()
                .orElse(unit);
    }

    private static Holder device(History history, Slots kept, int q, int p) {
        String label = kept.index().get(0).label(q);
        String owner = history.find("assigned", history.last(), q, History.ANY)
                .map(a -> history.label("Dom", a[1]) + "'s ")
                .findFirst()
                .orElse("");
        return new Holder(label + " itself", history.since(s -> kept.get(s, q, p) != 0), owner + label);
    }

    private static Optional<Slots> slots(History history, String name) {
        return history.machine().schema().families().stream()
                .filter(f -> f.name().equals(name))
                .findFirst();
    }

    private boolean isGroup(String name) {
        return sorts.stream().anyMatch(s -> s.name().equals("Group") && s.element(name) >= 0);
    }

    /** The number of the domain that has a device before anything is done. */
    private Optional<String> domain(String device) {
        int q = start.element("Req", device);
        return q < 0
                ? Optional.empty()
                : start.find("assigned", start.before(1), q, History.ANY)
                        .findFirst()
                        .map(a -> start.label("Dom", a[1]));
    }
}
