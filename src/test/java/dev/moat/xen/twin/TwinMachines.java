package dev.moat.xen.twin;

import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Granularity;
import dev.moat.scenario.Machine;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Stepper;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    static final int SLOTS = 4;
    static final int MOST_FRAMES = 2;
    /** References that entries are stored to and operations name; the last ones are beyond small tables. */
    static final int[] NAMED = {0, 1, 8, 9, 10, 11, 300, 600};

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
        final Set<String> outcomes = new TreeSet<>();

        Set<String> outcomes() {
            return outcomes;
        }
    }

    final Coverage coverage;
    final SlowGrants slow;
    final long[] s = MACHINE.initial();
    /** Numbers of the handles that maps returned, by the names that {@link #slow} has for them. */
    final List<Map<Integer, Integer>> names = new ArrayList<>();

    private final Stepper stepper = MACHINE.stepper();
    private int die;

    TwinMachines(Coverage coverage) {
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

    int pick(int... values) {
        return values[roll(values.length)];
    }

    int call(String operation, int... args) {
        return stepper.call(operation, 0, s, args);
    }

    /** Notes what came up; empty when both say the same. */
    String answers(String what, int fast, int expected) {
        coverage.outcomes.add(what + " " + expected);
        return fast == expected ? "" : what + ": " + fast + ", not " + expected;
    }
}
