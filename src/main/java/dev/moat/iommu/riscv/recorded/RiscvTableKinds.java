package dev.moat.iommu.riscv.recorded;

import dev.moat.iommu.Entry;
import dev.moat.iommu.Memory;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.DirectoryEntry;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.ProcessContext;
import dev.moat.iommu.riscv.semantics.Capabilities;
import dev.moat.iommu.riscv.semantics.ContextRules;
import dev.moat.iommu.riscv.semantics.EntryWords;
import dev.moat.iommu.riscv.semantics.Latitude;
import dev.moat.iommu.riscv.semantics.MemoryStructures;
import dev.moat.iommu.riscv.semantics.Structures.Encoding;
import dev.moat.iommu.riscv.semantics.TableEntries;
import dev.moat.iommu.riscv.semantics.TableEntries.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of a RISC-V IOMMU, and what their entries mean. A tag is the PSCID of a first stage, or {@link #SECOND} and the GSCID of a second
 * one. {@code @source} RISCV-IOMMU, data structures; RISCV-PRIVILEGED, Sv39, two-stage translation.
 */
final class RiscvTableKinds {
    /** In a domain id: it is the GSCID of a second stage. */
    static final long SECOND = 1 << 20;

    private static final int BITS = PageTableEntry.INDEX_BITS;
    private static final int PROCESS_BITS = 8;
    private static final int MOST_LEVELS = 5;
    private static final int ROOT_PAGES = 1 << PageTableEntry.ROOT_BITS;
    private static final int READ_WRITE = Entry.READ | Entry.WRITE;
    /** Any mode: the entries of all have one form. */
    private static final Shape SHAPE = Shape.of(PageTableEntry.SV57, new Encoding(Long.BYTES, false), BITS, 0);

    private static final List<TableKind> FIRST = pages("first-stage table of level ");
    private static final List<TableKind> SECOND_STAGE = pages("second-stage table of level ");
    private static final List<TableKind> PROCESS = List.of(
            new TableKind("process table", true, ProcessContext.WORDS, 0),
            new TableKind("process directory of level 1", true, 1, PROCESS_BITS),
            new TableKind("process directory of level 2", true, 1, PROCESS_BITS + BITS, 1 << 3));

    private final ContextRules rules;
    private final TableEntries entries;
    private final List<TableKind> devices;

    RiscvTableKinds(Capabilities can, Memory memory) {
        rules = new ContextRules(can, Latitude.PLAIN);
        entries = new TableEntries(new MemoryStructures(memory), can);
        int words = can.isExtended() ? DeviceContext.EXTENDED_WORDS : DeviceContext.BASE_WORDS;
        TableKind contexts = new TableKind("device table", true, words, TableKind.PASID_BITS);
        TableKind middle = new TableKind("device directory of level 1", true, 1, contexts.pageShift());
        // A device id has 24 bits.
        int left = 24 + TableKind.PASID_BITS - middle.pageShift();
        devices = List.of(
                contexts, middle, new TableKind("device directory of level 2", true, 1, middle.pageShift(), 1 << left));
    }

    private static List<TableKind> pages(String name) {
        List<TableKind> all = new ArrayList<>();
        for (int level = 0; level < MOST_LEVELS; level++) {
            all.add(new TableKind(name + level, false, 1, BITS * level));
        }
        return List.copyOf(all);
    }

    static long tag(long domain) {
        return domain << TableKind.PASID_BITS;
    }

    /** The table that a device directory of so many levels begins with. */
    TableKind devices(int levels) {
        return devices.get(levels - 1);
    }

    Entry decode(TableKind kind, long[] words, int at, long fctl) {
        if (!kind.ofDevices()) {
            int level = kind.shift() / BITS;
            return page(words[at], level, SECOND_STAGE.get(level).equals(kind));
        } else if (kind.equals(devices.get(0))) {
            return device(words, at, fctl);
        } else if (kind.equals(PROCESS.get(0))) {
            return process(words[at], words[at + 1]);
        }
        int level = devices.indexOf(kind);
        List<TableKind> below = level < 0 ? PROCESS : devices;
        return pointer(words[at], below.get((level < 0 ? PROCESS.indexOf(kind) : level) - 1));
    }

    private Entry pointer(long entry, TableKind below) {
        if (!DirectoryEntry.V.isSet(entry)) {
            return Entry.NOTHING;
        } else if (rules.isDirectoryWrong(entry)) {
            return Entry.wrong("a reserved bit of a directory entry is set");
        }
        return Entry.table(DirectoryEntry.PPN.get(entry), 1, below, READ_WRITE);
    }

    private Entry device(long[] words, int at, long fctl) {
        EntryWords dc = new EntryWords();
        for (int w = 0; w < devices.get(0).words(); w++) {
            dc.set(w, words[at + w]);
        }
        long tc = dc.get(DeviceContext.TC);
        if (!Control.V.isSet(tc)) {
            return Entry.NOTHING;
        } else if (rules.isDeviceWrong(dc, fctl)) {
            return Entry.wrong("a device context has a reserved bit, or a mode that the unit does not have");
        }
        long fsc = dc.get(DeviceContext.FSC);
        long second = dc.get(DeviceContext.IOHGATP);
        int mode = (int) Pointer.MODE.get(fsc);
        int secondMode = (int) SecondStage.MODE.get(second);
        boolean ats = Control.EN_ATS.isSet(tc);
        if (Control.SXL.isSet(tc) || Control.SBE.isSet(tc)) {
            return Entry.unknown("tables of 32 bits and big-endian ones are not judged");
        } else if (secondMode != PageTableEntry.BARE && mode != PageTableEntry.BARE) {
            return Entry.unknown("nested translation is not judged");
        } else if (secondMode != PageTableEntry.BARE) {
            int level = level(secondMode);
            long tag = tag(SECOND | SecondStage.GSCID.get(second));
            return Entry.space(tag, SecondStage.PPN.get(second), ROOT_PAGES, SECOND_STAGE.get(level), READ_WRITE)
                    .withDeviceTlb(ats);
        } else if (!Control.PDTV.isSet(tc)) {
            return first(fsc, Attributes.PSCID.get(dc.get(DeviceContext.TA))).withDeviceTlb(ats);
        } else if (mode == Pointer.PD_BARE) {
            return Entry.untranslated(0, READ_WRITE);
        } else if (ats || !Control.DPE.isSet(tc)) {
            return Entry.unknown(
                    ats
                            ? "what devices keep of processes is not judged"
                            : "requests without a process id pass beside a process directory, which is not judged");
        }
        return Entry.table(Pointer.PPN.get(fsc), 1, PROCESS.get(mode - 1), READ_WRITE);
    }

    private static int level(int mode) {
        return mode - PageTableEntry.SV39 + 2;
    }

    private static Entry first(long fsc, long pscid) {
        int mode = (int) Pointer.MODE.get(fsc);
        return mode == PageTableEntry.BARE
                ? Entry.untranslated(tag(pscid), READ_WRITE)
                : Entry.space(tag(pscid), Pointer.PPN.get(fsc), 1, FIRST.get(level(mode)), READ_WRITE);
    }

    private Entry process(long ta, long fsc) {
        if (!ProcessContext.V.isSet(ta)) {
            return Entry.NOTHING;
        } else if (rules.isProcessWrong(ta, fsc, false)) {
            return Entry.wrong("a process context has a reserved bit, or a mode that the unit does not have");
        }
        return first(fsc, ProcessContext.PSCID.get(ta));
    }

    private Entry page(long entry, int level, boolean second) {
        if (!PageTableEntry.V.isSet(entry)) {
            return Entry.NOTHING;
        } else if (entries.isWrong(entry, level, SHAPE)) {
            return Entry.wrong("a reserved bit of a page table entry is set, or it means nothing at its level");
        }
        long frame = PageTableEntry.PPN.get(entry);
        boolean writes = PageTableEntry.W.isSet(entry);
        boolean used = PageTableEntry.A.isSet(entry) && (!writes || PageTableEntry.D.isSet(entry));
        if (PageTableEntry.G.isSet(entry) && !second) {
            return Entry.unknown("translations for every process (G) are not judged");
        } else if (!PageTableEntry.isLeaf(entry)) {
            return Entry.table(frame, 1, (second ? SECOND_STAGE : FIRST).get(level - 1), READ_WRITE);
        } else if (!PageTableEntry.U.isSet(entry) && second) {
            return Entry.NOTHING;
        } else if (!PageTableEntry.U.isSet(entry) || !used) {
            return Entry.unknown("pages without U, A or D are not judged");
        }
        int order = BITS * level + (PageTableEntry.N.isSet(entry) ? PageTableEntry.NAPOT_BITS : 0);
        return Entry.page(frame & -(1L << order), order, writes ? READ_WRITE : Entry.READ);
    }
}
