package dev.moat.xen.state;

import dev.moat.grant.GrantTables;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Entries;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tables;
import dev.moat.iommu.Tags;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Alike;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.call.Batch;
import dev.moat.xen.call.CallSlots;
import dev.moat.xen.call.ClosingList;
import dev.moat.xen.call.CopyCall;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.DeviceCall;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.call.MappingCall;
import dev.moat.xen.call.RunningOperation;
import dev.moat.xen.handle.HandleLists;
import dev.moat.xen.host.HostReplacement;
import dev.moat.xen.host.HostSpace;
import dev.moat.xen.host.OwnMappings;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.XenSetting;

/** All parts of the machine: memory, grant tables, the IOMMU, locks, and the locals of running operations. */
public final class XenState {
    private static final int FEWEST_FRAMES = 8;

    public final XenSetting setting;
    public final Sort domains;
    /** I/O pages: that of a frame has its number, because PV domains use machine addresses. */
    public final Sort pages;
    /** The tables of domains, then those of scratch pages. */
    public final Sort spaces;

    public final Slots pc;
    public final Frames memory;
    public final PageTypes types;
    public final GrantTables grants;
    public final UpkeepRule rule;
    public final ClosingList limbo;
    /** {@code limbo.holds-references}: 1 when a mapping in limbo whose pins are dropped keeps its references. */
    public final Decision limboHolds;

    public final Batch batch;
    public final CpuTlbs tlbs;
    public final Environment environment;
    /** The units and their driver; the next four are parts of it. */
    public final Iommu iommu;

    public final Capabilities capabilities;
    /** The tables of spaces; {@link #domainTables} says which domains have some. */
    public final Tables ioTables;

    public final Entries entries;
    public final Tags tags;
    /** What runs on each CPU: what every operation has, then what some have. */
    public final RunningOperation operation;

    public final MappingCall mapping;
    public final DeviceCall deviceCall;
    public final Debt debt;
    public final Hypercall hypercall;
    /** Pages of I/O tables that come from the heap, and the lock under which tables change. */
    public final TablePool pool;

    public final HostSpace hosts;
    public final HostReplacement replacement;
    public final CopyCall copy;
    public final OwnMappings own;
    /** {@code unmap.type-uses}: (writable uses that a mapping's sides had) to those that go with it. */
    public final Decision typeUses;

    public final Devices devices;
    /** Whether a domain is being destroyed; where domains can be. It is gone once no frame is left to it. */
    public final Slots dying;
    /** Whether the write lock of a domain's grant table is held. */
    public final Lock grantLock;
    /** Whether the lock on device assignment is held. */
    public final Lock devicesLock;

    public final DomainTables domainTables;

    /** Status frames of version 2 tables. */
    public final TableFrames statusFrames;

    public final Quarantine quarantine;
    /** Free handles, where each CPU has a list of its own. */
    public final HandleLists handleLists;
    /** Memory that the first device needs wherever it is assigned. */
    public final UnityRange unity;

