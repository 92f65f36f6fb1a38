package dev.moat.viommu.state;

import dev.moat.iommu.Rights;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Xen keeps for guests with vIOMMUs besides tables and caches: memory, p2m, registers, debts, and what its CPUs are
 * doing.
 */
public final class ViommuState {
    /** Values of {@link #kind}. */
    public static final int OWN = 0;

    public static final int GRANT = 1;
    public static final int GRANT_READ_ONLY = 2;
    public static final int PRIVATE = 3;

    /** Values of {@link #staleTable} and {@link #staleEntry}. */
    public static final int PAID = 0;

    public static final int CHANGED = 1;
    public static final int BEING_PAID = 2;
    public static final int CHANGED_AGAIN = 3;

    /** Values of {@link #what}: what the guest asked its unit to forget, and other changes. */
    public static final int PAGES = 0;

    public static final int SPACE = 1;
    public static final int EVERYTHING = 2;
    public static final int CONTEXT = 3;
    public static final int TRANSLATION = 4;
    public static final int ROOT = 5;
    public static final int P2M = 6;
    public static final int ATTACH = 7;
    public static final int DETACH = 8;
    public static final int CREATE = 9;
    public static final int DESTROY = 10;
    public static final int RELINQUISH = 11;

    private static final Sort WHAT = new Sort(
            "Change",
            List.of(
                    "pages",
                    "space",
                    "everything",
                    "context",
                    "te",
                    "root",
                    "p2m",
                    "attach",
                    "detach",
                    "create",
                    "destroy",
                    "relinquish"));
    private static final Sort KIND = new Sort("Kind", List.of("own", "grant", "grant-read-only", "private"));
    private static final Sort STALE = new Sort("Stale", List.of("paid", "changed", "being-paid", "changed-again"));

    public final ViommuSetting setting;

    /** Per frame: its owner, or none; a frame of nobody is free, but for Xen's own and what is no memory. */
    public final Slots owner;
    /** Per guest and gfn: the frame, or none. */
    public final Slots p2m;
    /** Per guest and gfn: what kind of memory. */
    public final Slots kind;
    /** Per guest: GSTS.TES. */
    public final Slots te;
    /** Per device: plugged in. */
    public final Slots attached;
    /** Per guest: it has a vIOMMU; absent where none is ever created or destroyed. */
    private final @Nullable Slots unit;
    /** Per guest space and page: the guest changed the entry, and has not seen it invalidated. */
    public final Slots staleTable;
    /** Per device: the same of its context entry. */
    public final Slots staleEntry;
    /** Per guest: who has the lock on its vIOMMU and p2m, or none. */
    public final Lock lock;

    public final GuestLock guestLock;

    public final Slots pc;
    public final Slots guest;
    public final Slots what;
    /** First page, gfn, or number of a store. */
    public final Slots page;

    /** Last page, and the space that it is about. */
    public final Slots last;

    public final Slots space;
    public final Slots device;
    /** The frame that leaves the p2m with this operation, or none; and of which kind it was. */
    public final Slots leaving;

    public final Slots leavingKind;
    /** Per CPU, device and page: what the descriptor that Xen has read covers. */
    public final Slots covered;
    /** Something was taken out of the shadow, and the physical unit has not forgotten it. */
    public final Slots mustFlush;

    public ViommuState(ViommuSetting setting, ModelBuilder model) {
        this.setting = setting;
        SchemaBuilder schema = model.schema();
        Sort guests = setting.domains;
        owner = xen(schema, "owner", setting.frames).optional(guests);
        p2m = xen(schema, "p2m", guests, setting.gfns).optional(setting.frames);
        kind = xen(schema, "p2m.kind", guests, setting.gfns).of(KIND);
        te = xen(schema, "te", guests).bits(1);
        attached = xen(schema, "attached", setting.devices).bits(1);
        unit = setting.calls ? xen(schema, "unit", guests).bits(1) : null;
        staleTable = ghost(schema, "stale.table", setting.guestSpaces, setting.pages);
        staleEntry = ghost(schema, "stale.entry", setting.devices);
        lock = xen(schema, "lock.viommu", guests).lock(setting.cpus);
        Sort cpus = setting.cpus;
        pc = model.cpus(cpus);
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        guest = xen(schema, "cpu.guest", cpus).live(busy).of(guests);
        guestLock = new GuestLock(lock, guest);
        what = xen(schema, "cpu.change", cpus).live(busy).of(WHAT);
        int places = Math.max(setting.pages.size(), Math.max(setting.gfns.size(), setting.guestSpaces.size()));
        page = xen(schema, "cpu.place", cpus).live(busy).bits(SlotsBuilder.bitsFor(places));
        last = xen(schema, "cpu.last", cpus).live(busy).of(setting.pages);
        space = xen(schema, "cpu.space", cpus).live(busy).of(setting.guestSpaces);
        device = xen(schema, "cpu.device", cpus).live(busy).of(setting.devices);
        leaving = xen(schema, "cpu.leaving", cpus).live(busy).optional(setting.frames);
        leavingKind = xen(schema, "cpu.leaving-kind", cpus).live(busy).of(KIND);
        int each = setting.devices.size() * setting.pages.size();
        covered = xen(schema, "cpu.covered", cpus, setting.devices, setting.pages)
                .live((s, i) -> pc.get(s, i / each) != 0)
                .bits(1);
        mustFlush = xen(schema, "cpu.must-flush", cpus).live(busy).bits(1);
    }

