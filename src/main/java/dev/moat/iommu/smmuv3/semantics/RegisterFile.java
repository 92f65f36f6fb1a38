package dev.moat.iommu.smmuv3.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.smmuv3.format.Registers;
import dev.moat.iommu.smmuv3.format.Registers.Bypass;
import dev.moat.iommu.smmuv3.format.Registers.Enable;
import dev.moat.state.Slots;

/**
 * A unit as software sees it: registers that are read and written. Commands do not run by themselves; {@link CommandQueue#consume} runs
 * one. Where the specification leaves open what a write does to a register that is in use, it is ignored.
 *
 * <p>{@code @unit} offsets as in {@link Registers}. {@code @source} IHI 0070, registers.
 */
public final class RegisterFile {
    private static final long LOW = 0xffffffffL;
    private static final long INTERRUPTS = 7;

    private final RegisterBank registers;
    private final Capabilities can;

    public RegisterFile(RegisterBank registers, Capabilities can) {
        this.registers = registers;
        this.can = can;
    }

    /** The value of a register, without sign; 0 where there is none. */
    public long load(long[] s, int offset) {
        return switch (offset) {
            case Registers.IDR0 -> can.idr0();
            case Registers.IDR1 -> can.idr1();
            case Registers.IDR3 -> can.idr3();
            case Registers.IDR5 -> can.idr5();
            case Registers.AIDR -> can.aidr();
            case Registers.CR0ACK -> registers.cr0.get(s) & can.enabling();
            case Registers.IRQ_CTRLACK -> load(s, Registers.IRQ_CTRL) & INTERRUPTS;
            default -> {
                Slots slots = registers.at(offset);
                yield slots == null ? 0 : slots.get(s);
            }
        };
    }

    /** Software writes a register. */
    public void store(long[] s, int offset, long value) {
        Slots slots = registers.at(offset);
        if (slots == null || offset == Registers.GERROR || isInUse(s, offset)) {
            return;
        }
        if (offset != Registers.GBPA) {
            slots.set(s, Registers.isWide(offset) ? value : value & LOW);
        } else if (Bypass.UPDATE.isSet(value)) {
            slots.set(s, value & LOW & ~Bypass.UPDATE.mask());
        }
    }

    private boolean isInUse(long[] s, int offset) {
        return switch (offset) {
            case Registers.STRTAB_BASE, Registers.STRTAB_BASE_CFG -> isEnabled(s, Enable.SMMUEN);
            case Registers.CMDQ_BASE, Registers.CMDQ_CONS -> isEnabled(s, Enable.CMDQEN);
            case Registers.EVENTQ_BASE, Registers.EVENTQ_PROD -> isEnabled(s, Enable.EVENTQEN);
            default -> false;
        };
    }

    private boolean isEnabled(long[] s, BitField what) {
        return what.isSet(registers.cr0.get(s));
    }
}
