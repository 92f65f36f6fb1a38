package dev.moat.iommu.smmuv3;

import dev.moat.bits.BitField;
import dev.moat.iommu.Memory;
import dev.moat.iommu.Rights;
import dev.moat.iommu.queue.CommandSlots;
import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.RegisterBank;
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
 * One unit of a search: registers, what it finds in memory, caches. Registers, stream table entries, context descriptors, tables and
 * commands are in their architectural format; caches are small values.
 *
 * <p>A family of slots that the geometry leaves out has no elements. Rights are a set of {@link Rights}. What a stream is configured to is
 * cached in one piece: a driver has its changes forgotten between two stores, which one call of
 * {@link dev.moat.iommu.Entries} stands for here.
 */
public final class SmmuUnit {
    /** What {@link #cachedFrame} answers for memory that is none of the modelled frames. */
    public static final int ELSEWHERE = -1;
    /** In a list of a stream's words: word 0 of its stream table entry. */
    public static final int ENTRY = 0;
    /** The word with its tag: word 0 of its context descriptor, or word 2 of its entry. */
    public static final int TAGGED = 1;
    /** The word with its tables: word 1 of its context descriptor, or word 3 of its entry. */
    public static final int ROOT = 2;

    private static final CommandSlots.Format FORMAT = new CommandSlots.Format(
            List.of(Commands.OPCODE), List.of(Commands.ADDRESS), Commands::fieldsLo, Commands::fieldsHi);

    private static final List<BitField> RIGHTS = List.of(BitField.bit("R", 0), BitField.bit("W", 1));

    private final SmmuGeometry g;
    private final Capabilities can;
    private final TableMap map;
    private final SlotMemory memory;
    /** Elements of {@link #leaf} and {@link #directory} by space and page. */
    private final int[][] leafElements;

    private final int[][] aboveElements;

    /** The registers. */
    public final RegisterBank registers;
    /** Words that say what a stream is configured to, per requester: {@link #ENTRY}, {@link #TAGGED}, {@link #ROOT}. */
    public final List<Slots> streams;
    /** {@link TableDescriptor} per leaf table and index. */
    public final Slots leaf;
    /** {@link TableDescriptor} per table above those (its number minus {@link TableMap#leafTables}) and index. */
    public final Slots directory;
    /** The command queue. */
    public final CommandSlots commands;

    /** Whether the configuration of a requester is cached. */
    public final Slots cachedStream;
    /** Its words; dead when it is not cached, and except the first when it aborts. */
    public final List<Slots> cachedWords;
    /** Cached page per tag and page: rights, 0 when nothing is cached. */
    public final Slots pageRights;
    /** Cached page per tag and page: frame + 1, 0 for memory outside the model, scratch page last; dead when nothing is cached. */
    public final Slots pageFrame;
    /** Cached page per tag and page: 1 when it is a part of a block; dead when nothing is cached. Without elements where there are none. */
    public final Slots pageOfBlock;
    /** Cached leaf table per tag and {@link #nodes}: number of the table + 1, 0 when nothing is cached. */
    public final Slots cachedTable;
    /** Transaction in flight per requester: the rights that it found, 0 without one. */
    public final Slots walkRights;
    /** Transaction in flight per requester: the tag; dead without one, as the next two. */
    public final Slots walkTag;
    /** Transaction in flight per requester: the page. */
    public final Slots walkPage;
    /** Transaction in flight per requester: as {@link #pageFrame}. */
    public final Slots walkFrame;
    /** The leaf tables that pages need, one for each place in a space: the second index of {@link #cachedTable}. */
    public final Sort nodes;

    /** Declares a unit. */
    public SmmuUnit(SchemaBuilder schema, SmmuGeometry geometry) {
        this(schema, geometry, "", null);
    }

    /**
     * Declares a further unit of the same machine. What is memory is the other's; no requester may be behind both. Registers, caches and
     * command queue are its own.
     *
     * @param name stands before the names of its own slots
     */
    public SmmuUnit(SchemaBuilder schema, String name, SmmuUnit other) {
        this(schema, other.g, name + ".", other);
    }

