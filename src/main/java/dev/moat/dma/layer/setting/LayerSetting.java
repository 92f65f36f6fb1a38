package dev.moat.dma.layer.setting;

import dev.moat.dma.Devices;
import dev.moat.iommu.Capabilities;
import dev.moat.model.setting.BadSettingException;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How large a run is, and what its layer does about invalidations. */
public final class LayerSetting {
    /** The type of default domains: when what was unmapped is invalidated. */
    public enum Flush {
        /** Before unmap returns: Linux's type DMA. */
        STRICT,
        /** By a queue for each CPU, a flush for many: Linux's type DMA_FQ. */
        QUEUE,
        /**
         * When the search for an address has come to the end of the aperture, before that map returns; freeing an address moves the
         * next search behind it. Linux's GART.
         */
        WRAP,
        /** The same before the search begins at the start again, and freeing moves nothing: Linux's Calgary. */
        WRAP_CALGARY,
        /** Never, as every frame is mapped at its own number from the start: Linux's type IDENTITY. */
        IDENTITY;

        static String[] words() {
            return Arrays.stream(values())
                    .map(f -> f.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .toArray(String[]::new);
        }

        /** Whether addresses are handed out one after the other until there is none left. */
        public boolean wraps() {
            return this == WRAP || this == WRAP_CALGARY;
        }
    }

    /** The hardware's window of interrupts. {@code @unit} 4 KiB page numbers. */
    private static final Capabilities.Range INTERRUPTS = new Capabilities.Range(0xFEE00, 0xFEEFF);

    private static final String GROUPS = "groups";
    private static final String OWNER = "owner";
    private static final String DIRECT = "direct";
    private static final String LISTS = "lists";
    private static final String ROUNDED = "rounded";
    private static final String BOUNDARY = "boundary";
    private static final String UNITS = "units";
    private static final String NARROW = "narrow";
    private static final String DRIVERS = "drivers";
    private static final String FAILING_ATTACH = "failing-attach";
    private static final String HELD_BACK = "held-back";
    private static final String WINDOW = "window";
    private static final String TABLE_FRAMES = "table-frames";
    private static final String COHERENT_FRAMES = "coherent-frames";
    private static final String SUPERPAGES = "superpages";
    /** Of the families whose tables have levels: bits of an address that choose an entry. */
    private static final String INDEX_BITS = "index-bits";

