package dev.moat.p2m.state;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Family.Use;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.memory.Frames;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Decision;
import dev.moat.model.setting.Setting;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.HashSet;
import java.util.Set;

/**
 * Guests' p2ms and the unit's tables, frames, grants. A guest is a space of the unit, and its device is led there for ever. With shared
 * tables a p2m entry is the unit's entry: one store changes both. With separate ones the unit's is stored in a step of its own.
 */
public final class P2mState {
    /** Values of {@link #hold}: nothing is mapped. */
    public static final int NONE = 0;
    /** References are taken, and the map has not returned. */
    public static final int OPENING = 1;

    public static final int LIVE = 2;
    /** Being unmapped, its references still taken. */
    public static final int CLOSING = 3;

    /** Values of {@link #owed}: nothing is. */
    public static final int SETTLED = 0;
    /** An entry was weakened, and the unit may not see that yet. */
    public static final int UNSEEN = 1;
    /** It sees it, and no invalidation that was asked for since is done. */
    public static final int OWED = 2;

    /** Values of {@link #offer}: not granted, for reading, for writing too. */
    public static final int READ_ONLY = 1;

    public static final int WRITABLE = 2;

    private static final int UNIT = 0;
    private static final long FIRST_TABLE_FRAME = 0x10000;
    private static final int MOST_REFERENCES = 7;

    public final P2mSetting setting;
    public final Capabilities can;
    public final Iommu iommu;
    public final Sort spaces;
    public final Slots pc;
    public final Frames frames;
    /** Per guest and gfn: the frame, and the {@link P2mType}. */
    public final Slots p2m;

    public final Slots type;
    /** Per frame: the gfn of its owner's at which it is, or none. */
    public final Slots m2p;
    /** Per guest: the p2m lock, and the lock on its grant table. */
    public final Slots lock;

    public final Slots grantLock;
    /** Ghost per guest and gfn: what is owed since the unit's entry was weakened. */
    public final Slots owed;
    /** Ghost per CPU, guest and gfn: it has asked for an invalidation that covers this. */
    public final Slots asked;
    /** Per frame: whether it is granted to the other guest; left out without grants. */
    public final Slots offer;
    /** Per guest and gfn: a mapping of a granted frame, the frame, and whether for writing; left out without grants. */
    public final Slots hold;

    public final Slots held;
    public final Slots holdWrites;
    /** Per guest: the frame of its status bits, where its grant table is of version 2; left out without. */
    public final Slots status;
    /** Per guest: whether its first gfns are one entry, and pages for a split; left out without superpages. */
    public final Slots isSuperpage;

    public final Slots pool;
    /** {@code entry.rights}: (type) to the rights that devices get. {@code @source} Xen p2m_get_iommu_flags. */
    private final Decision rights;
    /** {@code iommu.follows}: (old frame + 1 or 0, new frame + 1 or 0) to 1 when separate tables are changed with the p2m. */
    private final Decision follows;

