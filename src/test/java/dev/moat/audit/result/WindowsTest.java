package dev.moat.audit.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static long[] fill(Windows w, int count) {
        Random random = new Random(7);
        long[] all = new long[count];
        for (int i = 0; i < count; i++) {
            all[i] = random.nextLong(1L << random.nextInt(1, 40));
            w.add(new Window(all[i], 2, 5, i, i + 1));
        }
        Arrays.sort(all);
        return all;
    }

    @Test
    void fewAreExact() {
        Windows w = new Windows();
        long[] sorted = fill(w, 1000);
        assertThat(w.exact()).isTrue();
        assertThat(w.quantile(50)).isEqualTo(sorted[499]);
        assertThat(w.quantile(99)).isEqualTo(sorted[989]);
        assertThat(w.quantile(100)).isEqualTo(sorted[999]);
        assertThat(w.max()).isEqualTo(sorted[999]);
        assertThat(w.total()).isEqualTo(Arrays.stream(sorted).sum());
        assertThat(w.pages()).isEqualTo(2000);
        assertThat(w.worst())
                .extracting(Window::length)
                .containsExactly(sorted[999], sorted[998], sorted[997], sorted[996], sorted[995]);
        assertThat(Arrays.stream(w.histogram()).sum()).isEqualTo(1000);
        assertThat(w.histogram()[0])
                .isEqualTo(Arrays.stream(sorted).filter(l -> l < 1000).count());
        assertThat(w.histogram()[7])
                .isEqualTo(
                        Arrays.stream(sorted).filter(l -> l >= 1_000_000_000L).count());
    }

    /** Beyond the bound a quantile is never too low, and at most 1/32 too high. */
    @Test
    void manyAreNearlyExact() {
        Windows w = new Windows();
        long[] sorted = fill(w, Windows.EXACT + 10_000);
        assertThat(w.exact()).isFalse();
        for (int percent = 1; percent <= 100; percent++) {
            long exact = sorted[(int) ((sorted.length * (long) percent + 99) / 100) - 1];
            assertThat(w.quantile(percent)).as("%d", percent).isBetween(exact, exact + exact / 32);
        }
    }

    @Test
    void noneAndExtremes() {
        Windows w = new Windows();
        assertThat(w.quantile(50)).isZero();
        w.add(new Window(0, 1, 0, 1, 2));
        w.add(new Window(Long.MAX_VALUE, 1, 0, 1, 2));
        assertThat(w.quantile(1)).isZero();
        assertThat(w.quantile(99)).isEqualTo(Long.MAX_VALUE);
    }
}
