package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.Registers.DebugRequest;
import dev.moat.iommu.riscv.format.Registers.DebugResponse;
import dev.moat.iommu.riscv.semantics.Transaction.Access;
import dev.moat.iommu.riscv.semantics.Transaction.Asked;

/**
 * Translations that software asks for by registers, as untranslated requests. An interrupt file in memory is refused. The answer is
 * that of a page of 4 KiB, whatever the size of the page. {@code @source} RISCV-IOMMU, debug support.
 */
public final class DebugInterface {
    private final RegisterBank registers;
    private final Translator translator;
    private final Signals signals;

    public DebugInterface(RegisterBank registers, Translator translator, Signals signals) {
        this.registers = registers;
        this.translator = translator;
        this.signals = signals;
    }

    void run(long[] s) {
        long request = registers.debugRequest.get(s);
        boolean process = DebugRequest.PV.isSet(request);
        Access access = DebugRequest.EXE.isSet(request)
                ? Access.EXECUTE
                : DebugRequest.NW.isSet(request) ? Access.READ : Access.WRITE;
        Asked asked = new Asked(
                (int) DebugRequest.DID.get(request),
                process ? (int) DebugRequest.PID.get(request) : -1,
                DebugRequest.PRIV.isSet(request),
                false,
                false);
        Transaction t = Transaction.untranslated(asked, access, registers.debugAddress.get(s));
        translator.translate(s, t);
        if (t.cause() == Cause.NONE && t.isMrif()) {
            t.refuse(Cause.TYPE_DISALLOWED);
        }
        signals.record(s, t);
        long page = t.address() >>> Transaction.PAGE_SHIFT & DebugResponse.PPN.max();
        long found = DebugResponse.PBMT.set(DebugResponse.PPN.set(0, page), t.pbmt());
        registers.debugResponse.set(s, t.cause() == Cause.NONE ? found : DebugResponse.FAULT.mask());
    }
}
