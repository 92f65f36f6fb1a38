package dev.moat.trace.story;

import dev.moat.logic.judge.Reason;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import dev.moat.trace.Transition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A broken property in plain words, with the elements that break it: the device, its path, why it has no right, and
 * the owner.
 */
final class Broken {
    private static final Phrases SENTENCES = Phrases.of("broken.properties");
    /** Who has unmapped something from his devices goes on to use it himself. */
    private static final String OTHER_USE = ", who may have reused it by now";
    /** What says that somebody reaches something as he did before. */
    private static final Pattern LATE = Pattern.compile("\\bstill (?:read|write|gets|in flight)|, in flight");
    /** What says what the harm is, so that it does not matter whose the frame is. */
    private static final Pattern ALL_SAID = Pattern.compile("cannot confine|instead of the new buffer|what it writes");
    /** Facts that name a frame which somebody reaches, and the place where. */
    private static final Map<String, Integer> REACHED =
            Map.of("mayR", 3, "mayW", 3, "flyR", 4, "flyW", 4, "getsR", 2, "getsW", 2, "servesR", 2);

    /** An atom in the text of a formula. */
    private static final Pattern ATOM = Pattern.compile("(\\w+)\\(([^()]+)\\)");
    /** Facts that somebody can read, whose fellows with a W say that he can write. */
    private static final Set<String> READS = Set.of("mayR", "mapR", "getsR", "cpuR", "servesR");
    /** What is said where a store is missing, before its step. */
    private static final String UNSEEN = "the unit has not seen what was stored in step ";

    private final History history;
    private final StoryFrames frames;
    /** What breaks it in the last state. */
    private final List<Reason> reasons;
    /** What may have sentences of its own: faults, changed settings, the component. */
    private final List<String> circumstances;

    private final Map<String, String> places = new HashMap<>();

    /** @param component the id of the machine's component, which says whose frames are that no domain owns */
    Broken(History history, List<Reason> reasons, List<String> circumstances, String component) {
        this.history = history;
        this.reasons = reasons;
        this.circumstances = circumstances;
        frames = new StoryFrames(history, component);
        places.put("handling", handling());
        circumstances.stream()
                .map(c -> c.split("/", 2))
                .filter(c -> c.length == 2)
                .forEach(c -> places.put("setting." + c[0], c[1]));
        places.put("pending", frames.pending());
        reasons.forEach(this::fill);
    }

    /** What it means for somebody; nothing where no sentence fits. */
    Optional<String> of(String property) {
        return Stream.concat(circumstances.stream().map(c -> property + "@" + c), Stream.of(property))
                .flatMap(name -> SENTENCES.first(name, places).stream())
                .findFirst()
                .map(says -> says + (ALL_SAID.matcher(says).find() ? "" : whose(says)));
    }

    /** Whose the frame is that somebody reaches, where the sentence does not say so yet, and what that means where it is his own. */
    private String whose(String says) {
        return reasons.stream()
                .filter(r -> r.premise() && REACHED.containsKey(r.name()))
                .map(r -> r.arguments().get(REACHED.getOrDefault(r.name(), 0)))
                .distinct()
                .filter(frame -> !says.matches(".*\\b" + Pattern.quote(frame) + "(?: is |, which is ).*"))
                .findFirst()
                .flatMap(frame -> frames.whose(frame)
                        .map(owner -> !isOwn(owner) || !LATE.matcher(says).find()
                                ? owner
                                : frames.reused(frame).orElse(owner + OTHER_USE)))
                .map(owner -> "; " + owner)
                .orElse("");
    }

    /** Whether a frame is the domain's whose tables led to it. */
    private boolean isOwn(String owner) {
        return Stream.of("for.1", "limbo.domain", "stands.domain", "assigned.1")
                .flatMap(place -> Stream.ofNullable(places.get(place)).map(Pattern::quote))
                .findFirst()
                .filter(domain -> owner.matches("\\w+ is (?:still )?" + domain + "'s(?: since step \\d+)?"))
                .isPresent();
    }

    /** Whether a device was last being attached or detached, as the calls say that were made; for example {@code being attached}. */
    private String handling() {
        for (int i = history.transitions().size() - 1; i >= 0; i--) {
            String call = ActionLabel.of(history.transitions().get(i).name()).name();
            if (call.matches(".*(detach|deassign|destroy).*")) {
                return "being taken away";
            } else if (call.matches(".*(attach|assign|create).*")) {
                return "being assigned";
            }
        }
        return "being assigned or taken away";
    }