    /** In the order in which they are listed. */
    public static final List<Parameter> PARAMETERS = List.of(
            Parameter.number(GROUPS, "Groups of devices; each has a default domain of its own.", 1, 1, 2),
            Parameter.number("devices", "Devices of each group; device q is one of group q modulo groups.", 1, 1, 2),
            Parameter.number(UNITS, "Units of the IOMMU; devices are spread over them in turn.", 1, 1, 2),
            Parameter.number("pages", "I/O pages of each domain.", 2, 1, 4096),
            Parameter.number("frames", "Frames that can be mapped.", 1, 1, 4096),
            Parameter.number("cpus", "CPUs that map and unmap.", 1, 1, 4),
            Parameter.flag(
                    OWNER,
                    "Whether a group can be claimed from the kernel, as VFIO does, and be attached to a domain of its new owner.",
                    false),
            Parameter.flag(
                    DIRECT,
                    "Whether page 0 is a direct region of each group: firmware has its devices use frame 0 there, so that it is mapped"
                            + " before a default domain is attached. Groups are not attached at first then.",
                    false),
            Parameter.flag(
                    "relaxable",
                    "Whether an owner may do without the direct region (USB, graphics); otherwise its domain is refused.",
                    true),
            Parameter.flag(
                    FAILING_ATTACH,
                    "Whether the second device of a group may fail to be attached to the domain of an owner.",
                    false),
            Parameter.flag(
                    DRIVERS,
                    "Whether groups have a driver for a time only, and can be claimed when they have none. Otherwise they can when"
                            + " nothing is mapped.",
                    false),
            Parameter.choice(
                    HELD_BACK,
                    "Addresses that are never handed out: page 0, which drivers take for none; the highest one, a window of interrupts"
                            + " (MSI), where units translate nothing. With window it is the first page of the hardware's own, 0xFEE00000.",
                    "none",
                    "none",
                    "zero",
                    "interrupts",
                    "both",
                    WINDOW),
            Parameter.flag(
                    NARROW,
                    "Whether a page may also be mapped for a device that reaches the lower half of the addresses only.",
                    false),
            Parameter.flag("to-device", "Whether a page may also be mapped to be read only.", false),
            Parameter.flag(
                    "kept-until-flush",
                    "Whether drivers keep what they have unmapped until its invalidation, instead of until unmap returns.",
                    false),
            Parameter.choice(
                    LISTS,
                    "Whether lists of two pieces are mapped at once; failing: the second piece may find no table; rounded: lists of"
                            + " three pieces, which take four addresses, and of four, and each CPU keeps four freed addresses in a row.",
                    "none",
                    "none",
                    "whole",
                    "failing",
                    ROUNDED),
            Parameter.number(
                    BOUNDARY,
                    "Pages of a segment that no list crosses, where addresses wrap: a power of two, as devices count. 0: none.",
                    0,
                    0,
                    4096),
            Parameter.number(
                    TABLE_FRAMES,
                    "Frames of the heap for tables of two pages, which are taken when they are needed and go back with the unmap of a"
                            + " list, after its invalidation or flush. 0: every page has its table from the start.",
                    0,
                    0,
                    8),
            Parameter.number(
                    COHERENT_FRAMES,
                    "Frames of the heap for coherent memory, which is allocated and mapped in one call, and unmapped and freed in another.",
                    0,
                    0,
                    8),
            Parameter.flag(
                    SUPERPAGES,
                    "Whether a list of two frames in a row, the first one even, is mapped by one entry of level 2.",
                    false),
            Parameter.number("queue", "Entries of a flush queue.", 2, 1, 256),
            Parameter.number(
                    "magazine",
                    "Addresses that a CPU keeps for itself when they are freed, and again as many in the depot. 0: none.",
                    0,
                    0,
                    127),
            Parameter.choice(
                            "flush",
                            "When what was unmapped is invalidated: before unmap returns; by a queue, a flush for many; when addresses"
                                    + " wrap, as Linux does it with a GART or with Calgary; or nothing is, as every frame is mapped"
                                    + " for good.",
                            "strict",
                            Flush.words())
                    .asPolicy(),
            Parameter.choice(
                            "isolation",
                            "Whether devices that the IOMMU cannot tell apart have to be in one group.",
                            "respected",
                            "respected",
                            "ignored")
                    .asPolicy());

    /** Whom devices work for: the kernel, which has a domain for each group, and the owner who claims some. */
    public final Sort domains;

    public final Sort groups;
    public final boolean owner;
    public final boolean direct;
    /** Each group has the default domain of its number. */
    public final Devices devices;

    public final Sort pages;
    public final Sort frames;
    public final Sort cpus;
    public final Flush flush;
    public final boolean toDevice;
    /** Whether an owner may do without direct regions. */
    public final boolean relaxable;

    public final boolean failingAttach;
    public final boolean drivers;
    /** Whether page 0, and whether the highest one, is never handed out. */
    public final boolean holdsZeroBack;

    public final boolean holdsHighestBack;
    /** Whether the highest page is the first one of the hardware's window of interrupts. */
    public final boolean endsInWindow;
    /** Whether some devices reach the lower half of the addresses only. */
    public final boolean narrow;

    public final boolean respectsGroups;
    /** Whether a domain's right to what was unmapped ends with the invalidation, and not with the return of unmap. */
    public final boolean keptUntilFlush;
    /** Whether lists are mapped, and whether that may fail half-way. */
    public final boolean lists;

