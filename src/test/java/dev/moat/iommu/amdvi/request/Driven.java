package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.SparseMemory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Caches;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.CommandBuffer;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.iommu.amdvi.semantics.MmioUnit;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.state.SchemaBuilder;
import java.util.List;
import java.util.function.Function;

/** A unit behind its registers, on memory of its own, for tests. */
final class Driven {
    static final int DEVICE = 0x20;
    static final int DOMAIN = 5;
    static final long DEVICE_TABLE = 0x300000;
    static final long COMMANDS = 0x310000;
    static final long LOG = 0x320000;
    static final long ROOT = 0x400;
    static final int BOTH = Translation.READ | Translation.WRITE;

    final SparseMemory memory = new SparseMemory(0x80000000L);
    final RegisterBank registers;
    final MmioUnit unit;
    final Requests requests;
    final long[] s;

    Driven() {
        this(Capabilities.usual(), RequestCaches.none());
    }

    Driven(Capabilities can, RequestCaches caches) {
        this(
                Behaviour.specified(can),
                parts -> new SpecifiedRequests(parts.registers(), parts.memory(), caches, parts.log(), can),
                caches);
    }

    /** What requests are made of. */
    record Parts(RegisterBank registers, SparseMemory memory, EventLog log) {}

    Driven(Behaviour behaviour, Function<Parts, Requests> making, Caches caches) {
        SchemaBuilder schema = new SchemaBuilder();
        registers = new RegisterBank(schema);
        EventLog log = new EventLog(registers, memory, behaviour);
        requests = making.apply(new Parts(registers, memory, log));
        Caches forgetting = requests instanceof Caches own ? own : caches;
        CommandBuffer commands = new CommandBuffer(registers, memory, forgetting, log, behaviour);
        unit = new MmioUnit(registers, commands, behaviour);
        s = schema.build().blank();
    }

    /** Registers as a driver leaves them: 256 device table entries, rings of 256 entries, everything on. */
    Driven on() {
        write(Registers.DEVICE_TABLE_BASE, DEVICE_TABLE | 1);
        write(Registers.COMMAND_BASE, COMMANDS | 8L << 56);
        write(Registers.EVENT_BASE, LOG | 8L << 56);
        write(Registers.CONTROL, 0x1005);
        return this;
    }

    void write(int offset, long value) {
        unit.write(s, offset, value);
        unit.run(s);
    }

    long read(int offset) {
        return unit.read(s, offset);
    }

    void store(long address, long value) {
        memory.write(s, address, value);
    }

    long load(long address) {
        return memory.read(s, address);
    }

    /** Software stores an entry, the quadword with V last. */
    void entry(int deviceId, long quad0, long quad1) {
        long at = DEVICE_TABLE + 32L * deviceId;
        store(at + 24, 0);
        store(at + 16, 0);
        store(at + 8, quad1);
        store(at, quad0);
    }

    /** Tables of three levels at 400000, 401000, 402000, linked for addresses below 2 MiB, and an entry that leads there. */
    Driven mapped() {
        store(0x400000, PageTableEntry.table(2, 0x401, BOTH));
        store(0x401000, PageTableEntry.table(1, 0x402, BOTH));
        store(0x402008, PageTableEntry.page(0x1001, BOTH));
        store(0x402010, PageTableEntry.page(0x1002, BOTH));
        entry(DEVICE, DeviceTableEntry.quad0(3, ROOT, BOTH), DeviceTableEntry.quad1(DOMAIN));
        return this;
    }

    /** Software writes a command and the tail. */
    void command(long lo, long hi) {
        long tail = registers.commandTail.get(s);
        store(COMMANDS + tail, lo);
        store(COMMANDS + tail + 8, hi);
        write(Registers.COMMAND_TAIL, (tail + 16) & 0xfff);
    }

    long request(long iova, boolean write) {
        return request(DEVICE, iova, write);
    }

    long request(int deviceId, long iova, boolean write) {
        return requests.request(s, deviceId, iova, 4, write);
    }

    Outcome outcome(long iova, boolean write) {
        return Translation.outcome(request(iova, write));
    }

    /** Where a request goes, or -1 when it is blocked. */
    long reaches(long iova, boolean write) {
        long answer = request(iova, write);
        return Translation.reachesMemory(answer) ? Translation.address(answer, iova) : -1;
    }

    /** First and second word of the newest event. */
    List<Long> lastEvent() {
        long at = LOG + registers.eventTail.get(s) - 16;
        return List.of(load(at), load(at + 8));
    }

    int events() {
        return (int) (registers.eventTail.get(s) / 16);
    }
}
