package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.queue.CommandUnit;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.format.Registers.Enable;
import dev.moat.iommu.smmuv3.format.Registers.Errors;
import dev.moat.iommu.smmuv3.format.Registers.Queue;

/**
 * The command queue: the unit consumes commands in order. It stops at one that is illegal or cannot be fetched, and goes on there once
 * software has acknowledged the error. {@code @source} IHI 0070, command queue, command errors.
 */
public final class CommandQueue implements CommandUnit {
    private static final int NEVER_STALLS = 1;

    private final RegisterBank registers;
    private final Memory memory;
    private final Caches caches;
    private final Capabilities can;

    public CommandQueue(RegisterBank registers, Memory memory, Caches caches, Capabilities can) {
        this.registers = registers;
        this.memory = memory;
        this.caches = caches;
        this.can = can;
    }

    @Override
    public boolean submit(long[] s, long lo, long hi) {
        RegisterBank.Queue queue = registers.commands;
        long prod = queue.produced(s);
        if (Queue.isFull(queue.base().get(s), queue.most(), prod, queue.consumed(s))) {
            return false;
        }
        long at = queue.address(s, prod, Commands.BYTES);
        boolean written = memory.write(s, at, lo) && memory.write(s, at + Long.BYTES, hi);
        queue.prod().set(s, queue.after(s, queue.prod().get(s)));
        return written;
    }

    /**
     * The unit consumes the next command, or stops there.
     *
     * @return false, with the state untouched, when there is none or the unit does not consume commands
     */
    @Override
    public boolean consume(long[] s) {
        RegisterBank.Queue queue = registers.commands;
        long consumed = queue.consumed(s);
        if (!Enable.CMDQEN.isSet(registers.cr0.get(s)) || registers.isStopped(s) || consumed == queue.produced(s)) {
            return false;
        }
        long at = queue.address(s, consumed, Commands.BYTES);
        if (!memory.isReadable(s, at) || !memory.isReadable(s, at + Long.BYTES)) {
            return stop(s, Commands.CERROR_ABT);
        }
        long lo = memory.read(s, at);
        long hi = memory.read(s, at + Long.BYTES);
        if (!isLegal(s, lo, hi)) {
            return stop(s, Commands.CERROR_ILL);
        }
        queue.cons().set(s, queue.after(s, queue.cons().get(s)));
        if (Commands.OPCODE.get(lo) == Commands.SYNC) {
            caches.synchronize(s);
        } else {
            caches.forget(s, lo, hi);
        }
        return true;
    }

    private boolean stop(long[] s, int error) {
        registers.commands.cons().set(s, Queue.ERR.set(registers.commands.cons().get(s), error));
        registers.raise(s, Errors.CMDQ_ERR);
        return true;
    }

    @Override
    public boolean isRunning(long[] s) {
        return !registers.isStopped(s);
    }

    @Override
    public boolean isInvalidation(long lo) {
        return Commands.isInvalidation(lo);
    }

    @Override
    public void forget(long[] s, long lo, long hi) {
        caches.forget(s, lo, hi);
    }

    @Override
    public boolean isLegal(long[] s, long lo, long hi) {
        boolean secure = Commands.SSEC.isSet(lo);
        return switch ((int) Commands.OPCODE.get(lo)) {
            case Commands.PREFETCH_CONFIG, Commands.PREFETCH_ADDR, Commands.CFGI_STE, Commands.CFGI_STE_RANGE ->
                !secure;
            case Commands.CFGI_CD, Commands.CFGI_CD_ALL -> !secure && can.hasStage1();
            case Commands.TLBI_NH_ALL, Commands.TLBI_NH_ASID -> can.hasStage1();
            case Commands.TLBI_NH_VA, Commands.TLBI_NH_VAA -> can.hasStage1() && isRange(lo, hi);
            case Commands.TLBI_S12_VMALL -> can.hasStage2();
            case Commands.TLBI_S2_IPA -> can.hasStage2() && isRange(lo, hi);
            case Commands.TLBI_EL2_ALL, Commands.TLBI_EL2_ALL + 1, Commands.TLBI_EL2_VAA - 1, Commands.TLBI_EL2_VAA ->
                can.hasHypervisor();
            case Commands.ATC_INV -> can.hasAts();
            case Commands.PRI_RESP -> can.hasPageRequests();
            case Commands.RESUME, Commands.STALL_TERM -> can.stallModel() != NEVER_STALLS;
            case Commands.TLBI_NSNH_ALL -> true;
            case Commands.SYNC -> Commands.CS.get(lo) != Commands.CS_RESERVED;
            default -> false;
        };
    }

    private boolean isRange(long lo, long hi) {
        return !can.hasRanges() || !Scope.isReservedRange(lo, hi);
    }
}
