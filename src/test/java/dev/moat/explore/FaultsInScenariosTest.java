package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.check.Property;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.InjectedFault;
import dev.moat.model.Model;
import dev.moat.model.setting.BadSettingException;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.state.Slots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever injects a fault into a scenario gets a verdict, or one line that says what the machine lacks: a fault that writes a slot which has no
 * bits there, or leads to a step that is not there, would end in a stack trace. Random walks, and a search where one goes wrong.
 */
class FaultsInScenariosTest {
    private static final int STEPS = 100;
    private static final int TRIES = 30;
    private static final int STATES = 20_000;

    /** Faults that end in an exception in some scenario, and what is wrong there; to be mended. */
    private static final Map<String, String> KNOWN = Map.of(
            "bus.stays-on", "an operation that it does not let end",
            "decrease.keeps-entry", "an entry that leads to tables of nobody",
            "deassign.to-domain0", "domain 0 without tables",
            "detach.did-freed-before-wait", "a domain of none",
            "unmap.hold-released-before-wait", "an operation of a batch that does not end",
            "map.bad-page-not-rolled-back", "a debt too many in a batch",
            "table.page-still-mapped", "a leaf in the place of a table");

    /** What a scenario's machine has without its faults: decisions, and slots with and without bits. */
    private record Shape(Scenario scenario, Set<String> has) {
        static Shape of(Scenario scenario) {
            Model model = Machines.CATALOG.model(scenario.machine().withFaults(List.of()));
            Set<String> has = new TreeSet<>(model.decisions());
            for (Slots family : model.schema().families()) {
                has.add(family.name() + (family.size() == 0 ? " of none" : family.width() == 0 ? " of 0 bits" : ""));
            }
            model.operations().forEach(o -> has.add(o.name() + "()"));
            return new Shape(scenario, has);
        }

        String component() {
            return scenario.machine().component();
        }
    }

    /** The first scenario of each shape; those of the discipline have no slots of hardware, those that are for walks alone are large. */
    private static List<Shape> shapes() throws IOException {
        List<String> ids = MoatEngine.open(Path.of("")).invariants().stream()
                .map(Property::id)
                .toList();
        ScenarioLibrary library =
                new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Machines.CATALOG, ids));
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (Scenario scenario : library.described()) {
            if (!scenario.machine().component().equals("discipline")
                    && !scenario.set().equals("simulate")) {
                Shape shape = Shape.of(scenario);
                String what = shape.component() + scenario.machine().granularity() + shape.has();
                shapes.putIfAbsent(what, shape);
            }
        }
        return List.copyOf(shapes.values());
    }

    /** Some of them: everything that a machine of the component has or lacks is in one. */
    private static List<Shape> some(List<Shape> all) {
        Map<String, Set<String>> left = all.stream()
                .collect(Collectors.groupingBy(
                        Shape::component,
                        Collectors.flatMapping(s -> s.has().stream(), Collectors.toCollection(TreeSet::new))));
        List<Shape> some = new ArrayList<>();
        while (true) {
            Shape best = null;
            long most = 0;
            for (Shape shape : all) {
                Set<String> wanted = left.getOrDefault(shape.component(), Set.of());
                long adds = shape.has().stream().filter(wanted::contains).count();
                if (adds > most) {
                    best = shape;
                    most = adds;
                }
            }
            if (best == null) {
                return some;
            }
            some.add(best);
            left.getOrDefault(best.component(), new TreeSet<>()).removeAll(best.has());
        }
    }

    @Test
    void noFaultEndsInAnException() throws IOException {
        assertThat(wrong(some(shapes()))).isEmpty();
    }

    @Test
    @Tag("deep")
    void noFaultEndsInAnExceptionInAnyScenario() throws IOException {
        assertThat(wrong(shapes())).isEmpty();
    }

    private static List<String> wrong(List<Shape> shapes) {
        List<String> wrong = new ArrayList<>();
        int runs = 0;
        for (Shape shape : shapes) {
            for (InjectedFault fault :
                    Machines.CATALOG.component(shape.component()).faults()) {
                MachineSpec spec = shape.scenario().machine().withFaults(List.of(fault.id()));
                try {
                    walk(Machines.CATALOG.machine(spec));
                    runs++;
                } catch (BadSettingException e) {
                    assertThat(e.getMessage()).contains("which this machine does not have");
                } catch (RuntimeException | AssertionError e) {
                    String found = KNOWN.containsKey(fault.id()) ? "" : search(spec, shape.scenario());
                    if (!found.isEmpty()) {
                        wrong.add(shape.scenario().id() + " --inject " + fault.id() + ": " + found);
                    }
                }
            }
        }
        assertThat(runs).isGreaterThan(1000);
        return wrong;
    }

    private static void walk(Machine machine) {
        Random random = new Random(1);
        Stepper stepper = machine.stepper();
        long[] s = machine.initial().clone();
        int done = 0;
        for (int i = 0; i < TRIES * STEPS && done < STEPS; i++) {
            done += stepper.apply(random.nextInt(machine.instances()), s) ? 1 : 0;
        }
    }

    /** What a search ends with that is no verdict, or nothing: it stops at a violation, behind which a walk goes on. */
    private static String search(MachineSpec spec, Scenario scenario) {
        try {
            Machine machine = Machines.CATALOG.machine(spec);
            Judge judge = Machines.judge(machine, scenario.invariants().toArray(String[]::new));
            Limits none = Limits.none(1);
            Limits few = new Limits(none.depth(), 1, none.seconds(), STATES, none.memory());
            new Explorer(machine, judge, few).run(Progress.silent());
            return "";
        } catch (RuntimeException | AssertionError e) {
            return e.toString();
        }
    }

    /** Where nobody is woken there is no ghost of it: a notification under SN is one too many, and breaks nothing. */
    @ParameterizedTest
    @CsvSource({"none, COMPLETE", "waiting, VIOLATION", "urgent, VIOLATION"})
    void aNotificationUnderSuppressionIsSeenWhereThereAreWakeUps(String wakeUps, Exploration.End end) {
        Machine machine =
                Machines.machine("xen-viommu-interrupts operation guests=1 vectors=2 notifications=true wake-ups="
                        + wakeUps + " !posting.suppression-ignored");
        Judge judge = wakeUps.equals("none")
                ? Machines.judge(machine, "posted-interrupt-is-noticed")
                : Machines.judge(machine, "waiting-vcpu-is-woken");
        assertThat(Machines.exploreSmall(machine, judge).end()).isEqualTo(end);
    }
}
