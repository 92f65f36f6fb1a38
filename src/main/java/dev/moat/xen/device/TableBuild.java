package dev.moat.xen.device;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.call.RunningOperation;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.DomainTables;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * Building a domain's I/O tables when it gets its first device, from what it has then: its own frames, and its grant
 * mappings. Everything goes on meanwhile: from the first step on every change of a frame keeps the tables up, and the
 * domain's table lock keeps grant mappings away to the end. No device uses the tables yet, so nothing is invalidated.
 * {@code @source} Xen until 4.12, arch_iommu_populate_page_table; XSA-285.
 */
public final class TableBuild {
    private final XenState xen;
    /** {@code build.rights}: (frame is the domain's own, kind of its grant mappings) to rights. */
    private final Decision rights;

    public TableBuild(XenState xen, ModelBuilder model) {
        this.xen = xen;
        rights = model.decision("build.rights", (s, own, kind, c) -> own != 0 ? Rights.ALL : xen.rule.reflected(kind));
    }

    /** The steps, for {@link RunningOperation#domain}. */
    List<Step> steps(String after) {
        return List.of(
                Step.of("lock-tables", this::lock)
                        .taking(Asks.GRANT_LOCK)
                        .quietly()
                        .on(DONE, after),
                Step.of("announce-tables", this::announce),
                Step.of("build-page", this::buildPage).asking("build.rights").claiming("set-entry"),
                Step.of("unlock-tables", this::unlock).dropping(Asks.GRANT_LOCK));
    }

    private int domain(long[] s, int cpu) {
        return (int) xen.operation.domain.get(s, cpu);
    }

    /** DONE when the tables are there, as those that lead to all memory are from the start. */
    private int lock(long[] s, int cpu) {
        if (xen.domainTables.hasTables(s, domain(s, cpu)) || !xen.domainTables.follows(domain(s, cpu))) {
            return DONE;
        }
        if (!xen.grantLock.take(s, cpu, domain(s, cpu))) {
            return BLOCKED;
        }
        return NEXT;
    }

    private int announce(long[] s, int cpu) {
        xen.domainTables.progress.set(s, domain(s, cpu), DomainTables.BUILDING);
        return NEXT;
    }

    /**
     * LOOP for the next frame. {@code @source} Xen enters every page of the domain's list, which holds given-up ones too, if its
     * type is writable: a page table of the domain has been kept from devices by nobody so far.
     */
    private int buildPage(long[] s, int cpu) {
        int domain = domain(s, cpu);
        int frame = (int) xen.operation.frame.get(s, cpu);
        // Not one that nobody refers to any more: who dropped the last reference may have been here already.
        boolean owned = xen.memory.owner.get(s, frame) == domain + 1
                && !xen.memory.isUnused(s, frame)
                && xen.types.isWritable(s, frame);
        int own = owned ? 1 : 0;
        // A grant to itself has no upkeep (Xen 4.17 map_grant_ref: ld != rd), so that an entry for it would never go.
        boolean foreign = xen.memory.owner.get(s, frame) != domain + 1;
        int wanted = rights.decide(s, own, foreign ? xen.grants.mapKind(s, domain, frame) : 0, 0);
        xen.ioTables.store(s, xen.domainTables.space(domain), frame, frame, wanted);
        boolean more = frame + 1 < xen.setting.frames();
        xen.operation.frame.set(s, cpu, more ? frame + 1 : 0);
        return more ? LOOP : NEXT;
    }

    private int unlock(long[] s, int cpu) {
        xen.domainTables.progress.set(s, domain(s, cpu), DomainTables.BUILT);
        xen.grantLock.drop(s, cpu, domain(s, cpu));
        return NEXT;
    }
}
