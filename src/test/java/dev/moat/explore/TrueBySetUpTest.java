package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.SeedPages;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenarios that would show the same whatever happened in them: true, or false, by how they are set up. */
class TrueBySetUpTest {
    /** Controls that are broken before anything has happened, and why they are kept. */
    private static final Map<String, String> FROM_THE_START = Map.ofEntries(
            Map.entry(
                    "xen-calgary-one-bus",
                    "who has a bus is settled before the machine runs; spaces-one-bus-admitted gets there by calls"),
            Map.entry("amdvi-exclusion-all", "the range is open from reset on; amdvi-exclusion-marked holds"),
            Map.entry("amdvi-exclusion-entry-marked", "the entries are there from the start"),
            Map.entry("amdvi-unity-begins-too-low", "unity ranges are mapped before anything runs"),
            Map.entry("dma-driver-wins", "the type of a default domain is decided before anything runs"),
            Map.entry("dma-untrusted-identity", "the same"),
            Map.entry("dma-identity-no-isolation", "with the type identity everything is mapped from the start"),
            Map.entry(
                    "dma-gart-outside",
                    "no table ever translates what lies outside; dma-gart-behind-aperture maps there"),
            Map.entry(
                    "interrupts-compatible-passes",
                    "a message in compatibility format needs no entry that anybody writes"),
            Map.entry("viommu-virtual-untranslated", "translation is on from the start"),
            Map.entry("xen-dom0-relaxed", "Xen leads the device of domain 0 to all memory when it boots"));

    /** Machines with two states or one, which differ by one call, and why they are kept. */
    private static final Map<String, String> OF_ONE_STEP = Map.of(
            "swiotlb-fits-by-first-page", "one allocation is refused the exchange that it needs, and that is all");

    /** Scenarios of one component and one IOMMU with the same numbers of states, and why they are kept. */
    private static final Map<String, String> OF_THE_SAME_STATES = Map.ofEntries(
            Map.entry("amdvi-interrupts-128 amdvi-interrupts-x2apic", "formats of entries, of as many"),
            Map.entry(
                    "amdvi-iommu-api-strict-1page amdvi-iommu-api-two-frames",
                    "two encodings of a range, and of a device that nobody has"),
            Map.entry("spaces-calgary-whole spaces-calioc2-whole", "two chips, whole calls; between steps they differ"),
            Map.entry(
                    "iommu-api-calgary-1page iommu-api-calgary-two-frames",
                    "two capabilities of the chip, whole calls"),
            Map.entry(
                    "xen-rule-counters-1cpu xen-rule-mapcount-1cpu",
                    "two rules that are right come to the same tables"),
            Map.entry(
                    "xen-rule-mapcount xen-rule-mapkind-pins-1cpu xen-step",
                    "the same; the wrong one needs two CPUs to show"),
            Map.entry(
                    "viommu-amd-vi-guest viommu-op",
                    "two families of the guest's unit, which the shadow does not tell apart"),
            Map.entry("xen-op-real xen-op-real-4", "two depths of tables"),
            Map.entry("discipline discipline-completes", "one judges states, the other one runs"),
            Map.entry("xen-2cpu-assign xen-runs-assign", "the same"),
            Map.entry("xen-runs-timeout xen-small-timeout", "the same"),
            Map.entry(
                    "amdvi-exclusion-marked amdvi-real",
                    "two geometries of tables; an exclusion range without EX does nothing"),
            Map.entry("amdvi-batch-range amdvi-batch-range-powers", "two encodings of one range"),
            Map.entry("xen-op-batch-range-masks xen-op-batch-range-unaligned", "the same"),
            Map.entry("xen-op-batch-range-masks-host xen-op-batch-range-unaligned-host", "the same"),
            Map.entry(
                    "xen-batch-end xen-domain-wide",
                    "policies differ in what a batch asks of the queue, which is empty again at its end"),
            Map.entry("xen-batch-end-2cpu xen-domain-wide-2cpu", "the same"),
            Map.entry("xen-op-batch xen-op-batch-end xen-op-domain-wide xen-op-queued xen-op-threshold", "the same"),
            Map.entry(
                    "xen-op-decrease-frame-freed-before-flush xen-op-queue-recovery xen-op-unmap-hold-released-before-wait",
                    "faults of order do not show in whole operations, and a repaired queue does not"));

    private static List<Scenario> searched() {
        return Committed.described().stream()
                .filter(s -> List.of("default", "extra", "deep").contains(s.set()))
                .toList();
    }

