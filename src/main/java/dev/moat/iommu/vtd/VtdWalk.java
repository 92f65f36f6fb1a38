package dev.moat.iommu.vtd;

import static dev.moat.iommu.Rights.READ;
import static dev.moat.iommu.Rights.WRITE;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.LegacyRules;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.Reserved;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SourceId;
import java.util.Arrays;
import java.util.List;

/**
 * The answer of the tables, or of the context cache, to a DMA request. Reads only; the IOTLB is not asked here, see
 * {@link VtdCaches}.
 *
 * <p>{@code @fails} in this order. Root entry: table access (8), not present (1), reserved bits (0xA). Context entry:
 * table access (9), not present (2), reserved bits (0xB), invalid (3), request type (0xD), width (4). Each level:
 * access (7), permission (5 for writes, 6 for reads), reserved bits (0xC). {@code @source} VTD-WALK. {@code @oracle}
 * SlowWalk in the tests.
 */
public final class VtdWalk {
    /** AT: an ordinary request. */
    public static final int UNTRANSLATED = 0;
    /** AT: a device TLB asks for a translation. */
    public static final int TRANSLATION = 1;
    /** AT: the address comes from a device TLB. */
    public static final int TRANSLATED = 2;

    private static final int PAGE_SHIFT = SecondLevelEntry.ADDR.lo();
    private static final BitField INTERRUPT_PREFIX = new BitField("INTERRUPT_PREFIX", 63, 20);
    private static final long INTERRUPTS = 0xFEE;

    private final VtdUnit u;
    private final TableMap map;
    private final long rootReserved;
    private final LegacyRules rules;
    private final int[][] entryOn;
    private final int contexts;
    private final TableWalk tableWalk;

    public VtdWalk(VtdUnit unit) {
        u = unit;
        map = unit.map();
        VtdGeometry g = unit.geometry();
        Capabilities can = g.capabilities();
        rootReserved = Reserved.mask(RootEntry.LO) | Reserved.beyond(RootEntry.CTP, can.hostAddressBits());
        rules = new LegacyRules(can, g.indexBits());
        entryOn = contextTables(g);
        contexts = g.requesters().size();
        tableWalk = new TableWalk(unit, rules);
    }

    /** For each context table and requester, the requester whose entry stands at the same devfn there, or -1. */
    private int[][] contextTables(VtdGeometry g) {
        List<Integer> buses = map.buses();
        int[][] at = new int[buses.size()][g.requesters().size()];
        for (int bus = 0; bus < at.length; bus++) {
            Arrays.fill(at[bus], -1);
            for (int r = 0; r < at[bus].length; r++) {
                int sid = SourceId.of(buses.get(bus), g.devfn(r));
                at[bus][r] = g.sourceIds().indexOf(sid);
            }
        }
        return at;
    }

    /** As {@link #translate(long[], int, long, boolean, int)} for an ordinary request. */
    public long translate(long[] s, int requester, long iova, boolean write) {
        return translate(s, requester, iova, write, UNTRANSLATED);
    }

    /**
     * Answers a request.
     *
     * @param iova byte address
     * @param at address type of the request, 0 to 3; a translation request is answered like an ordinary one
     * @return a {@link Translation}
     */
    public long translate(long[] s, int requester, long iova, boolean write, int at) {
        long outside = outside(s, iova);
        if (outside != 0) {
            return outside;
        }
        int context = context(s, requester);
        if (context < 0) {
            return -context;
        }
        long settled = settled(lo(s, context), hi(s, context), iova, at);
        return settled != 0 ? settled : descend(s, context, iova >>> PAGE_SHIFT, write);
    }

