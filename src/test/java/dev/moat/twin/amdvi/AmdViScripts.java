package dev.moat.twin.amdvi;

import dev.moat.twin.Chance;
import dev.moat.twin.amdvi.AmdViOperation.Command;
import dev.moat.twin.amdvi.AmdViOperation.Register;
import dev.moat.twin.amdvi.AmdViOperation.Request;
import dev.moat.twin.amdvi.AmdViOperation.Store;
import dev.moat.twin.amdvi.AmdViOperation.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * Random scripts. All memory that a unit reads or writes lies from {@link #DEVICE_TABLE} to {@link #MEMORY_END}; frames that
 * leaves name are never read. Nothing is done that the sources leave undefined: registers 0, 8 and 10 are written while what
 * they belong to is off, tails stay within the ring, devices do not write to the interrupt range.
 */
public final class AmdViScripts {
    /** Two pages: DevIDs 0 to 7f with size field 0, to ff with 1. */
    public static final long DEVICE_TABLE = 0x30_0000;
    /** Ring of 256 commands. */
    public static final long COMMANDS = 0x31_0000;
    /** Ring of 256 events. */
    public static final long EVENTS = 0x32_0000;
    /** Words that COMPLETION_WAIT stores to. */
    public static final long WAITS = 0x33_0000;
    /** Words at {@link #WAITS}. */
    public static final int WAIT_WORDS = 4;
    /** Page tables, one page each. */
    public static final long TABLES = 0x40_0000;
    /** The first byte that nothing reads or writes. */
    public static final long MEMORY_END = TABLES + 8 * 0x1000;

    private static final int TABLE_COUNT = 8;
    private static final int[] DEVICES = {0x10, 0x11, 0x88};
    private static final int[] DOMAINS = {5, 6, 7};
    private static final long RUN = 0x1005;

    private final Chance chance;

    /** Whether all devices of a domain have the same root, as they should. */
    private final boolean orderly;

    private final List<AmdViOperation> script = new ArrayList<>();

    private AmdViScripts(long seed) {
        chance = new Chance(seed);
        orderly = chance.oneIn(2);
    }

    /** Of each seed one script, about 150 operations long. */
    public static List<AmdViOperation> script(long seed) {
        AmdViScripts scripts = new AmdViScripts(seed);
        scripts.begin();
        int length = 60 + scripts.chance.below(160);
        for (int i = 0; i < length; i++) {
            scripts.step();
        }
        return List.copyOf(scripts.script);
    }

    private void begin() {
        register(0x0, DEVICE_TABLE | chance.below(2));
        register(0x8, 8L << 56 | COMMANDS);
        register(0x10, 8L << 56 | EVENTS);
        if (chance.oneIn(3)) {
            register(0x2010, 0x10L * chance.below(8));
        }
        boolean late = chance.oneIn(4);
        if (!late) {
            register(0x18, RUN);
        }
        List<Word> words = new ArrayList<>();
        for (int table = 0; table < TABLE_COUNT; table++) {
            for (int index = 0; index < 8; index++) {
                words.add(new Word(TABLES + 0x1000 * table + 8 * index, entry(levelOf(table))));
            }
        }
        script.add(new Store(List.copyOf(words)));
        for (int device : DEVICES) {
            storeDeviceEntry(device);
        }
        if (late) {
            register(0x18, RUN);
        }
    }

    /** The level that entries of a table are made for; roots of any mode may still point at any table. */
    private static int levelOf(int table) {
        return table < 2 ? 3 : table < 4 ? 2 : table < 7 ? 1 : 4;
    }

    private void step() {
        int kind = chance.below(100);
        if (kind < 40) {
            request();
        } else if (kind < 58) {
            storeEntry();
        } else if (kind < 66) {
            storeDeviceEntry(device());
        } else if (kind < 88) {
            command();
        } else if (kind < 93) {
            eventRegisters();
        } else if (kind < 96) {
            exclusion();
        } else {
            control();
        }
    }

    private void register(int offset, long value) {
        script.add(new Register(offset, value));
    }

    private int device() {
        return DEVICES[chance.below(DEVICES.length)];
    }

    private long domain() {
        return DOMAINS[chance.below(DOMAINS.length)];
    }

    private void request() {
        long iova = page() + 8L * chance.below(3);
        boolean write = chance.oneIn(2);
        if (iova >= 0xfee0_0000L && iova < 0xfef0_0000L) {
            write = false;
        }
        int device = chance.oneIn(30) ? 0x120 : device();
        script.add(new Request(device, iova, write));
    }

    /** IOVAs under the first entries of each level, sometimes beyond a width or at an edge. */
    private long page() {
        long low = 0x1000L * chance.below(6);
        return switch (chance.below(24)) {
            case 0, 1, 2, 3 -> low + 0x20_0000L * (1 + chance.below(2));
            case 4, 5 -> low + 0x4000_0000L * (1 + chance.below(2));
            case 6 -> low + chance.of(0x80_0000_0000L, 0x100_0000_0000L);
            case 7 -> low + chance.of(1L << 48, 1L << 57, 1L << 63);
            case 8 -> chance.of(0xfedf_f000L, 0xfee0_0000L, 0xfeef_f000L, 0xfef0_0000L);
            case 9 -> chance.of(0x1f_f000L, 0x3f_f000L, 0x3fff_f000L, 0x7f_ffff_f000L);
            default -> low;
        };
    }

    private void storeEntry() {
        int table = chance.below(TABLE_COUNT);
        long address = TABLES + 0x1000 * table + 8 * chance.below(6);
        script.add(new Store(List.of(new Word(address, entry(levelOf(table))))));
    }

    private long permissions() {
        return chance.of(3, 3, 3, 3, 3, 1, 2, 0) << 61;
    }

    private long frame() {
        return 0x100_0000 + 0x1000L * chance.below(64);
    }

    private long table(int level) {
        return switch (level) {
            case 3 -> TABLES + 0x1000 * chance.below(2);
            case 2 -> TABLES + 0x1000 * (2 + chance.below(2));
            case 1 -> TABLES + 0x1000 * (4 + chance.below(3));
            default -> TABLES + 0x1000 * chance.below(TABLE_COUNT);
        };
    }

    /** An entry for a table of this level: mostly one that leads somewhere. */
    private long entry(int level) {
        long leaf = 1 | permissions() | frame();
        long pointer = 1 | permissions() | table(level - 1) | (long) (level - 1) << 9;
        long usual = level == 1 || chance.oneIn(4) ? leaf : pointer;
        return switch (chance.below(30)) {
            case 0, 1 -> 0;
            case 2 -> usual & ~1;
            case 3, 4 -> 1 | permissions() | sized(level);
            case 5 -> 1 | permissions() | table(level - 2) | (long) Math.max(1, level - 2) << 9;
            case 6 -> 1 | permissions() | table(level) | (long) (level + chance.below(3)) << 9;
            case 7 -> usual | 1L << 52 + chance.below(7);
            case 8 -> usual | chance.of(2, 0x10, 0x100, 1L << 59, 1L << 60, 1L << 63);
            default -> usual;
        };
    }

    /** NextLevel 7: mostly of a size that the level allows. */
    private long sized(int level) {
        int bits = 12 + 9 * (level - 1) + chance.below(10);
        long ones = (1L << bits - 1) - 1 & ~0xfffL;
        return frame() & -1L << bits | ones | 7 << 9;
    }

    private void storeDeviceEntry(int device) {
        long domain = domain();
        long mode = chance.of(3, 3, 3, 3, 3, 3, 2, 2, 4, 1, 0, 5, 6, 6, 7);
        long d0 = permissions() | TABLES + 0x1000 * chance.below(TABLE_COUNT) | mode << 9;
        if (mode <= 4 && chance.below(4) != 0) {
            d0 = permissions() | (mode == 4 ? TABLES + 0x7000 : table((int) mode)) | mode << 9;
        }
        if (orderly && mode >= 1 && mode <= 6) {
            mode = domain == 5 ? 3 : domain == 6 ? 2 : 6;
            d0 = permissions() | TABLES + 0x1000 * (mode == 3 ? 0 : mode == 2 ? 2 : 7) | mode << 9;
        }
        d0 |= chance.oneIn(16) ? 0 : 1;
        d0 |= chance.oneIn(12) ? 0 : 2;
        d0 |= chance.oneIn(25) ? chance.of(4, 0x40, 1L << 63) : 0;
        long d1 = domain;
        d1 |= chance.oneIn(12) ? 1L << 34 : 0;
        d1 |= chance.oneIn(25) ? 1L << 33 : 0;
        d1 |= chance.oneIn(6) ? 1L << 39 : 0;
        long at = DEVICE_TABLE + 32L * device;
        script.add(new Store(List.of(new Word(at + 8, d1), new Word(at, d0))));
        if (chance.oneIn(2)) {
            command(2, device, 0);
        }
    }

    private void command(long opcode, long fields, long w1) {
        script.add(new Command(opcode << 60 | fields, w1));
    }

    private void command() {
        int kind = chance.below(40);
        if (kind < 10) {
            command(2, chance.oneIn(20) ? 0x120 : device(), 0);
        } else if (kind < 28) {
            command(3, domain() << 32, range() | chance.of(0, 0, 2, 2, 4));
        } else if (kind < 33) {
            long fields = WAITS + 8L * chance.below(WAIT_WORDS) | chance.below(8);
            command(1, fields, 1 + chance.below(1000));
        } else if (kind < 35) {
            command(8, 0, 0);
        } else if (kind < 38) {
            without();
        } else {
            illegal();
        }
    }

    /** Address and S. */
    private long range() {
        int bits = 13 + chance.below(18);
        long ones = (1L << bits - 1) - 1 & ~0xfffL;
        return switch (chance.below(8)) {
            case 0, 1, 2 -> page();
            case 3, 4 -> page() & -1L << bits | ones | 1;
            case 5 -> chance.of(0x0003_ffff_ffff_f001L, 0x0007_ffff_ffff_f001L);
            default -> 0x7fff_ffff_ffff_f001L;
        };
    }

    /** Commands that do nothing to the unit's own caches. */
    private void without() {
        switch (chance.below(4)) {
            case 0 -> command(4, device(), page());
            case 1 -> command(5, device(), 0);
            case 2 -> command(6, device(), page());
            default -> command(7, device(), 0);
        }
    }

    private void illegal() {
        switch (chance.below(9)) {
            case 0 -> command(chance.of(0, 9, 14, 15), domain() << 32, page());
            case 1 -> command(2, 0x1_0000 | device(), 0);
            case 2 -> command(3, domain() << 32, page() | 8);
            case 3 -> command(3, domain() << 32 | 0x10_0000, page());
            case 4 -> command(5, 0x1_0000, 0);
            case 5 -> command(6, 0x1_0000, page());
            case 6 -> command(7, 0x1_0000, 0);
            case 7 -> command(8, 1, 0);
            default -> command(1, 1L << 52 | WAITS | 1, 3);
        }
        if (chance.oneIn(2)) {
            register(0x18, 5);
            if (chance.oneIn(3)) {
                register(0x18, RUN);
                register(0x18, 5);
            }
            register(0x8, 8L << 56 | COMMANDS);
            register(0x18, RUN);
        }
    }

    private void eventRegisters() {
        switch (chance.below(4)) {
            case 0 -> register(0x2010, 0x10L * chance.below(16));
            case 1 -> register(0x2020, chance.of(1, 4, 5, 0x18));
            case 2 -> {
                register(0x18, 0x1001);
                register(0x2020, 1);
                register(0x18, RUN);
            }
            default -> {
                register(0x18, 0x1001);
                register(0x10, 8L << 56 | EVENTS);
                register(0x18, RUN);
            }
        }
    }

    private void exclusion() {
        long first = 0x1000L * chance.below(5);
        register(0x28, first + 0x1000L * chance.below(3));
        register(0x20, first | chance.of(0, 1, 1, 3));
    }

    private void control() {
        switch (chance.below(3)) {
            case 0 -> register(0x18, 5);
            case 1 -> {
                register(0x18, 0);
                if (chance.oneIn(2)) {
                    register(0x0, DEVICE_TABLE | chance.below(2));
                }
            }
            default -> {}
        }
        if (chance.below(4) != 0) {
            if (chance.oneIn(2)) {
                request();
            }
            register(0x18, RUN);
        }
    }
}
