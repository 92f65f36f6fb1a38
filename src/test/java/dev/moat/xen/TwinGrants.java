package dev.moat.xen;

import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Granularity;
import dev.moat.scenario.Machine;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Stepper;
import dev.moat.state.Slots;
import dev.moat.xen.grant.CopySide;
import dev.moat.xen.host.HostAddress;
import dev.moat.xen.host.HostPte;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The product and {@link SlowGrants}, side by side: the same stores and calls, and all that guests can see compared. */
final class TwinGrants {
    private static final int DOMAINS = 3;
    private static final int REFS = 1024;
    private static final int PAGES = 16;
    private static final int SLOTS = 4;
    private static final int MOST_FRAMES = 2;
    /** References that entries are stored to and operations name; the last ones are beyond small tables. */
    private static final int[] NAMED = {0, 1, 8, 9, 10, 11, 300, 600};

    private static final Machine MACHINE = Catalog.load()
            .machine(new MachineSpec(
                    "xen-vtd",
                    Map.ofEntries(
                            Map.entry("domains", "" + DOMAINS),
                            Map.entry("frames", "" + PAGES),
                            Map.entry("refs", "" + REFS),
                            Map.entry("handles", "512"),
                            Map.entry("pin-bits", "8"),
                            Map.entry("index-bits", "9"),
                            Map.entry("granters", "none"),
                            Map.entry("reallocation", "false"),
                            Map.entry("iommu", "none"),
                            Map.entry("host-slots", "" + SLOTS)),
                    Granularity.OPERATION,
                    true,
                    List.of()));

    /** What has come up. */
    static final class Coverage {
        private final Set<String> outcomes = new TreeSet<>();

        Set<String> outcomes() {
            return outcomes;
        }
    }

    private final Coverage coverage;
    private final Stepper stepper = MACHINE.stepper();
    private final long[] s = MACHINE.initial();
    private final SlowGrants slow;
    private final Slots shared = family("shared");
    private final Slots high = family("shared.high");
    private final Slots status = family("shared.status");
    private final Slots pte = family("host.pte");
    private final Slots sides = family("maptrack.sides");
    private final List<Map<Integer, Integer>> names = new ArrayList<>();
    private int maps;
    private int die;

    TwinGrants() {
        this(new Coverage());
    }

    TwinGrants(Coverage coverage) {
        this.coverage = coverage;
        int[] owner = new int[PAGES];
        boolean[] isTable = new boolean[PAGES];
        for (int f = 0; f < PAGES; f++) {
            owner[f] = f == 0 ? -1 : f % DOMAINS;
            isTable[f] = f == 4;
            family("owner").set(s, f, owner[f] + 1);
            family("frame.state").set(s, f, f == 0 ? Frames.FREE : Frames.ALLOCATED);
            family("frame.type").set(s, f, isTable[f] ? PageTypes.PAGE_TABLE : PageTypes.WRITABLE);
            family("frame.type-count").set(s, f, isTable[f] ? 1 : 0);
        }
        for (int d = 0; d < DOMAINS; d++) {
            family("table.frames").set(s, d, 1);
            family("table.frame-limit").set(s, d, MOST_FRAMES);
            names.add(new LinkedHashMap<>());
        }
        slow = new SlowGrants(DOMAINS, REFS, owner, isTable);
        for (int d = 1; d < DOMAINS; d++) {
            slow.setVersion(d, 2);
            call("set_version", d, 2);
        }
    }

    private static Slots family(String name) {
        return MACHINE.schema().family(name).orElseThrow();
    }

    /** A number below n from the die, which is rolled on. */
    private int roll(int n) {
        int rolled = die % n;
        die /= n;
        die = die * 7919 + 104_729 & Integer.MAX_VALUE;
        return rolled;
    }

    private int ref() {
        return NAMED[roll(12) > 0 ? roll(4) : roll(NAMED.length)];
    }

