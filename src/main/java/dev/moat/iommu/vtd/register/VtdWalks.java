package dev.moat.iommu.vtd.register;

import dev.moat.bits.Layout.Statement;
import dev.moat.iommu.Memory;
import dev.moat.iommu.Met;
import dev.moat.iommu.vtd.format.DmaAnswer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whole walks of VT-d's unit with registers, through the words that it reads. {@code @shape} input: five words,
 * address, whether it writes, frame of the first table, which words can be read. Output: how many were read, ones if
 * any was read elsewhere, the resulting address, the rights, the addresses that were read, and the unit.
 */
final class VtdWalks {
    private static final int GIVEN = 9;
    private static final int WORDS = 5;
    private static final int MORE = 12;

    private VtdWalks() {}

    static List<Statement> of(ProvedUnit unit) {
        return IntStream.rangeClosed(1, 3).mapToObj(aw -> walk(unit, aw)).toList();
    }

    private static Statement walk(ProvedUnit unit, int aw) {
        Memory met = new Met(GIVEN - 1, GIVEN, GIVEN + 1, GIVEN + 4);
        SecondLevelWalk walk = SecondLevelWalk.uncached(met, unit.can());
        return new Statement(
                "walk" + (aw + 2) + "@" + unit.name(),
                "reads these entries, and comes to this address with these rights, or this fault",
                GIVEN,
                MORE,
                x -> {
                    long answer = walk.walk(
                            x, SecondLevelWalk.UNTAGGED, x[WORDS], x[WORDS + 1] != 0, x[WORDS + 2], aw, false);
                    x[GIVEN + 2] = DmaAnswer.address(answer, x[WORDS]);
                    x[GIVEN + 3] = DmaAnswer.R.get(answer) | DmaAnswer.W.get(answer) << 1;
                    unit.tell(x, GIVEN + 9);
                    return DmaAnswer.isTranslated(answer)
                            ? 0
                            : DmaAnswer.condition(answer).reason(false);
                });
    }
}