    public final boolean failingLists;
    /** Whether lists have three pieces or four. */
    public final boolean roundedLists;
    /** Pages of a segment that a list does not cross; 0 for none. */
    public final int boundary;
    /** Frames behind {@link #frames} that are the heap of tables. */
    public final int tableFrames;

    /** The same for coherent memory. */
    public final int coherentFrames;

    public final boolean superpages;
    public final int queue;
    public final int magazine;

    /** Reads the parameters of a run. */
    public LayerSetting(Setting s) {
        groups = Sort.numbered("Group", "g", s.number(GROUPS));
        owner = s.flag(OWNER);
        direct = s.flag(DIRECT);
        domains = Sort.numbered("Dom", "d", groups.size() + (owner ? 1 : 0));
        devices = Devices.of(groups, s.number("devices"), s.number(UNITS));
        pages = Sort.numbered("Page", "p", s.number("pages"));
        frames = Sort.numbered("Frame", "f", s.number("frames"));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        flush = Flush.valueOf(s.text("flush").toUpperCase(Locale.ROOT).replace('-', '_'));
        toDevice = s.flag("to-device");
        relaxable = s.flag("relaxable");
        failingAttach = s.flag(FAILING_ATTACH);
        drivers = s.flag(DRIVERS);
        String back = s.text(HELD_BACK);
        holdsZeroBack = back.equals("zero") || back.equals("both");
        endsInWindow = back.equals(WINDOW);
        holdsHighestBack = back.equals("interrupts") || back.equals("both") || endsInWindow;
        narrow = s.flag(NARROW);
        respectsGroups = s.text("isolation").equals("respected");
        keptUntilFlush = s.flag("kept-until-flush");
        lists = !s.text(LISTS).equals("none");
        failingLists = s.text(LISTS).equals("failing");
        roundedLists = s.text(LISTS).equals(ROUNDED);
        boundary = s.number(BOUNDARY);
        tableFrames = s.number(TABLE_FRAMES);
        coherentFrames = s.number(COHERENT_FRAMES);
        superpages = s.flag(SUPERPAGES);
        boolean hasLevels = s.values().containsKey(INDEX_BITS);
        if (tableFrames > 0 && hasLevels && s.number(INDEX_BITS) != 1) {
            throw new BadSettingException(TABLE_FRAMES, "a table of two pages needs index-bits=1");
        }
        queue = s.number("queue");
        magazine = s.number("magazine");
    }

    /**
     * Refuses what the layer does nothing about: pages behind the aperture, unless these reach memory as they are; stores that wait in a
     * buffer; a window of interrupts where units have none; several domains or groups in one space; magazines where an address is the
     * next one that fits; lists, pages held back, masks, groups and tables with what excludes them; identity with what it leaves no
     * room for.
     *
     * @throws BadSettingException for the first of them
     */
    public void require(Capabilities can) {
        if (can.aperture().outside() == Capabilities.Outside.IDENTITY) {
            Devices.requireUnbuffered(can);
        } else {
            Devices.require(can, pages);
        }
        requireWindow(can);
        boolean one = can.tagging() == Capabilities.Tagging.NONE;
        if (one && (owner || direct)) {
            throw new BadSettingException(
                    owner ? OWNER : DIRECT, "one space for all devices cannot be taken from a group");
        }
        if (one && groups.size() > 1 && respectsGroups) {
            throw new BadSettingException(
                    GROUPS, "groups must be 1 where there is one space for all devices, or isolation ignored");
        }
        if (magazine > 0 && flush.wraps()) {
            throw new BadSettingException("magazine", "magazine is for flush=strict and flush=queue");
        }
        requireLists();
        requireAddresses();
        requireGroups(can);
        requireTables(can);
        if (flush == Flush.IDENTITY && (pages.size() < frames.size() || owner || direct)) {
            throw new BadSettingException(
                    "flush", "flush=identity is for as many pages as frames, without owner and direct");
        }
    }

