package dev.moat.iommu.calgary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.bits.BitField;
import dev.moat.bits.WordFormats;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.Registers.Csr;
import dev.moat.iommu.calgary.Registers.SplitTimeout;
import dev.moat.iommu.calgary.Registers.Tar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CalgaryFormatTest {
    @TestFactory
    List<DynamicTest> formats() throws IllegalAccessException {
        List<Class<?>> formats = new ArrayList<>(List.of(Registers.class.getDeclaredClasses()));
        formats.remove(Bridge.class);
        formats.add(Tce.class);
        Map<String, List<BitField>> words = WordFormats.words(formats);
        words.put("DmaAnswer", List.of(DmaAnswer.OUTCOME, DmaAnswer.RIGHTS, DmaAnswer.FRAME));
        assertThat(words).hasSize(8);
        return WordFormats.tests(words);
    }

    /** A page of memory, and the eight bytes that a chip finds. */
    @Test
    void anEntryIsBigEndianInMemory() {
        long tce = Tce.of(0x12345, Tce.MAY_READ | Tce.MAY_WRITE);
        assertThat(tce).isEqualTo(0x12345003L);
        assertThat(Tce.inMemory(tce)).isEqualTo(0x0350341200000000L);
        assertThat(Tce.inMemory(Tce.inMemory(tce))).isEqualTo(tce);
        assertThat(Tce.of(5, 0)).isZero();
        assertThat(Tce.isValid(Tce.of(5, Tce.MAY_WRITE))).isTrue();
        assertThat(Tce.isValid(0x5000)).isFalse();
        assertThatThrownBy(() -> Tce.of(1L << 36, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The masks and offsets as Linux has them. */
    @Test
    void numbersAreLinuxs() {
        assertThat(Tar.SOFTWARE).isEqualTo(0x0000ffffffff800fL);
        assertThat(ConfigRw.TRANSLATE).isEqualTo(0x21100000L);
        assertThat(ConfigRw.SLOT_DISABLE.mask()).isEqualTo(0x1c000000L);
        assertThat(ConfigRw.MEM2_ENABLE.mask()).isEqualTo(0x00400000L);
        assertThat(Csr.ERRORS).isEqualTo(0xffe0ffffL);
        assertThat(List.of(Registers.tar(0), Registers.tar(3))).containsExactly(0x580, 0x598);
        assertThat(List.of(Registers.splitQueue(0), Registers.splitQueue(3))).containsExactly(0x4870, 0x7870);
        assertThat(Registers.at(2, Bridge.PAGE_MIG_CTRL)).isEqualTo(0xada8);
        assertThat(List.of(0, 1, 2, 3).stream().map(b -> SplitTimeout.of(b).lo()))
                .containsExactly(63 - 19, 63 - 23, 63 - 27, 63 - 35);
    }

    @Test
    void theEightSizesOfTables() {
        for (int size = 0; size < 8; size++) {
            assertThat(Tar.entriesOf(size)).isEqualTo(8192 << size);
            assertThat(CalgaryGeometry.tableBytes(size)).isEqualTo(0x10000L << size);
            assertThat(Tar.entries(0xffff000008007ff0L | size)).isEqualTo(8192 << size);
        }
        assertThat(Tar.table(0xffff000008007ff7L)).isEqualTo(0x8000000L);
    }
}
