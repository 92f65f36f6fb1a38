package dev.moat.conform.amdvi;

import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.DeviceTable;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Every answer that the specification allows to a request: the unit's own checks and walk, run on each combination of what the
 * unit may still remember of the words that they read.
 */
final class PossibleOutcomes {
    /** Walks for one request at the most; a case with more has words that changed very often. */
    private static final int MOST_WALKS = 1 << 20;

    private static final int REAL_INDEX_BITS = 9;
    private static final int PAGE_SHIFT = 12;

    private final RecordedMemory memory;
    private final RegisterBank registers;
    private final Remembered remembered;
    private final DeviceCheck check;
    private final Choosing choosing = new Choosing();
    private final TableWalk walk;

    /**
     * An answer, and what an event needs.
     *
     * @param quad1 of the device table entry behind it; 0 without one
     * @param address of the request, or of the entry that could not be read
     */
    record Possible(long answer, long quad1, long address) {
        Outcome outcome() {
            return Translation.outcome(answer);
        }
    }

    PossibleOutcomes(RecordedMemory memory, RegisterBank registers, Remembered remembered, Behaviour behaviour) {
        this.memory = memory;
        this.registers = registers;
        this.remembered = remembered;
        check = new DeviceCheck(REAL_INDEX_BITS, registers, behaviour);
        walk = new TableWalk(choosing, REAL_INDEX_BITS, behaviour);
    }

    /** The answers, each once; first the one that the words give as they are now. */
    List<Possible> of(long[] s, AmdViRow row, long iova) {
        boolean write = row.op() == Op.DW;
        long early = check.withoutEntry(s, row.device(), iova);
        if (early != DeviceCheck.UNSETTLED) {
            return List.of(new Possible(early, 0, iova));
        }
        long address = DeviceTable.address(registers.deviceTable.get(s), row.device());
        if (!memory.isReadable(s, address)) {
            return List.of(new Possible(Translation.of(Outcome.DEVICE_TABLE_ACCESS), 0, address));
        }
        Set<Possible> all = new LinkedHashSet<>();
        for (Remembered.Entry entry : remembered.entries(row.device(), address)) {
            long settled = check.byEntry(s, entry.quad0(), entry.quad1(), iova, write);
            if (settled != DeviceCheck.UNSETTLED) {
                all.add(new Possible(settled, entry.quad1(), iova));
            } else {
                all.addAll(fromTables(s, row, entry, iova));
            }
        }
        return List.copyOf(all);
    }

    private Set<Possible> fromTables(long[] s, AmdViRow row, Remembered.Entry entry, long iova) {
        boolean write = row.op() == Op.DW;
        Set<Possible> all = new LinkedHashSet<>();
        int domainId = (int) DeviceTableEntry.DOMAIN_ID.get(entry.quad1());
        for (Remembered.Root root : remembered.roots(domainId, Remembered.Root.of(entry.quad0()))) {
            long quad0 = DeviceTableEntry.MODE.set(entry.quad0(), root.mode());
            long settled = check.byEntry(s, quad0, entry.quad1(), iova, write);
            if (settled != DeviceCheck.UNSETTLED) {
                all.add(new Possible(settled, entry.quad1(), iova));
                continue;
            }
            choosing.begin(root, domainId, iova);
            do {
                long found = walk.walk(s, root.pointer(), iova);
                long answer = Translation.limited(found, DeviceTableEntry.rights(quad0), write);
                boolean unread = Translation.outcome(answer) == Outcome.TABLE_ACCESS;
                all.add(new Possible(answer, entry.quad1(), unread ? choosing.asked : iova));
            } while (choosing.advance(row));
        }
        return all;
    }

    /** Memory in which each word of a walk has one of the values that may be remembered of it; all combinations in turn. */
    private final class Choosing implements Memory {
        private final List<Integer> choices = new ArrayList<>();
        private final List<Integer> options = new ArrayList<>();
        private Remembered.Root root = new Remembered.Root(0, 0);
        private int domainId;
        private long page;
        /** The address that was asked for last. */
        private long asked;

        private int depth;
        private int walks;

        void begin(Remembered.Root from, int domain, long iova) {
            root = from;
            domainId = domain;
            page = iova >>> PAGE_SHIFT;
            choices.clear();
            options.clear();
            depth = 0;
            walks = 0;
        }

        /** The next combination; false after the last one. */
        boolean advance(AmdViRow row) {
            depth = 0;
            int last = choices.size() - 1;
            while (last >= 0 && choices.get(last) + 1 == options.get(last)) {
                choices.remove(last);
                options.remove(last);
                last--;
            }
            if (last < 0) {
                return false;
            }
            walks++;
            if (walks == MOST_WALKS) {
                throw row.row()
                        .cell("step")
                        .unrepresentable(
                                "the tables changed too often: more than " + MOST_WALKS + " walks are possible");
            }
            choices.set(last, choices.get(last) + 1);
            return true;
        }

        @Override
        public boolean isReadable(long[] s, long address) {
            asked = address;
            return memory.isReadable(s, address);
        }

        @Override
        public long read(long[] s, long address) {
            List<Long> values = values(address);
            if (depth == choices.size()) {
                choices.add(0);
                options.add(values.size());
            }
            return values.get(choices.get(depth++));
        }

        private List<Long> values(long address) {
            long pages = remembered.since(root, domainId, page, false);
            long directories = remembered.since(root, domainId, page, true);
            List<Long> asPage = memory.valuesSince(address, pages);
            List<Long> values = new ArrayList<>();
            for (long value : memory.valuesSince(address, directories)) {
                if (isDirectory(value) || asPage.contains(value)) {
                    values.add(value);
                }
            }
            return values;
        }

        private static boolean isDirectory(long entry) {
            return PageTableEntry.PR.isSet(entry) && !PageTableEntry.isPage(entry);
        }

        @Override
        public boolean write(long[] s, long address, long value) {
            return false;
        }
    }
}
