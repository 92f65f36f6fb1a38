package dev.moat.iommu.calgary.linux;

import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.Registers.Csr;
import java.util.List;

/**
 * Looks for errors of a bus, once when translation begins and then every two seconds, until there is one: then the bus is off, and
 * nobody looks again. {@code @source} LINUX-CALGARY.
 */
public final class ErrorWatchdog {
    /** {@code @unit} seconds until the first look. */
    public static final int FIRST = 0;
    /** {@code @unit} seconds until the next look. */
    public static final int AGAIN = 2;
    /** There is no next look. */
    public static final int NEVER = -1;

    private static final List<Bridge> DUMP = List.of(Bridge.CSR, Bridge.PLSSR);
    private static final List<Bridge> DUMP_CALIOC2 = List.of(
            Bridge.CSR,
            Bridge.PLSSR,
            Bridge.CSMR,
            Bridge.MCK,
            Bridge.ERROR_1,
            Bridge.ERROR_2,
            Bridge.ERROR_3,
            Bridge.ERROR_4,
            Bridge.ERROR_5,
            Bridge.ERROR_6,
            Bridge.ERROR_7,
            Bridge.ROOT_COMPLEX_STATUS);

    private final Platform platform;
    private final int bridge;
    private final List<Bridge> dump;

    public ErrorWatchdog(BusTable table) {
        platform = table.platform();
        bridge = table.bus().bridge();
        dump = table.bus().generation() == Generation.CALIOC2 ? DUMP_CALIOC2 : DUMP;
    }

    /** Looks once: seconds until the next look. */
    public int look(long[] s) {
        if ((platform.read(s, bridge, Bridge.CSR) & Csr.ERRORS) == 0) {
            return AGAIN;
        }
        for (Bridge register : dump) {
            platform.read(s, bridge, register);
        }
        platform.write(s, bridge, Bridge.CSR, 0);
        long config = platform.read(s, bridge, Bridge.CONFIG_RW);
        platform.writeThrough(s, bridge, Bridge.CONFIG_RW, config | ConfigRw.SLOT_DISABLE.mask());
        return NEVER;
    }
}
