package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Asking;
import dev.moat.iommu.Capabilities.Caching;
import dev.moat.iommu.Capabilities.Entries;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Stores;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Sizes.Need;
import dev.moat.iommu.amdvi.AmdViGeometry;
import dev.moat.iommu.amdvi.AmdViGeometry.Options;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.family.DeviceEntries.Detached;
import dev.moat.iommu.amdvi.family.DeviceEntries.Update;
import dev.moat.iommu.amdvi.family.InvalidatedPages.Encoding;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.model.BadSettingException;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * The capabilities of a run's AMD-Vi units, the policies of their driver, and the parts of both that are in the state.
 */
final class AmdViSetting {
    /** 0xFEE0_0000 to 0xFEEF_FFFF. {@code @unit} 4 KiB page numbers. */
    static final Range INTERRUPTS = new Range(0xFEE00, 0xFEEFF);

    /** HyperTransport's own, 0xFD_0000_0000 to 0xFF_FFFF_FFFF. {@code @unit} 4 KiB page numbers. */
    static final Range HYPER_TRANSPORT = new Range(0xFD00000, 0xFFFFFFF);

    private static final List<Range> RESERVED = List.of(INTERRUPTS, HYPER_TRANSPORT);

    private static final int ADDRESS_BITS = 52;

    /** Whether the unit caches device table entries. */
    final boolean cachesEntries;
    /** Whether walks in flight are in the state. */
    final boolean walks;
    /** Whether cached directory entries are. */
    final boolean cachesDirectories;
    /** Whether the event log is. */
    final boolean logs;
    /** Whether software may begin the command buffer anew. */
    final boolean restarts;
    /** Whether invalidations in the command buffer may overtake each other. */
    final boolean reorders;

    /** Whether device 0 has a domain of its own wish. */
    final boolean pasidDevice;

    final int ring;
    final Update update;
    final Detached detached;
    final Encoding encoding;
    final int indexBits;
    private final Capabilities registers;
    private final int levels;
    private final boolean keepRingPosition;
    private final boolean replicates;
    private final boolean leafArray;
    private final String exclusion;
    private final String faultEvents;

    /** @throws BadSettingException for a setting that does not fit the others, in the order of the checks */
    AmdViSetting(Setting s) {
        ring = s.number(AmdViParameters.RING);
        if (Integer.bitCount(ring) != 1) {
            throw new BadSettingException(
                    AmdViParameters.RING, AmdViParameters.RING + " must be a power of two, not " + ring);
        }
        levels = s.number(AmdViParameters.LEVELS);
        int most = Integer.parseInt(s.text(AmdViParameters.MOST_LEVELS));
        if (levels > most) {
            throw new BadSettingException(
                    AmdViParameters.LEVELS,
                    AmdViParameters.LEVELS + "=" + levels + " is above " + AmdViParameters.MOST_LEVELS + "=" + most);
        }
        indexBits = s.number(AmdViParameters.INDEX_BITS);
        cachesEntries = s.flag(AmdViParameters.DEVICE_CACHE);
        walks = s.flag(AmdViParameters.WALKS);
        cachesDirectories = s.flag(AmdViParameters.DIRECTORY_CACHE);
        keepRingPosition = s.flag(AmdViParameters.KEEP_RING_POSITION);
        logs = s.flag(AmdViParameters.EVENT_LOG);
        restarts = s.flag(AmdViParameters.RESTART);
        replicates = s.flag(AmdViParameters.REPLICATED);
        leafArray = s.flag(AmdViParameters.LEAF_ARRAY);
        exclusion = s.text(AmdViParameters.EXCLUSION);
        faultEvents = s.text(AmdViParameters.FAULT_EVENTS);
        if (!logs && !faultEvents.equals("each")) {
            throw new BadSettingException(
                    AmdViParameters.FAULT_EVENTS,
                    AmdViParameters.FAULT_EVENTS + "=" + faultEvents + " needs " + AmdViParameters.EVENT_LOG);
        }
        pasidDevice = s.flag(AmdViParameters.PASID_DEVICE);
        reorders = !s.text(AmdViParameters.COMPLETION).equals(AmdViParameters.IN_ORDER);
        update = switch (s.text(AmdViParameters.ENTRY_UPDATE)) {
            case "atomic" -> Update.ATOMIC;
            case "paused" -> Update.PAUSED;
            default -> Update.TABLES_FIRST;
        };
        detached =
                s.text(AmdViParameters.DETACHED_ENTRY).equals("tv-0") ? Detached.TRANSLATION_INVALID : Detached.MODE_0;
        encoding = s.text(AmdViParameters.RANGE_ENCODING).equals("tables") ? Encoding.TABLES : Encoding.POWERS_OF_TWO;
        registers = Capabilities.usual()
                .withNpCache(s.flag(AmdViParameters.NP_CACHE))
                .withLevels(most)
                .withInvalidateAll(s.flag(AmdViParameters.INVALIDATE_ALL))
                .withRewalks(s.flag(AmdViParameters.REWALK))
                .withDrains(s.flag(AmdViParameters.DRAIN));
    }

