package dev.moat.iommu.vtd.recorded;

import dev.moat.iommu.Command;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;
import dev.moat.iommu.vtd.format.Registers.Iqa;
import dev.moat.iommu.vtd.format.Registers.RtAddr;
import dev.moat.iommu.vtd.register.CachePolicy;
import dev.moat.iommu.vtd.register.Messages;
import dev.moat.iommu.vtd.register.Unit;
import dev.moat.iommu.vtd.register.UnitOptions;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A VT-d unit in a recording: the executable unit without caches keeps the registers and answers requests; what stands in the queue is read
 * here, because a recorded unit may go on where the executable one stops. {@code @source} VTD-REGISTERS, VTD-QI.
 */
public final class RecordedVtd implements RecordedUnit {
    private static final int COMMAND = 0x18;
    private static final int STATUS = 0x1c;
    private static final int ROOT_ADDRESS = 0x20;
    private static final int CONTEXT_COMMAND = 0x28;
    private static final int TAIL = 0x88;
    private static final int QUEUE_ADDRESS = 0x90;
    private static final int PAGE_SHIFT = 12;
    private static final int WORD = Long.BYTES;
    private static final UnitOptions.Sizes NOTHING_CACHED = new UnitOptions.Sizes(0, 0, 0, 0, 0);

    private final Memory memory;
    private final VtdTableKinds kinds;
    private final VtdCommands commands;
    private final Unit unit;
    private final long[] s;
    private final int invalidation;
    private final boolean hasScalable;
    private final Deque<Command> byRegister = new ArrayDeque<>();
    private long rootAddress;
    private boolean queueOn;
    private long queueAddress;
    private long head;
    /** IVA, which reads as 0. */
    private long address;

    private boolean reset;

    /**
     * A unit after reset.
     *
     * @param settings {@code cap} and {@code ecap}, its capability registers; {@code haw}, bits of a host address, 52 where it is not told
     * @throws IllegalArgumentException when one is missing, then when no unit has such capabilities
     */
    public RecordedVtd(Memory memory, Map<String, Long> settings) {
        Long cap = settings.get("cap");
        Long ecap = settings.get("ecap");
        if (cap == null || ecap == null) {
            throw new IllegalArgumentException("a unit of vtd needs cap= and ecap=");
        }
        long width = settings.getOrDefault("haw", 52L);
        if (width < 32 || width > 52) {
            throw new IllegalArgumentException("haw= is not 32 to 52");
        }
        Capabilities can = new Capabilities(cap, ecap, (int) width, true);
        SchemaBuilder schema = new SchemaBuilder();
        UnitOptions options = new UnitOptions(can, CachePolicy.specified(), Deviations.NONE, NOTHING_CACHED, List.of());
        unit = new Unit(schema, "", options, memory, Messages.NONE);
        s = schema.build().blank();
        unit.reset(s);
        this.memory = memory;
        kinds = new VtdTableKinds(can);
        commands = new VtdCommands(can);
        invalidation = 16 * (int) Ecap.IRO.get(ecap);
        hasScalable = Ecap.SMTS.isSet(ecap);
    }

    private boolean isSet(long bit) {
        return (unit.read(s, STATUS, Integer.BYTES) & bit) != 0;
    }

    @Override
    public void wrote(int offset, int bytes, long value) {
        // What commands and queue have the executable unit do is not looked at: it caches nothing.
        unit.store(s, offset, bytes, value);
        int at = offset & -WORD;
        boolean high = bytes == WORD || (offset & Integer.BYTES) != 0;
        long word = bytes == WORD ? value : value << (high ? Integer.SIZE : 0);
        if (offset == COMMAND) {
            command(value);
        } else if (at == CONTEXT_COMMAND && high && Ccmd.ICC.isSet(word)) {
            long low = unit.read(s, CONTEXT_COMMAND, WORD) & 0xffffffffL;
            give(commands.contextRegister(bytes == WORD ? word : word | low));
        } else if (at == invalidation + WORD && high && IotlbCommand.IVT.isSet(word)) {
            give(commands.translationRegister(word, address));
        } else if (at == invalidation) {
            long kept = bytes == WORD ? 0 : address & (high ? 0xffffffffL : -1L << Integer.SIZE);
            address = kept | word;
        }
    }

