package dev.moat.dma.layer.setting;

import static dev.moat.dma.layer.setting.LayerParameters.BOUNCE_FRAMES;
import static dev.moat.dma.layer.setting.LayerParameters.BOUNDARY;
import static dev.moat.dma.layer.setting.LayerParameters.COHERENT_FRAMES;
import static dev.moat.dma.layer.setting.LayerParameters.DIRECT;
import static dev.moat.dma.layer.setting.LayerParameters.DRIVERS;
import static dev.moat.dma.layer.setting.LayerParameters.FAILING_ATTACH;
import static dev.moat.dma.layer.setting.LayerParameters.FROM_DEVICE;
import static dev.moat.dma.layer.setting.LayerParameters.GROUPS;
import static dev.moat.dma.layer.setting.LayerParameters.HELD_BACK;
import static dev.moat.dma.layer.setting.LayerParameters.LISTS;
import static dev.moat.dma.layer.setting.LayerParameters.NARROW;
import static dev.moat.dma.layer.setting.LayerParameters.OWNER;
import static dev.moat.dma.layer.setting.LayerParameters.REACH;
import static dev.moat.dma.layer.setting.LayerParameters.ROUNDED;
import static dev.moat.dma.layer.setting.LayerParameters.SUPERPAGES;
import static dev.moat.dma.layer.setting.LayerParameters.TABLE_FRAMES;
import static dev.moat.dma.layer.setting.LayerParameters.UNITS;
import static dev.moat.dma.layer.setting.LayerParameters.UNTRUSTED;
import static dev.moat.dma.layer.setting.LayerParameters.WINDOW;
import static dev.moat.dma.layer.setting.LayerParameters.WITHIN;

import dev.moat.dma.Devices;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Family;
import dev.moat.iommu.Sizes;
import dev.moat.model.BadSettingException;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.List;
import java.util.Locale;

/** How large a run is, and what its layer does about invalidations. */
public final class LayerSetting {
    /** The hardware's window of interrupts. {@code @unit} 4 KiB page numbers. */
    private static final Capabilities.Range INTERRUPTS = new Capabilities.Range(0xFEE00, 0xFEEFF);

    /** Of the families whose tables have levels: bits of an address that choose an entry. */
    private static final String INDEX_BITS = "index-bits";

    /** Of Calgary: pages of devices' addresses behind 4 GiB. */
    private static final String DAC = "dac";

    private static final long FOUR_GIB_PAGES = 1L << 20;

    /** Whom devices work for: the kernel, which has a domain for each group, and the owner who claims some. */
    public final Sort domains;

    public final Sort groups;
    public final boolean owner;
    public final boolean direct;
    /** Whether groups are attached to their default domains while the machine runs. */
    public final boolean probes;

    /** Each group has the default domain of its number. */
    public final Devices devices;

    public final Sort pages;
    public final Sort frames;
    public final Sort cpus;
    public final Flush flush;
    public final boolean toDevice;
    /** Whether what is written by the device only is mapped, and whether its entry says so. */
    public final boolean fromDevice;

    public final boolean writesOnly;
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

    /** Pages that devices reach, where memory in reach keeps its own address; 0 where none does. */
    public final int reach;

    public final boolean respectsGroups;
    /** Whether a domain's right to what was unmapped ends with the invalidation, and not with the return of unmap. */
    public final boolean keptUntilFlush;
    /** Whether lists are mapped, and whether that may fail half-way. */
    public final boolean lists;

    public final boolean failingLists;
    /** Whether lists have three pieces or four. */
    public final boolean roundedLists;
    /** Whether the first piece of a list may end within its page. */
    public final boolean listsEndWithin;
    /** Pages of a segment that a list does not cross; 0 for none. */
    public final int boundary;
    /** Frames behind {@link #frames} that are the heap of tables. */
    public final int tableFrames;

    /** The same for coherent memory. */
    public final int coherentFrames;

    public final boolean superpages;
    /** Devices that are not trusted, the last ones. */
    public final int untrusted;
    /** Frames behind {@link #frames} that parts of pages are bounced by. */
    public final int bounceFrames;

    public final int queue;
    public final int magazine;
    /** Pages behind 4 GiB, the last ones. */
    private final int dac;

