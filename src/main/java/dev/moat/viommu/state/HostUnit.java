package dev.moat.viommu.state;

import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Family.Use;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.model.BadSettingException;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The physical unit. Each passed-through device has a space of its own there, its shadow: pages as the device sends them to machine frames.
 * Virtual devices have entries that lead nowhere, for ever.
 */
public final class HostUnit {
    private static final int FIRST_TABLE_FRAME = 0x1000;
    private static final int UNIT = 0;
    /** VT-d's parameter by which its unit records what it blocks, for a driver that reads it and tells nobody. */
    static final String OWN_RECORDS = "fault-records";

    public final Iommu unit;
    public final Sort spaces;
    private final ViommuSetting setting;
    private final int[] spaceOf;
    private final int[] deviceOf;

    public HostUnit(ViommuState state, Setting given, ModelBuilder model) {
        setting = state.setting;
        spaceOf = new int[setting.devices.size()];
        List<Integer> passed = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int q = 0; q < spaceOf.length; q++) {
            spaceOf[q] = setting.isVirtual(q) ? -1 : passed.size();
            if (!setting.isVirtual(q)) {
                labels.add("shadow-" + setting.devices.label(q));
                passed.add(q);
            }
        }
        // A family needs a space; it stays empty where every device is virtual.
        if (passed.isEmpty()) {
            passed.add(0);
            labels.add("shadow-none");
        }
        deviceOf = passed.stream().mapToInt(Integer::intValue).toArray();
        spaces = new Sort("Space", labels);
        Family family = Families.get(setting.iommu);
        GuestUnits.requirePlain(Families.PARAMETER, family.capabilities(given), setting.pages.size());
        if (setting.records && passed.stream().anyMatch(q -> !setting.isVirtual(q))) {
            GuestUnits.requireFaultRegisters(Families.PARAMETER, family);
        }
        if (setting.records && given.isChanged(OWN_RECORDS)) {
            throw new BadSettingException(
                    OWN_RECORDS, "records=true has the physical unit's fault records, and Xen's reading of them");
        }
        family.requireDefaults(given, "", Use.WRONG_REQUESTS, Use.DEFAULT_DOMAINS);
        unit = family.declare(sizes(state), given, model);
        if (!unit.port(UNIT).driverSteps().isEmpty()) {
            throw new BadSettingException(Families.PARAMETER, "a driver with steps of its own is not modelled here");
        }
    }

    private Sizes sizes(ViommuState state) {
        return new Sizes(
                Sizes.Requesters.of(setting.devices, Sort.numbered("Unit", "u", 1), q -> UNIT),
                Sizes.Spaces.numbered(spaces),
                new Sizes.Addresses(setting.pages, 0, setting.frames, 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(setting.cpus, (s, cpu) -> state.pc.get(s, cpu) != 0),
                Set.of(Sizes.Need.SUBMITTERS));
    }

    /** The shadow of a device, or -1 for a virtual one. */
    public int spaceOf(int device) {
        return spaceOf[device];
    }

    /** The device that a space is the shadow of. */
    public int deviceOf(int space) {
        return deviceOf[space];
    }

    /** Leads every passed-through device to its shadow. */
    public void connect(long[] s) {
        unit.connect(s);
        for (int q = 0; q < spaceOf.length; q++) {
            if (spaceOf[q] >= 0) {
                unit.entries().attachAtOnce(s, q, spaceOf[q], tagOf(s, q));
            }
        }
    }

    /** One store of leading a device to its shadow. */
    public void lead(long[] s, int device, int part) {
        unit.entries().attach(s, device, spaceOf[device], tagOf(s, device), part);
    }

    /** One store of leading it nowhere. */
    public void leadNowhere(long[] s, int device, int part) {
        unit.entries().detach(s, device, part);
    }

    /** The tag under which a device's translations are cached. */
    public int tagOf(long[] s, int device) {
        return unit.tags().take(s, spaceOf[device], UNIT);
    }

    public Port port() {
        return unit.port(UNIT);
    }

    /** The rights in a device's shadow. */
    public int rights(long[] s, int device, int page) {
        return unit.tables().rights(s, spaceOf[device], page);
    }

    /** The frame in a device's shadow; meaningful where there are rights. */
    public int frame(long[] s, int device, int page) {
        return unit.tables().frame(s, spaceOf[device], page);
    }

    public void store(long[] s, int device, int page, int frame, int rights) {
        unit.tables().store(s, spaceOf[device], page, rights == Rights.NONE ? 0 : frame, rights);
        unit.visibility().writeBack(s, spaceOf[device], page);
    }

    /** What the physical unit's tables and caches give a passed-through device at a page, under nesting at a gfn: a frame, or below 0. */
    public int answer(long[] s, int device, int page, boolean write) {
        int got = unit.meaning().gets(s, device, page, write);
        return got >= setting.frames.size() ? Meaning.ELSEWHERE : got;
    }
}
