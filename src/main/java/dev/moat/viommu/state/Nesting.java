package dev.moat.viommu.state;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nested translation: the physical unit walks the guest's own tables as the first level and the p2m as the second. Xen keeps no
 * shadow, but the device's PASID entry, which says whose tables the first level are; the unit caches what both levels come to.
 * {@code @source} VT-d specification 3.x, chapters 3.8 and 6.2.4.
 */
public final class Nesting {
    /** Values of {@link #must}'s first argument: what there is to forget. */
    public static final int INVALIDATED = 0;

    public static final int ENTRY = 1;
    public static final int SECOND_LEVEL = 2;

    /** Values of {@link #entry}: nothing passes, the second level alone, and from there on the spaces that the first level may be. */
    private static final int BLOCKED = 0;

    private static final int SECOND_ONLY = 1;
    private static final int FIRST_SPACE = 2;

    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));

    private final ViommuSetting setting;
    private final GuestUnits guests;
    private final HostUnit host;
    /** Per device: its PASID entry. */
    private final Slots entry;
    /** Per device and page: the frame that both levels led to when the unit cached it, and the rights. */
    private final Slots cachedFrame;

    private final Slots cachedRights;
    /** Per device: the unit is asked to forget what it has cached, and has not yet. */
    private final Slots asked;
    /** Per CPU: its operation is to ask for that. */
    private final Slots owed;
    /** {@code nested.must-forget}: (what changed, 1 when something did) to 1 when the unit is asked to forget what both levels came to. */
    private final Decision must;
    /** Requests in flight, where there are any. */
    private final @Nullable NestedFlights flights;

    public Nesting(ViommuState state, GuestUnits guests, HostUnit host, ModelBuilder model) {
        setting = state.setting;
        this.guests = guests;
        this.host = host;
        SchemaBuilder schema = model.schema();
        Sort devices = setting.devices;
        int pages = setting.pages.size();
        entry = schema.slots("pasid.entry", Role.ARCHITECTURAL, Writer.HYPERVISOR, devices)
                .of(modes(setting));
        cachedFrame = schema.slots("nested.frame", Role.CACHE, Writer.IOMMU, devices, setting.pages)
                .optional(setting.frames);
        Liveness cached = (s, i) -> cachedFrame.get(s, i / pages, i % pages) != 0;
        cachedRights = schema.slots("nested.rights", Role.CACHE, Writer.IOMMU, devices, setting.pages)
                .live(cached)
                .bits(2);
        asked = schema.slots("nested.asked", Role.QUEUE, Writer.HYPERVISOR, devices)
                .bits(1);
        owed = schema.slots("cpu.must-forget", Role.HYPERVISOR, Writer.HYPERVISOR, setting.cpus)
                .live((s, cpu) -> state.pc.get(s, cpu) != 0)
                .bits(1);
        flights = setting.nestedWalks ? new NestedFlights(setting, model) : null;
        if (host.unit.meaning().hasFlights()) {
            throw new BadSettingException("walks", "requests in flight of nested translation are nested-walks");
        }
        must = model.decision("nested.must-forget", (s, changed, does, c) -> does);
    }

    private static Sort modes(ViommuSetting setting) {
        List<String> all = new ArrayList<>(List.of("blocked", "second-only"));
        all.addAll(setting.guestSpaces.labels());
        return new Sort("PasidEntry", all);
    }

    /** What devices may do at a page. */
    public static Sort access() {
        return ACCESS;
    }

    /** Xen writes the entry, or blocks it; says whether that changed anything. */
    public boolean write(long[] s, int device, boolean somewhere, int space) {
        int to = !somewhere ? BLOCKED : space < 0 ? SECOND_ONLY : FIRST_SPACE + space;
        boolean changes = entry.get(s, device) != to;
        entry.set(s, device, to);
        return changes;
    }

    /** Whether the entry is blocked. */
    public boolean isBlocked(long[] s, int device) {
        return entry.get(s, device) == BLOCKED;
    }

    /** Whether it is what it would be written to. */
    public boolean is(long[] s, int device, boolean somewhere, int space) {
        return entry.get(s, device) == (!somewhere ? BLOCKED : space < 0 ? SECOND_ONLY : FIRST_SPACE + space);
    }

    /** An operation finds that something changed which the unit may have cached. */
    public void owe(long[] s, int cpu, int changed, boolean does) {
        if (must.decide(s, changed, does ? 1 : 0, 0) != 0) {
            owed.set(s, cpu, 1);
        }
    }

    /** Its operation puts what it owes into the physical queue, for every device of the guest. */
    public void ask(long[] s, int cpu, int guest) {
        for (int q = 0; q < setting.devices.size() && owed.get(s, cpu) != 0; q++) {
            if (setting.guestOf(q) == guest && !setting.isVirtual(q)) {
                asked.set(s, q, 1);
            }
        }
    }

    /** Whether the unit has done what was asked for a guest's devices. */
    public boolean isDone(long[] s, int guest) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == guest && asked.get(s, q) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The unit serves its queue: nothing of a device's is cached any more. */
    public boolean forget(long[] s, int device) {
        if (asked.get(s, device) == 0) {
            return false;
        }
        asked.set(s, device, 0);
        if (flights != null) {
            flights.drain(s, device);
        }
        for (int p = 0; p < setting.pages.size(); p++) {
            cachedFrame.set(s, device, p, 0);
        }
        return true;
    }

    /** It forgets a page of its own accord. */
    public boolean evict(long[] s, int device, int page) {
        boolean has = cachedFrame.get(s, device, page) != 0;
        if (has) {
            cachedFrame.set(s, device, page, 0);
        }
        return has;
    }

    /** A request is translated, and what both levels come to cached; says whether that was anything new. */
    public boolean request(long[] s, int device, int page, boolean write) {
        if (setting.isVirtual(device) || isCached(s, device, page, write)) {
            return false;
        }
        if (flights != null) {
            // Whether the second level answers is found when it is read.
            int gfn = firstLevel(s, device, page, write);
            return gfn >= 0 && gfn < setting.pages.size() && flights.begin(s, device, page, gfn, write);
        }
        int frame = walk(s, device, page, write);
        return frame >= 0 && cache(s, device, page, frame, write);
    }

    /** A request in flight goes on: it reads the second level, and then what it found is cached. */
    public boolean goOn(long[] s, int device) {
        if (flights == null || !flights.flies(s, device)) {
            return false;
        }
        boolean write = flights.isWrite(s, device);
        if (flights.frame(s, device) >= 0) {
            cache(s, device, flights.page(s, device), flights.frame(s, device), write);
            flights.end(s, device);
        } else {
            flights.found(s, device, host.answer(s, device, flights.gfn(s, device), write));
        }
        return true;
    }

    private boolean cache(long[] s, int device, int page, int frame, boolean write) {
        boolean same = cachedFrame.get(s, device, page) == frame + 1;
        long had = same ? cachedRights.get(s, device, page) : Rights.NONE;
        cachedFrame.set(s, device, page, frame + 1L);
        cachedRights.set(s, device, page, had | Rights.of(write));
        return true;
    }

    private boolean isCached(long[] s, int device, int page, boolean write) {
        return cachedFrame.get(s, device, page) != 0 && (cachedRights.get(s, device, page) & Rights.of(write)) != 0;
    }

    /** By the guest's tables as they are, and the second level as the physical unit has it. */
    private int walk(long[] s, int device, int page, boolean write) {
        int gfn = firstLevel(s, device, page, write);
        return gfn < 0 || gfn >= setting.pages.size() ? Meaning.BLOCKED : host.answer(s, device, gfn, write);
    }

    /**
     * The gfn that the device's PASID entry and the guest's own tables lead a page to, or below 0. Messages are told by the page that the
     * device names: a gfn of that number, which the first level comes to, is looked up in the second level as any other.
     */
    private int firstLevel(long[] s, int device, int page, boolean write) {
        if (setting.isWindow(page)) {
            return Meaning.BLOCKED;
        }
        int mode = (int) entry.get(s, device);
        int gfn = mode == SECOND_ONLY ? page : Meaning.BLOCKED;
        if (mode >= FIRST_SPACE) {
            gfn = guests.walk(s, mode - FIRST_SPACE, page, write);
        }
        return gfn;
    }

    /** What a request gets: what is cached, or what both levels come to. */
    public int gets(long[] s, int device, int page, boolean write) {
        return isCached(s, device, page, write)
                ? (int) cachedFrame.get(s, device, page) - 1
                : walk(s, device, page, write);
    }

    /** Adds what {@link #gets} reads. */
    public void read(Footprint footprint, int device, int page) {
        footprint
                .one(entry, device)
                .one(cachedFrame, device * setting.pages.size() + page)
                .one(cachedRights, device * setting.pages.size() + page);
        guests.read(footprint, device, page);
        for (int p = 0; p < setting.pages.size(); p++) {
            host.unit.meaning().readRequest(footprint, device, p);
        }
    }
}
