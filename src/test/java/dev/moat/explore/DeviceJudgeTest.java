package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What no relation of tables, tags and caches shows, judged at the device: each test takes a state in which all holds and changes in
 * it what a driver's mistake would.
 */
class DeviceJudgeTest {
    private static final String UNITS = "xen-vtd step refs=1 handles=1 assign=true devices=2 units=2 iommu=all";
    private static final String REAL = "xen-vtd operation levels=4 index-bits=9 refs=1 handles=1 iommu=all";

    private static Slots slots(Machine machine, String name) {
        return machine.schema().families().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> violated(Machine machine, long[] s) {
        Judge judge = Machines.judge(machine);
        long found = judge.evaluator().violated(s);
        return IntStream.range(0, judge.invariants().size())
                .filter(i -> (found >>> i & 1) != 0)
                .mapToObj(i -> judge.invariants().get(i).id())
                .toList();
    }

    private static void allHoldsAtFirst(Machine machine) {
        assertThat(violated(machine, machine.initial())).isEmpty();
    }

    /** Hole: the translation type was read by nobody. Here the width makes the entry invalid, so that the device is blocked. */
    @Test
    void anEntryThatPassesThroughLeadsToNoSpace() {
        Machine machine = Machines.machine(UNITS);
        allHoldsAtFirst(machine);
        long[] s = machine.initial();
        Slots lo = slots(machine, "contextLo");
        lo.set(s, 0, ContextEntry.TT.set(lo.get(s, 0), ContextEntry.TT_PASS_THROUGH));
        assertThat(violated(machine, s)).contains("assigned-device-is-led").doesNotContain("no-foreign");
    }

    /** Two devices of one domain behind one unit, each with a space of its own. */
    @Test
    void anEntryThatLeadsToTheSpaceOfTheDomainsOtherDevice() {
        Machine machine = Machines.machine("xen-io-spaces step iommu=vtd devices=3 units=1 frames=1");
        allHoldsAtFirst(machine);
        long[] s = machine.initial();
        for (String half : List.of("contextLo", "contextHi")) {
            Slots entry = slots(machine, half);
            entry.set(s, 0, entry.get(s, 2));
        }
        assertThat(violated(machine, s)).contains("assigned-device-is-led").doesNotContain("no-foreign");
    }

    /** With tables of the unit's largest width the entry is valid, and the device has all of memory. */
    @Test
    void aValidEntryThatPassesThroughOpensMemory() {
        Machine machine = Machines.machine(REAL);
        allHoldsAtFirst(machine);
        long[] s = machine.initial();
        Slots lo = slots(machine, "contextLo");
        for (int q = 0; q < lo.size(); q++) {
            lo.set(s, q, ContextEntry.TT.set(lo.get(s, q), ContextEntry.TT_PASS_THROUGH));
        }
        assertThat(violated(machine, s)).contains("no-foreign-request").doesNotContain("no-foreign");
    }

    /** Hole: every cache is right about what it was asked, but it is asked under another tag than is invalidated. */
    @Test
    void anEntryWithTheDidOfAnotherDomain() {
        Machine machine = Machines.machine("xen-vtd operation refs=1 handles=1 iommu=all");
        allHoldsAtFirst(machine);
        long[] s = machine.initial();
        Slots hi = slots(machine, "contextHi");
        hi.set(s, 0, ContextEntry.DID.set(hi.get(s, 0), 1 - ContextEntry.DID.get(hi.get(s, 0))));
        assertThat(violated(machine, s)).contains("entry-means-its-space").doesNotContain("no-foreign", "no-stale");
    }

    /** Hole: the frame of such a translation was none, and nothing judged it. */
    @Test
    void aTranslationThatEndsInAPageOfTables() {
        Machine machine = Machines.machine(UNITS);
        long[] s = machine.initial();
        Slots leaf = slots(machine, "leaf");
        long table = ContextEntry.SLPTPTR.get(slots(machine, "contextLo").get(s, 0));
        for (int i = 0; i < leaf.size(); i++) {
            if (SecondLevelEntry.rights(leaf.get(s, i)) != 0) {
                leaf.set(s, i, SecondLevelEntry.ADDR.set(leaf.get(s, i), table));
            }
        }
        assertThat(violated(machine, s)).contains("no-request-strays").doesNotContain("no-foreign");
    }

    /** The same once it is cached, and the table is right again. */
    @Test
    void aCachedTranslationThatEndsElsewhere() {
        Machine machine = Machines.machine(UNITS);
        long[] s = machine.initial();
        Slots rights = slots(machine, "iotlbRights");
        for (int i = 0; i < rights.size(); i++) {
            rights.set(s, i, 1);
        }
        assertThat(violated(machine, s)).contains("no-request-strays").doesNotContain("no-foreign");
    }

    /** Hole: a request in flight of a device that has been taken away was judged by its tag alone. */
    @Test
    void aRequestInFlightOfADeviceThatNobodyHas() {
        Machine machine = Machines.machine("xen-vtd operation refs=1 handles=1 assign=true walks=true iommu=all");
        allHoldsAtFirst(machine);
        long[] s = machine.initial();
        slots(machine, "walkRights").set(s, 0, 1);
        slots(machine, "walkFrame").set(s, 0, 1);
        assertThat(violated(machine, s)).doesNotContain("flight-follows-assignment");
        slots(machine, "contextLo").set(s, 0, 0);
        slots(machine, "contextHi").set(s, 0, 0);
        slots(machine, "assigned").set(s, 0, 0);
        assertThat(violated(machine, s))
                .contains("flight-follows-assignment")
                .doesNotContain("no-foreign", "quarantine");
    }
}
