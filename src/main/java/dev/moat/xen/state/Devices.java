package dev.moat.xen.state;

import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.setting.XenSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The devices, the source-ids of their requests, and who has them. */
public final class Devices {
    private final XenState xen;
    /** The devices. */
    public final Sort sort;
    /** Source-ids: each device's own, then the others that the first device's requests may carry. */
    public final Sort requesters;
    /** The domain that a device is assigned to, or none (quarantine: its context entry is absent). */
    public final Slots assigned;
    /** {@code device.counts-until-moved}: (device) to 1 when the domain that loses it has it until the move is over. */
    private final Decision countsUntilMoved;

    Devices(ModelBuilder model, XenState xen) {
        this.xen = xen;
        XenSetting setting = xen.setting;
        sort = setting.devs().count() > 0
                ? Sort.numbered("Req", "e", setting.devs().count())
                : new Sort(
                        "Req",
                        setting.iommuDomains().stream().map(d -> "dev" + d).toList());
        requesters = requesters(setting.devs().aliases());
        countsUntilMoved = model.decision("device.counts-until-moved", (s, q, b, c) -> 1);
        assigned = model.schema()
                .slots("assigned", Role.HYPERVISOR, Writer.HYPERVISOR, sort)
                .optional(xen.domains);
    }

    private Sort requesters(int aliases) {
        if (aliases == 0) {
            return sort;
        }
        List<String> labels = new ArrayList<>(sort.labels());
        IntStream.range(0, aliases).forEach(i -> labels.add(sort.label(0) + ".alias" + i));
        return new Sort("Req", labels);
    }

    /** The device whose requests carry a source-id. */
    public int deviceOf(int requester) {
        return requester < sort.size() ? requester : 0;
    }

    /** The next source-id of the same device, or -1. */
    public int nextRequester(int requester) {
        int next = requester == 0 ? sort.size() : requester < sort.size() ? requesters.size() : requester + 1;
        return next < requesters.size() ? next : -1;
    }

    /** Whether a unit may have cached translations of the domain: {@link #uses} some unit. */
    public boolean hasDevice(long[] s, int domain) {
        for (int u = 0; u < xen.iommu.units().size(); u++) {
            if (uses(s, domain, u)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the domain has a device behind the unit, or one that is just being moved away from it. */
    public boolean uses(long[] s, int domain, int unit) {
        for (int q = 0; q < sort.size(); q++) {
            if (xen.iommu.unitOf(q) == unit && (assigned.get(s, q) == domain + 1 || isMovedFrom(s, q, domain))) {
                return true;
            }
        }
        return false;
    }

    /** Whether an operation that takes the device from the domain, to give it to another one, still runs. */
    private boolean isMovedFrom(long[] s, int device, int domain) {
        return countsUntilMoved.decide(s, device, 0, 0) != 0 && former(s, device) == domain + 1;
    }

    /** Whether an operation that moves the device from one domain to another runs; it is in nobody's hands. */
    public boolean isMoving(long[] s, int device) {
        return former(s, device) != 0;
    }

    /** The domain + 1 that is losing the device to another one, 0 for none; the lock on devices admits one move. */
    public long former(long[] s, int device) {
        Slots former = xen.deviceCall.former;
        for (int cpu = 0; cpu < former.size(); cpu++) {
            if (former.get(s, cpu) != 0 && deviceOf((int) xen.deviceCall.requester.get(s, cpu)) == device) {
                return former.get(s, cpu);
            }
        }
        return 0;
    }

    /**
     * Makes a source-id's device entry lead to a domain's tables.
     *
     * @param part which of the stores that this takes, from 0
     */
    public void attach(long[] s, int requester, int domain, int part) {
        DomainTables tables = xen.domainTables;
        int tag = tables.tag(s, domain, xen.iommu.unitOf(requester));
        xen.entries.attach(s, requester, tables.space(domain), tag, part);
    }

    /** Assigns a device in an initial state. */
    void assignAtFirst(long[] s, int device, int domain) {
        if (xen.tags.take(s, xen.domainTables.space(domain), xen.iommu.unitOf(device)) < 0) {
            throw new BadSettingException("dids", "dids must be enough for the devices that domains start with");
        }
        assigned.set(s, device, domain + 1);
        for (int r = device; r >= 0; r = nextRequester(r)) {
            for (int part = 0; part < xen.entries.stores(); part++) {
                attach(s, r, domain, part);
            }
            if (xen.hasDeviceTlbs()) {
                xen.entries.enableDeviceTlb(s, r, true);
            }
        }
    }
}
