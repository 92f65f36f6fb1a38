package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.iommu.vtd.format.Registers.FrcdLo;
import dev.moat.iommu.vtd.format.Registers.Fsts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two fault records; requesters 0x0008, 0x0108, 0x000b; no page is mapped. */
class FaultRecordsTest {
    private static final Units M = unit(2, 0);
    private static final FaultRecords FAULTS = new FaultRecords(M.unit, M.caches, M.walk);

    private static Units unit(int records, int cm) {
        Capabilities usual = Capabilities.usual();
        long cap = Cap.CM.set(Cap.NFR.set(usual.cap(), records - 1), cm);
        VtdGeometry g = Units.geometry(2, 1, 0, 4, new Capabilities(cap, usual.ecap(), 39, true));
        return new Units(Units.with(g, VtdGeometry.Part.FAULT_RECORDS));
    }

    @Test
    void aRecordSaysWhoWhereAndWhy() {
        long[] s = M.running();
        assertThat(FAULTS.fsts(s)).isZero();
        assertThat(FAULTS.fault(s, 1, 3, false)).isTrue();
        assertThat(M.unit.frcdLo.get(s, 0)).isEqualTo(0x3000);
        assertThat(M.unit.frcdHi.get(s, 0)).isEqualTo(0xc000000600000108L);
        assertThat(FAULTS.fault(s, 0, 2, true)).isTrue();
        assertThat(M.unit.frcdHi.get(s, 1)).isEqualTo(0x8000000500000008L);
        assertThat(FAULTS.fsts(s)).as("PPF, first record 0").isEqualTo(0x2);
    }

    @Test
    void aRequestThatIsNotBlockedIsNoFault() {
        long[] s = M.running();
        M.unit.setLeaf(s, 0, 0, M.unit.leafTo(1, Rights.READ));
        assertThat(FAULTS.fault(s, 0, 0, false)).isFalse();
        assertThat(FAULTS.fault(s, 0, 0, true)).isTrue();
    }

    @Test
    void recordsAreUsedInTurnAndOverflow() {
        long[] s = M.running();
        assertThat(FAULTS.fault(s, 0, 0, true)).isTrue();
        assertThat(FAULTS.fault(s, 0, 1, true)).as("the device has a record").isFalse();
        assertThat(FAULTS.clear(s, 0)).isTrue();
        assertThat(FAULTS.clear(s, 0)).isFalse();
        assertThat(FAULTS.fsts(s)).isZero();
        assertThat(FAULTS.fault(s, 0, 1, true)).isTrue();
        assertThat(FAULTS.fsts(s)).as("PPF, first record 1").isEqualTo(0x102);
        assertThat(FAULTS.fault(s, 1, 1, true)).isTrue();
        assertThat(FAULTS.fsts(s)).isEqualTo(0x102);
        assertThat(FAULTS.fault(s, 2, 1, true)).isTrue();
        assertThat(FAULTS.fsts(s)).as("and PFO").isEqualTo(0x103);
        FAULTS.clear(s, 0);
        FAULTS.clear(s, 1);
        assertThat(FAULTS.fault(s, 2, 1, true))
                .as("lost until overflow is cleared")
                .isFalse();
        assertThat(FAULTS.clearOverflow(s)).isTrue();
        assertThat(FAULTS.clearOverflow(s)).isFalse();
        assertThat(FAULTS.fault(s, 2, 1, true)).isTrue();
    }

    @Test
    void anErrorOfTheQueueShowsInFsts() {
        long[] s = M.running();
        M.queue.enqueue(s, 0, 0);
        M.queue.consume(s);
        assertThat(FAULTS.fsts(s)).isEqualTo(Fsts.IQE.mask());
        assertThat(M.queue.clearError(s)).isTrue();
        assertThat(FAULTS.fsts(s)).isZero();
    }

