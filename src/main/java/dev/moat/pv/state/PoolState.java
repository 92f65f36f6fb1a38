package dev.moat.pv.state;

import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * What a pool has beside its slots since 2022: locks of its areas, a pool for one mapping, and whether the device ever used slots.
 *
 * <p>{@code @shape} the words of {@code pool.before} and of {@code transient.*} follow on those of the pool, as {@code SwiotlbSlots} has them.
 */
public final class PoolState {
    /** Slots that there are words for in a pool for one mapping: those of its page, and of the page behind. */
    static final int TRANSIENT_ROOM = 4;

    private static final int COUNT_BITS = 8;
    private static final int SIZE_BITS = 16;

    /** Per slot of the pool for one mapping: free ones from it on. */
    public final Slots transientFree;
    /** Slots of the pool for one mapping; none while there is no such pool. */
    public final Slots transientSlots;
    /** The device was given slots: {@code dma_uses_io_tlb}. */
    public final Slots usesPool;
    /** Per area: the CPU that has its lock, or none. */
    public final Lock areaLock;

    PoolState(LayerSetting setting, SchemaBuilder schema, Sort slots) {
        boolean pads = setting.pools.search.alignsSlots();
        Sort one = Sort.numbered("Area", "a", 1).onlyIf(setting.pools.growing);
        Sort places = Sort.numbered("Place", "t", TRANSIENT_ROOM).onlyIf(setting.pools.growing);
        word(schema, "pool.before", slots.onlyIf(pads), (1L << COUNT_BITS) - 1);
        transientFree = word(schema, "transient.free", places, (1L << COUNT_BITS) - 1);
        word(schema, "transient.original", places, -1L);
        word(schema, "transient.bytes", places, (1L << SIZE_BITS) - 1);
        word(schema, "transient.taken", one, (1L << COUNT_BITS) - 1);
        word(schema, "transient.hint", one, (1L << COUNT_BITS) - 1);
        word(schema, "transient.before", places.onlyIf(pads), (1L << COUNT_BITS) - 1);
        transientSlots = schema.slots("transient.slots", Role.HYPERVISOR, Writer.GUEST, one)
                .bits(2);
        usesPool = schema.slots("device.uses-pool", Role.HYPERVISOR, Writer.GUEST, one)
                .bits(1);
        areaLock = schema.slots(
                        "area-lock",
                        Role.HYPERVISOR,
                        Writer.GUEST,
                        Sort.numbered("Area", "a", setting.pools.areas).onlyIf(setting.pools.inSteps))
                .lock(setting.cpus);
    }

    private static Slots word(SchemaBuilder schema, String name, Sort index, long varying) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, index).word(List.of(), varying);
    }

    /** Slots of the pool for one mapping; 0 while there is none. */
    public int transientSlots(long[] s) {
        return transientSlots.size() == 0 ? 0 : (int) transientSlots.get(s, 0);
    }

    /** The device was given slots. */
    public void noteUse(long[] s) {
        if (usesPool.size() > 0) {
            usesPool.set(s, 0, 1);
        }
    }

    /** Whether it is known that the device was; where pools do not grow, nobody asks. */
    boolean isUsed(long[] s) {
        return usesPool.size() == 0 || usesPool.get(s, 0) != 0;
    }
}
