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
import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.host.HostReplacement;
import dev.moat.xen.host.HostSpace;
import dev.moat.xen.host.OwnMappings;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.XenSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** All parts of the machine: memory, grant tables, the IOMMU, locks, and the locals of running operations. */
public final class XenState {
    private static final int FIRST_DEVFN = 0x08;
    private static final int FEWEST_FRAMES = 8;

    public final XenSetting setting;
    public final Sort domains;
    public final Sort devices;
    /** Source-ids: each device's own, then the others that the first device's requests may carry. */
    public final Sort requesters;
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
    /** The tables of spaces; {@link #tables} says which domains have some. */
    public final Tables ioTables;

    public final Entries entries;
    public final Tags tags;
    public final Locals locals;
    public final CallLocals calls;
    /** Pages of I/O tables that come from the heap, and the lock under which tables change. */
    public final TablePool pool;

    public final HostSpace hosts;
    public final HostReplacement replacement;
    public final CopyLocals copies;
    public final OwnMappings own;
    /** {@code unmap.type-uses}: (writable uses that a mapping's sides had) to those that go with it. */
    public final Decision typeUses;
    /** The domain that a device is assigned to, or none (quarantine: its context entry is absent). */
    public final Slots assigned;
    /** Whether a domain is being destroyed; where domains can be. It is gone once no frame is left to it. */
    public final Slots dying;
    /** Whether the write lock of a domain's grant table is held. */
    public final Slots grantLock;
    /** Whether the lock on device assignment is held. */
    public final Slots devicesLock;
    /** How far a domain's I/O tables are built; where they are built at first use. */
    public final Slots tables;

    /** Status frames of version 2 tables. */
    public final TableFrames statusFrames;

    /** Values of {@link #tables}; 0 before. */
    public static final int BUILDING = 1;

    public static final int BUILT = 2;
    public final Quarantine quarantine;
    private final int[] spaceOf;
    /** {@code device.counts-until-moved}: (device) to 1 when the domain that loses it has it until the move is over. */
    private final Decision countsUntilMoved;

    public XenState(XenSetting setting, ModelBuilder model) {
        this.setting = setting;
        SchemaBuilder schema = model.schema();
        domains = Sort.numbered("Dom", "d", setting.domains());
        Sort frames = Sort.numbered("Frame", "f", setting.frames());
        devices = setting.devs().count() > 0
                ? Sort.numbered("Req", "e", setting.devs().count())
                : new Sort(
                        "Req",
                        setting.iommuDomains().stream().map(d -> "dev" + d).toList());
        requesters = requesters();
        pc = model.cpus(Sort.numbered("Cpu", "cpu", setting.cpus()), setting.hasCallers());
        boolean pooled = setting.ioTables().inFrames();
        memory = new Frames(schema, domains, frames, setting.mostReferences(), pooled);
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
                new GrantTables.Geometry(
                        domains,
                        frames,
                        refs,
                        handles,
                        setting.pinBits(),
                        setting.recorded(),
                        EntryBits.versions(setting)),
                EntryBits.shared(setting),
                setting.guests().careless(),
                model::decision);
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
        countsUntilMoved = model.decision("device.counts-until-moved", (s, q, b, c) -> 1);
        assigned = schema.slots("assigned", Role.HYPERVISOR, Writer.HYPERVISOR, devices)
                .optional(domains);
        spaceOf = new int[setting.domains()];
        java.util.Arrays.fill(spaceOf, -1);
        for (int i = 0; i < setting.iommuDomains().size(); i++) {
            spaceOf[setting.iommuDomains().get(i)] = i;
        }
        pages = Sort.numbered("Page", "p", setting.frames());
        spaces = quarantine.spaces();
        capabilities = setting.capabilities();
        iommu = setting.iommu().declare(sizes(frames), model);
        ioTables = iommu.tables();
        entries = iommu.entries();
        tags = iommu.tags();
        grantLock = schema.slots("lock.grant-table", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .bits(1);
        devicesLock =
                schema.slots("lock.devices", Role.HYPERVISOR, Writer.HYPERVISOR).bits(1);
        tables = schema.slots(
                        "domain.tables",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        setting.ioTables().late() ? domains : Sort.numbered("Dom", "", 0))
                .of(new Sort("TablesState", List.of("none", "building", "built")));
        statusFrames = new TableFrames(
                schema, pc, domains, memory, types, setting.tables().second());
        hosts = new HostSpace(schema, pc, domains, handles, frames, setting.hostSlots());
        replacement = new HostReplacement(schema, pc, hosts);
        copies = new CopyLocals(schema, pc, domains, frames, setting);
        locals = new Locals(
                schema,
                pc,
                domains,
                refs,
                handles,
                frames,
                requesters,
                iommu.units(),
                UpkeepRule.looksAtOldPins(setting.upkeep().rule()),
                setting.moves(),
                setting.mapsMayFail() || setting.removalsMayFail());
        Decision always = (s, a, b, c) -> 1;
        typeUses = model.decision("unmap.type-uses", (st, uses, b, c) -> uses);
        limboHolds = limbo.isUnpinned() ? model.decision("limbo.holds-references", always) : always;
        batch = new Batch(model, setting, pc, domains, refs, frames);
        tlbs = new CpuTlbs(model, this, domains, frames);
        environment = new Environment(schema, domains, setting);
        calls = new CallLocals(schema, pc, domains, frames, setting);
        pool = new TablePool(schema, pc.index().get(0), domains, frames, pooled);
        own = new OwnMappings(schema, frames, setting.more().pageTypes() && !setting.recorded());
    }

