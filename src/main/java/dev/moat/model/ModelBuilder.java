package dev.moat.model;

import dev.moat.state.Abstraction;
import dev.moat.state.Alike;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects the declarations of a {@link Component}, in this order: sorts and slots, decisions, actions and operations,
 * relations.
 */
public final class ModelBuilder {
    private static final int PC_BITS = 7;
    private static final int MANY_STEPS_BITS = 8;
    private static final Filter ALL = (a, b, c, d, e) -> true;
    private static final Filter NONE = (a, b, c, d, e) -> false;

    private final SchemaBuilder schema = new SchemaBuilder();
    private final Abstraction abstraction = new Abstraction();
    private final Edits edits;
    private final List<Action> actions = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Operation.Start> calls = new HashMap<>();
    private final Map<String, ClaimCode> claims = new HashMap<>();
    private final Set<String> rare = new HashSet<>();
    private final Set<String> free = new HashSet<>();
    private @Nullable Predicate<long[]> rests;
    private String software = "hypervisor";
    private @Nullable Slots tally;
    private final Map<String, List<String>> askedWith = new HashMap<>();
    private Consumer<long[]> initial = s -> {};
    private String notCompared = "the steps of this component do not say what they claim";
    private @Nullable Abstraction own;
    private boolean finds;
    private @Nullable Slots pc;
    private String prefix = "";
    private @Nullable Predicate<long[]> devicesAct;

    /** @param edits what the injected faults of the run change */
    public ModelBuilder(Edits edits) {
        this.edits = edits;
        edits.meaning(abstraction);
    }

    /** Changes of the component's text that the injected faults of the run make, in order. */
    public List<Object> amendments() {
        return edits.amendments();
    }

    /** Declares slots. */
    public SchemaBuilder schema() {
        return schema;
    }

    /** Declares the meaning of the state in the vocabulary. */
    public Abstraction abstraction() {
        return abstraction;
    }

    /**
     * Declares the CPUs on which operations run. The slot is the number of the step that runs next, 0 when idle, and
     * is written by the checker only.
     */
    public Slots cpus(Sort cpus) {
        return cpus(cpus, false);
    }

    /** The same, for up to 255 steps instead of 127. */
    public Slots cpus(Sort cpus, boolean manySteps) {
        if (pc != null) {
            throw new IllegalStateException("CPUs are declared twice");
        }
        pc = schema.slots("pc", Role.HYPERVISOR, Writer.HYPERVISOR, cpus).bits(manySteps ? MANY_STEPS_BITS : PC_BITS);
        return pc;
    }

    /**
     * Says that the CPUs are alike: nothing goes by their numbers, and what holds one says so.
     *
     * @throws IllegalStateException when none are declared
     */
    public void cpusAreAlike() {
        if (pc == null) {
            throw new IllegalStateException("no CPUs are declared");
        }
        schema.alike(Alike.all("CPUs", pc.index().get(0)));
    }

    /** Changes the blank state (every slot at its fixed value) into the initial one. */
    public void initially(Consumer<long[]> code) {
        initial = code;
    }

    /**
     * Has slots and decisions that are declared meanwhile begin with a prefix: a second set of units beside the machine's, with
     * names of its own.
     */
    public <T> T prefixed(String beginning, Function<ModelBuilder, T> declares) {
        String before = prefix;
        prefix = before + beginning;
        schema.prefix(prefix);
        T declared = declares.apply(this);
        prefix = before;
        schema.prefix(before);
        return declared;
    }

    /** Has what devices do, as it is declared meanwhile, wait for a condition: one that may not master the bus asks for nothing. */
    public void devicesOnlyIf(Predicate<long[]> condition, Consumer<ModelBuilder> declares) {
        devicesAct = condition;
        declares.accept(this);
        devicesAct = null;
    }

    /** Declares a decision; an injected fault may put another in its place. */
    public Decision decision(String name, Decision normal) {
        return edits.decision(prefix + name, normal);
    }

    /** Has every step declared later that says it may ask a decision say the same of these: one piece of code asks both. */
    public void asking(String decision, List<String> others) {
        askedWith.put(decision, others);
    }

    /** Declares an atomic action that claims nothing yet. */
    public void action(String name, Actor actor, List<Argument> arguments, Guarded code) {
        action(new Action(name, actor, arguments, ALL, code, false, "stutter"));
    }

    /** Declares an atomic action. */
    public void action(Action action) {
        requireTold(action.name(), action.arguments());
        requireNew(action.name());
        Predicate<long[]> may = devicesAct;
        if (may == null || action.actor() != Actor.DEVICE) {
            actions.add(action);
            return;
        }
        Guarded code = action.code();
        actions.add(action.with((s, a, b, c, d, e) -> may.test(s) && code.apply(s, a, b, c, d, e)));
    }