    private void command(long value) {
        if (GlobalCommand.SRTP.isSet(value)) {
            rootAddress = unit.read(s, ROOT_ADDRESS, WORD);
        }
        boolean on = GlobalCommand.QIE.isSet(value);
        if (on != queueOn) {
            queueOn = on;
            reset = true;
            head = 0;
            queueAddress = on ? unit.read(s, QUEUE_ADDRESS, WORD) : 0;
        }
    }

    private void give(Command command) {
        byRegister.add(
                !queueOn
                        ? command
                        : Command.plain(
                                Command.What.WRONG,
                                Command.BY_REGISTER,
                                command.words(),
                                "a command register is written while the queue is on"));
    }

    @Override
    public Done wasRead(int offset, int bytes, long value) {
        boolean high = bytes == WORD || (offset & Integer.BYTES) != 0;
        int at = offset & -WORD;
        long word = bytes == WORD ? value : value << Integer.SIZE;
        boolean done = high
                && ((at == CONTEXT_COMMAND && !Ccmd.ICC.isSet(word))
                        || (at == invalidation + WORD && !IotlbCommand.IVT.isSet(word)));
        return done ? Done.BY_REGISTER : Done.NOTHING;
    }

    @Override
    public boolean translates() {
        return isSet(Gsts.TES.mask());
    }

    private boolean isScalable() {
        return hasScalable && RtAddr.TTM.get(rootAddress) == 1;
    }

    @Override
    public List<Root> roots() {
        if (!isSet(Gsts.RTPS.mask())) {
            return List.of();
        }
        TableKind kind = isScalable() ? VtdTableKinds.SCALABLE_ROOT : VtdTableKinds.ROOT;
        return List.of(new Root(RtAddr.RTA.get(rootAddress), kind, 0));
    }

    @Override
    public Entry decode(TableKind kind, long[] words, int at) {
        return kinds.decode(kind, words, at);
    }

    private int descriptorBytes() {
        return Iqa.DW.isSet(queueAddress) ? 32 : 16;
    }

    @Override
    public @Nullable Command next() {
        if (!byRegister.isEmpty()) {
            return byRegister.poll();
        }
        int bytes = descriptorBytes();
        long tail = unit.read(s, TAIL, WORD);
        long slots = Iqa.entries(queueAddress);
        if (!queueOn || head == tail) {
            return null;
        } else if (tail % bytes != 0 || tail / bytes >= slots) {
            head = tail;
            return Command.plain(
                    Command.What.WRONG, Command.BY_REGISTER, List.of(tail), "the tail is behind the queue's end");
        }
        long at = (Iqa.BASE.get(queueAddress) << PAGE_SHIFT) + head;
        head = (head + bytes) % (slots * bytes);
        long[] words = RecordedUnit.words(memory, at, bytes / WORD);
        return words == null
                ? Command.plain(Command.What.UNKNOWN, at, List.of(), "its slot was not shown")
                : commands.of(at, words, isScalable());
    }

    @Override
    public boolean wasReset() {
        boolean was = reset;
        reset = false;
        return was;
    }

    @Override
    public long domain(long tag) {
        return tag >>> (TableKind.PASID_BITS + 1);
    }

    @Override
    public String tagName(long tag) {
        boolean first = (tag >>> TableKind.PASID_BITS & 1) != 0;
        return "DID " + domain(tag) + (first ? ", PASID " + (tag & (1 << TableKind.PASID_BITS) - 1) : "");
    }

    @Override
    public Reached translate(int requester, int pasid, long address, boolean write) {
        long answer = unit.dma(s, requester, pasid, address, write ? Access.WRITE : Access.READ);
        return DmaAnswer.isTranslated(answer)
                ? new Reached(Outcome.MEMORY, DmaAnswer.address(answer, address))
                : new Reached(Outcome.BLOCKED, 0);
    }
}
