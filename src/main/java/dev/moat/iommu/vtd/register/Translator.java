package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.iommu.vtd.format.Registers.FrcdLo;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelRules;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import org.jspecify.annotations.Nullable;

/**
 * A DMA request from the requester to the page: interrupt addresses, context entry, PASID entry, pass-through, IOTLB, tables.
 * What is found on the way is cached, what goes wrong is recorded. {@code @source} VTD-WALK, VTD-SCALABLE-WALK, VTD-CACHES.
 */
final class Translator {
    private final UnitOptions options;
    private final UnitState u;
    private final Caches caches;
    private final PassThrough passThrough;
    private final DeviceTables deviceTables;
    private final SecondLevelWalk secondLevel;
    private final FirstLevelWalk firstLevel;
    private final FaultRecorder recorder;
    private final boolean supervisors;
    private final boolean executions;
    /** Bits of an address that legacy mode passes through that must be clear. */
    private final long beyond;
    /** Bits that no host address has. */
    private final long beyondHost;

    Translator(
            UnitOptions options,
            UnitState u,
            Caches caches,
            PassThrough passThrough,
            DeviceTables deviceTables,
            SecondLevelWalk secondLevel,
            FirstLevelWalk firstLevel,
            FaultRecorder recorder) {
        this.options = options;
        this.u = u;
        this.caches = caches;
        this.passThrough = passThrough;
        this.deviceTables = deviceTables;
        this.secondLevel = secondLevel;
        this.firstLevel = firstLevel;
        this.recorder = recorder;
        supervisors = Ecap.SRS.isSet(options.ecap());
        executions = Ecap.ERS.isSet(options.ecap());
        Capabilities capabilities = options.capabilities();
        int width = new SecondLevelRules(capabilities).width(capabilities.largestWidth());
        boolean any = options.deviations().has(Deviation.PASS_THROUGH_ANY_WIDTH);
        beyondHost = any ? 0 : -1L << capabilities.hostAddressBits();
        beyond = any ? 0 : -1L << width | beyondHost;
    }

    /**
     * What a request gets.
     *
     * @param request a {@link Request}
     * @return a {@link DmaAnswer}; its fault, if it is one, has been recorded unless FPD or overflow kept it from that
     */
    long translate(long[] s, long request, long address) {
        boolean named = Request.NAMED.isSet(request);
        boolean on = Gsts.TES.isSet(u.status(s));
        boolean translated = on && Access.isTranslated(Request.access(request));
        if (!named && !translated && InterruptRequest.isInterrupt(address)) {
            return DmaAnswer.OUTCOME.set(0, DmaAnswer.INTERRUPT);
        }
        if (on && !deviceTables.isModeKnown(s)) {
            return blocked(s, FaultCondition.ROOT_POINTER_INVALID, request, address);
        }
        boolean scalable = deviceTables.isScalable(s);
        boolean kept = !named && !translated && passThrough.isKept(s, Request.sid(request));
        if (!on || (kept && (address & (scalable ? beyondHost : beyond)) == 0)) {
            return DmaAnswer.SAME_ADDRESS;
        }
        CachePolicy.Order order = options.policy().order();
        boolean early = order == CachePolicy.Order.TRANSLATIONS_FIRST
                || (order == CachePolicy.Order.LEGACY_TRANSLATIONS_FIRST && !scalable);
        if (early) {
            // Translations kept per requester are found without a DID, and requests without PASID use PASID 0.
            long tag = caches.tag(Request.sid(request), 0, Request.PASID.get(request), UnitState.LEGACY, false);
            long hit = caches.hit(s, tag, address, Request.access(request));
            if (hit != Caches.MISS && !DmaAnswer.isFault(hit)) {
                return hit;
            }
        }
        long asked = Request.ASKED.set(request, early ? 1 : 0);
        long answer = scalable ? scalable(s, asked, address) : legacy(s, asked, address);
        caches.contexts.drop(s);
        caches.pasids.drop(s);
        return answer;
    }

    private long legacy(long[] s, long request, long address) {
        if (Request.NAMED.isSet(request)) {
            return blocked(s, FaultCondition.PASID_NOT_ENABLED, request, address);
        }
        int sid = Request.sid(request);
        DeviceTables.Context context = deviceTables.context(s, sid);
        long lo = context.w0();
        long hi = context.w1();
        long known = context.silencing(request);
        FaultCondition wrong = context.wrong();
        if (wrong != null) {
            return blocked(s, wrong, known, address);
        }
        caches.fillContext(s, sid, context.cached(), ContextEntry.DID.get(hi));
        int type = (int) ContextEntry.TT.get(lo);
        if (Access.addressType(Request.access(request)) != 0 && type != ContextEntry.TT_DEVICE_TLB) {
            return blocked(s, FaultCondition.REQUEST_TYPE_BLOCKED, known, address);
        }
        boolean passes = type == ContextEntry.TT_PASS_THROUGH;
        if (passes || Access.isTranslated(Request.access(request))) {
            wrong = notOfHost(address, passes ? beyond : beyondHost);
            return wrong == null ? same(s, sid, passes) : blocked(s, wrong, known, address);
        }
        long tag = caches.tag(sid, ContextEntry.DID.get(hi), 0, UnitState.LEGACY, false);
        long hit = hit(s, tag, known, address);
        if (hit != Caches.MISS) {
            return hit;
        }
        long top = ContextEntry.SLPTPTR.get(lo);
        int aw = (int) ContextEntry.AW.get(hi);
        long found = secondLevel.walk(s, caches.tableTag(tag), address, Request.isWrite(request), top, aw, false);
        return finish(s, found, tag, known, address);
    }

