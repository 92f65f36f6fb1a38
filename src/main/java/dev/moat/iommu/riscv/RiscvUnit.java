package dev.moat.iommu.riscv;

import dev.moat.bits.BitField;
import dev.moat.iommu.Memory;
import dev.moat.iommu.queue.CommandSlots;
import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.RegisterBank;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One unit of a search: registers, what it finds in memory, caches. Registers, contexts, tables and commands are in their
 * architectural format; caches are small values.
 *
 * <p>A family of slots that the geometry leaves out has no elements. Rights are a set of {@link dev.moat.iommu.Rights}.
 */
public final class RiscvUnit {
    /** What {@link #cachedFrame} answers for memory that is none of the modelled frames. */
    public static final int ELSEWHERE = -1;

    /** How commands are read. */
    public static final CommandSlots.Format COMMANDS = new CommandSlots.Format(
            List.of(Commands.OPCODE, Commands.FUNC3), Commands.Translations.HI, Commands::fieldsLo, Commands::fieldsHi);

    private static final List<BitField> RIGHTS = List.of(BitField.bit("R", 0), BitField.bit("W", 1));

    private final RiscvGeometry g;
    private final TableMap map;
    private final SlotMemory memory;

    /** The registers. */
    public final RegisterBank registers;
    /** Words of the device contexts, per requester: a list of four. */
    public final List<Slots> contexts;
    /** {@link PageTableEntry} per leaf table and index. */
    public final Slots leaf;
    /** {@link PageTableEntry} per table above those (its number minus {@link TableMap#leafTables}) and index; root entries that no page needs are left out. */
    public final Slots directory;
    /** The command queue. */
    public final CommandSlots commands;

    /** Whether the context of a requester is cached. */
    public final Slots cachedContext;
    /** Its words; dead when it is not cached. */
    public final List<Slots> cachedWords;
    /** Cached page per tag and page: rights, 0 when nothing is cached. */
    public final Slots pageRights;
    /** Cached page per tag and page: frame + 1, 0 for memory outside the model, scratch page last; dead when nothing is cached. */
    public final Slots pageFrame;
    /** Cached leaf table per tag and {@link #nodes}: number of the table + 1, 0 when nothing is cached. */
    public final Slots cachedTable;
    /** Request in flight per requester: the rights that it found, 0 without one. */
    public final Slots walkRights;
    /** Request in flight per requester: the tag; dead without one, as the next two. */
    public final Slots walkTag;
    /** Request in flight per requester: the page. */
    public final Slots walkPage;
    /** Request in flight per requester: as {@link #pageFrame}. */
    public final Slots walkFrame;
    /** Request in flight per requester: 1 when a command covered it, so that nothing of it is cached; dead without one. */
    public final Slots walkCovered;
    /** The leaf tables that pages need, one for each place in a space: the second index of {@link #cachedTable}. */
    public final Sort nodes;

    /** Declares a unit. */
    public RiscvUnit(SchemaBuilder schema, RiscvGeometry geometry) {
        this(schema, geometry, "", null);
    }

    /**
     * Declares a further unit of the same machine. What is memory is the other's, contexts and page tables; no requester may be
     * behind both. Registers, caches and command queue are its own.
     *
     * @param name stands before the names of its own slots
     */
    public RiscvUnit(SchemaBuilder schema, String name, RiscvUnit other) {
        this(schema, other.g, name + ".", other);
    }

