package dev.moat.xen.state;

import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.Maptrack;
import dev.moat.grant.Pins;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.call.Phase;
import java.util.List;

/**
 * What the TLBs of each domain's virtual CPUs may hold of grants' host mappings: for each frame the rights of the entries
 * that reach it, whatever their addresses. Without TLBs there is not a single slot. {@code @source} Xen 4.17
 * grant_table.c: gnttab_flush_tlb between the two phases of an unmap.
 */
public final class CpuTlbs {
    /** Name of the decision about whose TLBs a flush reaches. */
    public static final String REACHES = "cpu-flush.reaches";

    private static final int READ = 1;
    private static final int READ_WRITE = 3;

    private final XenState xen;
    private final Sort vcpus;
    private final Slots rights;
    /** {@code cpu-flush.reaches}: (domain, virtual CPU) to 1 when the flush reaches its TLB; normally all of them. */
    private final Decision reaches;

    CpuTlbs(ModelBuilder model, XenState xen, Sort domains, Sort frames) {
        this.xen = xen;
        vcpus = Sort.numbered("Vcpu", "v", xen.setting.tlb());
        rights = model.schema()
                .slots("tlb", Role.CACHE, Writer.GUEST, domains, vcpus, frames)
                .bits(2);
        Decision all = (s, domain, vcpu, c) -> 1;
        reaches = on() ? model.decision(REACHES, all) : all;
    }

    public boolean on() {
        return vcpus.size() > 0;
    }

    /** Guests' accesses, which fill the TLBs, and evictions. */
    public void declare(ModelBuilder model) {
        Argument domain = new Argument("domain", xen.domains);
        Argument vcpu = new Argument("vcpu", vcpus);
        Argument frame = new Argument("frame", xen.memory.frames);
        Argument access = new Argument("access", new Sort("Access", List.of("read", "write")));
        List<Integer> mappers = xen.setting.mappers();
        model.action(
                "cpu_access",
                Actor.GUEST,
                List.of(domain, vcpu, frame, access),
                (s, d, v, f, write, none) -> mappers.contains(d) && fill(s, d, v, f, write != 0));
        model.action(
                "cpu_evict", Actor.GUEST, List.of(domain, vcpu, frame), (s, d, v, f, b, none) -> set(s, d, v, f, 0));
    }

    /** An access caches what a host mapping of the frame allows; false when there is none or it is cached already. */
    private boolean fill(long[] s, int domain, int vcpu, int frame, boolean write) {
        return !xen.environment.hasCrashed(s, domain)
                && !xen.isDying(s, domain)
                && mapped(s, domain, frame, write)
                && set(s, domain, vcpu, frame, write ? READ_WRITE : (int) rights.get(s, domain, vcpu, frame) | READ);
    }

    private boolean set(long[] s, int domain, int vcpu, int frame, int to) {
        if (rights.get(s, domain, vcpu, frame) == to) {
            return false;
        }
        rights.set(s, domain, vcpu, frame, to);
        return true;
    }

    /** Whether a domain's page tables map the frame by a grant: by a handle, or by a map that is about to publish one. */
    private boolean mapped(long[] s, int domain, int frame, boolean write) {
        Maptrack m = xen.grants.maptrack;
        for (int h = 0; h < m.handles.size(); h++) {
            if ((m.sides.get(s, domain, h) & Pins.HOST) != 0
                    && !(write && m.readOnly.get(s, domain, h) != 0)
                    && xen.grants.frame(s, (int) m.granter.get(s, domain, h), (int) m.ref.get(s, domain, h)) == frame) {
                return true;
            }
        }
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (xen.operation.phase.get(s, cpu) == Phase.OPENING
                    && xen.operation.domain.get(s, cpu) == domain
                    && (xen.mapping.sides.get(s, cpu) & Pins.HOST) != 0
                    && !(write && xen.mapping.isReadOnly(s, cpu))
                    && xen.grants.frame(s, (int) xen.mapping.granter.get(s, cpu), (int) xen.mapping.ref.get(s, cpu))
                            == frame) {
                return true;
            }
        }
        return false;
    }

    /** Forgets everything that a domain's virtual CPUs hold. */
    public int flush(long[] s, int domain) {
        for (int v = 0; v < vcpus.size(); v++) {
            if (reaches.decide(s, domain, v, 0) != 0) {
                for (int f = 0; f < xen.setting.frames(); f++) {
                    rights.set(s, domain, v, f, 0);
                }
            }
        }
        return NEXT;
    }

    /** Forgets the same because the virtual CPUs run no more: whoever runs next loads page tables of its own. */
    public void stop(long[] s, int domain) {
        for (int v = 0; v < vcpus.size(); v++) {
            for (int f = 0; f < xen.setting.frames(); f++) {
                rights.set(s, domain, v, f, 0);
            }
        }
    }

    /** Whether some virtual CPU of the domain holds a translation to the frame, for writing or at all. */
    public boolean reach(long[] s, int domain, int frame, boolean write) {
        for (int v = 0; v < vcpus.size(); v++) {
            if (rights.get(s, domain, v, frame) >= (write ? READ_WRITE : READ)) {
                return true;
            }
        }
        return false;
    }

    /** Adds all that {@link #reach} reads to a footprint. */
    public void read(Footprint p, int domain, int frame) {
        for (int v = 0; v < vcpus.size(); v++) {
            p.one(rights, (domain * vcpus.size() + v) * xen.setting.frames() + frame);
        }
    }
}