    /** Reads the parameters of a run. */
    public LayerSetting(Setting s) {
        groups = Sort.numbered("Group", "g", s.number(GROUPS));
        owner = s.flag(OWNER);
        direct = s.flag(DIRECT);
        probes = direct || s.flag("probe");
        domains = Sort.numbered("Dom", "d", groups.size() + (owner ? 1 : 0));
        devices = Devices.of(groups, s.number("devices"), s.number(UNITS));
        pages = Sort.numbered("Page", "p", s.number("pages"));
        frames = Sort.numbered("Frame", "f", s.number("frames"));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        flush = Flush.valueOf(s.text("flush").toUpperCase(Locale.ROOT).replace('-', '_'));
        toDevice = s.flag("to-device");
        fromDevice = !s.text(FROM_DEVICE).equals("none");
        writesOnly = s.text(FROM_DEVICE).equals("write-only");
        relaxable = s.flag("relaxable");
        failingAttach = s.flag(FAILING_ATTACH);
        drivers = s.flag(DRIVERS);
        String back = s.text(HELD_BACK);
        holdsZeroBack = back.equals("zero") || back.equals("both");
        endsInWindow = back.equals(WINDOW);
        holdsHighestBack = back.equals("interrupts") || back.equals("both") || endsInWindow;
        narrow = s.flag(NARROW);
        reach = s.number(REACH);
        respectsGroups = s.text("isolation").equals("respected");
        keptUntilFlush = s.flag("kept-until-flush");
        lists = !s.text(LISTS).equals("none");
        failingLists = s.text(LISTS).equals("failing");
        roundedLists = s.text(LISTS).equals(ROUNDED);
        listsEndWithin = s.text(LISTS).equals(WITHIN);
        boundary = s.number(BOUNDARY);
        tableFrames = s.number(TABLE_FRAMES);
        coherentFrames = s.number(COHERENT_FRAMES);
        superpages = s.flag(SUPERPAGES);
        untrusted = s.number(UNTRUSTED);
        bounceFrames = s.number(BOUNCE_FRAMES);
        boolean hasLevels = s.values().containsKey(INDEX_BITS);
        if (tableFrames > 0 && hasLevels && s.number(INDEX_BITS) != 1) {
            throw new BadSettingException(TABLE_FRAMES, "a table of two pages needs index-bits=1");
        }
        queue = s.number("queue");
        magazine = s.number("magazine");
        dac = s.values().containsKey(DAC) ? s.number(DAC) : 0;
    }

    /**
     * Refuses what the layer does nothing about: pages behind the aperture, unless these reach memory as they are; stores that wait in a
     * buffer; a window of interrupts where units have none; several domains or groups in one space; magazines where an address is the
     * next one that fits; lists, pages held back, masks, groups and tables with what excludes them; identity with what it leaves no
     * room for; parameters of the family that change nothing under this layer, which asks for no wrong invalidation.
     *
     * @throws BadSettingException for the first of them
     */
    public void require(Capabilities can, Family family, Setting s) {
        if (can.aperture().outside() == Capabilities.Outside.IDENTITY) {
            Devices.requireUnbuffered(can);
        } else {
            Devices.require(can, pages);
        }
        requireWindow(can);
        boolean one = can.tagging() == Capabilities.Tagging.NONE;
        if (one && direct) {
            throw new BadSettingException(DIRECT, "one space for all devices cannot be taken from a group");
        }
        if (one && owner && (groups.size() > 1 || drivers || failingAttach)) {
            throw new BadSettingException(
                    OWNER,
                    "owner is for groups=1 without drivers where there is one space for all devices, which nobody claims");
        }
        if (one && groups.size() > 1 && respectsGroups) {
            throw new BadSettingException(
                    GROUPS, "groups must be 1 where there is one space for all devices, or isolation ignored");
        }
        if (magazine > 0 && flush.wraps()) {
            throw new BadSettingException("magazine", "magazine is for flush=strict and flush=queue");
        }
        if (!relaxable && !direct) {
            throw new BadSettingException("relaxable", "relaxable is for direct=true");
        }
        requireLists();
        requireAddresses();
        if (dac > 0 && (dac >= pages.size() || flush.wraps() || flush == Flush.IDENTITY || lists || narrow || direct)) {
            throw new BadSettingException(
                    DAC, "dac leaves a page below 4 GiB; flush is strict or queue, without lists, narrow and direct");
        }
        requireTrust();
        requireReach(can);
        requireGroups(can);
        requireTables(can);
        if (flush == Flush.IDENTITY && (pages.size() < frames.size() || owner || direct)) {
            throw new BadSettingException(
                    "flush", "flush=identity is for as many pages as frames, without owner and direct");
        }
        requireUsed(family, s);
    }

