package dev.moat.iommu.riscv.request;

import dev.moat.iommu.Memory;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.Behaviour;
import dev.moat.iommu.riscv.semantics.Caches;
import dev.moat.iommu.riscv.semantics.CommandQueue;
import dev.moat.iommu.riscv.semantics.DebugInterface;
import dev.moat.iommu.riscv.semantics.Outside;
import dev.moat.iommu.riscv.semantics.PageRequests;
import dev.moat.iommu.riscv.semantics.RegisterBank;
import dev.moat.iommu.riscv.semantics.RegisterFile;
import dev.moat.iommu.riscv.semantics.Signals;
import dev.moat.iommu.riscv.semantics.Structures;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.iommu.riscv.semantics.Transaction.Asked;
import dev.moat.iommu.riscv.semantics.Translator;
import dev.moat.state.SchemaBuilder;

/** One unit, put together: software writes its registers, devices send it requests. */
public final class DrivenUnit {
    private final RegisterBank registers;
    private final CommandQueue commands;
    private final RegisterFile file;
    private final Translator translator;
    private final Signals signals;
    private final PageRequests pageRequests;
    private final long[] s;

    /**
     * What a unit is attached to.
     *
     * @param structures where it finds entries
     * @param caches what its commands take from them
     */
    public record Attached(Memory memory, Structures structures, Caches caches, Outside outside) {}

    /**
     * A unit after reset.
     *
     * @param fctl the features register
     * @param mode of the device directory pointer
     */
    public DrivenUnit(Attached to, Behaviour behaviour, long fctl, int mode) {
        SchemaBuilder schema = new SchemaBuilder();
        registers = new RegisterBank(schema);
        signals = new Signals(registers, to.memory(), behaviour);
        translator = new Translator(registers, to.structures(), behaviour, PageTableEntry.INDEX_BITS);
        commands = new CommandQueue(registers, to.memory(), to.caches(), to.outside(), behaviour.capabilities());
        DebugInterface debug = new DebugInterface(registers, translator, signals);
        file = new RegisterFile(registers, commands, signals, debug, behaviour);
        pageRequests = new PageRequests(registers, to.memory(), translator, signals, to.outside());
        s = schema.build().blank();
        file.reset(s, fctl, mode);
    }

    /** Software reads a register of 4 or 8 bytes. */
    public long load(int offset, int bytes) {
        return file.load(s, offset, bytes);
    }

    /** Software writes a register of 4 or 8 bytes; commands are then executed as far as they can be. */
    public void store(int offset, int bytes, long value) {
        file.store(s, offset, bytes, value);
        file.run(s);
    }

    /** Whether the unit takes a command, of these two words. */
    public boolean isLegal(long lo, long hi) {
        return commands.isLegal(s, lo, hi);
    }

    /** A device's request: what it gets is in the transaction, and what it is refused for is recorded. */
    public void request(Transaction t) {
        translator.translate(s, t);
        signals.record(s, t);
    }

    /** What is in all registers now, for {@link #restore}. */
    public long[] saved() {
        return s.clone();
    }

    /** Puts all registers back. */
    public void restore(long[] saved) {
        System.arraycopy(saved, 0, s, 0, s.length);
    }

    /** What a request would get; nothing is recorded. */
    public void translate(Transaction t) {
        translator.translate(s, t);
    }

    /** A device sends a page request. */
    public void pageRequest(Asked asked, long payload) {
        pageRequests.request(s, asked, payload);
    }

    /**
     * A device answers an ATS invalidation, or the time for that is over; commands go on as far as they can.
     *
     * @param ordinal counted from the unit's first one
     */
    public void answered(int ordinal, boolean late) {
        commands.answered(s, ordinal, late);
        file.run(s);
    }
}