    /**
     * What the tables as software stored them answer to an ordinary request, as if nothing were cached.
     *
     * @return a {@link Translation}
     */
    public long uncached(long[] s, int requester, long page, boolean write) {
        long iova = page << PAGE_SHIFT;
        long outside = outside(s, iova);
        if (outside != 0) {
            return outside;
        }
        int entry = place(s, requester);
        if (entry < 0) {
            return -entry;
        }
        long lo = u.contextLo.get(s, entry);
        long hi = u.contextHi.get(s, entry);
        int fault = rules.contextFault(lo, hi);
        if (fault != 0) {
            return fault;
        }
        long settled = settled(lo, hi, iova, UNTRANSLATED);
        if (settled != 0) {
            return settled;
        }
        int did = (int) ContextEntry.DID.get(hi);
        return tableWalk.memory(s, ContextEntry.SLPTPTR.get(lo), LegacyRules.levels(hi), page, write, did, true);
    }

    /** The answer to a request that no context entry is asked for, or 0; no such answer is 0. */
    private long outside(long[] s, long iova) {
        if (!Registers.Gsts.TES.isSet(u.gsts.get(s))) {
            return untranslated(iova, 0);
        }
        return INTERRUPT_PREFIX.get(iova) == INTERRUPTS ? Translation.INTERRUPT_RANGE : 0;
    }

    /**
     * The context entry that an ordinary request for a page goes through on its way to IOTLB and second-level tables,
     * or a negative number when it does not get there.
     */
    int toTables(long[] s, int requester, long page) {
        long iova = page << PAGE_SHIFT;
        if (outside(s, iova) != 0) {
            return -1;
        }
        int context = context(s, requester);
        return context < 0 || settled(lo(s, context), hi(s, context), iova, UNTRANSLATED) != 0 ? -1 : context;
    }

    /**
     * The context entry that the unit uses for a requester: an element of {@link VtdUnit#contextLo}, or beyond them all
     * one of {@link VtdUnit#cachedLo}; minus the code of the fault reason when there is none.
     */
    private int context(long[] s, int requester) {
        if (isCached(s, requester)) {
            return contexts + requester;
        }
        int failure = cachedFailure(s, requester);
        return failure != 0 ? -failure : readContext(s, requester);
    }

    private long lo(long[] s, int context) {
        return context < contexts ? u.late.visible(s, u.contextLo, context) : u.cachedLo.get(s, context - contexts);
    }

    private long hi(long[] s, int context) {
        return context < contexts ? u.late.visible(s, u.contextHi, context) : u.cachedHi.get(s, context - contexts);
    }

    /** The DID of what {@link #toTables} answered. */
    int did(long[] s, int context) {
        return (int) ContextEntry.DID.get(hi(s, context));
    }

    /** Code of the reason why the context cache blocks a requester, 0 when it does not. */
    int cachedFailure(long[] s, int requester) {
        return u.cachedFailure.size() == 0 ? 0 : (int) VtdUnit.REASON.get(u.cachedFailure.get(s, requester));
    }

    /** Whether the context cache holds the requester's entry. */
    boolean isCached(long[] s, int requester) {
        return u.cachedLo.size() != 0 && ContextEntry.P.isSet(u.cachedLo.get(s, requester));
    }

    /** The DID under which the context cache lets a requester's translations be found, or -1. */
    public int cachedDid(long[] s, int requester) {
        return isCached(s, requester) ? (int) ContextEntry.DID.get(u.cachedHi.get(s, requester)) : -1;
    }

    /** The DID that the tables in memory give a requester, or -1 when its context entry is absent or wrong. */
    public int memoryDid(long[] s, int requester) {
        int entry = readContext(s, requester);
        return entry < 0 ? -1 : (int) ContextEntry.DID.get(hi(s, entry));
    }

    /**
     * Reads root and context entry from memory and checks them.
     *
     * @return element of {@link VtdUnit#contextLo} whose entry applies, or minus the code of the fault reason
     */
    int readContext(long[] s, int requester) {
        int entry = place(s, requester);
        if (entry < 0) {
            return entry;
        }
        int fault = rules.contextFault(lo(s, entry), hi(s, entry));
        return fault == 0 ? entry : -fault;
    }

