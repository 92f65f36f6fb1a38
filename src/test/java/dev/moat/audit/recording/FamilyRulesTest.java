package dev.moat.audit.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.Audit;
import dev.moat.audit.result.AuditRule;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What RISC-V IOMMUs and SMMUv3s ask of a driver that VT-d and AMD-Vi do not: each rule broken, beside the sequence that is nearest to it and
 * keeps the rule, and what is said not to be judged.
 */
class FamilyRulesTest {
    private static final int DEVICE = DriverText.DEVICE;
    private static final int OTHER = DriverText.OTHER_DEVICE;
    private static final long LEAVES = DriverText.LEAVES;
    private static final long MIDDLE = DriverText.MIDDLE;
    private static final long SLOT = DriverText.QUEUE;
    private static final String HELD = "HELD";
    private static final String NOT_JUDGED = "NOT_JUDGED";

    /** @param result an outcome, or the rule that is broken */
    private record Row(String family, String name, String result, String records, Consumer<DriverText> does) {
        @Override
        public String toString() {
            return family + ": " + name + ": " + result;
        }
    }

    private static Row row(String family, String name, String result, Consumer<DriverText> does) {
        // An unmap that is right: the promise has something to be held by.
        return new Row(family, name, result, "waits alloc", d -> {
            unmaps(d.forgetPages(5, 1, 0, false)).accept(d);
            does.accept(d);
        });
    }

    private static Row row(String family, String name, AuditRule rule, Consumer<DriverText> does) {
        return row(family, name, rule.name(), does);
    }

    private static Row polled(String family, String name, String result, Consumer<DriverText> does) {
        return new Row(family, name, result, "loads alloc", does);
    }

    /** Maps a page, and unmaps it by some commands, each with its wait. */
    private static Consumer<DriverText> unmaps(long[]... commands) {
        return unmaps(d -> d.giveInTurn(commands));
    }

    private static Consumer<DriverText> unmaps(Consumer<DriverText> invalidates) {
        return removes(LEAVES + 8, d -> d.entry(0, 0x101), invalidates);
    }

    private interface Made {
        long by(DriverText d);
    }

    /** Writes an entry, and removes it in an unmap that invalidates so. */
    private static Consumer<DriverText> removes(long at, Made entry, Consumer<DriverText> invalidates) {
        return d -> {
            d.store(at, entry.by(d));
            d.say("call 0 unmap");
            d.store(at, 0);
            invalidates.accept(d);
            d.say("return 0 unmap");
        };
    }

    private static long[] command(long lo, long hi) {
        return new long[] {lo, hi};
    }

    /** Makes an entry valid that is not. */
    private static void words(DriverText d, long at, long... words) {
        for (int w = words.length - 1; w >= 0; w--) {
            d.store(at + 8L * w, words[w]);
        }
    }

    // RISC-V.

    private static final long VMA = 1;
    private static final long GVMA = 0x81;
    private static final long AV = 1 << 10;
    private static final long PSCV = 1L << 32;
    private static final long GV = 1L << 33;
    private static final long NL = 1L << 34;
    private static final long DV = 1L << 33;
    private static final long CONTEXTS = 0x11000;
    private static final long PROCESSES = 0x30000;

    private static long pscid(long id) {
        return PSCV | id << 12;
    }

    private static void fence(DriverText d, int slot, String head) {
        d.store(SLOT + 16L * slot, VMA | pscid(5));
        d.store(SLOT + 16L * slot + 8, 0);
        d.store(SLOT + 16L * (slot + 1), 2);
        d.store(SLOT + 16L * (slot + 1) + 8, 0);
        d.say("write 0 0 36 4 %d", slot + 2);
        d.say("read 0 0 32 4 %s", head);
    }