    private long scalable(long[] s, long request, long address) {
        int sid = Request.sid(request);
        DeviceTables.Context context = deviceTables.context(s, sid);
        long w0 = context.w0();
        long w1 = context.w1();
        long known = context.silencing(request);
        FaultCondition wrong = context.wrong();
        if (wrong != null) {
            return blocked(s, wrong, known, address);
        }
        long pasid = Request.NAMED.isSet(request) ? Request.PASID.get(request) : deviceTables.pasidOfRequester(w1);
        wrong = unacceptable(context, pasid, request);
        if (wrong != null) {
            return blocked(s, wrong, known, address);
        }
        int entry = caches.findPasid(s, sid, pasid);
        if (entry < 0) {
            wrong = deviceTables.readPasid(s, w0, pasid, context.cached());
            if (wrong != null) {
                return blocked(s, wrong, deviceTables.silencing(s, known, wrong), address);
            }
            entry = caches.pasids.inHand();
            caches.fillPasid(s, sid, pasid, PasidEntry.DID.get(caches.pasids.word(s, entry, 1)));
        }
        caches.fillContext(s, sid, context.cached(), 0);
        boolean silent =
                PasidEntry.FPD.isSet(caches.pasids.word(s, entry, 0)) || UnitState.D.isSet(caches.pasids.tag(s, entry));
        return inSpace(s, privileged(Request.silencing(known, silent), w1), pasid, address, entry);
    }

    private @Nullable FaultCondition unacceptable(DeviceTables.Context context, long pasid, long request) {
        if (Access.addressType(Request.access(request)) != 0 && !ScalableContextEntry.DTE.isSet(context.w0())) {
            return FaultCondition.REQUEST_TYPE_BLOCKED;
        }
        if (!Request.NAMED.isSet(request)) {
            return null;
        }
        FaultCondition wrong = deviceTables.refused(context, pasid);
        if (wrong == null && Access.isTranslated(Request.access(request))) {
            return FaultCondition.TRANSLATED_WITH_PASID;
        }
        boolean beyondUnit = pasid >>> (Ecap.PSS.get(options.ecap()) + 1) != 0;
        return wrong == null && beyondUnit ? FaultCondition.PASID_BEYOND_UNIT : wrong;
    }

    /** What is wrong with an address that is used as it is, or null: it is none of the host's, or one of interrupts. */
    private static @Nullable FaultCondition notOfHost(long address, long beyond) {
        if ((address & beyond) != 0) {
            return FaultCondition.ADDRESS_BEYOND_WIDTH;
        }
        return InterruptRequest.isInterrupt(address) ? FaultCondition.INTERRUPT_ADDRESS : null;
    }

    /** The request with the privilege that counts, its own with PASID, its context entry's without; to execute is asked for with PASID only. */
    private long privileged(long request, long w1) {
        int access = Request.access(request);
        boolean named = Request.NAMED.isSet(request);
        boolean supervisor = named ? Access.isPrivileged(access) : ScalableContextEntry.RID_PRIV.isSet(w1);
        int bare = access & ~(Access.PRIVILEGED | (named ? 0 : Access.EXECUTE));
        return Request.ACCESS.set(request, supervisors && supervisor ? bare | Access.PRIVILEGED : bare);
    }

    private long inSpace(long[] s, long request, long pasid, long address, int entry) {
        long p0 = caches.pasids.word(s, entry, 0);
        long p2 = caches.pasids.word(s, entry, 2);
        int kind = deviceTables.kind(p0, p2);
        boolean named = Request.NAMED.isSet(request);
        int access = Request.access(request);
        if ((access & Access.EXECUTE) != 0 && !executions) {
            return blocked(s, FaultCondition.EXECUTE_NOT_ENABLED, request, address);
        }
        if (kind == PasidEntry.PASS_THROUGH || Access.isTranslated(access)) {
            FaultCondition wrong = notOfHost(address, beyondHost);
            return wrong == null
                    ? same(s, Request.sid(request), kind == PasidEntry.PASS_THROUGH && !named)
                    : blocked(s, wrong, request, address);
        }
        boolean executes = (access & Access.EXECUTE) != 0 && kind != PasidEntry.SECOND_LEVEL;
        if (executes && !PasidEntry.ERE.isSet(p2)) {
            return blocked(s, FaultCondition.EXECUTE_NOT_ENABLED, request, address);
        }
        boolean supervisor = Access.isPrivileged(access) && kind != PasidEntry.SECOND_LEVEL;
        if (supervisor && !PasidEntry.SRE.isSet(p2)) {
            return blocked(s, FaultCondition.SUPERVISOR_NOT_ENABLED, request, address);
        }
        long did = PasidEntry.DID.get(caches.pasids.word(s, entry, 1));
        long tag = caches.tag(Request.sid(request), did, pasid, kind, supervisor);
        long hit = hit(s, tag, request, address);
        if (hit != Caches.MISS) {
            return hit;
        }
        long tableTag = caches.tableTag(tag);
        boolean marks = PasidEntry.SLADE.isSet(p0) && Ecap.SLADS.isSet(options.ecap());
        long found = kind == PasidEntry.SECOND_LEVEL
                ? secondLevel.walk(
                        s,
                        tableTag,
                        address,
                        Access.isWrite(access),
                        PasidEntry.SLPTPTR.get(p0),
                        (int) PasidEntry.AW.get(p0) & 3,
                        marks)
                : firstLevel.walk(s, tableTag, address, access, p0, p2);
        boolean recorded = options.deviations().has(Deviation.PASID_RECORDED);
        return finish(s, found, tag, recorded ? Request.naming(request, pasid) : request, address);
    }

