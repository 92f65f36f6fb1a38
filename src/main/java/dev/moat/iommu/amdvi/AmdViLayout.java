package dev.moat.iommu.amdvi;

import dev.moat.bits.Layout;
import dev.moat.bits.Layout.Statement;
import dev.moat.bits.LayoutBuilder;
import dev.moat.bits.LayoutSource;
import dev.moat.iommu.Met;
import dev.moat.iommu.PageRange;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.InterruptEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.format.WideInterruptEntry;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import dev.moat.state.SchemaBuilder;

/** The layout of AMD-Vi. */
public final class AmdViLayout implements LayoutSource {
    private static final int WORDS = 6;
    private static final int GIVEN = 9;
    private static final int MORE = 12;

    @Override
    public Layout layout() {
        LayoutBuilder all = new LayoutBuilder("amdvi");
        words(all);
        entries(all);
        commands(all);
        decisions(all);
        ranges(all);
        for (int mode = 1; mode <= WORDS; mode++) {
            all.add(walk(mode));
        }
        return all.layout();
    }

    private static void words(LayoutBuilder all) {
        all.word("device.q0", DeviceTableEntry.QUAD0)
                .word("device.q1", DeviceTableEntry.QUAD1)
                .word("device.q2", DeviceTableEntry.QUAD2)
                .word("device.q3", DeviceTableEntry.QUAD3)
                .word("page-table", PageTableEntry.FIELDS)
                .word("completion-wait.lo", Commands.CompletionWait.LO)
                .word("completion-wait.hi", Commands.CompletionWait.HI)
                .word("invalidate-device.lo", Commands.Device.LO)
                .word("invalidate-pages.lo", Commands.Pages.LO)
                .word("invalidate-pages.hi", Commands.Pages.HI)
                .word("invalidate-iotlb-pages.lo", Commands.IotlbPages.LO)
                .word("invalidate-iotlb-pages.hi", Commands.IotlbPages.HI)
                .word("invalidate-all.lo", Commands.All.LO)
                .word("interrupt", InterruptEntry.FIELDS)
                .word("interrupt-128.lo", WideInterruptEntry.LO)
                .word("interrupt-128.hi", WideInterruptEntry.HI)
                .word("interrupt-guest.lo", WideInterruptEntry.GUEST_LO)
                .word("interrupt-guest.hi", WideInterruptEntry.GUEST_HI)
                .word("event.lo", Events.LO)
                .word("event.hi", Events.HI)
                .word("capability-header", Registers.CapabilityHeader.FIELDS)
                .word("device-table-base", Registers.DeviceTableBase.FIELDS)
                .word("ring-base", Registers.RingBase.FIELDS)
                .word("control", Registers.Control.FIELDS)
                .word("exclusion-base", Registers.ExclusionBase.FIELDS)
                .word("exclusion-limit", Registers.ExclusionLimit.FIELDS)
                .word("extended-feature", Registers.ExtendedFeature.FIELDS)
                .word("ring-pointer", Registers.RingPointer.FIELDS)
                .word("status", Registers.Status.FIELDS);
    }

    private static void entries(LayoutBuilder all) {
        all.made("quad0", 3, x -> DeviceTableEntry.quad0((int) x[0], x[1], (int) x[2]));
        all.made("quad1", 1, x -> DeviceTableEntry.quad1((int) x[0]));
        all.made("page-table-entry", 3, x -> PageTableEntry.of((int) x[0], x[1], (int) x[2]));
        all.says(
                "sized-page",
                "says its size, its frames and its rights",
                3,
                x -> PageTableEntry.sizedPage(x[0], (int) x[1], (int) x[2]));
        all.says("size", "is by the first zero of the address", 1, x -> PageTableEntry.sizeShift(x[0]));
        all.says("page-table-rights", "is IR and IW", 1, x -> PageTableEntry.rights(x[0]));
        all.says(
                "page-table-other-rights",
                "changes IR and IW only",
                2,
                x -> PageTableEntry.withRights(x[0], (int) x[1]));
        all.made("remapped-interrupt", 1, x -> InterruptEntry.of((int) x[0]));
        all.says("device-entries", "is 128 for each 4 KiB", 1, x -> Registers.DeviceTableBase.entries(x[0]));
        all.says("ring-entries", "is 2^Length", 1, x -> Registers.RingBase.entries(x[0]));
        all.says("ring-address", "is 16 bytes each", 2, x -> Registers.RingBase.address(x[0], x[1]));
    }

    private static void commands(LayoutBuilder all) {
        all.made("wait-store", 1, x -> Commands.waitStore(x[0]));
        all.made("wait-interrupt", 0, x -> Commands.waitInterrupt());
        all.made("device-command", 2, x -> Commands.device((int) x[0], (int) x[1]));
        all.made("pages-command", 1, x -> Commands.pages((int) x[0]));
        all.made("opcode-command", 1, x -> Commands.opcode((int) x[0]));
        fault(all, "not-present", Outcome.NOT_PRESENT);
        fault(all, "denied", Outcome.NO_PERMISSION);
        fault(all, "reserved-set", Outcome.ENTRY_RESERVED);
        fault(all, "level-illegal", Outcome.LEVEL_ILLEGAL);
    }