    /** Leads the second device by a process directory, its process 7 to the tables of PSCID 9. */
    private static void processes(DriverText d, long control) {
        d.say("page %#x", PROCESSES);
        words(d, PROCESSES + 16 * 7, 1 | 9 << 12, 8L << 60 | DriverText.TOP >>> 12);
        d.store(d.deviceEntryAt(OTHER), 0);
        d.giveInTurn(d.forgetEntry(6, OTHER), command(VMA, 0));
        words(d, d.deviceEntryAt(OTHER), control, 0, 0, 1L << 60 | PROCESSES >>> 12);
    }

    private static Consumer<DriverText> changesProcess(long[]... commands) {
        return d -> {
            processes(d, 0x221);
            d.say("call 0 unmap");
            d.store(PROCESSES + 16 * 7, 0);
            d.giveInTurn(commands);
            d.say("return 0 unmap");
        };
    }

    /** The second device has a second stage with GSCID 3, of which a page is removed. */
    private static Consumer<DriverText> secondStage(long[]... commands) {
        return d -> {
            d.say("domain 0 0x100003 guest");
            for (long page = 0x34000; page < 0x3a000; page += 4096) {
                d.say("page %#x", page);
            }
            d.store(0x34000, 0x38000 >>> 2 | 1);
            d.store(0x38000, 0x39000 >>> 2 | 1);
            d.store(0x39000 + 8, d.entry(0, 0x101));
            d.store(d.deviceEntryAt(OTHER), 0);
            d.giveInTurn(d.forgetEntry(6, OTHER), command(VMA, 0));
            words(d, d.deviceEntryAt(OTHER), 1, 8L << 60 | 3L << 44 | 0x34, 0, 0);
            d.say("call 0 unmap");
            d.store(0x39000 + 8, 0);
            d.giveInTurn(commands);
            d.say("return 0 unmap");
        };
    }

    /** Takes the table of device contexts away, and frees it. */
    private static Consumer<DriverText> unlinksContexts(long[]... commands) {
        return d -> {
            d.store(DriverText.DEVICES + 16, 0);
            d.giveInTurn(commands);
            d.giveInTurn(command(VMA, 0));
            d.say("free %#x 4096", CONTEXTS);
        };
    }

