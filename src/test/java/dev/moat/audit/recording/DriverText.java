package dev.moat.audit.recording;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a small driver prints as event text: it maps and unmaps pages, unlinks a table, frees frames, moves a device to another domain. Each
 * {@link Mistake} changes one thing of what it does. The bits of a family are written here once more, by the specification's tables.
 */
public abstract class DriverText {
    static final List<String> FAMILIES = List.of("vtd", "amd-vi", "riscv", "smmuv3");

    static final long DEVICES = 0x10000;
    static final long QUEUE = 0x40000;
    static final long STATUS = 0x50000;
    static final int DEVICE = 0xa0;
    static final int OTHER_DEVICE = 0xa8;
    private static final long READ_WRITE = 3;

    final List<String> lines = new ArrayList<>();
    final Mistake mistake;
    long tail;
    /** Commands so far. */
    long given;

    private long waits;
    /** Whether the first device keeps translations. */
    boolean keeps = true;

    /** The line in which the mistake shows itself. */
    int expected;

    DriverText(Mistake mistake) {
        this.mistake = mistake;
    }

    /** What the driver prints with each mistake and with none, on each family. */
    public static List<String> all() {
        List<String> texts = new ArrayList<>();
        for (String family : FAMILIES) {
            for (Mistake mistake : Mistake.values()) {
                texts.add(of(family, mistake).text());
            }
        }
        return texts;
    }

    static DriverText of(String family, Mistake mistake) {
        DriverText text = make(family, mistake);
        text.begin("waits alloc");
        text.run();
        return text;
    }

    /** A driver that has set up its tables, and whose devices keep nothing themselves; the rest is the caller's. */
    static DriverText begun(String family, String records) {
        DriverText text = make(family, Mistake.NONE);
        text.keeps = false;
        text.begin(records);
        return text;
    }

    private static DriverText make(String family, Mistake mistake) {
        return switch (family) {
            case "vtd" -> new OfVtd(mistake);
            case "amd-vi" -> new OfAmdVi(mistake);
            case "riscv" -> new OfRiscv(mistake);
            default -> new OfSmmu(mistake);
        };
    }

    String text() {
        return String.join("\n", lines) + "\n";
    }

    void say(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }

    /** The mistake shows itself here, if it did not before. */
    private void expect(int line) {
        expected = expected == 0 ? line : expected;
    }

    void store(long address, long value) {
        say("store 0 %#x 8 %#x at=driver.c:%d", address, value, lines.size());
    }

    abstract void boot();

    /** An entry of a page table: to a table of a level, or to a page where the level is 0. */
    abstract long entry(int level, long frame);

    /** An entry of the top table that leads to a page. */
    abstract long large(long frame);

    abstract long reservedBit();

    /** A requester's entry, word by word; a top table of level 3. */
    abstract long[] deviceEntry(int domain, long top, boolean deviceTlb);

    abstract long deviceEntryAt(int requester);

    abstract long[] forgetPages(int domain, long iova, int order, boolean tables);

    abstract long[] forgetEntry(int domain, int requester);

    abstract long[] forgetDeviceTlb(int requester);

    abstract long[] waitCommand(long number);

    abstract long wrongBit();

    abstract int statusBytes();

    abstract void moveTail();

    /** The words of an entry in the order in which a driver makes it valid; or in the wrong order. */
    void lead(int requester, int domain, long top, boolean deviceTlb) {
        long[] words = deviceEntry(domain, top, deviceTlb);
        long at = deviceEntryAt(requester);
        if (mistake == Mistake.HALF_ENTRY && requester == DEVICE) {
            store(at, words[0]);
            for (int word = 1; word < words.length; word++) {
                if (words[word] != 0) {
                    store(at + 8L * word, words[word]);
                    expect(lines.size());
                }
            }
            return;
        }
        for (int word = words.length - 1; word > 0; word--) {
            store(at + 8L * word, words[word]);
        }
        settle(domain, requester);
        store(at, words[0]);
        settle(domain, requester);
    }

    /** What a driver does between the words of an entry, and behind them, where units keep words. */
    void settle(int domain, int requester) {}

    /** Gives commands and waits; for each alone where the unit may execute them in another order. */
    void giveInTurn(long[]... commands) {
        giveAndWait(commands);
    }

