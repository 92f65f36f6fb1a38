package dev.moat.xen;

import dev.moat.grant.GrantTables;
import dev.moat.grant.SharedEntry;
import dev.moat.iommu.vtd.Capabilities;
import dev.moat.iommu.vtd.InvalidationQueue;
import dev.moat.iommu.vtd.Registers;
import dev.moat.iommu.vtd.VtdCaches;
import dev.moat.iommu.vtd.VtdGeometry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.VtdWalk;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.stream.IntStream;

/** All parts of the machine: memory, grant tables, the VT-d unit, locks, and the locals of running operations. */
final class XenState {
    private static final int FIRST_DEVFN = 0x08;

    final XenSetting setting;
    final Sort domains;
    final Sort devices;
    final Slots pc;
    final Frames memory;
    final PageTypes types;
    final GrantTables grants;
    final UpkeepRule rule;
    final ClosingList limbo;
    final Batch batch;
    final VtdUnit unit;
    final VtdWalk walk;
    final VtdCaches caches;
    final SubmittedQueue queue;
    final Locals locals;
    final CallLocals calls;
    final HostSpace hosts;
    final HostReplacement replacement;
    final CopyLocals copies;
    final OwnMappings own;
    /** The domain that a device is assigned to, or none (quarantine: its context entry is absent). */
    final Slots assigned;
    /** Whether a domain is being destroyed; where domains can be. It is gone once no frame is left to it. */
    final Slots dying;
    /** Whether the write lock of a domain's grant table is held. */
    final Slots grantLock;
    /** Whether the lock on device assignment is held. */
    final Slots devicesLock;

    private final int[] treeOf;

