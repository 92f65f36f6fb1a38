package dev.moat.iommu.vtd;

import dev.moat.bits.BitField;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.PageRange;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * The TLBs of the devices behind one unit. A device whose ATS is on asks for translations whenever it likes and keeps
 * the answers; its translated requests (AT=10) go to the frame that it keeps, past IOTLB and tables, as long as its
 * context entry has TT=01. An answer arrives at once, so that a device that has forgotten has none on its way. A
 * device never forgets by itself here: it could ask for the same again, and may ask again for cached pages.
 *
 * <p>{@code @shape} per requester and page; no elements without {@link VtdGeometry.Part#DEVICE_TLBS}. {@code @source}
 * VT-d rev. 5.10, chapter 4.
 */
public final class DeviceTlbs implements Meaning.DeviceTlbs {
    private static final List<BitField> RIGHTS = List.of(BitField.bit("R", 0), BitField.bit("W", 1));

    private final VtdUnit unit;
    private final VtdWalk walk;
    private final VtdCaches caches;
    private final VtdGeometry g;
    private final int pages;
    private final int[] sourceIds;
    /** ATS control register of each device, Enable. {@code @writer} HYPERVISOR. */
    private final Slots enabled;
    /** Rights that a device has been told, 0 when it keeps nothing of the page. */
    private final Slots rights;
    /** As {@link VtdUnit#iotlbFrame}; dead where nothing is kept. */
    private final Slots frame;

    /** Declares their slots; the unit is the only one. */
    public DeviceTlbs(SchemaBuilder schema, VtdUnit unit, VtdWalk walk, VtdCaches caches) {
        this.unit = unit;
        this.walk = walk;
        this.caches = caches;
        g = unit.geometry();
        pages = g.pages().size();
        sourceIds = g.sourceIds().stream().mapToInt(Integer::intValue).toArray();
        boolean on = g.options().has(VtdGeometry.Part.DEVICE_TLBS);
        Sort devices = on ? g.requesters() : Sort.numbered("None", "", 0);
        SchemaBuilder to = schema.onlyIf(on);
        enabled = to.slots("ats.enabled", Role.ARCHITECTURAL, Writer.HYPERVISOR, devices)
                .called("off", "on")
                .bits(1);
        rights = to.slots("deviceTlb", Role.CACHE, Writer.DEVICE, devices, g.pages())
                .fields(RIGHTS)
                .bits(2);
        frame = to.slots("deviceTlb.frame", Role.CACHE, Writer.DEVICE, devices, g.pages())
                .live((s, i) -> rights().get(s, i) != 0)
                .optional(g.reached());
    }

    private Slots rights() {
        return rights;
    }

    /** Software switches a device's ATS on or off. What the device kept before it is switched on is gone. */
    public void enable(long[] s, int device, boolean on) {
        if (isEnabled(s, device) != on) {
            forget(s, device, 0, 0);
        }
        enabled.set(s, device, on ? 1 : 0);
    }

    /** Whether it is on. */
    public boolean isEnabled(long[] s, int device) {
        return enabled.get(s, device) != 0;
    }

    /** Adds what {@link #isEnabled} reads. */
    public void readEnabled(Footprint footprint, int device) {
        footprint.one(enabled, device);
    }

    /**
     * A device asks for the translation of a page and keeps the answer, in the place of what it kept. The unit answers from whatever it has
     * cached and otherwise from the tables, as for an ordinary request.
     *
     * @return false, with nothing changed, where its ATS is off, its entry refuses (TT), or nothing new comes of it
     */
    public boolean ask(long[] s, int device, int page) {
        if (!isEnabled(s, device) || !isUsed(s, device)) {
            return false;
        }
        long read = caches.answer(s, device, page, false);
        long write = caches.answer(s, device, page, true);
        boolean reads = Translation.reachesMemory(read);
        long led = reads ? read : write;
        boolean writes = Translation.reachesMemory(write) && Translation.FRAME.get(write) == Translation.FRAME.get(led);
        int told = (reads ? Rights.READ : 0) | (writes ? Rights.WRITE : 0);
        long to = g.reachedAt(Translation.FRAME.get(led)) + 1L;
        boolean same = told == rights.get(s, device, page) && (told == 0 || to == frame.get(s, device, page));
        if (same || told == 0) {
            return false;
        }
        rights.set(s, device, page, told);
        frame.set(s, device, page, to);
        return true;
    }

    /**
     * A device does what an invalidation request asks of it; whose ATS is off keeps nothing.
     *
     * @param sid its source-id; of one that is not there nobody forgets
     * @param range second word of the descriptor
     */
    public void invalidate(long[] s, int sid, long range) {
        for (int device = 0; device < enabled.size(); device++) {
            if (sourceIds[device] == sid) {
                forget(s, device, DeviceRange.first(range), DeviceRange.count(range));
            }
        }
    }

    private void forget(long[] s, int device, long first, long count) {
        for (int page = 0; page < pages; page++) {
            if (PageRange.contains(first, count, g.pageNumber(page))) {
                rights.set(s, device, page, 0);
                frame.set(s, device, page, 0);
            }
        }
    }

    @Override
    public int rights(long[] s, int device, int page) {
        return (int) rights.get(s, device, page);
    }

    @Override
    public int frame(long[] s, int device, int page) {
        return (int) frame.get(s, device, page) - 1;
    }

    /** By the entry that the unit goes by now. */
    @Override
    public boolean isUsed(long[] s, int device) {
        long iova = g.firstPage() << SecondLevelEntry.ADDR.lo();
        return Translation.reachesMemory(walk.translate(s, device, iova, false, VtdWalk.TRANSLATED));
    }

    @Override
    public boolean mayBeUsed(long[] s, int device, int tag) {
        boolean cached =
                unit.cachedLo.size() > 0 && lets(unit.cachedLo.get(s, device), unit.cachedHi.get(s, device), tag);
        return cached || lets(unit.contextLo.get(s, device), unit.contextHi.get(s, device), tag);
    }

    private static boolean lets(long lo, long hi, int tag) {
        return ContextEntry.P.isSet(lo)
                && ContextEntry.TT.get(lo) == ContextEntry.TT_DEVICE_TLB
                && ContextEntry.DID.get(hi) == tag;
    }

    @Override
    public void read(Footprint footprint, int device, int page) {
        footprint.one(rights, device * pages + page).one(frame, device * pages + page);
        footprint.all(unit.gsts).all(unit.rtAddr).all(unit.rootLo).all(unit.rootHi);
        footprint.one(unit.contextLo, device).one(unit.contextHi, device);
        if (unit.cachedLo.size() > 0) {
            footprint.one(unit.cachedLo, device).one(unit.cachedHi, device);
        }
        if (unit.cachedFailure.size() > 0) {
            footprint.one(unit.cachedFailure, device);
        }
    }
}