    void give(long[]... commands) {
        boolean late = mistake == Mistake.COMMAND_AFTER_TAIL && commands.length > 1;
        given += commands.length;
        for (long[] command : commands) {
            long at = QUEUE + tail;
            tail = (tail + 16) % 4096;
            if (late && command == commands[0]) {
                store(at, 0);
                store(at + 8, 0);
                continue;
            }
            store(at, command[0]);
            store(at + 8, command[1]);
        }
        if (late) {
            lines.remove(lines.size() - 1);
            lines.remove(lines.size() - 1);
        }
        moveTail();
        if (late) {
            store(QUEUE + (tail + 4096 - 16) % 4096, commands[commands.length - 1][0]);
            expect(lines.size());
        }
    }

    /** Gives commands and a wait, and waits. */
    void giveAndWait(long[]... commands) {
        say("call 0 wait_done");
        waits++;
        long[][] all = new long[commands.length + 1][];
        System.arraycopy(commands, 0, all, 0, commands.length);
        all[commands.length] = waitCommand(waits);
        if (mistake == Mistake.WAIT_FIRST) {
            all[0] = waitCommand(waits);
            System.arraycopy(commands, 0, all, 1, commands.length);
        }
        give(all);
        if (mistake != Mistake.WAIT_NOT_DONE) {
            say("store unit0 %#x %d %d", STATUS, statusBytes(), waits);
        }
        say("return 0 wait_done");
        if (mistake == Mistake.WAIT_FIRST || mistake == Mistake.WAIT_NOT_DONE) {
            expect(lines.size());
        }
    }

    static final long TOP = 0x20000;
    static final long MIDDLE = 0x21000;
    static final long LEAVES = 0x22000;
    static final long OTHER_TOP = 0x23000;

    void map(long page, long frame) {
        say("call 0 map %#x %#x", page << 12, frame << 12);
        store(LEAVES + 8 * (page % 512), entry(0, frame));
        say("return 0 map");
    }

    private void begin(String records) {
        say("moat-events 1");
        boot();
        say("records %s", records);
        say("function unmap unmap");
        say("function map map");
        say("function flush flush domain=1 iova=2 pages=3");
        say("function flush_all_domains flush iova=1 pages=2");
        say("function wait_done wait");
        say("device 0 00:14.0 ats=on");
        say("device 0 00:15.0 ats=off");
        say("domain 0 5 guest");
        say("domain 0 6 host");
        for (long table : new long[] {TOP, MIDDLE, LEAVES, OTHER_TOP}) {
            say("alloc %#x 4096", table);
            say("page %#x", table);
        }
        say("page %#x", QUEUE);
        store(TOP, entry(2, MIDDLE >>> 12));
        store(MIDDLE, entry(1, LEAVES >>> 12));
        store(OTHER_TOP, large(1 << 18));
        switchOn();
        lead(DEVICE, 5, TOP, keeps);
        lead(OTHER_DEVICE, 6, OTHER_TOP, false);
        say("alloc 0x100000 0x10000 guest");
    }

    private void run() {
        pages();
        say("request 0 00:14.0 write 0x1234 %s", mistake == Mistake.WRONG_ANSWER ? "0x777234" : "0x109234");
        if (mistake == Mistake.WRONG_ANSWER) {
            expect(lines.size());
        }
        reuse();
        frames();
        tables();
        move();
    }

    abstract void switchOn();

