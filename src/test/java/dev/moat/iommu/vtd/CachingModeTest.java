package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CAP.CM adds: failures are cached too, and who may remove them. Requester 0 has DID 1 and tree 0. */
class CachingModeTest {
    private static final Units M = new Units(Units.geometry(2, 1, 0, 4, caching(1)));
    private static final Units PLAIN = new Units(Units.tiny());

    private static Capabilities caching(int cm) {
        Capabilities usual = Capabilities.usual();
        return new Capabilities(Cap.CM.set(usual.cap(), cm), usual.ecap(), usual.hostAddressBits(), usual.rewalks());
    }

    private static String answer(Units m, long[] s, boolean write) {
        return PhysicalMemory.text(m.caches.answer(s, 0, 0, write));
    }

    private static long[] withFailure(int rights) {
        long[] s = M.running();
        M.unit.setLeaf(s, 0, 0, M.unit.leafTo(2, rights));
        assertThat(M.caches.fill(s, 0, 0, true)).isTrue();
        M.unit.setLeaf(s, 0, 0, M.unit.leafTo(2, Rights.READ | Rights.WRITE));
        return s;
    }

    @Test
    void aNewMappingIsNotSeenBehindACachedFailure() {
        long[] s = withFailure(0);
        assertThat(M.unit.iotlbDenied.get(s, 1, 0)).isEqualTo(Rights.READ | Rights.WRITE);
        assertThat(answer(M, s, false)).isEqualTo("fault 6");
        assertThat(answer(M, s, true)).isEqualTo("fault 5");
        assertThat(M.caches.fill(s, 0, 0, false)).as("a hit").isFalse();
        assertThat(M.caches.evict(s, 1, 0)).isTrue();
        assertThat(M.caches.evict(s, 1, 0)).as("nothing left").isFalse();
        assertThat(answer(M, s, true)).isEqualTo("ok frame=0x2 rw 4K did=1");
    }

    @Test
    void onlyTheMissingRightIsDenied() {
        long[] s = withFailure(Rights.READ);
        assertThat(M.unit.iotlbDenied.get(s, 1, 0)).isEqualTo(Rights.WRITE);
        assertThat(answer(M, s, true)).isEqualTo("fault 5");
        assertThat(M.caches.fill(s, 0, 0, false)).as("a read misses").isTrue();
        assertThat(M.unit.iotlbDenied.get(s, 1, 0)).isZero();
        assertThat(answer(M, s, true)).isEqualTo("ok frame=0x2 rw 4K did=1");
    }

    @Test
    void aWrongEntryIsCachedAsWrong() {
        long[] s = M.running();
        M.unit.setLeaf(s, 0, 0, M.unit.leafTo(2, Rights.READ) | SecondLevelEntry.SNP.mask());
        assertThat(M.caches.fill(s, 0, 0, false)).isTrue();
        M.unit.setLeaf(s, 0, 0, M.unit.leafTo(2, Rights.READ | Rights.WRITE));
        assertThat(answer(M, s, false)).isEqualTo("fault c");
        assertThat(answer(M, s, true)).as("writes failed for want of the right").startsWith("ok");
    }

    @Test
    void whatCannotBeReadIsNotCached() {
        long[] s = M.running();
        M.unit.contextLo.set(s, 0, ContextEntry.lo(0, 0x5));
        assertThat(answer(M, s, false)).isEqualTo("fault 7");
        assertThat(M.caches.fill(s, 0, 0, false)).isFalse();
        M.unit.rootLo.set(s, 0, RootEntry.lo(0x5));
        assertThat(M.caches.contextFill(s, 0)).isFalse();
    }

    // Descriptor words; whether the failure of DID 1, page 0 is removed.
    @ParameterizedTest
    @CsvSource({
        "0xd2, 0, true",
        "0x100e2, 0, true",
        "0x100f2, 0x0, true",
        "0x100f2, 0x40, true",
        "0x100f2, 0x1001, true",
        "0x100f2, 0x1000, false",
        "0xf2, 0x0, false", // DID 0 is not the DID of the walk: the bug that Linux had until 2010
        "0xe2, 0, false",
        "0x200e2, 0, false",
        "0x11, 0, false"
    })
    void translationsThatFailedCarryTheirOwnDid(String lo, String hi, boolean removed) {
        long[] s = withFailure(0);
        M.queue.enqueue(s, Long.decode(lo), Long.decode(hi));
        M.queue.consume(s);
        assertThat(M.unit.queueError.get(s)).isZero();
        assertThat(M.unit.iotlbDenied.get(s, 1, 0) == 0).isEqualTo(removed);
        assertThat(answer(M, s, true).startsWith("ok")).isEqualTo(removed);
    }

