package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.PasidDirectoryEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.RtAddr;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.format.Reserved;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelRules;
import dev.moat.iommu.vtd.format.SourceId;
import org.jspecify.annotations.Nullable;

/**
 * Reads root, context, PASID directory and PASID entries of both modes into the current entries, and checks them. At
 * each step it checks first whether the entry can be read, then whether it is present, then its reserved bits, then
 * its contents.
 *
 * <p>An entry is read whole and at once. The low bit of TTM alone tells the modes apart. {@code @source} VTD-WALK,
 * VTD-SCALABLE-WALK.
 */
final class DeviceTables {
    private static final int HALF = 128;
    private static final int WORD = Long.BYTES;

    /**
     * A requester's context entry as the unit goes by it.
     *
     * @param w0 first word of the entry, of either mode; 0 where it was not reached
     * @param w1 second word
     * @param cached whether it is in the cache; if not, it is the one in hand
     * @param wrong what makes it unusable, or null
     */
    record Context(
            long w0, long w1, boolean cached, @Nullable FaultCondition wrong) {
        /** The request, silent where the entry has FPD, which is the same bit in both modes. */
        long silencing(long request) {
            return Request.silencing(request, ContextEntry.FPD.isSet(w0));
        }
    }

    private final UnitState u;
    private final Memory memory;
    private final Caches caches;
    private final EntryCache contexts;
    private final EntryCache pasids;
    private final Capabilities capabilities;
    private final Deviations deviations;
    private final long rootReserved;
    private final long legacyReserved;
    private final long badTablePointer;
    private final boolean pointerReservedAlways;
    private final long scalableReserved;
    private final long directoryReserved;
    private final long pasidReserved;

    DeviceTables(UnitState u, Memory memory, UnitOptions options, Caches caches) {
        this.u = u;
        this.memory = memory;
        this.caches = caches;
        contexts = caches.contexts;
        pasids = caches.pasids;
        capabilities = options.capabilities();
        deviations = options.deviations();
        int width = capabilities.hostAddressBits();
        rootReserved = Reserved.mask(RootEntry.LO) | Reserved.beyond(RootEntry.CTP, width);
        badTablePointer = Reserved.beyond(ContextEntry.SLPTPTR, width);
        legacyReserved = Reserved.mask(ContextEntry.LO);
        pointerReservedAlways = deviations.has(Deviation.CONTEXT_POINTER_RESERVED);
        scalableReserved = Reserved.mask(ScalableContextEntry.W0)
                | Reserved.beyond(ScalableContextEntry.PASIDDIRPTR, width)
                | controlsReserved(options);
        directoryReserved =
                Reserved.mask(PasidDirectoryEntry.FIELDS) | Reserved.beyond(PasidDirectoryEntry.SMPTBLPTR, width);
        pasidReserved = Reserved.mask(PasidEntry.W0);
    }

    /** The controls of a scalable context entry that are reserved because the unit has nothing to control (VT-d 9.4, rev. 5.10). */
    private static long controlsReserved(UnitOptions options) {
        if (options.deviations().has(Deviation.CONTEXT_CONTROLS_UNCHECKED)) {
            return 0;
        }
        long ecap = options.ecap();
        return (Ecap.DT.isSet(ecap) ? 0 : ScalableContextEntry.DTE.mask())
                | (Ecap.PASID.isSet(ecap) ? 0 : ScalableContextEntry.PASIDE.mask())
                | (Ecap.PRS.isSet(ecap) ? 0 : ScalableContextEntry.PRE.mask());
    }

    /** Whether the unit can be in scalable mode at all. */
    boolean hasScalableMode() {
        return Ecap.SMTS.isSet(capabilities.ecap());
    }

    /** Whether the root table in use is one of scalable mode. */
    boolean isScalable(long[] s) {
        return hasScalableMode() && (RtAddr.TTM.get(u.root.get(s)) & 1) != 0;
    }

    /** Whether the root pointer in use is of a mode that the unit has: no unit here aborts all requests. */
    boolean isModeKnown(long[] s) {
        long mode = RtAddr.TTM.get(u.root.get(s));
        return mode == 0 || (mode == 1 && hasScalableMode()) || deviations.has(Deviation.MODE_BY_LOW_BIT);
    }

    /** The PASID of requests that carry none, from the second word of a scalable context entry. */
    long pasidOfRequester(long w1) {
        boolean field = Ecap.RPS.isSet(capabilities.ecap()) || deviations.has(Deviation.RID_PASID_ALWAYS);
        return field ? ScalableContextEntry.RID_PASID.get(w1) : 0;
    }