    private RiscvUnit(SchemaBuilder schema, RiscvGeometry geometry, String prefix, @Nullable RiscvUnit memoryOf) {
        g = geometry;
        map = new TableMap(g);
        Varying varying = new Varying(g, map);
        registers = new RegisterBank(schema, prefix, varying.registers(), new RegisterBank.Start(0, 0));
        if (memoryOf == null) {
            contexts = contexts(schema, "", g.users().requesters(), varying);
            Sort entry = Sort.numbered("Entry", "", 1 << g.indexBits());
            leaf = memory(schema, "leaf", tables("LeafTable", 0, map.leafTables()), entry)
                    .word(PageTableEntry.FIELDS, varying.leaf());
            directory = memory(schema, "directory", tables("Directory", map.leafTables(), map.tables()), entries())
                    .word(PageTableEntry.FIELDS, varying.directory());
        } else {
            contexts = memoryOf.contexts;
            leaf = memoryOf.leaf;
            directory = memoryOf.directory;
        }

        Declaring cache = (name, index) -> schema.slots(prefix + name, Role.CACHE, Writer.IOMMU, index);
        Sort none = Sort.numbered("None", "", 0);
        Sort cached = g.has(Part.CONTEXT_CACHE) ? g.users().requesters() : none;
        cachedContext = cache.slots("cachedContext", cached).bits(1);
        cachedWords = contexts(schema, prefix + "cached.", cached, varying);
        pageRights =
                cache.slots("pageRights", g.tags(), g.pages()).fields(RIGHTS).bits(2);
        pageFrame = cache.slots("pageFrame", g.tags(), g.pages())
                .live((s, i) -> pageRights().get(s, i) != 0)
                .optional(g.reached());
        nodes = g.has(Part.TABLE_CACHES) ? nodesInUse() : none;
        cachedTable = cache.slots("cachedTable", g.has(Part.TABLE_CACHES) ? g.tags() : none, nodes)
                .bits(SlotsBuilder.bitsFor(map.leafTables()));
        Sort walkers = g.has(Part.WALKS) ? g.users().requesters() : none;
        Liveness walking = this::isWalking;
        walkRights = cache.slots("walkRights", walkers).fields(RIGHTS).bits(2);
        walkTag = cache.slots("walkTag", walkers).live(walking).of(g.tags());
        walkPage = cache.slots("walkPage", walkers).live(walking).of(g.pages());
        walkFrame = cache.slots("walkFrame", walkers).live(walking).optional(g.reached());
        walkCovered = cache.slots("walkCovered", g.has(Part.UNFENCED) ? walkers : none)
                .live(walking)
                .bits(1);

        commands = new CommandSlots(schema, prefix, registers.commands, varying.commands(), COMMANDS);
        memory = new SlotMemory(this);
    }

    @FunctionalInterface
    private interface Declaring {
        SlotsBuilder slots(String name, Sort... index);
    }

