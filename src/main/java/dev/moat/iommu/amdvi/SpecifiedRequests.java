package dev.moat.iommu.amdvi;

import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.Registers.DeviceTableBase;
import java.util.Set;

/**
 * Requests as the specification orders their checks, with whatever caches. Not for searches: it keeps the device table entry of
 * the request in hand between calls.
 *
 * <p>{@code @fails} in the order of {@link Outcome}. {@code @source} AMDVI-WALK.
 */
public final class SpecifiedRequests implements Requests {
    private static final int BOTH = Translation.READ | Translation.WRITE;
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
        check = new DeviceCheck(REAL_INDEX_BITS, can, Set.of());
        walk = new TableWalk(memory, REAL_INDEX_BITS, Set.of());
    }

    @Override
    public long request(long[] s, int deviceId, long iova, int bytes, boolean write) {
        entry[1] = 0;
        long answer = translate(s, deviceId, iova, write);
        Outcome outcome = Translation.outcome(answer);
        if (!outcome.reachesMemory()) {
            log.request(s, outcome, deviceId, entry[1], write, eventAddress(s, outcome, deviceId, iova));
        }
        return answer;
    }

    private long translate(long[] s, int deviceId, long iova, boolean write) {
        if (!registers.isOn(s)) {
            return Translation.of(Outcome.UNTRANSLATED);
        }
        long table = registers.deviceTable.get(s);
        if (deviceId >= DeviceTableBase.entries(table)) {
            return Translation.of(Outcome.BEYOND_DEVICE_TABLE);
        }
        if (!write && Requests.isInterrupt(iova)) {
            return Translation.of(Outcome.INTERRUPT_RANGE);
        }
        if (!caches.device(deviceId, entry)) {
            if (!DeviceTable.read(s, memory, table, deviceId, entry)) {
                return Translation.of(Outcome.DEVICE_TABLE_ACCESS);
            }
            caches.offerDevice(deviceId, entry);
        }
        long exclusionBase = registers.exclusionBase.get(s);
        long exclusionLimit = registers.exclusionLimit.get(s);
        long settled =
                check.settled(entry[0], entry[1], entry[2], entry[3], iova, write, exclusionBase, exclusionLimit);
        return settled != DeviceCheck.NEEDS_TABLES ? settled : fromTables(s, iova, write);
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
        int mode = (int) DeviceTableEntry.MODE.get(entry[0]);
        long pointer = caches.table(domainId, iova, mode);
        boolean lacks = rewalks && (TableWalk.RIGHTS.get(pointer) & Translation.right(write)) == 0;
        long from = pointer == TableWalk.NO_TABLE || lacks
                ? TableWalk.pointer(DeviceTableEntry.ROOT.get(entry[0]), mode, BOTH)
                : pointer;
        long answer = walk.walk(
                s,
                TableWalk.TABLE.get(from),
                (int) TableWalk.LEVEL.get(from),
                iova,
                (int) TableWalk.RIGHTS.get(from),
                (state, next) -> caches.offerTable(domainId, iova, next));
        caches.offerPage(domainId, iova, answer);
        return Translation.limited(answer, rights, write);
    }

    private long eventAddress(long[] s, Outcome outcome, int deviceId, long iova) {
        return switch (outcome) {
            case DEVICE_TABLE_ACCESS -> DeviceTable.address(registers.deviceTable.get(s), deviceId);
            case TABLE_ACCESS ->
                walk.lastRead(s, DeviceTableEntry.ROOT.get(entry[0]), (int) DeviceTableEntry.MODE.get(entry[0]), iova);
            default -> iova;
        };
    }
}
