package dev.moat.prove.lift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;

/**
 * A lifter that takes one instruction for another is noticed by the comparison with execution on random states. It reads
 * {@link Samples} with the other instruction in its place, while those that are executed are as they were compiled.
 */
class LifterMutantsTest {
    private static final String FILE = Type.getInternalName(Samples.class) + ".class";
    private static final int STATES = 300;

    /** The class loader of the tests, but for one class file. */
    private static final class Rewritten extends ClassLoader {
        private final byte[] file;

        Rewritten(byte[] file) {
            super(LifterMutantsTest.class.getClassLoader());
            this.file = file;
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return name.equals(FILE) ? new ByteArrayInputStream(file) : super.getResourceAsStream(name);
        }
    }

    private static ClassNode samples() {
        try (InputStream in = LifterMutantsTest.class.getClassLoader().getResourceAsStream(FILE)) {
            ClassNode node = new ClassNode();
            new ClassReader(in).accept(node, ClassReader.SKIP_FRAMES);
            return node;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(ClassNode node) {
        ClassWriter writer = new ClassWriter(0);
        node.accept(writer);
        return writer.toByteArray();
    }

    /** One piece, lifted out of a class file, and its variables. */
    private static final class Lifting {
        private final Exprs exprs = new Exprs();
        private final List<TermExpr> words = new ArrayList<>();
        private final List<TermExpr> arguments;
        private final Lifted lifted;
        private final Evaluation evaluation;

        Lifting(byte[] file, Samples samples) {
            for (int i = 0; i < Samples.WORDS; i++) {
                words.add(exprs.variable("s" + i, 64));
            }
            arguments = List.of(exprs.variable("a", 32), exprs.variable("b", 32), exprs.variable("c", 64));
            List<Object> given = new ArrayList<>(List.of(0));
            given.addAll(arguments);
            lifted = new Lifter(exprs, new Rewritten(file), condition -> true)
                    .lift(samples, "run", given, List.of(words));
            List<TermExpr> all = new ArrayList<>(lifted.states().get(0));
            all.add(lifted.answer());
            lifted.obligations().forEach(o -> all.add(o.when()));
            evaluation = new Evaluation(all);
        }

        /** What comes of a state: answer and words, or that there is an exception. */
        String of(long[] s, int a, int b, long c) {
            Map<TermExpr, Long> values = new HashMap<>();
            for (int i = 0; i < s.length; i++) {
                values.put(words.get(i), s[i]);
            }
            values.put(arguments.get(0), (long) a);
            values.put(arguments.get(1), (long) b);
            values.put(arguments.get(2), c);
            evaluation.run(e -> values.getOrDefault(e, 0L));
            if (lifted.obligations().stream().anyMatch(o -> evaluation.value(o.when()) != 0)) {
                return "exception";
            }
            long[] after =
                    lifted.states().get(0).stream().mapToLong(evaluation::value).toArray();
            return evaluation.value(lifted.answer()) + " " + Arrays.toString(after);
        }
    }

    private static String executed(Samples samples, long[] s, int a, int b, long c) {
        long[] after = s.clone();
        try {
            return samples.run(after, a, b, c) + " " + Arrays.toString(after);
        } catch (ArithmeticException | IndexOutOfBoundsException | NullPointerException e) {
            return "exception";
        }
    }

    /** Numbers that are small, or far from it. */
    private static long number(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextBoolean() ? 1000 : 100_000;
            default -> random.nextInt(9) - 3;
        };
    }

    /** In how many states of a piece the lifted code and the code itself differ, and in how many there is an exception. */
    private static int[] differences(byte[] file, int piece) {
        Samples samples = new Samples(piece);
        Lifting lifting = new Lifting(file, samples);
        Random random = new Random(piece);
        int[] found = new int[2];
        for (int n = 0; n < STATES; n++) {
            long[] s = random.longs(Samples.WORDS, -4, 5).toArray();
            s[0] = number(random);
            int a = (int) number(random);
            int b = (int) number(random);
            long c = random.nextInt(3) == 0 ? s[0] : number(random);
            String executed = executed(samples, s, a, b, c);
            found[0] += lifting.of(s, a, b, c).equals(executed) ? 0 : 1;
            found[1] += executed.equals("exception") ? 1 : 0;
        }
        return found;
    }

    @Test
    void unchangedCodeAgrees() {
        byte[] file = bytes(samples());
        int exceptions = 0;
        for (int piece = 0; piece < Samples.PIECES; piece++) {
            int[] found = differences(file, piece);
            assertThat(found[0]).as("piece %s", piece).isZero();
            exceptions += found[1];
        }
        assertThat(exceptions).isBetween(100, 5 * STATES);
    }

    static Stream<OtherInstruction> mutants() {
        return OtherInstruction.all().stream();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void anotherInstructionIsNoticed(OtherInstruction mutant) {
        ClassNode node = samples();
        assertThat(mutant.applyTo(node)).as("places").isPositive();
        byte[] file = bytes(node);
        int found = 0;
        for (int piece = 0; piece < Samples.PIECES && found == 0; piece++) {
            try {
                found += differences(file, piece)[0];
            } catch (RefusedException e) {
                assertThat(e).as("the changed code can be lifted").isNull();
            }
        }
        assertThat(found).isPositive();
    }
}