    private void requireUsed(Family family, Setting s) {
        family.requireDefaults(s, "", Family.Use.WRONG_REQUESTS);
        if (!owner && !probes) {
            family.requireDefaults(s, "owner=true, direct=true or probe=true", Family.Use.MOVED_DEVICES);
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
        if (listsEndWithin && !flush.wraps()) {
            throw new BadSettingException(LISTS, "lists=within is for addresses that wrap, where lists are merged");
        }
        if (boundary != 0 && (!lists || !flush.wraps() || boundary == 1 || Integer.bitCount(boundary) != 1)) {
            throw new BadSettingException(
                    BOUNDARY, "boundary is a power of two from 2 on, for lists where addresses wrap");
        }
    }

    /** What is said of addresses has to leave some, and an allocator that looks at it. */
    private void requireAddresses() {
        int held = (holdsZeroBack ? 1 : 0) + (holdsHighestBack ? 1 : 0);
        int out = held + (direct ? 1 : 0);
        if (held > 0 && (pages.size() <= out || flush == Flush.IDENTITY || (holdsZeroBack && direct))) {
            throw new BadSettingException(
                    HELD_BACK, "held-back leaves a page to hand out, and page 0 to a direct region; not with identity");
        }
        if (narrow && (flush.wraps() || flush == Flush.IDENTITY || lists || pages.size() < 2)) {
            throw new BadSettingException(NARROW, "narrow is for flush=strict and flush=queue, two pages and no lists");
        }
    }

    private void requireTrust() {
        if (untrusted > devices.size()) {
            throw new BadSettingException(UNTRUSTED, "untrusted must not be above the number of devices");
        }
        if (bounceFrames > 0 && untrusted == 0) {
            throw new BadSettingException(BOUNCE_FRAMES, "bounce-frames is for devices that are not trusted");
        }
    }

    /** Whether a device is behind a port that faces outside. */
    public boolean isUntrusted(int device) {
        return device >= devices.size() - untrusted;
    }

    /** Whether any device of a group is. */
    public boolean hasUntrusted(int group) {
        for (int q = group; q < devices.size(); q += groups.size()) {
            if (isUntrusted(q)) {
                return true;
            }
        }
        return false;
    }

    /** Frames behind {@link #frames}: of the heap, and of the pool. */
    public int moreFrames() {
        return tableFrames + coherentFrames + bounceFrames;
    }

    private void requireReach(Capabilities can) {
        boolean passes = can.aperture().outside() == Capabilities.Outside.IDENTITY
                && can.aperture().first() > 0;
        boolean plain = (flush == Flush.WRAP || flush == Flush.FULL_FLUSH) && !lists && !holdsZeroBack && !owner;
        if (reach > 0 && (!passes || !plain || reach > pages.size() || frames.size() > pages.size())) {
            throw new BadSettingException(
                    REACH,
                    "reach is for a GART with outside, flush=wrap and flush=full-flush, no lists, at least as many pages as frames");
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

    /** What firmware has the devices use. */
    public List<Sizes.UnityRange> unity() {
        return direct ? List.of(new Sizes.UnityRange(firstPage(), firstPage(), relaxable)) : List.of();
    }

    /** 4 KiB page number of page 0. */
    public long firstPage() {
        long last = pages.size() - 1L;
        return endsInWindow ? INTERRUPTS.first() - last : dac > 0 ? FOUR_GIB_PAGES + dac - 1 - last : 0;
    }

    /** 4 KiB frame number of frame 0: memory is where addresses behind 4 GiB reach it, if there are any. */
    public long firstFrame() {
        return dac > 0 ? FOUR_GIB_PAGES : 0;
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
        boolean isolates = can.tagging() != Capabilities.Tagging.NONE;
        if (failingAttach && (!owner || devices.size() == groups.size() || !isolates)) {
            throw new BadSettingException(
                    FAILING_ATTACH, "failing-attach is for owner, devices=2 and units that keep spaces apart");
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
