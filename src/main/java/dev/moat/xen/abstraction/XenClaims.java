package dev.moat.xen.abstraction;

import dev.moat.iommu.vtd.ContextEntry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.ClaimCode;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Claim;
import dev.moat.xen.setting.DeviceSetting;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.FrameSetting;
import dev.moat.xen.setting.Hardware;
import dev.moat.xen.setting.XenSetting;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.Invalidation;
import java.util.List;

/**
 * Which abstract actions the steps of this component are, read from the states before and after them. The names are those
 * that steps and actions declare; most are the discipline's, some stand for a choice: {@code set-entry} and {@code
 * clear-entry} for any change of a leaf.
 */
public final class XenClaims {
    private static final int UNIT = 0;
    private static final String HOLDS = Claim.EXCHANGE + "Hold";

    private final XenState x;
    private final Locals l;
    private final GrantAbstraction grants;

    public XenClaims(XenState x, GrantAbstraction grants) {
        this.x = x;
        l = x.locals;
        this.grants = grants;
    }

    /** A parameter with another value than this one makes steps that are not explained here. */
    private record Unexplained(boolean is, String text) {}

    /** Why a machine's steps are not explained here: the first parameter that is the reason; empty when they are. */
    public static String notCovered(XenSetting setting) {
        Hardware hardware = setting.hardware();
        FrameSetting frames = setting.more();
        DeviceSetting devices = setting.devs();
        List<Unexplained> all = List.of(
                new Unexplained(setting.recorded(), "host-slots"),
                new Unexplained(setting.careless(), "careless-granter"),
                new Unexplained(setting.failures(), "failures"),
                new Unexplained(setting.flush() != FlushPolicy.STRICT, "flush"),
                new Unexplained(setting.batch() > 1, "batch"),
                new Unexplained(frames.pageTypes(), "page-types"),
                new Unexplained(frames.exchange(), "exchange"),
                new Unexplained(frames.transfer(), "transfer"),
                new Unexplained(frames.ownGrants(), "own-grants"),
                new Unexplained(frames.death(), "domain-death"),
                new Unexplained(hardware.cachingMode(), "caching-mode"),
                new Unexplained(hardware.writeBuffer(), "write-buffer"),
                new Unexplained(!hardware.coherent(), "coherent"),
                new Unexplained(!hardware.queued(), "invalidation"),
                new Unexplained(!hardware.drains(), "drain"),
                new Unexplained(hardware.pagingCaches(), "paging-caches"),
                new Unexplained(setting.ioTables().inFrames(), "table-frames"),
                new Unexplained(setting.waitsTimeOut(), "wait"),
                new Unexplained(devices.units() > 1, "units"),
                new Unexplained(devices.dids() > 0, "dids"),
                new Unexplained(devices.aliases() > 0, "aliases"),
                new Unexplained(devices.moves(), "move-devices"),
                new Unexplained(devices.lateTables(), "tables"),
                new Unexplained(!isPlain(setting), "a parameter of another kind"));
        return all.stream()
                .filter(Unexplained::is)
                .findFirst()
                .map(reason -> "steps claim nothing yet with " + reason.text() + " as it is set")
                .orElse("");
    }

    private static boolean isPlain(XenSetting setting) {
        return setting.hardware().isPlain()
                && setting.more().isPlain()
                && setting.devs().arePlain()
                && !setting.devs().relaxed();
    }

    /** Code that needs the CPU only. */
    private interface OfStep {
        void say(long[] before, long[] after, int cpu, Claim claim);
    }

    private static ClaimCode step(OfStep code) {
        return (before, after, cpu, b, c, d, e, claim) -> code.say(before, after, cpu, claim);
    }

    public void declare(ModelBuilder model) {
        model.claim("grant", (before, after, granter, ref, to, frame, mode, claim) -> {
            claim.add(mode == 0 ? "grant" : "grant-ro", grants.entryOf(granter, ref), to, frame);
        });
        model.claim("end-access", (before, after, granter, ref, c, d, e, claim) -> {
            claim.add("end-access", grants.entryOf(granter, ref));
        });
        model.claim("begin-open", step(this::beginOpen));
        model.claim("open", step(this::open));
        model.claim("begin-close", step(this::beginClose));
        model.claim("end-hold", step(this::endHold));
        model.claim("set-entry", step(this::changeEntry));
        model.claim("clear-entry", step(this::changeEntry));
        model.claim("allocate", step(this::allocate));
        model.claim("free", step(this::free));
        model.claim("submit", step(this::submit));
        model.claim("submit-context", step(this::submit));
        model.claim("acknowledge", step(this::acknowledge));
        devices(model);
        hardware(model);
    }

