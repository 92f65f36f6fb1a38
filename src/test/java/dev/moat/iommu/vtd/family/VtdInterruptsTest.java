package dev.moat.iommu.vtd.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Interrupts;
import dev.moat.iommu.Interrupts.Answer;
import org.junit.jupiter.api.Test;

/** Entries as the contract writes and reads them, against bit positions written down a second time. */
class VtdInterruptsTest {
    private static final int SOURCE = 0x108;
    private static final int VECTOR = 0x41;
    private static final long DESCRIPTOR = 0x5_0000_1240L;

    private final Interrupts interrupts = new VtdInterrupts();

    @Test
    void remappedEntry() {
        long lo = interrupts.remapped(0, SOURCE, VECTOR, 7);
        long hi = interrupts.remapped(1, SOURCE, VECTOR, 7);
        assertThat(lo).isEqualTo(1L | (long) VECTOR << 16 | 7L << 40);
        assertThat(hi).isEqualTo(SOURCE | 1L << 18);
        long answer = interrupts.answer(lo, hi, SOURCE, false);
        assertThat(Answer.kind(answer)).isEqualTo(Answer.INTERRUPT);
        assertThat(Answer.vector(answer)).isEqualTo(VECTOR);
        assertThat(Answer.place(answer)).isEqualTo(7);
        assertThat(Answer.place(interrupts.answer(lo, hi, SOURCE, true))).isEqualTo(0x700);
    }

    @Test
    void postedEntry() {
        long lo = interrupts.posted(0, SOURCE, VECTOR, DESCRIPTOR);
        long hi = interrupts.posted(1, SOURCE, VECTOR, DESCRIPTOR);
        assertThat(lo).isEqualTo(1L | 1L << 15 | (long) VECTOR << 16 | (DESCRIPTOR & 0xffffffffL) >>> 6 << 38);
        assertThat(hi).isEqualTo(SOURCE | 1L << 18 | DESCRIPTOR >>> 32 << 32);
        long answer = interrupts.answer(lo, hi, SOURCE, false);
        assertThat(Answer.kind(answer)).isEqualTo(Answer.POSTED);
        assertThat(Answer.vector(answer)).isEqualTo(VECTOR);
        assertThat(Answer.place(answer)).isEqualTo(DESCRIPTOR / 64);
    }

    @Test
    void sources() {
        long lo = interrupts.remapped(0, SOURCE, VECTOR, 1);
        long hi = interrupts.remapped(1, SOURCE, VECTOR, 1);
        assertThat(Answer.kind(interrupts.answer(lo, hi, SOURCE + 8, false))).isEqualTo(Answer.BLOCKED);
        assertThat(Answer.kind(interrupts.answer(lo, hi, Interrupts.UNVERIFIED, false)))
                .isEqualTo(Answer.INTERRUPT);
        long any = interrupts.remapped(1, Interrupts.UNVERIFIED, VECTOR, 1);
        assertThat(Answer.kind(interrupts.answer(lo, any, SOURCE + 8, false))).isEqualTo(Answer.INTERRUPT);
        assertThat(interrupts.isPresent(lo)).isTrue();
        assertThat(interrupts.isPresent(lo & ~1L)).isFalse();
        assertThat(Answer.kind(interrupts.answer(0, 0, SOURCE, false))).isEqualTo(Answer.BLOCKED);
    }
}