    private static Stream<Row> riscv() {
        String family = "riscv";
        long[] both = {3 | DV | (long) DEVICE << 40, 0};
        long[] other = {3 | DV | (long) OTHER << 40, 0};
        return Stream.of(
                polled(family, "head past the fence", HELD, unmaps(d -> fence(d, 0, "2"))),
                polled(family, "head at the fence", AuditRule.CALL_RETURN.name(), unmaps(d -> fence(d, 0, "1"))),
                polled(family, "an old head, told late", AuditRule.CALL_RETURN.name(), d -> {
                    fence(d, 0, "2");
                    unmaps(e -> fence(e, 2, "2")).accept(d);
                }),
                polled(family, "a head from before, told late", AuditRule.CALL_RETURN.name(), d -> {
                    fence(d, 0, "2");
                    unmaps(e -> fence(e, 2, "1")).accept(d);
                }),
                row(family, "by address", HELD, unmaps(command(VMA | pscid(5) | AV, 1 << 10))),
                row(family, "by another address", AuditRule.CALL_RETURN, unmaps(command(VMA | pscid(5) | AV, 2 << 10))),
                row(family, "a guest's", AuditRule.CALL_RETURN, unmaps(command(VMA | GV | pscid(5), 0))),
                row(family, "every process", HELD, unmaps(command(VMA, 0))),
                row(family, "second stage", AuditRule.CALL_RETURN, unmaps(command(GVMA, 0))),
                row(
                        family,
                        "one address of a large page",
                        HELD,
                        removes(
                                MIDDLE + 16,
                                d -> d.entry(0, 0x200),
                                d -> d.giveInTurn(command(VMA | pscid(5) | AV, 0x407 << 10)))),
                row(
                        family,
                        "an unlinked table, with NL and its range",
                        HELD,
                        removes(
                                MIDDLE,
                                d -> d.entry(1, LEAVES >>> 12),
                                d -> d.giveInTurn(command(VMA | pscid(5) | AV | NL, 0xff << 10 | 1 << 9)))),
                row(family, "an unlinked table, without NL", AuditRule.CALL_RETURN, d -> {
                    d.store(LEAVES + 8, d.entry(0, 0x101));
                    removes(
                                    MIDDLE,
                                    e -> e.entry(1, LEAVES >>> 12),
                                    e -> e.giveInTurn(command(VMA | pscid(5) | AV, 0xff << 10 | 1 << 9)))
                            .accept(d);
                }),
                row(family, "context, then translations, with a fence between", HELD, movesDevice(true)),
                row(family, "context and translations before one fence", AuditRule.TAG, movesDevice(false)),
                row(family, "contexts unlinked, directory forgotten", HELD, unlinksContexts(command(3, 0))),
                row(family, "contexts unlinked, one device each", AuditRule.TABLE_REUSE, unlinksContexts(both, other)),
                row(family, "contexts unlinked, and written again", AuditRule.TABLE_REUSE, d -> {
                    d.store(DriverText.DEVICES + 16, 0);
                    d.giveInTurn(both, other);
                    d.store(CONTEXTS, 1);
                }),
                row(
                        family,
                        "a process",
                        HELD,
                        changesProcess(
                                command(0x83 | DV | (long) OTHER << 40 | 7 << 12, 0), command(VMA | pscid(9), 0))),
                row(
                        family,
                        "another process",
                        AuditRule.CALL_RETURN,
                        changesProcess(
                                command(0x83 | DV | (long) OTHER << 40 | 6 << 12, 0), command(VMA | pscid(9), 0))),
                row(family, "a process by its device", HELD, changesProcess(other, command(VMA | pscid(9), 0))),
                row(family, "process 0 in place of the device", AuditRule.CALL_RETURN, d -> {
                    d.say("call 0 unmap");
                    d.store(d.deviceEntryAt(OTHER), 0);
                    d.giveInTurn(command(0x83 | DV | (long) OTHER << 40, 0), command(VMA | pscid(6), 0));
                    d.say("return 0 unmap");
                }),
                row(family, "second stage by GSCID", HELD, secondStage(command(GVMA | GV | 3L << 44, 0))),
                row(
                        family,
                        "second stage by another GSCID",
                        AuditRule.CALL_RETURN,
                        secondStage(command(GVMA | GV | 4L << 44, 0))),
                row(family, "second stage by VMA", AuditRule.CALL_RETURN, secondStage(command(VMA, 0))),
                row(family, "NAPOT", HELD, napot(16)),
                row(family, "NAPOT, one entry left", AuditRule.CALL_RETURN, napot(15)),
                row(family, "PSCV of GVMA", AuditRule.COMMAND_FORM, unmaps(command(VMA, 0), command(GVMA | PSCV, 0))),
                row(family, "global page", NOT_JUDGED, unmapsEntry(0xd7 | 1 << 5)),
                row(family, "page without A", NOT_JUDGED, unmapsEntry(0x97)),
                row(family, "page without U", NOT_JUDGED, unmapsEntry(0xc7)),
                row(family, "no process id beside a directory", NOT_JUDGED, d -> {
                    processes(d, 0x21);
                    unmaps(command(VMA, 0)).accept(d);
                }),
                row(family, "both stages", NOT_JUDGED, d -> {
                    d.store(d.deviceEntryAt(OTHER) + 8, 8L << 60 | 0x34);
                    unmaps(command(VMA, 0)).accept(d);
                }),
                row(family, "big-endian", NOT_JUDGED, d -> {
                    d.say("unit 1 riscv caps=0x8000f10 fctl=1");
                    unmaps(command(VMA, 0)).accept(d);
                }));
    }

