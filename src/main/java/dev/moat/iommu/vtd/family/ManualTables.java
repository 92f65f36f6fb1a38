package dev.moat.iommu.vtd.family;

import java.util.List;

/**
 * Tables of one page each, 8 words that repeat, as a driver sets them up, with one wrong entry in some: every table of pages leads to itself, so
 * that walks of any depth end there. Bits as in the classes of {@code iommu.vtd.format} and {@code iommu.vtd.format}.
 */
final class ManualTables {
    static final List<String> NAMES = List.of(
            "legacy", "legacy-pass-through", "first-level", "second-level", "nested", "pass-through", "pasids-refused");

    /** Pages, in this order. */
    static final long QUEUE = 0;

    static final long ROOT = 1;
    static final long INTERRUPTS = 7;
    static final long POSTED = 8;
    /** Page requests are queued there. */
    private static final long REQUESTS = 9 << 12;
    /** A copy of the first-level table where nothing can be marked: the last page of the guest's is read-only. */
    private static final long READ_ONLY = 10 << 12;

    static final int PAGES = 11;
    /** Source-id of the first of the devices: bus 0, device 1, function 0. */
    static final int FIRST_DEVICE = 8;

    private static final int FIRST_SCALABLE = 2;
    private static final int SECOND_LEVEL_ONLY = 3;
    private static final int NESTED = 4;
    private static final int PASS_THROUGH = 5;
    private static final long CONTEXT = 2 << 12;
    private static final long SECOND = 3 << 12;
    private static final long FIRST = 4 << 12;
    private static final long DIRECTORY = 5 << 12;
    private static final long PASIDS = 6 << 12;
    /** Behind what the guest has. */
    private static final long STRAY = 11 << 12;
    /** Addresses that belong to interrupts. */
    private static final long WINDOW = 0xfee00000L;
    /** Beyond the address width. */
    private static final long RESERVED = 1L << 45;

    /** Beyond what the host's tables of a nested set-up translate. */
    private static final long BEYOND = 1L << 35;

    private static final long NOT_EXECUTABLE = 1L << 63;

    private static final long[] SECOND_LEVEL = {
        SECOND | 3, SECOND | 1, SECOND | 2, 0, 0x83, STRAY | 3, RESERVED | 3, SECOND | 3
    };
    private static final long[] FIRST_LEVEL = {
        FIRST | 7, FIRST | 5, FIRST | 3, 0, NOT_EXECUTABLE | 0x87, STRAY | 7, RESERVED | 7, FIRST | 0x67
    };
    /** Any source; one of the devices, in the posted format; both functions; absent and silent. */
    private static final long[] ENTRIES = {
        0x41_0001L | 1L << 40,
        0,
        0x42_8001L | POSTED << 44,
        1 << 18 | FIRST_DEVICE,
        0x43_0001L | 2L << 40,
        1 << 18 | 1 << 16 | FIRST_DEVICE,
        2,
        0
    };

    private ManualTables() {}

    static boolean isScalable(int setUp) {
        return setUp >= FIRST_SCALABLE;
    }

    /** A word of a page of these tables; the queue is empty, and so is the posted descriptor. */
    static long word(int setUp, int page, int word) {
        return switch (page) {
            case 1 -> isScalable(setUp) || word % 2 == 0 ? CONTEXT | 1 : 0;
            case 2 -> isScalable(setUp) ? scalableContext(setUp, word) : context(setUp, word);
            case 3 -> secondLevel(setUp, word);
            case 4 ->
                word == 6 && setUp == NESTED
                        ? BEYOND | 7
                        : word == (setUp == NESTED ? 5 : 2) && setUp % 2 == 0 ? READ_ONLY | 7 : FIRST_LEVEL[word];
            case 10 -> FIRST_LEVEL[word];
            case 5 -> PASIDS | 1;
            case 6 -> pasid(setUp, word);
            case 7 -> ENTRIES[word];
            default -> 0;
        };
    }

    /** Where page requests are queued: nowhere in the last set-up. */
    static long pageQueue(int setUp) {
        return setUp == NAMES.size() - 1 ? STRAY : REQUESTS;
    }

    /** Where software is in that queue, of slots of 32 bytes; the unit is at 0: room for one request, or for all but one slot. */
    static long pageRoom(int setUp) {
        return setUp % 2 == 1 ? 2 * 32 : 0;
    }

    private static long secondLevel(int setUp, int word) {
        if (word == 5 && setUp % 2 == 1) {
            return WINDOW | 3;
        }
        return word == 2 && setUp == SECOND_LEVEL_ONLY ? READ_ONLY | 3 : SECOND_LEVEL[word];
    }

    /** Four levels, DID 1; the second device's faults are not recorded. */
    private static long context(int setUp, int word) {
        long silent = word >= 2 ? 2 : 0;
        return word % 2 == 0 ? SECOND | 1 | silent | (setUp == 1 ? 2 << 2 : 0) : 2 | 1 << 8;
    }

    /**
     * Requests without PASID use PASID 0; translations and pages may be asked for. The last set-up allows none of these and no PASID, and has
     * the second device's beyond the directory. That of pass-through is as long as can be.
     */
    private static long scalableContext(int setUp, int word) {
        boolean refused = setUp == NAMES.size() - 1;
        if (word % 4 == 0) {
            return DIRECTORY | 1 | (refused ? 0 : 1 << 2 | 1 << 3 | 1 << 4) | (setUp == PASS_THROUGH ? 7 << 9 : 0);
        }
        return refused && word == 5 ? 1 << 19 : 0;
    }

    /** Second-level tables are marked; execution is limited; of the two set-ups that could, one lets supervisors in and the other one execution. */
    private static long pasid(int setUp, int word) {
        long type = Math.min(setUp - 1, 4);
        return switch (word) {
            case 0 -> SECOND | 1 | (setUp == NESTED ? 0 : 2 << 2) | type << 6 | 1 << 9;
            case 1 -> 1;
            case 2 -> FIRST | 1 << 5 | (setUp == NESTED ? 1 : 1 << 1);
            default -> 0;
        };
    }
}
