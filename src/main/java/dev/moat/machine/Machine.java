package dev.moat.machine;

import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Filter;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.ProgramException;
import dev.moat.model.Step;
import dev.moat.state.Footprint;
import dev.moat.state.Normaliser;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model made runnable at one granularity: the alphabet enumerated, the operations flattened into one program.
 * Immutable; each thread runs it through its own {@link Stepper}.
 *
 * <p>{@code @shape} the alphabet is numbered: the instances of all actions, then for each CPU the starts of all
 * operations and one instance that advances the CPU's running operation.
 */
public final class Machine {
    private static final int PLACES = 5;

    /** What {@link #initial} copies, empty until it is asked for. */
    private long[] initial = new long[0];

    private final Model model;
    private final Granularity granularity;
    private final boolean merged;
    private final List<Instance> alphabet = new ArrayList<>();
    final int[] arguments;
    final int[] actionEnd;
    final int[] startEnd;
    final int cpus;
    final int startsPerCpu;
    final int firstStart;
    final Step[] program;
    final int[] successor;
    final boolean[] quiet;
    final int[] entry;
    private final String[] stepNames;

    /** What an instance of the alphabet does. */
    public enum Kind {
        ACTION,
        START,
        ADVANCE
    }

    /**
     * One letter of the alphabet.
     *
     * @param kind action, start of an operation, or next step of the running one
     * @param target index of the action or operation in the model; 0 for ADVANCE
     * @param cpu the CPU, -1 for actions
     * @param arguments one element per formal argument
     */
    public record Instance(Kind kind, int target, int cpu, List<Integer> arguments) {}