    /** 16 entries of a page of 64 KiB, of which some are removed; each page of it is named. */
    private static Consumer<DriverText> napot(int removed) {
        return d -> {
            for (int n = 0; n < 16; n++) {
                d.store(LEAVES + 128 + 8 * n, 1L << 63 | 0x108L << 10 | 0xd7);
            }
            d.say("call 0 unmap");
            for (int n = 0; n < removed; n++) {
                d.store(LEAVES + 128 + 8 * n, 0);
            }
            d.giveInTurn(command(VMA | pscid(5), 0));
            d.say("return 0 unmap");
        };
    }

    /** Maps a page by an entry with some bits, and removes it. */
    private static Consumer<DriverText> unmapsEntry(long bits) {
        return removes(
                LEAVES + 8, d -> bits | d.entry(0, 0x101) & ~0xfffL, d -> d.giveInTurn(d.forgetPages(5, 0, 30, true)));
    }

    /** Blocks the first device, forgets its entry and its translations, and leads it to another table under the same tag. */
    private static Consumer<DriverText> movesDevice(boolean inTurn) {
        return d -> {
            d.store(LEAVES + 8, d.entry(0, 0x101));
            d.store(d.deviceEntryAt(DEVICE), 0);
            long[][] commands = {d.forgetEntry(5, DEVICE), d.forgetPages(5, 0, 30, true)};
            if (inTurn) {
                d.giveInTurn(commands);
            } else {
                d.giveAndWait(commands);
            }
            d.say("page 0x3a000");
            d.lead(DEVICE, 5, 0x3a000, false);
        };
    }

    // SMMUv3.

    private static final long VA = 0x12;
    private static final long LEAF = 1;
    private static final long ASID = 5L << 48;
    private static final long STREAMS = DriverText.DEVICES;
    private static final long OTHER_STREAM = STREAMS + 64L * OTHER;
    private static final long STAGE_2 = 0x34000;
    /** Words 0, 2 and 3 of a stream table entry for stage 2 with VMID 3, 39 bits, a granule of 4 KiB. */
    private static final long[] TO_STAGE_2 = {0xd, 0, 0x40c005900000003L, STAGE_2};

    private static long va(long page) {
        return page << 12;
    }

    private static long[] stream(int requester, long leaf) {
        return command(3 | (long) requester << 32, leaf);
    }

    /** Gives a TLBI and a CMD_SYNC, and reads CONS that much behind the first of them. */
    private static void sync(DriverText d, int consumed) {
        long at = SLOT + 16 * d.given;
        d.store(at, ASID | 0x11);
        d.store(at + 8, 0);
        d.store(at + 16, 0x46);
        d.store(at + 24, 0);
        d.say("write 0 0 0x98 4 %#x", d.given + 2);
        d.say("read 0 0 0x9c 4 %#x", d.given + consumed);
    }

    /** A large page of the second level. */
    private static Consumer<DriverText> large(long... command) {
        return removes(MIDDLE + 16, d -> 0x200L << 12 | 0xc41, d -> d.giveInTurn(command));
    }

    /** Gives the second stream a stage 2, step by step. */
    private static void toStage2(DriverText d, boolean inTurn) {
        d.say("domain 0 0x10003 guest");
        for (long page = STAGE_2; page < STAGE_2 + 0x3000; page += 4096) {
            d.say("page %#x", page);
        }
        d.store(STAGE_2, STAGE_2 + 0x1000 | 3);
        d.store(STAGE_2 + 0x1000, STAGE_2 + 0x2000 | 3);
        d.store(STAGE_2 + 0x2000 + 8, 0x101L << 12 | 0x4ff);
        d.store(OTHER_STREAM, 0);
        d.giveInTurn(stream(OTHER, LEAF), command(0x11 | 6L << 48, 0));
        d.store(OTHER_STREAM + 16, TO_STAGE_2[2]);
        d.store(OTHER_STREAM + 24, TO_STAGE_2[3]);
        if (inTurn) {
            d.giveInTurn(stream(OTHER, LEAF));
        }
        d.store(OTHER_STREAM, TO_STAGE_2[0]);
        d.giveInTurn(stream(OTHER, LEAF));
    }

