package dev.moat.iommu.vtd.layout;

import dev.moat.bits.layout.Layout.Statement;
import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.memory.Met;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.register.SecondLevelWalk;
import dev.moat.iommu.vtd.register.format.DmaAnswer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whole walks of VT-d's unit with registers, through words that are met: {@code @shape} five words, address, whether it writes, frame of the
 * first table, which words can be read; then how many were read, ones if any was read elsewhere, the address that is reached, the rights, the addresses that were read,
 * and what the unit can do.
 */
final class VtdWalks {
    private static final int GIVEN = 9;
    private static final int WORDS = 5;
    private static final int MORE = 13;
    private static final int SNOOPS = 1;
    private static final int DEVICE_TLB = 2;
    /** The unit that was recorded holds TM to be reserved in entries that lead to tables. */
    private static final int RESERVED_IN_TABLES = 4;

    private VtdWalks() {}

    static List<Statement> of(String unit, Capabilities can) {
        return IntStream.rangeClosed(1, 3).mapToObj(aw -> walk(unit, can, aw)).toList();
    }

    private static Statement walk(String unit, Capabilities can, int aw) {
        Memory met = new Met(GIVEN - 1, GIVEN, GIVEN + 1, GIVEN + 4);
        SecondLevelWalk walk = SecondLevelWalk.uncached(met, can);
        boolean snoops = Registers.Ecap.SC.isSet(can.ecap()) || Registers.Ecap.SMTS.isSet(can.ecap());
        boolean deviceTlb = Registers.Ecap.DT.isSet(can.ecap());
        int flags = (snoops ? SNOOPS : 0) | (deviceTlb ? DEVICE_TLB : 0) | RESERVED_IN_TABLES;
        int host = can.hostAddressBits();
        int guest = can.guestAddressBits();
        long sizes = Registers.Cap.SLLPS.get(can.cap());
        return new Statement(
                "walk" + (aw + 2) + "@" + unit,
                "reads these entries, and comes to this address with these rights, or this fault",
                GIVEN,
                MORE,
                x -> {
                    long answer = walk.walk(
                            x, SecondLevelWalk.UNTAGGED, x[WORDS], x[WORDS + 1] != 0, x[WORDS + 2], aw, false);
                    x[GIVEN + 2] = DmaAnswer.address(answer, x[WORDS]);
                    x[GIVEN + 3] = DmaAnswer.R.get(answer) | DmaAnswer.W.get(answer) << 1;
                    x[GIVEN + 9] = guest;
                    x[GIVEN + 10] = host;
                    x[GIVEN + 11] = sizes;
                    x[GIVEN + 12] = flags;
                    return DmaAnswer.isTranslated(answer)
                            ? 0
                            : DmaAnswer.condition(answer).reason(false);
                });
    }
}
