package dev.moat.twin.amdvi;

import java.util.LinkedHashMap;
import java.util.Map;

/** Rules of the twin, each broken in one way that an implementation could be. */
final class AmdViDefects {
    private AmdViDefects() {}

    /** Name to broken rules. */
    static Map<String, SlowAmdViRules> all() {
        Map<String, SlowAmdViRules> all = new LinkedHashMap<>();
        deviceTable(all);
        walk(all);
        commands(all);
        rings(all);
        return all;
    }

    private static void deviceTable(Map<String, SlowAmdViRules> all) {
        all.put("table size ignored", new SlowAmdViRules() {
            @Override
            boolean beyondTable(int deviceId, long deviceTable) {
                return false;
            }
        });
        all.put("table size field off by one", new SlowAmdViRules() {
            @Override
            boolean beyondTable(int deviceId, long deviceTable) {
                return deviceId * 32L >= (deviceTable & 0x1ff) * 4096;
            }
        });
        all.put("interrupt range read like memory", new SlowAmdViRules() {
            @Override
            boolean interruptRange(long iova) {
                return false;
            }
        });
        all.put("V ignored", new SlowAmdViRules() {
            @Override
            boolean valid(long d0) {
                return true;
            }
        });
        all.put("TV ignored", new SlowAmdViRules() {
            @Override
            boolean translationValid(long d0) {
                return true;
            }
        });
        all.put("reserved bits of a DTE ignored", new SlowAmdViRules() {
            @Override
            boolean reservedInDeviceEntry(long d0) {
                return false;
            }
        });
        all.put("bit 63 of a DTE ignored", new SlowAmdViRules() {
            @Override
            boolean reservedInDeviceEntry(long d0) {
                return super.reservedInDeviceEntry(d0 & ~(1L << 63));
            }
        });
        all.put("Mode has two bits", new SlowAmdViRules() {
            @Override
            int mode(long d0) {
                return super.mode(d0) & 3;
            }
        });
        all.put("DomID has two bits", new SlowAmdViRules() {
            @Override
            int domain(long d1) {
                return super.domain(d1) & 3;
            }
        });
        all.put("SA ignored", new SlowAmdViRules() {
            @Override
            boolean suppressesEvents(long d1) {
                return false;
            }
        });
        all.put("SE taken for SA", new SlowAmdViRules() {
            @Override
            boolean suppressesEvents(long d1) {
                return suppressesRepeatedEvents(d1);
            }
        });
        all.put("exclusion range ignored", new SlowAmdViRules() {
            @Override
            boolean excluded(long base, long limit, long d1, long iova) {
                return false;
            }
        });
        all.put("EX ignored", new SlowAmdViRules() {
            @Override
            boolean excluded(long base, long limit, long d1, long iova) {
                return super.excluded(base, limit, -1, iova);
            }
        });
        all.put("exclusion limit is exclusive", new SlowAmdViRules() {
            @Override
            boolean excluded(long base, long limit, long d1, long iova) {
                return super.excluded(base, limit - 0x1000, d1, iova);
            }
        });
    }

    private static void walk(Map<String, SlowAmdViRules> all) {
        all.put("permission of reads asked for writes", new SlowAmdViRules() {
            @Override
            boolean permits(long word, boolean write) {
                return super.permits(word, false);
            }
        });
        all.put("permission of leaves only", new SlowAmdViRules() {
            @Override
            boolean permits(long word, boolean write) {
                return !leaf(word) || super.permits(word, write);
            }
        });
        all.put("width ignored", new SlowAmdViRules() {
            @Override
            boolean aboveWidth(long iova, int mode) {
                return false;
            }
        });
        all.put("Mode 6 has a width too", new SlowAmdViRules() {
            @Override
            boolean aboveWidth(long iova, int mode) {
                return mode == 6 ? iova >>> 57 != 0 : super.aboveWidth(iova, mode);
            }
        });
        all.put("PR ignored", new SlowAmdViRules() {
            @Override
            boolean present(long entry) {
                return entry != 0;
            }
        });
        all.put("bits 58:52 ignored", new SlowAmdViRules() {
            @Override
            boolean reservedInEntry(long entry) {
                return false;
            }
        });
        all.put("bit 59 is reserved", new SlowAmdViRules() {
            @Override
            boolean reservedInEntry(long entry) {
                return (entry >>> 52 & 0xff) != 0;
            }
        });
        all.put("NextLevel 7: any size", new SlowAmdViRules() {
            @Override
            boolean wrongSize(long entry, int level) {
                return false;
            }
        });
        all.put("NextLevel 7: half the size", new SlowAmdViRules() {
            @Override
            int pageBits(long entry, int level) {
                return super.pageBits(entry, level) - (nextLevel(entry) == 7 ? 1 : 0);
            }
        });
        all.put("the same level is followed, at most twice in a row", new SlowAmdViRules() {
            private int followed;

            @Override
            boolean wrongLevel(long entry, int level) {
                followed = nextLevel(entry) == level ? followed + 1 : 0;
                return nextLevel(entry) > level || followed > 2;
            }
        });
        all.put("skipped bits ignored", new SlowAmdViRules() {
            @Override
            boolean skippedBitsSet(long entry, int level, long iova) {
                return false;
            }
        });
        all.put("offset in a large page lost", new SlowAmdViRules() {
            @Override
            long physical(long entry, int pageBits, long iova) {
                return super.physical(entry, 12, iova);
            }
        });
    }

