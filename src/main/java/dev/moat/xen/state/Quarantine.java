package dev.moat.xen.state;

import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a source-id's device entry leads while nobody has its device: nowhere, the entry being absent; or to a scratch page.
 * Then each device has tables of its own, every page of which leads to that page for reading, and a DID of its own, both after
 * those of the domains. {@code @source} Xen 980d6acf15 (2021), iommu=quarantine=scratch-page; XSA-400: tables for each device.
 */
public final class Quarantine {
    private static final String SCRATCH_OF = "quarantine.scratch-of";

    private final XenState xen;
    private final boolean scratch;
    /** {@code quarantine.scratch-of}: (source-id) to the device to whose scratch page it is led. */
    private final Decision scratchOf;

    Quarantine(XenState xen, ModelBuilder model) {
        this.xen = xen;
        scratch = xen.setting.devs().scratchPage();
        Decision own = (s, q, b, c) -> xen.devices.deviceOf(q);
        scratchOf = scratch ? model.decision(SCRATCH_OF, own) : own;
    }

    /** The spaces of domains, by the domains that have one, then those of the devices' scratch pages. */
    Sort spaces() {
        List<String> labels = new ArrayList<>(
                xen.setting.iommuDomains().stream().map(d -> "s" + d).toList());
        scratchPages().forEach(q -> labels.add("scratch." + xen.devices.sort.label(q)));
        return new Sort("Space", labels);
    }

    private IntStream scratchPages() {
        return IntStream.range(0, scratch ? xen.devices.sort.size() : 0);
    }

    /** What spaces are numbered by: domains, then the devices' scratch pages. */
    Sort numbers() {
        if (!scratch) {
            return xen.domains;
        }
        List<String> labels = new ArrayList<>(xen.domains.labels());
        scratchPages().forEach(q -> labels.add("scratch." + xen.devices.sort.label(q)));
        return new Sort("Number", labels);
    }

    /** The number of each space. */
    List<Integer> numberOf() {
        return IntStream.concat(
                        xen.setting.iommuDomains().stream().mapToInt(Integer::intValue),
                        scratchPages().map(q -> xen.setting.domains() + q))
                .boxed()
                .toList();
    }

    /** Whether it is a scratch page. */
    public boolean isScratchPage() {
        return scratch;
    }

    /** The space of a device's scratch page. */
    public int space(int device) {
        return xen.setting.iommuDomains().size() + device;
    }

    /** The tag under which a device's scratch page is cached at a unit. */
    public int tag(long[] s, int device, int unit) {
        return xen.tags.of(s, space(device), unit);
    }

    /** The decisions that {@link #enter} may ask. */
    public List<String> asks() {
        List<String> all = new ArrayList<>(xen.entries.entryDecisions());
        all.add(SCRATCH_OF);
        return all;
    }

    /**
     * Makes a source-id's device entry what it is while nobody has the device.
     *
     * @param part which of the stores that this takes, from 0
     */
    public void enter(long[] s, int requester, int part) {
        if (scratch) {
            enter(s, requester, scratchOf.decide(s, requester, 0, 0), part);
        } else {
            xen.entries.detach(s, requester, part);
        }
    }

    private void enter(long[] s, int requester, int device, int part) {
        xen.entries.attach(s, requester, space(device), tag(s, device, xen.iommu.unitOf(requester)), part);
    }

    /** The domain to whose tables a source-id's device entry leads, -1 for none. */
    public int domainReached(long[] s, int requester) {
        for (int d : xen.setting.iommuDomains()) {
            if (xen.entries.leadsTo(s, requester, xen.domainTables.space(d))) {
                return d;
            }
        }
        return -1;
    }

    /** Whether a source-id's device entry leads to no domain's tables. */
    public boolean holds(long[] s, int requester) {
        return domainReached(s, requester) < 0;
    }

    /** Sets up the scratch pages' tables, and the entries of the devices that nobody has; others are left alone. */
    void initial(long[] s) {
        for (int q = 0; scratch && q < xen.devices.sort.size(); q++) {
            for (int p = 0; p < xen.setting.frames(); p++) {
                xen.ioTables.store(s, space(q), p, xen.setting.frames(), Rights.READ);
            }
        }
        for (int r = 0; scratch && r < xen.devices.requesters.size(); r++) {
            for (int part = 0;
                    xen.devices.assigned.get(s, xen.devices.deviceOf(r)) == 0 && part < xen.entries.stores();
                    part++) {
                enter(s, r, xen.devices.deviceOf(r), part);
            }
        }
    }
}
