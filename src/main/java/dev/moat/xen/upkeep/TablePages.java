package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.vtd.LeafTables;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.memory.Frames;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.state.TablePool;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * Pages of I/O tables: before a page of a domain gets its entry, the table for it is taken from the heap, zeroed and
 * linked; with its last entry a table is unlinked, and freed once the domain has been invalidated, paging-structure caches
 * included. The domain's table lock is held from the look at the entry above until the entry below is stored, and from the
 * removal of the last entry until the table is unlinked.
 *
 * <p>Where tables are there from the start, all of this answers with no step at all. {@code @source} Xen 4.17
 * drivers/passthrough/vtd/iommu.c: addr_to_dma_page_maddr, intel_iommu_unmap_page; x86/iommu.c: iommu_alloc_pgtable,
 * iommu_queue_free_pgtable. Recorded: the domain is invalidated, not the page, when the last entry of a table goes.
 */
public final class TablePages {
    /** The operation's domain and frame, whose entry is about to change. */
    @FunctionalInterface
    public interface Of {
        int get(long[] s, int cpu);
    }

    private final XenState x;
    private final Invalidation invalidation;
    private final TablePool pool;
    private final LeafTables tables;
    /** {@code table.may-take}: (frame, its state in {@link Frames}) to 1 when the heap gives it for a table. */
    private final Decision mayTake;
    /** {@code table.lock-kept}: to 1 when the lock under which a table was found is held until the entry is stored. */
    private final Decision lockKept;
    /** {@code table.asked-again}: to 1 when it is asked after the unlinking too whether the domain has a device. */
    private final Decision askedAgain;

    public TablePages(XenState x, ModelBuilder model, Invalidation invalidation) {
        this.x = x;
        this.invalidation = invalidation;
        pool = x.pool;
        tables = x.unit.leaves;
        Decision free = (s, frame, state, c) -> state == Frames.FREE ? 1 : 0;
        Decision always = (s, a, b, c) -> 1;
        mayTake = pool.on() ? model.decision("table.may-take", free) : free;
        lockKept = pool.on() ? model.decision("table.lock-kept", always) : always;
        askedAgain = pool.on() ? model.decision("table.asked-again", always) : always;
    }

    /**
     * The steps that see to it that there is a table for an entry, before the step that stores it.
     *
     * @param then the step that stores it, in {@link #storing}
     * @param failed the step that goes on when the heap has no page
     */
    public List<Step> adding(Of domain, Of frame, String then, String failed) {
        return !pool.on()
                ? List.of()
                : List.of(
                        Step.of("take-table", (s, cpu) -> take(s, cpu, domain.get(s, cpu), frame.get(s, cpu)))
                                .on(DONE, then)
                                .on(FAIL, failed),
                        Step.of("zero-table", this::zero),
                        Step.of("link-table", (s, cpu) -> link(s, cpu, domain.get(s, cpu), frame.get(s, cpu)))
                                .on(NEXT, then));
    }

    /** Puts around a step that stores an entry that it ends what {@link #adding} began. */
    public StepCode storing(Of domain, StepCode store) {
        return !pool.on()
                ? store
                : (s, cpu) -> {
                    int of = domain.get(s, cpu);
                    int outcome = store.run(s, cpu);
                    pool.setPage(s, cpu, TablePool.NONE);
                    pool.setLocked(s, of, false);
                    return outcome;
                };
    }

    /**
     * The step that removes an entry, and the one that unlinks the table whose last entry that was.
     *
     * @param store where it answers NEXT it has removed an entry
     * @param what names the steps of the invalidation
     */
    public List<Step> removing(Of domain, Step store, String what) {
        if (!pool.on()) {
            return List.of(store);
        }
        String unlink = Invalidation.named("unlink", what, "table");
        return List.of(
                store.running((s, cpu) -> remove(s, cpu, domain.get(s, cpu), store.code()))
                        .on(NEXT, Invalidation.named("queue", what, "invalidation"))
                        .on(LOOP, unlink),
                Step.of(unlink, this::unlink));
    }

    /** The steps of the invalidation after {@link #removing}, and the one that frees the table that was unlinked. */
    public List<Step> invalidating(String what, String done) {
        if (!pool.on()) {
            return invalidation.removalSteps(what, done);
        }
        String free = Invalidation.named("free", what, "table");
        List<Step> steps = new ArrayList<>(invalidation.removalSteps(what, free));
        steps.add(Step.of(free, this::free));
        return steps;
    }

    /** DONE when the table is there; blocked while another operation changes the domain's tables. */
    private int take(long[] s, int cpu, int domain, int frame) {
        if (x.tree(domain) < 0) {
            return DONE;
        }
        if (pool.isLocked(s, domain)) {
            return BLOCKED;
        }
        if (tables.of(s, x.tree(domain), frame) != LeafTables.NONE) {
            pool.setLocked(s, domain, lockKept.decide(s, domain, 0, 0) != 0);
            return DONE;
        }
        int page = heap(s);
        if (page == TablePool.NONE) {
            return FAIL;
        }
        pool.setLocked(s, domain, true);
        x.memory.takeForTable(s, page);
        tables.fill(s, page, leftover());
        pool.setPage(s, cpu, page);
        return NEXT;
    }

    /** The lowest frame that the heap gives. */
    private int heap(long[] s) {
        for (int f = 0; f < x.setting.frames(); f++) {
            if (mayTake.decide(s, f, (int) x.memory.state.get(s, f), 0) != 0) {
                return f;
            }
        }
        return TablePool.NONE;
    }

    /** What whoever had the page before may have left in it: the entry that does the most harm. */
    private long leftover() {
        return x.unit.leafTo(0, VtdUnit.READ | VtdUnit.WRITE);
    }

    private int zero(long[] s, int cpu) {
        tables.fill(s, pool.page(s, cpu), 0);
        return NEXT;
    }

    private int link(long[] s, int cpu, int domain, int frame) {
        int table = pool.page(s, cpu);
        tables.link(s, x.tree(domain), frame, table);
        return NEXT;
    }

    /** LOOP when the table that the entry was in is empty now; the lock is kept then. */
    private int remove(long[] s, int cpu, int domain, StepCode store) {
        if (x.tree(domain) < 0) {
            return store.run(s, cpu);
        }
        if (pool.isLocked(s, domain)) {
            return BLOCKED;
        }
        int outcome = store.run(s, cpu);
        if (outcome != NEXT) {
            return outcome;
        }
        int table = tables.of(s, x.tree(domain), (int) x.locals.frame.get(s, cpu));
        boolean last = table != LeafTables.NONE && tables.isEmpty(s, table);
        pool.setLocked(s, domain, last);
        return last ? LOOP : NEXT;
    }

    /** A device that the domain got since the entry was removed may have been led through the table: asked again. */
    private int unlink(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        int frame = (int) x.locals.frame.get(s, cpu);
        int tree = x.tree(domain);
        pool.setPage(s, cpu, tables.of(s, tree, frame));
        tables.unlink(s, tree, frame);
        if (askedAgain.decide(s, domain, 0, 0) != 0) {
            invalidation.tableUnlinked(s, cpu, domain);
        }
        pool.setLocked(s, domain, false);
        return NEXT;
    }

    private int free(long[] s, int cpu) {
        int page = pool.page(s, cpu);
        if (page != TablePool.NONE) {
            tables.fill(s, page, 0);
            x.memory.free(s, page);
            pool.setPage(s, cpu, TablePool.NONE);
        }
        return NEXT;
    }
}