    /** Maps two pages, unmaps them, and maps one of them anew. */
    private void pages() {
        map(1, 0x101);
        map(2, 0x102);
        say("call 0 unmap 0x1000 2");
        long[] invalidation = forgetPages(
                mistake == Mistake.OTHER_DOMAIN ? 6 : 5,
                mistake == Mistake.SHORT_RANGE ? 2 : 0,
                mistake == Mistake.SHORT_RANGE ? 0 : 2,
                false);
        if (mistake == Mistake.RESERVED_COMMAND) {
            invalidation[0] |= wrongBit();
        }
        if (mistake == Mistake.TOO_EARLY) {
            giveInTurn(invalidation, forgetDeviceTlb(DEVICE));
        }
        store(LEAVES + 8, 0);
        store(LEAVES + 16, 0);
        if (mistake == Mistake.FREED_EARLY) {
            say("free 0x101000 4096");
            expect(lines.size());
        }
        say("call 0 flush 5 0x1000 2");
        int before = lines.size();
        switch (mistake) {
            case NO_COMMAND, TOO_EARLY -> {}
            case NO_DEVICE_TLB -> giveAndWait(invalidation);
            case NO_WAIT -> give(invalidation, forgetDeviceTlb(DEVICE));
            default -> giveInTurn(invalidation, forgetDeviceTlb(DEVICE));
        }
        if (mistake == Mistake.RESERVED_COMMAND) {
            while (!lines.get(before).startsWith("write")) {
                before++;
            }
            expect(before + 1);
        }
        say("return 0 flush");
        say("return 0 unmap");
        boolean returns = mistake == Mistake.NO_COMMAND
                || mistake == Mistake.TOO_EARLY
                || mistake == Mistake.NO_DEVICE_TLB
                || mistake == Mistake.NO_WAIT
                || mistake == Mistake.OTHER_DOMAIN
                || mistake == Mistake.SHORT_RANGE;
        if (returns) {
            expect(lines.size());
        }
        if (mistake != Mistake.FREED_EARLY) {
            say("free 0x101000 4096");
        }
        map(1, 0x109);
    }

    /** Unmaps a page as deferred flushing does, and maps its address anew. */
    private void reuse() {
        map(3, 0x103);
        say("call 0 lazy_unmap 0x3000");
        store(LEAVES + 24, 0);
        say("return 0 lazy_unmap");
        if (mistake == Mistake.EMPTY_FLUSH) {
            say("call 0 flush 5 0x3000 1");
            say("return 0 flush");
            expect(lines.size());
        } else if (mistake == Mistake.DEVICE_TLB_KEPT) {
            giveAndWait(forgetPages(5, 0, 9, false));
        } else if (mistake != Mistake.ADDRESS_TOO_EARLY) {
            giveInTurn(forgetPages(5, 0, 9, false), forgetDeviceTlb(DEVICE));
        }
        say("call 0 map 0x3000 0x104000");
        store(
                LEAVES + 56,
                entry(0, 0x107)); // one call maps two pages, and the second one is the address that was unmapped
        store(LEAVES + 24, entry(0, 0x104));
        say("return 0 map");
        if (mistake == Mistake.ADDRESS_TOO_EARLY || mistake == Mistake.DEVICE_TLB_KEPT) {
            expect(lines.size());
        }
    }

    private void frames() {
        map(4, mistake == Mistake.MAPS_FREE ? 0x101 : 0x105);
        if (mistake == Mistake.MAPS_FREE) {
            expect(lines.size() - 1);
        }
        if (mistake == Mistake.FREED_MAPPED) {
            say("free 0x105000 4096");
            expect(lines.size());
        }
        say("owner 0x105000 4096 %s", mistake == Mistake.GIVEN_AWAY ? "host" : "guest");
        if (mistake == Mistake.GIVEN_AWAY) {
            expect(lines.size());
        }
        if (mistake == Mistake.RESERVED_ENTRY) {
            store(LEAVES + 40, entry(0, 0x106) | reservedBit());
            expect(lines.size());
        }
    }

    /** Unlinks the table of the leaves, has it forgotten, and frees it. */
    private void tables() {
        say("call 0 unmap 0 512");
        store(MIDDLE, 0);
        if (mistake == Mistake.FREED_LINKED) {
            store(MIDDLE, entry(1, LEAVES >>> 12)); // and caches may have it from before
        }
        if (mistake == Mistake.TABLE_WRITTEN) {
            store(LEAVES + 80, entry(0, 0x108));
            expect(lines.size());
        }
        if (mistake == Mistake.FLUSH_INSIDE) {
            say("call 0 flush_all_domains 0x100000 1");
            say("return 0 flush_all_domains");
            expect(lines.size());
        }
        long[] pages = forgetPages(5, 0, 9, mistake != Mistake.LEAVES_ONLY);
        if (mistake == Mistake.TABLE_DEVICE_TLB) {
            giveAndWait(pages);
        } else if (mistake != Mistake.FREED_LINKED) {
            giveInTurn(pages, forgetDeviceTlb(DEVICE));
        }
        say("return 0 unmap");
        if (mistake == Mistake.TABLE_DEVICE_TLB) {
            expect(lines.size());
        }
        say("free %#x 4096", LEAVES);
        if (mistake == Mistake.FREED_LINKED || mistake == Mistake.LEAVES_ONLY) {
            expect(lines.size());
        }
    }