    private void beginOpen(long[] before, long[] after, int cpu, Claim claim) {
        if (l.phase.get(after, cpu) == Locals.OPENING) {
            int granter = (int) l.granter.get(after, cpu);
            int ref = (int) l.ref.get(after, cpu);
            claim.add(
                    l.isReadOnly(after, cpu) ? "begin-open-ro" : "begin-open",
                    grants.cpuHold(cpu),
                    grants.entryOf(granter, ref),
                    granter,
                    (int) l.domain.get(after, cpu),
                    x.grants.frame(after, granter, ref));
        }
    }

    /** The mapping goes from the CPU to its handle. */
    private void open(long[] before, long[] after, int cpu, Claim claim) {
        claim.add("open", grants.cpuHold(cpu));
        claim.exchange(HOLDS, grants.cpuHold(cpu), handleHold(before, cpu));
    }

    private int handleHold(long[] s, int cpu) {
        return grants.handleHold((int) l.domain.get(s, cpu), (int) l.handle.get(s, cpu));
    }

    /** The mapping goes from its handle to the CPU; one side of it alone becomes a mapping of its own. */
    private void beginClose(long[] before, long[] after, int cpu, Claim claim) {
        int phase = (int) l.phase.get(after, cpu);
        int handle = handleHold(before, cpu);
        if (phase == Locals.CLOSING) {
            claim.add("begin-close", handle);
            claim.exchange(HOLDS, handle, grants.cpuHold(cpu));
        } else if (phase == Locals.CLOSING_HALF) {
            int granter = (int) l.granter.get(after, cpu);
            int ref = (int) l.ref.get(after, cpu);
            claim.add(
                    "split",
                    handle,
                    grants.cpuHold(cpu),
                    grants.entryOf(granter, ref),
                    (int) l.domain.get(after, cpu),
                    x.grants.frame(after, granter, ref));
        }
    }

    private void endHold(long[] before, long[] after, int cpu, Claim claim) {
        int frame = x.grants.frame(before, (int) l.granter.get(before, cpu), (int) l.ref.get(before, cpu));
        claim.add("end-hold", grants.cpuHold(cpu), (int) l.domain.get(before, cpu), frame);
    }

    /** The entry that the step's locals name, as {@link Invalidation#writeEntry} leaves them. */
    private void changeEntry(long[] before, long[] after, int cpu, Claim claim) {
        changeEntry(before, after, (int) l.domain.get(after, cpu), (int) l.frame.get(after, cpu), claim);
    }

    /** An entry's change, and where the debt noted is not the one that the change makes, why that is right. */
    private void changeEntry(long[] before, long[] after, int domain, int frame, Claim claim) {
        int space = x.tree(domain);
        if (space < 0) {
            return;
        }
        int old = Invalidation.rights(x.unit.leaf(before, space, frame));
        int now = Invalidation.rights(x.unit.leaf(after, space, frame));
        if (old == now) {
            return;
        }
        boolean weaker = (old & ~now) != 0;
        if (weaker) {
            claim.add(now != 0 ? "demote-entry" : old == VtdUnit.READ ? "clear-entry-ro" : "clear-entry", space, frame);
        } else if (old == 0) {
            claim.add(now == VtdUnit.READ ? "set-entry-ro" : "set-entry", space, frame, frame, domain);
        } else {
            claim.add("promote-entry", space, frame, frame, domain);
        }
        if (weaker != isOwed(after, domain, frame)) {
            claim.add(weaker ? "waive" : "owe", UNIT, x.did(domain), frame);
        }
    }

