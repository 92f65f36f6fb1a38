package dev.moat.prove.refine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Edits;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.prove.code.CodeQuestions;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which lines that a component says stand: each rests on the others, and falls with what it rests on. */
class KeptLinesTest {
    private static final int RLIMIT = 20_000_000;
    private static final int[] FOUR = {3, 2, 1, 0};

    /** Two numbers below 16: the first counts to 3, the second becomes what the first is; a third is read, and written by nobody. */
    private static KeptLines lines(Map<String, Predicate<long[]>> said) {
        return lines(said, null);
    }

    /** @param more an action that is there too */
    private static KeptLines lines(Map<String, Predicate<long[]>> said, @Nullable Guarded more) {
        ModelBuilder builder = new ModelBuilder(new Edits());
        Slots[] n = new Slots[3];
        for (int i = 0; i < n.length; i++) {
            n[i] = builder.schema()
                    .slots("n" + i, Role.HYPERVISOR, Writer.HYPERVISOR)
                    .bits(4);
        }
        add(builder, "count", (s, a, b, c, d, e) -> {
            boolean below = n[0].get(s) < 3;
            n[0].set(s, below ? n[0].get(s) + 1 : n[0].get(s));
            return below;
        });
        add(builder, "copy", (s, a, b, c, d, e) -> {
            n[1].set(s, n[0].get(s));
            return true;
        });
        add(builder, "copy-other", (s, a, b, c, d, e) -> {
            n[0].set(s, n[0].get(s) == 9 ? n[2].get(s) : n[0].get(s));
            return true;
        });
        if (more != null) {
            add(builder, "more", more);
        }
        said.forEach(builder.schema()::keepsAtSteps);
        builder.initially(s -> {});
        Machine machine = new Machine(builder.build(), Granularity.STEP, false);
        List<long[]> explored = new ArrayList<>();
        for (long i = 0; i < 4; i++) {
            long[] s = machine.initial().clone();
            n[0].set(s, i);
            explored.add(s);
        }
        return new KeptLines(new LiftedMachine(machine), explored, RLIMIT);
    }

    private static void add(ModelBuilder builder, String name, Guarded code) {
        builder.action(new Action(name, Actor.HYPERVISOR, List.of(), ModelBuilder.all(), code, false, "stutter"));
    }

    private static Predicate<long[]> below(int bit, long bound) {
        return s -> (s[0] >>> bit & 15) < bound;
    }

    @Test
    void linesRestOnEachOther() {
        KeptLines found = lines(Map.of("the first is small", below(0, 4), "the second is small", below(4, 4)));
        assertThat(found.leftOut()).isEmpty();
        assertThat(found.proved()).containsExactlyInAnyOrder("the first is small", "the second is small");
    }

    @Test
    void aLineAloneFallsWhereItRestsOnAnother() {
        KeptLines found = lines(Map.of("the second is small", below(4, 4)));
        assertThat(found.proved()).isEmpty();
        assertThat(found.leftOut()).containsExactly(Map.entry("the second is small", "not kept by copy"));
    }

    @Test
    void aLineFallsWithWhatItRestsOn() {
        // 9 is no reached value of the first, but below 10: from there it becomes the third, which may be anything.
        KeptLines found = lines(Map.of("the first is below 10", below(0, 10), "the second is below 10", below(4, 10)));
        assertThat(found.proved()).isEmpty();
        assertThat(found.leftOut())
                .containsOnly(
                        Map.entry("the first is below 10", "not kept by copy-other"),
                        Map.entry("the second is below 10", "not kept by copy"));
    }

    /** An action that cannot be lifted, and that breaks the line where no state was looked at. */
    @Test
    void nothingStandsWhereCodeIsNotLifted() {
        Guarded refused = (s, a, b, c, d, e) -> {
            long[] words = new long[1];
            s[0] |= words.length * 15L;
            return true;
        };
        KeptLines found = lines(Map.of("the first is small", below(0, 4)), refused);
        assertThat(found.proved()).isEmpty();
        assertThat(found.stepLines().areProved()).isFalse();
        assertThat(found.leftOut())
                .containsExactly(
                        Map.entry("the first is small", "not kept, as far as is known, by code that is not lifted"));
    }

    @Test
    void whatIsNotSoInAReachedStateIsNotAsked() {
        KeptLines found =
                lines(Map.of("the first is below 3", below(0, 3), "the first is not 0", s -> (s[0] & 15) != 0));
        assertThat(found.proved()).isEmpty();
        assertThat(found.leftOut())
                .containsOnly(
                        Map.entry("the first is below 3", "not so in a state that is reached"),
                        Map.entry("the first is not 0", "not so in the initial state"));
    }