    /** Where the root table leads: an element of {@link VtdUnit#contextLo}, or minus the code of the fault reason. */
    private int place(long[] s, int requester) {
        if (Registers.RtAddr.RTA.get(u.rtAddr.get(s)) != map.root()) {
            return -FaultReason.ROOT_ACCESS.code();
        }
        int bus = map.busOf(requester);
        long root = u.rootLo.get(s, bus);
        if (!RootEntry.P.isSet(root)) {
            return -FaultReason.ROOT_NOT_PRESENT.code();
        }
        if ((root & rootReserved) != 0 || u.rootHi.get(s, bus) != 0) {
            return -FaultReason.ROOT_RESERVED.code();
        }
        int table = map.busAt(RootEntry.CTP.get(root));
        if (table < 0) {
            return -FaultReason.CONTEXT_ACCESS.code();
        }
        int entry = entryOn[table][requester];
        return entry < 0 ? -FaultReason.CONTEXT_NOT_PRESENT.code() : entry;
    }

    /** Whether the context entry in memory, if there is a place for one, switches the recording of faults off. */
    boolean isUnrecorded(long[] s, int requester) {
        int entry = place(s, requester);
        return entry >= 0 && ContextEntry.FPD.isSet(lo(s, entry));
    }

    /** Whether the entry that the unit uses for a requester switches the recording of qualified faults off. */
    boolean isFaultUnrecorded(long[] s, int requester) {
        if (isCached(s, requester)) {
            return ContextEntry.FPD.isSet(u.cachedLo.get(s, requester));
        }
        return cachedFailure(s, requester) != 0
                ? VtdUnit.UNRECORDED.isSet(u.cachedFailure.get(s, requester))
                : isUnrecorded(s, requester);
    }

    /** The answer that a valid context entry gives without tables, or 0; no such answer is 0. */
    private long settled(long lo, long hi, long iova, int at) {
        int type = (int) ContextEntry.TT.get(lo);
        int did = (int) ContextEntry.DID.get(hi);
        if (at != UNTRANSLATED && (type != ContextEntry.TT_DEVICE_TLB || at > TRANSLATED)) {
            return Translation.blocked(FaultReason.REQUEST_TYPE_BLOCKED);
        }
        if (at == TRANSLATED) {
            return untranslated(iova, did);
        }
        if (rules.isBeyond(iova, hi)) {
            return Translation.blocked(FaultReason.ADDRESS_BEYOND_WIDTH);
        }
        return type == ContextEntry.TT_PASS_THROUGH ? untranslated(iova, did) : 0;
    }

    /** What the tables that {@link #toTables} leads to answer. */
    long descend(long[] s, int context, long page, boolean write) {
        long table = ContextEntry.SLPTPTR.get(lo(s, context));
        return tableWalk.hardware(s, table, LegacyRules.levels(hi(s, context)), page, write, did(s, context));
    }

    /** As {@link TableWalk#next} for what {@link #toTables} answered. */
    int nextTable(long[] s, int context, int node) {
        return tableWalk.next(
                s, ContextEntry.SLPTPTR.get(lo(s, context)), LegacyRules.levels(hi(s, context)), did(s, context), node);
    }

    /**
     * What a tree yields for a page, without root and context entry: the second-level walk alone, as the walker sees it.
     *
     * @param page 4 KiB page number, within the geometry's width
     * @return a {@link Translation} with DID 0
     */
    public long lookUp(long[] s, int tree, long page, boolean write) {
        return tableWalk.memory(s, map.secondLevel(map.top(tree)), u.geometry().levels(), page, write, 0, false);
    }

    /** As {@link #lookUp}, with the entries that software stored instead of those that the walker sees. */
    public long lookUpStored(long[] s, int tree, long page, boolean write) {
        return tableWalk.memory(s, map.secondLevel(map.top(tree)), u.geometry().levels(), page, write, 0, true);
    }

    private static long untranslated(long iova, int did) {
        return Translation.to(SecondLevelEntry.ADDR.get(iova), READ | WRITE, Translation.SIZE_ALL, did);
    }
}