    XenState(XenSetting setting, ModelBuilder model) {
        this.setting = setting;
        SchemaBuilder schema = model.schema();
        domains = Sort.numbered("Dom", "d", setting.domains());
        Sort frames = Sort.numbered("Frame", "f", setting.frames());
        devices = setting.devices() > 0
                ? Sort.numbered("Req", "e", setting.devices())
                : new Sort(
                        "Req",
                        setting.iommuDomains().stream().map(d -> "dev" + d).toList());
        pc = model.cpus(Sort.numbered("Cpu", "cpu", setting.cpus()), setting.hasCallers());
        memory = new Frames(schema, domains, frames, setting.mostReferences());
        types = new PageTypes(schema, frames, SlotsBuilder.bitsFor(setting.mostReferences()), setting.types());
        dying = schema.slots(
                        "domain.dying",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        setting.recorded() || setting.more().death() ? domains : Sort.numbered("Dom", "", 0))
                .bits(1);
        Sort refs = Sort.numbered("Ref", "r", setting.refs());
        Sort handles = Sort.numbered("Handle", "h", setting.handles());
        grants = new GrantTables(
                schema,
                new GrantTables.Geometry(domains, frames, refs, handles, setting.pinBits(), setting.recorded()),
                sharedVarying(setting),
                setting.careless(),
                model::decision);
        rule = new UpkeepRule(schema, grants, frames, setting);
        limbo = new ClosingList(schema, "limbo", domains, domains, refs, setting.limbo(), true);
        assigned = schema.slots("assigned", Role.HYPERVISOR, Writer.HYPERVISOR, devices)
                .optional(domains);
        treeOf = new int[setting.domains()];
        java.util.Arrays.fill(treeOf, -1);
        for (int i = 0; i < setting.iommuDomains().size(); i++) {
            treeOf[setting.iommuDomains().get(i)] = i;
        }
        unit = new VtdUnit(schema, geometry(frames), (s, cpu) -> pc.get(s, cpu) != 0);
        walk = new VtdWalk(unit);
        caches = new VtdCaches(unit, walk);
        queue = new SubmittedQueue(
                schema, unit, new InvalidationQueue(unit, caches), pc.index().get(0));
        grantLock = schema.slots("lock.grant-table", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .bits(1);
        devicesLock =
                schema.slots("lock.devices", Role.HYPERVISOR, Writer.HYPERVISOR).bits(1);
        hosts = new HostSpace(schema, pc, domains, handles, frames, setting.hostSlots());
        replacement = new HostReplacement(schema, pc, hosts);
        copies = new CopyLocals(schema, pc, frames, setting.recorded());
        locals = new Locals(
                schema, pc, domains, refs, handles, frames, devices, UpkeepRule.looksAtOldPins(setting.rule()));
        int elements = GrantOperations.elements(setting.domains(), setting.refs(), setting.handles());
        batch = new Batch(schema, setting, pc, domains, refs, frames, elements);
        calls = new CallLocals(schema, pc, domains, frames, setting);
        own = new OwnMappings(schema, frames, setting.more().pageTypes() && !setting.recorded());
    }

    /** In searches, guests store whole-page entries for domains and frames that exist; otherwise anything. */
    private static long sharedVarying(XenSetting setting) {
        if (setting.recorded()) {
            return -1L;
        }
        long domid = (1L << SlotsBuilder.bitsFor(setting.domains() - 1)) - 1;
        long frame = (1L << SlotsBuilder.bitsFor(setting.frames() - 1)) - 1;
        return SharedEntry.of(
                SharedEntry.GTF_TYPE.mask()
                        | SharedEntry.GTF_READONLY.mask()
                        | SharedEntry.GTF_READING.mask()
                        | SharedEntry.GTF_WRITING.mask(),
                domid,
                frame);
    }

    private VtdGeometry geometry(Sort frames) {
        Sort trees = new Sort(
                "Space", setting.iommuDomains().stream().map(d -> "s" + d).toList());
        Capabilities usual = Capabilities.usual();
        long cap = Registers.Cap.PSI.set(usual.cap(), setting.pageSelective() ? 1 : 0);
        return new VtdGeometry(
                devices,
                IntStream.range(0, devices.size())
                        .map(i -> FIRST_DEVFN + 8 * i)
                        .boxed()
                        .toList(),
                trees,
                Sort.numbered("Tag", "did", setting.domains() + (setting.cachingMode() ? 1 : 0)),
                Sort.numbered("Page", "p", setting.frames()),
                0,
                frames,
                0,
                pc.index().get(0),
                setting.levels(),
                setting.indexBits(),
                setting.ring(),
                Integer.highestOneBit(Math.max(setting.frames(), 8)) * 2L,
                new VtdGeometry.Options(setting.contextCache(), setting.walks(), setting.keepRingPosition(), false),
                new Capabilities(cap, usual.ecap(), usual.hostAddressBits(), usual.rewalks()));
    }

    /** The domain's translation tree, or -1 when it has no I/O tables. */
    int tree(int domain) {
        return treeOf[domain];
    }

    /** The DID of a domain: its own number, as Xen has it; with caching mode one more, because DID 0 is hardware's. */
    int did(int domain) {
        return setting.cachingMode() ? domain + 1 : domain;
    }

    /** Whether a domain is being destroyed, or has been. */
    boolean isDying(long[] s, int domain) {
        return dying.size() > 0 && dying.get(s, domain) != 0;
    }

    /** Whether calls can name a domain: it is alive, or dying with frames that others still refer to. */
    boolean exists(long[] s, int domain) {
        return !isDying(s, domain) || ownsFrames(s, domain);
    }

    private boolean ownsFrames(long[] s, int domain) {
        for (int f = 0; f < setting.frames(); f++) {
            if (memory.owner.get(s, f) == domain + 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether a device is assigned to the domain, so that hardware may have cached its translations. */
    boolean hasDevice(long[] s, int domain) {
        for (int q = 0; q < devices.size(); q++) {
            if (assigned.get(s, q) == domain + 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether a mapping in a domain's limbo is owed an invalidation of this frame's page. */
    boolean owesInLimbo(long[] s, int domain, int frame) {
        for (int i = domain * limbo.places(); i < (domain + 1) * limbo.places(); i++) {
            if (limbo.owes(s, i) && grants.frame(s, limbo.granter(s, i), limbo.ref(s, i)) == frame) {
                return true;
            }
        }
        return false;
    }

    /** Makes a device's context entry lead to a domain's tables: both words, valid last. */
    void attach(long[] s, int device, int domain) {
        unit.contextHi.set(s, device, unit.contextHiFor(did(domain)));
        unit.contextLo.set(s, device, unit.contextLoFor(tree(domain)));
        assigned.set(s, device, domain + 1);
    }

    /**
     * Frame f belongs to domain f, as far as there are domains; the rest is free. Devices are with their domains. Where
     * recorded answers are compared all frames are free.
     */
    void initial(long[] s) {
        unit.connect(s);
        for (int f = 0; !setting.recorded() && f < setting.frames() && f < setting.domains(); f++) {
            memory.allocate(s, f, f);
            types.takeWriter(s, f, 1);
            types.drop(s, f, 1);
            if (tree(f) >= 0) {
                unit.setLeaf(s, tree(f), f, unit.leafTo(f, VtdUnit.READ | VtdUnit.WRITE));
            }
        }
        int assignedAtFirst = setting.devices() > 0 ? 1 : devices.size();
        for (int q = 0; q < assignedAtFirst; q++) {
            attach(s, q, setting.iommuDomains().get(q));
        }
    }
}