    public XenState(XenSetting setting, ModelBuilder model) {
        this.setting = setting;
        SchemaBuilder schema = model.schema();
        domains = Sort.numbered("Dom", "d", setting.domains());
        Sort frames = Sort.numbered("Frame", "f", setting.frames());
        pc = model.cpus(Sort.numbered("Cpu", "cpu", setting.cpus()), setting.hasCallers());
        boolean pooled = setting.ioTables().inFrames();
        memory = new Frames(
                schema, domains, frames, new Frames.Uses(setting.mostReferences(), pooled, setting.framesMayBeLeft()));
        types = new PageTypes(schema, frames, SlotsBuilder.bitsFor(setting.mostReferences()), setting.types());
        dying = schema.slots(
                        "domain.dying",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        domains.onlyIf(setting.recorded() || setting.more().death()))
                .bits(1);
        Sort refs = Sort.numbered("Ref", "r", setting.refs());
        Sort handles = Sort.numbered("Handle", "h", setting.handles());
        GrantTables.Geometry geometry = new GrantTables.Geometry(
                domains,
                frames,
                refs,
                handles,
                setting.pinBits(),
                setting.recorded(),
                EntryBits.versions(setting),
                setting.grantTables().copy());
        grants = new GrantTables(
                schema, geometry, EntryBits.shared(setting), setting.guests().careless(), model::decision);
        rule = new UpkeepRule(model, grants, frames, setting);
        limbo = new ClosingList(
                schema,
                "limbo",
                domains,
                domains,
                refs,
                setting.flushes().limbo(),
                true,
                setting.flush() == FlushPolicy.AGREED ? frames : null);
        quarantine = new Quarantine(this, model);
        devices = new Devices(model, this);
        pages = Sort.numbered("Page", "p", setting.frames());
        spaces = quarantine.spaces();
        capabilities = setting.capabilities();
        iommu = setting.iommu().declare(sizes(frames), model);
        ioTables = iommu.tables();
        entries = iommu.entries();
        tags = iommu.tags();
        grantLock = schema.slots("lock.grant-table", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .lock();
        devicesLock =
                schema.slots("lock.devices", Role.HYPERVISOR, Writer.HYPERVISOR).lock();
        domainTables = new DomainTables(schema, this);
        statusFrames = new TableFrames(
                schema, pc, domains, memory, types, setting.grantTables().second());
        hosts = new HostSpace(schema, pc, domains, handles, frames, setting.hostSlots());
        replacement = new HostReplacement(schema, pc, hosts);
        copy = new CopyCall(schema, pc, domains, frames, setting);
        CallSlots slots = new CallSlots(model, pc, geometry, iommu.sizes().requesters(), setting);
        operation = new RunningOperation(slots);
        mapping = new MappingCall(slots);
        deviceCall = new DeviceCall(slots);
        debt = new Debt(slots);
        Decision always = (s, a, b, c) -> 1;
        typeUses = model.decision("unmap.type-uses", (st, uses, b, c) -> uses);
        limboHolds = limbo.isUnpinned() ? model.decision("limbo.holds-references", always) : always;
        batch = new Batch(model, setting, pc, domains, refs, frames);
        tlbs = new CpuTlbs(model, this, domains, frames);
        environment = new Environment(schema, domains, setting);
        hypercall = new Hypercall(schema, pc, domains, frames, setting);
        pool = new TablePool(schema, pc.index().get(0), domains, frames, pooled);
        unity = new UnityRange(model, this);
        handleLists = new HandleLists(model, grants.maptrack, domains, pc, setting.maptrackFrame());
        declareAlike(model);
        own = new OwnMappings(schema, frames, setting.more().pageTypes() && !setting.recorded());
    }

    /**
     * What plays the same part. References that a change of version keeps do not play that of others, copies and batches name references and
     * handles by codes (these only while they run), a transfer keeps the number of the reference that is to accept it ({@link Hypercall#second}), and who takes a dying
     * domain's mappings away goes by number. Where several domains map, the lowest free handle of one is not that of another: a change of
     * places of the same numbers of all of them leads elsewhere. New maptrack frames bring handles by number, and a list may lead through
     * an entry in use by its reference; of more than two CPUs the next one's list is not that of another.
     */
    private void declareAlike(ModelBuilder model) {
        if (iommu.namesCpus() && !(handleLists.on() && setting.cpus() > 2)) {
            model.cpusAreAlike();
        }
        boolean named = !setting.recorded() && !handleLists.on();
        if (named && setting.grantTables().isPlain() && !setting.more().transfer()) {
            model.schema().alike(unlessInBatch(Alike.all("references", grants.refs)));
        }
        if (named && !setting.more().death() && setting.mappers().size() <= 1) {
            model.schema().alike(unlessInBatch(Alike.all("handles", grants.maptrack.handles)));
        }
    }

    private Alike unlessInBatch(Alike things) {
        return batch.on() ? things.onlyBetweenCalls() : things;
    }

    private Sizes sizes(Sort frames) {
        Sort units = Sort.numbered("Unit", "u", setting.iommu().units());
        return new Sizes(
                Sizes.Requesters.of(devices.requesters, units, q -> devices.deviceOf(q) % units.size()),
                new Sizes.Spaces(spaces, quarantine.numbers(), quarantine.numberOf()),
                new Sizes.Addresses(
                        pages, 0, frames, 0, Integer.highestOneBit(Math.max(setting.frames(), FEWEST_FRAMES)) * 2L),
                new Sizes.Cpus(pc.index().get(0), (s, cpu) -> pc.get(s, cpu) != 0),
                setting.needs());
    }

    /** Whether devices keep translations. */
    public boolean hasDeviceTlbs() {
        return capabilities.caching().devices();
    }

    /** Whether a domain is being destroyed, or has been. */
    public boolean isDying(long[] s, int domain) {
        return dying.size() > 0 && dying.get(s, domain) != 0;
    }

    /** Whether calls can name a domain: it is alive, or dying with frames that others still refer to. */
    public boolean exists(long[] s, int domain) {
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

    /** Whether a mapping, or if {@code writable} one for writing, in a domain's limbo is owed an invalidation of a page. */
    public boolean owesInLimbo(long[] s, int domain, int frame, boolean writable) {
        for (int i = domain * limbo.places(); i < (domain + 1) * limbo.places(); i++) {
            if (limbo.owes(s, i) && frameInLimbo(s, i) == frame && !(writable && limbo.isReadOnly(s, i))) {
                return true;
            }
        }
        return false;
    }

    private int frameInLimbo(long[] s, int place) {
        return limbo.isUnpinned()
                ? limbo.frame(s, place)
                : grants.frame(s, limbo.granter(s, place), limbo.ref(s, place));
    }

    /**
     * Frame f belongs to domain f, as far as there are domains; the rest is free. Devices are with their domains, in
     * quarantine where these have no tables yet. Where recorded answers are compared all frames are free.
     */
    public void initial(long[] s) {
        iommu.connect(s);
        for (int f = 0; !setting.recorded() && f < setting.frames() && f < setting.domains(); f++) {
            memory.allocate(s, f, f);
            types.takeWriter(s, f, 1);
            types.drop(s, f, 1);
            if (domainTables.hasTables(s, f)) {
                pool.linkFirst(s, this, f);
                ioTables.store(s, domainTables.space(f), f, f, Rights.ALL);
            }
        }
        for (int f = 0; setting.ioTables().relaxed() && domainTables.space(0) >= 0 && f < setting.frames(); f++) {
            ioTables.store(s, domainTables.space(0), f, f, Rights.ALL);
        }
        unity.initial(s, setting.iommuDomains());
        int assignedAtFirst = setting.ioTables().late() ? 0 : setting.devs().count() > 0 ? 1 : devices.sort.size();
        for (int q = 0; q < assignedAtFirst; q++) {
            devices.assignAtFirst(s, q, setting.iommuDomains().get(q));
        }
        quarantine.initial(s);
        iommu.settle(s);
    }
}