    private long same(long[] s, int sid, boolean passesThrough) {
        if (passesThrough) {
            passThrough.look(s, sid, -1);
        }
        return DmaAnswer.SAME_ADDRESS;
    }

    private long hit(long[] s, long tag, long request, long address) {
        if (Request.ASKED.isSet(request)) {
            return Caches.MISS;
        }
        long hit = caches.hit(s, tag, address, Request.access(request));
        return hit != Caches.MISS && DmaAnswer.isFault(hit)
                ? blocked(s, DmaAnswer.condition(hit), request, address)
                : hit;
    }

    /** Caches what the tables gave, or records why they gave nothing. */
    private long finish(long[] s, long found, long tag, long request, long address) {
        long answer = found;
        if (DmaAnswer.isTranslated(found) && touchesInterrupts(found)) {
            boolean byPage = Access.addressType(Request.access(request)) == 1
                    || options.deviations().has(Deviation.INTERRUPTS_BY_PAGE);
            if (!byPage && !InterruptRequest.isInterrupt(DmaAnswer.address(found, address))) {
                // Not cached: other addresses of this large page are those of interrupts.
                return found;
            }
            answer = DmaAnswer.blocked(FaultCondition.INTERRUPT_ADDRESS);
        }
        if (!DmaAnswer.isFault(answer)) {
            caches.fill(s, tag, address, answer);
            return answer;
        }
        FaultCondition condition = DmaAnswer.condition(answer);
        caches.fillFailure(s, tag, address, Request.access(request), condition);
        return blocked(s, condition, request, address);
    }

    private static boolean touchesInterrupts(long page) {
        long bytes = -DmaAnswer.pageMask((int) DmaAnswer.LEVEL.get(page));
        return InterruptRequest.touchesInterrupts(DmaAnswer.address(page, 0), bytes);
    }

    private boolean isQualified(FaultCondition condition) {
        return condition.qualified()
                && !(condition == FaultCondition.CONTEXT_RESERVED
                        && options.deviations().has(Deviation.CONTEXT_RESERVED_RECORDED));
    }

    /** Refuses a request, and records why where that is for software to know. */
    long blocked(long[] s, FaultCondition condition, long request, long address) {
        int access = Request.access(request);
        boolean told = Access.addressType(access) == 1 && condition.recoverable();
        if (!told && !(Request.SILENT.isSet(request) && isQualified(condition))) {
            long hi = FrcdHi.FR.set(FrcdHi.SID.set(0, Request.sid(request)), reason(s, condition));
            boolean page = Request.PAGE.isSet(request);
            hi = FrcdHi.AT.set(FrcdHi.T.set(hi, Access.isWrite(access) || page ? 0 : 1), Access.addressType(access));
            hi = FrcdHi.T2.set(hi, page ? 1 : 0);
            if (Request.NAMED.isSet(request)) {
                boolean shortened = options.deviations().has(Deviation.PASID_RECORDED_SHORT);
                long pasid = Request.PASID.get(request) & (shortened ? 0xffff : Request.PASID.max());
                hi = FrcdHi.PASID.set(FrcdHi.PP.set(hi, 1), pasid);
                hi = FrcdHi.PRIV.set(hi, Access.isPrivileged(access) ? 1 : 0);
                hi = FrcdHi.EXE.set(hi, (access & Access.EXECUTE) != 0 ? 1 : 0);
            }
            recorder.record(s, FrcdLo.FI.set(0, FrcdLo.FI.get(address)), hi);
        }
        return DmaAnswer.blocked(condition);
    }

    private int reason(long[] s, FaultCondition condition) {
        if (condition == FaultCondition.INTERRUPT_ADDRESS) {
            boolean byUnit = options.deviations().has(Deviation.INTERRUPT_REASON_BY_UNIT);
            return condition.reason(byUnit ? deviceTables.hasScalableMode() : deviceTables.isScalable(s));
        }
        return condition.reason(
                deviceTables.isScalable(s) && !options.deviations().has(Deviation.LEGACY_REASONS));
    }
}