    private static void fault(LayoutBuilder all, String name, Outcome outcome) {
        String says = "is a page fault with its flags, device, domain and direction";
        all.says(name, says, 3, x -> Events.of(outcome, (int) x[0], (int) x[1], x[2] != 0));
    }

    private static void decisions(LayoutBuilder all) {
        for (int most = 4; most <= WORDS; most++) {
            Capabilities can = Capabilities.usual().withLevels(most);
            DeviceCheck check = new DeviceCheck(
                    PageTableEntry.INDEX_BITS, new RegisterBank(new SchemaBuilder()), Behaviour.specified(can));
            int levels = most;
            all.add(new Statement("device@" + most, "is what a device table entry says without tables", 3, 1, x -> {
                x[3] = levels;
                return settled(check.translating(x[0], x[1], x[2] != 0));
            }));
            if (most == WORDS) {
                all.says(
                        "illegal",
                        "is a reserved bit of quadword 0 where V is set",
                        2,
                        x -> check.isIllegal(x[0], x[1], 0, 0) ? 1 : 0);
            }
        }
        all.says(
                "limited",
                "needs the right of the device and of the path",
                3,
                x -> Translation.outcome(Translation.limited(Translation.to(0, (int) x[0], 12), (int) x[1], x[2] != 0))
                                == Outcome.TRANSLATED
                        ? 0
                        : 1);
    }

    /** As the file counts them. */
    private static long settled(long answer) {
        if (answer == DeviceCheck.UNSETTLED) {
            return 0;
        }
        if (answer == Translation.of(Outcome.UNTRANSLATED)) {
            return 1;
        }
        if (answer == Translation.of(Outcome.TRANSLATION_INVALID)) {
            return 3;
        }
        if (answer == Translation.of(Outcome.MODE_ILLEGAL)) {
            return 4;
        }
        return answer == Translation.of(Outcome.UNTRANSLATED_DENIED)
                ? 5
                : answer == Translation.of(Outcome.BEYOND_WIDTH) ? 6 : -1;
    }

    private static void ranges(LayoutBuilder all) {
        all.says("range-order", "is the least that has both pages", 2, x -> Commands.order(x[0], x[1]));
        all.says(
                "range",
                "covers every page from the first to the last",
                4,
                x -> Commands.range(x[0], Commands.order(x[0], x[1]), x[2] != 0));
        all.says("range-tight", "covers 2^order pages, and no other", 3, x -> Commands.range(x[0], (int) x[1], false));
        all.says("everything", "covers every page", 1, x -> Commands.everyPage(true));
        all.says(
                "table-order",
                "is the least multiple of 9 that is as large",
                1,
                x -> Commands.ofTables((int) x[0], PageTableEntry.INDEX_BITS));
        all.says("named", "are among the pages that the unit forgets", 2, x -> forgets(x[0], x[1]) ? 1 : 0);
        all.says(
                "named-tables",
                "are the tables above them that the unit forgets",
                4,
                x -> forgetsTable(x[0], x[1], (int) x[2]) ? 1 : 0);
        all.says("only-named", "are the only ones, but that 2^52 bytes are all", 2, x -> forgets(x[0], x[1]) ? 1 : 0);
    }

    private static boolean forgetsTable(long hi, long start, int level) {
        long size = 1L << (PageTableEntry.INDEX_BITS * level);
        return PageRange.overlaps(Commands.firstPage(hi), Commands.pageCount(hi), start, size);
    }

    private static boolean forgets(long hi, long page) {
        return PageRange.contains(Commands.firstPage(hi), Commands.pageCount(hi), page);
    }

    /**
     * {@code @shape} six words, address, frame of the first table, which words can be read; then how many were read, ones if any was read elsewhere, the address that is
     * reached, the rights, the low bits of the page, the addresses that were read, and the mode.
     */
    private static Statement walk(int mode) {
        TableWalk walk = new TableWalk(
                new Met(GIVEN - 1, GIVEN, GIVEN + 1, GIVEN + 5),
                PageTableEntry.INDEX_BITS,
                Behaviour.specified(Capabilities.usual()));
        return new Statement(
                "walk" + mode,
                "reads these entries, and comes to this address with these rights and this size, or this fault",
                GIVEN,
                MORE,
                x -> {
                    long answer = walk.walk(x, TableWalk.pointer(x[WORDS + 1], mode, 3), x[WORDS]);
                    x[GIVEN + 2] = Translation.address(answer, x[WORDS]);
                    x[GIVEN + 3] = Translation.RIGHTS.get(answer);
                    x[GIVEN + 4] = (1L << ((int) Translation.SIZE.get(answer) + 12)) - 1;
                    x[GIVEN + 11] = mode;
                    return kind(answer);
                });
    }

    /** As the file counts them. */
    private static long kind(long answer) {
        long outcome = Translation.OUTCOME.get(answer);
        if (outcome == Outcome.NOT_PRESENT.code()) {
            return 2;
        }
        if (outcome == Outcome.SIZE_ILLEGAL.code() || outcome == Outcome.LEVEL_ILLEGAL.code()) {
            return 3;
        }
        if (outcome == Outcome.SKIPPED_BITS.code()) {
            return 4;
        }
        if (outcome == Outcome.ENTRY_RESERVED.code()) {
            return 5;
        }
        return outcome == Outcome.TABLE_ACCESS.code() ? 7 : outcome == Outcome.TRANSLATED.code() ? 0 : -1;
    }
}
