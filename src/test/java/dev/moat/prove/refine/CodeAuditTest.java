package dev.moat.prove.refine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.prove.term.Evaluation;
import dev.moat.prove.term.Expr;
import dev.moat.prove.term.Exprs;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mutant makes of a field, whose bits need not be next to each other. */
class CodeAuditTest {
    private static final int WORDS = 500;

    /** The bits of a field, with nothing between them. */
    private static long value(long word, long mask) {
        long value = 0;
        int to = 0;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((mask >>> bit & 1) != 0) {
                value |= (word >>> bit & 1) << to++;
            }
        }
        return value;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 6, 1L << 63, 0x8421, 0xf0f0_0000_00ffL, -1L})
    void aFieldThatIsChangedToSomethingIsOneMoreOrLess(long mask) {
        Exprs exprs = new Exprs();
        Expr old = exprs.variable("old", 64);
        Expr stored = exprs.variable("stored", 64);
        Expr more = CodeAudit.moved(exprs, new CodeAudit.Change(false, mask, true), old, stored);
        Expr less = CodeAudit.moved(exprs, new CodeAudit.Change(false, mask, false), old, stored);
        Evaluation both = new Evaluation(List.of(more, less));
        long values = Long.bitCount(mask) == Long.SIZE ? -1L : (1L << Long.bitCount(mask)) - 1;
        Random random = new Random(mask);
        int moved = 0;
        for (int n = 0; n < WORDS; n++) {
            // Often all of the field or nothing of it, where what is carried goes furthest.
            long before = random.nextLong() & (random.nextInt(3) == 0 ? ~mask : -1L);
            long after = random.nextInt(4) == 0
                    ? random.nextLong() | mask
                    : random.nextLong() & (random.nextInt(4) == 0 ? ~mask : -1L);
            both.run(e -> e.equals(old) ? before : after);
            boolean touched = ((before ^ after) & mask) != 0 && (after & mask) != 0;
            moved += touched ? 1 : 0;
            long by = touched ? 1 : 0;
            assertThat(value(both.value(more), mask)).isEqualTo(value(after, mask) + by & values);
            assertThat(value(both.value(less), mask)).isEqualTo(value(after, mask) - by & values);
            assertThat(both.value(more) & ~mask)
                    .isEqualTo(both.value(less) & ~mask)
                    .isEqualTo(after & ~mask);
        }
        assertThat(moved).isBetween(WORDS / 8, WORDS);
    }
}
