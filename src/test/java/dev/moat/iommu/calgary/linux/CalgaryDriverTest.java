package dev.moat.iommu.calgary.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.Chip;
import dev.moat.iommu.calgary.DmaAnswer;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.linux.TceBlast.Step;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Linux's driver on a chip that acts between its steps: what it keeps, and what it does not. */
class CalgaryDriverTest {
    private static final DmaDevice DEVICE = new DmaDevice(-1L, -1L, 0, 0xffff_ffffL, 0);
    private static final long FRAME = Chip.FIRST_FRAME << 12;

    private final Chip chip = new Chip(Generation.CALGARY, Part.REQUESTS_IN_FLIGHT, Part.LATE_STORES);
    private final long[] s = chip.s;

    CalgaryDriverTest() {
        reserve(chip);
    }

    /** All but the two pages that the model has. */
    private static void reserve(Chip chip) {
        chip.table.area.take(chip.s, 0, 0x100);
        chip.table.area.take(chip.s, 0x102, 8192 - 0x102);
    }

    @Test
    void aMappingIsReachableWithTheRightsOfItsDirection() {
        assertThat(chip.mapping.map(s, DEVICE, FRAME + 0x123, 1, DmaDirection.TO_DEVICE))
                .isEqualTo(0x100123);
        assertThat(chip.mapping.map(s, DEVICE, FRAME + 0x1000, 0x1000, DmaDirection.FROM_DEVICE))
                .isEqualTo(0x101000);
        assertThat(chip.reach(0, 0, false)).isZero();
        assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.reach(0, 1, true)).isEqualTo(1);
        // There is no entry that can be written only.
        assertThat(chip.reach(0, 1, false)).isEqualTo(1);
    }

    /** What was unmapped is reachable until a search fails, and then no longer: the frame is in other hands by then. */
    @Test
    void unmappedMemoryIsReachableUntilTheSearchWraps() {
        long first = chip.mapping.map(s, DEVICE, FRAME, 0x1000, DmaDirection.BIDIRECTIONAL);
        assertThat(chip.cache.fill(s, 0, 0)).isTrue();
        assertThat(chip.mapping.unmap(s, first, 0x1000)).isEqualTo(DmaResult.DONE);
        assertThat(chip.reach(0, 0, true)).isZero();
        long second = chip.mapping.map(s, DEVICE, FRAME + 0x2000, 0x1000, DmaDirection.BIDIRECTIONAL);
        assertThat(second).isEqualTo(0x101000);
        assertThat(chip.reach(0, 0, true)).isZero();
        long third = chip.mapping.map(s, DEVICE, FRAME + 0x3000, 0x1000, DmaDirection.BIDIRECTIONAL);
        assertThat(third).isEqualTo(first);
        assertThat(chip.reach(0, 0, true)).isEqualTo(3);
        assertThat(chip.mapping.map(s, DEVICE, FRAME, 0x1000, DmaDirection.BIDIRECTIONAL))
                .isEqualTo(DmaResult.FAILED);
        chip.table.panicOnOverflow.set(s, 1);
        assertThat(chip.mapping.map(s, DEVICE, FRAME, 0x1000, DmaDirection.BIDIRECTIONAL))
                .isEqualTo(DmaResult.PANIC);
    }

    private List<Step> run(Chip on, Runnable atFirstPoll) {
        List<Step> steps = new ArrayList<>();
        on.blast.start(on.s);
        while (on.blast.at(on.s) != Step.IDLE) {
            if (on.blast.at(on.s) == Step.POLL_SPLIT_QUEUE && !steps.contains(Step.POLL_SPLIT_QUEUE)) {
                atFirstPoll.run();
            }
            steps.add(on.blast.at(on.s));
            on.blast.step(on.s);
        }
        return steps;
    }

    /** While the traffic is stopped nothing is accepted; what was is waited for; nothing old is left. */
    @Test
    void theCacheIsEmptyOnceTheTrafficIsDone() {
        chip.store(0, 0, 1, 3);
        chip.cache.fill(s, 0, 0);
        chip.cache.accept(s, 0, 0, true);
        chip.store(0, 0, 2, 0);
        List<Step> steps = run(chip, () -> {
            assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.WAITS);
            assertThat(chip.cache.accept(s, 1, 0, true)).isFalse();
            chip.cache.finish(s, 0);
        });
        assertThat(steps)
                .containsExactly(
                        Step.STOP_ARBITRATION, Step.POLL_SPLIT_QUEUE, Step.INVALIDATE, Step.RESTART_ARBITRATION);
        assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.cache.fill(s, 0, 0)).isFalse();
    }

    /** The poll gives up, TAR is written all the same, and a request that was in flight brings the old entry back. */
    @Test
    void aPollThatGivesUpLeavesAnOldEntry() {
        chip.store(0, 0, 1, 3);
        chip.cache.accept(s, 0, 0, true);
        chip.store(0, 0, 2, 0);
        List<Step> steps = run(chip, () -> {});
        assertThat(steps).hasSize(TceBlast.MOST_POLLS + 3);
        assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        chip.cache.finish(s, 0);
        assertThat(chip.reach(0, 0, true)).isEqualTo(1);
    }

    @Test
    void aSoftStopThatFailsIsTriedAgain() {
        Chip ioc2 = new Chip(Generation.CALIOC2, Part.STOP_FAULTS);
        ioc2.store(0, 0, 1, 3);
        ioc2.cache.fill(ioc2.s, 0, 0);
        ioc2.store(0, 0, 1, 0);
        assertThat(run(ioc2, () -> ioc2.cache.failStop(ioc2.s, 0)))
                .containsExactly(
                        Step.SOFT_STOP,
                        Step.POLL_SPLIT_QUEUE,
                        Step.CHECK_STOP,
                        Step.SOFT_STOP,
                        Step.POLL_SPLIT_QUEUE,
                        Step.CHECK_STOP,
                        Step.HARD_STOP,
                        Step.INVALIDATE,
                        Step.RELEASE);
        assertThat(ioc2.reach(0, 0, false)).isEqualTo(-DmaAnswer.NO_RIGHT);
    }

    /** After too many rounds the cache is as it was, and the caller is not told. */
    @Test
    void aSoftStopThatAlwaysFailsIsGivenUp() {
        Chip ioc2 = new Chip(Generation.CALIOC2, Part.STOP_FAULTS);
        ioc2.store(0, 0, 1, 3);
        ioc2.cache.fill(ioc2.s, 0, 0);
        ioc2.store(0, 0, 1, 0);
        int rounds = 0;
        ioc2.blast.start(ioc2.s);
        while (ioc2.blast.at(ioc2.s) != Step.IDLE) {
            rounds += ioc2.blast.at(ioc2.s) == Step.CHECK_STOP && ioc2.cache.failStop(ioc2.s, 0) ? 1 : 0;
            ioc2.blast.step(ioc2.s);
        }
        assertThat(rounds).isEqualTo(TceBlast.MOST_ROUNDS);
        assertThat(ioc2.reach(0, 0, true)).isEqualTo(1);
        long control = ioc2.unit.read(ioc2.s, Registers.at(0, Bridge.PAGE_MIG_CTRL), 4);
        assertThat(control).isEqualTo(Registers.PageMigration.SOFTSTOP.mask());
    }

    /** No step leaves a local behind, so that states that behave alike are equal. */
    @ParameterizedTest
    @EnumSource(Generation.class)
    void nothingIsLeftOfAnInvalidation(Generation generation) {
        Chip one = new Chip(generation);
        long[] before = one.s.clone();
        one.blast.run(one.s);
        assertThat(one.schema.diff(before, one.s)).isEmpty();
        one.blast.step(one.s);
        assertThat(one.schema.diff(before, one.s)).isEmpty();
        one.blast.start(one.s);
        assertThatThrownBy(() -> one.blast.start(one.s)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void callsThatLinuxStopsAt() {
        assertThat(chip.mapping.map(s, DEVICE, FRAME, 0, DmaDirection.BIDIRECTIONAL))
                .isEqualTo(DmaResult.BUG);
        DmaDevice odd = new DmaDevice(-1L, -1L, 0, 0x2fff, 0);
        assertThat(chip.mapping.map(s, odd, FRAME, 1, DmaDirection.BIDIRECTIONAL))
                .isEqualTo(DmaResult.BUG);
        DmaDevice small = new DmaDevice(-1L, -1L, 0, 0xfff, 0);
        assertThat(chip.mapping.map(s, small, FRAME, 0x1001, DmaDirection.BIDIRECTIONAL))
                .isEqualTo(DmaResult.ENDLESS);
        assertThat(chip.mapping.unmap(s, 0x1ffffff, 2)).isEqualTo(DmaResult.BUG);
        assertThat(chip.mapping.unmap(s, 0x1ffff, 2)).isEqualTo(DmaResult.DONE);
        assertThat(chip.warnings).hasSize(1);
    }

    /** The first element is reset, a later one keeps an address that is no longer its own. */
    @Test
    void aListThatDoesNotFit() {
        ScatterList list = new ScatterList(
                new long[] {FRAME, FRAME + 0x1000, FRAME + 0x2000}, new long[] {0x1000, 0x1000, 0x1000}, 7);
        assertThat(chip.mapping.mapList(s, DEVICE, list, DmaDirection.TO_DEVICE))
                .isZero();
        assertThat(List.of(list.dmaAddress(0), list.dmaAddress(1), list.dmaAddress(2)))
                .containsExactly(0L, 0x101000L, 7L);
        assertThat(List.of(list.dmaLength(0), list.dmaLength(1), list.dmaLength(2)))
                .containsExactly(0L, 0x1000L, 0L);
        assertThat(chip.reach(0, 0, false)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.table.area.isTaken(s, 0x100)).isFalse();
        assertThat(chip.table.area.isTaken(s, 0x101)).isFalse();
    }

    /** What a list holds from its last use is not unmapped with it: somebody else may have those entries by now. */
    @Test
    void aListThatIsUsedAgainAndDoesNotFit() {
        ScatterList list =
                new ScatterList(new long[] {FRAME, FRAME, FRAME}, new long[] {0x1000, 0x1000, 0x1000}, 0x15_0000);
        list.setDmaLength(2, 0x1000);
        assertThat(chip.mapping.mapList(s, DEVICE, list, DmaDirection.TO_DEVICE))
                .isZero();
        assertThat(list.dmaLength(2)).isZero();
        assertThat(chip.table.area.isTaken(s, 0x150)).isTrue();
    }

    @Test
    void sizesThatTheKernelChooses() {
        assertThat(CalgarySetup.size(null, 0)).isEqualTo(7);
        assertThat(CalgarySetup.size(3, 1 << 20)).isEqualTo(3);
        assertThat(CalgarySetup.size(null, 1)).isEqualTo(7);
        assertThat(List.of(
                        CalgarySetup.size(null, 0x2001),
                        CalgarySetup.size(null, 0x2002),
                        CalgarySetup.size(null, 0x10000)))
                .containsExactly(0, 1, 3);
        assertThat(CalgarySetup.size(null, 1L << 32)).isEqualTo(7);
    }

    @Test
    void optionsOfTheKernel() {
        CalgaryOptions options =
                CalgaryOptions.of("64k,disable=0x10,disable=010,disable3,1M,8Mfoo,translate_empty_slots");
        assertThat(options.size()).isEqualTo(7);
        assertThat(options.emptySlots()).isTrue();
        assertThat(options.disabled()).containsExactly(3, 8, 16);
        // A bus that is no number ends the reading, one that does not exist does not.
        assertThat(CalgaryOptions.of("disable=x,1M").size()).isNull();
        assertThat(CalgaryOptions.of("disable=99999999999999999999,1M").size()).isEqualTo(4);
        assertThat(CalgaryOptions.of("disable=0xg,1M").disabled()).containsExactly(0);
        assertThat(CalgaryOptions.of("").disabled()).isEmpty();
    }
}
