package dev.moat.pv.state;

import dev.moat.dma.FlushAtOnce;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Family.Use;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the device and memory: nothing, or units of an IOMMU. There, each frame that the layer's domain may use is
 * mapped at its own number, as Xen does for paravirtual domains. One device, one space.
 */
public final class Hardware {
    /** In place of a frame: the request is blocked. */
    public static final int BLOCKED = -1;

    public static final int DEVICE = 0;
    public static final int SPACE = 0;

    private static final int DEVFN = 0x08;
    private static final int FIRST_TABLE_FRAME = 0x100;
    private static final int TAG = 1;

    public final Sort devices = Sort.numbered("Req", "dev", 1);
    public final Sort spaces;
    public final Sort units;
    public final Sort tags;
    public final Sort pages;
    public final @Nullable Iommu iommu;
    private final boolean anything;
    /** {@code map.forgets-absence}: (frame) to 1 when a unit that remembers absence is told that the frame is there now. */
    private final Decision forgetsAbsence;

    /** @param state declared before, so that its words come first */
    public Hardware(LayerState state, Setting s, ModelBuilder model) {
        Sort frames = state.setting.frames;
        forgetsAbsence = model.decision("map.forgets-absence", (v, frame, b, c) -> 1);
        pages = Sort.numbered("Page", "p", frames.size());
        anything = state.setting.passthrough && state.setting.anyAddress && state.setting.hasIommu();
        if (!state.setting.hasIommu()) {
            iommu = null;
            spaces = Sort.numbered("Space", "s", 0);
            units = Sort.numbered("Unit", "u", 0);
            tags = Sort.numbered("Tag", "t", 0);
            return;
        }
        spaces = Sort.numbered("Space", "s", 1);
        units = Sort.numbered("Unit", "u", 1);
        Family family = Families.get(state.setting.iommu);
        require(family.capabilities(s), pages.size());
        family.requireDefaults(s, "", Use.OVERLAP, Use.WRONG_REQUESTS, Use.DEFAULT_DOMAINS);
        if (!anything) {
            family.requireDefaults(s, "device=any-address with passthrough=true", Use.OWN_ACTIONS);
        }
        if (!state.setting.passthrough) {
            family.requireDefaults(s, "passthrough=true", Use.MOVED_DEVICES);
        }
        iommu = family.declare(sizes(frames), s, model);
        boolean hasWalks = s.isChanged("walks");
        if (anything && hasWalks && !iommu.port(0).driverSteps().isEmpty()) {
            throw new BadSettingException(
                    "walks",
                    "walks must be false: a flush is one operation here, and this IOMMU's waits for requests in flight");
        }
        tags = iommu.tags().sort();
    }

