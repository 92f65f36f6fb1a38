package dev.moat.trace.story;

import static dev.moat.trace.story.Phrases.entry;
import static dev.moat.trace.story.Phrases.since;

import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Owners of frames at the end of a trace, domains that have lost their right, and the paths by which a device still
 * reaches the frames.
 */
final class StoryFrames {
    private static final int ANY = History.ANY;
    /** Devices that are named. */
    private static final int FEW = 2;

    private static final Phrases UNOWNED = Phrases.of("unowned.properties");

    private final History history;
    private final long[] last;
    private final String component;

    /**
     * @param component the id of the machine's component
     */
    StoryFrames(History history, String component) {
        this.history = history;
        this.component = component;
        last = history.last();
    }

    /** For example {@code f0 is d1's since step 4, as a page table}; nothing when nobody owns it and it is not free. */
    Optional<String> whose(String frame) {
        return state(frame).map(state -> frame + " is " + state);
    }

    /** Who owns it, for example {@code d1}. */
    Optional<String> owner(String frame) {
        return history.find("owner", last, history.element("Frame", frame), ANY)
                .findFirst()
                .map(o -> history.label("Dom", o[1]));
    }

    /** What it means that its owner has unmapped it, where owner is who has mapped it. */
    Optional<String> reused(String frame) {
        return owner(frame).flatMap(owner -> UNOWNED.tell(component + "/reused", List.of(owner, frame)));
    }

    private Optional<String> state(String frame) {
        int f = history.element("Frame", frame);
        if (f < 0) {
            return Optional.empty();
        }
        Optional<int[]> owner = history.find("owner", last, f, ANY).findFirst();
        if (owner.isPresent()) {
            int d = owner.get()[1];
            int row = history.since(s -> history.holds("owner", s, f, d));
            String whose = history.label("Dom", d) + "'s";
            return Optional.of((row == 0 ? "still " + whose : whose + since(row)) + use(f) + others(f, d));
        }
        return history.holds("free", last, f)
                ? Optional.of("free for others" + since(history.since(s -> history.holds("free", s, f))))
                : unowned(f);
    }

    /** Whose a frame is that no domain owns: of those it is mapped for, or of who has all such frames in the component. */
    private Optional<String> unowned(int f) {
        List<String> mappers = history.find("hold", last, ANY, ANY, f)
                .filter(e -> isActive(last, e[0]))
                .map(e -> history.label("Dom", e[1]))
                .distinct()
                .toList();
        int row = mappers.isEmpty() ? displaced(f) : 0;
        String none = row > 0 ? "/displaced" : "/unmapped";
        String which = mappers.isEmpty() ? none : mappers.size() == 1 ? "/mapped" : "/shared";
        return UNOWNED.tell(component + which, row > 0 ? List.of(String.valueOf(row)) : mappers);
    }

    /** The row in which its last mapping lost its address to that of another frame, without having ended; 0 where none did. */
    private int displaced(int f) {
        int row = history.since(s -> !maps(s, ANY, f));
        boolean lost = row > 0
                && StepWords.isOfMap(history.transitions().get(row - 1))
                && history.find("hold", history.before(row + 1), ANY, ANY, ANY)
                        .anyMatch(h ->
                                maps(history.before(row + 1), h[1], h[2]) && !maps(history.before(row), h[1], h[2]));
        return lost ? row : 0;
    }

    private String use(int f) {
        return history.holds("table", last, f)
                ? ", as a page table" + since(history.since(s -> history.holds("table", s, f)))
                : history.holds("notdma", last, f) ? ", in a use that no device may touch" : "";
    }

    /** Who else has a frame mapped, for example {@code ", and d1 has it mapped"}. */
    String others(String frame, String owner) {
        return others(history.element("Frame", frame), history.element("Dom", owner));
    }

    private String others(int f, int owner) {
        List<int[]> holds = history.find("hold", last, ANY, ANY, f)
                .filter(e -> e[1] != owner)
                .toList();
        List<String> mappers =
                holds.stream().map(e -> history.label("Dom", e[1])).distinct().toList();
        if (mappers.isEmpty() || mappers.size() > FEW) {
            return "";
        }
        boolean closing = holds.stream().allMatch(e -> history.holds("closing", last, e[0]));
        String who = String.join(" and ", mappers);
        return closing
                ? ", and still lent to " + who
                : ", and " + who + (mappers.size() == 1 ? " has" : " have") + " it mapped";
    }

