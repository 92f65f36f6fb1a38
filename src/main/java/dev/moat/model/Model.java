package dev.moat.model;

import dev.moat.model.program.Operation;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.relation.Abstraction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A component built for one setting, with its injected faults applied. Immutable. */
public final class Model {
    private final Schema schema;
    private final Abstraction abstraction;
    private final List<Action> actions;
    private final List<Operation> operations;
    private final Map<String, Operation.Start> calls;
    private final Map<String, ClaimCode> claims;
    private final String notCompared;
    private final Set<String> rare;
    private final Set<String> decisions;
    private final @Nullable Slots pc;
    private final Consumer<long[]> initial;

    Model(
            Schema schema,
            Abstraction abstraction,
            List<Action> actions,
            List<Operation> operations,
            Map<String, Operation.Start> calls,
            Map<String, ClaimCode> claims,
            String notCompared,
            Set<String> rare,
            Set<String> decisions,
            @Nullable Slots pc,
            Consumer<long[]> initial) {
        this.schema = schema;
        this.abstraction = abstraction;
        this.actions = List.copyOf(actions);
        this.operations = List.copyOf(operations);
        this.calls = Map.copyOf(calls);
        this.claims = Map.copyOf(claims);
        this.notCompared = notCompared;
        this.rare = Set.copyOf(rare);
        this.decisions = Set.copyOf(decisions);
        this.pc = pc;
        this.initial = initial;
    }

    /** The same machine, its states read in another way. */
    public Model reading(Abstraction other) {
        return new Model(schema, other, actions, operations, calls, claims, notCompared, rare, decisions, pc, initial);
    }

    /** The same states with other code; the steps stay what and where they are, so that program counters mean the same. */
    public Model running(List<Action> otherActions, List<Operation> otherOperations) {
        return new Model(
                schema,
                abstraction,
                otherActions,
                otherOperations,
                calls,
                claims,
                notCompared,
                rare,
                decisions,
                pc,
                initial);
    }

    public Schema schema() {
        return schema;
    }

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
        return claims;
    }

    /** Why steps are not to be compared with the discipline, a few words; empty when they are. */
    public String notCompared() {
        return notCompared;
    }

    /** Printed actions and operations that break or end something: a random walk takes them seldom, else soon nothing is left. */
    public Set<String> rare() {
        return rare;
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