    /** What one fact, or one thing that is not so, says. Of two that say the same the first one counts. */
    void fill(Reason r) {
        String name = named(r);
        int row = history.since(s -> r.truth().in(s) == r.premise());
        elements(r, name);
        places.putIfAbsent(name + ".since", Phrases.since(row));
        places.putIfAbsent(name + ".from", Phrases.from(row));
        places.putIfAbsent(name + ".in", row == 0 ? " at the start" : " in step " + row);
        places.putIfAbsent(name + ".still", row == 0 ? "" : "still ");
        places.putIfAbsent(name + (row == 0 ? ".always" : ".lately"), "");
        if (r.name().isEmpty()) {
            places.putIfAbsent("in.since", Phrases.since(row));
            atoms(r.text());
        } else if (r.premise()) {
            reached(r, name, row);
            led(r, name, row);
        } else {
            denied(r, name, row);
        }
        entries(r);
        either(r, name);
    }

    /** A second fact of the same name, of other elements, is told apart: {@code ent.1} and {@code ent2.1}. */
    private String named(Reason r) {
        String plain = (r.premise() ? "" : "not.") + r.name();
        List<String> elements = r.arguments();
        boolean second = IntStream.range(0, elements.size())
                .anyMatch(i -> !elements.get(i).equals(places.getOrDefault(plain + "." + i, elements.get(i))));
        return second ? plain + "2" : plain;
    }

    /** The elements of a fact, whose the frames among them are, and whose tables. */
    private void elements(Reason r, String name) {
        List<Sort> sorts = history.places(r.name());
        for (int i = 0; i < r.arguments().size(); i++) {
            String element = r.arguments().get(i);
            String place = name + "." + i;
            places.putIfAbsent(place, element);
            String sort = i < sorts.size() ? sorts.get(i).name() : "";
            if (sort.equals("Frame")) {
                places.putIfAbsent(
                        place + ".whose",
                        frames.whose(element).map(w -> "; " + w).orElse(""));
                frames.owner(element).ifPresent(owner -> places.putIfAbsent(place + ".owner", owner));
            } else if (sort.equals("Space")) {
                places.putIfAbsent(place + ".who", frames.who(element, unit()));
                places.putIfAbsent(place + ".tables", frames.tables(element));
                places.putIfAbsent(place + ".entry", entry(r));
                frames.domain(element).ifPresent(d -> places.putIfAbsent(r.name() + ".domain", d));
            }
        }
    }

    /** What is cached or mapped, by whom it is served and whether for writing, too. */
    private void reached(Reason r, String name, int row) {
        List<String> of = r.arguments();
        if (r.name().matches("may[RW]")) {
            places.putIfAbsent(name + ".who", frames.served(of.get(0), of.get(1)));
            places.putIfAbsent(name + ".though", frames.though(of, r.name().endsWith("W")));
            StoryNames.holder(history, of, row).into(places, name);
        }
        if (READS.contains(r.name())) {
            places.putIfAbsent(name + ".do", isWritten(r, history.places(r.name())) ? "read and write" : "read");
        }
    }

    /** Where a device entry comes from, an address hits and a device without an owner reaches. */
    private void led(Reason r, String name, int row) {
        List<String> of = r.arguments();
        if (r.name().equals("cent")) {
            places.putIfAbsent("cent.by", frames.byEntry(of.get(0), of.get(1), row));
        } else if (r.name().equals("leads")) {
            Optional.ofNullable(places.get(name + ".2.owner"))
                    .ifPresent(owner -> places.putIfAbsent("leads.hits", hits(of.get(2), owner)));
        } else if (r.name().equals("mastering")) {
            places.putIfAbsent("mastering.reaches", reaches(of.get(0)));
        }
    }

    /** Since when an entry is gone, and what right there is instead. */
    private void denied(Reason r, String name, int row) {
        List<String> of = r.arguments();
        if (r.name().equals("ent")) {
            boolean unseen = history.unseenEntry(of.get(1)) > 0;
            places.putIfAbsent("cent.gone", unseen ? "" : "; memory no longer has it" + Phrases.since(row));
        } else if (r.name().matches("entitledW?")) {
            places.putIfAbsent(name + ".right", frames.right(r.name(), of.get(0), of.get(1), row));
        }
    }

