package dev.moat.dma.layer;

import dev.moat.dma.layer.range.ReservedRegions;
import dev.moat.dma.layer.setting.DefaultTypes;
import dev.moat.dma.layer.setting.LayerSetting;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.DefaultDomain;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The units, what drivers have mapped, what is owed, and the locals of the calls that run. Group g is in default domain g, whose
 * space is number g; its devices are attached from the start.
 */
final class LayerState {
    /** Values of {@link #phase}: nothing is mapped. */
    static final int NONE = 0;
    /** An address was handed out, and the map has not returned. */
    static final int OPENING = 1;
    /** The map has returned: the driver may have its device use the address. */
    static final int LIVE = 2;
    /** The unmap has begun and not returned. */
    static final int CLOSING = 3;

    /** Values of {@link #owed}: nothing is. */
    static final int SETTLED = 0;
    /** An entry was cleared, and units may not see that yet. */
    static final int UNSEEN = 1;
    /** They see it, and no invalidation was asked for since. */
    static final int OWED = 2;
    /** The CPU whose invalidation covers it has this number plus its own. */
    static final int ASKED = 3;

    /** Value of {@link #piece}: of none. */
    static final int ALONE = 0;
    /** The first one of a list. */
    static final int FIRST_PIECE = 1;
    /** Of coherent memory. */
    static final int COHERENT = 3;

    /** Values of {@link #toDevice}: mapped to be read and written, to be read only, to be written only. */
    static final int BOTH = 0;

    static final int TO_DEVICE = 1;
    static final int FROM_DEVICE = 2;

    private static final long FIRST_TABLE_FRAME = 0x10000;
    final LayerSetting setting;
    final Sort domains;
    final Sort pages;
    /** Frames that drivers have mapped, and behind them those of the heap: of tables, of coherent memory, of the pool of bounce pages. */
    final Sort frames;
    /** Those that a page can be mapped to: all where there is coherent memory or a pool, else those of drivers. */
    final Sort mapped;
    /** One for each domain, or one for all. */
    final Sort spaces;

    private final boolean shared;
    private final DefaultDomain[] defaults;
    /** What drivers have devices keep off, or use. */
    final ReservedRegions regions;

    final DefaultTypes types;
    final Capabilities can;
    final Iommu iommu;
    final Slots pc;
    /** Per space and page: how far the mapping that begins there is. */
    final Slots phase;
    /** The domain whose mapping it is, where domains share a space. */
    final Slots holder;
    /** The frame that a driver mapped. */
    final Slots frame;
    /** {@link #BOTH}, {@link #TO_DEVICE} or {@link #FROM_DEVICE}. */
    final Slots toDevice;
    /** Whether it mapped it for a device that reaches the lower half of the addresses only. */
    final Slots narrow;
    /** Whether it mapped a part of the page only. */
    final Slots partial;
    /** Which piece of a list it is: {@link #ALONE}, 1 for the first one, 2 for the second and so on, or {@link #COHERENT}. */
    final Slots piece;
    /** Whether its list was merged with a piece that ends within the page. */
    final Slots within;
    /** Ghost: what is owed to the page since its entry was cleared. */
    final Slots owed;

    /** Locals of each CPU's call: the domain, the page, and the unit that is asked. */
    final Slots domain;

    final Slots page;
    final Slots unit;
    /** The frame to be mapped, and whether for reading only. */
    final Slots wanted;

    final Slots wantedToDevice;
    /** Whether the device that it is for reaches the lower half only. */
    final Slots wantedNarrow;
    /** Whether a part of the page is to be mapped. */
    final Slots wantedPart;
    /** The piece of a list that is next, and whether the last one will find no table. */
    final Slots element;

    /** The pieces that its list has, where they are not two. */
    private final Slots pieces;

