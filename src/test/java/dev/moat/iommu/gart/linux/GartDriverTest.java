package dev.moat.iommu.gart.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.gart.DmaAnswer;
import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.Nodes;
import dev.moat.iommu.gart.linux.GartAperture.Found;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Linux's driver on northbridges that act between its steps: what it keeps, and what it does not. */
class GartDriverTest {
    private static final DmaDevice DEVICE = new DmaDevice(0xffff_ffffL, 0xffff_ffffL, 0, -1L, 0x10000);
    private static final GartPolicy FULL = new GartPolicy(true, false, false);
    private static final GartPolicy LAZY = new GartPolicy(false, false, false);

    private final Nodes nodes = new Nodes(FULL);
    private final Nodes lazy = new Nodes(LAZY);

    private static long map(Nodes on, int frame) {
        return on.mapping.map(on.s, DEVICE, Nodes.FRAMES + 0x1000L * frame, 0x1000);
    }

    /** After an unmapping the old memory is reachable while a TLB has it, then the scratch page is: never an error. */
    @Test
    void anUnmappedPageLeadsToTheScratchPage() {
        assertThat(map(nodes, 1)).isEqualTo(Nodes.APERTURE);
        nodes.tlb.fill(nodes.s, 1, 0);
        nodes.mapping.unmap(nodes.s, Nodes.APERTURE, 0x1000);
        assertThat(List.of(nodes.reach(0, 0), nodes.reach(1, 0))).containsExactly(4L, 1L);
        assertThat(nodes.reach(0, 1)).isEqualTo(-DmaAnswer.INVALID_ENTRY);
        map(nodes, 2);
        assertThat(nodes.reach(1, 0)).isEqualTo(4);
    }

    /** With full flushing every mapping empties the TLBs, otherwise only one that starts at the first page again. */
    @Test
    void whenTheTlbsAreEmptied() {
        for (Nodes on : List.of(nodes, lazy)) {
            map(on, 0);
            on.tlb.fill(on.s, 0, 0);
            on.mapping.unmap(on.s, Nodes.APERTURE, 0x1000);
            assertThat(map(on, 1)).isEqualTo(Nodes.APERTURE + 0x1000);
        }
        assertThat(List.of(nodes.reach(0, 0), lazy.reach(0, 0))).containsExactly(4L, 0L);
        assertThat(map(lazy, 2)).isEqualTo(Nodes.APERTURE + 0x2000);
        assertThat(lazy.reach(0, 0)).isZero();
        assertThat(map(lazy, 3)).isEqualTo(Nodes.APERTURE);
        assertThat(lazy.reach(0, 0)).isEqualTo(3);
    }

    /** A northbridge that was left out keeps the old entry of a page that is given out again. */
    @Test
    void oneNorthbridgeIsNotEnough() {
        map(nodes, 0);
        nodes.tlb.fill(nodes.s, 1, 0);
        nodes.mapping.unmap(nodes.s, Nodes.APERTURE, 0x1000);
        nodes.flush.start(nodes.s);
        assertThat(nodes.flush.next.get(nodes.s)).isEqualTo(GartFlush.ASK);
        nodes.flush.step(nodes.s);
        assertThat(nodes.tlb.invalidate(nodes.s, 0)).isTrue();
        assertThat(nodes.tlb.invalidate(nodes.s, 1)).isFalse();
        assertThat(nodes.reach(1, 0)).isZero();
        nodes.flush.step(nodes.s);
        assertThat(nodes.flush.next.get(nodes.s)).isEqualTo(GartFlush.POLL);
        assertThat(nodes.reach(1, 0)).isZero();
        nodes.flush.step(nodes.s);
        nodes.flush.step(nodes.s);
        assertThat(nodes.flush.next.get(nodes.s)).isEqualTo(GartFlush.IDLE);
        assertThat(nodes.reach(1, 0)).isEqualTo(4);
        nodes.flush.start(nodes.s);
        assertThatThrownBy(() -> nodes.flush.start(nodes.s)).isInstanceOf(IllegalStateException.class);
    }

    /** The window has no rights and no owners: whoever names the address reaches the memory, to read and to write. */
    @Test
    void nobodyIsIsolated() {
        map(nodes, 2);
        assertThat(List.of(nodes.reach(0, 0), nodes.reach(1, 0))).containsExactly(2L, 2L);
        long secret = 0x1234;
        assertThat(DmaAnswer.FRAME.get(nodes.walk.answer(nodes.s, 0, secret))).isEqualTo(secret);
    }

    @Test
    void memoryThatTheDeviceReachesIsGivenItsOwnAddress() {
        assertThat(nodes.mapping.map(nodes.s, DEVICE, 0xffff_f000L, 0x1000)).isEqualTo(0xffff_f000L);
        assertThat(nodes.mapping.map(nodes.s, DEVICE, 0xffff_f000L, 0x1001)).isEqualTo(Nodes.APERTURE);
        DmaDevice limited = new DmaDevice(-1L, -1L, 0xffff_ffffL, -1L, 0x10000);
        assertThat(limited.reaches(0x1_0000_0000L, 1)).isFalse();
        assertThat(limited.reaches(0, 0)).isFalse();
        assertThat(limited.reaches(1, 0)).isTrue();
    }

