package dev.moat.iommu.riscv.nested;

import dev.moat.iommu.Memory;
import dev.moat.iommu.queue.CommandSlots;
import dev.moat.iommu.riscv.RiscvUnit;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Fence;
import dev.moat.iommu.riscv.format.Commands.Translations;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.ProcessContext;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.semantics.Capabilities;
import dev.moat.iommu.riscv.semantics.RegisterBank;
import dev.moat.iommu.riscv.semantics.RegisterBank.Start;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.model.Setting;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The memory that the unit reads: device contexts and second-stage tables of the hypervisor's, and in the frames of
 * guests their first-stage tables and process contexts. If a guest's page moves to another frame, its contents move
 * too.
 *
 * <p>A level decodes two bits. The tables of a first stage are one page of the guest, which leads to itself twice: its
 * entry 0 is the root's, entry 1 the next level's, entries 2 and 3 are those of I/O pages 6 and 7. They lead to the
 * guest's one page of data, or nowhere.
 */
final class GuestTables implements Memory {
    static final int INDEX_BITS = 2;
    /** Contexts in the base format. */
    static final Capabilities CAPABILITIES = base(Capabilities.usual());

    static final int RING = 4;
    private static final int FIRST_FRAME = 0x10;
    private static final int DIRECTORY = 0x40;
    private static final int QUEUE = 0x41;
    private static final int SECOND_STAGE = 0x80;
    /** Frames from one guest's second-stage root to the next one's; its lower tables are behind it. */
    private static final int PER_GUEST = 8;

    private static final int MIDDLE = 4;
    private static final int LEAVES = 5;
    private static final int FIRST_PAGE = 6;
    private static final int FIRST_LEAF = 2;
    /** Numbers of a guest's pages, as it sees them; those below are the tables of its processes. */
    private static final int DATA = 2;

    private static final int PROCESS_DIRECTORY = 3;
    private static final int NONE = -1;

    final Sort guests;
    final Sort devices;
    final Sort gscids;
    final Sort frames;
    final Sort cpus;
    final Sort units = Sort.numbered("Unit", "iommu", 1);
    /** First stages of a guest. */
    final Sort processes;

    final Sort pscids;
    /** Pages of a guest, {@link #number}. */
    final Sort guestPages;
    /** I/O pages of every first stage of a guest, then its own pages: whatever a stage translates. */
    final Sort pages;

    final boolean hasDirectory;
    final int ioPages;

    final RegisterBank registers;
    final CommandSlots commands;
    /** Per device: word TC, of which V changes. */
    final Slots tc;
    /** Per device: word IOHGATP. */
    final Slots iohgatp;
    /** Per guest and page: last entry of its second stage. */
    final Slots second;
    /** Per guest, first stage and I/O page: last entry of its first stage. */
    final Slots first;
    /** Per guest and process: word TA of its context. Without elements where there is no directory. */
    final Slots process;
    /** Per guest and page: the frame that it has. */
    final Slots place;
    /** Per guest and page: the frame that it is being moved to. */
    final Slots next;

    private final List<Integer> numbers = new ArrayList<>();

    GuestTables(Setting setting, SchemaBuilder schema) {
        guests = Sort.numbered("Dom", "g", setting.number(RiscvNested.GUESTS));
        devices = Sort.numbered("Req", "dev", setting.number(RiscvNested.DEVICES));
        gscids = Sort.numbered("Tag", "gscid", setting.number(RiscvNested.GSCIDS));
        frames = Sort.numbered("Frame", "f", setting.number(RiscvNested.FRAMES));
        cpus = Sort.numbered("Cpu", "cpu", setting.number(RiscvNested.CPUS));
        hasDirectory = setting.number(RiscvNested.PROCESSES) > 0;
        processes = Sort.numbered("Process", "x", Math.max(1, setting.number(RiscvNested.PROCESSES)));
        pscids = Sort.numbered("Pscid", "pscid", hasDirectory ? setting.number(RiscvNested.PSCIDS) : 1);
        ioPages = setting.number(RiscvNested.PAGES);
        List<String> labels = new ArrayList<>();
        for (int x = 0; x < processes.size(); x++) {
            numbers.add(x);
            labels.add("tables" + x);
        }
        numbers.add(DATA);
        labels.add("data");
        if (hasDirectory) {
            numbers.add(PROCESS_DIRECTORY);
            labels.add("pdt");
        }
        guestPages = new Sort("GuestPage", labels);
        List<String> all = new ArrayList<>();
        processes.labels().forEach(x -> {
            for (int p = 0; p < ioPages; p++) {
                all.add(x + "@" + (FIRST_PAGE + p));
            }
        });
        all.addAll(labels);
        pages = new Sort("Page", all);

        boolean fetches = setting.text(RiscvNested.EXECUTION).equals(RiscvNested.ANY_ORDER);
        registers = new RegisterBank(schema, "", starts(fetches), new Start(0, 0));
        commands = new CommandSlots(
                schema,
                "",
                registers.commands,
                new CommandSlots.Shape(RING, RING - 1, fetches, false, lo(), hi()),
                RiscvUnit.COMMANDS);
        Sort none = Sort.numbered("None", "", 0);
        long framesUsed = ones(FIRST_FRAME) | ones(frames.size() - 1);
        tc = memory(schema, "tc", devices).word(Control.FIELDS, Control.V.mask());
        iohgatp = memory(schema, "iohgatp", devices).word(SecondStage.FIELDS, context(1, 0) | context(1, 1));
        second = memory(schema, "second", guests, guestPages)
                .word(PageTableEntry.FIELDS, PageTableEntry.page(framesUsed, true, true));
        first = guest(schema, "first", guests, processes, Sort.numbered("IoPage", "p", ioPages))
                .word(PageTableEntry.FIELDS, PageTableEntry.page(DATA, true, true));
        process = guest(schema, "process", hasDirectory ? guests : none, processes)
                .word(
                        ProcessContext.FIELDS,
                        ProcessContext.V.mask() | ProcessContext.PSCID.set(0, ones(pscids.size() - 1)));
        place = schema.slots("guest.frame", Role.HYPERVISOR, Writer.HYPERVISOR, guests, guestPages)
                .optional(frames);
        next = schema.slots("guest.next", Role.HYPERVISOR, Writer.HYPERVISOR, guests, guestPages)
                .optional(frames);
    }