    /**
     * Why somebody has no right to a frame, and whose it is; for example {@code f1 is no longer d1's, but free for others since step 3}.
     *
     * @param relation {@code entitled}, or {@code entitledW} for the right to write
     * @param row the row since which it is so, 0 when it always was
     */
    String right(String relation, String domain, String frame, int row) {
        int e = history.element("Dom", domain);
        int f = history.element("Frame", frame);
        String whose = whose(frame).map(w -> "; " + w).orElse("");
        boolean writes = relation.endsWith("W");
        if (e < 0 || f < 0) {
            return domain + " has no right to it" + since(row);
        } else if (history.holds("owner", last, f, e)) {
            return frame + " is " + domain + "'s own, but"
                    + (history.holds("table", last, f) ? " a page table" : " in a use that no device may touch")
                    + since(row);
        } else if (writes && maps(last, e, f)) {
            return domain + " may only read " + frame + since(row) + whose;
        } else if (row == 0) {
            return domain + " never had " + (writes ? "the right to write " : "a right to ") + frame
                    + state(frame)
                            .map(state -> ", which is " + state.replaceFirst("^still ", ""))
                            .orElse("");
        }
        long[] before = history.before(row);
        String since = since(row);
        if (row == displaced(f) && !whose.isEmpty()) {
            return "by the books " + domain + " has no right to " + frame + whose;
        } else if (history.holds("owner", before, f, e)) {
            return frame + " is no longer " + domain + "'s"
                    + state(frame)
                            .map(state -> state.contains(since + ",") || state.endsWith(since)
                                    ? ", but " + state
                                    : since + whose)
                            .orElse(since);
        }
        String lost = StepWords.isOfMap(history.transitions().get(row - 1))
                ? domain + " has no right to " + frame + ", as its map failed in step " + row
                : domain + "'s mapping of " + frame + " ended in step " + row;
        return (maps(before, e, f) ? lost : domain + " has no right to it" + since) + whose;
    }

    private boolean maps(long[] s, int e, int f) {
        return history.find("hold", s, ANY, e, f).anyMatch(h -> isActive(s, h[0]));
    }

    private boolean isActive(long[] s, int hold) {
        return Stream.of("opening", "live", "closing").anyMatch(is -> history.holds(is, s, hold));
    }

    /** The domain that tables are built for; nothing where they are nobody's. */
    Optional<String> domain(String space) {
        int s = history.element("Space", space);
        return s < 0
                ? Optional.empty()
                : history.find("for", last, s, ANY).findFirst().map(f -> history.label("Dom", f[1]));
    }

    /** Whose tables they are, for example {@code the tables of d1}. */
    String tables(String space) {
        return domain(space).map(d -> "the tables of " + d).orElse("the tables " + space);
    }

    /**
     * The devices that use tables of a domain; for example {@code d1's dev1}.
     *
     * @param unit behind which they are; empty for any
     */
    String who(String space, String unit) {
        Optional<String> built = domain(space);
        if (built.isEmpty()) {
            return "a device that uses " + space;
        }
        String domain = built.get();
        int u = history.element("Unit", unit);
        List<String> devices = history.find("assigned", last, ANY, history.element("Dom", domain))
                .filter(a -> u < 0 || history.places("at").isEmpty() || history.holds("at", last, a[0], u))
                .map(a -> history.label("Req", a[0]))
                .toList();
        return switch (devices.size()) {
            case 0 -> "the next device that gets the tables of " + domain;
            case 1, FEW -> domain + "'s " + String.join(" and ", devices);
            default -> "a device of " + domain;
        };
    }

    /** The devices that are served what is cached under a tag, as {@link #who} has them; {@code devices} where the tag means nothing. */
    String served(String unit, String tag) {
        int u = history.element("Unit", unit);
        int t = history.element("Tag", tag);
        return u < 0 || t < 0
                ? "devices"
                : history.find("stands", last, u, t, ANY)
                        .findFirst()
                        .map(s -> who(history.label("Space", s[2]), unit))
                        .orElse("devices");
    }