    public P2mState(Setting s, ModelBuilder model) {
        setting = new P2mSetting(s);
        Family family = Families.get(s.text(Families.PARAMETER));
        can = family.capabilities(s);
        setting.require(can);
        family.requireDefaults(s, "", Use.WRONG_REQUESTS, Use.DEFAULT_DOMAINS, Use.MOVED_DEVICES);
        spaces = Sort.numbered("Space", "s", setting.domains.size());
        pc = model.cpus(setting.cpus, true);
        iommu = family.declare(sizes(), s, model);
        if (iommu.namesCpus()) {
            model.cpusAreAlike();
        }
        SchemaBuilder schema = model.schema();
        frames = new Frames(schema, setting.domains, setting.frames, new Frames.Uses(MOST_REFERENCES, false, false));
        p2m = xens(schema, "p2m", setting.domains, setting.gfns).optional(setting.frames);
        type = xens(schema, "p2m.type", setting.domains, setting.gfns)
                .live((state, i) -> p2m.get(state, i) != 0)
                .of(P2mType.SORT);
        m2p = xens(schema, "m2p", setting.frames).optional(setting.gfns);
        lock = lock(schema, "lock.p2m", setting.domains);
        grantLock = lock(schema, "lock.grant-table", setting.domains.onlyIf(setting.statusFrames));
        owed = schema.slots("owed", Role.GHOST, Writer.GHOST, setting.domains, setting.gfns)
                .called("nothing", "unseen", "invalidation")
                .bits(2);
        Liveness isOwed = (state, i) -> owed.get(state, i % owed.size()) == OWED;
        asked = schema.slots("asked", Role.GHOST, Writer.GHOST, setting.cpus, setting.domains, setting.gfns)
                .live(isOwed)
                .bits(1);
        offer = schema.slots("grant", Role.ARCHITECTURAL, Writer.GUEST, setting.frames.onlyIf(setting.grants))
                .called("none", "ro", "rw")
                .bits(2);
        Sort mappers = setting.domains.onlyIf(setting.grants);
        hold = xens(schema, "mapping", mappers, setting.gfns)
                .called("none", "opening", "live", "closing")
                .bits(2);
        Liveness there = (state, i) -> hold.get(state, i) != NONE;
        held = xens(schema, "mapping.frame", mappers, setting.gfns).live(there).of(setting.frames);
        holdWrites = xens(schema, "mapping.writes", mappers, setting.gfns)
                .live(there)
                .bits(1);
        status = xens(schema, "status-frame", setting.domains.onlyIf(setting.statusFrames))
                .optional(setting.frames);
        Sort large = setting.domains.onlyIf(setting.superpages);
        isSuperpage = xens(schema, "superpage", large).bits(1);
        pool = xens(schema, "pool", large).bits(setting.pool);
        rights = model.decision("entry.rights", (state, t, b, c) -> allowed(t));
        follows = setting.shared ? (state, a, b, c) -> 1 : model.decision("iommu.follows", (state, a, b, c) -> 1);
    }