    final Slots fails;
    /** Whether a call's search has found nothing, where a map that fails has something to do yet. */
    final Slots foundNone;
    /** The frame of a table that it has taken, or that nothing leads to any more. */
    final Slots table;
    /** The group whose domain is changed. */
    final Slots wantedGroup;

    LayerState(Setting s, ModelBuilder model) {
        setting = new LayerSetting(s);
        domains = setting.domains;
        pages = setting.pages;
        frames = setting.moreFrames() == 0
                ? setting.frames
                : Sort.numbered("Frame", "f", setting.frames.size() + setting.moreFrames());
        mapped = setting.coherentFrames + setting.bounceFrames > 0 ? frames : setting.frames;
        Family family = Families.get(s.text(Families.PARAMETER));
        can = family.capabilities(s);
        setting.require(can, family, s);
        shared = can.tagging() == Capabilities.Tagging.NONE;
        spaces = Sort.numbered("Space", "s", shared ? 1 : domains.size());
        pc = model.cpus(setting.cpus);
        iommu = family.declare(sizes(), s, model);
        List<DefaultDomain> answers = setting.devices.ask(iommu);
        defaults = answers.subList(0, setting.groups.size()).toArray(new DefaultDomain[0]);
        regions = new ReservedRegions(answers, setting.devices, iommu.sizes().addresses(), model);
        types = new DefaultTypes(setting, answers, shared, model);
        if (setting.respectsGroups) {
            setting.devices.requireGroups(iommu.entries(), "groups", "units must be 2, or isolation ignored");
        }
        SchemaBuilder schema = model.schema();
        phase = ofMapping(schema, "phase", pages).bits(2);
        Liveness there = this::isKept;
        int directionBits = setting.fromDevice ? 2 : setting.toDevice ? 1 : 0;
        holder = ofMapping(schema, "holder", pages)
                .live(there)
                .bits(shared ? SlotsBuilder.bitsFor(domains.size() - 1) : 0);
        frame = ofMapping(schema, "frame", pages).live(there).of(mapped);
        toDevice = ofMapping(schema, "to-device", pages).live(there).bits(directionBits);
        narrow = ofMapping(schema, "narrow", pages).live(there).bits(setting.narrow ? 1 : 0);
        partial = ofMapping(schema, "partial", pages.onlyIf(setting.bounceFrames > 0))
                .live(there)
                .bits(1);
        piece = ofMapping(schema, "piece", pages)
                .live(there)
                .bits(setting.roundedLists ? 3 : setting.lists || setting.coherentFrames > 0 ? 2 : 0);
        within = ofMapping(schema, "within", pages.onlyIf(setting.listsEndWithin))
                .live(there)
                .bits(1);
        owed = schema.slots("owed", Role.GHOST, Writer.GHOST, spaces, pages).numbersAnd(setting.cpus, ASKED);
        Liveness busy = (state, cpu) -> pc.get(state, cpu) != 0;
        domain = local(schema, "cpu.domain", busy).of(domains);
        page = local(schema, "cpu.page", busy).of(pages);
        unit = local(schema, "cpu.unit", busy).of(setting.devices.units());
        wanted = local(schema, "cpu.frame", busy).of(mapped);
        element = local(schema, "cpu.element", busy).bits(setting.roundedLists ? 2 : setting.lists ? 1 : 0);
        pieces = local(schema, "cpu.pieces", busy, setting.cpus, setting.listLengths())
                .bits(3);
        fails = local(schema, "cpu.fails", busy)
                .bits(setting.failingLists || setting.failingAttach || setting.listsEndWithin ? 1 : 0);
        foundNone = local(schema, "cpu.found-none", busy, setting.cpus.onlyIf(setting.flush.flushesAtReturn()))
                .bits(1);
        table = local(schema, "cpu.table", busy).optional(frames.onlyIf(setting.tableFrames > 0));
        wantedGroup = local(schema, "cpu.group", busy)
                .bits(setting.owner || setting.probes ? SlotsBuilder.bitsFor(setting.groups.size() - 1) : 0);
        wantedToDevice = local(schema, "cpu.to-device", busy).bits(directionBits);
        wantedNarrow = local(schema, "cpu.narrow", busy).bits(setting.narrow ? 1 : 0);
        wantedPart = local(schema, "cpu.part-of-page", busy, setting.cpus.onlyIf(setting.bounceFrames > 0))
                .bits(1);
    }