    private static void commands(Map<String, SlowAmdViRules> all) {
        all.put("device invalidation for another device", new SlowAmdViRules() {
            @Override
            int commandDevice(long w0) {
                return super.commandDevice(w0) ^ 1;
            }
        });
        all.put("page invalidation for another domain", new SlowAmdViRules() {
            @Override
            int commandDomain(long w0) {
                return super.commandDomain(w0) ^ 1;
            }
        });
        all.put("S ignored", new SlowAmdViRules() {
            @Override
            boolean coversPage(long w1, long iova) {
                return super.coversPage(w1 & ~1, iova);
            }
        });
        all.put("size of an invalidation halved", new SlowAmdViRules() {
            @Override
            boolean coversPage(long w1, long iova) {
                int bits = Long.numberOfTrailingZeros(~(w1 | 0xfff));
                return (w1 & 1) == 0 || bits >= 51 ? super.coversPage(w1, iova) : iova >>> bits == w1 >>> bits;
            }
        });
        all.put("all pages means the last page", new SlowAmdViRules() {
            @Override
            boolean coversPage(long w1, long iova) {
                return w1 >>> 12 != 0x7_ffff_ffff_ffffL && super.coversPage(w1, iova);
            }
        });
        all.put("PDE ignored", new SlowAmdViRules() {
            @Override
            boolean coversDirectories(long w1) {
                return false;
            }
        });
        all.put("no command is illegal", new SlowAmdViRules() {
            @Override
            boolean legal(long w0, long w1, long features) {
                return true;
            }
        });
        all.put("reserved bits of commands ignored", new SlowAmdViRules() {
            @Override
            boolean legal(long w0, long w1, long features) {
                return opcode(w0) >= 1 && opcode(w0) <= 8;
            }
        });
        all.put("INVALIDATE_IOMMU_ALL does not exist", new SlowAmdViRules() {
            @Override
            boolean legal(long w0, long w1, long features) {
                return super.legal(w0, w1, 0);
            }
        });
        all.put("wait stores always", new SlowAmdViRules() {
            @Override
            boolean waitStores(long w0) {
                return true;
            }
        });
        all.put("wait never interrupts", new SlowAmdViRules() {
            @Override
            boolean waitInterrupts(long w0) {
                return false;
            }
        });
        all.put("store address loses bit 3", new SlowAmdViRules() {
            @Override
            long waitAddress(long w0) {
                return super.waitAddress(w0) & ~8;
            }
        });
    }

    private static void rings(Map<String, SlowAmdViRules> all) {
        all.put("event log is never full", new SlowAmdViRules() {
            @Override
            boolean full(long head, long tail, long bytes) {
                return false;
            }
        });
        all.put("event log uses its last place", new SlowAmdViRules() {
            @Override
            boolean full(long head, long tail, long bytes) {
                return (tail + 32) % bytes == head;
            }
        });
        all.put("RW is never set", new SlowAmdViRules() {
            @Override
            int writeFlag(boolean write) {
                return 0;
            }
        });
        all.put("DomID missing in events", new SlowAmdViRules() {
            @Override
            String pageFault(int deviceId, int flags, int domain, long iova) {
                return super.pageFault(deviceId, flags, 0, iova);
            }
        });
        all.put("illegal commands are logged with the head", new SlowAmdViRules() {
            @Override
            String illegalCommand(long address) {
                return super.illegalCommand(address & 0xfff);
            }
        });
    }
}
