package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import org.jspecify.annotations.Nullable;

/** The caches of DMA remapping, and under which tags the policy keeps what in them. {@code @source} VTD-CACHES. */
final class Caches {
    /** No cached translation answers. */
    static final long MISS = -1L;

    private static final long CONTEXT_KEY = UnitState.SID.mask();
    private static final long PASID_KEY = UnitState.SID.mask() | UnitState.PASID.mask();

    final EntryCache contexts;
    final EntryCache pasids;
    /** The IOTLB. */
    final TranslationCache pages;
    /** The paging-structure caches. */
    final TranslationCache pagingStructures;

    final InterruptEntryCache interrupts;

    private final CachePolicy policy;
    private final boolean failures;

    Caches(UnitState u, UnitOptions options) {
        policy = options.policy();
        failures = policy.failures() && Cap.CM.isSet(options.cap());
        Deviations deviations = options.deviations();
        contexts = new EntryCache(u.contextCount, u.contextTag, u.context, true);
        pasids = new EntryCache(u.pasidCount, u.pasidTag, u.pasid, policy.pasidEntries());
        pages = new TranslationCache(
                u.translationCount, u.translationTag, u.translationPage, u.translationFrame, deviations);
        pagingStructures = new TranslationCache(u.tableCount, u.tableTag, u.tablePage, u.tableFrame, deviations);
        interrupts = new InterruptEntryCache(u);
    }

    /** The element of a requester's cached context entry, or -1. */
    int findContext(long[] s, int sid) {
        return contexts.find(s, UnitState.SID.set(0, sid), CONTEXT_KEY);
    }

    /** The failure that a cached context entry is, or null. */
    @Nullable
    FaultCondition contextFailure(long[] s, int element) {
        return UnitState.FAILED.isSet(contexts.tag(s, element))
                ? FaultCondition.of((int) contexts.word(s, element, UnitState.CONTEXT_WORDS - 1))
                : null;
    }

    /** Caches the context entry in hand, unless it came from the cache. */
    void fillContext(long[] s, int sid, boolean cached, long did) {
        if (!cached) {
            contexts.fill(s, UnitState.DID.set(UnitState.SID.set(0, sid), did));
        }
    }

    /** Caches, in caching mode, that the context entry in hand is absent or wrong; its tag then has DID 0. */
    void fillContextFailure(long[] s, int sid, boolean cached, FaultCondition condition) {
        boolean unread = condition == FaultCondition.ROOT_ACCESS || condition == FaultCondition.CONTEXT_ACCESS;
        if (failures && !cached && !unread) {
            contexts.setWord(s, contexts.inHand(), UnitState.CONTEXT_WORDS - 1, condition.number());
            contexts.fill(s, UnitState.FAILED.set(UnitState.SID.set(0, sid), 1));
        }
    }

    /** The element of a requester's cached PASID entry, or -1. */
    int findPasid(long[] s, int sid, long pasid) {
        return pasids.find(s, UnitState.PASID.set(UnitState.SID.set(0, sid), pasid), PASID_KEY);
    }

    /** Caches the PASID entry in hand. */
    void fillPasid(long[] s, int sid, long pasid, long did) {
        long directory = UnitState.D.get(pasids.tag(s, pasids.inHand()));
        long tag = UnitState.D.set(UnitState.SID.set(0, sid), directory);
        pasids.fill(s, UnitState.PASID.set(UnitState.DID.set(tag, did), pasid));
    }

    /** Whether what is cached of a page serves only the requester and the PASID for which it was walked. */
    boolean arePerRequester() {
        return policy.perRequester();
    }

    /** The tag of a translation without level and rights. */
    long tag(int sid, long did, long pasid, int kind, boolean privileged) {
        long tag = UnitState.DID.set(0, did);
        tag = UnitState.KIND.set(UnitState.PASID.set(tag, pasid), kind);
        tag = UnitState.PRIVILEGED.set(tag, privileged ? 1 : 0);
        return policy.perRequester() ? UnitState.SID.set(tag, sid) : tag;
    }

    /** The tag of a table for a translation, or {@link SecondLevelWalk#UNTAGGED} where tables are not cached. */
    long tableTag(long tag) {
        return pagingStructures.exists() ? tag : SecondLevelWalk.UNTAGGED;
    }

    /** Where the tag of a translation must equal the one that is asked for. */
    private long key(long tag) {
        long key = UnitState.PRIVILEGED.mask() | UnitState.FAILED.mask();
        if (policy.perRequester()) {
            return key | UnitState.SID.mask() | UnitState.PASID.mask();
        }
        long kind = UnitState.KIND.get(tag);
        boolean byPasid = kind == PasidEntry.FIRST_LEVEL || kind == PasidEntry.NESTED;
        return key | UnitState.DID.mask() | UnitState.KIND.mask() | (byPasid ? UnitState.PASID.mask() : 0);
    }

