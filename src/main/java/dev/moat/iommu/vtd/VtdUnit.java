package dev.moat.iommu.vtd;

import dev.moat.bits.BitField;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One unit in the state: registers, tables in memory, caches, invalidation queue. Tables stay in their architectural
 * format; caches are small values.
 *
 * <p>A family that the options leave out has no elements. Rights are a set of {@link Rights#READ} and {@link Rights#WRITE}.
 */
public final class VtdUnit {
    /** What {@link #cachedFrame} answers for memory that is none of the modelled frames. */
    public static final int ELSEWHERE = -1;

    private static final List<BitField> RIGHTS = List.of(BitField.bit("R", 0), BitField.bit("W", 1));

    /** In a set of denied rights: the entry that denied them was wrong, not merely without them. */
    static final int ERRONEOUS = 4;

    private static final List<BitField> DENIED =
            List.of(BitField.bit("NO_R", 0), BitField.bit("NO_W", 1), BitField.bit("ERRONEOUS", 2));
    /** Code of a {@link FaultReason} in a cached failure. */
    static final BitField REASON = new BitField("REASON", 3, 0);
    /** Whether recording of the fault is switched off by the entry that was cached as a failure. */
    static final BitField UNRECORDED = BitField.bit("FPD", 4);

    private final VtdGeometry g;
    private final TableMap map;
    private final TablesInMemory tables;
    private final String prefix;

    /** GSTS; one word. Fixed: translation and queue on. {@code @writer} HYPERVISOR. */
    public final Slots gsts;
    /** RTADDR; one word. Fixed: the root table's frame. {@code @writer} HYPERVISOR. */
    public final Slots rtAddr;
    /** {@link RootEntry#LO} per bus in use. */
    public final Slots rootLo;
    /** {@link RootEntry#HI} per bus in use. */
    public final Slots rootHi;
    /** {@link ContextEntry#LO} per requester: the entry at its bus and devfn. */
    public final Slots contextLo;
    /** {@link ContextEntry#HI} per requester. */
    public final Slots contextHi;
    /** {@link SecondLevelEntry} per table of level 1 and index; see {@link LeafTables#element}. */
    public final Slots leaf;
    /** {@link SecondLevelEntry} per table above level 1 (table number minus {@link TableMap#leafTables}) and index. */
    public final Slots directory;
    /** Context cache per requester: the entry's first word as cached; nothing is cached when P is clear. */
    public final Slots cachedLo;
    /** Context cache per requester: the entry's second word as cached, 0 when nothing is. */
    public final Slots cachedHi;
    /** IOTLB per tag and page: rights, 0 when nothing is cached. */
    public final Slots iotlbRights;
    /**
     * IOTLB per tag and page: frame + 1, as {@link VtdGeometry#reachedAt} numbers them, 0 for memory outside the model; dead when
     * nothing is cached.
     */
    public final Slots iotlbFrame;
    /**
     * IOTLB per tag and page: rights known to be missing (bit 2: the entry that lacks them is wrong); only where the
     * rights are 0. Left out without caching mode, as are the other two failures.
     */
    public final Slots iotlbDenied;
    /** Context cache per requester: REASON 3:0 of a failure, 0 when none is cached; FPD 4. Its DID tag is 0. */
    public final Slots cachedFailure;
    /** Walk in flight per requester: as {@link #iotlbDenied}. */
    public final Slots walkDenied;
    /** Walk in flight per requester: the rights it found, 0 when there is no walk. */
    public final Slots walkRights;
    /** Walk in flight per requester: the tag; dead without a walk. */
    public final Slots walkTag;
    /** Walk in flight per requester: the page; dead without a walk. */
    public final Slots walkPage;
    /** Walk in flight per requester: as {@link #iotlbFrame}; dead without a walk. */
    public final Slots walkFrame;
    /** First descriptor word per ring slot; dead outside the head's {@link #queueCount} slots. */
    public final Slots queueLo;
    /** Second descriptor word per ring slot; dead outside the head's {@link #queueCount} slots. */
    public final Slots queueHi;
    /** Ring slot of the oldest descriptor; always 0 unless the ring keeps its position. */
    public final Slots queueHead;
    /** Descriptors that the consumer has not executed. */
    public final Slots queueCount;
    /** FSTS.IQE: the consumer stopped at a bad descriptor. */
    public final Slots queueError;
    /** ICS.IWC: a wait with IF completed. */
    public final Slots waitComplete;
    /** Wait status per CPU, a 32-bit value in memory: 0, 1, or the number of a wait. {@code @writer} IOMMU. */
    public final Slots status;

    /** {@link Registers.FrcdLo} per fault record; left out, as the next four, without the fault records. */
    public final Slots frcdLo;
    /** {@link Registers.FrcdHi} per fault record; 0 when F is clear. */
    public final Slots frcdHi;
    /** Fault record that hardware writes next. */
    public final Slots faultNext;
    /** FSTS.FRI; 0 while no record has F set. */
    public final Slots faultIndex;
    /** FSTS.PFO. */
    public final Slots faultOverflow;
    /** CCMD; one word if the command registers are there, as the next two. */
    public final Slots ccmd;
    /** IVA. */
    public final Slots iva;
    /** The IOTLB invalidate register. */
    public final Slots iotlbCommand;
    /** Paging-structure caches. */
    public final PagingCaches paging;
    /** Table entries that software stored and the walker does not see yet. */
    public final LateStores late;
    /** Where leaf entries are, and the leaf tables as pages of memory. */
    public final LeafTables leaves;

    /** Declares a unit whose wait statuses are always meaningful. */
    public VtdUnit(SchemaBuilder schema, VtdGeometry geometry) {
        this(schema, geometry, (s, cpu) -> true);
    }

    /**
     * Declares the unit's slots.
     *
     * @param statusLive whether a CPU's wait status still matters to someone; it is 0 otherwise
     */
    public VtdUnit(SchemaBuilder schema, VtdGeometry geometry, Liveness statusLive) {
        this(schema, geometry, statusLive, "", null);
    }

    /**
     * Declares a further unit of the same machine. What is memory is the other's: root table, context entries, second-level
     * tables, late stores, wait statuses; no requester may be behind both. Registers, caches and queue are its own.
     *
     * @param name stands before the names of its own slots
     */
    public VtdUnit(SchemaBuilder schema, String name, VtdUnit other) {
        this(schema, other.g, (s, cpu) -> true, name + ".", other);
    }

    private VtdUnit(
            SchemaBuilder schema,
            VtdGeometry geometry,
            Liveness statusLive,
            String prefix,
            @Nullable VtdUnit memoryOf) {
        this.prefix = prefix;
        g = geometry;
        map = new TableMap(g);
        Varying varying = new Varying(g, map);
        Sort none = Sort.numbered("None", "", 0);
        gsts = register(schema, "gsts")
                .fixed(Registers.Gsts.TES.mask() | Registers.Gsts.QIES.mask() | Registers.Gsts.RTPS.mask())
                .word(Registers.Gsts.FIELDS, varying.gsts());
        rtAddr = register(schema, "rtAddr")
                .fixed(Registers.RtAddr.RTA.set(0, map.root()))
                .word(Registers.RtAddr.FIELDS, 0);
        TablesInMemory tables = memoryOf == null ? new TablesInMemory(schema, g, map, varying) : memoryOf.tables;
        this.tables = tables;
        rootLo = tables.rootLo;
        rootHi = tables.rootHi;
        contextLo = tables.contextLo;
        contextHi = tables.contextHi;
        directory = tables.directory;
        leaf = tables.leaf;

        Sort cached = g.options().contextCache() ? g.requesters() : none;
        cachedLo = cache(schema, "cachedLo", cached).word(ContextEntry.LO, varying.contextLo());
        cachedHi = cache(schema, "cachedHi", cached).word(ContextEntry.HI, varying.contextHi());
        iotlbRights =
                cache(schema, "iotlbRights", g.tags(), g.pages()).fields(RIGHTS).bits(2);
        iotlbFrame = cache(schema, "iotlbFrame", g.tags(), g.pages())
                .live((s, i) -> iotlbRights().get(s, i) != 0)
                .optional(g.reached());
        Sort walkers = g.options().walksInFlight() ? g.requesters() : none;
        Liveness walking = this::isWalking;
        walkRights = cache(schema, "walkRights", walkers).fields(RIGHTS).bits(2);
        walkTag = cache(schema, "walkTag", walkers).live(walking).of(g.tags());
        walkPage = cache(schema, "walkPage", walkers).live(walking).of(g.pages());
        walkFrame = cache(schema, "walkFrame", walkers).live(walking).optional(g.reached());

        Sort ring = Sort.numbered("RingSlot", "q", g.ring());
        queueHead = queue(schema, "queueHead", Writer.IOMMU)
                .bits(g.options().keepRingPosition() ? SlotsBuilder.bitsFor(g.ring() - 1) : 0);
        queueCount = queue(schema, "queueCount", Writer.HYPERVISOR).bits(SlotsBuilder.bitsFor(g.ring() - 1));
        queueError = queue(schema, "queueError", Writer.IOMMU).bits(1);
        waitComplete = queue(schema, "waitComplete", Writer.IOMMU).bits(1);
        Liveness queued = this::isQueued;
        queueLo = queue(schema, "queueLo", Writer.HYPERVISOR, ring)
                .live(queued)
                .decodedBy(Descriptors::fieldsLo)
                .word(List.of(Descriptors.TYPE, Descriptors.DID), varying.descriptorLo());
        // No page that is invalidated has the number of the page of statuses.
        long firstStatus = Descriptors.Wait.ADDR.get(Descriptors.waitAddress(map.statusAddress(0)));
        queueHi = queue(schema, "queueHi", Writer.HYPERVISOR, ring)
                .live(queued)
                .naming(new Slots.Named(
                        Descriptors.Wait.ADDR.lo(), Descriptors.Wait.ADDR.width(), g.cpus(), firstStatus))
                .decodedBy(queueLo, Descriptors::fieldsHi)
                .word(List.of(Descriptors.Iotlb.ADDR), varying.descriptorHi());
        status = memoryOf != null
                ? memoryOf.status
                : queue(schema, "status", Writer.IOMMU, g.cpus())
                        .live(statusLive)
                        .word(List.of(new BitField("DATA", Integer.SIZE - 1, 0)), varying.statusData());

        boolean failures = g.capabilities().cachesFailures();
        SchemaBuilder negative = schema.onlyIf(failures);
        iotlbDenied = cache(negative, "iotlbDenied", failures ? g.tags() : none, g.pages())
                .fields(DENIED)
                .bits(3);
        cachedFailure = cache(negative, "cachedFailure", failures ? cached : none)
                .fields(List.of(REASON, UNRECORDED))
                .bits(5);
        walkDenied = cache(negative, "walkDenied", failures ? walkers : none)
                .fields(DENIED)
                .bits(3);
        boolean commands = g.options().has(VtdGeometry.Part.COMMAND_REGISTERS);
        SchemaBuilder registers = schema.onlyIf(commands);
        Sort[] one = commands ? new Sort[0] : new Sort[] {none};
        ccmd = queue(registers, "ccmd", Writer.HYPERVISOR, one).word(Registers.Ccmd.FIELDS, varying.ccmd());
        iva = queue(registers, "iva", Writer.HYPERVISOR, one).word(Registers.Iva.FIELDS, varying.iva());
        iotlbCommand = queue(registers, "iotlbCommand", Writer.HYPERVISOR, one)
                .word(Registers.IotlbCommand.FIELDS, varying.iotlbCommand());
        boolean records = g.options().has(VtdGeometry.Part.FAULT_RECORDS);
        SchemaBuilder faults = schema.onlyIf(records);
        Sort[] single = records ? new Sort[0] : new Sort[] {none};
        int recorders = records ? g.capabilities().faultRecords() : 0;
        Sort record = Sort.numbered("FaultRecord", "frcd", recorders);
        frcdLo = queue(faults, "frcdLo", Writer.IOMMU, record).word(Registers.FrcdLo.FIELDS, varying.frcdLo());
        frcdHi = queue(faults, "frcdHi", Writer.IOMMU, record).word(Registers.FrcdHi.FIELDS, varying.frcdHi());
        int number = SlotsBuilder.bitsFor(Math.max(recorders - 1, 0));
        faultNext = queue(faults, "faultNext", Writer.IOMMU, single).bits(number);
        faultIndex = queue(faults, "faultIndex", Writer.IOMMU, single).bits(number);
        faultOverflow = queue(faults, "faultOverflow", Writer.IOMMU, single).bits(1);
        paging = new PagingCaches(schema, prefix, g, map);
        late = memoryOf != null ? memoryOf.late : new LateStores(schema, this);
        leaves = new LeafTables(this);
    }

    private SlotsBuilder register(SchemaBuilder schema, String name) {
        return schema.slots(prefix + name, Role.ARCHITECTURAL, Writer.HYPERVISOR);
    }

    private SlotsBuilder cache(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(prefix + name, Role.CACHE, Writer.IOMMU, index);
    }

    private SlotsBuilder queue(SchemaBuilder schema, String name, Writer writer, Sort... index) {
        return schema.slots(prefix + name, Role.QUEUE, writer, index);
    }

    // Liveness code runs only after construction; these keep it from reading fields that are not assigned yet.
    private Slots iotlbRights() {
        return iotlbRights;
    }

    /** Whether a requester has a walk in flight. */
    public boolean isWalking(long[] s, int requester) {
        return walkRights.size() != 0
                && (walkRights.get(s, requester) != 0 || (walkDenied.size() != 0 && walkDenied.get(s, requester) != 0));
    }

    private boolean isQueued(long[] s, int slot) {
        return ((slot - (int) queueHead.get(s)) & (g.ring() - 1)) < queueCount.get(s);
    }

    public VtdGeometry geometry() {
        return g;
    }

    /** Where the tables are. */
    public TableMap map() {
        return map;
    }

    /**
     * Sets up what a running system has: every root entry points to its context table, every entry above level 1 to
     * its next table with all rights. Context entries and leaves are left as they are.
     */
    public void connect(long[] s) {
        connect(s, Rights.ALL);
    }

    /** The same with these rights in every entry above level 1. */
    public void connect(long[] s, int rights) {
        for (int bus = 0; bus < map.buses().size(); bus++) {
            rootLo.set(s, bus, RootEntry.lo(map.contextTable(bus)));
        }
        tables.connect(s, rights);
    }

    /** That every entry above level 1 is as {@link #connect(long[])} leaves it. */
    public Predicate<long[]> connected() {
        return tables.connected();
    }

    /** The first word of a present context entry that leads a requester to a tree. */
    public long contextLoFor(int tree) {
        long lo = ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, map.secondLevel(map.first(tree, g.walked())));
        boolean asks = g.options().has(VtdGeometry.Part.DEVICE_TLBS);
        return asks ? ContextEntry.TT.set(lo, ContextEntry.TT_DEVICE_TLB) : lo;
    }

    /** The second word of a context entry with this DID and the geometry's width. */
    public long contextHiFor(int did) {
        return ContextEntry.hi(g.walked() - 2, did);
    }

    /** The leaf entry of a page in a tree, as software sees it, or the one that a superpage stands for; 0 without a table. */
    public long leaf(long[] s, int tree, int page) {
        long superpage = leaves.superpage(s, tree, page);
        if (superpage != 0) {
            return leaves.piece(superpage, page);
        }
        int element = leaves.element(s, tree, page);
        return element < 0 ? 0 : leaf.get(s, element);
    }

    /** Software stores the leaf entry of a page in a tree; nothing happens without a table. */
    public void setLeaf(long[] s, int tree, int page, long entry) {
        int element = leaves.element(s, tree, page);
        if (element >= 0) {
            late.store(s, leaf, element, entry);
        }
    }

    /**
     * Software stores the entry of level 2 through which a page's walk goes: {@link #superpageTo} merges the pages below
     * it, {@link #tableTo} splits them again. Needs {@link VtdGeometry.Options#directoriesVary}.
     */
    public void setDirectory(long[] s, int tree, int page, long entry) {
        late.store(s, directory, map.directoryElement(tree, 2, page), entry);
    }

    /**
     * An entry of level 2 that is a leaf: it leads to as many frames in a row as one leaf table has entries. The unit may
     * cache any of these pages by itself, so an invalidation has to cover all that were in use, and the table that was
     * there before needs one without IH.
     *
     * @param frame the first frame; its number has to be a multiple of the superpage's size, else the entry is wrong
     */
    public long superpageTo(int frame, int rights) {
        return rights == 0 ? 0 : leafTo(frame, rights) | SecondLevelEntry.SP.mask();
    }

    /** An entry of level 2 with all rights that leads to the leaf table of a page. */
    public long tableTo(int tree, int page) {
        return SecondLevelEntry.of(map.tableOf(tree, 1, page), Rights.ALL);
    }

    /** A leaf entry that leads to a frame; 0 when there are no rights. */
    public long leafTo(int frame, int rights) {
        return SecondLevelEntry.of(g.frameNumber(frame), rights);
    }

    /** Rights that the IOTLB grants, 0 when nothing is cached. */
    public int cachedRights(long[] s, int tag, int page) {
        return (int) iotlbRights.get(s, tag, page);
    }

    /** Frame that the IOTLB leads to; meaningful when {@link #cachedRights} is not 0. */
    public int cachedFrame(long[] s, int tag, int page) {
        return (int) iotlbFrame.get(s, tag, page) - 1;
    }

    /** An entry of a second-level table by table number and index, as the walker or as software sees it. */
    long entry(long[] s, int table, int index, boolean asStored) {
        Slots entries = table < map.leafTables() ? leaf : directory;
        int element = map.element(table, index);
        if (element < 0) {
            return 0;
        }
        return asStored ? entries.get(s, element) : late.visible(s, entries, element);
    }
}
