package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Slots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A quiet step, which others cannot tell from the one after it, writes nothing but locals of its own CPU and locks; what else one writes
 * stands in check/quiet-steps-that-write.txt with its reason. Looked at is what runs in random walks on the machines of default
 * scenarios.
 */
class QuietStepsTest {
    private static final int WALK = 500;
    private static final int WALKS = 6;
    /** One letter in so many is any, the others advance a CPU. */
    private static final int ANY = 4;

    private final Map<String, Set<String>> written = new TreeMap<>();
    private final Set<String> quiet = new TreeSet<>();

    @Test
    void quietStepsWriteNothingThatOthersRead() throws IOException {
        Set<String> listed = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/check/quiet-steps-that-write.txt"))) {
            List<String> words = List.of(line.split(" "));
            for (int i = 2; i < words.size() && !line.startsWith("#"); i++) {
                listed.add(words.get(0) + " " + words.get(1) + " " + words.get(i));
            }
        }
        Committed.described().stream()
                .filter(s -> s.set().equals("default"))
                .map(Scenario::machine)
                .filter(m -> m.granularity() == Granularity.STEP)
                .map(m -> m.unmerged().withFaults(List.of()))
                .distinct()
                .forEach(this::walk);
        Set<String> all = new TreeSet<>();
        written.forEach((step, families) -> families.forEach(f -> all.add(step + " " + f)));
        all.removeAll(listed);
        assertThat(all).isEmpty();
        assertThat(quiet)
                .containsAll(listed.stream()
                        .map(l -> l.substring(0, l.lastIndexOf(' ')))
                        .toList());
    }

    private void walk(MachineSpec spec) {
        Machine machine = Machines.CATALOG.machine(spec);
        SplittableRandom random = new SplittableRandom(spec.toString().hashCode());
        Stepper stepper = machine.stepper();
        long[] left = stepper.leftOver();
        Set<String> own = new TreeSet<>();
        for (Operation op : machine.model().operations()) {
            op.steps().stream().filter(Step::quiet).forEach(step -> own.add(op.name() + "/" + step.name()));
        }
        own.forEach(step -> quiet.add(name(spec, step)));
        int[] advances = IntStream.range(0, machine.instances())
                .filter(i -> machine.instance(i).kind() == Machine.Kind.ADVANCE)
                .toArray();
        for (int n = 0; n < WALKS && !own.isEmpty(); n++) {
            long[] s = machine.initial();
            for (int i = 0; i < WALK; i++) {
                boolean any = random.nextInt(ANY) == 0;
                int letter = any ? random.nextInt(machine.instances()) : advances[random.nextInt(advances.length)];
                long[] before = s.clone();
                if (stepper.apply(letter, s)
                        && machine.instance(letter).cpu() >= 0
                        && own.containsAll(stepper.lastSteps())) {
                    compare(spec, machine, letter, stepper.lastSteps().get(0), before, left);
                }
            }
        }
    }

    private void compare(MachineSpec spec, Machine machine, int letter, String step, long[] before, long[] after) {
        int cpu = machine.instance(letter).cpu();
        for (Slots f : machine.schema().families()) {
            for (int i = 0; i < f.size(); i++) {
                boolean own = machine.isOfCpus(f)
                        && i / (f.size() / machine.model().pc().size()) == cpu;
                boolean taken = machine.instance(letter).kind() == Machine.Kind.START && f.takenByStarts();
                if (!own && !taken && !f.isLock() && f.get(before, i) != f.get(after, i)) {
                    written.computeIfAbsent(name(spec, step), k -> new TreeSet<>())
                            .add(f.name().replaceAll("\\d+", "*"));
                }
            }
        }
    }

    /** The same for a step wherever it is: calls are inlined in others under a prefix. */
    private static String name(MachineSpec spec, String step) {
        String name = step.substring(step.indexOf('/') + 1);
        return spec.component() + " " + name.replaceFirst("^(un)?map-(?=[a-z]+-)", "");
    }
}