    /** What is told of a relation whether it is so or not. */
    private void either(Reason r, String name) {
        List<String> of = r.arguments();
        if (r.name().startsWith("gets") && of.size() > 2) {
            boolean writes = r.name().endsWith("W");
            places.putIfAbsent(name + ".path", frames.path(of.get(0), of.get(1), of.get(2), writes));
        }
        if (r.name().equals("getsR")) {
            guestLeads(of.get(1)).ifPresent(gfn -> places.putIfAbsent("gfn", gfn));
        } else if (r.name().matches("blocked[RW]")) {
            String by = refused(of.get(0), of.get(1));
            places.putIfAbsent("refused", by);
            if (by.startsWith(UNSEEN) && frames.pending().contains("no invalidation")) {
                places.put("pending", ""); // It is no invalidation that is missing.
            }
        } else if (r.name().equals("owner")) {
            places.putIfAbsent("owner.yet", frames.others(of.get(0), of.get(1)));
        }
    }

    /** The unit whose cache matters; empty where none does. */
    private String unit() {
        return reasons.stream()
                .filter(r -> r.premise() && r.name().matches("may[RW]"))
                .map(r -> r.arguments().get(0))
                .findFirst()
                .orElse("");
    }

    /** What a device does that is told an address which leads to a frame that it should not reach. */
    private String hits(String frame, String owner) {
        int f = history.element("Frame", frame);
        boolean led = history.places("mapR").isEmpty()
                || Stream.of("mapR", "getsR")
                        .anyMatch(r -> history.find(r, history.last(), History.ANY, History.ANY, f)
                                .findAny()
                                .isPresent());
        if (!led) {
            return "gets nothing there, as " + frame + " is " + owner + "'s and the IOMMU refuses it: DMA fails";
        }
        String who = history.places("ours").isEmpty()
                ? owner
                : owner
                        + (history.holds("ours", history.last(), history.element("Dom", owner))
                                ? " itself"
                                : ", another domain,");
        return "reads and overwrites what " + who + " has there";
    }

    /** Where DMA of a device goes that nobody has. */
    private String reaches(String device) {
        if (history.places("ent").isEmpty()) {
            return "there is no IOMMU to stop its DMA";
        }
        int q = history.element("Req", device);
        return history.find("ent", history.last(), History.ANY, q, History.ANY, History.ANY)
                .findFirst()
                .map(e -> "its DMA goes on through " + frames.tables(history.label("Space", e[2])))
                .orElse("its DMA is refused now, and goes by whatever tables it is led to next");
    }

    /** The entry of a page, and whose tables it is in, where they are another domain's than that of the device that uses them. */
    private String entry(Reason r) {
        String space = r.arguments().get(0);
        String tables = r.name().startsWith("map") ? inTables(space) : "";
        return tables.isEmpty() ? "its " + Phrases.entry(space) : r.arguments().get(1) + "'s entry" + tables;
    }

    private String inTables(String space) {
        Optional<String> whose = frames.domain(space);
        return reasons.stream()
                .filter(r -> r.premise() && r.name().equals("assigned"))
                .map(r -> r.arguments().get(1))
                .findFirst()
                .filter(user -> whose.isPresent() && !whose.get().equals(user))
                .map(user -> " in " + whose.get() + "'s tables")
                .orElse("");
    }

