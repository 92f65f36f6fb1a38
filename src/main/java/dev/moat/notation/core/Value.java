package dev.moat.notation.core;

import dev.moat.notation.tree.At;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A checked expression. */
public sealed interface Value {
    /** A number. */
    record Const(long value) implements Value {}

    /** What is the same in all states of a machine, by its place in {@link Program#fixed}. */
    record Fixed(int number) implements Value {}

    /** A variable of the piece of code. */
    record Variable(int slot) implements Value {}

    /** The CPU that runs. */
    record Me() implements Value {}

    /** An element of a family of places; whether that is there, a machine says. */
    record Read(int family, List<Value> index, At at) implements Value {
        public Read {
            index = List.copyOf(index);
        }
    }

    /** Of the state before a transition, in a claim. */
    record Before(Value of) implements Value {}

    /** Whether it is false. */
    record Not(Value of) implements Value {}

    /** Two values and what is made of them; {@code AND} and {@code OR} look at the second one only where it matters. */
    record Pair(Op op, Value left, Value right) implements Value {}

    /** What is made of two values. */
    enum Op {
        AND,
        OR,
        SAME,
        LESS,
        AT_MOST,
        /** Sums, differences and products of 64 bits; beyond them is an error. */
        PLUS,
        MINUS,
        TIMES,
        /** Of a number at least 0 and one above it. */
        DIVIDED,
        REMAINDER,
        /** Whether the left one is a member of the right one. */
        MEMBER,
        /** The members of both, and of the left one alone. */
        UNION,
        WITHOUT
    }

    /** The set of one member. */
    record Only(Value member) implements Value {}

    /** One of two values. */
    record Choice(Value condition, Value yes, Value no) implements Value {}

    /**
     * Looks at the elements from 0 on.
     *
     * @param slot the variable
     * @param only the one element that {@code where} allows; null where it may allow several
     * @param where null for all
     */
    record Fold(
            Kind kind,
            int slot,
            Value size,
            @Nullable Value only,
            @Nullable Value where,
            Value body) implements Value {}

    /** What is made of the elements. */
    enum Kind {
        EXISTS,
        ALL,
        COUNT,
        /** The first of which it is true, or none. */
        FIRST,
        /** The largest value, of none 0. */
        MAX
    }

    /** A definition or a procedure, by its place in {@link Program#functions}. */
    record Call(int function, List<Value> arguments) implements Value {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * A primitive that is no fact.
     *
     * @param sizes how many values each argument can have; of a plain number 1
     */
    record Ask(Primitive primitive, List<Value> arguments, List<Value> sizes, At at) implements Value {
        public Ask {
            arguments = List.copyOf(arguments);
            sizes = List.copyOf(sizes);
        }
    }

    /**
     * A value that has to be from {@code first} to {@code last}; anything else is an error.
     *
     * @param what it should be, for messages
     */
    record Within(Value of, Value first, Value last, At at, String what) implements Value {}
}
