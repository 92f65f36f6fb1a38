package dev.moat.conform.qemu;

import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.InterruptTable;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.Reserved;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Register writes, and what the unit says it made of them. Registers read or not listed here are left alone. */
final class RegisterEvents {
    private static final int GCMD = 0x18;
    private static final int RTADDR = 0x20;
    private static final int FSTS = 0x34;
    private static final int IQT = 0x88;
    private static final int IQA = 0x90;
    private static final int IRTA = 0xb8;
    private static final int WINDOW = 0x1000;

    private final LoggedUnit unit;
    private final LogTally tally;
    /** 32-bit registers as written, by number. */
    private final long[] written = new long[WINDOW / Integer.BYTES];

    private final boolean[] isWritten = new boolean[written.length];
    private boolean clearedError = true;
    /** What was written to GCMD last, or -1. */
    private long lastCommand = -1;

    RegisterEvents(LoggedUnit unit, LogTally tally) {
        this.unit = unit;
        this.tally = tally;
    }

    void register(Map<String, Consumer<LogLine>> events) {
        events.put("vtd_reg_write", this::write);
        events.put("vtd_reg_write_gcmd", this::command);
        events.put("vtd_inv_qi_enable", this::queueState);
        events.put("vtd_dmar_enable", line -> compareState(line, "enable", Registers.Gsts.TES.isSet(status())));
        events.put("vtd_ir_enable", line -> compareState(line, "enable", Registers.Gsts.IRES.isSet(status())));
        events.put("vtd_inv_qi_setup", this::queue);
        events.put("vtd_reg_dmar_root", this::root);
        events.put("vtd_reg_ir_root", this::interruptTable);
    }

    private long status() {
        return unit.unit.gsts.get(unit.s);
    }

    private void write(LogLine line) {
        int offset = line.number("addr", WINDOW - Integer.BYTES);
        int size = line.number("size", Long.BYTES);
        long value = line.number("value");
        if (offset % Integer.BYTES != 0 || (size != Integer.BYTES && size != Long.BYTES)) {
            throw line.error(0, "a register is written in 4 or 8 bytes at a multiple of 4");
        }
        put(offset, value & 0xffffffffL);
        if (size == Long.BYTES && offset + Integer.BYTES < WINDOW) {
            put(offset + Integer.BYTES, value >>> Integer.SIZE);
        }
        boolean known = offset == GCMD || offset == RTADDR || offset == IQT || offset == IQA || offset == IRTA;
        if (known) {
            tally.judged(line);
        } else {
            tally.unjudged("write of a register that is not modelled");
        }
    }

    private void put(int offset, long value) {
        clearedError |= offset == FSTS && Registers.Fsts.IQE.isSet(value);
        written[offset / Integer.BYTES] = value;
        isWritten[offset / Integer.BYTES] = true;
    }

    private boolean isWritten(int offset) {
        return isWritten[offset / Integer.BYTES];
    }

    private long word(int offset) {
        return written[offset / Integer.BYTES] | written[offset / Integer.BYTES + 1] << Integer.SIZE;
    }

    private void command(LogLine line) {
        tally.judged(line);
        long command = line.number("value");
        tally.compare(line, "status", line.number("status"), status());
        if (isWritten(GCMD)) {
            // QEMU tells what its register has taken, and reserved bits are not in it.
            long taken = written[GCMD / Integer.BYTES] & ~Reserved.mask(GlobalCommand.FIELDS);
            tally.compare(line, "value", command, taken);
        }
        lastCommand = command;
        unit.unit.gsts.set(unit.s, GlobalCommand.status(status(), carriedOut(command & 0xffffffffL)));
        if (!queueOn()) {
            // A queue that is switched on again begins at its first slot.
            unit.unit.queueHead.set(unit.s, 0);
        }
    }

    /** A command without what the unit has no capability for, and without switching off a queue in which descriptors are left. */
    private long carriedOut(long command) {
        long cap = unit.g.capabilities().cap();
        long logs = Registers.Cap.AFL.isSet(cap) ? 0 : GlobalCommand.SFL.mask() | GlobalCommand.EAFL.mask();
        boolean kept = queueOn() && tail() >= 0 && unit.showsDescriptors() && tail() != unit.head();
        return (command & ~logs) | (kept ? GlobalCommand.QIE.mask() : 0);
    }

    /** QEMU tells what it is asked for, before it looks whether descriptors are left. */
    private void queueState(LogLine line) {
        boolean asked = lastCommand < 0 ? queueOn() : GlobalCommand.QIE.isSet(lastCommand);
        compareState(line, "enabled", asked);
    }

    private void compareState(LogLine line, String key, boolean ours) {
        tally.judged(line);
        tally.compare(line, key, line.number(key), ours ? 1 : 0);
    }

    private void compareWritten(LogLine line, String key, int offset, LongSupplier ours) {
        if (isWritten(offset)) {
            tally.compare(line, key, line.number(key), ours.getAsLong());
        }
    }

    private void queue(LogLine line) {
        tally.judged(line);
        compareWritten(line, "addr", IQA, () -> Registers.Iqa.BASE.mask() & word(IQA));
        compareWritten(line, "size", IQA, () -> Registers.Iqa.entries(word(IQA)));
    }

    private void root(LogLine line) {
        tally.judged(line);
        compareWritten(line, "addr", RTADDR, () -> Registers.RtAddr.RTA.mask() & word(RTADDR));
        compareWritten(line, "scalable", RTADDR, () -> Registers.RtAddr.TTM.get(word(RTADDR)));
        tally.compare(line, "RTPS", 1, Registers.Gsts.RTPS.get(status()));
    }

    private void interruptTable(LogLine line) {
        tally.judged(line);
        compareWritten(line, "addr", IRTA, () -> InterruptTable.BASE.mask() & word(IRTA));
        compareWritten(line, "size", IRTA, () -> InterruptTable.entries(word(IRTA)));
        tally.compare(line, "IRTPS", 1, Registers.Gsts.IRTPS.get(status()));
    }

    /** The descriptor index in IQT as written last, or -1 when the log shows no write. */
    int tail() {
        return isWritten(IQT) ? (int) Registers.QueueOffset.INDEX.get(written[IQT / Integer.BYTES]) : -1;
    }

    /** From here on it counts whether FSTS.IQE is cleared. */
    void awaitError() {
        clearedError = false;
    }

    /** Whether software has cleared FSTS.IQE since a head was read. */
    boolean hasClearedError() {
        return clearedError;
    }

    /** Whether the unit executes descriptors. */
    boolean queueOn() {
        return Registers.Gsts.QIES.isSet(status());
    }
}