    /**
     * What the IOTLB says to a request.
     *
     * @return a {@link DmaAnswer}, a fault where it is one, or {@link #MISS}
     */
    long hit(long[] s, long tag, long address, int access) {
        long page = address >>> DmaAnswer.PAGE_BITS;
        int element = pages.find(s, page, tag, key(tag));
        if (element >= 0) {
            long found = pages.tag(s, element);
            boolean executes = (access & Access.EXECUTE) == 0 || !UnitState.XD.isSet(found);
            boolean suffices = Access.isWrite(access) ? UnitState.W.isSet(found) : UnitState.R.isSet(found) && executes;
            if (policy.shortfall() != CachePolicy.Shortfall.REWALK) {
                return suffices ? answer(s, element) : shortfall(s, element, access);
            }
            if (suffices && (!Access.isWrite(access) || UnitState.D.isSet(found))) {
                return answer(s, element);
            }
        }
        if (failures) {
            int failed = pages.find(s, page, UnitState.FAILED.set(tag, 1), key(tag));
            boolean applies =
                    failed >= 0 && (Access.isWrite(access) ? UnitState.W : UnitState.R).isSet(pages.tag(s, failed));
            if (applies) {
                return DmaAnswer.blocked(pages.condition(s, failed));
            }
        }
        return MISS;
    }

    private long answer(long[] s, int element) {
        long tag = pages.tag(s, element);
        long answer = DmaAnswer.to(pages.frame(s, element), (int) UnitState.LEVEL.get(tag));
        return DmaAnswer.W.set(DmaAnswer.R.set(answer, UnitState.R.get(tag)), UnitState.W.get(tag));
    }

    private long shortfall(long[] s, int element, int access) {
        if (policy.shortfall() == CachePolicy.Shortfall.SILENT) {
            return DmaAnswer.OUTCOME.set(answer(s, element), DmaAnswer.SHORT_OF_RIGHTS);
        }
        if (!Access.isWrite(access)) {
            boolean readable = UnitState.R.isSet(pages.tag(s, element));
            return DmaAnswer.blocked(readable ? FaultCondition.EXECUTE_NOT_ALLOWED : FaultCondition.NO_READ_PERMISSION);
        }
        boolean first = UnitState.KIND.get(pages.tag(s, element)) == PasidEntry.FIRST_LEVEL;
        return DmaAnswer.blocked(first ? FaultCondition.FIRST_LEVEL_NOT_WRITABLE : FaultCondition.NO_WRITE_PERMISSION);
    }

    /** Caches the page that a walk has found. */
    void fill(long[] s, long tag, long address, long answer) {
        long full = UnitState.LEVEL.set(tag, DmaAnswer.LEVEL.get(answer));
        full = UnitState.W.set(UnitState.R.set(full, DmaAnswer.R.get(answer)), DmaAnswer.W.get(answer));
        full = UnitState.D.set(UnitState.XD.set(full, DmaAnswer.XD.get(answer)), DmaAnswer.D.get(answer));
        pages.fill(s, address >>> DmaAnswer.PAGE_BITS, full, DmaAnswer.FRAME.get(answer));
    }

    /**
     * Caches, in caching mode, that second-level tables give a request nothing; not what could not be read. What first-level tables do not
     * give is never cached, whatever the mode.
     */
    void fillFailure(long[] s, long tag, long address, int access, FaultCondition condition) {
        boolean cacheable = switch (condition) {
            case NO_READ_PERMISSION, NO_WRITE_PERMISSION, SECOND_LEVEL_RESERVED -> true;
            default -> false;
        };
        if (failures && cacheable) {
            long full = UnitState.LEVEL.set(tag, 1);
            full = Access.isWrite(access) ? UnitState.W.set(full, 1) : UnitState.R.set(full, 1);
            pages.fillFailure(s, address >>> DmaAnswer.PAGE_BITS, full, condition);
        }
    }

    /** Forgets everything of DMA remapping. */
    void forgetAll(long[] s) {
        contexts.forget(s, 0, 0);
        pasids.forget(s, 0, 0);
        pages.forget(s, TranslationCache.Scope.EVERYTHING, 0, 0, 0, 0);
        pagingStructures.forget(s, TranslationCache.Scope.EVERYTHING, 0, 0, 0, 0);
    }
}
