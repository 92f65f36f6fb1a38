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

    /** SVT 2 at 19:18: the first bus in 15:8, the last one in 7:0. */
    @Test
    void rangesOfBuses() {
        long lo = interrupts.remapped(0, Interrupts.buses(3, 5), VECTOR, 1);
        long hi = interrupts.remapped(1, Interrupts.buses(3, 5), VECTOR, 1);
        assertThat(hi).isEqualTo(0x305 | 2L << 18);
        assertThat(kind(lo, hi, 0x2ff, Interrupts.AS_SPECIFIED)).isEqualTo(Answer.BLOCKED);
        assertThat(kind(lo, hi, 0x300, Interrupts.AS_SPECIFIED)).isEqualTo(Answer.INTERRUPT);
        assertThat(kind(lo, hi, 0x5ff, Interrupts.AS_SPECIFIED)).isEqualTo(Answer.INTERRUPT);
        assertThat(kind(lo, hi, 0x600, Interrupts.AS_SPECIFIED)).isEqualTo(Answer.BLOCKED);
        assertThat(kind(lo, hi, 0x400, Interrupts.BUSES_SWAPPED)).isEqualTo(Answer.BLOCKED);
    }

    /** SQ at 17:16. */
    @Test
    void everyFunction() {
        long lo = interrupts.remapped(0, Interrupts.functions(SOURCE), VECTOR, 1);
        long hi = interrupts.remapped(1, Interrupts.functions(SOURCE), VECTOR, 1);
        assertThat(hi).isEqualTo(SOURCE | 3L << 16 | 1L << 18);
        assertThat(kind(lo, hi, SOURCE + 7, Interrupts.AS_SPECIFIED)).isEqualTo(Answer.INTERRUPT);
        assertThat(kind(lo, hi, SOURCE + 8, Interrupts.AS_SPECIFIED)).isEqualTo(Answer.BLOCKED);
        assertThat(kind(lo, hi, SOURCE + 7, Interrupts.QUALIFIER_IGNORED)).isEqualTo(Answer.BLOCKED);
    }

    @Test
    void wideDestinations() {
        long lo = interrupts.wide(interrupts.remapped(0, SOURCE, VECTOR, 0x12345));
        assertThat(lo >>> 32).isEqualTo(0x12345);
        long hi = interrupts.remapped(1, SOURCE, VECTOR, 0x12345);
        assertThat(Answer.place(interrupts.answer(lo, hi, SOURCE, true))).isEqualTo(0x12345);
    }

    /** P at 0, FPD at 1: neither says anything of the other. */
    @Test
    void silentEntries() {
        long lo = interrupts.remapped(0, SOURCE, VECTOR, 1);
        long hi = interrupts.remapped(1, SOURCE, VECTOR, 1);
        long present = interrupts.silent(lo);
        assertThat(present).isEqualTo(lo + 2);
        assertThat(interrupts.isPresent(present)).isTrue();
        assertThat(interrupts.isSilent(present)).isTrue();
        assertThat(interrupts.answer(present, hi, SOURCE, false)).isEqualTo(interrupts.answer(lo, hi, SOURCE, false));
        assertThat(interrupts.absent(lo)).isEqualTo(lo - 1);
        assertThat(interrupts.isSilent(interrupts.absent(lo))).isFalse();
        long silent = interrupts.absent(present);
        assertThat(silent).isEqualTo(lo + 1);
        assertThat(interrupts.isSilent(silent)).isTrue();
        assertThat(interrupts.isSilent(lo)).isFalse();
        assertThat(kind(silent, hi, SOURCE, Interrupts.AS_SPECIFIED)).isEqualTo(Answer.BLOCKED);
        assertThat(kind(silent, hi, SOURCE, Interrupts.SILENT_AS_PRESENT)).isEqualTo(Answer.INTERRUPT);
        assertThat(kind(0, hi, SOURCE, Interrupts.SILENT_AS_PRESENT)).isEqualTo(Answer.BLOCKED);
    }

    /** ON at 0, SN at 1, NV at 23:16, the CPU's number of 8 bits at 47:40. */
    @Test
    void descriptors() {
        long word = interrupts.descriptor(true, false, VECTOR, 7);
        assertThat(word).isEqualTo(1L | (long) VECTOR << 16 | 7L << 40);
        assertThat(interrupts.isOutstanding(word)).isTrue();
        assertThat(interrupts.isSuppressed(word)).isFalse();
        assertThat(interrupts.notified(word)).isEqualTo(7);
        assertThat(interrupts.descriptor(false, true, VECTOR, 7)).isEqualTo(word + 1);
    }

    private int kind(long lo, long hi, int source, int reading) {
        return Answer.kind(interrupts.answer(lo, hi, source, false, reading));
    }
}