    @Test
    void memoryThatAnEntryCannotName() {
        assertThat(nodes.mapping.map(nodes.s, DEVICE, 0xff_ffff_f000L, 0x1001)).isEqualTo(DmaResult.FAILED);
        assertThat(nodes.mapping.map(nodes.s, DEVICE, 1L << 40, 1)).isEqualTo(DmaResult.FAILED);
        assertThat(GartSpace.encode(1L << 40)).isEqualTo(0x1003);
    }

    @Test
    void fullTables() {
        map(nodes, 0);
        map(nodes, 1);
        assertThat(map(nodes, 2)).isEqualTo(Nodes.APERTURE + 0x2000);
        assertThat(map(nodes, 3)).isEqualTo(DmaResult.FAILED);
        assertThat(nodes.warnings).hasSize(1);
        nodes.space.panicOnOverflow.set(nodes.s, 1);
        assertThat(map(nodes, 3)).isEqualTo(DmaResult.PANIC);
        Nodes forced = new Nodes(new GartPolicy(true, true, false));
        for (int i = 0; i < 3; i++) {
            assertThat(forced.mapping.map(forced.s, DEVICE, 0x4000_0000L, 1)).isEqualTo(Nodes.APERTURE + 0x1000L * i);
        }
        assertThat(forced.mapping.map(forced.s, DEVICE, 0x4000_0000L, 1)).isEqualTo(0x4000_0000L);
    }

    /** Older kernels: pages that are never given out; the first one's address is the error. */
    @Test
    void emergencyPages() {
        Nodes old = new Nodes(new GartPolicy(true, false, false, 1));
        assertThat(old.reach(0, 0)).isEqualTo(-DmaAnswer.INVALID_ENTRY);
        assertThat(old.reach(0, 1)).isEqualTo(4);
        assertThat(map(old, 0)).isEqualTo(Nodes.APERTURE + 0x1000);
        old.mapping.unmap(old.s, Nodes.APERTURE, 0x1000);
        assertThat(old.reach(0, 0)).isEqualTo(-DmaAnswer.INVALID_ENTRY);
        old.mapping.unmap(old.s, -1L, 1);
        assertThat(old.warnings).isEmpty();
        nodes.mapping.unmap(nodes.s, -1L, 1);
        assertThat(nodes.warnings).hasSize(1);
    }

    /** Two whole pages are one address, a third piece that begins inside a page is another one. */
    @Test
    void piecesThatFitAreMerged() {
        Nodes merging = new Nodes(new GartPolicy(true, false, true));
        ScatterList list = new ScatterList(
                new long[] {Nodes.FRAMES + 0x800, Nodes.FRAMES + 0x2000, Nodes.FRAMES + 0x3800},
                new long[] {0x800, 0x1000, 0x10},
                0);
        // As the last use left it.
        list.setDmaLength(2, 0x1000);
        assertThat(merging.lists.map(merging.s, DEVICE, list)).isEqualTo(2);
        assertThat(list.dmaAddress(0)).isEqualTo(Nodes.APERTURE + 0x800);
        assertThat(list.dmaLength(0)).isEqualTo(0x1800);
        assertThat(list.dmaAddress(1)).isEqualTo(Nodes.APERTURE + 0x2800);
        assertThat(list.dmaLength(2)).isZero();
        assertThat(List.of(merging.reach(0, 0), merging.reach(0, 1), merging.reach(0, 2)))
                .containsExactly(0L, 2L, 3L);
        merging.lists.unmap(merging.s, list, 3);
        assertThat(merging.reach(0, 2)).isEqualTo(4);
    }

    /** A list that does not fit, not even piece by piece, says so in its first element, so that nothing of it is unmapped again. */
    @Test
    void aListThatDoesNotFit() {
        Nodes merging = new Nodes(new GartPolicy(true, false, true));
        long[] frames = new long[4];
        Arrays.setAll(frames, i -> Nodes.FRAMES + 0x1000L * i);
        ScatterList list = new ScatterList(frames, new long[] {0x1000, 0x1000, 0x1000, 0x1000}, 0);
        assertThat(merging.lists.map(merging.s, DEVICE, list)).isEqualTo(DmaResult.FAILED);
        assertThat(map(merging, 1)).isEqualTo(Nodes.APERTURE);
        merging.lists.unmap(merging.s, list, 4);
        assertThat(merging.reach(0, 0)).isEqualTo(1);
    }