    /**
     * @param merged whether quiet steps run in the same transition as the next one; changes counts, never verdicts
     * @throws ProgramException when a step names a successor that does not exist
     * @throws LimitException when an action or operation has 2^31 combinations of arguments or more
     */
    public Machine(Model model, Granularity granularity, boolean merged) {
        this.model = model;
        this.granularity = granularity;
        this.merged = merged;
        Slots pc = model.pc();
        cpus = pc == null ? 0 : pc.size();
        actionEnd = new int[model.actions().size()];
        for (int k = 0; k < actionEnd.length; k++) {
            Action a = model.actions().get(k);
            enumerate(Kind.ACTION, k, -1, a.arguments(), a.filter());
            actionEnd[k] = alphabet.size();
        }
        firstStart = alphabet.size();
        startEnd = new int[model.operations().size()];
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (int k = 0; k < startEnd.length; k++) {
                if (cpu == 0) {
                    Operation op = model.operations().get(k);
                    enumerate(Kind.START, k, cpu, op.arguments(), op.filter());
                    startEnd[k] = alphabet.size() - firstStart;
                } else {
                    startsOfTheFirst(k, cpu);
                }
            }
            alphabet.add(new Instance(Kind.ADVANCE, 0, cpu, List.of()));
        }
        startsPerCpu = cpus == 0 ? 0 : (alphabet.size() - firstStart) / cpus - 1;
        arguments = new int[alphabet.size() * PLACES];
        for (int i = 0; i < alphabet.size(); i++) {
            List<Integer> args = alphabet.get(i).arguments();
            for (int j = 0; j < args.size(); j++) {
                arguments[i * PLACES + j] = args.get(j);
            }
        }
        int steps = 1
                + model.operations().stream().mapToInt(op -> op.steps().size()).sum();
        program = new Step[steps];
        successor = new int[steps * 4];
        quiet = new boolean[steps];
        entry = new int[model.operations().size()];
        stepNames = new String[steps];
        stepNames[0] = "idle";
        program[0] = Step.of("idle", (s, cpu) -> dev.moat.model.Outcome.BLOCKED);
        flatten();
    }

    /** What the first CPU can start, each other one can. */
    private void startsOfTheFirst(int operation, int cpu) {
        for (int i = operation == 0 ? 0 : startEnd[operation - 1]; i < startEnd[operation]; i++) {
            Instance of = alphabet.get(firstStart + i);
            alphabet.add(new Instance(Kind.START, operation, cpu, of.arguments()));
        }
    }

    private void enumerate(Kind kind, int target, int cpu, List<Argument> formals, Filter filter) {
        if (filter == ModelBuilder.none()) {
            return;
        }
        int[] actual = new int[PLACES];
        long combinations = formals.stream().mapToLong(f -> f.sort().size()).reduce(1, Machine::product);
        if (combinations > Integer.MAX_VALUE) {
            throw new LimitException(
                    "letters", name(kind, target) + " has more than 2,147,483,647 combinations of arguments");
        }
        for (int n = 0; n < combinations; n++) {
            if ((n & 0xff) == 0xff) { // a filter may look at all domains' tables
                StoppedException.look();
            }
            int rest = n;
            for (int j = formals.size() - 1; j >= 0; j--) {
                int size = formals.get(j).sort().size();
                actual[j] = rest % size;
                rest /= size;
            }
            if (filter.accepts(actual[0], actual[1], actual[2], actual[3], actual[4])) {
                Integer[] args = new Integer[formals.size()];
                Arrays.setAll(args, j -> actual[j]);
                alphabet.add(new Instance(kind, target, cpu, List.of(args)));
            }
        }
    }

    /** Of what is at most 2^31 each, and no more than that: it never runs over. */
    private static long product(long a, long b) {
        return Math.min(a * b, 1L << 31);
    }

    private String name(Kind kind, int target) {
        return kind == Kind.ACTION
                ? model.actions().get(target).name()
                : model.operations().get(target).name();
    }

    private void flatten() {
        int at = 1;
        for (int k = 0; k < entry.length; k++) {
            Operation op = model.operations().get(k);
            entry[k] = at;
            int n = op.steps().size();
            for (int i = 0; i < n; i++) {
                Step step = op.steps().get(i);
                program[at + i] = step;
                quiet[at + i] = merged && step.quiet();
                stepNames[at + i] = op.name() + "/" + step.name();
                int following = i + 1 < n ? at + i + 1 : 0;
                int[] defaults = {following, at + i, 0, 0};
                for (int outcome = 0; outcome < 4; outcome++) {
                    String target = step.targets().get(outcome);
                    successor[(at + i) * 4 + outcome] =
                            target == null ? defaults[outcome] : resolve(op, step, target, at);
                }
            }
            at += n;
        }
    }

    private static int resolve(Operation op, Step step, String target, int base) {
        if (target.equals(Step.END)) {
            return 0;
        }
        int i = op.indexOf(target);
        if (i < 0) {
            throw new ProgramException(op.name() + "/" + step.name() + " leads to the unknown step " + target);
        }
        return base + i;
    }

    /** What was made runnable. */
    public Model model() {
        return model;
    }

    /** How states are laid out. */
    public Schema schema() {
        return model.schema();
    }

    /** Whether operations run whole or step by step. */
    public Granularity granularity() {
        return granularity;
    }

    /** How many CPUs run step by step; 0 where an operation is one transition. */
    public int interleavedCpus() {
        return granularity == Granularity.STEP ? cpus : 0;
    }

    /** Whether quiet steps are merged with their successors. */
    public boolean merged() {
        return merged;
    }

    /** Size of the alphabet. */
    public int instances() {
        return alphabet.size();
    }

    /** A letter of the alphabet, from 0. */
    public Instance instance(int i) {
        return alphabet.get(i);
    }

    /** A fresh initial state. It is computed once: at real sizes that takes longer than a short run from it. */
    public synchronized long[] initial() {
        if (initial.length == 0) {
            initial = model.initial();
        }
        return initial.clone();
    }

    /** A runner for one thread. */
    public Stepper stepper() {
        return new Stepper(this);
    }

    /** Number of steps of all operations; steps are numbered from 1, 0 is idle. */
    public int steps() {
        return program.length - 1;
    }

    /** Printable name of a step, {@code operation/step}. */
    public String stepName(int step) {
        return stepNames[step];
    }

    /** Name of the operation that a step belongs to. */
    public String operation(int step) {
        return stepNames[step].substring(0, Math.max(0, stepNames[step].indexOf('/')));
    }

    /** The step that follows a step after an outcome that is not BLOCKED; 0 where the operation ends. */
    public int successor(int step, int outcome) {
        return successor[step * 4 + outcome];
    }

    /** Who performs an instance. */
    public Actor actor(int i) {
        Instance it = alphabet.get(i);
        return switch (it.kind()) {
            case ACTION -> model.actions().get(it.target()).actor();
            case START -> model.operations().get(it.target()).actor();
            case ADVANCE -> Actor.HYPERVISOR;
        };
    }

    /**
     * Printable, parseable name of an instance: {@code dma(dev0, p1)}, {@code cpu0: free(d0, f1)}, {@code cpu0: step}.
     * Unique within the alphabet.
     */
    public String name(int i) {
        Instance it = alphabet.get(i);
        if (it.kind() == Kind.ADVANCE) {
            return cpuLabel(it.cpu()) + ": step";
        }
        String prefix = it.kind() == Kind.START ? cpuLabel(it.cpu()) + ": " : "";
        String target = it.kind() == Kind.START
                ? model.operations().get(it.target()).name()
                : model.actions().get(it.target()).name();
        List<Argument> formals = it.kind() == Kind.START
                ? model.operations().get(it.target()).arguments()
                : model.actions().get(it.target()).arguments();
        List<String> actuals = new ArrayList<>();
        for (int j = 0; j < formals.size(); j++) {
            actuals.add(formals.get(j).sort().label(it.arguments().get(j)));
        }
        return prefix + target + "(" + String.join(", ", actuals) + ")";
    }

    /** The instance with this {@link #name}. */
    public Optional<Integer> find(String name) {
        for (int i = 0; i < alphabet.size(); i++) {
            if (name(i).equals(name)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** Whether slots, of this machine or of another one built alike, are the step counters. */
    public boolean isStepCounter(Slots slots) {
        @Nullable Slots pc = model.pc();
        return pc != null && pc.name().equals(slots.name());
    }

    /** Whether the elements of slots are first of all those of a CPU: its step counter, and the locals of what it runs. */
    public boolean isOfCpus(Slots slots) {
        @Nullable Slots pc = model.pc();
        return pc != null
                && !slots.index().isEmpty()
                && slots.index().get(0).equals(pc.index().get(0));
    }

    private String cpuLabel(int cpu) {
        @Nullable Slots pc = model.pc();
        return pc == null ? "cpu" + cpu : pc.index().get(0).label(cpu);
    }

    /**
     * The bits of each word of a state that may be changed behind what ran last in a transition: program counters go on, and what is dead is
     * cleared.
     *
     * @param among of each word the bits that matter; all where it is null
     */
    long[] lastChanges(long @Nullable [] among) {
        long[] all = new long[schema().words()];
        Normaliser normaliser = schema().normaliser();
        for (int g = 0; g < normaliser.groups(); g++) {
            normaliser.addOwn(g, all, 0);
        }
        Slots pc = model().pc();
        Footprint counters = pc == null ? new Footprint(schema()) : new Footprint(schema()).all(pc);
        for (int w = 0; w < all.length; w++) {
            all[w] = (all[w] | counters.word(w)) & (among == null ? -1L : among[w]);
        }
        return all;
    }
}
