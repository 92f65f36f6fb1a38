package dev.moat.xen.iospace.state;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Family.Use;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.memory.Frames;
import dev.moat.model.BadSettingException;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Set;

/**
 * The units, who has which device, what is mapped in which space, and what is owed. Devices that hardware cannot tell apart
 * are a group; each group has a space for every domain, of which one is in use, so that a space always is one domain's.
 */
public final class SpaceState {
    /** Values of {@link #phase}: nothing is mapped. */
    public static final int NONE = 0;
    /** An address is taken, and the map has not returned. */
    public static final int OPENING = 1;
    /** The map has returned. */
    public static final int LIVE = 2;
    /** Its entry is being cleared, or was and is not forgotten. */
    public static final int CLOSING = 3;

    /** Values of {@link #owed}: nothing is. */
    public static final int SETTLED = 0;
    /** An entry was weakened, and units may not see that yet. */
    public static final int UNSEEN = 1;
    /** They see it, and no invalidation was asked for since. */
    public static final int OWED = 2;
    /** The CPU whose invalidation covers it has this number plus its own. */
    public static final int ASKED = 3;

    /** Values of {@link #hold}: no mapping, one in use, and one that is being ended. */
    public static final int NO_HOLD = 0;

    public static final int LIVE_HOLD = 1;
    public static final int CLOSING_HOLD = 2;

    /** Values of {@link #registersTaken}: nobody maps them anew. */
    public static final int DENIED = 1;
    /** And nobody has a mapping of before. */
    public static final int TAKEN = 2;

    private static final long FIRST_TABLE_FRAME = 0x10000;

    public final SpaceSetting setting;
    public final Capabilities can;
    public final Iommu iommu;
    /** One for each group and domain: {@link #space}. */
    public final Sort spaces;

    public final Slots pc;
    public final Frames frames;
    /** The domain that has a device, or none. */
    public final Slots assigned;
    /** Per group: whether its entry, or who has it, is being changed. */
    public final Slots settling;
    /** Ghosts per group: an invalidation of its cached entry is owed; it was led somewhere and not drained since. */
    public final Slots entryOwed;

    public final Slots undrained;
    /** Per space and page: how far the mapping of the page is. */
    public final Slots phase;
    /** The frame and the rights that were asked for; dead without a mapping. */
    public final Slots frame;

    public final Slots rights;
    /** Ghost per space and page: what is owed to it since its entry was weakened. */
    public final Slots owed;
    /** Per domain: the lock on its spaces. */
    public final Lock lock;
    /** Per frame of domain 0: to whom it is offered, and whether for reading only; left out without grants. */
    public final Slots offer;

    public final Slots offerReadOnly;
    /** Per domain, frame and 0 for reading only or 1: a mapping of a granted frame; left out without grants. */
    public final Slots hold;

    /** Whether the control domain's page tables map the registers, and its TLB has them; left out where nobody looks. */
    public final Slots registersMapped;

    public final Slots registersCached;
    /** How far Xen has taken the registers: not at all, {@link #DENIED} to others, {@link #TAKEN}. */
    public final Slots registersTaken;
    /** Per device: the domain that sees it, or none, and whether it may master the bus; left out without a toolstack. */
    public final Slots exposed;

    /** Per device: the domain that drives its other BDF, or none; left out where devices have one each. */
    public final Slots alias;

    public final Slots mastering;
    /** What backends and frontends have told each other; left out where nobody asks. */
    public final Frontends frontends;
    /** What the DMA layer has on record; left out without it. */
    public final Transfers transfers;
    /** Per domain: whether it is dead, or dying; left out where none dies. */
    public final Slots dead;

    private final int groups;
    private final boolean byUnit;
    /** The tag of the first space; those of the others follow, whatever the state. */
    private final int firstTag;

