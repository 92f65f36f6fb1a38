package dev.moat.iommu.amdvi;

import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers.Control;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.format.Registers.Status;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.EventLog;

/**
 * What a unit of a search logs of requests that it blocks, and what software takes from the log. Exists with {@link
 * Part#EVENT_LOG}. Each blocked request is logged, unless the device table entry suppresses page faults, or those behind the first. {@code @source}
 * AMDVI-EVENTS.
 */
public final class BlockedRequests {
    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();

    private final AmdViUnit u;
    private final AmdViWalk walk;
    private final AmdViCaches caches;
    private final EventLog log;

    /** Throws {@link IllegalArgumentException} when the unit was declared without its event log. */
    public BlockedRequests(AmdViUnit unit, AmdViWalk walk, AmdViCaches caches, EventLog log) {
        if (!unit.geometry().has(Part.EVENT_LOG)) {
            throw new IllegalArgumentException("the unit's event log is left out");
        }
        u = unit;
        this.walk = walk;
        this.caches = caches;
        this.log = log;
    }

    /**
     * A device's request is blocked, and the unit logs it, or loses it because the log is full.
     *
     * @return false when the request is not blocked, or leaves no trace
     */
    public boolean block(long[] s, int requester, int page, boolean write) {
        Outcome outcome = Translation.outcome(walk.answer(s, requester, page, write));
        if (outcome.reachesMemory()) {
            return false;
        }
        long tail = u.registers.eventTail.get(s);
        long status = u.registers.status.get(s);
        int deviceId = u.geometry().deviceIds().get(requester);
        long iova = u.geometry().pageNumber(page) << PAGE_SHIFT;
        long address = outcome == Outcome.TABLE_ACCESS ? walk.lastRead(s, requester, page) : iova;
        log.request(s, caches, new EventLog.Blocked(outcome, deviceId, write, walk.quad1(s, requester), address));
        return u.registers.eventTail.get(s) != tail || u.registers.status.get(s) != status;
    }

    /** Software takes the oldest event; the log is rotated so that its head stays entry 0. False when it is empty. */
    public boolean take(long[] s) {
        int count = (int) RingPointer.ENTRY.get(u.registers.eventTail.get(s));
        if (count == 0) {
            return false;
        }
        for (int entry = 0; entry < count - 1; entry++) {
            u.eventLo.set(s, entry, u.eventLo.get(s, entry + 1));
            u.eventHi.set(s, entry, u.eventHi.get(s, entry + 1));
        }
        u.eventLo.set(s, count - 1, 0);
        u.eventHi.set(s, count - 1, 0);
        u.registers.eventTail.set(s, RingPointer.ENTRY.set(0, count - 1L));
        return true;
    }

    /**
     * Software clears EventOverflow and EventLogInt and switches the log off and on. False when neither is set. Needs {@link
     * Part#RESTART}.
     */
    public boolean restart(long[] s) {
        long status = u.registers.status.get(s);
        if (!Status.EVENT_OVERFLOW.isSet(status) && !Status.EVENT_LOG_INT.isSet(status)) {
            return false;
        }
        u.registers.status.set(s, status & ~(Status.EVENT_OVERFLOW.mask() | Status.EVENT_LOG_INT.mask()));
        long control = u.registers.control.get(s);
        u.registers.setControl(s, Control.EVENT_LOG_EN.set(control, 0));
        u.registers.setControl(s, control);
        return true;
    }
}