    @Test
    void scenariosThatAreTrueByTheirSetUpAreKnownAndNotCited() {
        Set<String> fromTheStart = new TreeSet<>();
        Set<String> ofOneStep = new TreeSet<>();
        for (Scenario scenario : searched()) {
            Machine machine = Machines.CATALOG.machine(scenario.machine());
            if (scenario.expect().violated() && judge(machine, scenario.fail()).violated(machine.initial()) != 0) {
                fromTheStart.add(scenario.id());
            }
            if (hasTwoStatesAtMost(machine)) {
                ofOneStep.add(scenario.id());
            }
        }
        assertThat(fromTheStart).isEqualTo(FROM_THE_START.keySet());
        assertThat(ofOneStep).isEqualTo(OF_ONE_STEP.keySet());
        assertThat(SeedPages.cited()).doesNotContainAnyElementsOf(fromTheStart).doesNotContainAnyElementsOf(ofOneStep);
    }

    private static Judge judge(Machine machine, Collection<String> properties) {
        return Machines.judge(
                machine,
                properties.stream().filter(Machines.LIBRARY.ids()::contains).toArray(String[]::new));
    }

    /** States that differ in one bit are two. */
    private static boolean hasTwoStatesAtMost(Machine machine) {
        Stepper stepper = machine.stepper();
        Set<List<Long>> seen = new HashSet<>();
        Deque<long[]> open = new ArrayDeque<>(List.of(machine.initial()));
        seen.add(key(machine.initial()));
        while (!open.isEmpty()) {
            long[] state = open.remove();
            for (int letter = 0; letter < machine.instances(); letter++) {
                long[] next = state.clone();
                if (stepper.apply(letter, next) && !stepper.lastWasRefused() && seen.add(key(next))) {
                    open.add(next);
                    if (seen.size() > 2) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static List<Long> key(long[] state) {
        return Arrays.stream(state).boxed().toList();
    }

    /** What a scenario adds to another one is in none of its states. */
    @Test
    void scenariosWithTheStatesOfAnotherAreKnown() {
        Map<String, Set<String>> byCounts = searched().stream()
                .filter(s -> !s.expect().violated())
                .collect(Collectors.groupingBy(
                        s -> s.machine().component() + " "
                                + s.machine().settings().getOrDefault("iommu", "") + " "
                                + s.expect().distinct() + " " + s.expect().generated() + " "
                                + s.expect().depth(),
                        Collectors.mapping(Scenario::id, Collectors.toCollection(TreeSet::new))));
        assertThat(byCounts.values().stream().filter(ids -> ids.size() > 1).map(ids -> String.join(" ", ids)))
                .containsExactlyInAnyOrderElementsOf(OF_THE_SAME_STATES.keySet());
    }

    /** What was true by its set-up once takes three transitions to be broken, by the fault that it is there for. */
    @ParameterizedTest
    @CsvSource({
        "spaces-untranslated, , no-foreign-request",
        "swiotlb-unprivileged-direct, , data-stays-home",
        "swiotlb-unprivileged-bounced, , data-stays-home",
        "swiotlb-unprivileged-vtd, exchange.iotlb-flushed-late, data-stays-home",
        "swiotlb-ioremap, detach.io-memory-kept, iomap-follows-assignment",
        "swiotlb-ioremap, detach.io-memory-permitted, iomap-follows-assignment",
        "swiotlb-ioremap-unprivileged, detach.io-memory-kept, iomap-follows-assignment",
        "swiotlb-ioremap-unprivileged, detach.io-memory-permitted, iomap-follows-assignment",
        "swiotlb-lazy-alias, , no-alias-in-the-way",
        "swiotlb-exchange, aliases.unmapped-lazily, no-alias-in-the-way",
        "dma-calgary-dac-enabled, , no-foreign",
        "dma-calgary-dac, bus.dac-enabled, no-foreign",
        "dma-vtd-held-back, owner.window-mapped, reserved-is-not-handed",
        "dma-vtd-window, owner.window-mapped, reserved-is-not-handed",
        "dma-amdvi-window, owner.window-mapped, reserved-is-not-handed",
        "dma-amdvi-exclusion, owner.window-mapped, reserved-is-not-handed",
        "viommu-bridge-kept, , front-ends-agree",
        "viommu-front-ends, bridge.translation-kept, front-ends-agree",
        "viommu-front-ends-step, bridge.translation-kept, front-ends-agree"
    })
    void whatWasMadeRealIsBrokenByStepsOfItsOwn(String id, String fault, String property) {
        MachineSpec spec = Committed.scenario(id).machine();
        Machine machine = Machines.CATALOG.machine(fault == null ? spec : spec.withFaults(List.of(fault)));
        Exploration found = Machines.exploreSmall(machine, judge(machine, List.of(property)));
        assertThat(found.violation().instances()).hasSizeGreaterThanOrEqualTo(3);
    }
}