    private SmmuUnit(SchemaBuilder schema, SmmuGeometry geometry, String prefix, @Nullable SmmuUnit memoryOf) {
        g = geometry;
        can = g.capabilities();
        map = new TableMap(g);
        Varying varying = new Varying(g, map);
        registers = new RegisterBank(schema, prefix, varying.registers(), new RegisterBank.Start(0, 0), can);
        if (memoryOf == null) {
            streams = streams(schema, "", g.requesters(), varying);
            Sort entry = Sort.numbered("Entry", "", 1 << g.indexBits());
            leaf = memory(schema, "leaf", tables("LeafTable", 0, map.leafTables()), entry)
                    .word(TableDescriptor.FIELDS, varying.leaf());
            directory = memory(schema, "directory", tables("Directory", map.leafTables(), map.tables()), entry)
                    .word(TableDescriptor.FIELDS, varying.directory());
        } else {
            streams = memoryOf.streams;
            leaf = memoryOf.leaf;
            directory = memoryOf.directory;
        }

        Declaring cache = (name, index) -> schema.slots(prefix + name, Role.CACHE, Writer.IOMMU, index);
        Sort none = Sort.numbered("None", "", 0);
        Sort cached = g.has(Part.STREAM_CACHE) ? g.requesters() : none;
        cachedStream = cache.slots("cachedStream", cached).bits(1);
        cachedWords = streams(schema, prefix + "cached.", cached, varying);
        pageRights =
                cache.slots("pageRights", g.tags(), g.pages()).fields(RIGHTS).bits(2);
        Liveness page = (s, i) -> pageRights().get(s, i) != 0;
        pageFrame = cache.slots("pageFrame", g.tags(), g.pages()).live(page).optional(g.reached());
        pageOfBlock = cache.slots("pageOfBlock", g.has(Part.TABLE_FRAMES) ? g.tags() : none, g.pages())
                .live(page)
                .bits(1);
        nodes = g.has(Part.TABLE_CACHES) ? nodesInUse() : none;
        cachedTable = cache.slots("cachedTable", g.has(Part.TABLE_CACHES) ? g.tags() : none, nodes)
                .bits(SlotsBuilder.bitsFor(map.leafTables()));
        Sort walkers = g.has(Part.WALKS) ? g.requesters() : none;
        Liveness walking = this::isWalking;
        walkRights = cache.slots("walkRights", walkers).fields(RIGHTS).bits(2);
        walkTag = cache.slots("walkTag", walkers).live(walking).of(g.tags());
        walkPage = cache.slots("walkPage", walkers).live(walking).of(g.pages());
        walkFrame = cache.slots("walkFrame", walkers).live(walking).optional(g.reached());

        leafElements = elements(0);
        aboveElements = elements(1);
        commands = new CommandSlots(schema, prefix, registers.commands, varying.commands(), FORMAT);
        memory = new SlotMemory(this);
    }

    private int[][] elements(int height) {
        int from = height == 0 ? 0 : map.leafTables();
        int[][] elements = new int[g.spaces().size()][g.pages().size()];
        for (int space = 0; space < elements.length; space++) {
            for (int page = 0; page < elements[space].length; page++) {
                int table = map.table(space, height, g.pageNumber(page));
                elements[space][page] = table == TableMap.NONE ? ELSEWHERE : element(table - from, height, page);
            }
        }
        return elements;
    }

    private int element(int table, int height, int page) {
        return (table << g.indexBits()) + map.index(height, g.pageNumber(page));
    }

    @FunctionalInterface
    private interface Declaring {
        SlotsBuilder slots(String name, Sort... index);
    }

