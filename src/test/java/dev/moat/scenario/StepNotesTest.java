package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Lock;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What steps say of themselves ({@code moat list steps}) is what they do: the decisions they ask, the locks they take and drop, of every
 * component that has programs.
 */
class StepNotesTest {
    private static final int WALKS = 3;
    private static final int LENGTH = 150;

    private final Map<String, Set<String>> asks = new TreeMap<>();
    private final Map<String, Set<String>> takes = new TreeMap<>();
    private final Map<String, Set<String>> drops = new TreeMap<>();
    private final Map<String, Step.Notes> notes = new TreeMap<>();
    private final Set<String> declared = new TreeSet<>();
    private final Set<String> watched = new TreeSet<>();
    private final Set<MachineSpec> seen = new HashSet<>();
    /** Of the machine that is walked: programs of two components may have one name. */
    private String component = "";

    @Test
    void stepsSayWhatTheyDo() {
        for (Scenario s : Committed.described()) {
            MachineSpec given = s.machine();
            MachineSpec spec = new MachineSpec(given.component(), given.settings(), Granularity.STEP, false, List.of());
            if (!s.set().equals("simulate") && seen.add(spec)) {
                explore(spec);
            }
        }
        assertThat(seen).hasSizeGreaterThan(100);
        Map<String, String> wrong = new TreeMap<>();
        for (Map.Entry<String, Step.Notes> e : notes.entrySet()) {
            String step = e.getKey();
            compare(wrong, step, "asks", asks, e.getValue().asks());
            compare(wrong, step, "takes", takes, e.getValue().takes());
            compare(wrong, step, "drops", drops, e.getValue().drops());
        }
        assertThat(wrong).isEmpty();
        assertThat(asks).as("steps that were run, of %d", notes.size()).hasSizeGreaterThan(180);
        Set<String> unknown = new TreeSet<>();
        notes.values().forEach(n -> unknown.addAll(n.asks()));
        unknown.removeAll(declared);
        assertThat(unknown).as("decisions that no machine has").isEmpty();
    }

    private static void compare(
            Map<String, String> wrong, String step, String what, Map<String, Set<String>> found, List<String> said) {
        Set<String> really = found.getOrDefault(step, Set.of());
        if (!said.containsAll(really)) {
            wrong.put(step + " " + what, "says " + said + ", and did " + really);
        }
    }

    private void explore(MachineSpec spec) {
        component = spec.component() + " ";
        Model model = Catalog.load().model(spec, new Edits().watch(watched::add));
        Machine machine = new Machine(model, Granularity.STEP, false);
        declared.addAll(model.decisions());
        Slots pc = model.pc();
        if (pc == null || model.operations().isEmpty() || machine.instances() > 20_000) {
            return;
        }
        for (Operation op : model.operations()) {
            op.steps()
                    .forEach(step ->
                            notes.merge(component + op.name() + "/" + step.name(), step.notes(), StepNotesTest::both));
        }
        List<Slots> locks = model.schema().locks().stream().map(Lock::slots).toList();
        Stepper stepper = machine.stepper();
        Random random = new Random(1);
        for (int walk = 0; walk < WALKS; walk++) {
            long[] s = machine.initial();
            for (int n = 0; n < LENGTH && s != null; n++) {
                long[] at = s;
                for (int cpu = 0; cpu < pc.size(); cpu++) {
                    if (pc.get(at, cpu) != 0) {
                        run(model, locks, at, cpu, (int) pc.get(at, cpu));
                    }
                }
                if (n % 10 == 0) {
                    runStarts(machine, pc, locks, at);
                }
                s = next(machine, stepper, at, random);
            }
        }
    }

    /** A successor by chance, of half of the times one of a step, so that operations come to their end. */
    private static long @Nullable [] next(Machine machine, Stepper stepper, long[] s, Random random) {
        List<long[]> all = new ArrayList<>();
        List<long[]> steps = new ArrayList<>();
        stepper.expand(s, (instance, next) -> {
            long[] copy = next.clone();
            all.add(copy);
            if (machine.instance(instance).kind() == Machine.Kind.ADVANCE) {
                steps.add(copy);
            }
        });
        List<long[]> from = steps.isEmpty() || random.nextBoolean() ? all : steps;
        return from.isEmpty() ? null : from.get(random.nextInt(from.size()));
    }

    /** The first step of an operation runs in the transition that begins it. */
    private void runStarts(Machine machine, Slots pc, List<Slots> locks, long[] state) {
        int[] first = new int[machine.model().operations().size()];
        first[0] = 1;
        for (int k = 1; k < first.length; k++) {
            first[k] = first[k - 1]
                    + machine.model().operations().get(k - 1).steps().size();
        }
        for (int i = 0; i < machine.instances(); i++) {
            Machine.Instance it = machine.instance(i);
            if (it.kind() == Machine.Kind.START && pc.get(state, it.cpu()) == 0) {
                int[] a = new int[5];
                for (int k = 0; k < it.arguments().size(); k++) {
                    a[k] = it.arguments().get(k);
                }
                long[] s = state.clone();
                Operation op = machine.model().operations().get(it.target());
                pc.set(s, it.cpu(), first[it.target()]);
                if (op.start().begin(s, it.cpu(), a[0], a[1], a[2], a[3], a[4])) {
                    run(machine.model(), locks, s, it.cpu(), first[it.target()]);
                }
            }
        }
    }

    private static Step.Notes both(Step.Notes a, Step.Notes b) {
        return new Step.Notes(
                a.claims(),
                a.point(),
                join(a.asks(), b.asks()),
                join(a.takes(), b.takes()),
                join(a.drops(), b.drops()));
    }

    private static List<String> join(List<String> a, List<String> b) {
        Set<String> all = new TreeSet<>(a);
        all.addAll(b);
        return List.copyOf(all);
    }

    private void run(Model model, List<Slots> locks, long[] state, int cpu, int number) {
        int first = 1;
        for (Operation op : model.operations()) {
            if (number < first + op.steps().size()) {
                Step step = op.steps().get(number - first);
                String name = component + op.name() + "/" + step.name();
                long[] s = state.clone();
                watched.clear();
                int outcome = step.code().run(s, cpu);
                asks.computeIfAbsent(name, k -> new TreeSet<>()).addAll(watched);
                if (outcome != Outcome.BLOCKED) {
                    locks.forEach(lock -> compareLocks(name, lock, state, s));
                }
                return;
            }
            first += op.steps().size();
        }
    }

    private void compareLocks(String step, Slots lock, long[] before, long[] after) {
        for (int i = 0; i < lock.size(); i++) {
            if (lock.get(before, i) < lock.get(after, i)) {
                takes.computeIfAbsent(step, k -> new TreeSet<>()).add(lock.name());
            } else if (lock.get(before, i) > lock.get(after, i)) {
                drops.computeIfAbsent(step, k -> new TreeSet<>()).add(lock.name());
            }
        }
    }
}
