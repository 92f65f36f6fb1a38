package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.Violation;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.model.InjectedFault;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.StateJudge;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import dev.moat.trace.story.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of a fault in the machine of its row: what correct code does instead, and in words what is broken. */
class FaultStoriesTest {
    /** One row of so many is looked at in every build. */
    private static final int EACH = 40;

    static Stream<KillRow> some() {
        List<KillRow> all = rows().toList();
        return IntStream.range(0, all.size()).filter(i -> i % EACH == 0).mapToObj(all::get);
    }

    /** Those of a fault that breaks an invariant; a deadlock is told in words of its own. */
    static Stream<KillRow> rows() {
        return KillMatrix.MATRIX.stream()
                .filter(row -> !breaks(row).isEmpty() && !breaks(row).get(0).equals("no-deadlock"));
    }

    private static List<String> breaks(KillRow row) {
        return fault(row).breaks();
    }

    private static InjectedFault fault(KillRow row) {
        return Machines.CATALOG.component(row.component()).faults().stream()
                .filter(f -> f.id().equals(row.fault()))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("some")
    void isToldInWords(KillRow row) {
        requireWords(row, breaks(row).get(0));
    }

    /** Of whatever it breaks. */
    @Tag("deep")
    @ParameterizedTest
    @MethodSource("rows")
    void everyOneIsToldInWords(KillRow row) {
        Stream.of(row.violates().split(" "))
                .map(property -> property.replaceFirst("@.*", ""))
                .filter(property -> !property.equals("no-deadlock"))
                .forEach(property -> requireWords(row, property));
    }

    /** Each was told otherwise, and falsely: what is said is what is so in the row's machine. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dte.domain-id-not-stored | assigned-device-is-led | under did0, which does not stand for them | not behind",
                "unmap.no-invalidation    | lingering-is-revoked   | mapping of f0 ended in step 4               | was freed",
                "unmap.clears-first-only  | no-stale               | p0 leads to f0, p1 to f1                   | instead",
                "map.undone-without-flush | nothing-lingers        | the call returns EFAULT                    | returns 12",
                "free.keeps-cache-entry   | nothing-lingers        | entry in memory was cleared in step 2      | unmap",
                "slots.not-merged         | slot-counts-are-right  | counts fewer free slots in a row           | run(",
                "entry.source-unverified | index-is-one-devices | whose index it never had | is free",
                "unbind.entry-stays | unbound-pasid-serves-nothing | entry, which Xen has left | cached",
                "unbind.pasid-freed-first | page-request-is-answered-once | has given its PASID back | sent for it",
                "unbind.requests-not-drained | page-request-is-answered-once | has given its PASID back | sent for it",
                "pasid.guest-number-used | first-level-completion | by the tables of another process | invalidation",
                "p2m.no-hook | completion | own tables and its memory do not lead it since step 1 | tables do not",
                "translate.ignores-te | completion | vdev0 gets f0 | still gets",
                "p2m.private-page-mapped | composition | lead p0 to f1, the vIOMMU | do not lead",
                "p2m.window-mapped | composition | no memory but the window | do not lead",
                "waiting.vector-never-back | waiting-vcpu-is-woken | runs, and since step 5 it is | runs since",
                "attach.without-unit | destroyed-leaves-nothing | has no vIOMMU since step 2 | still attached",
                "fault.told-to-no-unit | blocked-dma-is-recorded | its vIOMMU is gone | nothing was refused",
                "fault.of-before-passed-on | blocked-dma-is-recorded | which was refused before its time | nothing was refused",
                "fault.read-from-first | silent-entry-records-nothing | the handler had left it behind | suppresses",
                "record.no-lock | silent-entry-records-nothing | none that is to be recorded is missing | was to be recorded",
                "unmap.grant-dropped-before-flush | no-foreign | dropped the grant | heap",
                "viommu.no-lock | break-before-make | entered the frame into the p2m | the guest and",
                "destroy.while-attached | composed-is-reachable | translation is off since step 2 | tables",
                "record.index-shifted | blocked-interrupt-is-recorded | has the index of another entry | no fault record",
                "fault.malformed-not-silenced | blocked-dma-is-recorded | its entry has FPD set | nothing was refused",
                "table.never-invalidated | interrupt-in-domain | which d0 has no longer since step 3 | never",
                "table.never-invalidated | routed-interrupt-arrives | where Xen | guest",
                "entry.disabled-first | moved-interrupt-arrives | is only being changed since step 3 | guest",
                "half.vector-cleared-first | interrupt-in-domain | unused-vector, which d0 was never given | guest",
                "remap.one-index-too-many | interrupt-follows-entry | that nobody meant for it                  | moved",
                "remap.one-index-too-many | interrupt-follows-entry | in past-end of its table                  | row1",
                "remap.compatible-passes  | interrupt-follows-entry | compatibility format names the vector     | moved",
                "shadow.write-only-becomes-readable | completion    | let it only write                         | not lead",
                "slots.one-too-few        | slot-has-one-mapping   | two mappings, m0 and m1, use slot1 at once | since step 1",
                "mapping.lock-dropped     | no-foreign             | its address went to another, in step 11    | failed",
                "mapping.lock-dropped     | nothing-lingers        | its address went to another, in step 12    | no driver has",
                "iova.magazine-not-locked | no-foreign-request     | its address went to another, in step 16    | failed",
                "unmap.iova-freed-before-sync | no-foreign         | had not ended when its address went to     | failed",
                "iova.frees-neighbour     | no-foreign             | an address at which another frame is mapped| no driver has",
                "iova.frees-neighbour     | no-foreign-request     | f1 is the second mapping's                 | no driver has",
                "iova.lock-dropped        | no-stale               | its address went to another, in step 6     | no driver has"
            })
    void saysWhatIsSo(String fault, String property, String said, String unsaid) {
        KillRow row = rows().filter(r -> r.fault().equals(fault) && r.violates().contains(property + "@"))
                .findFirst()
                .orElseThrow();
        String story = String.join(" ", told(row, property)).replaceFirst("^Seeded: .*? \\(\\S+\\) ", "");
        assertThat(story.replaceFirst(" In full: .*", "")).contains(said).doesNotContain(unsaid);
    }

    private static void requireWords(KillRow row, String property) {
        List<String> told = told(row, property);
        assertThat(told).as(property).anyMatch(line -> line.contains("FAULT") || line.startsWith("Correct "));
        assertThat(told.get(told.size() - 1).replaceFirst(" In full: .*", ""))
                .startsWith("Broken: ")
                .doesNotContain("; but ")
                .doesNotContainPattern("\\b[a-z]\\w*\\([\\w.]+[,)]");
    }

    private static List<String> told(KillRow row, String property) {
        MachineSpec spec = Machines.spec(
                row.component() + " " + fault(row).visibleAt() + " " + row.settings() + " !" + row.fault());
        Machine machine = Machines.CATALOG.machine(spec);
        Judge judge = Machines.judge(machine, property);
        Violation violation = Machines.exploreSmall(machine, judge).violation();
        assertThat(violation).as(property).isNotNull();
        TraceRunner runner = new TraceRunner(machine, StateJudge.of(judge));
        List<Transition> run = new ArrayList<>();
        long[] s = machine.initial();
        violation.instances().forEach(i -> run.add(runner.perform(i, s)));
        return new Story(runner, Machines.CATALOG, spec).tell(run);
    }
}
