package dev.moat.explore;

import static dev.moat.explore.KillMatrix.MATRIX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every injected fault against every invariant, each judged alone: what the fault declares to break it breaks, at the
 * granularity it declares, and the whole matrix is as written here.
 */
class KillMatrixTest {
    private static final String NO_DEADLOCK = "no-deadlock";
    /** States of a machine without a fault that every build looks at. */
    private static final long FIRST = 500;

    /** For each fault of xen-vtd the machine of its row, the fault injected, as a line without component and granularity. */
    static List<String> xenMachines() {
        return MATRIX.stream()
                .filter(row -> row.component().equals("xen-vtd"))
                .map(row -> row.settings() + " !" + row.fault())
                .toList();
    }

    static Stream<KillRow> matrix() {
        return MATRIX.stream();
    }

    /** As far as the longest that it breaks: what else there may be in all states the profile deep looks for. */
    @ParameterizedTest
    @MethodSource("matrix")
    void row(KillRow row) {
        require(row, row.depth() == KillRow.WHOLE && longest(row) > 0 ? nearest(row) : row.depth());
    }

    @Tag("deep")
    @ParameterizedTest
    @MethodSource("matrix")
    void rowInAllStates(KillRow row) {
        require(row, row.depth());
    }

    /** The level where the last state of the longest violation lies; that nothing leads on from a state is seen on the next one. */
    private static int nearest(KillRow row) {
        return longest(row) + (row.violates().contains(NO_DEADLOCK) ? 2 : 1);
    }

    private static int longest(KillRow row) {
        return Stream.of(row.violates().split(" "))
                .filter(name -> !name.isEmpty())
                .mapToInt(name -> Integer.parseInt(name.replaceAll(".*@", "")))
                .max()
                .orElse(0);
    }

