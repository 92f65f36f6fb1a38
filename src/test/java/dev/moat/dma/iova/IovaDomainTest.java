package dev.moat.dma.iova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the twin test does not reach: limits, warnings of calls that no caller should make, and state of a search's size. */
class IovaDomainTest {
    private final List<IovaWarning> warnings = new ArrayList<>();

    private IovaDomain domain(int capacity) {
        return new IovaDomain(0, 4096, 1, capacity, warnings::add);
    }

    private static long[] words(IovaDomain domain) {
        long[] s = new long[domain.end()];
        domain.initialise(s);
        return s;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3000, 8192, -4096, Long.MIN_VALUE})
    void aGranuleIsAPowerOfTwoUpToAPage(long granule) {
        assertThatThrownBy(() -> new IovaDomain(0, granule, 1, 4, warnings::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no power of two of at most 4096");
    }

    /** An allocation without room for its range fails as one without memory: nothing is remembered. */
    @Test
    void aFullDomainRefusesAndForgets() {
        IovaDomain domain = domain(2);
        long[] s = words(domain);
        assertThat(domain.allocate(s, 1, 0xfffff, true)).isEqualTo(0xfffff);
        assertThat(domain.allocate(s, 1, 0xfffff, true)).isEqualTo(0xffffe);
        long[] before = s.clone();
        assertThat(domain.allocate(s, 1, 0xfffff, true)).isEqualTo(IovaDomain.NONE);
        assertThat(domain.reserve(s, 5, 6)).isEqualTo(-1);
        assertThat(s).isEqualTo(before);
    }

    /** The range is there, nothing finds it, and the next one in its place is refused. */
    @Test
    void aRangeThatEndsBeforeItBegins() {
        IovaDomain domain = domain(8);
        long[] s = words(domain);
        int place = domain.reserve(s, 0x200, 0x100);
        assertThat(domain.lo(s, place)).isEqualTo(0x200);
        assertThat(domain.hi(s, place)).isEqualTo(0x100);
        assertThat(domain.find(s, 0x180)).isEqualTo(-1);
        assertThat(domain.find(s, 0x200)).isEqualTo(-1);
        assertThat(warnings).isEmpty();
        domain.reserve(s, 0x200, 0x100);
        assertThat(warnings).containsExactly(IovaWarning.RANGE_EXISTS);
        assertThat(domain.count(s)).isEqualTo(1);
    }

    @Test
    void theSentinelStays() {
        IovaDomain domain = domain(8);
        long[] s = words(domain);
        assertThat(domain.free(s, IovaDomain.NONE)).isFalse();
        assertThat(domain.find(s, IovaDomain.NONE)).isNotNegative();
    }

    /** With pages of one byte, the sentinel's address can be reserved; it then begins lower. */
    @Test
    void theSentinelGrows() {
        IovaDomain domain = new IovaDomain(0, 1, 1, 8, warnings::add);
        long[] s = words(domain);
        domain.reserve(s, -16, -1);
        assertThat(domain.count(s)).isZero();
        assertThat(domain.lowHint(s)).isEqualTo(-16);
        assertThat(domain.allocate(s, 4, -2, true)).isEqualTo(-20);
    }

    /** What a search would have: three ranges, one page each; states met by different ways are equal. */
    @Test
    void atTheSizeOfASearchTheWordsAreFew() {
        IovaDomain domain = domain(3);
        assertThat(domain.end()).isEqualTo(3 + 2 + 4 + 2 * 4);
        long[] a = words(domain);
        domain.allocate(a, 1, 7, true);
        domain.allocate(a, 1, 7, true);
        domain.free(a, 7);
        domain.free(a, 6);
        assertThat(a).isEqualTo(words(domain));
    }
}
