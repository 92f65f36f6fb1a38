package dev.moat.notation.core;

import dev.moat.model.Outcome;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A checked component.
 *
 * @param tree what it was made of
 * @param fixed values that a machine has, each made of earlier ones
 * @param sorts by their order in the text, the unit's among them
 * @param families places, in the order of the text
 * @param functions definitions and procedures
 * @param ordered sorts of which the steps know more than whether two elements are equal
 * @param statics conditions of the text that a machine decides, each by itself and not by what equals it
 * @param parts what is declared, in the order of the text
 */
public record Program(
        Tree tree,
        List<Fixed> fixed,
        List<Sort> sorts,
        List<Family> families,
        List<Function> functions,
        Set<String> ordered,
        Map<Expr, Value> statics,
        List<Part> parts) {
    public Program {
        fixed = List.copyOf(fixed);
        sorts = List.copyOf(sorts);
        families = List.copyOf(families);
        functions = List.copyOf(functions);
        ordered = Set.copyOf(ordered);
        parts = List.copyOf(parts);
    }

    /** The family of the CPUs' step counters, which no text declares. */
    public static final int COUNTERS = -1;

    /** Where a value of a machine comes from. */
    public sealed interface Fixed {}

    /** A parameter's value; of words the number of the word. */
    public record OfParameter(Item.Parameter parameter) implements Fixed {}

    /** What is said of the units. */
    public record OfUnit(Primitive fact, At at) implements Fixed {}

    /** The number of a unit's tags. */
    public record OfTags() implements Fixed {}

    /** Computed. */
    public record OfValue(String name, Value value, int variables) implements Fixed {}

    /**
     * A sort.
     *
     * @param size its place among the fixed values
     * @param sizes of a sum those of its products, of these those of their parts
     * @param tags whether it is the unit's tags
     */
    public record Sort(String name, int size, Item.@Nullable Sort item, List<List<Integer>> sizes, boolean tags) {}

    /**
     * A family of places.
     *
     * @param name as files print it
     * @param first what is added to values when they are stored: 1 where -1 is none
     * @param last the largest value, but for what the type says of itself; null where nothing is to be looked at
     * @param wraps whether sums wrap
     * @param live null for always
     * @param names null for always
     * @param condition where it is there
     */
    public record Family(
            String name,
            Item.Family item,
            List<String> index,
            Type type,
            int first,
            @Nullable Value last,
            boolean wraps,
            @Nullable EngineCode live,
            @Nullable EngineCode names,
            Value condition) {}

    /**
     * A definition, a procedure or a claim.
     *
     * @param isTruth whether it answers true or false
     */
    public record Function(
            Nature nature, String name, int parameters, int variables, boolean isTruth, List<Act> acts, At at) {
        public Function {
            acts = List.copyOf(acts);
        }
    }

    /** What a function may do: read a state; change it; compare two. */
    public enum Nature {
        DEFINITION,
        PROCEDURE,
        CLAIM
    }

    /** Something that a machine declares. */
    public sealed interface Part {}

    /** A setting in which this is false is refused. */
    public record Requires(Value condition, String subject, String message) implements Part {}

    /** The sort of CPUs. */
    public record Cpus(String sort, boolean manySteps) implements Part {}

    /** The units. */
    public record Unit(Item.Unit item, List<Value> needs) implements Part {}

    /** A family, by its place. */
    public record Places(int family) implements Part {}

    /** An argument of an operation, an action or a relation, and its sort. */
    public record Formal(String name, String sort) {}

    /**
     * An operation.
     *
     * @param letters null for all
     */
    public record Operation(
            String name,
            List<Formal> arguments,
            @Nullable EngineCode letters,
            EngineCode start,
            List<Node> nodes,
            Value condition)
            implements Part {}

    /** An action. */
    public record Action(
            String name,
            List<Formal> arguments,
            String by,
            String claims,
            @Nullable EngineCode letters,
            EngineCode code,
            Value condition)
            implements Part {}

    /** Actions of devices and units. */
    public record Hardware() implements Part {}

    /** The initial state. */
    public record Initially(EngineCode code) implements Part {}

    /** A relation. */
    public record Relation(String name, List<Formal> places, EngineCode code, Value condition) implements Part {}

    /** A relation that holds of nothing. */
    public record Never(String name, List<String> sorts, Value condition, At at) implements Part {}

    /** A property of the component's own; its two relations are declared before it. */
    public record Property(Item.Property item, List<Formal> places) implements Part {}

    /** Relations that the units give a meaning to. */
    public record Import(String what, At at) implements Part {}

    /** How steps are compared with the discipline. */
    public record Discipline(@Nullable Value unless, String reason, List<Part> parts) implements Part {}

    /** A claim; of one without parameters the CPU is that of the step. */
    public record Claim(String name, int function, int parameters) implements Part {}

    /** A line for proofs. */
    public record Keeps(String name, EngineCode code) implements Part {}

    /** A part of an operation's program. */
    public sealed interface Node {}

    /**
     * A step.
     *
     * @param quiet where nobody acts behind it; null for nowhere
     * @param exits labels, each once
     */
    public record Step(
            String label, @Nullable Value quiet, String claims, String point, EngineCode code, List<String> exits)
            implements Node {
        private static final int[] OUTCOMES = {Outcome.FAIL, Outcome.DONE, Outcome.LOOP};

        /** The outcome of a step that stands for one of its exits: once more is LOOP. */
        public int outcome(int exit) {
            if (exits.get(exit).equals(label)) {
                return Outcome.LOOP;
            }
            int before = exits.indexOf(label);
            return OUTCOMES[before >= 0 && before < exit ? exit - 1 : exit];
        }
    }

    /** One side of two. */
    public record Where(Value condition, List<Node> yes, List<Node> no) implements Node {}

    /** The steps of the family's driver, up to a label. */
    public record Drive(String suffix, String announce, String point) implements Node {}
}