    private static SlotsBuilder xens(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, index);
    }

    private Slots lock(SchemaBuilder schema, String name, Sort index) {
        return xens(schema, name, index).called("free", "held").bits(1);
    }

    private Sizes sizes() {
        Set<Sizes.Need> needs = new HashSet<>(Set.of(Sizes.Need.SUBMITTERS));
        if (setting.range > 1) {
            needs.add(Sizes.Need.RANGES);
        }
        Sort devices = new Sort(
                "Req",
                setting.domains.labels().stream()
                        .map(d -> "dev" + d.substring(1))
                        .toList());
        return new Sizes(
                Sizes.Requesters.of(devices, Sort.numbered("Unit", "u", 1), q -> UNIT),
                Sizes.Spaces.numbered(spaces),
                new Sizes.Addresses(setting.gfns, 0, setting.frames, 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(setting.cpus, (s, cpu) -> pc.get(s, cpu) != 0),
                needs);
    }

    private static int allowed(int type) {
        return switch (type) {
            case P2mType.RAM_RW, P2mType.GRANT_MAP_RW -> Rights.ALL;
            case P2mType.RAM_RO, P2mType.GRANT_MAP_RO -> Rights.READ;
            default -> Rights.NONE;
        };
    }

    // --- looks

    /** The frame at a gfn, or -1. */
    public int frameAt(long[] s, int domain, int gfn) {
        return (int) p2m.get(s, domain, gfn) - 1;
    }

    /** The type at a gfn. */
    public int typeAt(long[] s, int domain, int gfn) {
        return p2m.get(s, domain, gfn) == 0 ? P2mType.INVALID : (int) type.get(s, domain, gfn);
    }

    /** The gfn of its owner's at which a frame is, or -1. */
    public int gfnOf(long[] s, int frame) {
        return (int) m2p.get(s, frame) - 1;
    }

    /** The first free frame, or -1. */
    public int firstFree(long[] s) {
        int found = -1;
        for (int f = setting.frames.size() - 1; f >= 0; f--) {
            found = frames.state.get(s, f) == Frames.FREE ? f : found;
        }
        return found;
    }

    /** Whether a frame is that of a guest's status bits. */
    public boolean isStatus(long[] s, int frame) {
        boolean found = false;
        for (int d = 0; d < status.size(); d++) {
            found |= status.get(s, d) == frame + 1;
        }
        return found;
    }

    /** Whether a gfn lies in a superpage. */
    public boolean isInSuperpage(long[] s, int domain, int gfn) {
        return isSuperpage.size() > 0 && gfn < P2mSetting.SUPERPAGE && isSuperpage.get(s, domain) != 0;
    }

    /** Whether a granted frame is mapped by anybody. */
    public boolean isLent(long[] s, int frame) {
        boolean found = false;
        for (int i = 0; i < hold.size(); i++) {
            found |= hold.get(s, i) != NONE && held.get(s, i) == frame;
        }
        return found;
    }

    // --- changes

    /**
     * Stores a p2m entry, and with shared tables the unit's with it.
     *
     * @param frame -1 for none
     * @return whether an invalidation is needed, as {@link #follow} answers it; false with separate tables
     */
    public boolean enter(long[] s, int domain, int gfn, int frame, int as) {
        p2m.set(s, domain, gfn, frame + 1L);
        type.set(s, domain, gfn, frame < 0 ? P2mType.INVALID : as);
        return setting.shared && store(s, domain, gfn);
    }

    /**
     * Stores the unit's entry for what the p2m has now.
     *
     * @param old frame + 1 that the p2m had before, 0 for none
     * @return whether an invalidation is needed before anybody relies on the change
     */
    public boolean follow(long[] s, int domain, int gfn, int old) {
        return follows.decide(s, old, (int) p2m.get(s, domain, gfn), 0) != 0 && store(s, domain, gfn);
    }

    private boolean store(long[] s, int domain, int gfn) {
        int frame = frameAt(s, domain, gfn);
        int before = iommu.tables().rights(s, domain, gfn);
        int was = iommu.tables().frame(s, domain, gfn);
        int after = frame < 0 ? Rights.NONE : rights.decide(s, typeAt(s, domain, gfn), 0, 0);
        iommu.tables().store(s, domain, gfn, Math.max(0, frame), after);
        boolean moved = before != Rights.NONE && was != frame;
        if (moved || (before & ~after) != 0) {
            for (int cpu = 0; cpu < setting.cpus.size(); cpu++) {
                asked.set(s, cpu, domain, gfn, 0);
            }
            owed.set(s, domain, gfn, can.stores().snooped() ? OWED : UNSEEN);
        }
        return moved || iommu.duty().outlives(before, after);
    }

    /** Writes the line of the unit's entry back. */
    public void writeBack(long[] s, int domain, int gfn) {
        iommu.visibility().writeBack(s, domain, gfn);
        if (owed.get(s, domain, gfn) == UNSEEN) {
            owed.set(s, domain, gfn, OWED);
        }
    }

    /** Drops references; the last one of a frame that was given up frees it. */
    public void release(long[] s, int frame, int count) {
        if (frames.release(s, frame, count)) {
            free(s, frame);
        }
    }

    /** The owner's own reference goes: {@code put_page_alloc_ref}. */
    public void giveUp(long[] s, int frame) {
        if (frames.giveUp(s, frame)) {
            free(s, frame);
        }
    }

    private void free(long[] s, int frame) {
        frames.free(s, frame);
        m2p.set(s, frame, 0);
        if (offer.size() > 0) {
            offer.set(s, frame, 0);
        }
    }

    /** Guests with the memory that they were built with, and their devices led to it. */
    public void initial(long[] s) {
        iommu.connect(s);
        for (int d = 0; d < setting.domains.size(); d++) {
            iommu.entries().attachAtOnce(s, d, d, iommu.tags().of(s, d, UNIT));
            for (int gfn = 0; gfn < setting.populated; gfn++) {
                int frame = d * setting.populated + gfn;
                frames.allocate(s, d, frame);
                m2p.set(s, frame, gfn + 1);
                enter(s, d, gfn, frame, P2mType.RAM_RW);
                if (!setting.shared) {
                    store(s, d, gfn);
                }
            }
            if (setting.superpages) {
                isSuperpage.set(s, d, 1);
                pool.set(s, d, setting.pool);
            }
        }
        iommu.settle(s);
    }
}
