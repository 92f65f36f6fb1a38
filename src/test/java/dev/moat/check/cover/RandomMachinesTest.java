package dev.moat.check.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.check.Property;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.check.cover.RandomMachines.Result;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Machine;
import dev.moat.model.Composed;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioReader;
import dev.moat.state.Slots;
import dev.moat.xen.call.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn is of the seed alone; a defect is found, what does not matter is left out, and the scenario shows the same. */
class RandomMachinesTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Composed XEN = (Composed) CATALOG.component("xen-vtd");
    private static final Engine ENGINE = MoatEngine.open(Path.of(""));

    private static RandomMachines machines() throws IOException {
        return new RandomMachines(XEN, CATALOG, ENGINE, 5_000, KnownBreaks.read(Path.of("specs", "cover.txt")));
    }

    private static List<Result> results(RandomMachines machines, int number, int threads, long seconds) {
        List<Result> all = new ArrayList<>();
        machines.each(5, number, threads, seconds, all::add);
        return all;
    }

    /** Where a step of every unmap sets some slots to 0 besides. */
    private static RandomMachines clearing(String step, String slots) throws IOException {
        return machines().with(PlantedTest.around("unmap_grant_ref", step, (model, code) -> {
            Slots family = PlantedTest.family(model, slots);
            return (s, cpu) -> {
                int next = code.run(s, cpu);
                for (int i = 0; i < family.size(); i++) {
                    family.set(s, i, 0);
                }
                return next;
            };
        }));
    }

    private static Result first(RandomMachines machines, Outcome outcome) {
        List<Result> all = results(machines, 12, 1, Long.MAX_VALUE);
        List<Result> found =
                all.stream().filter(r -> r.made().outcome() == outcome).toList();
        assertThat(found).as(all.toString()).isNotEmpty();
        return found.get(0);
    }

    private static Scenario read(Result found, Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve(found.name() + ".yaml"), found.yaml());
        List<String> ids = ENGINE.invariants().stream().map(Property::id).toList();
        return new ScenarioReader(CATALOG, ids).read(file);
    }

    @Test
    void drawnAreMachinesOfTheSeed() throws IOException {
        List<RandomMachine> drawn = machines().drawn(7, 200);
        assertThat(machines().drawn(7, 200)).isEqualTo(drawn);
        assertThat(machines().drawn(8, 200)).isNotEqualTo(drawn);
        assertThat(machines().drawn(7, 20)).isEqualTo(drawn.subList(0, 20));
        assertThat(drawn)
                .allMatch(m -> m.choices().size() <= 7)
                .filteredOn(m -> m.choices().size() >= 4)
                .hasSizeGreaterThan(150);
        assertThat(drawn)
                .filteredOn(m -> m.choices().contains(Choice.SECOND_CPU))
                .hasSizeBetween(120, 180);
        // On file, with a reason, to open others' memory by itself.
        assertThat(drawn).noneMatch(m -> m.choices().contains(new Choice("drain", "false")));
        // Each choice of a mechanism is drawn some time.
        Set<String> parameters = Set.copyOf(drawn.stream()
                .flatMap(m -> m.choices().stream().map(Choice::parameter))
                .toList());
        assertThat(Choice.all(XEN.parameters(), XEN.mechanisms(Map.of())))
                .filteredOn(c -> !parameters.contains(c.parameter()))
                .hasSizeLessThan(5);
    }

    @Test
    void threadsChangeNothing() throws IOException {
        List<Result> one = results(machines(), 6, 1, Long.MAX_VALUE);
        assertThat(results(machines(), 6, 2, Long.MAX_VALUE)).isEqualTo(one);
        assertThat(one).extracting(Result::drawn).containsExactly("5-1", "5-2", "5-3", "5-4", "5-5", "5-6");
        assertThat(one).extracting(r -> r.made().outcome()).isSubsetOf(Outcome.WHOLE, Outcome.CUT);
    }

    @Test
    void withoutTimeNothingIsTried() throws IOException {
        assertThat(results(machines(), 2, 1, 0))
                .extracting(r -> r.made().outcome())
                .containsOnly(Outcome.UNTRIED);
    }

    /** Whoever unmaps forgets a pin: for that hardly a choice is needed, and every bound is at its least. */
    @Test
    void whatDoesNotMatterIsLeftOut(@TempDir Path directory) throws IOException {
        Result found = first(clearing("lock", "active.pin"), Outcome.BROKEN);
        assertThat(found.made().choices()).hasSizeLessThan(2);
        assertThat(found.made().because())
                .contains("frames=1")
                .contains("refs=1")
                .contains("reallocation=false");
        Scenario scenario = read(found, directory);
        assertThat(scenario.id()).isEqualTo(found.name());
        assertThat(found.made().because()).startsWith(String.join(", ", scenario.invariants()) + " in ");
    }

    /** A deassignment that is given up goes on as if its drain was being waited for, which nobody is: found here once. */
    @Test
    void whatBreaksNothingAndIsNotWhatItClaims(@TempDir Path directory) throws IOException {
        RandomMachines forgetful = machines()
                .with(PlantedTest.around("deassign_device", "keep-device", (model, code) -> {
                    Slots phase = PlantedTest.family(model, "cpu.phase");
                    return (s, cpu) -> {
                        int next = code.run(s, cpu);
                        phase.set(s, cpu, Phase.DRAINING);
                        return next;
                    };
                }));
        List<Choice> needed =
                List.of(new Choice("assign", "true"), new Choice("walks", "true"), new Choice("wait", "timeout"));
        List<Choice> drawn = new ArrayList<>(needed);
        drawn.add(1, new Choice("mamv", "0"));
        SmallBounds rung =
                new SmallBounds(Map.of("granters", "none", "frames", "1", "refs", "1", "handles", "1"), List.of());
        Result found = forgetful.tried(new RandomMachine("0-1", drawn, rung));
        assertThat(found.made().outcome()).as(found.toString()).isEqualTo(Outcome.DISAGREES);
        assertThat(found.made().because()).startsWith("deassign_device/keep-device in ");
        assertThat(found.made().choices()).isEqualTo(needed);
        Scenario scenario = read(found, directory);
        assertThat(scenario.invariants()).contains("no-foreign", "nothing-lingers");
        Machine mended = new Machine(
                CATALOG.model(scenario.machine()), scenario.machine().granularity(), true);
        Exploration whole = ENGINE.open(scenario, mended).explore(Limits.none(1), true, Progress.silent());
        assertThat(whole.end()).isEqualTo(Exploration.End.COMPLETE);
        assertThat(whole.witnessed()).as("a verdict once it is mended").doesNotContain(false);
        assertThat(machines()
                        .tried(new RandomMachine("0-1", drawn, rung))
                        .made()
                        .outcome())
                .isEqualTo(Outcome.WHOLE);
    }

    /** Only lines that searches of the array show are missed where they show none. */
    @Test
    void whatLargerBoundsShowIsNotMissed(@TempDir Path directory) throws IOException {
        String text = "copy=true no-foreign  a reason\ncopy=true no-stale  larger: a reason\n";
        KnownBreaks known = KnownBreaks.read(Files.writeString(directory.resolve("cover.txt"), text));
        assertThat(known.unmet(20_000, 20_000, List.of())).containsExactly("copy=true no-foreign");
        assertThat(known.has(List.of(new Choice("copy", "true")), "no-stale")).isTrue();
    }

    /** What three choices show is no matter of a run that tries two at a time, unless it names what nobody has. */
    @Test
    void whatWasNotTriedTogetherIsNotMissed(@TempDir Path directory) throws IOException {
        String text = "copy=true drain=false cpus=2 no-stale  a reason\ncopy=true darin=false no-stale  a reason\n";
        KnownBreaks known = KnownBreaks.read(Files.writeString(directory.resolve("cover.txt"), text));
        List<Choice> three = List.of(new Choice("copy", "true"), new Choice("drain", "false"), new Choice("cpus", "2"));
        assertThat(known.unmet(20_000, 20_000, Choice.combinations(three, 2)))
                .containsExactly("copy=true darin=false no-stale");
        assertThat(known.unmet(20_000, 20_000, List.of(three)))
                .containsExactly("copy=true darin=false no-stale", "copy=true drain=false cpus=2 no-stale");
    }
}
