package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers.Cap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that the tables allow and a cache blocks. Requester 0 has DID 1 and tree 0. */
class BlockedTest {
    private static Units unit(boolean rewalks, int cm) {
        long cap = Cap.CM.set(Capabilities.usual().cap(), cm);
        return new Units(Units.geometry(2, 1, 0, 4, new Capabilities(cap, 0xf00f5aL, 39, rewalks)));
    }

    private static String blocked(Units m, long[] s) {
        return (m.caches.blocked(s, 0, 0, false) ? "r" : "") + (m.caches.blocked(s, 0, 0, true) ? "w" : "");
    }

    /** Rights of the leaf when the request fills, rights afterwards, and which requests are then blocked. */
    @ParameterizedTest
    @CsvSource({
        "true, 0, 1, 3, ''",
        "false, 0, 1, 3, w", // promotion without invalidation, on a unit that does not walk again
        "false, 0, 2, 3, r",
        "false, 0, 1, 2, w",
        "false, 0, 1, 1, ''",
        "false, 0, 3, 1, ''",
        "false, 0, 1, 0, ''", // the tables do not allow it either
        "false, 0, 0, 3, ''", // nothing was cached
        "true, 1, 0, 3, rw",
        "true, 1, 0, 1, r",
        "true, 1, 0, 0, ''",
        "true, 1, 1, 3, ''",
        "false, 1, 1, 3, w"
    })
    void afterAChangeWithoutInvalidation(boolean rewalks, int cm, int before, int after, String expected) {
        Units m = unit(rewalks, cm);
        long[] s = m.running();
        m.unit.setLeaf(s, 0, 0, m.unit.leafTo(1, before));
        m.caches.fill(s, 0, 0, before == Rights.WRITE);
        m.unit.setLeaf(s, 0, 0, m.unit.leafTo(1, after));
        assertThat(blocked(m, s)).isEqualTo(expected);
        m.queue.enqueue(s, Descriptors.iotlbPage(1), Descriptors.iotlbPageHi(0, 0, true));
        m.queue.consume(s);
        assertThat(blocked(m, s)).as("after the invalidation").isEmpty();
    }

    @Test
    void aStaleContextEntryBlocksWhatTheNewOneAllows() {
        Units m = unit(true, 0);
        long[] s = m.running();
        assertThat(m.caches.contextFill(s, 0)).isTrue();
        m.unit.contextLo.set(s, 0, m.unit.contextLoFor(1));
        m.unit.setLeaf(s, 1, 0, m.unit.leafTo(1, Rights.READ));
        assertThat(blocked(m, s)).isEqualTo("r");
        m.caches.contextEvict(s, 0);
        assertThat(blocked(m, s)).isEmpty();
    }

    @Test
    void aCachedContextFailureBlocks() {
        Units m = unit(true, 1);
        long[] s = m.running();
        long lo = m.unit.contextLo.get(s, 0);
        m.unit.contextLo.set(s, 0, 0);
        assertThat(m.caches.contextFill(s, 0)).isTrue();
        m.unit.contextLo.set(s, 0, lo);
        m.unit.setLeaf(s, 0, 0, m.unit.leafTo(1, Rights.READ | Rights.WRITE));
        assertThat(blocked(m, s)).isEqualTo("rw");
    }

    @Test
    void withoutTranslationNothingIsBlocked() {
        Units m = unit(true, 1);
        long[] s = m.running();
        assertThat(m.caches.fill(s, 0, 0, false)).isTrue();
        m.unit.gsts.set(s, 0);
        assertThat(blocked(m, s)).isEmpty();
        assertThat(Translation.SIZE.get(m.caches.answer(s, 0, 0, false))).isEqualTo(Translation.SIZE_ALL);
    }
}