    /**
     * The PGTT of a PASID entry. One that some unit did not check, and that is not usable, counts by the tables that the unit
     * has.
     *
     * @param w0 its first word
     * @param w2 its third word
     */
    int kind(long w0, long w2) {
        int own = Ecap.FLTS.isSet(capabilities.ecap()) ? PasidEntry.FIRST_LEVEL : PasidEntry.SECOND_LEVEL;
        return PasidEntry.P.isSet(w0) && isTypeUsable(w0, w2) ? (int) PasidEntry.PGTT.get(w0) : own;
    }

    /** A requester's context entry: the cached one, or the one in memory, which is in hand then. That it is wrong is cached here. */
    Context context(long[] s, int sid) {
        int found = caches.findContext(s, sid);
        boolean cached = found >= 0;
        FaultCondition wrong = cached ? caches.contextFailure(s, found) : readContext(s, sid);
        int element = cached ? found : contexts.inHand();
        Context context = new Context(contexts.word(s, element, 0), contexts.word(s, element, 1), cached, wrong);
        if (wrong != null) {
            caches.fillContextFailure(s, sid, cached, wrong);
        }
        return context;
    }

    /**
     * Reads a requester's context entry into the one in hand.
     *
     * @return the condition that makes it unusable, or null; the first word in hand is the entry's own, or 0 where it was not
     *     reached
     */
    @Nullable
    FaultCondition readContext(long[] s, int sid) {
        contexts.drop(s);
        boolean scalable = isScalable(s);
        int devfn = (int) SourceId.FUNCTION.get(sid) | (int) SourceId.DEVICE.get(sid) << SourceId.DEVICE.lo();
        boolean upper = scalable && devfn >= HALF;
        long at = address(RtAddr.RTA.get(u.root.get(s)) & widthMask()) + 2 * WORD * SourceId.BUS.get(sid);
        if (!isReadable(s, at, 2)) {
            return FaultCondition.ROOT_ACCESS;
        }
        long lo = memory.read(s, at);
        long hi = memory.read(s, at + WORD);
        long used = upper ? hi : lo;
        if (!RootEntry.P.isSet(used)) {
            return FaultCondition.ROOT_NOT_PRESENT;
        }
        if (isRootReserved(scalable, used, upper ? lo : hi)) {
            return FaultCondition.ROOT_RESERVED;
        }
        long table = address(RootEntry.CTP.get(used));
        return scalable
                ? readScalable(s, table + ScalableContextEntry.BYTES * (long) (devfn % HALF))
                : readLegacy(s, table + 2 * WORD * (long) devfn);
    }

    private boolean isRootReserved(boolean scalable, long used, long other) {
        if ((used & rootReserved) != 0) {
            return true;
        }
        return scalable ? deviations.has(Deviation.BOTH_ROOT_HALVES) && (other & rootReserved) != 0 : other != 0;
    }

    private @Nullable FaultCondition readLegacy(long[] s, long at) {
        if (!take(s, contexts, at, 2)) {
            return FaultCondition.CONTEXT_ACCESS;
        }
        long lo = contexts.word(s, contexts.inHand(), 0);
        long hi = contexts.word(s, contexts.inHand(), 1);
        if (!ContextEntry.P.isSet(lo)) {
            return FaultCondition.CONTEXT_NOT_PRESENT;
        }
        int type = (int) ContextEntry.TT.get(lo);
        boolean passes = type == ContextEntry.TT_PASS_THROUGH;
        long reserved = legacyReserved | (passes && !pointerReservedAlways ? 0 : badTablePointer);
        if ((lo & reserved) != 0 || (hi & Reserved.mask(ContextEntry.HI)) != 0) {
            return FaultCondition.CONTEXT_RESERVED;
        }
        int width = (int) ContextEntry.AW.get(hi);
        boolean fits =
                !passes || width == capabilities.largestWidth() || deviations.has(Deviation.PASS_THROUGH_ANY_WIDTH);
        boolean usable = capabilities.supportsWidth(width) && isTypeAllowed(type) && fits;
        return usable ? null : FaultCondition.CONTEXT_INVALID;
    }

    private boolean isTypeAllowed(int type) {
        return switch (type) {
            case ContextEntry.TT_UNTRANSLATED -> true;
            case ContextEntry.TT_DEVICE_TLB -> Ecap.DT.isSet(capabilities.ecap());
            case ContextEntry.TT_PASS_THROUGH -> Ecap.PT.isSet(capabilities.ecap());
            default -> false;
        };
    }

