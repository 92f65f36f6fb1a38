package dev.moat.prove.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.Layout.Statement;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Lifter;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.TermExpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was lifted of layouts and walks answers as the code does when it is executed. */
class LayoutsAgreeTest {
    private static final int TIMES = 25;
    private static final int WALKS = 150;
    private static final int VISITS = 16;
    /** Of a walk's numbers: the frame of its first table, which entries can be read, and how many were. */
    private static final int ROOT = 7;

    private static final int READABLE = 8;
    private static final int READ = 9;

    private static long number(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong() & 0x6fff_ffff_ffff_f003L;
            case 2 -> random.nextInt();
            case 3 -> 1L << random.nextInt(64);
            default -> random.nextInt(9);
        };
    }

    private static int levels(Statement statement) {
        return statement.name().matches("walk\\d.*") ? statement.name().charAt(4) - '0' : 0;
    }

    /** Numbers of which few walks would come to a second table, or for walks entries that lead on to one of them, which ends it. */
    private static long[] numbers(Statement statement, boolean vtd, Random random) {
        long[] x = new long[statement.given() + statement.more()];
        int levels = levels(statement);
        for (int i = 0; i < statement.given(); i++) {
            x[i] = number(random);
        }
        if (levels > 0 && random.nextInt(8) > 0) {
            int last = random.nextInt(levels);
            for (int n = 0; n < levels; n++) {
                x[n] = vtd ? vtdEntry(levels - n, n < last, random) : amdviEntry(levels - n, n < last, random);
            }
            x[ROOT] = random.nextInt(1 << 20);
            x[READABLE] = random.nextInt(8) == 0 ? random.nextLong() : -1L;
            x[vtd ? 5 : 6] = random.nextLong() & ((1L << 33) - 1);
        }
        return x;
    }

    /** R and W but for some, and 39 bits of address; a last one is a page, if there are any at its level. */
    private static long vtdEntry(int level, boolean table, Random random) {
        long rights = random.nextInt(8) == 0 ? random.nextInt(4) : 3;
        long size = 1L << (12 + (table ? 0 : 9 * (level - 1)));
        return (random.nextLong() & ((1L << 39) - 1) & -size) | rights | (table || level == 1 ? 0 : 0x80);
    }

    /** PR, IR and IW but for some; a last one is a page of its level, or of the size that stands in it. */
    private static long amdviEntry(int level, boolean table, Random random) {
        long rights = random.nextInt(8) == 0 ? random.nextInt(4) : 3;
        long sized = random.nextInt(4) == 0 ? 7 : 0;
        long next = table ? level - 1 : sized;
        return (random.nextLong() & 0x000ffffffffff000L) | rights << 61 | next << 9 | 1;
    }

    private static String executed(Statement statement, long[] x) {
        long[] after = x.clone();
        try {
            return statement.code().run(after) + " " + Arrays.toString(after);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "exception";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amdvi", "calgary", "gart", "grant"})
    void asExecuted(String name) {
        Random random = new Random(name.hashCode());
        int exceptions = 0;
        int compared = 0;
        for (Statement statement : Layouts.of(name).get(0).statements()) {
            Exprs exprs = new Exprs();
            List<TermExpr> words = new ArrayList<>();
            for (int i = 0; i < statement.given() + statement.more(); i++) {
                words.add(i < statement.given() ? exprs.variable("x" + i, 64) : exprs.ofLong(0));
            }
            // Nothing here goes on for ever: so many visits are enough for every walk.
            int[] asked = new int[1];
            Lifted lifted = new Lifter(exprs, LayoutsAgreeTest.class.getClassLoader(), c -> ++asked[0] < VISITS)
                    .lift(statement.code(), "run", List.of(0), List.of(words));
            List<TermExpr> all = new ArrayList<>(lifted.states().get(0));
            all.add(lifted.answer());
            lifted.obligations().stream().map(Obligation::when).forEach(all::add);
            Evaluation evaluation = new Evaluation(all);
            int[] read = new int[8];
            int reached = 0;
            for (int n = 0; n < (levels(statement) > 0 ? WALKS : TIMES); n++) {
                long[] x = numbers(statement, name.equals("vtd"), random);
                Map<TermExpr, Long> values = new HashMap<>();
                for (int i = 0; i < statement.given(); i++) {
                    values.put(words.get(i), x[i]);
                }
                evaluation.run(e -> values.getOrDefault(e, 0L));
                boolean fails = lifted.obligations().stream().anyMatch(o -> evaluation.value(o.when()) != 0);
                long[] after = lifted.states().get(0).stream()
                        .mapToLong(evaluation::value)
                        .toArray();
                String found = fails ? "exception" : evaluation.value(lifted.answer()) + " " + Arrays.toString(after);
                String executed = executed(statement, x);
                assertThat(found)
                        .as(statement.name() + " " + Arrays.toString(x))
                        .isEqualTo(executed);
                exceptions += fails ? 1 : 0;
                compared++;
                if (levels(statement) > 0 && !fails) {
                    read[(int) after[READ]]++;
                    reached += executed.startsWith("0 ") && after[READ] == levels(statement) ? 1 : 0;
                }
            }
            for (int n = 1; n <= levels(statement); n++) {
                assertThat(read[n]).as(statement.name() + " that reads " + n).isGreaterThan(4);
            }
            assertThat(reached)
                    .as(statement.name() + " that comes to the end")
                    .isGreaterThan(levels(statement) > 0 ? 4 : -1);
        }
        assertThat(compared).isGreaterThan(100);
        // Not hollow: what does not fit occurs, and most fits.
        assertThat(exceptions).isBetween(name.equals("calgary") ? 0 : 1, compared / 2);
    }
}