    /** Where tables lead a page instead of a frame; for example {@code its entry leads to f0 instead}. */
    String instead(String space, String page, String frame, boolean writes) {
        int s = history.element("Space", space);
        int p = history.element("Page", page);
        int f = history.element("Frame", frame);
        if (s < 0 || p < 0 || f < 0) {
            return "the tables do not lead there";
        }
        Optional<int[]> other =
                history.find("mapR", last, s, p, ANY).filter(m -> m[2] != f).findFirst();
        if (other.isPresent()) {
            int g = other.get()[2];
            return page + "'s entry leads to " + history.label("Frame", g) + " instead"
                    + since(history.since(x -> history.holds("mapR", x, s, p, g))) + ", which they read or overwrite";
        }
        String stray = writes ? "strayW" : "strayR";
        if (history.find(stray, last, ANY, p).findAny().isPresent()) {
            int row = history.since(x -> !history.holds("mapR", x, s, p, f));
            return row > 0 && history.isAsAtFirst(page)
                    ? page + "'s entry leads to the scratch page since step " + row + ", and what they write is lost"
                    : page + "'s entry leads to other memory, which they read or overwrite";
        }
        boolean reads = writes && history.holds("mapR", last, s, p, f);
        return reads
                ? page + "'s entry allows only reading" + since(history.since(x -> !history.holds("mapW", x, s, p, f)))
                : page + " leads nowhere in the tables" + since(history.since(x -> !history.holds("mapR", x, s, p, f)))
                        + (history.places(stray).isEmpty() ? ", so that DMA fails or strays" : ", so that DMA fails");
    }

    /** Where the entry of a device leads instead of tables; for example {@code leads to the tables of d0 instead}. */
    String led(String unit, String device, String space) {
        int u = history.element("Unit", unit);
        int q = history.element("Req", device);
        String nowhere = "does not lead to " + tables(space) + ", so that its requests fail or go astray";
        return u < 0 || q < 0
                ? nowhere
                : history.find("ent", last, u, q, ANY, ANY)
                        .findFirst()
                        .map(e -> history.label("Space", e[2]).equals(space)
                                ? "carries another domain's tag, " + history.label("Tag", e[3])
                                        + ": each is served what is cached for the other"
                                : "leads to " + tables(history.label("Space", e[2]))
                                        + " instead: it reads and writes what is mapped there")
                        .orElse(nowhere);
    }

    /** By what a request of a device gets a frame: its tables or a cache; nothing where neither has it. */
    String path(String device, String page, String frame, boolean writes) {
        int q = history.element("Req", device);
        int p = history.element("Page", page);
        int f = history.element("Frame", frame);
        if (q < 0 || p < 0 || f < 0) {
            return "";
        }
        String walk = writes ? "mapW" : "mapR";
        String cache = writes ? "mayW" : "mayR";
        return history.find("ent", last, ANY, q, ANY, ANY)
                .filter(ent -> history.holds(walk, last, ent[2], p, f))
                .findFirst()
                .map(ent -> ", by its " + entry(history.label("Space", ent[2]))
                        + Phrases.from(history.since(s -> history.holds(walk, s, ent[2], p, f))))
                .or(() -> history.find("cent", last, ANY, q, ANY, ANY)
                        .filter(ent -> history.holds(walk, last, ent[2], p, f))
                        .findFirst()
                        .map(ent -> ", "
                                + byEntry(
                                        history.label("Unit", ent[0]),
                                        device,
                                        history.since(s -> history.holds("cent", s, ent)))))
                .or(() -> history.find(cache, last, ANY, ANY, p, f)
                        .findFirst()
                        .map(c -> byCache(c, page, frame, history.since(s -> history.holds(cache, s, c)), writes)))
                .or(() -> unseen(q, p, f, walk))
                .orElse(isUntranslated(q, p, f, page, frame) ? ", untranslated" : "");
    }

    private String byCache(int[] c, String page, String frame, int row, boolean writes) {
        List<String> of = List.of(history.label("Unit", c[0]), history.label("Tag", c[1]), page, frame);
        return ", by what " + StoryNames.holder(history, of, row).text() + though(of, writes);
    }

    /** By which entry of a device a unit goes since a row, which software's does not say: a cached one, or what stood there before the store. */
    String byEntry(String unit, String device, int row) {
        int stored = history.unseenEntry(device);
        return stored == 0
                ? "by its device entry as " + unit + " has it cached" + Phrases.from(row)
                : "by its device entry of before: what was stored in step " + stored + " has not come to where " + unit
                        + " reads";
    }