    private static Capabilities base(Capabilities usual) {
        return usual.with(usual.register() & ~Capability.MSI_FLAT.mask() & ~Capability.MSI_MRIF.mask());
    }

    private static SlotsBuilder memory(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index);
    }

    private static SlotsBuilder guest(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.GUEST, index);
    }

    /** All bits up to the highest one of a number. */
    private static long ones(long number) {
        return number == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(number);
    }

    private static Map<String, Start> starts(boolean fetches) {
        int order = Integer.numberOfTrailingZeros(RING);
        return Map.of(
                "ddtp", new Start(DirectoryPointer.of(1, DIRECTORY), 0),
                "cqb", new Start(QueueBase.of(order, QUEUE), 0),
                "cqh", new Start(0, fetches ? RING - 1 : 0),
                "cqt", new Start(0, RING - 1),
                "cqcsr", new Start(QueueControl.EN.mask() | QueueControl.ON.mask(), QueueControl.STOPS));
    }

    private long lo() {
        return Commands.KIND.mask()
                | Translations.AV.mask()
                | Translations.PSCV.mask()
                | Translations.GV.mask()
                | Translations.PSCID.set(0, ones(pscids.size() - 1))
                | Translations.GSCID.set(0, ones(gscids.size() - 1))
                | Fence.PR.mask()
                | Fence.PW.mask()
                | Directory.DV.mask()
                | Directory.PID.set(0, ones(processes.size() - 1))
                | Directory.DID.set(0, ones(devices.size()));
    }

    private long hi() {
        return Translations.ADDR.set(0, ones(FIRST_FRAME) | ones(FIRST_PAGE + 1));
    }

    // --- numbers

    /** Its id: 1, 2. */
    static int deviceId(int device) {
        return device + 1;
    }

    /** 4 KiB page number of a guest's page, as the guest sees it. */
    int number(int guestPage) {
        return numbers.get(guestPage);
    }

    /** The guest's page with a number, or -1. */
    int pageAt(long number) {
        return numbers.indexOf((int) number);
    }

    /** The page of data. */
    int data() {
        return numbers.indexOf(DATA);
    }

    /** Whether tables or contexts of the guest lie in a page of it. */
    boolean isOfTables(int guestPage) {
        return guestPage != data();
    }

    /** Whether a page is an I/O page of a first stage. */
    boolean isOfProcess(int page) {
        return page < ioPages * processes.size();
    }

    /** The first stage that an I/O page is of. */
    int processOf(int page) {
        return page / ioPages;
    }

    /** Which of its I/O pages it is. */
    int ioPage(int page) {
        return page % ioPages;
    }

    /** The page for a guest's own page. */
    int pageOf(int guestPage) {
        return ioPages * processes.size() + guestPage;
    }

    /** 4 KiB page number of an I/O page, from 0. */
    static int ioNumber(int ioPage) {
        return FIRST_PAGE + ioPage;
    }

    /** Frame number of a frame. */
    static int frameNumber(int frame) {
        return FIRST_FRAME + frame;
    }

    /** The frame with a number, or -1. */
    int frameAt(long number) {
        long n = number - FIRST_FRAME;
        return n >= 0 && n < frames.size() ? (int) n : NONE;
    }

    /** Word IOHGATP that leads to a guest's second stage. */
    long context(int guest, int gscid) {
        return SecondStage.of(PageTableEntry.SV39, gscid, SECOND_STAGE + (long) PER_GUEST * guest);
    }

    /** Word FSC of every device context. */
    long pointer() {
        return hasDirectory ? Pointer.of(Pointer.PD8, PROCESS_DIRECTORY) : Pointer.of(PageTableEntry.SV39, 0);
    }

    /** Word TC of a valid device context. */
    long control() {
        return hasDirectory ? Control.V.mask() | Control.PDTV.mask() : Control.V.mask();
    }

    /** A last entry of a first stage. */
    static long toData() {
        return PageTableEntry.page(DATA, true, true);
    }

    /** A last entry of a second stage. */
    static long toFrame(int frame) {
        return PageTableEntry.page(frameNumber(frame), true, true);
    }

    // --- what there is

    /** The frame that a guest's second stage has for a page, or -1. */
    int frameOf(long[] s, int guest, int guestPage) {
        long entry = second.get(s, guest, guestPage);
        return PageTableEntry.V.isSet(entry) ? frameAt(PageTableEntry.PPN.get(entry)) : NONE;
    }

    /** Whether a frame is one that a guest has for a page, or one that the page is being moved to. */
    boolean has(long[] s, int guest, int guestPage, int frame) {
        return place.get(s, guest, guestPage) == frame + 1L || next.get(s, guest, guestPage) == frame + 1L;
    }

    /** Whether nobody has a frame. */
    boolean isFree(long[] s, int frame) {
        for (int g = 0; g < guests.size(); g++) {
            for (int p = 0; p < guestPages.size(); p++) {
                if (has(s, g, p, frame)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The guest whose second stage a word IOHGATP leads to, or -1. */
    int guestBy(long word) {
        for (int g = 0; g < guests.size(); g++) {
            if (SecondStage.GSCID.set(word, 0) == context(g, 0)) {
                return g;
            }
        }
        return NONE;
    }

    // --- memory

    private static int word(long address) {
        return (int) (address >>> 3) & ((1 << (Transaction.PAGE_SHIFT - 3)) - 1);
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        long frame = address >>> Transaction.PAGE_SHIFT;
        long behind = SECOND_STAGE + (long) PER_GUEST * guests.size();
        return frame == DIRECTORY || frame == QUEUE || frameAt(frame) >= 0 || (frame >= SECOND_STAGE && frame < behind);
    }

    @Override
    public long read(long[] s, long address) {
        long frame = address >>> Transaction.PAGE_SHIFT;
        int word = word(address);
        if (frame == QUEUE) {
            return (word & 1) == 0 ? commands.lo.get(s, word >>> 1) : commands.hi.get(s, word >>> 1);
        }
        if (frame == DIRECTORY) {
            return directory(s, word);
        }
        return frameAt(frame) >= 0 ? guestWord(s, frameAt(frame), word) : secondStage(s, frame - SECOND_STAGE, word);
    }

    private long directory(long[] s, int word) {
        int device = word / DeviceContext.BASE_WORDS - deviceId(0);
        if (device < 0 || device >= devices.size()) {
            return 0;
        }
        return switch (word % DeviceContext.BASE_WORDS) {
            case DeviceContext.TC -> Control.V.isSet(tc.get(s, device)) ? control() : 0;
            case DeviceContext.IOHGATP -> iohgatp.get(s, device);
            case DeviceContext.TA -> 0;
            default -> pointer();
        };
    }

    private long secondStage(long[] s, long offset, int word) {
        int guest = (int) offset / PER_GUEST;
        int table = (int) offset % PER_GUEST;
        if (table == LEAVES) {
            return pageAt(word) < 0 ? 0 : second.get(s, guest, pageAt(word));
        }
        long lower = table == 0 ? MIDDLE : table == MIDDLE ? LEAVES : 0;
        return word == 0 && lower != 0 ? PageTableEntry.table(SECOND_STAGE + (long) PER_GUEST * guest + lower) : 0;
    }

    /** A word of a frame: that of whichever page of a guest's the frame is. */
    private long guestWord(long[] s, int frame, int word) {
        for (int g = 0; g < guests.size(); g++) {
            for (int p = 0; p < guestPages.size(); p++) {
                if (has(s, g, p, frame)) {
                    return guestWord(s, g, number(p), word);
                }
            }
        }
        return 0;
    }

    private long guestWord(long[] s, int guest, int number, int word) {
        if (number == DATA) {
            return 0;
        }
        if (number == PROCESS_DIRECTORY) {
            int x = word / ProcessContext.WORDS;
            boolean there = x < processes.size();
            return !there
                    ? 0
                    : word % ProcessContext.WORDS == ProcessContext.TA
                            ? process.get(s, guest, x)
                            : Pointer.of(PageTableEntry.SV39, x);
        }
        if (word < FIRST_LEAF) {
            return PageTableEntry.table(number);
        }
        return word < FIRST_LEAF + ioPages ? first.get(s, guest, number, word - FIRST_LEAF) : 0;
    }

    /** The queue alone is written at its addresses. */
    @Override
    public boolean write(long[] s, long address, long value) {
        if (address >>> Transaction.PAGE_SHIFT != QUEUE) {
            return false;
        }
        int word = word(address);
        (((word & 1) == 0) ? commands.lo : commands.hi).set(s, word >>> 1, value);
        return true;
    }
}
