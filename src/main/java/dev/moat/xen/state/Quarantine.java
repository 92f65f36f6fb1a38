package dev.moat.xen.state;

import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a source-id's context entry leads while nobody has its device: nowhere, the entry being absent; or to a scratch page.
 * Then each device has tables of its own, every page of which leads to that page for reading, and a DID of its own, both after
 * those of the domains. {@code @source} Xen 980d6acf15 (2021), iommu=quarantine=scratch-page; XSA-400: tables for each device.
 */
public final class Quarantine {
    private final XenState x;
    private final boolean scratch;
    /** {@code quarantine.scratch-of}: (source-id) to the device to whose scratch page it is led. */
    private final Decision scratchOf;

    Quarantine(XenState x, ModelBuilder model) {
        this.x = x;
        scratch = x.setting.devs().scratchPage();
        Decision own = (s, q, b, c) -> x.deviceOf(q);
        scratchOf = scratch ? model.decision("quarantine.scratch-of", own) : own;
    }

    /** The spaces of domains, by the domains that have one, then those of the devices' scratch pages. */
    Sort spaces() {
        List<String> labels = new ArrayList<>(
                x.setting.iommuDomains().stream().map(d -> "s" + d).toList());
        IntStream.range(0, tags()).forEach(q -> labels.add("scratch." + x.devices.label(q)));
        return new Sort("Space", labels);
    }

    /** DIDs beyond those of the domains. */
    int tags() {
        return scratch ? x.devices.size() : 0;
    }

    /** Whether it is a scratch page. */
    public boolean isScratchPage() {
        return scratch;
    }

    /** The tree of a device's scratch page. */
    public int tree(int device) {
        return x.setting.iommuDomains().size() + device;
    }

    /** The DID under which a device's scratch page is cached. */
    public int did(int device) {
        return x.setting.domains() + device;
    }

    /** Makes a source-id's context entry what it is while nobody has the device. */
    public void enter(long[] s, int requester) {
        if (!scratch) {
            x.unit.setContext(s, requester, 0, 0);
            return;
        }
        enter(s, requester, scratchOf.decide(s, requester, 0, 0));
    }

    private void enter(long[] s, int requester, int device) {
        x.unit.setContext(s, requester, x.unit.contextLoFor(tree(device)), x.unit.contextHiFor(did(device)));
    }

    /** The domain to whose tables a source-id's context entry leads, -1 for none. */
    public int domainReached(long[] s, int requester) {
        for (int d : x.setting.iommuDomains()) {
            if (x.unit.contextLo.get(s, requester) == x.unit.contextLoFor(x.tree(d))) {
                return d;
            }
        }
        return -1;
    }

    /** Whether a source-id's context entry leads to no domain's tables. */
    public boolean holds(long[] s, int requester) {
        return domainReached(s, requester) < 0;
    }

    /** Sets up the scratch pages' tables, and the entries of the devices that nobody has; others are left alone. */
    void initial(long[] s) {
        for (int q = 0; scratch && q < x.devices.size(); q++) {
            for (int p = 0; p < x.setting.frames(); p++) {
                x.unit.setLeaf(s, tree(q), p, x.unit.leafTo(x.setting.frames(), VtdUnit.READ));
            }
        }
        for (int r = 0; scratch && r < x.requesters.size(); r++) {
            if (x.assigned.get(s, x.deviceOf(r)) == 0) {
                enter(s, r, x.deviceOf(r));
            }
        }
    }
}