    private @Nullable FaultCondition readScalable(long[] s, long at) {
        if (!take(s, contexts, at, UnitState.CONTEXT_WORDS)) {
            return FaultCondition.CONTEXT_ACCESS;
        }
        int hand = contexts.inHand();
        long w0 = contexts.word(s, hand, 0);
        if (!ScalableContextEntry.P.isSet(w0)) {
            return FaultCondition.CONTEXT_NOT_PRESENT;
        }
        boolean reserved = (w0 & scalableReserved) != 0
                || (contexts.word(s, hand, 1) & Reserved.mask(ScalableContextEntry.W1)) != 0
                || contexts.word(s, hand, 2) != 0
                || contexts.word(s, hand, 3) != 0;
        if (reserved) {
            return FaultCondition.CONTEXT_RESERVED;
        }
        return isConsistent(w0, contexts.word(s, hand, 1)) ? null : FaultCondition.CONTEXT_INVALID;
    }

    private boolean isConsistent(long w0, long w1) {
        boolean pages = ScalableContextEntry.PRE.isSet(w0) && !deviations.has(Deviation.PAGES_WITHOUT_TRANSLATIONS);
        boolean beyond = Ecap.RPS.isSet(capabilities.ecap())
                && ScalableContextEntry.RID_PASID.get(w1) >= ScalableContextEntry.pasids(w0);
        return !beyond && (!pages || ScalableContextEntry.DTE.isSet(w0));
    }

    /** Why the requester of a scalable context entry may not name a PASID, or null: in the order of Table 30 (VT-d 7.1.3, rev. 5.10). */
    @Nullable
    FaultCondition refused(Context context, long pasid) {
        if (!ScalableContextEntry.PASIDE.isSet(context.w0()) || !Ecap.PASID.isSet(capabilities.ecap())) {
            return FaultCondition.PASID_NOT_ENABLED;
        }
        if (pasid >= ScalableContextEntry.pasids(context.w0())) {
            return FaultCondition.PASID_TOO_LARGE;
        }
        return pasid == pasidOfRequester(context.w1()) ? FaultCondition.PASID_OF_REQUESTER : null;
    }

    /**
     * Reads the entry of a PASID into the one in hand; D of its tag becomes FPD of the directory entry.
     *
     * @param w0 first word of the scalable context entry
     * @param cached whether that one was cached, which some units take for a reason to check less
     * @return the condition that makes it unusable, or null
     */
    @Nullable
    FaultCondition readPasid(long[] s, long w0, long pasid, boolean cached) {
        pasids.drop(s);
        boolean lenient = cached && deviations.has(Deviation.CACHED_CONTEXT_SKIPS_CHECKS);
        long at = address(ScalableContextEntry.PASIDDIRPTR.get(w0)) + WORD * (pasid >>> PasidDirectoryEntry.TABLE_BITS);
        boolean unchecked = lenient && ScalableContextEntry.FPD.isSet(w0);
        if (!isReadable(s, at, 1)) {
            return unchecked ? null : ofDirectory(FaultCondition.DIRECTORY_ACCESS);
        }
        long directory = memory.read(s, at);
        unchecked |= lenient && PasidDirectoryEntry.FPD.isSet(directory);
        // Also where nothing below can be read: whatever the request then meets is silent.
        pasids.setTag(s, pasids.inHand(), UnitState.D.set(0, PasidDirectoryEntry.FPD.get(directory)));
        if (!PasidDirectoryEntry.P.isSet(directory)) {
            return unchecked ? null : ofDirectory(FaultCondition.DIRECTORY_NOT_PRESENT);
        }
        boolean lax = deviations.has(Deviation.PASID_RESERVED_IGNORED);
        if ((directory & directoryReserved) != 0 && !lax) {
            return FaultCondition.DIRECTORY_RESERVED;
        }
        long table = address(PasidDirectoryEntry.SMPTBLPTR.get(directory));
        long entry = table + PasidEntry.BYTES * (pasid & (1 << PasidDirectoryEntry.TABLE_BITS) - 1);
        if (!take(s, pasids, entry, UnitState.PASID_WORDS)) {
            return unchecked ? null : FaultCondition.PASID_ENTRY_ACCESS;
        }
        return unchecked ? null : judge(s, lax, lenient);
    }

