package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.DeviceTable;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.iommu.amdvi.semantics.TableWalk;

/**
 * Requests as the specification orders their checks, with whatever caches. Not for searches: it keeps the device table entry of
 * the request in hand between calls.
 *
 * <p>{@code @fails} in the order of {@link Outcome}. {@code @source} AMDVI-WALK.
 */
public final class SpecifiedRequests implements Requests {
    private static final int REAL_INDEX_BITS = 9;

    private final RegisterBank registers;
    private final Memory memory;
    private final RequestCaches caches;
    private final EventLog log;
    private final boolean rewalks;
    private final DeviceCheck check;
    private final TableWalk walk;
    private final long[] entry = new long[DeviceTableEntry.WORDS];

    public SpecifiedRequests(
            RegisterBank registers, Memory memory, RequestCaches caches, EventLog log, Capabilities can) {
        this.registers = registers;
        this.memory = memory;
        this.caches = caches;
        this.log = log;
        rewalks = can.rewalks();
        Behaviour behaviour = Behaviour.specified(can);
        check = new DeviceCheck(REAL_INDEX_BITS, registers, behaviour);
        walk = new TableWalk(memory, REAL_INDEX_BITS, behaviour);
    }

    @Override
    public long request(long[] s, int deviceId, long iova, int bytes, boolean write) {
        entry[1] = 0;
        long answer = translate(s, deviceId, iova, write);
        Outcome outcome = Translation.outcome(answer);
        if (!outcome.reachesMemory()) {
            long address = eventAddress(s, outcome, deviceId, iova);
            log.request(s, caches, new EventLog.Blocked(outcome, deviceId, write, entry[1], address));
        }
        return answer;
    }

    private long translate(long[] s, int deviceId, long iova, boolean write) {
        long early = check.withoutEntry(s, deviceId, iova);
        if (early != DeviceCheck.UNSETTLED) {
            return early;
        }
        if (!caches.device(deviceId, entry)) {
            if (!DeviceTable.read(s, memory, registers.deviceTable.get(s), deviceId, entry)) {
                return Translation.of(Outcome.DEVICE_TABLE_ACCESS);
            }
            caches.offerDevice(deviceId, entry);
        }
        long settled = check.byEntry(s, entry[0], entry[1], iova, write);
        return settled != DeviceCheck.UNSETTLED ? settled : fromTables(s, iova, write);
    }

    private long fromTables(long[] s, long iova, boolean write) {
        int domainId = (int) DeviceTableEntry.DOMAIN_ID.get(entry[1]);
        int rights = DeviceTableEntry.rights(entry[0]);
        long cached = caches.page(domainId, iova);
        if (cached != 0) {
            long answer = Translation.limited(cached, rights, write);
            boolean again = rewalks && Translation.outcome(answer) == Outcome.NO_PERMISSION;
            if (!again) {
                return answer;
            }
        }
        long top = TableWalk.top(entry[0]);
        long pointer = caches.table(domainId, iova, TableWalk.level(top));
        boolean lacks = rewalks && (TableWalk.RIGHTS.get(pointer) & Translation.right(write)) == 0;
        long from = pointer == TableWalk.NO_TABLE || lacks ? top : pointer;
        long answer = walk.walk(s, from, iova, (state, next) -> caches.offerTable(domainId, iova, next));
        caches.offerPage(domainId, iova, answer);
        return Translation.limited(answer, rights, write);
    }

    private long eventAddress(long[] s, Outcome outcome, int deviceId, long iova) {
        return switch (outcome) {
            case DEVICE_TABLE_ACCESS -> DeviceTable.address(registers.deviceTable.get(s), deviceId);
            case TABLE_ACCESS -> walk.lastRead(s, TableWalk.top(entry[0]), iova);
            default -> iova;
        };
    }
}
