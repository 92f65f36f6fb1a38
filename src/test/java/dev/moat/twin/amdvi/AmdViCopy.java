package dev.moat.twin.amdvi;

import dev.moat.twin.Chance;
import java.util.List;
import java.util.OptionalLong;

/** The twin as a unit under test: of the answers that its rules allow it gives one by chance, as a unit with caches would. */
class AmdViCopy implements AmdViUnderTest {
    private static final long EMULATED_FEATURES = 0x29d3;

    private final Chance chance = new Chance(7);
    private final SlowAmdViUnit unit;

    AmdViCopy(SlowAmdViRules rules, SlowAmdViUnit.Caches caches) {
        unit = new SlowAmdViUnit(rules, caches, EMULATED_FEATURES, address -> 0);
    }

    @Override
    public void write(int offset, long value) {
        unit.write(offset, value);
    }

    @Override
    public long read(int offset) {
        return unit.read(offset);
    }

    @Override
    public void store(List<AmdViOperation.Word> words) {
        unit.store(words.stream().map(w -> new long[] {w.address(), w.value()}).toList());
    }

    @Override
    public long load(long address) {
        return unit.load(address);
    }

    @Override
    public OptionalLong request(int deviceId, long iova, boolean write) {
        SlowAmdViAnswer answer = chance.of(unit.answers(deviceId, iova, write));
        String event = answer.event();
        boolean open = event.startsWith("?");
        if (!event.isEmpty() && !(open && chance.oneIn(2))) {
            unit.took(event.replace("?", ""));
        }
        return answer.outcome().equals(SlowAmdViAnswer.BLOCKED)
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseUnsignedLong(answer.outcome(), 16));
    }
}
