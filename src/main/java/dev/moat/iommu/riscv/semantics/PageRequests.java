package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.PageRequest;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.format.Registers.Interrupts;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.semantics.Transaction.Asked;

/**
 * Page requests of devices: queued for software, or answered by the unit. {@code @source} RISCV-IOMMU, data structures, page requests;
 * in-memory queues, page-request queue.
 */
public final class PageRequests {
    private static final int REQUESTER_BITS = 16;

    private final RegisterBank registers;
    private final Memory memory;
    private final Translator translator;
    private final Signals signals;
    private final Outside outside;

    public PageRequests(
            RegisterBank registers, Memory memory, Translator translator, Signals signals, Outside outside) {
        this.registers = registers;
        this.memory = memory;
        this.translator = translator;
        this.signals = signals;
        this.outside = outside;
    }

    /**
     * A device sends a page request.
     *
     * @param asked who; that it would execute is recorded
     * @param payload as in the message
     */
    public void request(long[] s, Asked asked, long payload) {
        Transaction t = Transaction.message(asked);
        if (!isAllowed(s, t)) {
            signals.record(s, t);
            int code = t.cause() == Cause.TYPE_DISALLOWED ? PageRequest.INVALID : PageRequest.FAILURE;
            answer(s, t, payload, code);
            return;
        }
        int code = queue(s, t, payload);
        if (code >= 0) {
            answer(s, t, payload, code);
        }
    }

    private boolean isAllowed(long[] s, Transaction t) {
        int mode = (int) DirectoryPointer.MODE.get(registers.ddtp.get(s));
        if (mode == DirectoryPointer.OFF) {
            return t.refuse(Cause.ALL_DISALLOWED);
        }
        if (mode == DirectoryPointer.BARE) {
            return t.refuse(Cause.TYPE_DISALLOWED);
        }
        return translator.locate(s, t) && (t.control(Control.EN_PRI) || t.refuse(Cause.TYPE_DISALLOWED));
    }

    /** The code of the unit's answer, or -1 when the request is queued. */
    private int queue(long[] s, Transaction t, long payload) {
        RegisterBank.Queue queue = registers.pageRequests;
        long control = queue.control().get(s);
        if (!queue.isOn(s) || QueueControl.MF.isSet(control)) {
            return PageRequest.FAILURE;
        }
        if (QueueControl.OF.isSet(control)) {
            return PageRequest.SUCCESS;
        }
        long tail = queue.tail().get(s);
        if (queue.after(s, tail) == queue.head().get(s)) {
            queue.control().set(s, control | QueueControl.OF.mask());
            signals.raise(s, queue, Interrupts.PIP);
            return PageRequest.SUCCESS;
        }
        long at = QueueBase.address(queue.base().get(s), tail, PageRequest.BYTES);
        boolean big = registers.isBigEndian(s);
        boolean stored = memory.write(s, at, Words.ordered(record(t), big))
                && memory.write(s, at + Long.BYTES, Words.ordered(payload, big));
        if (!stored) {
            queue.control().set(s, control | QueueControl.MF.mask());
        } else {
            queue.tail().set(s, queue.after(s, tail));
        }
        signals.raise(s, queue, Interrupts.PIP);
        return stored ? -1 : PageRequest.FAILURE;
    }

    private static long record(Transaction t) {
        long word = PageRequest.DID.set(0, t.deviceId);
        if (!t.hasProcess) {
            return word;
        }
        word = PageRequest.PID.set(word | PageRequest.PV.mask(), t.requestedProcess);
        return PageRequest.EXEC.set(PageRequest.PRIV.set(word, t.supervisor ? 1 : 0), t.wantsExecute ? 1 : 0);
    }

    private void answer(long[] s, Transaction t, long payload, int code) {
        if (!PageRequest.isAnswered(payload)) {
            return;
        }
        boolean process = t.hasProcess && (code == PageRequest.FAILURE || t.control(Control.PRPR));
        outside.message(
                s,
                new Outside.Message(
                        false,
                        t.deviceId & (1 << REQUESTER_BITS) - 1,
                        process ? t.requestedProcess : -1,
                        t.deviceId >>> REQUESTER_BITS,
                        PageRequest.answer(payload, code)));
    }
}