    /** Leads the device to the tables of the other one's domain, and frees its own. */
    private void move() {
        say("call 0 attach");
        long[] words = deviceEntry(6, OTHER_TOP, false);
        long[] nothing = deviceEntry(5, 0, false);
        long at = deviceEntryAt(DEVICE);
        if (mistake == Mistake.TORN_MOVE) {
            long[] old = deviceEntry(5, TOP, true);
            int changed = 0;
            for (int word = words.length - 1; word >= 0; word--) {
                if (words[word] != old[word]) {
                    store(at + 8L * word, words[word]);
                    changed++;
                    if (changed == 2) {
                        expect(lines.size());
                    }
                }
            }
        } else {
            store(at, nothing[0]);
            if (mistake != Mistake.ENTRY_KEPT) {
                settle(5, DEVICE);
            }
            for (int word = words.length - 1; word > 0; word--) {
                store(at + 8L * word, words[word]);
            }
            if (mistake != Mistake.ENTRY_KEPT) {
                settle(5, DEVICE);
            }
            store(at, words[0]);
        }
        long[] all = forgetPages(5, 0, 30, true);
        if (mistake == Mistake.ENTRY_KEPT) {
            giveInTurn(all, forgetDeviceTlb(DEVICE));
        } else {
            giveInTurn(forgetEntry(5, DEVICE), all, forgetDeviceTlb(DEVICE));
        }
        say("return 0 attach");
        say("free %#x 4096", TOP);
        if (mistake == Mistake.ENTRY_KEPT) {
            expect(lines.size());
        }
        if (mistake == Mistake.TAG_AGAIN) {
            say("call 0 unmap");
            lead(OTHER_DEVICE, 7, MIDDLE, false);
            giveAndWait(forgetEntry(6, OTHER_DEVICE));
            lead(DEVICE, 6, LEAVES, false);
            giveAndWait(forgetEntry(6, DEVICE));
            say("return 0 unmap");
            expect(lines.size());
        }
    }

    /** VT-d in legacy mode, tables of three levels. */
    private static final class OfVtd extends DriverText {
        private static final long CONTEXTS = 0x11000;

        OfVtd(Mistake mistake) {
            super(mistake);
        }

        @Override
        void boot() {
            say("unit 0 vtd cap=0xd2008c222f0686 ecap=0xf00f5e haw=39");
            say("page %#x", DEVICES);
            say("page %#x", CONTEXTS);
            store(DEVICES, CONTEXTS | 1);
        }

        @Override
        void switchOn() {
            say("write 0 0 0x20 8 %#x", DEVICES);
            say("write 0 0 0x18 4 0x40000000");
            say("write 0 0 0x88 8 0");
            say("write 0 0 0x90 4 %#x", QUEUE);
            say("write 0 0 0x94 4 0");
            say("write 0 0 0x18 4 0x04000000");
            say("write 0 0 0x18 4 0x84000000");
        }

        @Override
        long entry(int level, long frame) {
            return frame << 12 | READ_WRITE;
        }

        @Override
        long large(long frame) {
            return frame << 12 | 0x80 | READ_WRITE;
        }

        @Override
        long reservedBit() {
            return 1L << 40;
        }

        @Override
        long[] deviceEntry(int domain, long top, boolean deviceTlb) {
            return new long[] {top == 0 ? 0 : top | (deviceTlb ? 4 : 0) | 1, (long) domain << 8 | 1};
        }

        @Override
        long deviceEntryAt(int requester) {
            return CONTEXTS + 16L * (requester & 0xff);
        }

        @Override
        long[] forgetPages(int domain, long page, int order, boolean tables) {
            return order > 18
                    ? new long[] {(long) domain << 16 | 0xe2, 0}
                    : new long[] {(long) domain << 16 | 0xf2, page << 12 | (tables ? 0 : 0x40) | order};
        }

        @Override
        long[] forgetEntry(int domain, int requester) {
            return new long[] {(long) requester << 32 | (long) domain << 16 | 0x31, 0};
        }

        @Override
        long[] forgetDeviceTlb(int requester) {
            return new long[] {(long) requester << 32 | 3, 0x7ffffffffffff001L};
        }

        @Override
        long[] waitCommand(long number) {
            return new long[] {number << 32 | 0x25, STATUS};
        }