    private Sizes sizes(Sort frames) {
        Sort units = Sort.numbered("Unit", "u", setting.iommu().units());
        return new Sizes(
                new Sizes.Requesters(
                        requesters,
                        IntStream.range(0, requesters.size())
                                .map(i -> FIRST_DEVFN + 8 * i)
                                .boxed()
                                .toList(),
                        units,
                        IntStream.range(0, requesters.size())
                                .map(q -> deviceOf(q) % units.size())
                                .boxed()
                                .toList()),
                new Sizes.Spaces(spaces, quarantine.numbers(), quarantine.numberOf()),
                new Sizes.Addresses(
                        pages, 0, frames, 0, Integer.highestOneBit(Math.max(setting.frames(), FEWEST_FRAMES)) * 2L),
                new Sizes.Cpus(pc.index().get(0), (s, cpu) -> pc.get(s, cpu) != 0),
                setting.needs());
    }

    /** The space of a domain's I/O tables, or -1 when it has none. */
    public int space(int domain) {
        return spaceOf[domain];
    }

    /** The tag of a domain's space at a unit, or -1 when it has none. */
    public int tag(long[] s, int domain, int unit) {
        return spaceOf[domain] < 0 ? -1 : tags.of(s, spaceOf[domain], unit);
    }

    /** A domain's tag at a unit becomes free for others, where tags are allocated. */
    public void releaseTag(long[] s, int domain, int unit) {
        if (spaceOf[domain] >= 0) {
            tags.release(s, spaceOf[domain], unit);
        }
    }

    /** Whether the domain has I/O tables that are to follow its mappings and frames, once they exist. */
    public boolean follows(int domain) {
        return space(domain) >= 0 && !(domain == 0 && setting.ioTables().relaxed());
    }

    /** Whether the domain's I/O tables exist, so that they have to follow its mappings and frames. */
    public boolean hasTables(long[] s, int domain) {
        return follows(domain) && (tables.size() == 0 || tables.get(s, domain) != 0);
    }

    /** Whether they are complete. */
    public boolean hasBuiltTables(long[] s, int domain) {
        return space(domain) >= 0 && (tables.size() == 0 || tables.get(s, domain) == BUILT);
    }

    private Sort requesters() {
        if (setting.devs().aliases() == 0) {
            return devices;
        }
        List<String> labels = new ArrayList<>(devices.labels());
        IntStream.range(0, setting.devs().aliases()).forEach(i -> labels.add(devices.label(0) + ".alias" + i));
        return new Sort("Req", labels);
    }

    /** The device whose requests carry a source-id. */
    public int deviceOf(int requester) {
        return requester < devices.size() ? requester : 0;
    }

    /** The next source-id of the same device, or -1. */
    public int nextRequester(int requester) {
        int next = requester == 0 ? devices.size() : requester < devices.size() ? requesters.size() : requester + 1;
        return next < requesters.size() ? next : -1;
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

    /** Whether a unit may have cached translations of the domain: {@link #uses} some unit. */
    public boolean hasDevice(long[] s, int domain) {
        for (int u = 0; u < iommu.units().size(); u++) {
            if (uses(s, domain, u)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the domain has a device behind the unit, or one that is just being moved away from it. */
    public boolean uses(long[] s, int domain, int unit) {
        for (int q = 0; q < devices.size(); q++) {
            if (iommu.unitOf(q) == unit && (assigned.get(s, q) == domain + 1 || isMovedFrom(s, q, domain))) {
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
        for (int cpu = 0; cpu < locals.former.size(); cpu++) {
            if (locals.former.get(s, cpu) != 0 && deviceOf((int) locals.device.get(s, cpu)) == device) {
                return locals.former.get(s, cpu);
            }
        }
        return 0;
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
     * Makes a source-id's device entry lead to a domain's tables.
     *
     * @param part which of the stores that this takes, from 0
     */
    public void attach(long[] s, int requester, int domain, int part) {
        entries.attach(s, requester, space(domain), tag(s, domain, iommu.unitOf(requester)), part);
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
            if (hasTables(s, f)) {
                pool.linkFirst(s, this, f);
                ioTables.store(s, space(f), f, f, Rights.ALL);
            }
        }
        for (int f = 0; setting.ioTables().relaxed() && space(0) >= 0 && f < setting.frames(); f++) {
            ioTables.store(s, space(0), f, f, Rights.ALL);
        }
        int assignedAtFirst = setting.ioTables().late() ? 0 : setting.devs().count() > 0 ? 1 : devices.size();
        for (int q = 0; q < assignedAtFirst; q++) {
            assignAtFirst(s, q, setting.iommuDomains().get(q));
        }
        quarantine.initial(s);
        iommu.settle(s);
    }

    private void assignAtFirst(long[] s, int device, int domain) {
        if (tags.take(s, space(domain), iommu.unitOf(device)) < 0) {
            throw new BadSettingException("dids", "dids must be enough for the devices that domains start with");
        }
        assigned.set(s, device, domain + 1);
        for (int r = device; r >= 0; r = nextRequester(r)) {
            for (int part = 0; part < entries.stores(); part++) {
                attach(s, r, domain, part);
            }
        }
    }
}
