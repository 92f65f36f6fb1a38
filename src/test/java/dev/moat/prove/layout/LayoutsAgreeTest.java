package dev.moat.prove.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.layout.Layout.Statement;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Lifter;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.term.Evaluation;
import dev.moat.prove.term.Expr;
import dev.moat.prove.term.Exprs;
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

    private static long number(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong() & 0x6fff_ffff_ffff_f003L;
            case 2 -> random.nextInt();
            case 3 -> 1L << random.nextInt(64);
            default -> random.nextInt(9);
        };
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
            List<Expr> words = new ArrayList<>();
            for (int i = 0; i < statement.given() + statement.more(); i++) {
                words.add(i < statement.given() ? exprs.variable("x" + i, 64) : exprs.ofLong(0));
            }
            // Nothing here goes on for ever: seven visits are enough for every walk.
            int[] asked = new int[1];
            Lifted lifted = new Lifter(exprs, LayoutsAgreeTest.class.getClassLoader(), c -> ++asked[0] < 6)
                    .lift(statement.code(), "run", List.of(0), List.of(words));
            List<Expr> all = new ArrayList<>(lifted.states().get(0));
            all.add(lifted.answer());
            lifted.obligations().stream().map(Obligation::when).forEach(all::add);
            Evaluation evaluation = new Evaluation(all);
            for (int n = 0; n < TIMES; n++) {
                long[] x = new long[words.size()];
                Map<Expr, Long> values = new HashMap<>();
                for (int i = 0; i < statement.given(); i++) {
                    x[i] = number(random);
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
            }
        }
        assertThat(compared).isGreaterThan(100);
        // Not hollow: what does not fit occurs, and most fits.
        assertThat(exceptions).isBetween(name.equals("calgary") ? 0 : 1, compared / 2);
    }
}