    /** What the firmware has turned off for the CPUs and for devices is turned on, and an old error is cleared with each flush. */
    @Test
    void registersAsTheFirmwareLeftThem() {
        for (int n = 0; n < 2; n++) {
            nodes.unit.write(nodes.s, n, NodeRegisters.APERTURE_CONTROL, 0x30);
            nodes.unit.cacheControl.set(nodes.s, n, NodeRegisters.CacheControl.GARTPTEERR.mask());
        }
        nodes.setup.start(nodes.s);
        for (int n = 0; n < 2; n++) {
            assertThat(nodes.unit.read(nodes.s, n, NodeRegisters.APERTURE_CONTROL))
                    .isEqualTo(0x41);
            assertThat(nodes.unit.read(nodes.s, n, NodeRegisters.CACHE_CONTROL)).isZero();
        }
    }

    @Test
    void afterSuspendTheRegistersAreWrittenAgain() {
        map(nodes, 1);
        for (int n = 0; n < 2; n++) {
            nodes.unit.write(nodes.s, n, 0x90, 0);
            nodes.unit.write(nodes.s, n, 0x94, 0);
            nodes.unit.write(nodes.s, n, 0x98, 0);
        }
        assertThat(nodes.reach(0, 0)).isEqualTo((Nodes.APERTURE - Nodes.FRAMES) >> 12);
        nodes.setup.resume(nodes.s, 0, Nodes.APERTURE);
        assertThat(List.of(nodes.reach(0, 0), nodes.reach(1, 0))).containsExactly(1L, 1L);
        nodes.setup.shutdown(nodes.s);
        assertThat(nodes.reach(1, 0)).isEqualTo((Nodes.APERTURE - Nodes.FRAMES) >> 12);
    }

    @Test
    void wherTheDriversPartIs() {
        Found order1 = new Found(1 << 1, 0x6c);
        GartAperture whole = GartAperture.of(List.of(order1, order1), GartOptions.DEFAULT, false, 0x1000);
        assertThat(whole).isEqualTo(new GartAperture(0xd8000000L, 64L << 20, 64L << 20, 0x1000, 0));
        GartAperture half = GartAperture.of(List.of(order1), GartOptions.DEFAULT, true, 0x1000);
        assertThat(half.busBase()).isEqualTo(0xda000000L);
        assertThat(half.pages()).isEqualTo(8192);
        assertThat(half.entryAddress(0)).isEqualTo(0x1000 + 4 * 8192);
        assertThat(half.tableBytes()).isEqualTo(0x10000);
        assertThat(GartAperture.of(List.of(order1, new Found(0, 0x6c)), GartOptions.DEFAULT, false, 0))
                .isNull();
        assertThat(GartAperture.of(List.of(order1, new Found(1 << 1, 0x6a)), GartOptions.DEFAULT, false, 0))
                .isNull();
        assertThat(GartAperture.of(List.of(new Found(1 << 1, 0x7f)), GartOptions.DEFAULT, false, 0))
                .isNull();
        assertThat(GartAperture.of(List.of(new Found(7 << 1, 0x20)), GartOptions.DEFAULT, false, 0))
                .isNull();
        assertThat(GartAperture.of(List.of(new Found(1 << 1, 0)), GartOptions.DEFAULT, false, 0))
                .isNull();
    }

    @Test
    void optionsOfTheKernel() {
        assertThat(GartOptions.of("")).isEqualTo(GartOptions.DEFAULT);
        assertThat(GartOptions.of("nofullflush,0x1000,noagp,other")).isEqualTo(new GartOptions(0x1000, false, true));
        assertThat(GartOptions.of("nofullflush,fullflush,010")).isEqualTo(new GartOptions(8, true, false));
        assertThat(GartOptions.of("16nofullflush")).isEqualTo(new GartOptions(16, false, false));
        assertThat(GartOptions.of("16+nofullflush")).isEqualTo(new GartOptions(16, true, false));
        assertThat(GartOptions.of("2147483648").size()).isEqualTo(Integer.MIN_VALUE);
    }

    /** G9 of the sheet: 64 MiB at 0xd8000000, and memory that ends before it, begins behind it, or lies below it. */
    @Test
    void anApertureOverMemoryIsNone() {
        List<Found> nodes = List.of(new Found(1 << 1, 0x6c));
        GartAperture plain = GartAperture.of(nodes, GartOptions.DEFAULT, false, 0x1000);
        List<GartAperture.Memory> beside =
                List.of(new GartAperture.Memory(0, 0xd7ff_ffffL), new GartAperture.Memory(0xdc00_0000L, 0xdfff_ffffL));
        assertThat(GartAperture.clearOf(beside, nodes, GartOptions.DEFAULT, false, 0x1000))
                .isEqualTo(plain);
        for (long[] over : new long[][] {
            {0, 0xd800_0000L}, {0xdbff_ffffL, 0xdfff_ffffL}, {0xd900_0000L, 0xd900_0fffL}, {0, 0xffff_ffffL}
        }) {
            List<GartAperture.Memory> memory = List.of(beside.get(0), new GartAperture.Memory(over[0], over[1]));
            assertThat(GartAperture.clearOf(memory, nodes, GartOptions.DEFAULT, false, 0x1000))
                    .as("%x to %x", over[0], over[1])
                    .isNull();
        }
    }
}
