package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import java.util.Arrays;

/**
 * The register page: where each register is, which of its bits a write changes, what a read shows. Offsets without a register
 * read as 0 and ignore writes. {@code @source} VTD-REGISTERS.
 */
final class RegisterFile {
    /** Bytes of the register page. */
    static final int PAGE = 4096;

    private static final int NOTHING = -1;
    private static final int VERSION_WORD = 0;
    private static final int CAP_WORD = 1;
    private static final int ECAP_WORD = 2;
    /** VER: major 1, minor 0. */
    private static final long VERSION = 0x10;

    private final UnitState u;
    private final long cap;
    private final long ecap;
    /** Index of a stored word, by word of the page. */
    private final int[] indices = new int[PAGE / Long.BYTES];

    RegisterFile(UnitState u, UnitOptions options) {
        this.u = u;
        cap = options.cap();
        ecap = options.ecap();
        Arrays.fill(indices, NOTHING);
        for (Register register : Register.ALL) {
            if (register.offset() >= 0 && isThere(register, options)) {
                indices[register.offset() / Long.BYTES] = register.index();
            }
        }
        int invalidation = 16 * (int) Ecap.IRO.get(ecap) / Long.BYTES;
        indices[invalidation] = Register.IVA.index();
        indices[invalidation + 1] = Register.IOTLB.index();
        int records = 16 * (int) Cap.FRO.get(cap) / Long.BYTES;
        for (int i = 0; i < 2 * options.capabilities().faultRecords(); i++) {
            indices[records + i] = Register.ALL.length + i;
        }
    }

    private static boolean isThere(Register register, UnitOptions options) {
        return switch (register) {
            case IQH, IQT, IQA, COMPLETION_STATUS, COMPLETION_EVENT, COMPLETION_EVENT_ADDRESS -> options.hasQueue();
            case IRTA -> options.hasInterruptTable();
            default -> true;
        };
    }

    /** The stored word at an offset, a multiple of 8, or -1. */
    int index(int offset) {
        return indices[offset / Long.BYTES];
    }

    /** What a word of the page reads as. */
    long read(long[] s, int offset) {
        int index = index(offset);
        if (index < 0) {
            return switch (offset / Long.BYTES) {
                case VERSION_WORD -> VERSION;
                case CAP_WORD -> cap;
                case ECAP_WORD -> ecap;
                default -> 0;
            };
        }
        long hidden = index < Register.ALL.length ? Register.ALL[index].hidden() : 0;
        return u.registers.get(s, index) & ~hidden;
    }

    /**
     * Stores what a write changes of a stored word.
     *
     * @param bytes ones in the bytes that are written
     */
    void write(long[] s, int index, long value, long bytes) {
        boolean fixed = index < Register.ALL.length;
        boolean secondOfRecord = !fixed && (index - Register.ALL.length) % 2 == 1;
        long writable = fixed ? Register.ALL[index].writable() & bytes : 0;
        long clearable = fixed ? Register.ALL[index].clearable() : secondOfRecord ? FrcdHi.F.mask() : 0;
        long kept = u.registers.get(s, index) & ~(clearable & bytes & value);
        u.registers.set(s, index, (kept & ~writable) | (value & writable));
    }
}
