package dev.moat.iommu.smmuv3.recorded;

import dev.moat.bits.BitField;
import dev.moat.iommu.Command;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.format.Registers;
import dev.moat.iommu.smmuv3.format.Registers.Enable;
import dev.moat.iommu.smmuv3.format.Registers.Queue;
import dev.moat.iommu.smmuv3.request.DrivenUnit;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.Latitude;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import dev.moat.iommu.smmuv3.semantics.Transaction.Access;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An SMMUv3 in a recording: the executable unit without caches keeps the registers and answers requests; what stands in the command queue is
 * read here, because a recorded unit may go on where the executable one stops. {@code @source} IHI 0070, registers, command queue.
 */
public final class RecordedSmmu implements RecordedUnit {
    private static final int LOG2_MOST_COMMANDS = 19;
    private static final long LOW = 0xffffffffL;

    private final Memory memory;
    private final Capabilities can;
    private final DrivenUnit unit;
    private final SmmuTableKinds kinds;
    private final SmmuCommands commands;
    /** With the wrap bit. */
    private long head;

    private boolean reset;
    private List<Root> roots = List.of();
    private long rootsAt;
    private long rootsBy;

    /**
     * A unit after reset.
     *
     * @param settings {@code idr0}, {@code idr1} and {@code idr5}, and {@code idr3}, 0 where it is not told
     * @throws IllegalArgumentException when one is missing, then when such a unit is not judged
     */
    public RecordedSmmu(Memory memory, Map<String, Long> settings) {
        Long idr0 = settings.get("idr0");
        Long idr1 = settings.get("idr1");
        Long idr5 = settings.get("idr5");
        if (idr0 == null || idr1 == null || idr5 == null) {
            throw new IllegalArgumentException("a unit of smmuv3 needs idr0=, idr1= and idr5=");
        }
        can = new Capabilities(idr0, idr1, settings.getOrDefault("idr3", 0L), idr5, 0);
        if (can.commandQueueBits() > LOG2_MOST_COMMANDS) {
            throw new IllegalArgumentException("idr1= has a CMDQS of more than 19, which is reserved");
        }
        unit = new DrivenUnit(memory, Caches.NONE, can, Latitude.PLAIN);
        this.memory = memory;
        kinds = new SmmuTableKinds(can);
        commands = new SmmuCommands(unit, can);
    }

    private boolean isEnabled(BitField what) {
        return what.isSet(unit.load(Registers.CR0));
    }

    private long index(long register) {
        return Queue.index(unit.load(Registers.CMDQ_BASE), can.commandQueueBits(), register);
    }

    @Override
    public void wrote(int offset, int bytes, long value) {
        int at = offset & -Long.BYTES;
        boolean ran = isEnabled(Enable.CMDQEN);
        if (Registers.isWide(at)) {
            boolean high = offset != at;
            long old = unit.load(at);
            long part = high ? (old & LOW) | value << Integer.SIZE : (old & ~LOW) | (value & LOW);
            unit.store(at, bytes == Long.BYTES ? value : part);
        } else {
            narrow(offset, value & LOW, ran);
            if (bytes == Long.BYTES) {
                narrow(offset + Integer.BYTES, value >>> Integer.SIZE, ran);
            }
        }
        reset |= ran && !isEnabled(Enable.CMDQEN);
    }

    private void narrow(int offset, long value, boolean runs) {
        unit.store(offset, value);
        if (offset == Registers.CMDQ_CONS && !runs) {
            head = index(value);
        }
    }

    @Override
    public Done wasRead(int offset, int bytes, long value) {
        boolean second = offset == Registers.CMDQ_PROD && bytes == Long.BYTES;
        if (offset != Registers.CMDQ_CONS && !second) {
            return Done.NOTHING;
        }
        long consumed = second ? value >>> Integer.SIZE : value;
        long size = 2L << Queue.bits(unit.load(Registers.CMDQ_BASE), can.commandQueueBits());
        return RecordedUnit.passed(index(unit.load(Registers.CMDQ_PROD) - index(consumed)), size);
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
    public boolean cachesWords() {
        return true;
    }

    @Override
    public boolean translates() {
        return isEnabled(Enable.SMMUEN);
    }

    @Override
    public List<Root> roots() {
        if (!translates()) {
            return List.of();
        }
        long at = unit.load(Registers.STRTAB_BASE);
        long by = unit.load(Registers.STRTAB_BASE_CFG);
        if (roots.isEmpty() || at != rootsAt || by != rootsBy) {
            roots = kinds.roots(at, by);
            rootsAt = at;
            rootsBy = by;
        }
        return roots;
    }

    @Override
    public Entry decode(TableKind kind, long[] words, int at) {
        return kinds.decode(kind, words, at);
    }

    @Override
    public @Nullable Command next() {
        if (!isEnabled(Enable.CMDQEN) || head == index(unit.load(Registers.CMDQ_PROD))) {
            return null;
        }
        long at = Queue.address(unit.load(Registers.CMDQ_BASE), can.commandQueueBits(), head, Commands.BYTES);
        head = index(head + 1);
        long[] words = RecordedUnit.words(memory, at, 2);
        return words == null
                ? Command.plain(Command.What.UNKNOWN, at, List.of(), "its slot was not shown")
                : commands.of(at, words[0], words[1]);
    }

    /** Linux writes commands without a lock, and one of the CPUs moves PROD for all. */
    @Override
    public boolean mayBeToldByOthers(long address) {
        long base = unit.load(Registers.CMDQ_BASE);
        int bits = Queue.bits(base, can.commandQueueBits());
        long first = Queue.address(base, can.commandQueueBits(), 0, Commands.BYTES);
        return Long.compareUnsigned(address - first, (long) Commands.BYTES << bits) < 0;
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
        return domain < SmmuTableKinds.SECOND ? "ASID " + domain : "VMID " + (domain - SmmuTableKinds.SECOND);
    }

    @Override
    public Reached translate(int requester, int pasid, long address, boolean write) {
        Transaction t = new Transaction(requester, address, write ? Access.WRITE : Access.READ);
        unit.translate(t);
        if (pasid >= 0 || (t.hasSubstreams() && can.substreamBits() > 0)) {
            return new Reached(Outcome.UNKNOWN, 0);
        }
        return t.passes() ? new Reached(Outcome.MEMORY, t.output()) : new Reached(Outcome.BLOCKED, 0);
    }
}