    /** An entry that says it is for a domain, as granter and reference; null when there is none. */
    private int @Nullable [] grantedTo(int domain) {
        List<int[]> found = new ArrayList<>();
        for (int d = 0; d < DOMAINS; d++) {
            for (int ref : NAMED) {
                if (ref < slow.entries(d) && slow.entry(d, ref).domid == domain && slow.entry(d, ref).flags != 0) {
                    found.add(new int[] {d, ref});
                }
            }
        }
        return found.isEmpty() ? null : found.get(roll(found.size()));
    }

    private int pick(int... values) {
        return values[roll(values.length)];
    }

    private int call(String operation, int... args) {
        return stepper.call(operation, 0, s, args);
    }

    /** Does on both what a number says; what they differ in, nothing when they agree. */
    String perform(int number) {
        die = number;
        String differing = switch (roll(24)) {
            case 0, 1, 2, 3 -> store();
            case 4 -> storeFlags();
            case 5 -> storeFrame();
            case 6, 7, 8, 9 -> map();
            case 10, 11, 12, 13, 14 -> unmap();
            case 15, 16, 17, 18, 19, 20, 21 -> copy();
            case 22 -> roll(3) == 0 ? swap() : setVersion();
            default -> setUp();
        };
        return differing.isEmpty() ? visible() : differing;
    }

    private String answers(String what, int fast, int expected) {
        coverage.outcomes.add(what + " " + expected);
        return fast == expected ? "" : what + ": " + fast + ", not " + expected;
    }

    private String store() {
        int domain = roll(DOMAINS);
        int ref = ref();
        if (ref >= slow.entries(domain)) {
            return "";
        }
        SlowGrants.Entry e = slow.entry(domain, ref);
        e.flags = pick(1, 1, 1, 5, 1, 5, 0x101, 0x101, 0x101, 3, 3, 3, 2, 0x19, 7);
        e.domid = roll(5) > 0 ? (domain + 1 + roll(2)) % DOMAINS : roll(DOMAINS + 1);
        e.frame = roll(6) > 0 ? domain + DOMAINS * roll(4) : pick(0, PAGES, 0x7fffffff, 5);
        e.off = roll(2) * 8;
        e.len = pick(0, 64, 4096);
        e.tdom = roll(5) > 0 ? (domain + 1 + roll(2)) % DOMAINS : roll(DOMAINS + 1);
        e.tref = ref();
        int[] origin = grantedTo(domain);
        if ((e.flags & 3) == 3 && origin != null && roll(4) > 0) {
            e.tdom = origin[0];
            e.tref = origin[1];
        }
        write(domain, ref, e);
        return "";
    }

    /** The members overlap: what is the frame in one kind of entry is the reference in another. */
    private void write(int domain, int ref, SlowGrants.Entry e) {
        boolean leads = slow.version[domain] == 2 && (e.flags & 3) == 3;
        boolean part = slow.version[domain] == 2 && !leads && (e.flags & 0x100) != 0;
        e.frame = leads ? e.tref : e.frame;
        e.tref = (int) e.frame;
        e.off = leads ? e.tdom : part ? e.off : 0;
        e.len = part ? e.len : 0;
        e.tdom = e.off;
        if (slow.version[domain] == 2) {
            shared.set(s, domain, ref, SecondEntry.of(e.flags, e.domid, e.off, e.len));
            high.set(s, domain, ref, e.frame);
        } else {
            shared.set(s, domain, ref, SharedEntry.of(e.flags, e.domid, e.frame));
            e.off = 0;
            e.len = 0;
            e.tdom = 0;
        }
    }

    private String storeFlags() {
        int domain = roll(DOMAINS);
        int ref = ref();
        if (ref < slow.entries(domain)) {
            SlowGrants.Entry e = slow.entry(domain, ref);
            e.flags = pick(0, 1, 5, 0x101, 3);
            shared.set(s, domain, ref, SharedEntry.FLAGS.set(shared.get(s, domain, ref), e.flags));
        }
        return "";
    }