    private static void require(KillRow row, int depth) {
        InjectedFault fault = fault(row);
        Machine machine = machine(row, fault.visibleAt());
        List<String> properties = new ArrayList<>(promised(row, machine));
        Judge judge = Machines.judge(machine, properties.toArray(String[]::new));
        int[] lengths = depth == KillRow.WHOLE ? Machines.survey(machine, judge) : surveyTo(depth, machine, judge);
        properties.add(NO_DEADLOCK);
        List<String> violated = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] >= 0) {
                violated.add(properties.get(i) + "@" + lengths[i]);
            }
        }
        assertThat(String.join(" ", sorted(violated)))
                .isEqualTo(String.join(" ", sorted(List.of(row.violates().split(" ")))));
        assertThat(names(row)).containsAll(fault.breaks());
        assertThat(fault.breaks().isEmpty()).isEqualTo(row.violates().isEmpty());
    }

    private static int[] surveyTo(int depth, Machine machine, Judge judge) {
        Limits none = Limits.none(1);
        Limits near = new Limits(depth, 1, none.seconds(), none.states(), none.memory());
        return new DepthSurvey(machine, judge, near).runToDepth(Progress.silent());
    }

    /** The applicable invariants, without what the row's policy does not promise. */
    private static List<String> promised(KillRow row, Machine machine) {
        return Machines.applicable(machine).stream()
                .filter(id -> !givenUp(row).contains(id))
                .toList();
    }

    private static Set<String> sorted(List<String> names) {
        return new TreeSet<>(names);
    }

    private static List<String> names(KillRow row) {
        return Stream.of(row.violates().split(" "))
                .map(s -> s.replaceAll("@.*", ""))
                .toList();
    }

    /** Faults that show only between steps. */
    static Stream<KillRow> ofOrder() {
        return MATRIX.stream().filter(row -> fault(row).visibleAt().equals("step"));
    }

    /** What shows only between steps does not show with whole operations, whatever is judged. */
    @ParameterizedTest
    @MethodSource("ofOrder")
    void orderFaultsAreInvisibleAtOperation(KillRow row) {
        requireInvisible(row, "");
    }

    /** Nor in larger machines. */
    @ParameterizedTest
    @Tag("deep")
    @MethodSource("ofOrder")
    void orderFaultsAreInvisibleAtOperationInLargerMachinesToo(KillRow row) {
        // Tables that are frames need one for each domain.
        String named = row.settings().contains("iommu=amd-vi") ? " iommu-domains=all" : " iommu=all";
        String both = row.settings().contains("iommu=") && !named.contains("domains") ? "" : named;
        String all = row.settings().contains("table-frames") ? both + " frames=4" : both;
        String more = row.settings().contains("maptrack-frames") ? " handles=6" : " handles=2";
        List<String> changes = switch (row.component()) {
            case "xen-vtd" ->
                // Without I/O tables nobody walks.
                row.settings().contains("iommu=none")
                        ? List.of(more, " refs=2")
                        : List.of(more, " refs=2", all, " walks=true");
            case "xen-swiotlb" ->
                // On bare metal there are no guests.
                List.of(row.settings().contains("bare-metal") ? " syncs=true" : " guest-memory=true");
            case "xen-viommu-interrupts" -> List.of(" indices=3");
            case "amd-vi-interrupts" -> List.of(" vectors=4");
            case "xen-viommu-svm" -> List.of(" pages=2");
            default -> List.of(" frames=3");
        };
        changes.forEach(larger -> requireInvisible(row, larger));
    }

    private static void requireInvisible(KillRow row, String larger) {
        String line = row.component() + " operation " + row.settings() + larger;
        Machine machine = Machines.machine(line + " !" + row.fault());
        Judge judge = row.component().equals("iommu-dma")
                ? Machines.judge(machine, promised(row, machine).toArray(String[]::new))
                : Machines.judge(machine);
        Exploration found = Machines.exploreSmall(machine, judge);
        assertThat(found.end()).as(row + larger).isEqualTo(End.COMPLETE);
    }

    /** The debt is another CPU's: one CPU alone never sees it. */
    @ParameterizedTest
    @ValueSource(strings = {"handles=1", "handles=2"})
    void theDroppedLockNeedsTwoCpus(String settings) {
        String line = "xen-vtd step refs=1 cpus=1 " + settings + " !grant-table.lock-dropped-before-wait";
        Machine machine = Machines.machine(line);
        assertThat(Machines.exploreSmall(machine, Machines.judge(machine)).end())
                .isEqualTo(End.COMPLETE);
    }

    /** The first row of each machine; rows of one machine differ in the fault. */
    static Stream<KillRow> machines() {
        Map<String, KillRow> firsts = new LinkedHashMap<>();
        MATRIX.forEach(row -> firsts.putIfAbsent(faultless(row), row));
        return firsts.values().stream();
    }

    private static String faultless(KillRow row) {
        return row.component() + " " + fault(row).visibleAt() + " " + row.settings();
    }

    /** Without a fault all of these machines are right: it is the fault that is found. Of large ones the first states. */
    @ParameterizedTest
    @MethodSource("machines")
    void withoutTheFaultAllHolds(KillRow row) {
        Exploration found = withoutTheFault(row, FIRST);
        assertThat(found.end()).isEqualTo(found.limit() == null ? End.COMPLETE : End.LIMIT);
    }

    @Tag("deep")
    @ParameterizedTest
    @MethodSource("machines")
    void withoutTheFaultAllHoldsToTheEnd(KillRow row) {
        assertThat(withoutTheFault(row, 1_000_000).end()).isEqualTo(End.COMPLETE);
    }

    private static Exploration withoutTheFault(KillRow row, long states) {
        Machine machine = Machines.machine(faultless(row));
        String[] judged = promised(row, machine).toArray(String[]::new);
        Limits none = Limits.none(1);
        Limits first = new Limits(none.depth(), 1, none.seconds(), states, none.memory());
        return new Explorer(machine, Machines.judge(machine, judged), first).run(Progress.silent());
    }

    /** What a policy does not promise. */
    private static List<String> givenUp(KillRow row) {
        if (row.settings().contains("iommu=gart") && row.settings().contains("directions=true")) {
            return List.of("no-foreign");
        }
        if (row.component().equals("iommu-dma") && row.settings().contains("flush=")) {
            return List.of("nothing-lingers", "no-foreign", "no-foreign-request");
        }
        if (row.settings().contains("unmap=wrap") || row.settings().contains("unmap=asked")) {
            return List.of("nothing-lingers");
        }
        if (row.settings().contains("vmap=purged")) {
            return List.of("no-alias-in-the-way");
        }
        if (row.settings().contains("untranslated=true")) {
            return List.of("no-foreign-request");
        }
        if (row.settings().contains("entry-update=")) {
            return List.of("moved-interrupt-arrives");
        }
        if (row.settings().contains("flush=agreed")) {
            return List.of("nothing-lingers", "no-foreign", "no-foreign-request");
        }
        // Where nobody agrees to anything it is no-foreign-request.
        String other = "lingering-request-is-revoked";
        return row.settings().contains("flush=deferred") ? List.of("nothing-lingers", other) : List.of(other);
    }

    @Test
    void everyFaultHasARow() {
        List<String> listed =
                MATRIX.stream().map(r -> r.component() + " " + r.fault()).toList();
        List<String> declared = Machines.CATALOG.components().stream()
                // The discipline's faults have a table of their own, in BoundedTest.
                .filter(c -> c.getClass().getName().startsWith("dev.moat.") && !c.id().equals("discipline"))
                .flatMap(c -> c.faults().stream().map(f -> c.id() + " " + f.id()))
                .toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(declared);
    }

    /**
     * No fault is another one in disguise: on the same machine two break different properties, or after different lengths.
     * One pair that does not differs in hardware that is done before anybody looks: there the second is harmless. The other one
     * differs where all mappings are for writing, which no parameter says: there the first is harmless. Two more are of two caches that
     * are filled and forgotten alike, and of a batch of two: one flushes nothing, the other one only where all went well. Of interrupts
     * the first message tells: one posted while notifications stay suppressed, or before anybody looks again; one posted before or after
     * a virtual CPU goes to wait; one posted between two steps that are to be one, or the other way round; one whose index is
     * wrong, by its subhandle or by its 17th bit; and one of a device that is led to another device's table, or beyond its own.
     */
    @Test
    void noFaultLooksLikeAnother() {
        Map<String, List<String>> alike = MATRIX.stream()
                .collect(Collectors.groupingBy(
                        row -> row.component() + " " + fault(row).visibleAt() + " " + row.settings() + ": "
                                + row.violates(),
                        Collectors.mapping(KillRow::fault, Collectors.toList())));
        assertThat(alike.values().stream().filter(faults -> faults.size() > 1))
                .containsExactlyInAnyOrder(
                        List.of("unmap.no-invalidation", "unmap.invalidation-not-awaited"),
                        List.of("map.read-only-not-invalidated", "caching-mode.present-under-did-0"),
                        List.of("unbind.no-iotlb", "unbind.no-device-tlb"),
                        List.of("unmap.no-device-tlb", "unmap.device-tlb-not-awaited"),
                        List.of("guest.deactivated-disabled", "guest.root-stays"),
                        List.of("posting.suppression-stays", "posting.not-looked-at"),
                        List.of("waiting.vector-stays", "waiting.not-looked-at"),
                        List.of("posting.looked-at-first", "posting.read-then-cleared"),
                        List.of("remap.subhandle-ignored", "remap.index-wraps"),
                        List.of("unmap-grants.no-flush", "unmap-grants.stops-without-flush"),
                        List.of("unbind.translations-kept", "unbind.pscid-freed-before-fence"),
                        List.of("unit.gscid-not-compared", "page.gscid-of-another"),
                        List.of("guest.invalidates-host", "guest.told-before-fence"),
                        List.of(
                                "unit.gvma-leaves-both",
                                "page.freed-before-fence",
                                "page.vma-for-gvma",
                                "page.frame-for-address"),
                        List.of("iofence.left-out", "iofence.passes-commands"),
                        List.of("sync.left-out", "sync.passes-commands"),
                        List.of("cd.not-invalidated", "cd.not-synced"),
                        List.of("unmap.no-tlbi", "unmap.freed-before-sync", "unit.sync-passes-tlbi"),
                        List.of("unmap.both-first", "unmap.no-sync-between"));
    }

    /** An invariant that no fault breaks may be one that cannot be broken. */
    @Test
    void everyInvariantIsBroken() {
        Set<String> broken = new TreeSet<>();
        Set<String> declared = new TreeSet<>();
        for (KillRow row : MATRIX) {
            broken.addAll(names(row));
            declared.addAll(fault(row).breaks());
        }
        broken.remove("");
        Set<String> expected = new TreeSet<>(Machines.LIBRARY.ids());
        expected.add(NO_DEADLOCK);
        assertThat(broken).isEqualTo(expected);
        assertThat(declared).isEqualTo(expected);
    }

    private static InjectedFault fault(KillRow row) {
        Component component = Machines.CATALOG.component(row.component());
        return dev.moat.scenario.Catalog.fault(component, row.fault());
    }

    private static Machine machine(KillRow row, String granularity) {
        return Machines.machine(row.component() + " " + granularity + " " + row.settings() + " !" + row.fault());
    }
}
