package dev.moat.iommu.gart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.bits.BitField;
import dev.moat.bits.WordFormats;
import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GartFormatTest {
    @TestFactory
    List<DynamicTest> formats() throws IllegalAccessException {
        List<Class<?>> formats = new ArrayList<>(List.of(NodeRegisters.class.getDeclaredClasses()));
        formats.add(Gpte.class);
        Map<String, List<BitField>> words = WordFormats.words(formats);
        words.put("DmaAnswer", List.of(DmaAnswer.OUTCOME, DmaAnswer.FRAME));
        assertThat(words).hasSize(6);
        return WordFormats.tests(words);
    }

    @Test
    void fortyBitsInThirtyTwo() {
        assertThat(Gpte.of(0x123456)).isEqualTo(0x23456013L);
        assertThat(Gpte.of(0xabc0001)).isEqualTo(0xc0001ab3L);
        assertThat(Gpte.of(Gpte.LAST_FRAME)).isEqualTo(0xfffffff3L);
        assertThat(Gpte.frame(0xc0001ab3L)).isEqualTo(0xabc0001);
        assertThatThrownBy(() -> Gpte.of(Gpte.LAST_FRAME + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void apertures() {
        assertThat(ApertureControl.size(0x43)).isEqualTo(64L << 20);
        assertThat(ApertureControl.size(6 << 1)).isEqualTo(2L << 30);
        assertThat(ApertureBase.of(0xd8000000L)).isEqualTo(0x6c);
        assertThat(ApertureBase.address(0x6c)).isEqualTo(0xd8000000L);
        assertThat(ApertureBase.of(0xd9ffffffL)).isEqualTo(0x6c);
    }
}