    private static SlotsBuilder xen(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, index);
    }

    private static Slots ghost(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.GHOST, Writer.GHOST, index).of(STALE);
    }

    /** Lays frames under the guests' numbers, one guest after the other, as long as there are some. */
    public void initial(long[] s) {
        int next = 0;
        for (int gfn = 0; gfn < setting.gfns.size(); gfn++) {
            for (int g = 0; g < setting.domains.size(); g++) {
                if (gfn == setting.privateGfn()) {
                    enter(s, g, gfn, setting.privateFrame(), PRIVATE);
                } else if (setting.isWindow(gfn)) {
                    enter(s, g, gfn, setting.windowFrame(), PRIVATE);
                } else if (next < setting.frames.size() - setting.reservedFrames() && gfn == 0) {
                    owner.set(s, next, g + 1);
                    enter(s, g, gfn, next++, OWN);
                }
            }
        }
        for (int g = 0; g < setting.domains.size(); g++) {
            te.set(s, g, setting.writesTables(g) ? 1 : 0);
            setUnit(s, g, true);
        }
        for (int q = 0; q < setting.devices.size(); q++) {
            attached.set(s, q, 1);
        }
    }

    /** Whether a guest has a vIOMMU. */
    public boolean hasUnit(long[] s, int g) {
        return unit == null || unit.get(s, g) != 0;
    }

    /** It has one from now on, or none. */
    public void setUnit(long[] s, int g, boolean has) {
        if (unit != null) {
            unit.set(s, g, has ? 1 : 0);
        }
    }

    /** Adds what {@link #hasUnit} reads. */
    public void readUnit(Footprint footprint, int g) {
        if (unit != null) {
            footprint.one(unit, g);
        }
    }

    /** Whether a device is attached to a guest's vIOMMU. */
    public boolean hasDevices(long[] s, int g) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == g && attached.get(s, q) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a change takes everything from the devices that it is about. */
    public static boolean takesAll(int change) {
        return change == DETACH || change == RELINQUISH;
    }

    /** Makes a gfn lead to a frame. */
    public void enter(long[] s, int g, int gfn, int frame, int asKind) {
        p2m.set(s, g, gfn, frame + 1L);
        kind.set(s, g, gfn, asKind);
    }

    /** Makes it lead nowhere. */
    public void remove(long[] s, int g, int gfn) {
        p2m.set(s, g, gfn, 0);
        kind.set(s, g, gfn, OWN);
    }

    /** What devices may do with memory of a kind. */
    public static int rights(int kind) {
        return switch (kind) {
            case OWN, GRANT -> Rights.ALL;
            case GRANT_READ_ONLY -> Rights.READ;
            default -> Rights.NONE;
        };
    }

    /** Whether memory of a kind is another guest's. */
    public static boolean isGrant(int kind) {
        return kind == GRANT || kind == GRANT_READ_ONLY;
    }

    public boolean isPrivate(int frame) {
        return frame == setting.privateFrame();
    }

    /** Whether a frame is no memory that anybody is given. */
    public boolean isReserved(int frame) {
        return frame >= setting.frames.size() - setting.reservedFrames();
    }

    /** The first frame that is nobody's and may be given away, or -1. */
    public int firstFree(long[] s) {
        for (int f = 0; f < setting.frames.size(); f++) {
            if (owner.get(s, f) == 0 && !isReserved(f)) {
                return f;
            }
        }
        return -1;
    }

    /** Whether a guest other than its owner has the frame by a grant, or an operation has not let go of it yet. */
    public boolean isGranted(long[] s, int frame) {
        for (int g = 0; g < setting.domains.size(); g++) {
            for (int gfn = 0; gfn < setting.gfns.size(); gfn++) {
                if (p2m.get(s, g, gfn) == frame + 1 && isGrant((int) kind.get(s, g, gfn))) {
                    return true;
                }
            }
        }
        for (int cpu = 0; cpu < pc.size(); cpu++) {
            if (isLeaving(s, cpu, frame) && isGrant((int) leavingKind.get(s, cpu))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a CPU's operation is taking a frame out of a p2m. */
    public boolean isLeaving(long[] s, int cpu, int frame) {
        return pc.get(s, cpu) != 0 && leaving.get(s, cpu) == frame + 1;
    }

    /** A CPU's operation begins, about nothing yet. */
    public void begin(long[] s, int cpu, int g, int change) {
        guest.set(s, cpu, g);
        what.set(s, cpu, change);
        page.set(s, cpu, 0);
        last.set(s, cpu, 0);
        space.set(s, cpu, 0);
        device.set(s, cpu, 0);
        leaving.set(s, cpu, 0);
        leavingKind.set(s, cpu, OWN);
        mustFlush.set(s, cpu, 0);
        int each = setting.devices.size() * setting.pages.size();
        for (int i = cpu * each; i < (cpu + 1) * each; i++) {
            covered.set(s, i, 0);
        }
    }

    /** Whether a CPU runs something for a guest. */
    public boolean runsFor(long[] s, int cpu, int g) {
        return pc.get(s, cpu) != 0 && guest.get(s, cpu) == g;
    }

    /** Whether a change is the guest's own: it queues invalidations and writes registers one after the other. */
    public static boolean isGuests(int change) {
        return change <= ROOT;
    }
}