    private static Consumer<DriverText> inStage2(long[]... commands) {
        return d -> {
            toStage2(d, true);
            d.say("call 0 unmap");
            d.store(STAGE_2 + 0x2000 + 8, 0);
            d.giveInTurn(commands);
            d.say("return 0 unmap");
        };
    }

    /** Stage 1 of the first stream with a larger granule, one level above the pages; a page of it is removed. */
    private static Consumer<DriverText> granule(int log2, long code, long[]... commands) {
        return d -> {
            long top = 0x40000000;
            int bits = 2 * (log2 - 3) + log2;
            for (long page = 0; page < 2L << log2; page += 4096) {
                d.say("page %#x", top + page);
            }
            d.store(top, top + (1L << log2) | 3);
            d.store(top + (1L << log2) + 8, 1L << 32 | 0xc43);
            long at = d.deviceEntryAt(DEVICE);
            d.store(at, 0);
            d.giveInTurn(d.forgetEntry(5, DEVICE), command(ASID | 0x11, 0));
            d.store(at + 8, top);
            d.giveInTurn(d.forgetEntry(5, DEVICE));
            d.store(at, ASID | 0x6204c0000000L | code << 6 | 64 - bits);
            d.giveInTurn(d.forgetEntry(5, DEVICE));
            d.say("call 0 unmap");
            d.store(top + (1L << log2) + 8, 0);
            d.giveInTurn(commands);
            d.say("return 0 unmap");
        };
    }

    /** Both streams have one context descriptor, which is made invalid. */
    private static Consumer<DriverText> shared(long[]... commands) {
        return d -> {
            d.store(OTHER_STREAM, 0);
            d.giveInTurn(stream(OTHER, LEAF), command(0x11 | 6L << 48, 0));
            d.store(OTHER_STREAM, d.deviceEntryAt(DEVICE) | 0xb);
            d.giveInTurn(stream(OTHER, LEAF));
            d.say("call 0 unmap");
            d.store(d.deviceEntryAt(DEVICE), 0);
            d.giveInTurn(commands);
            d.giveInTurn(command(ASID | 0x11, 0));
            d.say("return 0 unmap");
        };
    }

    /** A unit with a stream table of two levels, of which a table of the second one is taken away and freed. */
    private static Consumer<DriverText> twoLevels(long[]... commands) {
        return d -> {
            long top = 0x60000;
            for (long page = top; page < top + 0x8000; page += 4096) {
                d.say("page %#x", page);
            }
            d.store(top, top + 0x4000 | 9);
            words(d, top + 0x4000 + 64L * DEVICE, d.deviceEntryAt(DEVICE) | 0xb);
            d.say("write 0 0 0x20 4 12");
            d.say("write 0 0 0x80 8 %#x", top);
            d.say("write 0 0 0x88 4 %#x", 1 << 16 | 8 << 6 | 16);
            d.giveInTurn(command(4, 31), command(0x30, 0));
            d.say("write 0 0 0x20 4 13");
            d.store(top, 0);
            d.giveInTurn(commands);
            d.giveInTurn(command(0x30, 0));
            d.say("free %#x 4096", top + 0x4000 + 0x2000);
        };
    }