    /** Whether what leads reads leads writes, too. */
    private boolean isWritten(Reason read, List<Sort> sorts) {
        int[] elements = new int[read.arguments().size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] =
                    i < sorts.size() ? sorts.get(i).element(read.arguments().get(i)) : -1;
        }
        return Arrays.stream(elements).allMatch(e -> e >= 0)
                && history.holds(read.name().replaceFirst("R$", "W"), history.last(), elements);
    }

    /** Where an entry leads instead of where it should, and who has a device. */
    private void entries(Reason r) {
        List<String> to = r.arguments();
        if (!r.premise() && r.name().matches("map[RW]") && to.size() == 3) {
            places.putIfAbsent(
                    "instead",
                    frames.instead(to.get(0), to.get(1), to.get(2), r.name().endsWith("W")));
        } else if (!r.premise() && r.name().equals("ent") && to.size() == 4) {
            places.putIfAbsent("led", frames.led(to.get(0), to.get(1), to.get(2)));
        } else if (r.name().endsWith("assigned") && !to.isEmpty()) {
            places.putIfAbsent((r.premise() ? "" : "not.") + r.name() + ".has", has(to.get(0)));
        }
    }

    /** Elements that a formula speaks of, as {@code in.name.place}, and whether an atom of it is so. */
    private void atoms(String text) {
        Matcher atoms = ATOM.matcher(text);
        while (atoms.find()) {
            String name = "in." + atoms.group(1);
            String[] elements = atoms.group(2).split(", ");
            List<Sort> sorts = history.places(atoms.group(1));
            int[] numbers = new int[elements.length];
            boolean known = sorts.size() == elements.length;
            for (int i = 0; i < elements.length; i++) {
                places.putIfAbsent(name + "." + i, elements[i]);
                String says = SENTENCES.plain("element/" + elements[i]).orElse(elements[i]);
                places.putIfAbsent(name + "." + i + ".says", says);
                numbers[i] = known ? sorts.get(i).element(elements[i]) : -1;
            }
            if (known && Arrays.stream(numbers).allMatch(n -> n >= 0)) {
                boolean is = history.holds(atoms.group(1), history.last(), numbers);
                places.putIfAbsent(name + ".more", is ? "more" : "fewer");
                places.putIfAbsent(name + ".say", is ? "say" : "do not say");
                places.putIfAbsent(name + ".but", is ? "is not" : "is");
                places.putIfAbsent(name + ".so", is ? "cannot end the grant" : "may end the grant under a mapping");
                places.putIfAbsent(name + ".then", is ? "can never" : "can");
                places.putIfAbsent(name + ".while", is ? "" : " while it is in use");
            }
        }
    }

    /** By what a unit refuses a device's request for a page, as far as it shows. */
    private String refused(String device, String page) {
        String unseen = "";
        for (int row = history.transitions().size(); row > 0; row--) {
            Transition t = history.transitions().get(row - 1);
            ActionLabel letter = ActionLabel.of(t.name());
            boolean keeps = t.changes().stream()
                    .anyMatch(c -> c.slots().role() == Role.CACHE
                            && c.after() != 0
                            && c.slots().get(history.last(), c.element()) == c.after());
            if (keeps && letter.arguments().contains(device) && letter.name().endsWith("_fill")) {
                String cached = letter.name().equals("table_fill") ? "the table" : "its device entry";
                return "it is refused by " + cached + " as the unit has it cached" + Phrases.since(row);
            } else if (keeps
                    && letter.name().equals("dma")
                    && letter.arguments().contains(page)
                    && letter.arguments().stream().allMatch(a -> isServedAlike(device, a))) {
                return "it is refused by what the unit has cached" + Phrases.since(row);
            } else if (unseen.isEmpty() && t.changes().stream().anyMatch(this::isNotSeen)) {
                unseen = UNSEEN + row;
            }
        }
        return unseen.isEmpty() ? "its device entry in memory does not lead there" : unseen;
    }

    /** Whether it is a store that a unit has not seen at the end either. */
    private boolean isNotSeen(Schema.Change c) {
        return History.LATE.matcher(c.slots().name()).matches()
                && c.before() == 0
                && c.slots().get(history.last(), c.element()) != 0;
    }

    /** Whether what is cached of one device's request is what another gets: behind the same IOMMU, of the same domain. */
    private boolean isServedAlike(String device, String other) {
        int q = history.element("Req", device);
        int o = history.element("Req", other);
        return o < 0
                || o == q
                || Stream.of("assigned", "at")
                        .allMatch(to -> history.find(to, history.last(), q, History.ANY)
                                .allMatch(e -> history.holds(to, history.last(), o, e[1])));
    }

    /** Who has a device, for example {@code dev0 belongs to d1}. */
    private String has(String device) {
        int q = history.element("Req", device);
        return device + " belongs to "
                + (q < 0
                        ? "another"
                        : history.find("assigned", history.last(), q, History.ANY)
                                .findFirst()
                                .map(a -> history.label("Dom", a[1])
                                        + Phrases.since(history.since(s -> history.holds("assigned", s, q, a[1]))))
                                .orElse("no domain"
                                        + Phrases.since(history.since(s -> history.find("assigned", s, q, History.ANY)
                                                .findFirst()
                                                .isEmpty()))));
    }

    /** The page of its memory to which a guest's tables lead one, as they were written last. */
    private Optional<String> guestLeads(String page) {
        return history.transitions().stream()
                .map(t -> ActionLabel.of(t.name()))
                .filter(l ->
                        l.name().equals("guest_maps") && l.arguments().get(1).equals(page))
                .reduce((one, later) -> later)
                .map(l -> l.arguments().get(2));
    }
}
