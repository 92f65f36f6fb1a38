package dev.moat.iommu.amdvi;

import dev.moat.bits.BitField;
import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One unit of a search: registers, what it finds in memory, caches. Registers, tables, commands and events are in their
 * architectural format; caches are small values.
 *
 * <p>A family of slots that the options leave out has no elements. Rights are a set of {@link Translation#READ} and {@link
 * Translation#WRITE}.
 */
public final class AmdViUnit {
    /** What {@link #cachedFrame} answers for memory that is none of the modelled frames. */
    public static final int ELSEWHERE = -1;

    private static final int BOTH = Translation.READ | Translation.WRITE;
    private static final List<BitField> RIGHTS = List.of(BitField.bit("R", 0), BitField.bit("W", 1));

    private final AmdViGeometry g;
    private final TableMap map;
    private final TablesInMemory tables;
    private final SlotMemory memory;

    /** The registers. */
    public final RegisterBank registers;
    /** {@link DeviceTableEntry#QUAD0} per requester. */
    public final Slots quad0;
    /** {@link DeviceTableEntry#QUAD1} per requester. */
    public final Slots quad1;
    /** {@link PageTableEntry} per table of level 1 and index. */
    public final Slots leaf;
    /** {@link PageTableEntry} per table above level 1 (its number minus {@link TableMap#leafTables}) and index. */
    public final Slots directory;
    /** The word of each CPU that a COMPLETION_WAIT stores to: 0, 1, or the number of a wait. {@code @writer} IOMMU. */
    public final Slots waits;
    /** First word of the command per ring entry; dead outside of head to tail. */
    public final Slots commandLo;
    /** Second word of the command per ring entry. */
    public final Slots commandHi;
    /** First word of the event per log entry; dead outside of head to tail. */
    public final Slots eventLo;
    /** Second word of the event per log entry. */
    public final Slots eventHi;

    /** Whether the device table entry of a requester is cached, as it may be with V clear too. */
    public final Slots cachedEntry;
    /** Its quadword 0; dead when it is not cached, as the next one. */
    public final Slots cachedQuad0;
    /** Its quadword 1. */
    public final Slots cachedQuad1;
    /** Whether a page fault of a requester has been logged since its entry was forgotten; asked for where the entry has SE. */
    public final Slots faulted;
    /** Cached page per tag and page: rights of the path, without any device's; 0 when nothing is cached. */
    public final Slots pageRights;
    /** Cached page per tag and page: frame + 1, 0 for memory outside the model, scratch page last; dead when nothing is cached. */
    public final Slots pageFrame;
    /**
     * Per tag and page: code of the {@link Outcome} by which the tables had no page, 0 when that is not cached; only where the
     * rights are 0. Left out without NpCache, as is the other failure.
     */
    public final Slots pageFailure;
    /** Walk in flight per requester: the rights it found, 0 when there is no walk. */
    public final Slots walkRights;
    /** Walk in flight per requester: as {@link #pageFailure}. */
    public final Slots walkFailure;
    /** Walk in flight per requester: the tag; dead without a walk, as the next two. */
    public final Slots walkTag;
    /** Walk in flight per requester: the page. */
    public final Slots walkPage;
    /** Walk in flight per requester: as {@link #pageFrame}. */
    public final Slots walkFrame;
    /** Cached directory entries. */
    public final TableCaches directories;

    /** Declares a unit; the words of CPUs are always meaningful. */
    public AmdViUnit(SchemaBuilder schema, AmdViGeometry geometry) {
        this(schema, geometry, (s, cpu) -> true);
    }

    /**
     * Declares the unit's slots.
     *
     * @param waitLive whether a CPU's word still matters to someone; it is 0 otherwise
     */
    public AmdViUnit(SchemaBuilder schema, AmdViGeometry geometry, Liveness waitLive) {
        this(schema, geometry, waitLive, "", null);
    }

    /**
     * Declares a further unit of the same machine. What is memory is the other's, device table and page tables and CPUs' words;
     * no requester may be behind both. Registers, caches, command buffer and event log are its own.
     *
     * @param name stands before the names of its own slots
     */
    public AmdViUnit(SchemaBuilder schema, String name, AmdViUnit other) {
        this(schema, other.g, (s, cpu) -> true, name + ".", other);
    }

    private AmdViUnit(
            SchemaBuilder schema,
            AmdViGeometry geometry,
            Liveness waitLive,
            String prefix,
            @Nullable AmdViUnit memoryOf) {
        g = geometry;
        map = new TableMap(g);
        Varying varying = new Varying(g, map);
        registers = new RegisterBank(schema, prefix, varying.registers(), new RegisterBank.Start(0, 0));
        tables = memoryOf == null ? new TablesInMemory(schema, g, map, varying) : memoryOf.tables;
        quad0 = tables.quads.get(0);
        quad1 = tables.quads.get(1);
        leaf = tables.leaf;
        directory = tables.directory;

        Declaring cache = (name, index) -> schema.slots(prefix + name, Role.CACHE, Writer.IOMMU, index);
        Sort none = Sort.numbered("None", "", 0);
        Sort cached = g.has(Part.DEVICE_CACHE) ? g.requesters() : none;
        cachedEntry = cache.slots("cachedEntry", cached).bits(1);
        Liveness remembered = (s, r) -> cachedEntry().get(s, r) != 0;
        cachedQuad0 = cache.slots("cachedQuad0", cached).live(remembered).word(DeviceTableEntry.QUAD0, varying.quad0());
        cachedQuad1 = cache.slots("cachedQuad1", cached).live(remembered).word(DeviceTableEntry.QUAD1, varying.quad1());
        faulted = cache.slots("faulted", g.has(Part.FIRST_FAULTS) ? g.requesters() : none)
                .bits(1);
        pageRights =
                cache.slots("pageRights", g.tags(), g.pages()).fields(RIGHTS).bits(2);
        pageFrame = cache.slots("pageFrame", g.tags(), g.pages())
                .live((s, i) -> pageRights().get(s, i) != 0)
                .optional(g.reached());
        Sort walkers = g.has(Part.WALKS) ? g.requesters() : none;
        Liveness walking = this::isWalking;
        walkRights = cache.slots("walkRights", walkers).fields(RIGHTS).bits(2);
        walkTag = cache.slots("walkTag", walkers).live(walking).of(g.tags());
        walkPage = cache.slots("walkPage", walkers).live(walking).of(g.pages());
        walkFrame = cache.slots("walkFrame", walkers).live(walking).optional(g.reached());

        boolean failures = g.capabilities().cachesFailures();
        SchemaBuilder negative = schema.onlyIf(failures);
        Declaring failure = (name, index) -> negative.slots(prefix + name, Role.CACHE, Writer.IOMMU, index);
        int outcomes = Translation.OUTCOME.width();
        pageFailure = failure.slots("pageFailure", failures ? g.tags() : none, g.pages())
                .bits(outcomes);
        walkFailure = failure.slots("walkFailure", failures ? walkers : none).bits(outcomes);

        Sort ring = Sort.numbered("RingEntry", "c", g.ring());
        Liveness queued = (s, i) -> isBetween(registers().commandHead, registers().commandTail, s, i);
        // No domain or device of another command makes the number of a CPU's word: that has a frame's number above bit
        // 9.
        BitField store = Commands.CompletionWait.ADDRESS;
        commandLo = queue(schema, prefix + "commandLo", Writer.HYPERVISOR, ring)
                .live(queued)
                .naming(new Slots.Named(store.lo(), store.width(), g.cpus(), map.waitAddress(0) >>> store.lo()))
                .decodedBy(Commands::fieldsLo)
                .word(List.of(Commands.OPCODE, Commands.Pages.DOMAIN_ID), varying.commandLo());
        commandHi = queue(schema, prefix + "commandHi", Writer.HYPERVISOR, ring)
                .live(queued)
                .decodedBy(commandLo, Commands::fieldsHi)
                .word(Commands.Pages.HI, varying.commandHi());
        boolean logs = g.has(Part.EVENT_LOG);
        SchemaBuilder log = schema.onlyIf(logs);
        Sort events = Sort.numbered("LogEntry", "e", logs ? g.ring() : 0);
        Liveness logged = (s, i) -> isBetween(registers().eventHead, registers().eventTail, s, i);
        eventLo = queue(log, prefix + "eventLo", Writer.IOMMU, events)
                .live(logged)
                .word(Events.LO, varying.eventLo());
        eventHi = queue(log, prefix + "eventHi", Writer.IOMMU, events)
                .live(logged)
                .word(Events.HI, varying.eventHi());
        waits = memoryOf != null
                ? memoryOf.waits
                : queue(schema, "waits", Writer.IOMMU, g.cpus())
                        .live(waitLive)
                        .word(List.of(Commands.CompletionWait.DATA), varying.waitData());
        directories = new TableCaches(schema, prefix, g, map);
        memory = new SlotMemory(g, map, tables, waits, List.of(commandLo, commandHi, eventLo, eventHi));
    }

    @FunctionalInterface
    private interface Declaring {
        SlotsBuilder slots(String name, Sort... index);
    }

    private static SlotsBuilder queue(SchemaBuilder schema, String name, Writer writer, Sort... index) {
        return schema.slots(name, Role.QUEUE, writer, index);
    }

    // Liveness code runs only after construction; these keep it from reading fields that are not assigned yet.
    private Slots pageRights() {
        return pageRights;
    }

    private Slots cachedEntry() {
        return cachedEntry;
    }

    private RegisterBank registers() {
        return registers;
    }

    /** Whether an entry of a ring lies between its head and its tail. */
    private boolean isBetween(Slots head, Slots tail, long[] s, int entry) {
        long first = Registers.RingPointer.ENTRY.get(head.get(s));
        long behind = Registers.RingPointer.ENTRY.get(tail.get(s));
        return ((entry - first) & (g.ring() - 1)) < ((behind - first) & (g.ring() - 1));
    }

    /** Whether a requester has a walk in flight. */
    public boolean isWalking(long[] s, int requester) {
        return walkRights.size() != 0
                && (walkRights.get(s, requester) != 0
                        || (walkFailure.size() != 0 && walkFailure.get(s, requester) != 0));
    }

    public AmdViGeometry geometry() {
        return g;
    }

    /** Where everything is. */
    public TableMap map() {
        return map;
    }

    /** All that this unit finds in memory, at its addresses. */
    public Memory memory() {
        return memory;
    }

    /** Rights of the cached page, 0 when nothing is cached. */
    public int cachedRights(long[] s, int tag, int page) {
        return (int) pageRights.get(s, tag, page);
    }

    /** Frame that the cached page leads to; meaningful when {@link #cachedRights} is not 0. */
    public int cachedFrame(long[] s, int tag, int page) {
        return (int) pageFrame.get(s, tag, page) - 1;
    }

    /**
     * Sets up what a running system has: every entry above level 1 leads to its next table with all rights. Device table entries
     * and leaves are left as they are.
     */
    public void connect(long[] s) {
        for (Map.Entry<TableMap.Key, Integer> e : map.numbers().entrySet()) {
            TableMap.Key key = e.getKey();
            TableMap.Key above = new TableMap.Key(key.tree(), key.level() + 1, key.prefix() >>> g.indexBits());
            Integer parent = map.numbers().get(above);
            if (parent != null) {
                int index = (int) (key.prefix() & ((1L << g.indexBits()) - 1));
                long entry = PageTableEntry.table(key.level(), map.frameOf(e.getValue()), BOTH);
                directory.set(s, parent - map.leafTables(), index, entry);
            }
        }
    }

    /** Quadword 0 of a device table entry that leads to a tree. */
    public long quad0For(int tree, int rights) {
        return DeviceTableEntry.quad0(g.levels(), map.frameOf(map.top(tree)), rights);
    }

    /**
     * One store of software to a device table entry; the others act between two of them.
     *
     * @param n which quadword, 0 or 1
     */
    public void setQuad(long[] s, int requester, int n, long value) {
        tables.quads.get(n).set(s, requester, value);
    }

    /** Element of {@link #leaf} through which a page's walk goes in a tree, or -1 when no table of level 1 is linked there. */
    public int leafElement(long[] s, int tree, int page) {
        int table = g.levels() == 1 || !map.areLeavesInFrames() ? map.table(tree, 1, page) : linked(s, tree, page);
        return table < 0 ? ELSEWHERE : (table << g.indexBits()) + map.index(1, page);
    }

    private int linked(long[] s, int tree, int page) {
        long above = directory(s, tree, 2, page);
        boolean leads = PageTableEntry.PR.isSet(above) && PageTableEntry.NEXT_LEVEL.get(above) == 1;
        int table = leads ? map.tableAt(PageTableEntry.ADDR.get(above)) : ELSEWHERE;
        return table < map.leafTables() ? table : ELSEWHERE;
    }

    /** The entry of level 1 of a page in a tree; 0 without a table. */
    public long leaf(long[] s, int tree, int page) {
        int element = leafElement(s, tree, page);
        return element < 0 ? 0 : leaf.get(s, element);
    }

    /** Software stores the entry of level 1 of a page in a tree; nothing happens without a table. */
    public void setLeaf(long[] s, int tree, int page, long entry) {
        int element = leafElement(s, tree, page);
        if (element >= 0) {
            leaf.set(s, element, entry);
        }
    }

    /** The entry of a level above 1 through which a page's walk goes. */
    public long directory(long[] s, int tree, int level, int page) {
        return directory.get(s, map.table(tree, level, page) - map.leafTables(), map.index(level, page));
    }

    /** Software stores it. Needs {@link Part#DIRECTORIES}. */
    public void setDirectory(long[] s, int tree, int level, int page, long entry) {
        directory.set(s, map.table(tree, level, page) - map.leafTables(), map.index(level, page), entry);
    }

    /** An entry of level 1 that leads to a frame; 0 when there are no rights. */
    public long pageTo(int frame, int rights) {
        return rights == 0 ? 0 : PageTableEntry.page(g.frameNumber(frame), rights);
    }
}
