package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers.DeviceTableBase;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Caches;
import dev.moat.iommu.amdvi.semantics.Deviation;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.DeviceTable;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Requests as QEMU's {@code amd-iommu} answers them: one cache of translations by DevID and 4 KiB page, nothing else
 * cached, and its {@link Deviation}s where they are asked for. For recorded cases, not for searches.
 *
 * <p>QEMU makes these choices. An invalidation drops the whole DomainID, whatever range it names. A full cache is
 * emptied. A translation that lacks the right is not looked up again. An invalidation of a device's own TLB drops
 * translations here.
 */
public final class QemuRequests implements Requests, Caches {
    private static final int BOTH = Translation.READ | Translation.WRITE;
    private static final int REAL_INDEX_BITS = 9;
    private static final int MOST_TRANSLATIONS = 1024;
    private static final int OR_SHIFT = 36;
    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();
    private static final int LARGEST_PIECE = 4;

    private final RegisterBank registers;
    private final Memory memory;
    private final EventLog log;
    private final Choices choices;
    private final Behaviour behaviour;
    private final DeviceCheck check;
    private final TableWalk walk;
    private final Map<Key, Cached> translations = new HashMap<>();
    private final Set<Integer> translated = new HashSet<>();
    private final long[] entry = new long[DeviceTableEntry.WORDS];
    private boolean fromCache;

    /**
     * Where its versions differ without deviating.
     *
     * @param keepsRefused whether a translation is cached that lacks the right for the very request that looked it up
     * @param forgetsDevice whether INVALIDATE_IOTLB_PAGES with S drops all translations of the device; without, it drops none
     */
    public record Choices(boolean keepsRefused, boolean forgetsDevice) {}

    private record Key(long page, long deviceId) {}

    /** @param page byte address in memory */
    private record Cached(int deviceId, int domainId, long page, int rights) {}

    public QemuRequests(RegisterBank registers, Memory memory, EventLog log, Behaviour behaviour, Choices choices) {
        this.registers = registers;
        this.memory = memory;
        this.log = log;
        this.choices = choices;
        this.behaviour = behaviour;
        check = new DeviceCheck(REAL_INDEX_BITS, registers, behaviour);
        walk = new TableWalk(memory, REAL_INDEX_BITS, behaviour);
    }

    private boolean does(Deviation deviation) {
        return behaviour.has(deviation);
    }

    @Override
    public long request(long[] s, int deviceId, long iova, int bytes, boolean write) {
        entry[1] = 0;
        fromCache = false;
        long answer = translate(s, deviceId, iova, write);
        Outcome outcome = Translation.outcome(answer);
        if (!outcome.reachesMemory() && !(fromCache && does(Deviation.EVT_MISSING))) {
            int events = does(Deviation.EVT_CHUNK) ? pieces(iova, bytes) : 1;
            for (int n = 0; n < events; n++) {
                log(s, outcome, deviceId, write, iova);
                if (outcome == Outcome.TABLE_ACCESS && does(Deviation.PTE_UNREAD)) {
                    log(s, Outcome.NOT_PRESENT, deviceId, write, iova);
                }
            }
        }
        return answer;
    }

    private void log(long[] s, Outcome outcome, int deviceId, boolean write, long iova) {
        log.request(s, RequestCaches.none(), new EventLog.Blocked(outcome, deviceId, write, entry[1], iova));
    }

    /** Naturally aligned pieces of at most 4 bytes. */
    private static int pieces(long iova, int bytes) {
        int pieces = 0;
        for (int done = 0; done < bytes; pieces++) {
            int aligned = (int) Math.min(Long.lowestOneBit((iova + done) | LARGEST_PIECE), LARGEST_PIECE);
            done += Math.min(aligned, Integer.highestOneBit(bytes - done));
        }
        return pieces;
    }

    private long translate(long[] s, int deviceId, long iova, boolean write) {
        boolean on = registers.isOn(s) && (!does(Deviation.DTE_UNTIL_INV) || translated.contains(deviceId));
        if (!on) {
            return Translation.of(Outcome.UNTRANSLATED);
        }
        if (DeviceCheck.isInterrupt(iova)) {
            return Translation.of(Outcome.INTERRUPT_RANGE);
        }
        Cached cached = translations.get(key(deviceId, iova));
        if (cached != null && does(Deviation.TLB_BY_DEVID)) {
            return answer(cached, BOTH, write);
        }
        long table = registers.deviceTable.get(s);
        if (deviceId >= DeviceTableBase.entries(table) && !does(Deviation.DEVTAB_SIZE)) {
            return Translation.of(Outcome.BEYOND_DEVICE_TABLE);
        }
        if (!DeviceTable.read(s, memory, table, deviceId, entry)) {
            return Translation.of(Outcome.DEVICE_TABLE_ACCESS);
        }
        if (check.isIllegal(entry[0], entry[1], entry[2], entry[3])) {
            return Translation.of(Outcome.DEVICE_ENTRY_RESERVED);
        }
        long settled = check.byEntry(s, entry[0], entry[1], iova, write);
        int domainId = (int) DeviceTableEntry.DOMAIN_ID.get(entry[1]);
        if (settled == DeviceCheck.UNSETTLED) {
            return cached != null && cached.domainId() == domainId
                    ? answer(cached, DeviceTableEntry.rights(entry[0]), write)
                    : fromTables(s, deviceId, domainId, iova, write);
        }
        if (isMode0() && does(Deviation.MODE0_CACHED)) {
            keep(deviceId, domainId, iova, iova, DeviceTableEntry.rights(entry[0]));
        }
        return settled;
    }