    private boolean isOwed(long[] s, int domain, int frame) {
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            if (l.owes.get(s, cpu) != 0
                    && l.phase.get(s, cpu) < Locals.DETACHING
                    && l.domain.get(s, cpu) == domain
                    && l.frame.get(s, cpu) == frame) {
                return true;
            }
        }
        return false;
    }

    private void allocate(long[] before, long[] after, int cpu, Claim claim) {
        int frame = (int) l.frame.get(before, cpu);
        int domain = (int) l.domain.get(before, cpu);
        if (x.memory.owner.get(after, frame) != x.memory.owner.get(before, frame)) {
            claim.add("allocate", frame, domain);
            changeEntry(before, after, domain, frame, claim);
        }
    }

    private void free(long[] before, long[] after, int cpu, Claim claim) {
        int frame = (int) l.frame.get(before, cpu);
        claim.add("free", frame, (int) x.memory.owner.get(before, frame) - 1);
    }

    private void submit(long[] before, long[] after, int cpu, Claim claim) {
        int token = Invalidations.owed(x, after, cpu);
        if (token >= 0 && l.owes.get(before, cpu) == Locals.OWED && l.owes.get(after, cpu) == Locals.SUBMITTED) {
            claim.add("submit", token);
        }
    }

    private void acknowledge(long[] before, long[] after, int cpu, Claim claim) {
        int token = Invalidations.owed(x, before, cpu);
        if (token >= 0 && l.owes.get(before, cpu) == Locals.SUBMITTED) {
            claim.add("acknowledge", token);
        }
    }

    private void devices(ModelBuilder model) {
        model.claim("assign", step((before, after, cpu, claim) -> {
            int device = (int) l.device.get(before, cpu);
            int domain = (int) x.assigned.get(after, device) - 1;
            if (x.assigned.get(before, device) == 0 && domain >= 0) {
                claim.add("assign", device, domain, UNIT, x.tree(domain), x.did(domain));
            }
        }));
        model.claim("clear-context", step((before, after, cpu, claim) -> {
            if (l.phase.get(after, cpu) == Locals.DETACHING) {
                claim.add("clear-context", UNIT, (int) l.device.get(before, cpu));
            }
        }));
        model.claim(
                "deassign",
                step((before, after, cpu, claim) -> claim.add("deassign", (int) l.device.get(before, cpu))));
    }

    private void hardware(ModelBuilder model) {
        model.claim("walk", (before, after, device, page, c, d, e, claim) -> {
            int tag = (int) x.unit.walkTag.get(after, device);
            claim.add("walk", UNIT, device, spaceOf(tag), tag, page, (int) x.unit.walkFrame.get(after, device) - 1);
        });
        model.claim("fill", (before, after, device, page, c, d, e, claim) -> {
            if (x.setting.walks()) {
                finishWalk(before, device, claim);
            } else {
                fillAtOnce(before, after, device, page, claim);
            }
        });
        model.claim("evict", (before, after, tag, page, c, d, e, claim) -> claim.add("evict", UNIT, tag, page));
        model.claim("fill-context", (before, after, device, b, c, d, e, claim) -> {
            int tag = (int) ContextEntry.DID.get(x.unit.cachedHi.get(after, device));
            claim.add("fill-context", UNIT, device, spaceOf(tag), tag);
        });
        model.claim(
                "evict-context",
                (before, after, device, b, c, d, e, claim) -> claim.add("evict-context", UNIT, device));
        model.claim("complete-invalidation", (before, after, a, b, c, d, e, claim) -> complete(before, after, claim));
    }

    private int spaceOf(int tag) {
        for (int domain : x.setting.iommuDomains()) {
            if (x.did(domain) == tag) {
                return x.tree(domain);
            }
        }
        return 0;
    }

    /** What the IOTLB holds for the page makes room first. */
    private void finishWalk(long[] before, int device, Claim claim) {
        int tag = (int) x.unit.walkTag.get(before, device);
        int page = (int) x.unit.walkPage.get(before, device);
        if (x.unit.cachedRights(before, tag, page) != 0) {
            claim.add("evict", UNIT, tag, page);
        }
        claim.add("fill", UNIT, device, tag, page, (int) x.unit.walkFrame.get(before, device) - 1);
    }

    private void fillAtOnce(long[] before, long[] after, int device, int page, Claim claim) {
        for (int tag = 0; tag < x.unit.geometry().tags().size(); tag++) {
            int rights = x.unit.cachedRights(after, tag, page);
            int old = x.unit.cachedRights(before, tag, page);
            if (rights != old) {
                int frame = x.unit.cachedFrame(after, tag, page);
                if (old != 0) {
                    claim.add("evict", UNIT, tag, page);
                }
                claim.add("walk", UNIT, device, spaceOf(tag), tag, page, frame);
                claim.add("fill", UNIT, device, tag, page, frame);
            }
        }
    }

    /** A wait completes nothing here. What an invalidation removes beyond what it was submitted for, hardware removes. */
    private void complete(long[] before, long[] after, Claim claim) {
        int cpu = x.units.queue(0).nextSubmitter(before);
        int token = cpu < 0 || l.owes.get(before, cpu) != Locals.SUBMITTED ? -1 : Invalidations.owed(x, before, cpu);
        if (token >= 0) {
            claim.add("complete-invalidation", token);
        }
        int tags = x.unit.geometry().tags().size();
        int pages = x.unit.geometry().pages().size();
        for (int tag = 0; tag < tags; tag++) {
            for (int page = 0; page < pages; page++) {
                boolean covered = cpu >= 0 && token == Invalidations.ofPage(x, cpu, tag, page);
                if (!covered && x.unit.cachedRights(before, tag, page) != x.unit.cachedRights(after, tag, page)) {
                    claim.add("evict", UNIT, tag, page);
                }
            }
        }
        for (int device = 0; device < x.devices.size(); device++) {
            if (x.unit.isWalking(before, device) && !x.unit.isWalking(after, device)) {
                claim.add("end-walk", UNIT, device);
            }
            boolean covered = cpu >= 0 && token == Invalidations.ofDevice(x, cpu, device);
            if (!covered && x.setting.contextCache() && isCached(before, device) && !isCached(after, device)) {
                claim.add("evict-context", UNIT, device);
            }
        }
    }

    private boolean isCached(long[] s, int device) {
        return ContextEntry.P.isSet(x.unit.cachedLo.get(s, device));
    }
}
