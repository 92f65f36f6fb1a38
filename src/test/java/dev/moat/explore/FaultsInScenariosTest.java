package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.BadSettingException;
import dev.moat.model.InjectedFault;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever injects a fault into a scenario gets a verdict, or one line that says what the machine lacks: a fault that writes a slot which has no
 * bits there, or leads to a step that is not there, would end in a stack trace. Random walks; each goes on behind what is violated.
 */
class FaultsInScenariosTest {
    private static final int STEPS = 50;
    private static final int TRIES = 30;
    private static final Pattern LACKING =
            Pattern.compile("an injected fault edits [a-z]+ '([^']+)', which this machine does not have");

    /**
     * What a scenario's machine has without its faults.
     *
     * @param has decisions, operations, and slots with and without bits
     * @param edited what a fault can name: decisions, operations and their steps
     */
    private record Shape(Scenario scenario, Set<String> has, Set<String> edited) {
        static Shape of(Scenario scenario, MachineSpec spec) {
            Model model = Machines.CATALOG.model(spec);
            Set<String> has = new TreeSet<>(model.decisions());
            for (Slots family : model.schema().families()) {
                has.add(family.name() + (family.size() == 0 ? " of none" : family.width() == 0 ? " of 0 bits" : ""));
            }
            Set<String> edited = new HashSet<>(model.decisions());
            for (Operation o : model.operations()) {
                has.add(o.name() + "()");
                edited.add(o.name());
                o.steps().forEach(step -> edited.add(o.name() + "." + step.name()));
            }
            return new Shape(scenario, has, edited);
        }

        String component() {
            return scenario.machine().component();
        }
    }

    /** The first scenario of each shape; those of the discipline have no slots of hardware, those that are for walks alone are large. */
    private static List<Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        Set<MachineSpec> seen = new HashSet<>();
        for (Scenario scenario : Committed.described()) {
            MachineSpec spec = scenario.machine().withFaults(List.of());
            boolean isFor =
                    !spec.component().equals("discipline") && !scenario.set().equals("simulate");
            if (isFor && seen.add(spec)) {
                Shape shape = Shape.of(scenario, spec);
                shapes.putIfAbsent(spec.component() + spec.granularity() + shape.has(), shape);
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
    void noFaultEndsInAnException() {
        assertThat(wrong(some(shapes()))).isEmpty();
    }

    @Test
    @Tag("deep")
    void noFaultEndsInAnExceptionInAnyScenario() {
        assertThat(wrong(shapes())).isEmpty();
    }

    private static List<String> wrong(List<Shape> shapes) {
        List<String> wrong = new ArrayList<>();
        Map<String, Set<String>> lacking = new HashMap<>();
        int runs = 0;
        for (Shape shape : shapes) {
            for (InjectedFault fault :
                    Machines.CATALOG.component(shape.component()).faults()) {
                String id = shape.component() + " " + fault.id();
                // What one machine refused the fault for another one refuses it for too: it is not built to see that
                // again.
                Set<String> names = lacking.computeIfAbsent(id, unused -> new HashSet<>());
                if (shape.edited().containsAll(names)) {
                    MachineSpec spec = shape.scenario().machine().withFaults(List.of(fault.id()));
                    try {
                        walk(Machines.CATALOG.machine(spec));
                        runs++;
                    } catch (BadSettingException e) {
                        names.add(lacked(e, shape));
                    } catch (RuntimeException | AssertionError e) {
                        wrong.add(shape.scenario().id() + " --inject " + fault.id() + ": " + e);
                    }
                }
            }
        }
        assertThat(runs).isGreaterThan(1000);
        return wrong;
    }

    /** What a fault edits that a machine lacks; the message is true. */
    private static String lacked(BadSettingException e, Shape shape) {
        Matcher matcher = LACKING.matcher(String.valueOf(e.getMessage()));
        assertThat(matcher.find()).as(e.getMessage()).isTrue();
        assertThat(shape.edited()).as(shape.scenario().id()).doesNotContain(matcher.group(1));
        return matcher.group(1);
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