    private Sizes sizes(Sort frames) {
        return new Sizes(
                new Sizes.Requesters(devices, List.of(DEVFN), units, List.of(0)),
                new Sizes.Spaces(spaces, Sort.numbered("Number", "n", TAG + 1), List.of(TAG)),
                new Sizes.Addresses(pages, 0, frames, 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(Sort.numbered("Cpu", "cpu", 1), (s, cpu) -> false),
                Set.of());
    }

    private static void require(Capabilities can, int pages) {
        if (can.aperture().outside() == Capabilities.Outside.IDENTITY) {
            throw new BadSettingException(
                    "iommu",
                    "outside of its aperture this IOMMU lets every address through as it is, and memory lies there: it confines no"
                            + " device, so the machine is that of iommu: none");
        }
        if (can.aperture().first() > 0 || can.aperture().last() < pages - 1) {
            throw new BadSettingException(
                    "iommu", "the IOMMU has to translate every page: there is no aperture in this machine");
        }
        if (can.stores().buffered()) {
            throw new BadSettingException("iommu", "write buffers are not modelled here");
        }
    }

    public boolean hasIommu() {
        return iommu != null;
    }

    /** Attaches the device, unless it comes later, and maps what its domain owns. */
    public void initial(long[] s, LayerState state) {
        Iommu units = iommu;
        if (units == null) {
            return;
        }
        units.connect(s);
        if (!state.setting.passthrough) {
            units.entries().attachAtOnce(s, DEVICE, SPACE, units.tags().take(s, SPACE, 0));
        }
        // Nothing is cached yet, and a unit that is not settled may not do as it is asked.
        for (int f = 0; f < pages.size(); f++) {
            if (state.isOurs(s, f)) {
                store(s, f, Rights.ALL);
            }
        }
        units.settle(s);
    }

    /** Lets the device at a frame; has its absence forgotten where that is cached. */
    public void map(long[] s, int frame) {
        store(s, frame, Rights.ALL);
        if (iommu != null && iommu.capabilities().caching().absence() && forgetsAbsence.decide(s, frame, 0, 0) != 0) {
            flush(s);
        }
    }

    /** Takes a frame out of the tables; caches are to be told. */
    public void unmap(long[] s, int frame) {
        store(s, frame, Rights.NONE);
    }

    private void store(long[] s, int frame, int rights) {
        if (iommu != null) {
            iommu.tables().store(s, SPACE, frame, rights == Rights.NONE ? 0 : frame, rights);
            iommu.visibility().writeBack(s, SPACE, frame);
        }
    }

    /** The decisions that {@link #map} may ask. */
    public List<String> mapDecisions() {
        List<String> all = new ArrayList<>(List.of("map.forgets-absence"));
        all.addAll(storeDecisions());
        all.addAll(flushDecisions());
        return all;
    }

    /** The decisions that {@link #unmap} may ask. */
    public List<String> storeDecisions() {
        return iommu == null ? List.of() : iommu.tables().tableDecisions();
    }

    /** The decisions that {@link #flush} may ask. */
    public List<String> flushDecisions() {
        return iommu == null ? List.of() : FlushAtOnce.decisions(iommu.port(0));
    }

    /** Has caches forget the domain's translations, and waits. */
    public void flush(long[] s) {
        if (iommu != null) {
            int tag = iommu.tags().of(s, SPACE, 0);
            FlushAtOnce.translations(s, iommu.port(0), tag, Port.ALL_PAGES, Port.ALL_PAGES);
        }
    }

    /**
     * Whether requests are the units' own actions, walks in flight and cached entries included: for a device that asks for any address and
     * comes and goes.
     */
    public boolean asksAnything() {
        return anything;
    }

    /** Declares what the units and the device do of their own accord. */
    public void declareActions(ModelBuilder model) {
        if (iommu != null) {
            iommu.declareActions(model);
        }
    }

    /** Stores that a change of the device's entry takes. */
    public int entryStores() {
        return iommu == null ? 0 : iommu.entries().stores();
    }

    /** The decisions that such a change may ask. */
    public List<String> entryDecisions() {
        return iommu == null ? List.of() : iommu.entries().entryDecisions();
    }

    /** Leads the device to the domain's tables: one store of several. */
    public void lead(long[] s, int part) {
        if (iommu != null) {
            iommu.entries().attach(s, DEVICE, SPACE, iommu.tags().take(s, SPACE, 0), part);
            iommu.visibility().writeBackEntry(s, DEVICE);
        }
    }

    /** Leads it nowhere; what is cached of its entry is to be forgotten. */
    public void leadNowhere(long[] s, int part) {
        if (iommu != null) {
            iommu.entries().detach(s, DEVICE, part);
            iommu.visibility().writeBackEntry(s, DEVICE);
        }
    }

    /** Has caches forget the device's entry, and waits. */
    public void forgetEntry(long[] s) {
        if (iommu != null) {
            FlushAtOnce.entry(s, iommu.port(0), iommu.tags().of(s, SPACE, 0), DEVICE);
        }
    }

    /** Whether caches may go on saying that the device's entry is absent when it is not any more. */
    public boolean remembersAbsentEntry() {
        return iommu != null && iommu.duty().remembersAbsentEntry();
    }

    /** Has caches forget that the device's entry was absent, and what its requests found then, and waits. */
    public void forgetAbsentEntry(long[] s) {
        if (iommu != null) {
            int tag = iommu.duty().tagOfAbsence(iommu.tags().of(s, SPACE, 0));
            FlushAtOnce.entry(s, iommu.port(0), tag, DEVICE);
            if (iommu.capabilities().caching().absence()) {
                FlushAtOnce.translations(s, iommu.port(0), tag, Port.ALL_PAGES, Port.ALL_PAGES);
            }
        }
    }

    /** Gives back what stands for the domain's tables, where that comes and goes. */
    public void releaseTag(long[] s) {
        if (iommu != null) {
            iommu.tags().release(s, SPACE, 0);
        }
    }

    /** What a request of the device gets: the frame of this number, or {@link #BLOCKED}. */
    public int gets(long[] s, int frame, boolean write) {
        if (iommu == null) {
            return frame;
        }
        int got = iommu.meaning().gets(s, DEVICE, frame, write);
        return got < 0 || got >= pages.size() ? BLOCKED : got;
    }

    /** The device makes a request, and its answer is cached; false when nothing is new to the caches. */
    public boolean request(long[] s, int frame, boolean write) {
        return iommu != null && iommu.request(s, DEVICE, frame, write);
    }
}
