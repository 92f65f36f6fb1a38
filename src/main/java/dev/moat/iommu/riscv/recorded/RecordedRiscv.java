package dev.moat.iommu.riscv.recorded;

import dev.moat.iommu.Command;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Registers;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.request.DrivenUnit;
import dev.moat.iommu.riscv.semantics.Behaviour;
import dev.moat.iommu.riscv.semantics.Caches;
import dev.moat.iommu.riscv.semantics.Capabilities;
import dev.moat.iommu.riscv.semantics.MemoryStructures;
import dev.moat.iommu.riscv.semantics.Outside;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.iommu.riscv.semantics.Transaction.Access;
import dev.moat.iommu.riscv.semantics.Transaction.Asked;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A RISC-V IOMMU in a recording: the executable unit without caches keeps the registers and answers requests; what stands in the command queue
 * is read here, because a recorded unit may go on where the executable one stops. {@code @source} RISCV-IOMMU, registers, in-memory queues.
 */
public final class RecordedRiscv implements RecordedUnit {
    private static final int LOG2_MOST_COMMANDS = 19;
    private static final int DEVICE_BITS = 24;

    private final Memory memory;
    private final DrivenUnit unit;
    private final RiscvTableKinds kinds;
    private final RiscvCommands commands;
    private long head;
    private boolean reset;

    /**
     * A unit after reset.
     *
     * @param settings {@code caps}, its capabilities; {@code fctl}, its features control, 0 where it is not told
     * @throws IllegalArgumentException when one is missing, then when such a unit is not judged
     */
    public RecordedRiscv(Memory memory, Map<String, Long> settings) {
        Long caps = settings.get("caps");
        long fctl = settings.getOrDefault("fctl", 0L);
        if (caps == null) {
            throw new IllegalArgumentException("a unit of riscv needs caps=");
        }
        requireLittle(fctl);
        // What of fctl software can write does not matter: the bits that do are refused when they are set.
        boolean both = Capability.END.isSet(caps);
        Capabilities can = new Capabilities(caps, true, both, 4);
        unit = new DrivenUnit(
                new DrivenUnit.Attached(memory, new MemoryStructures(memory), Caches.NONE, Outside.NOBODY),
                Behaviour.specified(can),
                fctl,
                DirectoryPointer.OFF);
        this.memory = memory;
        kinds = new RiscvTableKinds(can, memory);
        commands = new RiscvCommands(unit);
    }

    private static void requireLittle(long fctl) {
        if (Features.BE.isSet(fctl) || Features.GXL.isSet(fctl)) {
            throw new IllegalArgumentException("units with BE or GXL of fctl are not judged");
        }
    }

    private long register(int offset) {
        return unit.load(offset, offset == Registers.CQB || offset == Registers.DDTP ? Long.BYTES : Integer.BYTES);
    }

    private boolean isOn() {
        return QueueControl.EN.isSet(register(Registers.CQCSR));
    }

    @Override
    public void wrote(int offset, int bytes, long value) {
        boolean ran = isOn();
        long base = register(Registers.CQB);
        unit.store(offset, bytes, value);
        requireLittle(register(Registers.FCTL));
        long now = register(Registers.CQB);
        if (isOn() && QueueBase.LOG2SZ.get(now) >= LOG2_MOST_COMMANDS) {
            throw new IllegalArgumentException("command queues of more than 2^19 entries are not judged");
        } else if (ran != isOn() || now != base) {
            reset = true;
            head = 0;
        }
    }

    @Override
    public Done wasRead(int offset, int bytes, long value) {
        if (offset != Registers.CQH) {
            return Done.NOTHING;
        }
        long mask = QueueBase.indexMask(register(Registers.CQB));
        return RecordedUnit.passed(register(Registers.CQT) - value & mask, mask + 1);
    }

    @Override
    public boolean executesInOrder() {
        return false;
    }

    @Override
    public boolean cachesPointers() {
        return true;
    }

    @Override
    public boolean translates() {
        return DirectoryPointer.levels(register(Registers.DDTP)) > 0;
    }

    @Override
    public List<Root> roots() {
        long ddtp = register(Registers.DDTP);
        int levels = DirectoryPointer.levels(ddtp);
        return levels <= 0 ? List.of() : List.of(new Root(DirectoryPointer.PPN.get(ddtp), kinds.devices(levels), 0));
    }

    @Override
    public Entry decode(TableKind kind, long[] words, int at) {
        return kinds.decode(kind, words, at, register(Registers.FCTL));
    }

    @Override
    public @Nullable Command next() {
        long base = register(Registers.CQB);
        if (!isOn() || head == register(Registers.CQT)) {
            return null;
        }
        long at = QueueBase.address(base, head, Commands.BYTES);
        head = head + 1 & QueueBase.indexMask(base);
        long[] words = RecordedUnit.words(memory, at, 2);
        return words == null
                ? Command.plain(Command.What.UNKNOWN, at, List.of(), "its slot was not shown")
                : commands.of(at, words[0], words[1]);
    }

    @Override
    public boolean wasReset() {
        boolean was = reset;
        reset = false;
        return was;
    }

    @Override
    public long domain(long tag) {
        return tag >>> TableKind.PASID_BITS;
    }

    @Override
    public String tagName(long tag) {
        long domain = domain(tag);
        return domain < RiscvTableKinds.SECOND ? "PSCID " + domain : "GSCID " + (domain - RiscvTableKinds.SECOND);
    }

    @Override
    public Reached translate(int requester, int pasid, long address, boolean write) {
        if (requester >>> DEVICE_BITS != 0) {
            return new Reached(Outcome.BLOCKED, 0);
        }
        Transaction t = Transaction.untranslated(
                new Asked(requester, pasid, false, false, false), write ? Access.WRITE : Access.READ, address);
        unit.translate(t);
        return t.cause() == Cause.NONE
                ? new Reached(t.isMrif() ? Outcome.UNKNOWN : Outcome.MEMORY, t.address())
                : new Reached(Outcome.BLOCKED, 0);
    }
}
