package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.Command;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Forgets;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Registers.DeviceTableBase;
import dev.moat.iommu.amdvi.format.Registers.ExtendedFeature;
import dev.moat.iommu.amdvi.format.Registers.RingBase;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.format.Registers.Status;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.CommandBuffer;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.iommu.amdvi.semantics.MmioUnit;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An AMD-Vi unit in a recording: the executable unit without caches keeps the registers and answers requests; what stands in the command
 * buffer is read here, because a recorded unit may go on where the executable one stops. {@code @source} AMDVI-REGISTERS, AMDVI-COMMANDS.
 */
public final class RecordedAmdVi implements RecordedUnit {
    private static final int INDEX_BITS = 9;
    private static final int PAGE_SHIFT = 12;
    private static final int WORD = Long.BYTES;
    private static final long NONE = -1;
    private static final long ONE_DEVICE = 1L << TableKind.PASID_BITS;

    private final Memory memory;
    private final RegisterBank registers;
    private final MmioUnit unit;
    private final CommandBuffer buffer;
    private final SpecifiedRequests requests;
    private final AmdViTableKinds kinds;
    private final long[] s;
    private List<Root> roots = List.of();
    private long rootsAt = NONE;
    private long head;
    private boolean reset;

    /**
     * A unit after reset.
     *
     * @param settings {@code efr}, its extended feature register
     * @throws IllegalArgumentException when it is missing, then when no unit has such features
     */
    public RecordedAmdVi(Memory memory, Map<String, Long> settings) {
        Long features = settings.get("efr");
        if (features == null) {
            throw new IllegalArgumentException("a unit of amd-vi needs efr=");
        } else if (ExtendedFeature.HATS.get(features) == ExtendedFeature.HATS.max()) {
            throw new IllegalArgumentException("efr= has HATS 3, which is reserved");
        }
        Capabilities can = new Capabilities(Capabilities.usual().header(), features, true, true);
        Behaviour behaviour = Behaviour.specified(can);
        SchemaBuilder schema = new SchemaBuilder();
        registers = new RegisterBank(schema);
        s = schema.build().blank();
        EventLog log = new EventLog(registers, memory, behaviour);
        RequestCaches none = RequestCaches.none();
        buffer = new CommandBuffer(registers, memory, none, log, behaviour);
        unit = new MmioUnit(registers, buffer, behaviour);
        requests = new SpecifiedRequests(registers, memory, none, log, can);
        kinds = new AmdViTableKinds(new DeviceCheck(INDEX_BITS, registers, behaviour), can.levels());
        this.memory = memory;
    }

    @Override
    public void wrote(int offset, int bytes, long value) {
        int at = offset & -WORD;
        boolean ran = registers.runsCommands(s);
        long old = unit.read(s, at);
        boolean high = (offset & Integer.BYTES) != 0;
        // Software may write a register in halves.
        long word = bytes == WORD
                ? value
                : high
                        ? (old & 0xffffffffL) | value << Integer.SIZE
                        : (old & (-1L << Integer.SIZE)) | (value & 0xffffffffL);
        unit.write(s, at, word);
        if (at == Registers.COMMAND_BASE || (ran && !registers.runsCommands(s))) {
            reset = true;
            head = at == Registers.COMMAND_BASE ? 0 : head;
        } else if (at == Registers.COMMAND_HEAD) {
            head = RingPointer.ENTRY.get(word);
        }
    }

    @Override
    public Done wasRead(int offset, int bytes, long value) {
        return offset == Registers.STATUS && Status.COM_WAIT_INT.isSet(value) ? Done.WAITS : Done.NOTHING;
    }

    @Override
    public boolean translates() {
        return registers.isOn(s);
    }

    @Override
    public List<Root> roots() {
        long base = registers.isOn(s) ? registers.deviceTable.get(s) : NONE;
        if (base != rootsAt) {
            rootsAt = base;
            roots = base == NONE ? List.of() : roots(base);
        }
        return roots;
    }

    private static List<Root> roots(long base) {
        List<Root> all = new ArrayList<>();
        for (long page = 0; page <= DeviceTableBase.SIZE.get(base); page++) {
            long position = page << AmdViTableKinds.DEVICES.pageShift();
            all.add(new Root(DeviceTableBase.BASE.get(base) + page, AmdViTableKinds.DEVICES, position));
        }
        return List.copyOf(all);
    }