    private static Stream<Row> smmu() {
        String family = "smmuv3";
        long second = 3L << 32;
        return Stream.of(
                polled(family, "CONS past the CMD_SYNC", HELD, unmaps(d -> sync(d, 2))),
                polled(family, "CONS at the CMD_SYNC", AuditRule.CALL_RETURN.name(), unmaps(d -> sync(d, 1))),
                polled(family, "CONS of the round before", AuditRule.CALL_RETURN.name(), unmaps(d -> sync(d, 2 + 256))),
                row(family, "by address", HELD, unmaps(command(ASID | VA, va(1)))),
                row(family, "by address, of any ASID", HELD, unmaps(command(0x13, va(1)))),
                row(family, "by another address", AuditRule.CALL_RETURN, unmaps(command(ASID | VA, va(2)))),
                row(family, "another VMID", AuditRule.CALL_RETURN, unmaps(command(ASID | 1L << 32 | 0x11, 0))),
                row(family, "one address of a large page", HELD, large(ASID | VA, va(0x407))),
                row(family, "a range at its level", HELD, large(ASID | VA, va(0x400) | 1 << 10 | 2 << 8)),
                row(
                        family,
                        "a range at another level",
                        AuditRule.CALL_RETURN,
                        large(ASID | VA, va(0x400) | 1 << 10 | 3 << 8)),
                row(
                        family,
                        "a range that is not aligned",
                        AuditRule.CALL_RETURN,
                        large(ASID | VA, va(0x407) | 1 << 10 | 2 << 8)),
                row(
                        family,
                        "a range of another granule",
                        AuditRule.CALL_RETURN,
                        large(ASID | VA | 9 << 20, va(0x400) | 2 << 10)),
                row(
                        family,
                        "a range without meaning",
                        AuditRule.COMMAND_FORM,
                        unmaps(command(ASID | 0x11, 0), command(ASID | VA, va(1) | 1 << 10))),
                row(family, "granule of 16 KiB", HELD, granule(14, 2, command(ASID | VA, 1 << 14 | 2 << 10 | 3 << 8))),
                row(family, "granule of 64 KiB", HELD, granule(16, 1, command(ASID | VA, 1 << 16))),
                row(
                        family,
                        "granule of 64 KiB, another page",
                        AuditRule.CALL_RETURN,
                        granule(16, 1, command(ASID | VA, 0))),
                row(family, "descriptor, then translations, with a CMD_SYNC between", HELD, movesDevice(true)),
                row(family, "descriptor and translations before one CMD_SYNC", AuditRule.TAG, movesDevice(false)),
                row(family, "stage 2, valid last", HELD, d -> toStage2(d, true)),
                row(family, "stage 2, valid before the rest is read anew", AuditRule.TORN, d -> toStage2(d, false)),
                row(family, "stage 2 by address", HELD, inStage2(command(second | 0x2a, va(1)))),
                row(family, "stage 2 by VMID", HELD, inStage2(command(second | 0x28, 0))),
                row(family, "stage 2 by another VMID", AuditRule.CALL_RETURN, inStage2(command(4L << 32 | 0x28, 0))),
                row(family, "stage 2 as stage 1", AuditRule.CALL_RETURN, inStage2(command(second | 0x10, 0))),
                row(family, "a descriptor of two streams", HELD, shared(descriptor(DEVICE), descriptor(OTHER))),
                row(family, "a descriptor of two streams, one told", AuditRule.CALL_RETURN, shared(descriptor(DEVICE))),
                row(family, "a descriptor by its streams", HELD, shared(stream(DEVICE, LEAF), stream(OTHER, LEAF))),
                row(family, "a stream by its descriptor", AuditRule.CALL_RETURN, d -> {
                    toStage2(d, true);
                    d.say("call 0 unmap");
                    d.store(OTHER_STREAM, 0);
                    d.giveInTurn(command(5 | (long) OTHER << 32, 0), command(second | 0x28, 0));
                    d.say("return 0 unmap");
                }),
                row(family, "two levels, every stream", HELD, twoLevels(command(4, 31))),
                row(family, "two levels, with the first one", HELD, twoLevels(stream(DEVICE, 0))),
                row(family, "two levels, entries alone", AuditRule.TABLE_REUSE, twoLevels(stream(DEVICE, LEAF))),
                row(family, "global page", NOT_JUDGED, unmapsEntry(0x443)),
                row(family, "page without AF", NOT_JUDGED, unmapsEntry(0x843)),
                row(family, "contiguous pages", NOT_JUDGED, unmapsEntry(1L << 52 | 0xc43)),
                row(family, "privileged page", NOT_JUDGED, unmapsEntry(0xc03)),
                row(family, "upper region", NOT_JUDGED, d -> d.store(d.deviceEntryAt(DEVICE), ASID | 0x620480990019L)),
                row(family, "both stages", NOT_JUDGED, d -> {
                    toStage2(d, true);
                    d.store(OTHER_STREAM, d.deviceEntryAt(OTHER) | 0xf);
                }),
                row(family, "stage 1 under a VMID", NOT_JUDGED, d -> d.store(OTHER_STREAM + 16, 3)));
    }

