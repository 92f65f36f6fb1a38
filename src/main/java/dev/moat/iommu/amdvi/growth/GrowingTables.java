package dev.moat.iommu.amdvi.growth;

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
import dev.moat.model.setting.Setting;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Page tables of one domain, whose levels the domain says: the frame of the top one and its level are what Linux keeps of them, and what
 * the entries of the devices have to follow.
 *
 * <p>A level decodes one bit. The domain begins with {@link #FIRST} levels, which decode pages 0 to 3; the modelled pages lie around page 4, so
 * that one more level is needed. {@code @source} Linux drivers/iommu/amd/io_pgtable.c: fetch_pte, alloc_pte.
 */
final class GrowingTables {
    /** Levels at first; Linux's three decode more, and are the same to what is judged here. */
    static final int FIRST = 2;

    /** Levels that the unit's tables have places for: one more than are needed. */
    private static final int PLACES = 4;

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
        Options options = Options.of(Part.DEVICE_CACHE, Part.DIRECTORIES, Part.EVERY_PAGE);
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
                        new AmdViGeometry.Shape(PLACES, 1, 4),
                        cachesTables ? options.with(Part.TABLE_CACHES) : options,
                        Capabilities.usual().withNpCache(setting.flag(AmdViGrowth.NP_CACHE))));
        walk = new AmdViWalk(unit);
        Sort one = Sort.numbered("Dom", "d", 1);
        root = model.schema()
                .slots("domain.root", Role.HYPERVISOR, Writer.HYPERVISOR, one)
                .bits(3);
        mode = model.schema()
                .slots("domain.mode", Role.HYPERVISOR, Writer.HYPERVISOR, one)
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

    /** A new top table: its first entry leads to the one of the level below. */
    void linkBelow(long[] s, int level) {
        unit.directory.set(s, first(level), 0, PageTableEntry.table(level - 1, frame(level - 1), BOTH));
    }

    /** Makes the tables of a page below a top table, those that are missing. */
    void makeTables(long[] s, int top, int page) {
        for (int level = top; level > 1; level--) {
            if (!PageTableEntry.PR.isSet(unit.directory(s, TREE, level, page))) {
                int below = unit.map().table(TREE, level - 1, page);
                long entry = PageTableEntry.table(level - 1, unit.map().frameOf(below), BOTH);
                unit.setDirectory(s, TREE, level, page, entry);
            }
        }
    }

    /** Whether a walk of software comes from a top table to the entry of a page. */
    boolean finds(long[] s, int top, int page) {
        boolean found = top >= levelsFor(page);
        for (int level = top; found && level > 1; level--) {
            found = PageTableEntry.PR.isSet(unit.directory(s, TREE, level, page));
        }
        return found;
    }

    /** The entry of a page leads to a frame for reading, or nowhere. */
    void store(long[] s, int page, int frame) {
        unit.setLeaf(s, TREE, page, frame < 0 ? 0 : unit.pageTo(frame, Translation.READ));
    }

    /** The frame that the domain's tables have for a page, -1 for none. */
    int leads(long[] s, int page) {
        int top = (int) root.get(s, 0);
        int level = (int) mode.get(s, 0);
        if (top < FIRST || top > PLACES || level < FIRST) {
            return -1;
        }
        long from = TableWalk.pointer(frame(top), level, BOTH);
        long answer = walk.lookUp(s, from, page);
        return Translation.reachesMemory(answer) ? unit.geometry().frameAt(Translation.FRAME.get(answer)) : -1;
    }

    /** Whether quadword 0 of an entry leads to the domain's tables: those it began with, or those with levels on top of them. */
    boolean isLed(long[] s, long quad0) {
        int level = (int) DeviceTableEntry.MODE.get(quad0);
        boolean known = level >= FIRST && level <= PLACES && quad0 == entry(level, level);
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

    /** All of the state that what a request gets depends on. */
    List<Slots> all() {
        return List.of(
                root,
                mode,
                unit.quad0,
                unit.quad1,
                unit.directory,
                unit.leaf,
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
