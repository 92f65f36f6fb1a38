package dev.moat.iommu.smmuv3.request;

import dev.moat.iommu.Memory;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.CommandQueue;
import dev.moat.iommu.smmuv3.semantics.EventQueue;
import dev.moat.iommu.smmuv3.semantics.Latitude;
import dev.moat.iommu.smmuv3.semantics.RegisterBank;
import dev.moat.iommu.smmuv3.semantics.RegisterFile;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import dev.moat.iommu.smmuv3.semantics.Translator;
import dev.moat.state.SchemaBuilder;

/** One unit, put together: software writes its registers, devices send it transactions. Registers are 0 at the start. */
public final class DrivenUnit {
    private final RegisterBank registers;
    private final RegisterFile file;
    private final CommandQueue commands;
    private final EventQueue events;
    private final Translator translator;
    private final long[] s;

    public DrivenUnit(Memory memory, Caches caches, Capabilities can, Latitude latitude) {
        SchemaBuilder schema = new SchemaBuilder();
        registers = new RegisterBank(schema, can);
        file = new RegisterFile(registers, can);
        commands = new CommandQueue(registers, memory, caches, can);
        events = new EventQueue(registers, memory);
        translator = new Translator(registers, memory, caches, can, latitude);
        s = schema.build().blank();
    }

    /** Software reads a register. */
    public long load(int offset) {
        return file.load(s, offset);
    }

    /** Software writes a register; commands are then consumed as far as they can be. */
    public void store(int offset, long value) {
        file.store(s, offset, value);
        boolean more = true;
        while (more) {
            more = commands.consume(s);
        }
    }

    /** Whether the unit takes a command, of these two words. */
    public boolean isLegal(long lo, long hi) {
        return commands.isLegal(s, lo, hi);
    }

    /** What a transaction gets; nothing is recorded. */
    public void translate(Transaction t) {
        translator.translate(s, t);
    }

    /** Records what a transaction was refused for, if that has to be recorded. */
    public void record(Transaction t) {
        events.record(s, t);
    }

    /** Whether a transaction leaves a record. */
    public boolean takes(Transaction t) {
        return events.takes(s, t);
    }

    /** The event queue goes on from a PROD, with EVENTQ_ABT active or not: as a recorded unit had it. */
    public void setEventQueue(long prod, boolean aborted) {
        registers.setEventQueue(s, prod, aborted);
    }

    /** What is in all registers now, for {@link #restore}. */
    public long[] saved() {
        return s.clone();
    }

    /** Puts all registers back. */
    public void restore(long[] saved) {
        System.arraycopy(saved, 0, s, 0, s.length);
    }
}