    // Change to the context entry of requester 0, with FPD set.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x0", // nothing mapped
                "0x1", // not present
                "0xc", // invalid
                "0x10" // reserved bits
            })
    void faultProcessingDisable(String flip) {
        long[] s = M.running();
        long lo = M.unit.contextLo.get(s, 0) ^ Long.decode(flip) ^ ContextEntry.FPD.mask();
        M.unit.contextLo.set(s, 0, lo);
        assertThat(FAULTS.fault(s, 0, 0, true)).isFalse();
        assertThat(FrcdHi.FR.get(M.unit.frcdHi.get(s, 0))).isZero();
        M.unit.contextLo.set(s, 0, lo ^ ContextEntry.FPD.mask());
        FAULTS.clear(s, 0);
        assertThat(FAULTS.fault(s, 0, 0, true)).as("FPD clear").isTrue();
    }

    @Test
    void theCachedEntryDecidesAboutRecording() {
        long[] s = M.running();
        assertThat(M.caches.contextFill(s, 0)).isTrue();
        M.unit.contextLo.set(s, 0, M.unit.contextLo.get(s, 0) | ContextEntry.FPD.mask());
        assertThat(FAULTS.fault(s, 0, 0, true)).isTrue();
        Units caching = unit(2, 1);
        FaultRecords faults = new FaultRecords(caching.unit, caching.caches, caching.walk);
        long[] t = caching.running();
        caching.unit.contextLo.set(t, 0, ContextEntry.FPD.mask());
        assertThat(caching.caches.contextFill(t, 0)).isTrue();
        caching.unit.contextLo.set(t, 0, 0);
        assertThat(faults.fault(t, 0, 0, true)).isFalse();
        assertThat(caching.caches.contextEvict(t, 0)).isTrue();
        assertThat(faults.fault(t, 0, 0, true)).isTrue();
        assertThat(FrcdHi.FR.get(caching.unit.frcdHi.get(t, 0))).isEqualTo(2);
    }

    /** Random faults and clears against lists. */
    @Property(tries = 300)
    void recordingAgreesWithLists(@ForAll long seed) {
        Random random = new Random(seed);
        int count = 1 + random.nextInt(3);
        Units m = unit(count, 0);
        FaultRecords faults = new FaultRecords(m.unit, m.caches, m.walk);
        long[] s = m.running();
        List<@Nullable String> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(null);
        }
        int next = 0;
        int first = 0;
        boolean overflow = false;
        for (int n = 0; n < 40; n++) {
            int a = random.nextInt(3);
            boolean write = random.nextBoolean();
            int page = random.nextInt(4);
            int kind = random.nextInt(8);
            if (kind < 5) {
                String sid = Integer.toHexString(m.g.sourceIds().get(a));
                boolean known = records.stream().anyMatch(r -> r != null && r.startsWith(sid + " "));
                boolean traced = !overflow && !known;
                if (traced && records.get(next) != null) {
                    overflow = true;
                } else if (traced) {
                    first = records.stream().allMatch(r -> r == null) ? next : first;
                    records.set(next, sid + " " + page + (write ? " w 5" : " r 6"));
                    next = next + 1 == count ? 0 : next + 1;
                }
                assertThat(faults.fault(s, a, page, write)).isEqualTo(traced);
            } else if (kind < 7) {
                int record = a % count;
                assertThat(faults.clear(s, record)).isEqualTo(records.set(record, null) != null);
            } else {
                assertThat(faults.clearOverflow(s)).isEqualTo(overflow);
                overflow = false;
            }
            boolean pending = false;
            for (int i = 0; i < count; i++) {
                long hi = m.unit.frcdHi.get(s, i);
                String found = hi >= 0
                        ? null
                        : Long.toHexString(FrcdHi.SID.get(hi)) + " " + FrcdLo.FI.get(m.unit.frcdLo.get(s, i))
                                + (FrcdHi.T.isSet(hi) ? " r " : " w ") + FrcdHi.FR.get(hi);
                assertThat(found).isEqualTo(records.get(i));
                pending |= found != null;
            }
            first = pending ? first : 0;
            VtdUnitTest.assertStored(m, s);
            assertThat(faults.fsts(s)).isEqualTo((overflow ? 1 : 0) + (pending ? 2 : 0) + first * 256L);
        }
    }

    @Test
    void withoutTheOptionThereAreNoRecords() {
        Units plain = new Units(Units.tiny());
        assertThat(plain.schema.family("frcdHi")).isEmpty();
        assertThatThrownBy(() -> new FaultRecords(plain.unit, plain.caches, plain.walk))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(unit(1, 0).unit.faultNext.width()).isZero();
    }
}
