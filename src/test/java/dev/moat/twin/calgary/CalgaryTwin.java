package dev.moat.twin.calgary;

import dev.moat.twin.Chance;
import dev.moat.twin.KernelDeath;
import dev.moat.twin.Segment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Chip and driver of the twin together; as a bus under test, it gives by chance one of the answers that it allows. */
final class CalgaryTwin implements CalgaryUnderTest {
    private final Chance chance = new Chance(7);
    private final Chip made;
    private final SlowCalgaryMemory memory;
    private final SlowCalgaryChip chip;
    private final SlowCalgaryLinux linux;
    private final long[] entries;

    /** Where its parts come from. */
    interface Parts {
        default SlowCalgaryChip chip(SlowCalgaryMemory memory) {
            return new SlowCalgaryChip(memory);
        }

        default SlowCalgaryLinux linux(SlowCalgaryChip chip, SlowCalgaryMemory memory, Chip made) {
            return new SlowCalgaryLinux(chip, memory, made);
        }
    }

    CalgaryTwin(Chip made) {
        this(made, new Parts() {});
    }

    CalgaryTwin(Chip made, Parts parts) {
        this.made = made;
        memory = new SlowCalgaryMemory();
        chip = parts.chip(memory);
        linux = parts.linux(chip, memory, made);
        entries = new long[linux.entries()];
    }

    SlowCalgaryChip chip() {
        return chip;
    }

    @Override
    public void preset(long offset, long value, int width) {
        chip.preset(offset, value);
    }

    @Override
    public void presetEntry(int index, long value) {
        memory.storeBigEndian(made.table() + 8L * index, value);
        memory.flush(made.table() + 8L * index);
    }

    @Override
    public void polls(int busyReads, int softStopFaults) {
        chip.polls(busyReads, softStopFaults);
    }

    @Override
    public void device(long boundaryMask, boolean panicOnOverflow) {
        linux.device(boundaryMask, panicOnOverflow);
    }

    @Override
    public String init() {
        return KernelDeath.ended(linux::init);
    }

    @Override
    public String map(long physical, long size, int direction) {
        return KernelDeath.ended(() -> linux.map(physical, size, direction));
    }

    @Override
    public String unmap(long dma, long size) {
        return KernelDeath.ended(() -> linux.unmap(dma, size));
    }

    @Override
    public String mapSegments(List<Segment> segments, int direction) {
        return KernelDeath.ended(() -> linux.mapSegments(segments, direction));
    }

    @Override
    public String unmapSegments() {
        return KernelDeath.ended(linux::unmapSegments);
    }

    @Override
    public String blast() {
        return KernelDeath.ended(linux::blast);
    }

    @Override
    public String watchdog() {
        return KernelDeath.ended(linux::watchdog);
    }

    @Override
    public String bridgeWindows(List<Segment> windows) {
        return KernelDeath.ended(() -> linux.bridgeWindows(windows));
    }

    @Override
    public String disable() {
        return KernelDeath.ended(linux::disable);
    }

    @Override
    public String freeBus() {
        return KernelDeath.ended(linux::freeBus);
    }

    @Override
    public String access(long ioAddress, boolean write) {
        CalgaryAnswer answer = chance.of(List.copyOf(chip.answers(made.phb(), ioAddress, write)));
        boolean error = answer.error() == CalgaryAnswer.Error.YES
                || answer.error() == CalgaryAnswer.Error.OPEN && chance.oneIn(2);
        if (error) {
            long csr = SlowCalgaryChip.inWindow(made.phb(), 0x110);
            chip.preset(csr, chip.peek(csr) | 1L << 31);
        }
        return answer.outcome();
    }

    @Override
    public List<String> takeAccesses() {
        return chip.takeAccesses();
    }

    @Override
    public int takeFlushes() {
        return linux.takeFlushes();
    }

    @Override
    public int takeWarnings() {
        return linux.takeWarnings();
    }

    @Override
    public long[] entries() {
        for (long address : memory.takeChanged()) {
            int index = (int) (address - made.table() >>> 3);
            entries[index] = memory.load(address);
        }
        return Arrays.copyOf(entries, entries.length);
    }

    @Override
    public BitSet used() {
        return linux.used();
    }

    @Override
    public long peek(long offset) {
        return chip.peek(offset);
    }
}