    public SpaceState(Setting s, ModelBuilder model) {
        setting = new SpaceSetting(s);
        Family family = Families.get(s.text(Families.PARAMETER));
        can = family.capabilities(s);
        setting.require(can);
        family.requireDefaults(s, "", Use.WRONG_REQUESTS, Use.DEFAULT_DOMAINS);
        if (!setting.creation && !setting.death) {
            family.requireDefaults(s, "creation=true or death=true", Use.MOVED_DEVICES);
        }
        byUnit = can.tagging() == Capabilities.Tagging.GROUP;
        groups = byUnit ? setting.units.size() : setting.requesters.size();
        spaces = Sort.numbered("Space", "s", groups * setting.domains.size());
        pc = model.cpus(setting.cpus);
        iommu = family.declare(sizes(), s, model);
        requireGroups();
        firstTag = iommu.tags().of(new long[0], 0, 0);
        SchemaBuilder schema = model.schema();
        if (iommu.namesCpus()) {
            model.cpusAreAlike();
        }
        frames = new Frames(schema, setting.domains, setting.frames, new Frames.Uses(0, false, false));
        assigned = xens(schema, "assigned", setting.requesters).optional(setting.domains);
        Sort group = Sort.numbered("Group", "g", groups);
        settling = xens(schema, "settling", group).bits(1);
        entryOwed = ghosts(schema, "entry-owed", group).bits(1);
        undrained = ghosts(schema, "undrained", group).bits(1);
        phase = xens(schema, "phase", spaces, setting.pages).bits(2);
        frame = xens(schema, "frame", spaces, setting.pages)
                .live(this::isMapped)
                .of(setting.frames);
        rights = xens(schema, "rights", spaces, setting.pages)
                .live(this::isMapped)
                .bits(2);
        owed = ghosts(schema, "owed", spaces, setting.pages).numbersAnd(setting.cpus, ASKED);
        lock = xens(schema, "lock.spaces", setting.domains).lock();
        Sort granted = setting.frames.onlyIf(setting.grants);
        offer = xens(schema, "offer", granted).optional(setting.domains);
        offerReadOnly =
                xens(schema, "offer.read-only", granted).live(this::isOffered).bits(1);
        Sort modes = new Sort("Mode", List.of("ro", "rw"));
        hold = xens(schema, "hold", setting.domains, granted, modes).bits(2);
        int looked = setting.hostile || setting.takesRegisters ? 1 : 0;
        registersMapped = xens(schema, "registers.mapped").bits(looked);
        registersCached =
                schema.slots("registers.in-tlb", Role.CACHE, Writer.HYPERVISOR).bits(looked);
        registersTaken = xens(schema, "registers.taken").bits(setting.takesRegisters ? 2 : 0);
        Sort seen = setting.requesters.onlyIf(setting.passthrough);
        exposed = xens(schema, "exposed", seen).optional(setting.domains);
        mastering = xens(schema, "mastering", seen).bits(1);
        alias = xens(schema, "alias", setting.requesters.onlyIf(setting.aliases))
                .optional(setting.domains);
        frontends = new Frontends(schema, setting, groups);
        transfers = new Transfers(this, setting, schema);
        dead = xens(schema, "dead", setting.domains.onlyIf(setting.death)).bits(1);
    }