    /** Whether a call's search has found nothing, and it has gone on. */
    boolean foundNone(long[] s, int cpu) {
        return setting.flush.flushesAtReturn() && foundNone.get(s, cpu) != 0;
    }

    private SlotsBuilder ofMapping(SchemaBuilder schema, String name, Sort at) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, spaces, at)
                .takenByStarts();
    }

    /** A local of the call that runs on each CPU. */
    SlotsBuilder local(SchemaBuilder schema, String name, Liveness busy) {
        return local(schema, name, busy, setting.cpus);
    }

    private static SlotsBuilder local(SchemaBuilder schema, String name, Liveness busy, Sort... index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, index).live(busy);
    }

    /** Number 0 is left to the hardware, as Linux does. */
    private Sizes sizes() {
        return new Sizes(
                setting.devices.requesters().using(setting.unity()),
                Sizes.Spaces.numbered(spaces),
                new Sizes.Addresses(pages, setting.firstPage(), frames, setting.firstFrame(), FIRST_TABLE_FRAME),
                new Sizes.Cpus(setting.cpus, (s, cpu) -> pc.get(s, cpu) != 0),
                needs());
    }

    private Set<Sizes.Need> needs() {
        Set<Sizes.Need> needs = EnumSet.of(Sizes.Need.SHARED_WAITS);
        if (setting.lists) {
            needs.add(Sizes.Need.RANGES);
        }
        if (setting.tableFrames > 0) {
            needs.add(Sizes.Need.TABLE_FRAMES);
        }
        return needs;
    }

    void initial(long[] s) {
        iommu.connect(s);
        for (int group = 0; group < setting.groups.size(); group++) {
            for (int f = 0; f < setting.frames.size() && types.isIdentity(s, group); f++) {
                iommu.tables().store(s, spaceOf(group), f, f, Rights.ALL);
            }
        }
        for (int q = 0; q < setting.devices.size() && !setting.probes; q++) {
            int group = setting.devices.groupOf(q);
            if (!types.isBlocked(s, group)) {
                setting.devices.attach(s, iommu, q, spaceOf(group));
            }
        }
        iommu.settle(s);
    }

    /** A mapping that is being unmapped has ended. */
    void end(long[] s, int space, int page) {
        if (phase.get(s, space, page) == CLOSING) {
            phase.set(s, space, page, NONE);
        }
    }

    /** Whether a mapping begins at a page (row-major), or one that its driver keeps has ended there. */
    private boolean isKept(long[] s, int i) {
        return phase.get(s, i) != NONE || (setting.keptUntilFlush && owed.get(s, i) != SETTLED);
    }

    /** The same of a space's page. */
    boolean isKept(long[] s, int space, int at) {
        return isKept(s, space * pages.size() + at);
    }

    /** The space of a domain: for a group's, what its first device's driver answers. */
    int spaceOf(int domain) {
        return domain < defaults.length ? defaults[domain].space() : spaces.size() - 1;
    }

    /** How far a page lies behind the aperture of the default domains in a space, below 0 for before it; 0 where it is translated. */
    int outside(int space, int at) {
        long number = setting.firstPage() + at;
        for (DefaultDomain d : defaults) {
            if (d.space() == space && number < d.aperture().first()) {
                return -1;
            }
            if (d.space() == space && number > d.aperture().last()) {
                return (int) (number - d.aperture().last());
            }
        }
        return 0;
    }

    /** {@code @unit} 4 KiB page number of the first page that tables translate. */
    int firstTranslated() {
        return (int) can.aperture().first();
    }

    /** The last one of them that there is. */
    int lastTranslated() {
        return (int) Math.min(can.aperture().last(), pages.size() - 1L);
    }

    /** The tag of a space at a unit. */
    int tag(long[] s, int space, int unit) {
        return iommu.tags().of(s, space, unit);
    }

    /** Whether a space is, or where its owner can attach any group, may be, that of a device behind a unit. */
    boolean uses(int space, int unit) {
        for (int q = 0; q < setting.devices.size(); q++) {
            boolean claimed = space == setting.groups.size();
            if (iommu.unitOf(q) == unit && (claimed || spaceOf(setting.devices.groupOf(q)) == space)) {
                return true;
            }
        }
        return false;
    }

    /** The space of the call that runs on a CPU. */
    int space(long[] s, int cpu) {
        return spaceOf((int) domain.get(s, cpu));
    }

    /** Its page. */
    int page(long[] s, int cpu) {
        return (int) page.get(s, cpu);
    }

    /** The domain whose mapping begins at a page. */
    int holder(long[] s, int space, int at) {
        return shared ? (int) holder.get(s, space, at) : space;
    }

    /** Whether a page is a direct region of its domain. */
    boolean isDirect(int space, int at) {
        return regions.isDirect(space, at);
    }

    /** Whether a page's address is never handed out, whatever the kernel knows of that. */
    boolean isHeldBack(int at) {
        return keepsBack(at) || regions.isReserved(0, at);
    }

    /** Whether the kernel keeps it back of its own accord. */
    boolean keepsBack(int at) {
        return (setting.holdsZeroBack && at == 0)
                || (setting.holdsHighestBack && at == pages.size() - 1 && !setting.endsInWindow);
    }

    /** How many pieces the list of the call that runs on a CPU has. */
    int pieces(long[] s, int cpu) {
        return setting.roundedLists ? (int) pieces.get(s, cpu, 0) : 2;
    }

    void setPieces(long[] s, int cpu, int count) {
        if (setting.roundedLists) {
            pieces.set(s, cpu, 0, count);
        }
    }

    /** Whether a page is a piece of a list that lies in another segment than the piece before. */
    boolean isAcrossBoundary(long[] s, int space, int at) {
        return setting.boundary > 0
                && piece.get(s, space, at) > FIRST_PIECE
                && (setting.firstPage() + at) % setting.boundary == 0;
    }

    /** What an entry says of a way in which a page is mapped. */
    int rights(int direction) {
        if (direction == FROM_DEVICE) {
            return setting.writesOnly ? Rights.WRITE : Rights.ALL;
        }
        return direction == TO_DEVICE ? Rights.READ : Rights.ALL;
    }

    /** Whether a page is mapped to be written only, and the map has returned. */
    boolean isWriteOnly(long[] s, int space, int at) {
        return setting.fromDevice && phase.get(s, space, at) == LIVE && toDevice.get(s, space, at) == FROM_DEVICE;
    }

    /** Whether devices of different groups have spaces of their own. */
    boolean isolates() {
        return !shared;
    }

    /** Whether a part of a page is mapped by an entry that leads a device which is not trusted to all of it. */
    boolean isMoreThanMeant(long[] s, int space, int at) {
        return setting.bounceFrames > 0
                && setting.hasUntrusted(space)
                && partial.get(s, space, at) != 0
                && frame.get(s, space, at) < setting.frames.size();
    }

    /** The last page that a device reaches. */
    int limit(boolean isNarrow) {
        return setting.reach > 0 ? setting.reach - 1 : (isNarrow ? pages.size() / 2 : pages.size()) - 1;
    }

    /** The relations' sorts. */
    List<Sort> sorts() {
        return List.of(
                domains,
                frames,
                pages,
                iommu.units(),
                setting.devices.sort(),
                iommu.tags().sort(),
                spaces);
    }
}