    private static SlotsBuilder memory(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index);
    }

    private List<Slots> contexts(SchemaBuilder schema, String prefix, Sort requesters, Varying varying) {
        List<Slots> words = new ArrayList<>();
        List<String> names = List.of("tc", "iohgatp", "ta", "fsc");
        List<List<BitField>> fields = List.of(Control.FIELDS, SecondStage.FIELDS, Attributes.FIELDS, Pointer.FIELDS);
        boolean cache = !prefix.isEmpty();
        for (int n = 0; n < names.size(); n++) {
            SlotsBuilder word = schema.slots(
                    prefix + names.get(n),
                    cache ? Role.CACHE : Role.ARCHITECTURAL,
                    cache ? Writer.IOMMU : Writer.HYPERVISOR,
                    requesters);
            if (cache) {
                word = word.live((s, r) -> cachedContext().get(s, r) != 0);
            }
            words.add(word.word(fields.get(n), varying.context(n)));
        }
        return List.copyOf(words);
    }

    private Sort entries() {
        int last = map.index(g.levels() - 1, g.pageNumber(g.pages().size() - 1));
        return Sort.numbered("Entry", "", Math.max(last + 1, 1 << g.indexBits()));
    }

    private Sort tables(String name, int from, int to) {
        if (g.has(Part.TABLE_FRAMES) && from == 0) {
            return new Sort(name, g.addresses().frames().labels());
        }
        List<String> labels = new ArrayList<>();
        for (int table = from; table < to; table++) {
            TableMap.Key key = map.key(table);
            labels.add(
                    g.users().spaces().label(key.space()) + ".l" + key.level() + "@" + Long.toHexString(key.prefix()));
        }
        return new Sort(name, labels);
    }

    private Sort nodesInUse() {
        List<String> labels = new ArrayList<>();
        for (int page = 0; page < g.pages().size(); page++) {
            String label = "l0@" + Long.toHexString(g.pageNumber(page) >>> g.indexBits());
            if (!labels.contains(label)) {
                labels.add(label);
            }
        }
        return new Sort("Node", labels);
    }

    // Liveness code runs only after construction; these keep it from reading fields that are not assigned yet.
    private Slots pageRights() {
        return pageRights;
    }

    private Slots cachedContext() {
        return cachedContext;
    }

    /** Whether a requester has a request in flight. */
    public boolean isWalking(long[] s, int requester) {
        return walkRights.size() != 0 && walkRights.get(s, requester) != 0;
    }

    public RiscvGeometry geometry() {
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

    /** The place of a page's leaf table in {@link #nodes}. */
    int node(long page) {
        return (int) ((page >>> g.indexBits()) - (g.pageNumber(0) >>> g.indexBits()));
    }

    /** Rights of the cached page, 0 when nothing is cached. */
    public int cachedRights(long[] s, int tag, int page) {
        return (int) pageRights.get(s, tag, page);
    }

    /** Frame that the cached page leads to; meaningful when {@link #cachedRights} is not 0. */
    public int cachedFrame(long[] s, int tag, int page) {
        return (int) pageFrame.get(s, tag, page) - 1;
    }

    /** Sets up what a running system has: every entry above the leaf tables leads to its next table, if that has a place of its own. */
    public void connect(long[] s) {
        for (int table = map.leafTables(); table < map.tables(); table++) {
            TableMap.Key key = map.key(table);
            for (int page = 0; page < g.pages().size(); page++) {
                long number = g.pageNumber(page);
                int next = key.level() == 0 ? TableMap.NONE : map.table(key.space(), key.level() - 1, number);
                if (next != TableMap.NONE && map.table(key.space(), key.level(), number) == table) {
                    directory.set(
                            s,
                            table - map.leafTables(),
                            map.index(key.level(), number),
                            PageTableEntry.table(map.frameOf(next)));
                }
            }
        }
    }

    /** The word of a context that leads to a space's tables: FSC of a first stage, IOHGATP of a second one under a GSCID. */
    public long rootWord(int space, int gscid) {
        long root = map.frameOf(map.root(space));
        return g.isFirst() ? Pointer.of(g.mode(), root) : SecondStage.of(g.mode(), gscid, root);
    }

    /** Which word of a context that is. */
    public int rootIndex() {
        return g.isFirst() ? DeviceContext.FSC : DeviceContext.IOHGATP;
    }

    /** Element of {@link #leaf} through which a page's walk goes in a space, or -1 when no leaf table is linked there. */
    public int leafElement(long[] s, int space, int page) {
        long number = g.pageNumber(page);
        if (!g.has(Part.TABLE_FRAMES)) {
            return fixedLeafElement(space, page);
        }
        int table = linked(s, space, page);
        return table < 0 ? ELSEWHERE : (table << g.indexBits()) + map.index(0, number);
    }

    /** The same where every page has its leaf table from the start. */
    public int fixedLeafElement(int space, int page) {
        long number = g.pageNumber(page);
        return (map.table(space, 0, number) << g.indexBits()) + map.index(0, number);
    }

    private int linked(long[] s, int space, int page) {
        long above = above(s, space, page);
        boolean leads = PageTableEntry.V.isSet(above) && !PageTableEntry.isLeaf(above);
        int table = leads ? map.tableAt(PageTableEntry.PPN.get(above)) : ELSEWHERE;
        return table < map.leafTables() ? table : ELSEWHERE;
    }

    /** The leaf entry of a page in a space; 0 without a table. */
    public long leaf(long[] s, int space, int page) {
        int element = leafElement(s, space, page);
        return element < 0 ? 0 : leaf.get(s, element);
    }

    /** Software stores the leaf entry of a page in a space; nothing happens without a table. */
    public void setLeaf(long[] s, int space, int page, long entry) {
        int element = leafElement(s, space, page);
        if (element >= 0) {
            leaf.set(s, element, entry);
        }
    }

    private int aboveElement(int space, int page) {
        int table = map.table(space, 1, g.pageNumber(page)) - map.leafTables();
        return directory.size() / (map.tables() - map.leafTables()) * table + map.index(1, g.pageNumber(page));
    }

    /** The entry above a page's leaf table. */
    public long above(long[] s, int space, int page) {
        return directory.get(s, aboveElement(space, page));
    }

    /** Software stores it. */
    public void setAbove(long[] s, int space, int page, long entry) {
        directory.set(s, aboveElement(space, page), entry);
    }

    /** A leaf entry that leads to a frame; 0 when there are no rights. */
    public long pageTo(int frame, int rights) {
        return rights == 0
                ? 0
                : PageTableEntry.page(
                        g.frameNumber(frame),
                        (rights & dev.moat.iommu.Rights.READ) != 0,
                        (rights & dev.moat.iommu.Rights.WRITE) != 0);
    }
}
