package dev.moat.model;

import dev.moat.state.Slots;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of named steps by one actor, running on a CPU.
 *
 * @param name the field's name, for example {@code unmap_grant_ref}
 * @param actor who is responsible
 * @param arguments at most five
 * @param filter which combinations exist
 * @param start stores the arguments in the CPU's locals; answers false when the call makes no sense to try
 * @param steps in order; NEXT leads to the following one, the last one ends
 * @param result where the status of the finished operation stands, per CPU, at most {@link #RESULT_BITS} wide, or null; read before
 *     normalisation
 */
public record Operation(
        String name,
        Actor actor,
        List<Argument> arguments,
        Filter filter,
        Start start,
        List<Step> steps,
        @Nullable Slots result) {
    /** How wide a result can be: statuses and error numbers without their signs, each of which is counted. */
    public static final int RESULT_BITS = 8;

    public Operation {
        Objects.requireNonNull(actor, "an operation has no actor");
        Objects.requireNonNull(filter, "an operation has no filter");
        Objects.requireNonNull(start, "an operation has no start");
        arguments = List.copyOf(arguments);
        steps = List.copyOf(steps);
    }

    /**
     * Begins an operation on an idle CPU. It writes locals of CPUs (slots indexed by the CPU first) and slots that are declared
     * to be taken by starts, and nothing else, whatever it answers: a start that is refused is undone by putting those back,
     * which tests hold by an assertion.
     */
    @FunctionalInterface
    public interface Start {
        boolean begin(long[] s, int cpu, int a, int b, int c, int d, int e);

        /** That of an operation of one argument. */
        static Start of(OfOne code) {
            return (s, cpu, only, b, c, d, e) -> code.begin(s, cpu, only);
        }

        /** That of an operation of two arguments. */
        static Start of(OfTwo code) {
            return (s, cpu, first, second, c, d, e) -> code.begin(s, cpu, first, second);
        }

        /** That of an operation of three arguments. */
        static Start of(OfThree code) {
            return (s, cpu, first, second, third, d, e) -> code.begin(s, cpu, first, second, third);
        }

        /** Of one argument. */
        @FunctionalInterface
        interface OfOne {
            boolean begin(long[] s, int cpu, int only);
        }

        /** Of two. */
        @FunctionalInterface
        interface OfTwo {
            boolean begin(long[] s, int cpu, int first, int second);
        }

        /** Of three. */
        @FunctionalInterface
        interface OfThree {
            boolean begin(long[] s, int cpu, int first, int second, int third);
        }
    }

    /** The same operation with other steps. */
    public Operation with(List<Step> edited) {
        return new Operation(name, actor, arguments, filter, start, edited, result);
    }

    /** Index of a step by name, or -1. */
    public int indexOf(String step) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).name().equals(step)) {
                return i;
            }
        }
        return -1;
    }
}