        @Override
        long wrongBit() {
            return 1L << 40;
        }

        @Override
        int statusBytes() {
            return 4;
        }

        @Override
        void moveTail() {
            say("write 0 0 0x88 8 %#x", tail);
        }
    }

    /** AMD-Vi, tables of three levels. */
    private static final class OfAmdVi extends DriverText {
        private static final long RIGHTS = 0x6000000000000000L;

        OfAmdVi(Mistake mistake) {
            super(mistake);
        }

        @Override
        void boot() {
            say("unit 0 amd-vi efr=0x29d3");
            say("page %#x", DEVICES);
            say("page %#x", DEVICES + 0x1000);
            // Nobody is let through before it is led somewhere.
            for (int requester : new int[] {DEVICE, OTHER_DEVICE}) {
                store(deviceEntryAt(requester), 3);
            }
        }

        @Override
        void switchOn() {
            say("write 0 0 0 8 %#x", DEVICES | 1);
            say("write 0 0 8 4 %#x", QUEUE);
            say("write 0 0 12 4 0x08000000");
            say("write 0 0 0x18 8 0x1001");
        }

        @Override
        long entry(int level, long frame) {
            return RIGHTS | frame << 12 | (long) level << 9 | 1;
        }

        @Override
        long large(long frame) {
            return entry(0, frame);
        }

        @Override
        long reservedBit() {
            return 1L << 53;
        }

        @Override
        long[] deviceEntry(int domain, long top, boolean deviceTlb) {
            return new long[] {top == 0 ? 3 : RIGHTS | top | 3 << 9 | 3, domain | (deviceTlb ? 1L << 32 : 0)};
        }

        @Override
        long deviceEntryAt(int requester) {
            return DEVICES + 32L * requester;
        }

        @Override
        long[] forgetPages(int domain, long page, int order, boolean tables) {
            long address = order == 0
                    ? page << 12
                    : order > 18 ? 0x7ffffffffffff000L : (page & -(1L << order) | (1L << (order - 1)) - 1) << 12;
            return new long[] {3L << 60 | (long) domain << 32, address | (order == 0 ? 0 : 1) | (tables ? 2 : 0)};
        }

        @Override
        long[] forgetEntry(int domain, int requester) {
            return new long[] {2L << 60 | requester, 0};
        }

        @Override
        long[] forgetDeviceTlb(int requester) {
            return new long[] {4L << 60 | requester, 0x7ffffffffffff001L};
        }

        @Override
        long[] waitCommand(long number) {
            return new long[] {1L << 60 | STATUS | 1, number};
        }

        @Override
        long wrongBit() {
            return 1L << 50;
        }

        @Override
        int statusBytes() {
            return 8;
        }

        @Override
        void moveTail() {
            say("write 0 0 0x2008 8 %#x", tail);
        }
    }

    /** A RISC-V IOMMU with device contexts of 64 bytes; a first stage Sv39. */
    private static final class OfRiscv extends DriverText {
        private static final long CONTEXTS = 0x11000;

        OfRiscv(Mistake mistake) {
            super(mistake);
        }

        @Override
        void boot() {
            say("unit 0 riscv caps=0xdee87eece10");
            say("page %#x", DEVICES);
            say("page %#x", CONTEXTS);
            store(DEVICES + 8 * 2, CONTEXTS >>> 2 | 1);
        }

        @Override
        void switchOn() {
            say("write 0 0 24 8 %#x", QUEUE >>> 2 | 7);
            say("write 0 0 72 4 1");
            say("write 0 0 16 8 %#x", DEVICES >>> 2 | 3);
        }

        @Override
        long entry(int level, long frame) {
            return frame << 10 | (level == 0 ? 0xd7 : 1);
        }

        @Override
        long large(long frame) {
            return entry(0, frame);
        }

        @Override
        long reservedBit() {
            return 1L << 54;
        }

        @Override
        long[] deviceEntry(int domain, long top, boolean deviceTlb) {
            return top == 0
                    ? new long[4]
                    : new long[] {deviceTlb ? 3 : 1, 0, (long) domain << 12, 8L << 60 | top >>> 12};
        }

        @Override
        long deviceEntryAt(int requester) {
            return CONTEXTS + 64L * (requester & 63);
        }