    /** Only the frame changes, as when a guest replaces a page while it is mapped. */
    private String storeFrame() {
        int domain = roll(DOMAINS);
        int ref = ref();
        if (ref < slow.entries(domain)) {
            SlowGrants.Entry e = slow.entry(domain, ref);
            e.frame = domain + DOMAINS * (1 + roll(4));
            write(domain, ref, e);
        }
        return "";
    }

    private String map() {
        int mapper = roll(DOMAINS);
        int granter = roll(12) == 0 ? DOMAINS : (mapper + roll(DOMAINS)) % DOMAINS;
        int ref = roll(20) == 0 ? 5000 : ref();
        int[] granted = grantedTo(mapper);
        if (granted != null && roll(3) == 0) {
            granter = granted[0];
            ref = granted[1];
        }
        int flags = pick(2, 2, 6, 6, 1, 5, 3, 7, 0, 0x12, 0x16);
        boolean byEntry = (flags & 0x10) != 0;
        int slot = freeSlot(mapper);
        boolean bad = slot < 0 || roll(10) == 0;
        int address = bad ? HostAddress.BAD : byEntry ? HostAddress.ofEntry(slot) : HostAddress.of(slot);
        boolean[] before = active(mapper);
        int expected = slow.map(mapper, granter, ref, flags, bad ? -1 : slot, byEntry, maps);
        int fast = call("map_grant_ref", mapper, granter, ref, flags, address);
        if (fast == 0 && expected == 0) {
            for (int h = 0; h < before.length; h++) {
                if (!before[h] && sides.get(s, mapper, h) != 0) {
                    names.get(mapper).put(maps, h);
                }
            }
        }
        maps++;
        return answers("map", fast, expected);
    }

