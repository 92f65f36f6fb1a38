package dev.moat.xen.twin;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The product and {@link SlowGrants}, side by side, and the dice that choose what is done to both. */
final class TwinMachines {
    static final int DOMAINS = 3;
    static final int REFS = 1024;
    static final int PAGES = 16;
    static final int SLOTS = 8;
    static final int MOST_FRAMES = 2;
    /** References that entries are stored to and operations name; the last ones are beyond small tables. */
    static final int[] NAMED = {0, 1, 8, 9, 10, 11, 300, 600};

    private static final Catalog CATALOG = Catalog.load();
    private static final Machine MACHINE = machine(true);
    private static final Machine NOT_TRANSITIVE = machine(false);

    private static Machine machine(boolean transitive) {
        return CATALOG.machine(new MachineSpec(
                "xen-vtd",
                Map.ofEntries(
                        Map.entry("domains", "" + DOMAINS),
                        Map.entry("frames", "" + PAGES),
                        Map.entry("refs", "" + REFS),
                        Map.entry("handles", "256"),
                        Map.entry("pin-bits", "8"),
                        Map.entry("index-bits", "9"),
                        Map.entry("granters", "none"),
                        Map.entry("reallocation", "false"),
                        Map.entry("iommu", "none"),
                        Map.entry("transitive", "" + transitive),
                        Map.entry("mode", "recorded"),
                        Map.entry("host-slots", "" + SLOTS)),
                Granularity.OPERATION,
                true,
                List.of()));
    }

    /** What has come up. */
    static final class Coverage {
        final Set<String> outcomes = new TreeSet<>();

        Set<String> outcomes() {
            return outcomes;
        }
    }

    final Coverage coverage;
    final SlowGrants slow;
    final long[] s = MACHINE.initial();

    private final Stepper stepper;
    /** All that was done, for the report of a difference. */
    final List<String> calls = new ArrayList<>();

    private int die;

    /** @param number says the configuration */
    TwinMachines(Coverage coverage, int number) {
        this.coverage = coverage;
        die = number;
        int[] owner = new int[PAGES];
        boolean[] isTable = new boolean[PAGES];
        for (int f = 0; f < PAGES; f++) {
            owner[f] = f == 0 ? -1 : f % DOMAINS;
            isTable[f] = f == 4;
            family("owner").set(s, f, owner[f] + 1);
            family("frame.state").set(s, f, f == 0 ? Frames.FREE : Frames.ALLOCATED);
            family("frame.type").set(s, f, isTable[f] ? PageTypes.PAGE_TABLE : PageTypes.WRITABLE);
            family("frame.type-count").set(s, f, isTable[f] ? 1 : 0);
            family("frame.references").set(s, f, isTable[f] ? 1 : 0);
            family("frame.pinned").set(s, f, isTable[f] ? 1 : 0);
        }
        SlowGrants.Configuration configuration = configuration();
        for (int d = 0; d < DOMAINS; d++) {
            family("table.frames").set(s, d, 1);
            family("table.frame-limit").set(s, d, MOST_FRAMES);
            family("maptrack.frame-limit").set(s, d, configuration.maptrackFrames()[d]);
            family("table.first-only").set(s, d, configuration.firstOnly()[d] ? 1 : 0);
        }
        stepper = (configuration.transitive() ? MACHINE : NOT_TRANSITIVE).stepper();
        slow = new SlowGrants(DOMAINS, REFS, owner, isTable, configuration);
    }

    private SlowGrants.Configuration configuration() {
        int[] maptrackFrames = new int[DOMAINS];
        boolean[] firstOnly = new boolean[DOMAINS];
        boolean transitive = roll(8) > 0;
        for (int d = 0; d < DOMAINS; d++) {
            maptrackFrames[d] = roll(20) > 0 ? 1 : 0;
            firstOnly[d] = roll(12) == 0;
        }
        return new SlowGrants.Configuration(maptrackFrames, firstOnly, transitive);
    }

    static Slots family(String name) {
        return MACHINE.schema().family(name).orElseThrow();
    }

    /** Throws the dice for the next operation. */
    void take(int number) {
        die = number;
    }

    /** A number below n from the die, which is rolled on. */
    int roll(int n) {
        int rolled = die % n;
        die /= n;
        die = die * 7919 + 104_729 & Integer.MAX_VALUE;
        return rolled;
    }

    int ref() {
        return NAMED[roll(12) > 0 ? roll(4) : roll(NAMED.length)];
    }

    /** An entry that says it is for a domain, as granter and reference; null when there is none. */
    int @Nullable [] grantedTo(int domain) {
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

    /** A domain that has not been destroyed. */
    int alive() {
        int domain = roll(DOMAINS);
        return slow.dying[domain] ? 0 : domain;
    }

    /** A page of a domain, as far as it has one. */
    int ownedBy(int domain) {
        int first = roll(PAGES);
        for (int f = 0; f < PAGES; f++) {
            if (slow.owner[(first + f) % PAGES] == domain) {
                return (first + f) % PAGES;
            }
        }
        return first;
    }

    /** An entry that accepts a transfer by a domain, as {@link #grantedTo}. */
    int @Nullable [] accepting(int domain) {
        for (int d = 0; d < DOMAINS; d++) {
            for (int ref : NAMED) {
                boolean has = ref < slow.entries(d);
                if (has && slow.entry(d, ref).domid == domain && slow.entry(d, ref).flags == 2) {
                    return new int[] {d, ref};
                }
            }
        }
        return null;
    }

    /** Whether a slot shows a page of a domain that has been destroyed: nobody takes that away but by unmapping. */
    boolean isLeftByTheDead(int domain, int slot) {
        SlowGrants.Shown at = slow.slots.get(domain).get(slot);
        return at != null && slow.owner[at.frame()] >= 0 && slow.dying[slow.owner[at.frame()]];
    }

    /** Whether somebody has a mapping of a domain's page, and not the page table entry that goes with it. */
    boolean hasLostMapping(int granter) {
        for (int d = 0; d < DOMAINS; d++) {
            for (SlowGrants.Mapping m : slow.mappings.get(d).values()) {
                long alike = slow.mappings.get(d).values().stream()
                        .filter(o -> o.host() && o.frame() == m.frame() && o.readOnly() == m.readOnly())
                        .count();
                long shown = slow.slots.get(d).values().stream()
                        .filter(at -> at.maps(m))
                        .count();
                if (m.granter() == granter && m.host() && shown < alike) {
                    return true;
                }
            }
        }
        return false;
    }

    int pick(int... values) {
        return values[roll(values.length)];
    }

    /** Notes what is done, once where it is done again at once. */
    void note(String call) {
        if (calls.isEmpty() || !calls.get(calls.size() - 1).equals(call)) {
            calls.add(call);
        }
    }

    int call(String operation, int... args) {
        note(operation + Arrays.toString(args));
        return stepper.call(operation, 0, s, args);
    }

    /** Notes what came up; empty when both say the same. */
    String answers(String what, int fast, int expected) {
        coverage.outcomes.add(what + " " + expected);
        return fast == expected ? "" : what + ": " + fast + ", not " + expected;
    }
}
