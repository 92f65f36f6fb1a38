package dev.moat.conform.amdvi;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Registers.RingBase;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.request.Requests;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Caches;
import dev.moat.iommu.amdvi.semantics.CommandBuffer;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.iommu.amdvi.semantics.MmioUnit;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;

/** A machine on which a recorded case is replayed: memory, one unit, and software's own idea of the command tail. */
final class Machine {
    private final RecordedMemory memory = new RecordedMemory();
    private final RegisterBank registers;
    private final MmioUnit unit;
    private final Requests requests;
    private final long[] s;
    private long softwareTail;

    /** What answers requests and what commands take caches from; often one thing. */
    record Parts(Requests requests, Caches caches) {}

    /** Makes these, for a unit whose other parts are there already. */
    @FunctionalInterface
    interface Maker {
        Parts make(RegisterBank registers, RecordedMemory memory, EventLog log);
    }

    Machine(Behaviour behaviour, Maker maker) {
        SchemaBuilder schema = new SchemaBuilder();
        registers = new RegisterBank(schema);
        EventLog log = new EventLog(registers, memory, behaviour);
        Parts parts = maker.make(registers, memory, log);
        requests = parts.requests();
        CommandBuffer commands = new CommandBuffer(registers, memory, parts.caches(), log, behaviour);
        unit = new MmioUnit(registers, commands, behaviour);
        Schema built = schema.build();
        s = built.blank();
    }

    RecordedMemory memory() {
        return memory;
    }

    RegisterBank registers() {
        return registers;
    }

    long[] state() {
        return s;
    }

    /** Software's part of a row: registers, stores, a command; what the unit then does is complete when this returns. */
    void software(AmdViRow row) {
        memory.tick();
        switch (row.op()) {
            case BOOT, REG -> row.stores().forEach(store -> writeRegister(store.at(), store.value()));
            case MEM -> row.stores().forEach(store -> memory.write(s, store.at(), store.value()));
            case CMD -> submit(row.stores().get(0).value(), row.stores().get(1).value());
            default -> {}
        }
    }

    private void writeRegister(long offset, long value) {
        if (offset == Registers.COMMAND_BASE) {
            softwareTail = 0;
        } else if (offset == Registers.COMMAND_TAIL) {
            softwareTail = value;
        }
        unit.write(s, (int) offset, value);
        unit.run(s);
    }

    private void submit(long lo, long hi) {
        long base = registers.commandBase.get(s);
        long at = RingBase.address(base, 0) + softwareTail;
        memory.store(at, lo);
        memory.store(at + Long.BYTES, hi);
        long bytes = (long) RingBase.entries(base) * Commands.BYTES;
        writeRegister(Registers.COMMAND_TAIL, (softwareTail + Commands.BYTES) & (bytes - 1));
    }

    long readRegister(long offset) {
        return unit.read(s, (int) offset);
    }

    long readMemory(long address) {
        return memory.read(s, address);
    }

    /** The answers to a device's request, one for each page that it touches. */
    List<Long> request(AmdViRow row) {
        List<Long> answers = new ArrayList<>();
        for (Pages.Piece piece : Pages.of(row.address(), row.bytes())) {
            answers.add(requests.request(s, row.device(), piece.address(), piece.bytes(), row.op() == Op.DW));
        }
        return answers;
    }

    /**
     * The log entries from one tail to the present one, as the records write them: equal ones in a row are counted.
     *
     * @param tail the register as it was
     */
    String eventsSince(long tail) {
        long base = registers.eventBase.get(s);
        List<String> events = new ArrayList<>();
        long last = RingPointer.ENTRY.get(registers.eventTail.get(s));
        for (long n = RingPointer.ENTRY.get(tail); n != last; n = (n + 1) & (RingBase.entries(base) - 1)) {
            long at = RingBase.address(base, n);
            events.add(LogEntryText.of(memory.read(s, at), memory.read(s, at + Long.BYTES)));
        }
        return LogEntryText.counted(events);
    }
}