    private void requireLists() {
        if (lists && (magazine > 0 || flush == Flush.IDENTITY || frames.size() < 2)) {
            throw new BadSettingException(
                    LISTS, "lists are for at least two frames, no magazines and not for identity");
        }
        if (failingLists && flush.wraps()) {
            throw new BadSettingException(LISTS, "lists=failing is for flush=strict and flush=queue");
        }
        if (roundedLists && (flush != Flush.STRICT || tableFrames > 0 || pages.size() < 4)) {
            throw new BadSettingException(
                    LISTS, "lists=rounded is for flush=strict, at least four pages and no table-frames");
        }
        if (boundary != 0 && (!lists || !flush.wraps() || boundary == 1 || Integer.bitCount(boundary) != 1)) {
            throw new BadSettingException(
                    BOUNDARY, "boundary is a power of two from 2 on, for lists where addresses wrap");
        }
    }

    /** What is said of addresses has to leave some, and an allocator that looks at it. */
    private void requireAddresses() {
        int held = (holdsZeroBack ? 1 : 0) + (holdsHighestBack ? 1 : 0);
        if (held > 0 && (pages.size() <= held || flush == Flush.IDENTITY || (holdsZeroBack && direct))) {
            throw new BadSettingException(
                    HELD_BACK, "held-back leaves a page to hand out, and page 0 to a direct region; not with identity");
        }
        if (narrow && (flush.wraps() || flush == Flush.IDENTITY || lists || pages.size() < 2)) {
            throw new BadSettingException(NARROW, "narrow is for flush=strict and flush=queue, two pages and no lists");
        }
    }

    /** The window is x86's: VT-d and AMD-Vi have it; the bridges of Calgary and a GART have holes of their own, or none. */
    private void requireWindow(Capabilities can) {
        boolean has =
                can.aperture().reserved().contains(INTERRUPTS) && can.aperture().last() >= INTERRUPTS.first();
        if (endsInWindow && (!has || lists || flush == Flush.IDENTITY)) {
            throw new BadSettingException(
                    HELD_BACK,
                    "held-back=window is for VT-d and AMD-Vi with tables that reach 0xFEE00000 (levels=4 index-bits=5), without"
                            + " lists and identity");
        }
    }

    /** 4 KiB page number of page 0. */
    public long firstPage() {
        return endsInWindow ? INTERRUPTS.first() - (pages.size() - 1) : 0;
    }

    private void requireTables(Capabilities can) {
        if (tableFrames > 0 && (!lists || flush.wraps() || owner || direct || pages.size() % 2 != 0)) {
            throw new BadSettingException(
                    TABLE_FRAMES,
                    "table-frames is for lists with flush=strict and flush=queue, an even number of pages, without owner and direct");
        }
        if (coherentFrames > 0 && (tableFrames > 0 || lists || flush.wraps() || flush == Flush.IDENTITY)) {
            throw new BadSettingException(
                    COHERENT_FRAMES,
                    "coherent-frames is for flush=strict and flush=queue, without table-frames and lists");
        }
        if (superpages
                && (flush == Flush.QUEUE
                        || tableFrames == 0
                        || !can.entries().superpages()
                        || frames.size() % 2 != 0)) {
            throw new BadSettingException(
                    SUPERPAGES,
                    "superpages is for flush=strict, table-frames, an even number of frames and IOMMUs that have them");
        }
    }

    private void requireGroups(Capabilities can) {
        if (failingAttach
                && (!owner || devices.size() == groups.size() || can.caching().absence())) {
            throw new BadSettingException(
                    FAILING_ATTACH, "failing-attach is for owner, devices=2 and units that do not cache absence");
        }
        if (drivers && (!owner || cpus.size() > 1)) {
            throw new BadSettingException(DRIVERS, "drivers is for owner and one CPU");
        }
    }

    /** The lengths of lists that a state has to remember: none, where a list has two pieces. */
    public Sort listLengths() {
        return Sort.numbered("ListLength", "l", roundedLists ? 1 : 0);
    }
}