    /** CFGI_CD. */
    private static long[] descriptor(int requester) {
        return command(5 | (long) requester << 32, LEAF);
    }

    static Stream<Row> rows() {
        return Stream.concat(riscv(), smmu());
    }

    /** A CPU reads the head before another one's write of the tail, which the unit has acted upon, is told. */
    @ParameterizedTest
    @CsvSource({"2, HELD", "1, VIOLATED", "258, VIOLATED"})
    void aHeadMayBeToldBeforeItsTail(int consumed, String outcome) throws IOException {
        DriverText d = DriverText.begun("smmuv3", "loads alloc");
        unmaps(e -> sync(e, consumed)).accept(d);
        int write = d.lines.size() - 3;
        d.lines.add(write, d.lines.remove(write + 1));
        assertThat(MistakesTest.judge(d.text()).outcome(true)).as(d.text()).hasToString(outcome);
    }

    /** Another CPU moves PROD for both, and returns when its own CMD_SYNC is done: that says nothing of the one behind it. */
    @ParameterizedTest
    @CsvSource({"0, HELD", "1, VIOLATED"})
    void aWaitIsOfTheCpuThatHasWrittenIt(int waiter, String outcome) throws IOException {
        DriverText d = DriverText.begun("smmuv3", "alloc");
        d.lines.removeIf(line -> line.startsWith("store unit0"));
        d.store(LEAVES + 8, d.entry(0, 0x101));
        d.say("call 0 unmap");
        d.store(LEAVES + 8, 0);
        long at = SLOT + 16 * d.given;
        d.say("store 1 %#x 16 0x00000000000000000000000000000046", at);
        d.say("store 0 %#x 16 0x00000000000000000005000000000011", at + 16);
        d.say("store 0 %#x 16 0x00000000000000000000000000000046", at + 32);
        d.say("call %d wait_done", waiter);
        d.say("write 1 0 0x98 4 %#x", d.given + 3);
        d.say("return %d wait_done", waiter);
        d.say("return 0 unmap");
        assertThat(MistakesTest.judge(d.text()).outcome(true)).hasToString(outcome);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isJudged(Row row) throws IOException {
        DriverText driver = DriverText.begun(row.family, row.records);
        row.does.accept(driver);
        Audit audit = MistakesTest.judge(driver.text());
        List<String> broken = audit.tallies().stream()
                .filter(t -> t.violated() > 0)
                .map(t -> t.rule().name())
                .toList();
        List<String> expected =
                row.result.equals(HELD) || row.result.equals(NOT_JUDGED) ? List.of() : List.of(row.result);
        String told = audit.tallies().toString().replace("RuleTally", "\n") + audit.warnings();
        assertThat(broken).as(told).isEqualTo(expected);
        boolean promised = expected.isEmpty() || AuditRule.valueOf(row.result).ofPromises();
        String outcome = !promised ? HELD : expected.isEmpty() ? row.result : "VIOLATED";
        assertThat(audit.outcome(true).name()).as(told).isEqualTo(outcome);
    }
}