    @Override
    public Entry decode(TableKind kind, long[] words, int at) {
        return kinds.decode(kind, words, at);
    }

    @Override
    public @Nullable Command next() {
        long base = registers.commandBase.get(s);
        long tail = RingPointer.ENTRY.get(registers.commandTail.get(s));
        int entries = RingBase.entries(base);
        if (!registers.runsCommands(s) || head == tail) {
            return null;
        } else if (tail >= entries) {
            head = tail;
            return Command.plain(
                    Command.What.WRONG, Command.BY_REGISTER, List.of(tail), "the tail is behind the buffer's end");
        }
        long at = RingBase.address(base, head);
        head = (head + 1) & (entries - 1);
        long[] words = RecordedUnit.words(memory, at, 2);
        return words == null
                ? Command.plain(Command.What.UNKNOWN, at, List.of(), "its slot was not shown")
                : command(at, words[0], words[1]);
    }

    private Command command(long at, long lo, long hi) {
        List<Long> words = List.of(lo, hi);
        if (!buffer.isLegal(lo, hi)) {
            return Command.plain(
                    Command.What.WRONG, at, words, "it is not one that the unit knows, or has a reserved bit set");
        }
        int opcode = (int) Commands.OPCODE.get(lo);
        return switch (opcode) {
            case Commands.COMPLETION_WAIT -> waiting(at, words);
            case Commands.INVALIDATE_DEVTAB_ENTRY -> {
                long device = Commands.Device.DEVICE_ID.get(lo) << TableKind.PASID_BITS;
                yield Command.invalidation(
                        at, words, List.of(Forgets.entries(device, ONE_DEVICE)), "device table entry");
            }
            case Commands.INVALIDATE_IOMMU_PAGES -> pages(at, words);
            case Commands.INVALIDATE_IOTLB_PAGES -> {
                long device = Commands.IotlbPages.DEVICE_ID.get(lo) << TableKind.PASID_BITS;
                yield Command.invalidation(
                        at,
                        words,
                        List.of(Forgets.deviceTlb(device, ONE_DEVICE, Commands.firstPage(hi), Commands.pageCount(hi))),
                        "device TLB");
            }
            case Commands.INVALIDATE_IOMMU_ALL ->
                Command.invalidation(
                        at, words, List.of(Forgets.entries(0, 0), Forgets.everyTranslation()), "everything");
            default -> Command.plain(Command.What.OTHER, at, words, "no invalidation of translations");
        };
    }

    private static Command pages(long at, List<Long> words) {
        long hi = words.get(1);
        long domainId = Commands.Pages.DOMAIN_ID.get(words.get(0));
        if (Commands.Pages.GN.isSet(hi)) {
            return Command.plain(Command.What.OTHER, at, words, "guest translations");
        }
        long tag = AmdViTableKinds.tag(domainId);
        long page = Commands.firstPage(hi);
        long pages = Commands.pageCount(hi);
        boolean tables = Commands.Pages.PDE.isSet(hi);
        String range = pages == 0
                ? "all"
                : String.format(Locale.ROOT, "%#x to %#x", page << PAGE_SHIFT, ((page + pages) << PAGE_SHIFT) - 1);
        return Command.invalidation(
                at,
                words,
                List.of(Forgets.translations(tag, tag, page, pages, tables)),
                "pages of DomainID " + domainId + ", " + range + (tables ? "" : ", without PDE"));
    }

    private static Command waiting(long at, List<Long> words) {
        long lo = words.get(0);
        Command.Status status = Commands.CompletionWait.S.isSet(lo)
                ? new Command.Status(
                        Commands.CompletionWait.ADDRESS.get(lo) << Commands.CompletionWait.ADDRESS.lo(),
                        WORD,
                        words.get(1))
                : null;
        return new Command(Command.What.WAIT, at, words, List.of(), status, "completion wait");
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
        return "DomainID " + domain(tag);
    }

    @Override
    public Reached translate(int requester, int pasid, long address, boolean write) {
        if (pasid >= 0) {
            return new Reached(Outcome.UNKNOWN, 0);
        }
        long answer = requests.request(s, requester, address, WORD, write);
        return Translation.reachesMemory(answer)
                ? new Reached(Outcome.MEMORY, Translation.address(answer, address))
                : new Reached(Outcome.BLOCKED, 0);
    }
}
