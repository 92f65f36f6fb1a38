package dev.moat.twin.gart;

import dev.moat.twin.Chance;
import dev.moat.twin.KernelDeath;
import dev.moat.twin.Segment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/** Northbridges and driver of the twin together; as a machine under test, it gives by chance one of the answers it allows. */
final class GartTwin implements GartUnderTest {
    private final Chance chance = new Chance(7);
    private final Machine made;
    private final SlowGartNorthbridges northbridges;
    private final SlowGartLinux linux;
    private long[] entries = {};

    /** Where its parts come from. */
    interface Parts {
        default SlowGartNorthbridges northbridges(boolean cachesInvalid) {
            return new SlowGartNorthbridges(cachesInvalid);
        }

        default SlowGartLinux linux(SlowGartNorthbridges northbridges) {
            return new SlowGartLinux(northbridges);
        }
    }

    GartTwin(Machine made, boolean cachesInvalid) {
        this(made, cachesInvalid, new Parts() {});
    }

    GartTwin(Machine made, boolean cachesInvalid, Parts parts) {
        this.made = made;
        northbridges = parts.northbridges(cachesInvalid);
        linux = parts.linux(northbridges);
    }

    /** What an access may reach. */
    Set<String> answers(int node, long address) {
        return northbridges.answers(node, address);
    }

    @Override
    public String init() {
        String answer = KernelDeath.ended(() -> linux.init(made));
        entries = new long[linux.pages()];
        return answer;
    }

    @Override
    public void device(long mask, long busLimit, long boundaryMask, long maxSegment) {
        linux.device(mask, busLimit, boundaryMask, maxSegment);
    }

    @Override
    public void panicOnOverflow(boolean panic) {
        linux.panicOnOverflow(panic);
    }

    @Override
    public String map(long physical, long size) {
        return KernelDeath.ended(() -> linux.map(physical, size));
    }

    @Override
    public String unmap(long dma, long size) {
        return KernelDeath.ended(() -> linux.unmap(dma, size));
    }

    @Override
    public String mapSegments(List<Segment> segments) {
        return KernelDeath.ended(() -> linux.mapSegments(segments));
    }

    @Override
    public String unmapSegments(List<Segment> pieces) {
        return KernelDeath.ended(() -> linux.unmapSegments(pieces));
    }

    @Override
    public String allocateCoherent(long physical, long size) {
        return KernelDeath.ended(() -> linux.allocateCoherent(physical, size));
    }

    @Override
    public String freeCoherent(long dma, long size) {
        return unmap(dma, size);
    }

    @Override
    public String resume(int order, long apertureBase) {
        return KernelDeath.ended(() -> linux.resume(order, apertureBase));
    }

    @Override
    public String shutdown() {
        return KernelDeath.ended(linux::shutdown);
    }

    @Override
    public String access(int node, long address) {
        return chance.of(List.copyOf(northbridges.answers(node, address)));
    }

    @Override
    public List<String> takeWrites() {
        return northbridges.takeWrites();
    }

    @Override
    public int takeWarnings() {
        return linux.takeWarnings();
    }

    @Override
    public long[] entries() {
        for (long address : northbridges.takeChanged()) {
            long index = address - linux.entries() >>> 2;
            if (index >= 0 && index < entries.length) {
                entries[(int) index] = northbridges.load(address);
            }
        }
        return Arrays.copyOf(entries, entries.length);
    }

    @Override
    public BitSet used() {
        return linux.used();
    }

    @Override
    public long nextBit() {
        return linux.nextBit();
    }

    @Override
    public boolean needFlush() {
        return linux.needFlush();
    }
}