        @Override
        void giveInTurn(long[]... commands) {
            for (long[] command : commands) {
                giveAndWait(command);
            }
        }

        @Override
        long[] forgetPages(int domain, long page, int order, boolean tables) {
            long vma = 1L << 32 | (long) domain << 12 | 1;
            if (order > 18) {
                return new long[] {vma, 0};
            }
            long range = order == 0 ? page << 10 : (page | (1L << (order - 1)) - 1) << 10 | 1 << 9;
            return new long[] {vma | 1 << 10 | (tables ? 1L << 34 : 0), range};
        }

        @Override
        long[] forgetEntry(int domain, int requester) {
            return new long[] {(long) requester << 40 | 1L << 33 | 3, 0};
        }

        @Override
        long[] forgetDeviceTlb(int requester) {
            return new long[] {(long) requester << 40 | 4, 0x7ffffffffffff800L};
        }

        @Override
        long[] waitCommand(long number) {
            return new long[] {number << 32 | 0x3000 | 1 << 10 | 2, STATUS >>> 2};
        }

        @Override
        long wrongBit() {
            return 1L << 11;
        }

        @Override
        int statusBytes() {
            return 4;
        }

        @Override
        void moveTail() {
            say("write 0 0 36 4 %#x", tail / 16);
        }
    }

    /** An SMMUv3 with a linear stream table; stage 1 with one context descriptor for each stream, a granule of 4 KiB, 39 bits. */
    private static final class OfSmmu extends DriverText {
        private static final long CONTEXTS = 0x14000;

        OfSmmu(Mistake mistake) {
            super(mistake);
        }

        @Override
        void boot() {
            say("unit 0 smmuv3 idr0=0x944340b idr1=0x2730010 idr3=0x400 idr5=0x74");
            for (long page = DEVICES; page < CONTEXTS + 0x2000; page += 4096) {
                say("page %#x", page);
            }
            for (int requester : new int[] {DEVICE, OTHER_DEVICE}) {
                store(DEVICES + 64L * requester, deviceEntryAt(requester) | 0xb);
                store(DEVICES + 64L * requester + 8, requester == DEVICE && keeps ? 1 << 28 : 0);
            }
        }

        @Override
        void switchOn() {
            say("write 0 0 0x80 8 %#x", DEVICES);
            say("write 0 0 0x88 4 8");
            say("write 0 0 0x90 8 %#x", QUEUE | 8);
            say("write 0 0 0x20 4 13");
        }

        @Override
        long entry(int level, long frame) {
            return frame << 12 | (level == 0 ? 0xc43 : 3);
        }

        @Override
        long large(long frame) {
            return frame << 12 | 0xc41;
        }

        @Override
        long reservedBit() {
            return 1L << 46;
        }

        @Override
        long[] deviceEntry(int domain, long top, boolean deviceTlb) {
            return top == 0 ? new long[2] : new long[] {(long) domain << 48 | 0x6204c0000019L, top};
        }

        @Override
        long deviceEntryAt(int requester) {
            return requester == DEVICE ? CONTEXTS : CONTEXTS + 0x1000;
        }

        @Override
        void settle(int domain, int requester) {
            giveAndWait(forgetEntry(domain, requester));
        }

        @Override
        void giveInTurn(long[]... commands) {
            for (long[] command : commands) {
                giveAndWait(command);
            }
        }

        @Override
        long[] forgetPages(int domain, long page, int order, boolean tables) {
            long asid = (long) domain << 48;
            if (order > 18) {
                return new long[] {asid | 0x11, 0};
            }
            long range = order == 0 ? 0 : 1 << 10;
            return new long[] {asid | (long) order << 20 | 0x12, page << 12 | range | (tables ? 0 : 1)};
        }

        @Override
        long[] forgetEntry(int domain, int requester) {
            return new long[] {(long) requester << 32 | 5, 1};
        }

        @Override
        long[] forgetDeviceTlb(int requester) {
            return new long[] {(long) requester << 32 | 0x40, 52};
        }

        @Override
        long[] waitCommand(long number) {
            return new long[] {number << 32 | 1 << 12 | 0x46, STATUS};
        }

        @Override
        long wrongBit() {
            return 0x40;
        }

        @Override
        int statusBytes() {
            return 4;
        }

        @Override
        void moveTail() {
            say("write 0 0 0x98 4 %#x", given % 512);
        }
    }
}