    /** The second is an index of four, as the first is below 4 wherever it is copied. */
    private static Machine indexing(boolean said) {
        ModelBuilder builder = new ModelBuilder(new Edits());
        Slots first = number(builder, "first");
        Slots second = number(builder, "second");
        add(builder, "count", (s, a, b, c, d, e) -> {
            boolean below = first.get(s) < 3;
            first.set(s, below ? first.get(s) + 1 : first.get(s));
            return below;
        });
        add(builder, "copy", (s, a, b, c, d, e) -> {
            second.set(s, FOUR[(int) first.get(s)]);
            return true;
        });
        if (said) {
            builder.schema().keepsAtSteps("the first is small", s -> first.get(s) < 4);
        }
        builder.initially(s -> {});
        return new Machine(builder.build(), Granularity.STEP, false);
    }

    private static Slots number(ModelBuilder builder, String name) {
        return builder.schema().slots(name, Role.HYPERVISOR, Writer.HYPERVISOR).bits(4);
    }

    private static CodeReport report(Machine machine) {
        return CodeReport.of(machine, RLIMIT, lifted -> new KeptLines(lifted, List.of(machine.initial()), RLIMIT));
    }

    /** What fails of all well-formed states may rest on lines, and then another solver is asked about both. */
    @Test
    void aGoalOfBeingWellFormedMayRestOnALine() {
        CodeReport resting = report(indexing(true));
        assertThat(resting.proved()).isTrue();
        assertThat(resting.lines())
                .anyMatch(l -> l.startsWith("found, and proved: 1 lines") && l.endsWith("rest 1 of the goals"));
        assertThat(resting.asked().questions())
                .filteredOn(q -> !q.answers().isEmpty())
                .extracting(CodeQuestions::proof)
                .containsExactly("well-formed", "well-formed-with-lines", "lines-of-well-formed");
        CodeReport without = report(indexing(false));
        assertThat(without.proved()).isFalse();
        assertThat(without.lines()).anyMatch(l -> l.startsWith("FAILED copy: ") && l.contains("an index below 4"));
    }

    @Test
    @Tag("deep")
    void allLinesOfTheDefaultMachineStand() {
        Machine machine =
                Catalog.load().machine(new MachineSpec("xen-vtd", Map.of(), Granularity.STEP, false, List.of()));
        try (LiftedMachine lifted = new LiftedMachine(machine)) {
            KeptLines found = new KeptLines(lifted, List.of(machine.initial()), RLIMIT);
            assertThat(found.leftOut()).isEmpty();
            assertThat(found.proved())
                    .hasSameSizeAs(machine.schema().keptAtSteps().keySet());
        }
    }

    private static Machine machine(String component, String settings) {
        Map<String, String> set = settings.isEmpty()
                ? Map.of()
                : Stream.of(settings.split(" "))
                        .map(one -> one.split("="))
                        .collect(Collectors.toMap(one -> one[0], one -> one[1]));
        return Catalog.load().machine(new MachineSpec(component, set, Granularity.STEP, false, List.of()));
    }

    /** What is said of states is so in those that are explored: who proves from what is never so proves anything. */
    @ParameterizedTest
    @CsvSource({
        "r1, ''",
        "xen-vtd, ''",
        "xen-vtd, iommu=calgary",
        "xen-vtd, iommu=gart read-only-grants=non-present",
        "amd-vi-interrupts, ''",
        "xen-viommu-interrupts, ''",
        "xen-viommu-interrupts, cpus=2",
    })
    void linesAreSoInExploredStates(String component, String settings) {
        Machine machine = machine(component, settings);
        Map<String, Predicate<long[]>> lines =
                new LinkedHashMap<>(machine.schema().kept());
        lines.putAll(machine.schema().keptAtSteps());
        assertThat(lines).isNotEmpty();
        Set<String> wrong = new TreeSet<>();
        int[] count = new int[1];
        Reachable.of(machine, 3000, (before, instance, after) -> {
            count[0]++;
            lines.forEach((name, holds) -> {
                if (!holds.test(after)) {
                    wrong.add(name);
                }
            });
        });
        assertThat(wrong).isEmpty();
        assertThat(count[0]).isGreaterThan(100);
    }

    /** Indices that rest on lines, which are all kept. */
    @ParameterizedTest
    @ValueSource(strings = {"amd-vi-interrupts", "xen-viommu-interrupts"})
    void whatRemapsInterruptsRestsOnLines(String component) {
        Machine machine = machine(component, "");
        CodeReport report = report(machine);
        assertThat(report.proved()).isTrue();
        assertThat(report.lines()).anyMatch(l -> l.startsWith("found, and proved: "));
        try (LiftedMachine lifted = new LiftedMachine(machine)) {
            assertThat(new KeptLines(lifted, List.of(machine.initial()), RLIMIT).leftOut())
                    .isEmpty();
        }
    }
}