    // Descriptor; whether the failure of requester 0 (source-id 8) is removed.
    @ParameterizedTest
    @CsvSource({
        "0x11, true",
        "0x21, true",
        "0x10021, false",
        "0x800000031, true",
        "0x800010031, false", // the DID that the new entry has
        "0xb00000031, false",
        "0x3000b00000031, true",
        "0x10800000031, false"
    })
    void contextsThatFailedCarryDidZero(String lo, boolean removed) {
        long[] s = M.running();
        M.unit.contextLo.set(s, 0, 0);
        assertThat(M.caches.contextFill(s, 0)).isTrue();
        assertThat(M.caches.contextFill(s, 0)).as("cached already").isFalse();
        M.unit.contextLo.set(s, 0, M.unit.contextLoFor(0));
        M.unit.setLeaf(s, 0, 0, M.unit.leafTo(2, Rights.READ));
        assertThat(answer(M, s, false)).isEqualTo("fault 2");
        M.queue.enqueue(s, Long.decode(lo), 0);
        M.queue.consume(s);
        assertThat(M.unit.cachedFailure.get(s, 0) == 0).isEqualTo(removed);
        assertThat(answer(M, s, false).startsWith("ok")).isEqualTo(removed);
    }

    @Test
    void cachedContextFailuresKeepReasonAndFpd() {
        long[] s = M.running();
        M.unit.contextLo.set(s, 0, M.unit.contextLoFor(0) | 0xe);
        assertThat(M.caches.contextFill(s, 0)).isTrue();
        assertThat(M.unit.cachedFailure.get(s, 0)).isEqualTo(0x13);
        assertThat(M.unit.cachedFailure.print(0x13)).isEqualTo("0x13 (REASON=0x3 FPD)");
        assertThat(M.caches.contextEvict(s, 0)).isTrue();
        M.unit.rootLo.set(s, 0, 0);
        assertThat(M.caches.contextFill(s, 0)).isTrue();
        assertThat(M.unit.cachedFailure.get(s, 0)).isEqualTo(0x1);
        M.unit.rootLo.set(s, 0, RootEntry.lo(M.unit.map().contextTable(0)));
        assertThat(answer(M, s, false)).isEqualTo("fault 1");
    }

    @Test
    void aFailedWalkInFlightEntersTheIotlbLater() {
        long[] s = M.running();
        assertThat(M.caches.walkStart(s, 0, 3, false)).isTrue();
        assertThat(M.caches.walkStart(s, 0, 3, true)).as("one walk at a time").isFalse();
        M.unit.setLeaf(s, 0, 3, M.unit.leafTo(1, Rights.READ | Rights.WRITE));
        long[] drained = s.clone();
        M.queue.enqueue(drained, Descriptors.iotlbDomain(1), 0);
        M.queue.consume(drained);
        assertThat(M.unit.isWalking(drained, 0)).isFalse();
        M.queue.enqueue(s, Descriptors.iotlbDomain(1) & ~Descriptors.Iotlb.DW.mask(), 0);
        M.queue.consume(s);
        assertThat(M.caches.walkFinish(s, 0)).isTrue();
        assertThat(M.unit.iotlbDenied.get(s, 1, 3)).as("reads were drained").isEqualTo(Rights.WRITE);
        assertThat(M.unit.walkPage.get(s, 0)).isZero();
    }

    @Test
    void withoutCachingModeThereAreNoFailures() {
        long[] s = PLAIN.running();
        assertThat(PLAIN.caches.fill(s, 0, 0, false)).isFalse();
        PLAIN.unit.contextLo.set(s, 0, 0);
        assertThat(PLAIN.caches.contextFill(s, 0)).isFalse();
        assertThat(PLAIN.schema.family("iotlbDenied")).isEmpty();
        assertThat(M.schema.family("iotlbDenied")).isPresent();
        assertThat(caching(0).firstDomainId()).isZero();
        assertThat(caching(1).firstDomainId()).as("0 tags failures").isEqualTo(1);
    }

    @Test
    void failuresDoNotNeedTheOtherCaches() {
        VtdGeometry g =
                Units.geometry(2, 1, 0, 4, caching(1)).with(new VtdGeometry.Options(false, false, false, false));
        VtdUnit unit = new VtdUnit(new SchemaBuilder(), g);
        assertThat(unit.cachedFailure.size()).isZero();
        assertThat(unit.walkDenied.size()).isZero();
        assertThat(unit.iotlbDenied.size()).isEqualTo(16);
    }
}
