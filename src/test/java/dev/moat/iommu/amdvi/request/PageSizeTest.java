package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PageSizeTest {
    private static final long IOVA = 0x0000_1234_5678_9abcL;

    /** Each size at each level: taken where it belongs, refused elsewhere. */
    @Test
    void sizesByAddress() {
        for (int level = 1; level <= 5; level++) {
            for (int shift = 13; shift <= 51; shift++) {
                Driven d = at(level, PageTableEntry.sizedPage(0, shift, Driven.BOTH));
                int natural = 12 + 9 * (level - 1);
                boolean belongs = shift > natural && shift < natural + 9;
                long iova = IOVA & (1L << (natural + 9)) - 1;
                assertThat(d.reaches(iova, false))
                        .as("2^" + shift + " at level " + level)
                        .isEqualTo(belongs ? iova & (1L << shift) - 1 : -1);
            }
        }
    }

    @Test
    void naturalSizes() {
        for (int level = 1; level <= 6; level++) {
            Driven d = at(level, PageTableEntry.page(0, Driven.BOTH));
            int shift = 12 + 9 * (level - 1);
            long iova = IOVA & (1L << Math.min(62, shift + 9)) - 1;
            assertThat(d.reaches(iova, true)).isEqualTo(iova & (1L << shift) - 1);
        }
    }

    /** A unit whose top table has this level and holds one entry everywhere. */
    private static Driven at(int level, long entry) {
        Driven d = new Driven().on();
        d.entry(Driven.DEVICE, DeviceTableEntry.quad0(level, Driven.ROOT, Driven.BOTH), 5);
        for (int index = 0; index < 512; index++) {
            d.store(0x400000 + 8L * index, entry);
        }
        return d;
    }

    @Property
    void aSizedPageSaysItsSizeAndItsPlace(
            @ForAll @IntRange(min = 13, max = 51) int shift,
            @ForAll long place,
            @ForAll @IntRange(max = 3) int rights) {
        long frame = place & PageTableEntry.ADDR.max() & -(1L << (shift - 12));
        long entry = PageTableEntry.sizedPage(frame, shift, rights);
        assertThat(PageTableEntry.sizeShift(entry)).isEqualTo(shift);
        assertThat(PageTableEntry.ADDR.get(entry) & -(1L << (shift - 12))).isEqualTo(frame);
        assertThat(PageTableEntry.rights(entry)).isEqualTo(rights);
        assertThat(PageTableEntry.isPage(entry)).isTrue();
    }

    /** Whatever stands in the tables, the page that is found contains the address and is aligned to its size. */
    @Property
    void whatIsFoundIsAPage(
            @ForAll long bits,
            @ForAll boolean sized,
            @ForAll @IntRange(min = 1, max = 6) int level,
            @ForAll @IntRange(max = 40) int ones,
            @ForAll long address) {
        long entry = PageTableEntry.of(
                sized ? PageTableEntry.SIZED : PageTableEntry.NATURAL,
                (PageTableEntry.ADDR.get(bits) & (-1L << ones) | (1L << ones) - 1) & PageTableEntry.ADDR.max(),
                Driven.BOTH);
        Driven d = at(level, entry);
        long iova = level == 6 ? address : address & ((1L << (12 + 9 * level)) - 1);
        long answer = d.request(iova, false);
        int shift = sized ? 13 + Long.numberOfTrailingZeros(~PageTableEntry.ADDR.get(entry)) : 12 + 9 * (level - 1);
        boolean belongs = !sized || (shift > 12 + 9 * (level - 1) && shift < 12 + 9 * level);
        assertThat(Translation.outcome(answer)).isEqualTo(belongs ? Outcome.TRANSLATED : Outcome.SIZE_ILLEGAL);
        if (belongs) {
            long offset = (1L << shift) - 1;
            assertThat(Translation.SIZE.get(answer) + 12).isEqualTo(shift);
            assertThat(Translation.address(answer, iova))
                    .isEqualTo((entry & PageTableEntry.ADDR.mask() & ~offset) | (iova & offset));
        }
    }

    /** Invalidation ranges: what is encoded is decoded, it is aligned, and it contains the page that was named. */
    @Property
    void rangesAreDecodedAsTheyAreEncoded(
            @ForAll @IntRange(max = 38) int order, @ForAll long named, @ForAll boolean directories) {
        long page = named & Commands.Pages.ADDRESS.max();
        long word = Commands.range(page, order, directories);
        assertThat(Commands.pageCount(word)).isEqualTo(1L << order);
        assertThat(Commands.firstPage(word)).isEqualTo(page & -(1L << order));
        assertThat(Commands.Pages.PDE.isSet(word)).isEqualTo(directories);
    }

    @Test
    void everyPageIsNoRange() {
        assertThat(Commands.pageCount(Commands.everyPage(true))).isZero();
        assertThat(Commands.firstPage(Commands.everyPage(true))).isZero();
        assertThat(Commands.pageCount(0x0003fffffffff001L)).as("2^51 bytes").isEqualTo(1L << 39);
        assertThat(Commands.pageCount(0x0007fffffffff001L))
                .as("first zero at 51")
                .isZero();
    }
}
