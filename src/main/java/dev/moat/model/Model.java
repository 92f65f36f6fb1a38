package dev.moat.model;

import dev.moat.state.Abstraction;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A component built for one setting, with its injected faults applied. Immutable. */
public final class Model {
    /**
     * How steps compare with the discipline.
     *
     * @param claims what they claim, by the name under which they do
     * @param own what states mean to it, where that is not what they mean to invariants; else null
     * @param finds whether it is to be found which of its actions a step is
     * @param not why they are not compared, a few words; empty when they are
     */
    record Comparing(
            Map<String, ClaimCode> claims, @Nullable Abstraction own, boolean finds, String not) {
        Comparing {
            claims = Map.copyOf(claims);
        }
    }

    /**
     * What need not be done, what is seldom done, and by whom.
     *
     * @param rare printed actions and operations that a random walk takes seldom
     * @param free actions that serve, but are a liberty of who takes them
     * @param rests states in which hardware need not go on; null where it has to in all
     * @param software what traces call it that runs the operations
     * @param tally what the last transition did, to be added up by random walks; null where nothing is
     */
    record Manner(
            Set<String> rare,
            Set<String> free,
            @Nullable Predicate<long[]> rests,
            String software,
            @Nullable Slots tally) {
        Manner {
            rare = Set.copyOf(rare);
            free = Set.copyOf(free);
        }
    }

    private final Schema schema;
    private final Abstraction abstraction;
    private final List<Action> actions;
    private final List<Operation> operations;
    private final Map<String, Operation.Start> calls;
    private final Comparing comparing;
    private final Manner manner;
    private final Set<String> decisions;
    private final @Nullable Slots pc;
    private final Consumer<long[]> initial;

    Model(
            Schema schema,
            Abstraction abstraction,
            List<Action> actions,
            List<Operation> operations,
            Map<String, Operation.Start> calls,
            Comparing comparing,
            Manner manner,
            Set<String> decisions,
            @Nullable Slots pc,
            Consumer<long[]> initial) {
        this.schema = schema;
        this.abstraction = abstraction;
        this.actions = List.copyOf(actions);
        this.operations = List.copyOf(operations);
        this.calls = Map.copyOf(calls);
        this.comparing = comparing;
        this.manner = manner;
        this.decisions = Set.copyOf(decisions);
        this.pc = pc;
        this.initial = initial;
    }

    /** The same machine, its states read in another way. */
    public Model reading(Abstraction other) {
        return new Model(schema, other, actions, operations, calls, comparing, manner, decisions, pc, initial);
    }

    /** The same states with other code; the steps stay what and where they are, so that program counters mean the same. */
    public Model running(List<Action> otherActions, List<Operation> otherOperations) {
        return new Model(
                schema, abstraction, otherActions, otherOperations, calls, comparing, manner, decisions, pc, initial);
    }

    /** How states are laid out. */
    public Schema schema() {
        return schema;
    }

    /** What states mean in the words of the vocabulary. */
    public Abstraction abstraction() {
        return abstraction;
    }

    /** Atomic actions, in the order of declaration. */
    public List<Action> actions() {
        return actions;
    }

    /** Operations, in the order of declaration. */
    public List<Operation> operations() {
        return operations;
    }

    /** How an operation begins with arguments as callers pass them; null when that is not declared. */
    public Operation.@Nullable Start call(String operation) {
        return calls.get(operation);
    }

    /** What steps and actions claim, by the name under which they do; empty when they are not to be compared. */
    public Map<String, ClaimCode> claims() {
        return comparing.claims();
    }

    /** Why steps are not to be compared with the discipline, a few words; empty when they are. */
    public String notCompared() {
        return comparing.not();
    }

    /**
     * What states mean to the discipline where the actions of a step are found from what differs; null where steps claim them, or
     * nothing is compared.
     */
    public @Nullable Abstraction foundFrom() {
        return comparing.finds() ? comparing.own() : null;
    }

    /** What states mean to the discipline where steps say what they claim, and that is not what they mean to invariants; else null. */
    public @Nullable Abstraction claimedOver() {
        return comparing.finds() ? null : comparing.own();
    }

    /** Printed actions and operations that break or end something: a random walk takes them seldom, else soon nothing is left. */
    public Set<String> rare() {
        return manner.rare();
    }

    /** Whether an action serves those who wait and has to be taken for as long as it can be; a liberty need not. */
    public boolean mustGoOn(Action action) {
        return action.service() && !manner.free().contains(action.name());
    }

    /** Whether there are states in which hardware need not go on. */
    public boolean mayRest() {
        return manner.rests() != null;
    }

    /** Whether hardware need not go on in a state, whatever it was asked for. */
    public boolean rests(long[] s) {
        Predicate<long[]> rests = manner.rests();
        return rests != null && rests.test(s);
    }

    /** What traces call the software that runs the operations: a hypervisor, or a kernel. */
    public String software() {
        return manner.software();
    }

    /** How many of each of its elements the last transition did; null where that is not counted. */
    public @Nullable Slots tally() {
        return manner.tally();
    }

    /** Names of the decisions that there are. */
    public Set<String> decisions() {
        return decisions;
    }

    /** The step counter of each CPU, or null when there are no operations. */
    public @Nullable Slots pc() {
        return pc;
    }

    /** A fresh initial state, normalised. */
    public long[] initial() {
        long[] s = schema.blank();
        initial.accept(s);
        schema.normalise(s);
        return s;
    }
}