    private static SlotsBuilder memory(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index);
    }

    private List<Slots> streams(SchemaBuilder schema, String prefix, Sort requesters, Varying varying) {
        boolean cache = !prefix.isEmpty();
        List<String> names = g.isFirst() ? List.of("ste", "cd", "cd.ttb") : List.of("ste", "ste.s2", "ste.ttb");
        List<List<BitField>> fields = g.isFirst()
                ? List.of(
                        StreamTableEntry.FIELDS.get(0),
                        ContextDescriptor.FIELDS.get(0),
                        ContextDescriptor.FIELDS.get(1))
                : List.of(
                        StreamTableEntry.FIELDS.get(0), StreamTableEntry.FIELDS.get(2), StreamTableEntry.FIELDS.get(3));
        List<Slots> words = new ArrayList<>();
        for (int n = 0; n < names.size(); n++) {
            SlotsBuilder word = schema.slots(
                    prefix + names.get(n),
                    cache ? Role.CACHE : Role.ARCHITECTURAL,
                    cache ? Writer.IOMMU : Writer.HYPERVISOR,
                    requesters);
            if (cache) {
                word = word.live((s, r) -> cachedStream().get(s, r) != 0);
            } else if (n == ENTRY) {
                word = word.fixed(StreamTableEntry.V.mask());
            }
            words.add(word.word(fields.get(n), varying.stream(n)));
        }
        return List.copyOf(words);
    }

    private Sort tables(String name, int from, int to) {
        if (g.has(Part.TABLE_FRAMES) && from == 0) {
            return new Sort(name, g.sizes().addresses().frames().labels());
        }
        List<String> labels = new ArrayList<>();
        for (int table = from; table < to; table++) {
            TableMap.Key key = map.key(table);
            labels.add(g.spaces().label(key.space()) + ".l" + (TableDescriptor.LAST_LEVEL - key.height()) + "@"
                    + Long.toHexString(key.prefix()));
        }
        return new Sort(name, labels);
    }

    private Sort nodesInUse() {
        List<String> labels = new ArrayList<>();
        for (int page = 0; page < g.pages().size(); page++) {
            String label = "l3@" + Long.toHexString(g.pageNumber(page) >>> g.indexBits());
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

    private Slots cachedStream() {
        return cachedStream;
    }

    /** Whether a requester has a transaction in flight. */
    public boolean isWalking(long[] s, int requester) {
        return walkRights.size() != 0 && walkRights.get(s, requester) != 0;
    }

    public SmmuGeometry geometry() {
        return g;
    }

    /** What it can do. */
    public Capabilities capabilities() {
        return can;
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

    /** Sets up what a running system has: every descriptor above the leaf tables leads to its next table, if that has a place of its own. */
    public void connect(long[] s) {
        for (int table = map.leafTables(); table < map.tables(); table++) {
            TableMap.Key key = map.key(table);
            for (int page = 0; page < g.pages().size(); page++) {
                long number = g.pageNumber(page);
                int next = key.height() == 0 ? TableMap.NONE : map.table(key.space(), key.height() - 1, number);
                if (next != TableMap.NONE && map.table(key.space(), key.height(), number) == table) {
                    directory.set(
                            s,
                            table - map.leafTables(),
                            map.index(key.height(), number),
                            TableDescriptor.table(map.frameOf(next)));
                }
            }
        }
    }

    /** The first word of a stream that its stage translates. */
    public long translating(int requester) {
        return g.isFirst()
                ? StreamTableEntry.of(StreamTableEntry.STAGE_1, map.context(requester))
                : StreamTableEntry.of(StreamTableEntry.STAGE_2, 0);
    }

    /** The word with a tag. */
    public long taggedWord(int tag) {
        int id = SmmuGeometry.id(tag);
        return g.isFirst()
                ? ContextDescriptor.ASID.set(g.contextFields(), id)
                : StreamTableEntry.S2_VMID.set(g.stage2Fields(), id);
    }

    /** The tag that such a word has, or -1. */
    public int tagOf(long taggedWord) {
        return (int) (g.isFirst() ? ContextDescriptor.ASID : StreamTableEntry.S2_VMID).get(taggedWord) - 1;
    }

    /** The word that leads to a space's tables. */
    public long rootWord(int space) {
        return map.frameOf(map.root(space)) << SmmuGeometry.PAGE_SHIFT;
    }

    /** Whether a word 0 of a stream table entry has transactions translated. */
    public static boolean isTranslating(long entry) {
        return StreamTableEntry.V.isSet(entry) && StreamTableEntry.CONFIG.get(entry) > StreamTableEntry.BYPASS;
    }

    /** Element of {@link #leaf} through which a page's walk goes in a space, or -1 when no leaf table is linked there. */
    public int leafElement(long[] s, int space, int page) {
        if (!g.has(Part.TABLE_FRAMES)) {
            return fixedLeafElement(space, page);
        }
        long above = above(s, space, page);
        int table = TableDescriptor.leadsToTable(above) ? map.tableAt(TableDescriptor.ADDRESS.get(above)) : ELSEWHERE;
        return table < 0 || table >= map.leafTables() ? ELSEWHERE : element(table, 0, page);
    }

    /** The same where every page has its leaf table from the start. */
    public int fixedLeafElement(int space, int page) {
        return leafElements[space][page];
    }

    /** The leaf descriptor of a page in a space; 0 without a table. */
    public long leaf(long[] s, int space, int page) {
        int element = leafElement(s, space, page);
        return element < 0 ? 0 : leaf.get(s, element);
    }

    /** Software stores the leaf descriptor of a page in a space; nothing happens without a table. */
    public void setLeaf(long[] s, int space, int page, long descriptor) {
        int element = leafElement(s, space, page);
        if (element >= 0) {
            leaf.set(s, element, descriptor);
        }
    }

    /** The descriptor above a page's leaf table. */
    public long above(long[] s, int space, int page) {
        return directory.get(s, aboveElements[space][page]);
    }

    /** Software stores it. */
    public void setAbove(long[] s, int space, int page, long descriptor) {
        directory.set(s, aboveElements[space][page], descriptor);
    }

    /** A leaf descriptor that leads to a frame; 0 when there are no rights. */
    public long pageTo(int frame, int rights) {
        boolean write = (rights & Rights.WRITE) != 0;
        if (rights == Rights.NONE) {
            return 0;
        }
        return g.isFirst()
                ? TableDescriptor.page(g.frameNumber(frame), write)
                : TableDescriptor.stage2Page(g.frameNumber(frame), (rights & Rights.READ) != 0, write);
    }

    /** The rights that a leaf descriptor gives, none when it is not valid. */
    public int rightsOf(long descriptor) {
        if (!TableDescriptor.VALID.isSet(descriptor)) {
            return Rights.NONE;
        }
        if (g.isFirst()) {
            return TableDescriptor.AP_READ_ONLY.isSet(descriptor) ? Rights.READ : Rights.ALL;
        }
        return (TableDescriptor.S2AP_READ.isSet(descriptor) ? Rights.READ : Rights.NONE)
                | (TableDescriptor.S2AP_WRITE.isSet(descriptor) ? Rights.WRITE : Rights.NONE);
    }
}
