package dev.moat.prove.layout;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.InterruptEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import dev.moat.prove.layout.Family.Code;
import dev.moat.prove.layout.Family.Statement;
import dev.moat.prove.layout.Family.Word;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;

/** What there is to say of AMD-Vi. */
final class AmdViLayouts {
    private static final int WORDS = 6;
    private static final int GIVEN = 9;
    private static final int MORE = 11;

    private AmdViLayouts() {}

    static Family family() {
        List<Statement> all = new ArrayList<>();
        entries(all);
        commands(all);
        decisions(all);
        ranges(all);
        for (int mode = 1; mode <= WORDS; mode++) {
            all.add(walk(mode));
        }
        return new Family("amdvi", words(), all);
    }

    private static List<Word> words() {
        return List.of(
                new Word("device.q0", DeviceTableEntry.QUAD0),
                new Word("device.q1", DeviceTableEntry.QUAD1),
                new Word("device.q2", DeviceTableEntry.QUAD2),
                new Word("device.q3", DeviceTableEntry.QUAD3),
                new Word("page-table", PageTableEntry.FIELDS),
                new Word("completion-wait.lo", Commands.CompletionWait.LO),
                new Word("completion-wait.hi", Commands.CompletionWait.HI),
                new Word("invalidate-device.lo", Commands.Device.LO),
                new Word("invalidate-pages.lo", Commands.Pages.LO),
                new Word("invalidate-pages.hi", Commands.Pages.HI),
                new Word("invalidate-iotlb-pages.lo", Commands.IotlbPages.LO),
                new Word("invalidate-iotlb-pages.hi", Commands.IotlbPages.HI),
                new Word("invalidate-all.lo", Commands.All.LO),
                new Word("interrupt", InterruptEntry.FIELDS),
                new Word("event.lo", Events.LO),
                new Word("event.hi", Events.HI),
                new Word("capability-header", Registers.CapabilityHeader.FIELDS),
                new Word("device-table-base", Registers.DeviceTableBase.FIELDS),
                new Word("ring-base", Registers.RingBase.FIELDS),
                new Word("control", Registers.Control.FIELDS),
                new Word("exclusion-base", Registers.ExclusionBase.FIELDS),
                new Word("exclusion-limit", Registers.ExclusionLimit.FIELDS),
                new Word("extended-feature", Registers.ExtendedFeature.FIELDS),
                new Word("ring-pointer", Registers.RingPointer.FIELDS),
                new Word("status", Registers.Status.FIELDS));
    }

    private static void add(List<Statement> all, String name, String says, int given, Code code) {
        all.add(Statement.of(name, says, given, code));
    }

    private static void entries(List<Statement> all) {
        add(all, "quad0", Layouts.ONLY, 3, x -> DeviceTableEntry.quad0((int) x[0], x[1], (int) x[2]));
        add(all, "quad1", Layouts.ONLY, 1, x -> DeviceTableEntry.quad1((int) x[0]));
        add(all, "page-table-entry", Layouts.ONLY, 3, x -> PageTableEntry.of((int) x[0], x[1], (int) x[2]));
        add(
                all,
                "sized-page",
                "says its size, its frames and its rights",
                3,
                x -> PageTableEntry.sizedPage(x[0], (int) x[1], (int) x[2]));
        add(all, "size", "is by the first zero of the address", 1, x -> PageTableEntry.sizeShift(x[0]));
        add(all, "page-table-rights", "is IR and IW", 1, x -> PageTableEntry.rights(x[0]));
        add(
                all,
                "page-table-other-rights",
                "changes IR and IW only",
                2,
                x -> PageTableEntry.withRights(x[0], (int) x[1]));
        add(all, "remapped-interrupt", Layouts.ONLY, 1, x -> InterruptEntry.of((int) x[0]));
        add(all, "device-entries", "is 128 for each 4 KiB", 1, x -> Registers.DeviceTableBase.entries(x[0]));
        add(all, "ring-entries", "is 2^Length", 1, x -> Registers.RingBase.entries(x[0]));
        add(all, "ring-address", "is 16 bytes each", 2, x -> Registers.RingBase.address(x[0], x[1]));
    }