    /** What nothing else explains, and was so before anything was mapped or where nothing leads the device: the page is the frame. */
    private boolean isUntranslated(int q, int p, int f, String page, String frame) {
        boolean led = Stream.of("ent", "cent")
                .anyMatch(
                        to -> history.find(to, last, ANY, q, ANY, ANY).findAny().isPresent());
        return page.replaceFirst("\\D+", "").equals(frame.replaceFirst("\\D+", ""))
                && (!led
                        || history.find("getsR", history.before(1), q, p, f)
                                .findAny()
                                .isPresent());
    }

    /** What became of the entry that something cached (IOMMU, tag, page, frame) was read from; nothing where it still leads there. */
    String though(List<String> cached, boolean writes) {
        int u = history.element("Unit", cached.get(0));
        int t = history.element("Tag", cached.get(1));
        int p = history.element("Page", cached.get(2));
        int f = history.element("Frame", cached.get(3));
        String walk = writes ? "mapW" : "mapR";
        Optional<int[]> means = u < 0 || t < 0 || p < 0 || f < 0
                ? Optional.empty()
                : history.find("stands", last, u, t, ANY).findFirst();
        if (means.isEmpty() || history.holds(walk, last, means.get()[2], p, f)) {
            return "";
        }
        int s = means.get()[2];
        int row = history.since(x -> !history.holds(walk, x, s, p, f));
        if (row == 0) {
            return domain(history.label("Space", s))
                    .map(d -> ", under the DID of " + d + ", though its tables never led there")
                    .orElse(", though they never led there");
        }
        boolean unseen = history.seesLate()
                && history.isUnseen(history.before(row + 1))
                && row < history.since(x -> history.holds(writes ? "mayW" : "mayR", x, u, t, p, f));
        long[] then = history.before(row + 1);
        String entry = cached.get(2) + "'s entry in memory ";
        String now = writes && history.holds("mapR", then, s, p, f)
                ? entry + "allows only reading since step "
                : history.find("mapR", then, s, p, ANY).findFirst().isPresent()
                        ? entry + "leads elsewhere since step "
                        : history.cutsOff(row, cached.get(2))
                                ? "the tables in memory lead " + cached.get(2) + " nowhere since step "
                                : entry + "was cleared in step ";
        if (unseen) {
            return ", though software " + (now.contains("cleared") ? "cleared " : "changed ") + cached.get(2)
                    + "'s entry in step " + row + ": that store had not come to where " + cached.get(0) + " reads"
                    + pending();
        }
        return ", though " + now + row
                + (history.holds("dirty", last, u, t, p) ? ", and its invalidation is not done yet" : pending());
    }

    /** What is said of invalidations where none is owed any more: what is queued, or will be, may be done later than it is needed. */
    String pending() {
        if (!history.isQueued(last)
                && history.find("queued", last, ANY).findAny().isEmpty()) {
            return isAwaited() ? ", and no invalidation is queued yet" : ", and no invalidation is to come";
        }
        return isAwaited()
                ? ", and the queued invalidation is not done yet"
                : ", and nobody waits for the queued invalidation";
    }

    /** Whether a call is under way at the end that waits for the unit, or will. */
    private boolean isAwaited() {
        Machine machine = history.machine();
        Slots pc = machine.model().pc();
        StepWords words = new StepWords(machine.model());
        return pc != null
                && IntStream.range(0, pc.size())
                        .map(cpu -> (int) pc.get(last, cpu))
                        .filter(step -> step > 0)
                        .anyMatch(step -> IntStream.rangeClosed(step, machine.steps())
                                .mapToObj(machine::stepName)
                                .takeWhile(name ->
                                        name.startsWith(machine.stepName(step).replaceFirst("/.*", "/")))
                                .anyMatch(name -> words.todo(name).startsWith("wait for the inv")));
    }

    /** That no unit has seen yet that an entry was cleared in memory. */
    private Optional<String> unseen(int q, int p, int f, String walk) {
        for (int row = history.transitions().size(); history.seesLate() && row > 0; row--) {
            long[] before = history.before(row);
            if (history.find("ent", before, ANY, q, ANY, ANY).anyMatch(e -> history.holds(walk, before, e[2], p, f))) {
                return Optional.of(", by the entry that was cleared in step " + row + ", which the unit has not seen");
            }
        }
        return Optional.empty();
    }
}