    /** Declares an operation. */
    public void operation(Operation operation) {
        requireTold(operation.name(), operation.arguments());
        requireNew(operation.name());
        Slots result = operation.result();
        if (result != null && result.width() > Operation.RESULT_BITS) {
            throw new ProgramException("the result of " + operation.name() + " has " + result.width()
                    + " bits, and at most " + Operation.RESULT_BITS + " are counted");
        }
        requireNamed(operation);
        List<Step> steps = operation.steps().stream().map(this::askingToo).toList();
        operations.add(edits.apply(operation.with(steps), schema));
    }

    /** Steps lead to others by their names, and a trace says by them where a CPU is. */
    private static void requireNamed(Operation operation) {
        Set<String> names = new HashSet<>(Set.of(Step.END));
        for (Step step : operation.steps()) {
            if (!names.add(step.name())) {
                throw new IllegalArgumentException("two steps of " + operation.name() + " are named " + step.name());
            }
        }
    }

    private Step askingToo(Step step) {
        return step.asking(step.notes().asks().stream()
                .flatMap(asked -> askedWith.getOrDefault(asked, List.of()).stream())
                .toList());
    }

    /** The operations declared so far, as the injected faults have changed them; their steps are numbered through from 1. */
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /**
     * Declares how an operation begins when it is called with arguments as a caller passes them, in the architecture's
     * encoding and valid or not, instead of elements of the alphabet. For conformance with recorded answers.
     */
    public void call(String operation, Operation.Start begin) {
        calls.put(operation, begin);
    }

    /** Letters of traces have names. */
    private void requireNew(String name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("two operations or actions are named " + name);
        }
    }

    private static void requireTold(String name, List<Argument> arguments) {
        if (arguments.size() > 5) {
            throw new IllegalArgumentException(name + " has more than five arguments");
        }
        Sort.requireToldApart(name, arguments.stream().map(Argument::sort).toList(), ", ");
    }

    /**
     * Declares what steps and actions that say they claim {@code name} claim in detail. A component that declares none is
     * not compared with the discipline.
     */
    public void claim(String name, ClaimCode code) {
        if (claims.putIfAbsent(name, code) != null) {
            throw new IllegalArgumentException("claim " + name + " is declared twice");
        }
        notCompared = "";
    }

    /**
     * Says, instead of claims, that the actions of the discipline are to be found from what differs before and after a step.
     *
     * @param own relations, with their sorts, that mean something else to the discipline than to invariants, or to it alone
     */
    public void comparedByDifference(Abstraction own) {
        this.own = own;
        finds = true;
        notCompared = "";
    }

    /**
     * Says, beside claims, what states mean to the discipline.
     *
     * @param own relations, with their sorts, that mean something else to the discipline than to invariants, or to it alone
     */
    public void claimedOver(Abstraction own) {
        this.own = own;
    }

    /** Says, instead of claims, why there are none for this setting: a few words that end "not compared:". */
    public void notCompared(String reason) {
        notCompared = reason;
    }

    /** Declares that a random walk is to take an action or operation with these arguments, as printed, seldom. */
    public void rare(String name, String... arguments) {
        rare.add(name + "(" + String.join(", ", arguments) + ")");
    }

    /** Declares that an action which serves those who wait is a liberty: nobody has to take it. */
    public void free(String action) {
        free.add(action);
    }

    /** Declares what traces call the software that runs the operations, where that is no hypervisor. */
    public void software(String name) {
        software = name;
    }

    /** Declares the states in which hardware need not go on with what it was asked for; it may all the same. */
    public void restsWhile(Predicate<long[]> condition) {
        rests = condition;
    }

    /** Declares what the last transition did, so many of each element; a random walk adds it up. */
    public void tally(Slots counts) {
        tally = counts;
    }

    /** A filter that accepts everything. */
    public static Filter all() {
        return ALL;
    }

    /** A filter that accepts nothing: an operation that is only called. What it would have to refuse is not enumerated. */
    public static Filter none() {
        return NONE;
    }

    /** Finishes; lays out the state. */
    public Model build() {
        edits.checkAllUsed(operations);
        int steps = operations.stream().mapToInt(op -> op.steps().size()).sum();
        int most = pc == null ? 0 : (1 << pc.width()) - 1;
        if (pc != null && steps > most) {
            throw new BadSettingException(
                    "component",
                    "the machine's operations have " + steps + " steps together, of which there can be " + most);
        }
        if (!operations.isEmpty() && pc == null) {
            throw new ProgramException("operations need CPUs to run on");
        }
        for (String called : calls.keySet()) {
            if (operations.stream().noneMatch(op -> op.name().equals(called))) {
                throw new ProgramException("a call begins the unknown operation " + called);
            }
        }
        return new Model(
                schema.build(),
                abstraction,
                actions,
                operations,
                calls,
                new Model.Comparing(claims, own == null ? null : own.over(abstraction), finds, notCompared),
                new Model.Manner(rare, free, rests, software, tally),
                edits.asked(),
                pc,
                initial);
    }
}