    /** Whether the entry in hand permits untranslated requests by IR and IW. */
    private boolean isMode0() {
        boolean mode0 = !DeviceTableEntry.TV.isSet(entry[0])
                || DeviceTableEntry.MODE.get(entry[0]) == DeviceTableEntry.MODE_UNTRANSLATED;
        return DeviceTableEntry.V.isSet(entry[0])
                && mode0
                && (DeviceTableEntry.TV.isSet(entry[0]) || does(Deviation.TV0_IDENTITY));
    }

    private long answer(Cached cached, int rights, boolean write) {
        fromCache = true;
        // An untranslated address can be larger than any in memory; it must not be cut to one that is there.
        long frame = Math.min(cached.page() >>> PAGE_SHIFT, Translation.FRAME.max());
        return Translation.limited(Translation.to(frame, cached.rights(), PAGE_SHIFT), rights, write);
    }

    private long fromTables(long[] s, int deviceId, int domainId, long iova, boolean write) {
        int rights = DeviceTableEntry.rights(entry[0]);
        int needed = does(Deviation.PERM_CACHED_LEAF) ? Translation.right(write) : BOTH;
        if (leafDecides() && (rights & needed) == 0) {
            return Translation.of(Outcome.NO_PERMISSION);
        }
        long root = DeviceTableEntry.ROOT.get(entry[0]);
        long top = TableWalk.pointer(root, (int) DeviceTableEntry.MODE.get(entry[0]), rights);
        long found = walk.walkFor(s, top, iova, write);
        long answer = Translation.limited(found, BOTH, write);
        if (Translation.reachesMemory(answer) || (choices.keepsRefused() && Translation.reachesMemory(found))) {
            int kept = (int) Translation.RIGHTS.get(found);
            keep(deviceId, domainId, iova, Translation.address(found, iova), kept);
        }
        return answer;
    }

    /** Whether the rights of a page are those of its own entry. */
    private boolean leafDecides() {
        return does(Deviation.PERM_CACHED_LEAF) || does(Deviation.PERM_LEAF_ALONE);
    }

    private void keep(int deviceId, int domainId, long iova, long address, int rights) {
        if (rights == 0) {
            return;
        }
        if (translations.size() >= MOST_TRANSLATIONS) {
            translations.clear();
        }
        long page = address & -(1L << PAGE_SHIFT);
        translations.put(key(deviceId, iova), new Cached(deviceId, domainId, page, rights));
    }

    private Key key(int deviceId, long iova) {
        long page = iova >>> PAGE_SHIFT;
        return does(Deviation.KEY_OR) ? new Key(page | ((long) deviceId << OR_SHIFT), 0) : new Key(page, deviceId);
    }

    /** Nothing is cached of the entry, but with {@link Deviation#DTE_UNTIL_INV} it decides whether the device is translated. */
    @Override
    public void forgetDevice(long[] s, int deviceId) {
        boolean looks = does(Deviation.DTE_UNTIL_INV) || does(Deviation.EVT_DTE_AT_INV);
        if (!looks) {
            return;
        }
        entry[1] = 0;
        boolean read = DeviceTable.read(s, memory, registers.deviceTable.get(s), deviceId, entry);
        if (!read || check.isIllegal(entry[0], entry[1], entry[2], entry[3])) {
            if (does(Deviation.EVT_DTE_AT_INV)) {
                log(s, read ? Outcome.DEVICE_ENTRY_RESERVED : Outcome.DEVICE_TABLE_ACCESS, deviceId, false, 0);
            }
            translated.add(deviceId);
            return;
        }
        boolean open = does(Deviation.MODE0_OPEN)
                && DeviceTableEntry.TV.isSet(entry[0])
                && DeviceTableEntry.MODE.get(entry[0]) == DeviceTableEntry.MODE_UNTRANSLATED;
        if (DeviceTableEntry.V.isSet(entry[0]) && !open) {
            translated.add(deviceId);
        } else {
            translated.remove(deviceId);
        }
    }

    @Override
    public void forgetPages(long[] s, int domainId, long first, long count, boolean directories) {
        translations.values().removeIf(cached -> cached.domainId() == domainId);
    }

    @Override
    public void forgetRemote(long[] s, int deviceId, long first, long count) {
        if (count == 1) {
            translations.remove(key(deviceId, first << PAGE_SHIFT));
        } else if (choices.forgetsDevice()) {
            translations.values().removeIf(cached -> cached.deviceId() == deviceId);
        }
    }

    @Override
    public void forgetAll(long[] s) {
        translations.clear();
    }
}