    private static void commands(List<Statement> all) {
        add(all, "wait-store", Layouts.ONLY, 1, x -> Commands.waitStore(x[0]));
        add(all, "wait-interrupt", Layouts.ONLY, 0, x -> Commands.waitInterrupt());
        add(all, "device-command", Layouts.ONLY, 2, x -> Commands.device((int) x[0], (int) x[1]));
        add(all, "pages-command", Layouts.ONLY, 1, x -> Commands.pages((int) x[0]));
        add(all, "opcode-command", Layouts.ONLY, 1, x -> Commands.opcode((int) x[0]));
        fault(all, "not-present", Outcome.NOT_PRESENT);
        fault(all, "denied", Outcome.NO_PERMISSION);
        fault(all, "reserved-set", Outcome.ENTRY_RESERVED);
        fault(all, "level-illegal", Outcome.LEVEL_ILLEGAL);
    }

    private static void fault(List<Statement> all, String name, Outcome outcome) {
        String says = "is a page fault with its flags, device, domain and direction";
        add(all, name, says, 3, x -> Events.of(outcome, (int) x[0], (int) x[1], x[2] != 0));
    }

    private static void decisions(List<Statement> all) {
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
                add(
                        all,
                        "illegal",
                        "is a reserved bit of quadword 0 where V is set",
                        2,
                        x -> check.isIllegal(x[0], x[1], 0, 0) ? 1 : 0);
            }
        }
        add(
                all,
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

    private static void ranges(List<Statement> all) {
        add(all, "range-order", "is the least that has both pages", 2, x -> Commands.order(x[0], x[1]));
        add(
                all,
                "range",
                "covers every page from the first to the last",
                4,
                x -> Commands.range(x[0], Commands.order(x[0], x[1]), x[2] != 0));
        add(all, "range-tight", "covers 2^order pages, and no other", 3, x -> Commands.range(x[0], (int) x[1], false));
        add(all, "everything", "covers every page", 1, x -> Commands.everyPage(true));
        add(
                all,
                "table-order",
                "is the least multiple of 9 that is as large",
                1,
                x -> Commands.ofTables((int) x[0], PageTableEntry.INDEX_BITS));
        add(all, "named", "are among the pages that the unit forgets", 2, x -> forgets(x[0], x[1]) ? 1 : 0);
        add(all, "only-named", "are the only ones, up to 2^50 bytes", 2, x -> forgets(x[0], x[1]) ? 1 : 0);
    }

    private static boolean forgets(long hi, long page) {
        long count = Commands.pageCount(hi);
        return count == 0 || Long.compareUnsigned(page - Commands.firstPage(hi), count) < 0;
    }

    /**
     * {@code @shape} six words, address, frame of the first table, which words can be read; then how many were read, the address that is
     * reached, the rights, the low bits of the page, the addresses that were read, and the mode.
     */
    private static Statement walk(int mode) {
        TableWalk walk = new TableWalk(
                new Met(GIVEN - 1, GIVEN, GIVEN + 4),
                PageTableEntry.INDEX_BITS,
                Behaviour.specified(Capabilities.usual()));
        return new Statement(
                "walk" + mode,
                "reads these entries, and comes to this address with these rights and this size, or this fault",
                GIVEN,
                MORE,
                x -> {
                    long answer = walk.walk(x, TableWalk.pointer(x[WORDS + 1], mode, 3), x[WORDS]);
                    x[GIVEN + 1] = Translation.address(answer, x[WORDS]);
                    x[GIVEN + 2] = Translation.RIGHTS.get(answer);
                    x[GIVEN + 3] = (1L << ((int) Translation.SIZE.get(answer) + 12)) - 1;
                    x[GIVEN + 10] = mode;
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