    private static SlotsBuilder xens(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, index);
    }

    private static SlotsBuilder ghosts(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.GHOST, Writer.GHOST, index);
    }

    private boolean isMapped(long[] s, int i) {
        return phase.get(s, i) != NONE;
    }

    private boolean isOffered(long[] s, int i) {
        return offer.get(s, i) != 0;
    }

    /** Number 0 is left to the hardware. */
    private Sizes sizes() {
        return new Sizes(
                setting.devices.requesters(),
                Sizes.Spaces.numbered(spaces),
                new Sizes.Addresses(setting.pages, 0, setting.frames, 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(setting.cpus, (s, cpu) -> pc.get(s, cpu) != 0),
                setting.invalidations && setting.run > 1
                        ? Set.of(Sizes.Need.SUBMITTERS, Sizes.Need.RANGES)
                        : Set.of(Sizes.Need.SUBMITTERS));
    }

    /** Groups are what the tagging says. And where spaces are there from the start, no group is divided, unless anything is admitted. */
    private void requireGroups() {
        for (int q = 0; q < setting.requesters.size(); q++) {
            for (int r = 0; r < q; r++) {
                boolean one = iommu.entries().group(q) == iommu.entries().group(r);
                if (one != (group(q) == group(r))) {
                    throw new BadSettingException(Families.PARAMETER, "groups of devices are modelled as buses only");
                }
            }
        }
        if (!setting.creation && !setting.admitsAny) {
            setting.devices.requireGroups(
                    iommu.entries(), "units", "they must be on buses of their own, or admission any");
        }
    }

    // --- looks

    /** The devices that hardware cannot tell from this one have its number. */
    public int group(int requester) {
        return byUnit ? requester % setting.units.size() : requester;
    }

    public int groups() {
        return groups;
    }

    /** The unit behind which a group is. */
    public int unitOfGroup(int group) {
        return group % setting.units.size();
    }

    /** Whether a toolstack that may ask for anything can ask for one device of a group that has more. */
    public boolean hasToolstackOfGroups() {
        boolean groupsOfMore = setting.aliases || groups < setting.requesters.size();
        return setting.passthrough && setting.anybody && groupsOfMore;
    }

    /** The space that a group has for a domain. */
    public int space(int group, int domain) {
        return group * setting.domains.size() + domain;
    }

    public int groupOf(int space) {
        return space / setting.domains.size();
    }

    public int domainOf(int space) {
        return space % setting.domains.size();
    }

    /** The unit that may have something of a space cached. */
    public int unitOfSpace(int space) {
        return unitOfGroup(groupOf(space));
    }

    /** The tag of a space at its unit. */
    public int tag(long[] s, int space) {
        return iommu.tags().of(s, space, unitOfSpace(space));
    }

    /** The space of which a tag is, or -1 where it is of none. */
    public int spaceOfTag(int tag) {
        int space = tag - firstTag;
        return space >= 0 && space < spaces.size() ? space : -1;
    }

    /** The domain that has a device, or -1. */
    public int ownerOf(long[] s, int requester) {
        return (int) assigned.get(s, requester) - 1;
    }

    /** Whether a domain neither asks for anything nor gets anything any more. */
    public boolean isDead(long[] s, int domain) {
        return dead.size() > 0 && dead.get(s, domain) != 0;
    }

    /** Whether a domain drives a device, or what hardware cannot tell from it once that is led anywhere. */
    public boolean isSeenBy(long[] s, int requester, int domain) {
        boolean seen = exposed.size() > 0 && exposed.get(s, requester) == domain + 1;
        boolean aliased = alias.size() > 0 && alias.get(s, requester) == domain + 1;
        return seen || (aliased && assigned.get(s, requester) != 0);
    }

    /** Tables in use: one for each group that a domain has. */
    public int tablesInUse(long[] s) {
        int used = 0;
        for (int g = 0; g < groups; g++) {
            boolean has = settling.get(s, g) != 0;
            for (int q = 0; q < setting.requesters.size(); q++) {
                has |= group(q) == g && assigned.get(s, q) != 0;
            }
            used += has ? 1 : 0;
        }
        return used;
    }

    /** The rights that a domain has to a frame now: its own, or by mappings of what was granted, which are not being ended. */
    public int entitlement(long[] s, int domain, int of) {
        if (frames.isAllocatedTo(s, domain, of)) {
            return Rights.ALL;
        }
        if (hold.size() == 0) {
            return Rights.NONE;
        }
        int reading = hold.get(s, domain, of, 0) == LIVE_HOLD ? Rights.READ : Rights.NONE;
        return hold.get(s, domain, of, 1) == LIVE_HOLD ? Rights.ALL : reading;
    }

    /** Whether a page is never to be handed out. */
    public boolean isReserved(int page) {
        return page < setting.reserved;
    }

    /** Whether anybody has a mapping of a granted frame. */
    public boolean isLent(long[] s, int of) {
        for (int d = 0; d < setting.domains.size() && hold.size() > 0; d++) {
            if (hold.get(s, d, of, 0) != NO_HOLD || hold.get(s, d, of, 1) != NO_HOLD) {
                return true;
            }
        }
        return false;
    }

    // --- changes

    /** Stores a page's entry, and notes what is owed when it loses a right. */
    public void store(long[] s, int space, int page, int to, int allowed) {
        int before = iommu.tables().rights(s, space, page);
        iommu.tables().store(s, space, page, to, allowed);
        if ((before & ~iommu.tables().rights(s, space, page)) != 0) {
            owed.set(s, space, page, can.stores().snooped() ? OWED : UNSEEN);
        }
    }

    /** Writes the line of a page's entry back. */
    public void writeBack(long[] s, int space, int page) {
        iommu.visibility().writeBack(s, space, page);
        if (owed.get(s, space, page) == UNSEEN) {
            owed.set(s, space, page, OWED);
        }
    }

    /** Everything that there is before the first call, but for what {@link Addresses} has. */
    public void initial(long[] s) {
        iommu.connect(s);
        for (int f = 0; f < setting.frames.size(); f++) {
            frames.allocate(s, transfers.isPool(f) ? setting.driverDomain : setting.firstOwner(f), f);
        }
        for (int q = 0; q < setting.requesters.size() && !setting.creation; q++) {
            if (setting.untranslated && iommu.unitOf(q) == 0) {
                continue;
            }
            int domain = setting.firstOwner(q);
            assigned.set(s, q, domain + 1);
            int space = space(group(q), domain);
            iommu.entries().attachAtOnce(s, q, space, tag(s, space));
            undrained.set(s, group(q), 1);
        }
        if (setting.untranslated) {
            iommu.leaveUntranslated(s, 0);
        }
        transfers.mapPool(s);
        registersMapped.set(s, registersMapped.width());
        for (int q = 0; q < alias.size(); q++) {
            alias.set(s, q, 1);
        }
        iommu.settle(s);
    }
}