    /** The same in the contract's words. */
    dev.moat.iommu.Capabilities capabilities() {
        int most = levels == 0 ? registers.levels() : levels;
        int width = Math.min(indexBits * most, ADDRESS_BITS);
        return new dev.moat.iommu.Capabilities(
                new Aperture(0, (1L << width) - 1, Outside.BLOCKED, RESERVED),
                new Entries(true, true, true, PageTableEntry.pageSizes(most)),
                new Caching(registers.cachesFailures(), registers.rewalks(), cachesDirectories),
                new Stores(true, false),
                new Asking(Reach.PAGES, true, !reorders, registers.drains()),
                Tagging.FIXED);
    }

    /**
     * The units' sizes for what software brings.
     *
     * @throws BadSettingException when without INVALIDATE_IOMMU_ALL the ring has no room for a command for each DomainID
     */
    AmdViGeometry geometry(Sizes sizes, Sort domainIds) {
        if (!registers.knows(Commands.INVALIDATE_IOMMU_ALL) && ring <= domainIds.size()) {
            throw new BadSettingException(
                    AmdViParameters.RING,
                    AmdViParameters.RING + "=" + ring + " has no room for a command for each of " + domainIds.size()
                            + " DomainIDs, which " + AmdViParameters.INVALIDATE_ALL + "=false needs");
        }
        Sizes.Addresses addresses = sizes.addresses();
        return new AmdViGeometry(
                new AmdViGeometry.Users(
                        sizes.requesters().sort(),
                        sizes.requesters().sourceIds(),
                        sizes.spaces().sort(),
                        domainIds,
                        sizes.cpus().sort()),
                new AmdViGeometry.Addresses(
                        addresses.pages(),
                        addresses.firstPage(),
                        addresses.frames(),
                        addresses.firstFrame(),
                        addresses.firstTableFrame()),
                new AmdViGeometry.Shape(levels(sizes), indexBits, ring),
                new Options(parts(sizes)),
                registers);
    }

    /**
     * Whether two pages are made one of 8 KiB.
     *
     * @throws BadSettingException when one level has no room for two sizes, or tables are frames
     */
    boolean replicates(Sizes sizes) {
        if (replicates && (indexBits < 2 || sizes.needs(Need.TABLE_FRAMES))) {
            throw new BadSettingException(
                    AmdViParameters.REPLICATED,
                    AmdViParameters.REPLICATED + " needs " + AmdViParameters.INDEX_BITS
                            + " of 2 at least, and tables that are no frames");
        }
        return replicates;
    }

    /**
     * Whether software finds entries by an array of leaf tables.
     *
     * @throws BadSettingException where tables neither come nor go
     */
    boolean hasLeafArray(Sizes sizes) {
        if (leafArray && !sizes.needs(Need.TABLE_FRAMES)) {
            throw new BadSettingException(
                    AmdViParameters.LEAF_ARRAY, AmdViParameters.LEAF_ARRAY + " needs table-frames");
        }
        return leafArray;
    }

    private int levels(Sizes sizes) {
        if (levels == 1 && sizes.needs(Need.TABLE_FRAMES)) {
            throw new BadSettingException(AmdViParameters.LEVELS, "levels must be 0, or 2 and more, with table-frames");
        }
        if (levels > 0) {
            return levels;
        }
        Sizes.Addresses addresses = sizes.addresses();
        long last = addresses.pageNumber(addresses.pages().size() - 1);
        return TableLevels.forPages(last, sizes.needs(Need.TABLE_FRAMES) ? 2 : 1, indexBits);
    }

    /** Whether the first page is excluded for all devices; where it is for marked ones, there is none. */
    boolean hasExclusion() {
        return exclusion.equals("all");
    }

    /** What of the units is in the state. */
    private List<Part> parts(Sizes sizes) {
        List<Part> parts = new ArrayList<>(List.of(Part.EVERY_PAGE));
        part(parts, Part.DEVICE_CACHE, cachesEntries);
        part(parts, Part.TABLE_CACHES, cachesDirectories);
        part(parts, Part.WALKS, walks);
        part(parts, Part.EVENT_LOG, logs);
        part(parts, Part.FIRST_FAULTS, faultEvents.equals("first"));
        part(parts, Part.NO_FAULTS, faultEvents.equals("none"));
        part(parts, Part.RESTART, logs || restarts);
        part(parts, Part.EXCLUSION, !exclusion.equals("off"));
        part(parts, Part.EXCLUSION_ALLOWED, exclusion.equals("all"));
        part(parts, Part.RING_POSITION, keepRingPosition);
        part(parts, Part.DIRECTORIES, sizes.needs(Need.TABLE_FRAMES));
        part(parts, Part.TABLE_FRAMES, sizes.needs(Need.TABLE_FRAMES));
        part(parts, Part.SCRATCH_PAGE, sizes.needs(Need.SCRATCH_FRAME));
        part(parts, Part.WAIT_NUMBERS, sizes.needs(Need.GIVEN_UP_WAITS));
        return parts;
    }

    private static void part(List<Part> parts, Part part, boolean there) {
        if (there) {
            parts.add(part);
        }
    }
}
