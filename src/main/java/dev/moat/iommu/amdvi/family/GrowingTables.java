package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.amdvi.AmdViGeometry;
import dev.moat.iommu.amdvi.AmdViGeometry.Options;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.AmdViWalk;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Page tables of one domain, which says how many levels they have. Linux keeps the frame of the top table and its
 * level, and the entries of the devices have to follow them.
 *
 * <p>A level decodes one bit. The domain begins with {@link #FIRST} levels, which decode pages 0 to 3; the modelled
 * pages lie around page 4, so that one more level is needed. {@code @source} Linux drivers/iommu/amd/io_pgtable.c:
 * fetch_pte, alloc_pte.
 */
final class GrowingTables {
    /** Levels at first; Linux's three decode more, and are the same to what is judged here. */
    static final int FIRST = 2;

    /** Levels that tables may have (HATS). */
    static final int MOST = 3;

    private static final int BOUNDARY = 1 << FIRST;
    private static final int BOTH = Translation.READ | Translation.WRITE;
    private static final int TREE = 0;

    final Sort domains = Sort.numbered("Dom", "d", 1);
    final Sort requesters;
    final Sort cpus;
    final Sort pages;
    final Sort frames;
    final Sort tags = Sort.numbered("Tag", "did", 1);
    final Sort units = Sort.numbered("Unit", "iommu", 1);

    final AmdViUnit unit;
    final AmdViWalk walk;
    /** Level of the table that the domain has for its top one: the table itself, as there is one of each level. */
    final Slots root;
    /** The level that the domain has for that of its top table. */
    final Slots mode;

    GrowingTables(Setting setting, ModelBuilder model) {
        requesters = Sort.numbered("Req", "dev", setting.number(AmdViGrowth.DEVICES));
        cpus = Sort.numbered("Cpu", "cpu", setting.number(AmdViGrowth.CPUS));
        pages = Sort.numbered("Page", "p", setting.number(AmdViGrowth.PAGES));
        frames = Sort.numbered("Frame", "f", setting.number(AmdViGrowth.FRAMES));
        Options options = Options.of(Part.DEVICE_CACHE, Part.DIRECTORIES);
        boolean cachesTables = setting.flag(AmdViGrowth.DIRECTORY_CACHE);
        unit = new AmdViUnit(
                model.schema(),
                new AmdViGeometry(
                        new AmdViGeometry.Users(
                                requesters,
                                IntStream.range(1, 1 + requesters.size())
                                        .mapToObj(n -> n << 3)
                                        .toList(),
                                domains,
                                tags,
                                cpus),
                        new AmdViGeometry.Addresses(pages, BOUNDARY - pages.size() / 2, frames, 0x10, 0x40),
                        new AmdViGeometry.Shape(MOST, 1, 4),
                        cachesTables ? options.with(Part.TABLE_CACHES) : options,
                        Capabilities.usual().withNpCache(setting.flag(AmdViGrowth.NP_CACHE))));
        walk = new AmdViWalk(unit);
        root = model.schema()
                .slots("domain.root", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .bits(3);
        mode = model.schema()
                .slots("domain.mode", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .bits(3);
    }

    /** Every device is led by tables that are empty. */
    void initial(long[] s) {
        root.set(s, 0, FIRST);
        mode.set(s, 0, FIRST);
        for (int q = 0; q < requesters.size(); q++) {
            unit.setQuad(s, q, 1, DeviceTableEntry.quad1(0));
            unit.setQuad(s, q, 0, entry(FIRST, FIRST));
        }
    }

    /** Quadword 0 of an entry that leads to the top table of a level, and says that it is of a level. */
    long entry(int top, int level) {
        return DeviceTableEntry.quad0(level, frame(top), BOTH);
    }

    private long frame(int level) {
        return unit.map().frameOf(unit.map().table(TREE, level, 0));
    }

    /** The fewest levels that decode a page. */
    int levelsFor(int page) {
        return Math.max(
                FIRST, Long.SIZE - Long.numberOfLeadingZeros(unit.geometry().pageNumber(page)));
    }

    /** Where the top table of a level is among the directories. */
    private int first(int level) {
        return unit.map().table(TREE, level, 0) - unit.map().leafTables();
    }

    /** A new top table, of zeroes: its first entry leads to the one of the level below. */
    void linkBelow(long[] s, int level) {
        for (int i = 0; i < unit.directory.size() / tables(); i++) {
            unit.directory.set(s, first(level), i, 0);
        }
        unit.directory.set(s, first(level), 0, PageTableEntry.table(level - 1, frame(level - 1), BOTH));
    }

    private int tables() {
        return unit.map().tables() - unit.map().leafTables();
    }

    /**
     * Makes the tables of a page that are missing below a top table, which is taken for one of a level. An entry that is missing gets the
     * level that the walk has come to, whatever table it is in; one that is there has to have it.
     *
     * @return whether the walk came to a table of level 1
     */
    boolean makeTables(long[] s, int top, int taken, int page) {
        int at = reached(top, taken, page);
        boolean passes = top >= taken;
        for (int level = taken; passes && level > 1; level--) {
            int of = level == taken ? top : level;
            if (PageTableEntry.PR.isSet(unit.directory(s, TREE, of, at))) {
                passes = isTable(unit.directory(s, TREE, of, at), level - 1);
            } else {
                long frame = unit.map().frameOf(unit.map().table(TREE, level - 1, at));
                unit.setDirectory(s, TREE, of, at, PageTableEntry.table(level - 1, frame, BOTH));
            }
        }
        return passes;
    }

    /** Whether a walk of software comes to the entry of a page from a top table that is taken for one of a level. */
    boolean finds(long[] s, int top, int taken, int page) {
        int at = reached(top, taken, page);
        boolean found = top >= taken && taken >= levelsFor(page);
        for (int level = taken; found && level > 1; level--) {
            found = isTable(unit.directory(s, TREE, level == taken ? top : level, at), level - 1);
        }
        return found;
    }

    private static boolean isTable(long entry, int level) {
        return PageTableEntry.PR.isSet(entry) && PageTableEntry.NEXT_LEVEL.get(entry) == level;
    }

    /**
     * The page at which a unit finds what a walk of software comes to from a top table that is taken for one of a level: the page itself, or
     * where the table is of a higher level, the page whose address has the index in it there, and 0 for the levels that are left out.
     * May be none of the pages that are modelled. A table of a lower level is not known to any walk: the index there is 0, and in Linux leads
     * to a table whose level it does not expect.
     */
    private int reached(int top, int taken, int page) {
        long number = unit.geometry().pageNumber(page);
        long index = number >>> (taken - 1);
        long below = number & ((1L << (taken - 1)) - 1);
        return (int) ((index << (top - 1) | below) - unit.geometry().pageNumber(0));
    }

    /** The entry of a page, as such a walk comes to it, leads to a frame for reading, or nowhere. */
    void store(long[] s, int top, int taken, int page, int frame) {
        unit.setLeaf(s, TREE, reached(top, taken, page), frame < 0 ? 0 : unit.pageTo(frame, Translation.READ));
    }

    /** The frame that the domain's tables have for a page, -1 for none. */
    int leads(long[] s, int page) {
        int top = (int) root.get(s, 0);
        int level = (int) mode.get(s, 0);
        if (top < FIRST || top > MOST || level < FIRST) {
            return -1;
        }
        long from = TableWalk.pointer(frame(top), level, BOTH);
        long answer = walk.lookUp(s, from, page);
        return Translation.reachesMemory(answer) ? unit.geometry().frameAt(Translation.FRAME.get(answer)) : -1;
    }

    /** Whether quadword 0 of an entry leads to the domain's tables: those it began with, or those with levels on top of them. */
    boolean isLed(long[] s, long quad0) {
        int level = (int) DeviceTableEntry.MODE.get(quad0);
        boolean known = level >= FIRST && level <= MOST && quad0 == entry(level, level);
        for (int l = level; known && l > FIRST; l--) {
            known = unit.directory.get(s, first(l), 0) == PageTableEntry.table(l - 1, frame(l - 1), BOTH);
        }
        return known;
    }

    /** The frame that a read gets, -1 for other memory, -2 when it is blocked. */
    int gets(long[] s, int requester, int page) {
        long answer = walk.answer(s, requester, page, false);
        if (!Translation.reachesMemory(answer)) {
            return -2;
        }
        long address = Translation.address(answer, unit.geometry().pageNumber(page) << 12);
        return unit.geometry().frameAt(address >>> 12);
    }

    /** All of the state that what a request gets depends on; a pointer that nobody stored may lead to the ring or to what waits store. */
    List<Slots> all() {
        return List.of(
                root,
                mode,
                unit.quad0,
                unit.quad1,
                unit.directory,
                unit.leaf,
                unit.commandLo,
                unit.commandHi,
                unit.waits,
                unit.cachedEntry,
                unit.cachedQuad0,
                unit.cachedQuad1,
                unit.pageRights,
                unit.pageFrame,
                unit.pageFailure,
                unit.directories.table,
                unit.directories.rights,
                unit.registers.control,
                unit.registers.deviceTable,
                unit.registers.exclusionBase,
                unit.registers.exclusionLimit);
    }
}