    /**
     * A request that met a reserved bit in the PASID directory entry or PASID entry in hand: FPD there silences it (VT-d 7.1.1, rev. 5.10). Not so
     * what else is wrong with these two: rows that state it have it recorded.
     */
    long silencing(long[] s, long request, FaultCondition wrong) {
        boolean entry = wrong == FaultCondition.PASID_ENTRY_RESERVED;
        boolean reserved = entry || wrong == FaultCondition.DIRECTORY_RESERVED;
        int hand = pasids.inHand();
        boolean own = entry && PasidEntry.FPD.isSet(pasids.word(s, hand, 0));
        return Request.silencing(request, reserved && (own || UnitState.D.isSet(pasids.tag(s, hand))));
    }

    private FaultCondition ofDirectory(FaultCondition wrong) {
        return deviations.has(Deviation.PASID_ENTRY_UNREADABLE) ? FaultCondition.PASID_ENTRY_ACCESS : wrong;
    }

    private @Nullable FaultCondition judge(long[] s, boolean lax, boolean lenient) {
        int hand = pasids.inHand();
        long w0 = pasids.word(s, hand, 0);
        if (deviations.has(Deviation.PASID_ENTRY_UNREADABLE)) {
            boolean fine = isTypeKnown(w0) && (PasidEntry.P.isSet(w0) || lenient);
            return fine ? null : FaultCondition.PASID_ENTRY_ACCESS;
        }
        boolean usable = isTypeUsable(w0, pasids.word(s, hand, 2));
        boolean typeFirst = deviations.has(Deviation.PASID_TYPE_BEFORE_PRESENT);
        if (typeFirst && !usable) {
            return FaultCondition.PASID_ENTRY_INVALID;
        }
        if (!PasidEntry.P.isSet(w0) && !lenient) {
            return FaultCondition.PASID_ENTRY_NOT_PRESENT;
        }
        if ((w0 & pasidReserved) != 0 && !lax) {
            return FaultCondition.PASID_ENTRY_RESERVED;
        }
        return usable ? null : FaultCondition.PASID_ENTRY_INVALID;
    }

    /** What the oldest recorded unit asks of a type: {@link #kind} then takes all but pass-through for second-level tables. */
    private boolean isTypeKnown(long w0) {
        int type = (int) PasidEntry.PGTT.get(w0);
        boolean walked = type >= PasidEntry.FIRST_LEVEL && type <= PasidEntry.NESTED;
        boolean passes = type == PasidEntry.PASS_THROUGH && Ecap.PT.isSet(capabilities.ecap());
        return (walked || passes) && capabilities.supportsWidth((int) PasidEntry.AW.get(w0));
    }

    private boolean isTypeUsable(long w0, long w2) {
        long ecap = capabilities.ecap();
        boolean first = Ecap.FLTS.isSet(ecap) && isDepthSupported((int) PasidEntry.FLPM.get(w2));
        boolean second = Ecap.SLTS.isSet(ecap) && capabilities.supportsWidth((int) PasidEntry.AW.get(w0));
        return switch ((int) PasidEntry.PGTT.get(w0)) {
            case PasidEntry.FIRST_LEVEL -> first;
            case PasidEntry.SECOND_LEVEL -> second;
            case PasidEntry.NESTED -> first && second && Ecap.NEST.isSet(ecap) && isReachedByHost(w0, w2);
            case PasidEntry.PASS_THROUGH -> Ecap.PT.isSet(ecap);
            default -> false;
        };
    }

    /** Whether the guest's top table is within the addresses of the host's tables. */
    private boolean isReachedByHost(long w0, long w2) {
        long table = address(PasidEntry.FLPTPTR.get(w2));
        return !new SecondLevelRules(capabilities).isBeyond(table, (int) PasidEntry.AW.get(w0));
    }

    private boolean isDepthSupported(int mode) {
        return mode == 0 || (mode == 1 && Cap.FL5LP.isSet(capabilities.cap()));
    }

    private long widthMask() {
        return -1L >>> (Long.SIZE - capabilities.hostAddressBits() + DmaAnswer.PAGE_BITS);
    }

    private static long address(long frame) {
        return frame << DmaAnswer.PAGE_BITS;
    }

    private boolean isReadable(long[] s, long at, int words) {
        for (int w = 0; w < words; w++) {
            if (!memory.isReadable(s, at + (long) WORD * w)) {
                return false;
            }
        }
        return true;
    }

    /** Reads an entry into the one in hand. False, with nothing read, where a word of it cannot be read. */
    private boolean take(long[] s, EntryCache cache, long at, int words) {
        if (!isReadable(s, at, words)) {
            return false;
        }
        for (int w = 0; w < words; w++) {
            cache.setWord(s, cache.inHand(), w, memory.read(s, at + (long) WORD * w));
        }
        return true;
    }
}