    private int freeSlot(int mapper) {
        for (int i = 0; i < SLOTS; i++) {
            if (!slow.slots.get(mapper).containsKey(i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean[] active(int mapper) {
        boolean[] active = new boolean[sides.size() / DOMAINS];
        for (int h = 0; h < active.length; h++) {
            active[h] = sides.get(s, mapper, h) != 0;
        }
        return active;
    }

    private String unmap() {
        int mapper = roll(DOMAINS);
        List<Integer> known = new ArrayList<>(names.get(mapper).keySet());
        if (known.isEmpty()) {
            return answers("unmap", call("unmap_grant_ref", mapper, 5, HostAddress.of(0), 0), SlowGrants.BAD_HANDLE);
        }
        int name = known.get(roll(known.size()));
        SlowGrants.Mapping m = slow.mappings.get(mapper).get(name);
        if (m == null) {
            int handle = names.get(mapper).remove(name);
            return sides.get(s, mapper, handle) != 0
                    ? "" // the number has been handed out again
                    : answers(
                            "unmap",
                            call("unmap_grant_ref", mapper, handle, HostAddress.of(0), 0),
                            SlowGrants.BAD_HANDLE);
        }
        int slot = roll(6) == 0 ? roll(SLOTS) : slotOf(mapper, m);
        boolean none = roll(6) == 0 || slot < 0;
        boolean byEntry = m.byEntry() != (roll(12) == 0);
        int bus = pick(-1, -1, m.frame(), m.frame(), m.frame(), PAGES);
        int address = none ? HostAddress.NONE : byEntry ? HostAddress.ofEntry(slot) : HostAddress.of(slot);
        int expected = slow.unmap(mapper, name, none ? SlowGrants.NO_ADDRESS : slot, byEntry, bus);
        return answers(
                "unmap", call("unmap_grant_ref", mapper, names.get(mapper).get(name), address, bus + 1), expected);
    }

    private int slotOf(int mapper, SlowGrants.Mapping m) {
        for (int i = 0; i < SLOTS; i++) {
            if (new SlowGrants.Shown(m.frame(), m.readOnly())
                    .equals(slow.slots.get(mapper).get(i))) {
                return i;
            }
        }
        return -1;
    }

    private SlowGrants.Side side(int caller, int length) {
        boolean grant = roll(3) > 0;
        int domain = grant
                ? pick(SlowGrants.SELF, (caller + 1) % DOMAINS, (caller + 2) % DOMAINS, (caller + 1) % DOMAINS)
                : SlowGrants.SELF;
        domain = roll(15) == 0 ? pick(DOMAINS, 0, 1) : domain;
        int number = grant ? (roll(20) == 0 ? 5000 : ref()) : roll(8) == 0 ? roll(PAGES + 2) : caller + DOMAINS;
        int[] granted = grantedTo(caller);
        if (grant && granted != null && roll(2) == 0) {
            domain = granted[0];
            number = granted[1];
        }
        int offset = pick(0, 0, 8, 16, length > 64 ? 0 : 4090);
        return new SlowGrants.Side(grant, domain, number, offset);
    }

    private static int argument(SlowGrants.Side side) {
        return side.grant()
                ? CopySide.grant(side.domain(), side.number())
                : CopySide.frame(side.domain(), side.number());
    }

    private String copy() {
        int caller = roll(DOMAINS);
        int length = pick(0, 1, 16, 64, 4096);
        SlowGrants.Side from = side(caller, length);
        SlowGrants.Side to = side(caller, length);
        int expected = slow.copy(caller, from, to, length);
        noteKind(caller, from, expected);
        int offsets = from.offset() | to.offset() << Short.SIZE;
        return answers("copy", call("copy", caller, argument(from), argument(to), offsets, length), expected);
    }

    private void noteKind(int caller, SlowGrants.Side side, int expected) {
        int domain = side.domain() == SlowGrants.SELF ? caller : side.domain();
        if (side.grant() && domain < DOMAINS && side.number() < REFS && slow.version[domain] == 2) {
            int flags = slow.entry(domain, side.number()).flags;
            if ((flags & 3) == 3) {
                coverage.outcomes.add("copy through " + expected);
            } else if ((flags & 0x100) != 0) {
                coverage.outcomes.add("copy of a part " + expected);
            }
        }
    }

    private String swap() {
        int domain = roll(DOMAINS);
        int a = ref();
        int b = ref();
        int expected = slow.swap(domain, a, b);
        return answers("swap", call("swap", domain, a, b), expected);
    }

    private String setVersion() {
        int domain = roll(DOMAINS);
        int wanted = pick(1, 2, 2, 2, 1, 3);
        int expected = slow.setVersion(domain, wanted);
        return answers("set_version", call("set_version", domain, wanted), expected);
    }

    private String setUp() {
        int caller = roll(DOMAINS);
        int domid = pick(SlowGrants.SELF, 0, 1, 2, DOMAINS);
        int wanted = roll(MOST_FRAMES + 2);
        int expected = slow.setUp(caller, domid, wanted, MOST_FRAMES);
        return answers("setup_table", call("setup_table", caller, domid, wanted), expected);
    }

    /** Where entries and mappings differ. */
    private String visible() {
        for (int d = 0; d < DOMAINS; d++) {
            for (int ref : NAMED) {
                if (ref < slow.entries(d)) {
                    String differing = entry(d, ref);
                    if (!differing.isEmpty()) {
                        return differing;
                    }
                }
            }
            for (int slot = 0; slot < SLOTS; slot++) {
                SlowGrants.Shown shown = slow.slots.get(d).get(slot);
                long expected = shown == null ? 0 : HostPte.of(shown.frame(), shown.readOnly(), 0);
                if (pte.get(s, d, slot) != expected) {
                    return "d" + d + ".V" + slot + ": " + pte.get(s, d, slot) + ", not " + shown;
                }
            }
        }
        return "";
    }

    private String entry(int domain, int ref) {
        SlowGrants.Entry e = slow.entry(domain, ref);
        boolean second = slow.version[domain] == 2;
        String expected = second
                ? SecondEntry.of(e.flags, e.domid, e.off, e.len) + " " + e.frame + " " + e.status
                : SharedEntry.of(e.flags, e.domid, e.frame) + " 0 0";
        String fast = shared.get(s, domain, ref) + " " + high.get(s, domain, ref) + " " + status.get(s, domain, ref);
        return fast.equals(expected) ? "" : "d" + domain + " r" + ref + ": " + fast + ", not " + expected;
    }
}
