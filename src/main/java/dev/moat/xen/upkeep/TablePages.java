package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.memory.Frames;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.program.Asks;
import dev.moat.xen.program.StepNames;
import dev.moat.xen.state.TablePool;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * Pages of I/O tables: before a page of a domain gets its entry, the table for it is taken from the heap, zeroed and linked; with its last
 * entry a table is unlinked, and freed once the domain has been invalidated, paging-structure caches included. The domain's table lock is
 * held from the look at the entry above until the entry below is stored, and from the removal of the last entry until the table is unlinked.
 *
 * <p>With superpages, a table whose entries are contiguous with equal rights is replaced by an entry of level 2, and freed like
 * one that is unlinked; before a page below such an entry changes, a table with the same translations takes its place.
 *
 * <p>Where tables are there from the start, all of this answers with no step at all. {@code @source} Xen 4.17
 * drivers/passthrough/vtd/iommu.c: addr_to_dma_page_maddr, intel_iommu_unmap_page; x86/iommu.c: iommu_alloc_pgtable,
 * iommu_queue_free_pgtable. Recorded: the domain is invalidated, not the page, when the last entry of a table goes.
 */
public final class TablePages {
    /** The operation's domain, or the frame whose entry is about to change, or the rights it is to have (or to keep). */
    @FunctionalInterface
    public interface Of {
        int get(long[] s, int cpu);
    }

    /**
     * The entry that an operation is about to change.
     *
     * @param domain whose tables
     * @param frame the frame, which is also its page
     * @param rights what the entry is to have, or -1 to keep it
     * @param asks the decisions that {@code rights} asks
     */
    public record Entry(Of domain, Of frame, Of rights, List<String> asks) {}

    private static final int KEEP = -1;
    private static final String MERGE = "merge-table";

    private final XenState xen;
    private final Invalidation invalidation;
    private final TablePool pool;
    private final dev.moat.iommu.TablePages tables;
    private final boolean superpages;
    /** {@code table.may-take}: (frame, its state in {@link Frames}, references to it) to 1 when the heap gives it for a table. */
    private final Decision mayTake;
    /** {@code table.lock-kept}: to 1 when the lock under which a table was found is held until the entry is stored. */
    private final Decision lockKept;
    /** {@code table.asked-again}: to 1 when it is asked after the unlinking too whether the domain has a device. */
    private final Decision askedAgain;
    /** {@code superpage.same-rights}: to 1 when only pages with equal rights make a superpage. */
    private final Decision sameRights;
    /** {@code superpage.removal-lock}: to 1 when a removal holds the lock from its look at the entry above on. */
    private final Decision removalLock;

    public TablePages(XenState xen, ModelBuilder model, Invalidation invalidation) {
        this.xen = xen;
        this.invalidation = invalidation;
        pool = xen.pool;
        tables = xen.ioTables.pages();
        superpages = xen.setting.ioTables().superpages();
        Decision free = (s, frame, state, c) -> state == Frames.FREE ? 1 : 0;
        Decision always = (s, a, b, c) -> 1;
        mayTake = pool.on() ? model.decision("table.may-take", free) : free;
        lockKept = pool.on() ? model.decision("table.lock-kept", always) : always;
        askedAgain = pool.on() ? model.decision("table.asked-again", always) : always;
        sameRights = superpages ? model.decision("superpage.same-rights", always) : always;
        removalLock = superpages ? model.decision("superpage.removal-lock", always) : always;
    }

    /**
     * The steps that see to it that there is a table for an entry, before the step that stores it.
     *
     * @param then the step that stores it, in {@link #storing}
     * @param failed the step that goes on when the heap has no page
     */
    public List<Step> adding(Entry entry, String then, String failed) {
        return pool.on() ? making(entry, "", this::take, then, failed) : List.of();
    }

    /** How a table for an entry is taken from the heap. */
    @FunctionalInterface
    private interface Take {
        int take(long[] s, int cpu, int domain, int frame, Of rights);
    }

    private List<Step> making(Entry entry, String what, Take take, String then, String failed) {
        Of domain = entry.domain();
        Of frame = entry.frame();
        return List.of(
                Step.of(
                                StepNames.of("take", what, "table"),
                                (s, cpu) -> take.take(s, cpu, domain.get(s, cpu), frame.get(s, cpu), entry.rights()))
                        .asking("table.may-take", "table.lock-kept", "superpage.removal-lock")
                        .asking(entry.asks())
                        .taking(Asks.TABLES_LOCK)
                        .on(DONE, then)
                        .on(FAIL, failed),
                Step.of(
                                StepNames.of("fill", what, "table"),
                                (s, cpu) -> fill(s, cpu, domain.get(s, cpu), frame.get(s, cpu)))
                        .asking(tables.pageDecisions())
                        .asking(entry.asks()),
                Step.of(
                                StepNames.of("link", what, "table"),
                                (s, cpu) -> link(s, cpu, domain.get(s, cpu), frame.get(s, cpu)))
                        .asking(tables.linkDecisions())
                        .asking(entry.asks())
                        .on(NEXT, then));
    }

    /**
     * The step that stores an entry and ends what {@link #adding} began; and the one that makes a superpage of the table.
     *
     * @param next where the operation goes on when the entry was stored and there is no superpage to be made
     */
    public List<Step> storing(Entry entry, Step store, String next) {
        if (!pool.on()) {
            return List.of(store);
        }
        Of domain = entry.domain();
        Of frame = entry.frame();
        StepCode code = once(entry, store.code());
        Step ending = store.running((s, cpu) -> store(s, cpu, domain.get(s, cpu), frame.get(s, cpu), code))
                .asking("superpage.same-rights")
                .dropping(Asks.TABLES_LOCK)
                .on(NEXT, next);
        return superpages
                ? List.of(
                        ending.on(LOOP, MERGE),
                        Step.of(MERGE, this::merge)
                                .asking(Asks.UNLINK)
                                .asking("superpage.same-rights")
                                .asking(tables.linkDecisions())
                                .dropping(Asks.TABLES_LOCK)
                                .claiming("drop-table"))
                : List.of(ending);
    }

    /** The steps that pay what a change of an entry owes, and then free the table that it unlinked or replaced. */
    public List<Step> paying(Payment payment) {
        boolean frees = payment.removal() ? pool.on() : superpages;
        if (!frees) {
            return invalidation.paying(payment);
        }
        String free = StepNames.of("free", payment.what(), "table");
        List<Step> steps = new ArrayList<>(invalidation.paying(payment.to(free)));
        Step last = Step.of(free, this::free);
        steps.add(payment.done().equals(Step.END) ? last.on(NEXT, Step.END) : last);
        return steps;
    }

    /** The steps that pay for a superpage where an entry alone owes nothing. */
    public List<Step> payingForMerge() {
        return superpages ? paying(Payment.of("merge", Step.END)) : List.of();
    }

    /**
     * The step that removes an entry, those before it that split its superpage, and the one that unlinks the table whose last
     * entry that was.
     *
     * @param store where it answers NEXT it has removed an entry
     * @param what names the steps
     * @param failed the step that goes on when the heap has no page
     */
    public List<Step> removing(Entry entry, Step store, String what, String failed) {
        if (!pool.on()) {
            return List.of(store);
        }
        String unlink = StepNames.of("unlink", what, "table");
        List<Step> steps = new ArrayList<>();
        if (superpages) {
            steps.addAll(making(entry, what, this::split, store.name(), failed));
        }
        Of domain = entry.domain();
        StepCode code = once(entry, store.code());
        steps.add(store.running((s, cpu) -> remove(s, cpu, domain.get(s, cpu), code))
                .taking(Asks.TABLES_LOCK)
                .dropping(Asks.TABLES_LOCK)
                .on(NEXT, StepNames.of("queue", what, "invalidation"))
                .on(LOOP, unlink));
        steps.add(Step.of(unlink, this::unlink)
                .asking(Asks.UNLINK)
                .asking(tables.linkDecisions())
                .dropping(Asks.TABLES_LOCK)
                .claiming("drop-table"));
        return steps;
    }

    /** DONE when the table is there, or nothing changes; blocked while another operation changes the domain's tables. */
    private int take(long[] s, int cpu, int domain, int frame, Of rights) {
        if (xen.domainTables.space(domain) < 0) {
            return DONE;
        }
        if (pool.isLocked(s, domain)) {
            return BLOCKED;
        }
        if (isSuperpage(s, domain, frame)
                ? !isChange(s, domain, frame, rights.get(s, cpu))
                : tables.of(s, xen.domainTables.space(domain), frame) != TablePool.NONE) {
            pool.keepLocked(s, cpu, domain, lockKept.decide(s, domain, 0, 0) != 0);
            return DONE;
        }
        int page = heap(s);
        if (page == TablePool.NONE) {
            return FAIL;
        }
        pool.lock(s, cpu, domain);
        xen.memory.takeForTable(s, page);
        // What whoever had the page before may have left in it: the entry that does the most harm.
        tables.fill(s, page, 0, Rights.ALL);
        pool.setPage(s, cpu, page);
        return NEXT;
    }

    /** As {@link #take}, but DONE with the lock held where there is no superpage to be split. */
    private int split(long[] s, int cpu, int domain, int frame, Of rights) {
        if (xen.domainTables.space(domain) < 0) {
            return DONE;
        }
        boolean splits = isSuperpage(s, domain, frame) && isChange(s, domain, frame, rights.get(s, cpu));
        if (splits) {
            return take(s, cpu, domain, frame, rights);
        }
        boolean keeps = removalLock.decide(s, domain, 0, 0) != 0;
        if (keeps && pool.isLocked(s, domain)) {
            return BLOCKED;
        }
        if (keeps) {
            pool.lock(s, cpu, domain);
        }
        return DONE;
    }

    private boolean isSuperpage(long[] s, int domain, int frame) {
        return tables.isSuperpage(s, xen.domainTables.space(domain), frame);
    }

    private boolean isChange(long[] s, int domain, int frame, int rights) {
        return rights != KEEP && invalidation.entries().changes(s, domain, frame, rights);
    }

    /** The lowest frame that the heap gives. */
    private int heap(long[] s) {
        for (int f = 0; f < xen.setting.frames(); f++) {
            int references = (int) xen.memory.references.get(s, f);
            if (mayTake.decide(s, f, (int) xen.memory.state.get(s, f), references) != 0) {
                return f;
            }
        }
        return TablePool.NONE;
    }

    /** No entry, or those that the superpage stands for. */
    private int fill(long[] s, int cpu, int domain, int frame) {
        if (isSuperpage(s, domain, frame)) {
            tables.fillFromSuperpage(s, pool.page(s, cpu), xen.domainTables.space(domain), frame);
        } else {
            tables.clear(s, pool.page(s, cpu));
        }
        return NEXT;
    }

    private int link(long[] s, int cpu, int domain, int frame) {
        tables.link(s, xen.domainTables.space(domain), frame, pool.page(s, cpu));
        return NEXT;
    }

    /**
     * What an entry is to be is decided once, with the look at its superpage: when another mapping has ended since, so that it would
     * change now, nothing does, and whoever ended that mapping changes it.
     */
    private StepCode once(Entry entry, StepCode store) {
        return (s, cpu) -> {
            int domain = entry.domain().get(s, cpu);
            int frame = entry.frame().get(s, cpu);
            boolean looked = superpages && xen.domainTables.space(domain) >= 0 && pool.isLocked(s, domain);
            boolean inSuperpage = looked && isSuperpage(s, domain, frame);
            return inSuperpage && isChange(s, domain, frame, entry.rights().get(s, cpu)) ? DONE : store.run(s, cpu);
        };
    }

    /** LOOP when a superpage can be made; the lock is kept then, and the entry noted. */
    private int store(long[] s, int cpu, int domain, int frame, StepCode store) {
        int space = xen.domainTables.space(domain);
        int rights = space < 0 ? Rights.NONE : xen.ioTables.rights(s, space, frame);
        int to = space < 0 ? 0 : xen.ioTables.frame(s, space, frame);
        int outcome = store.run(s, cpu);
        pool.setPage(s, cpu, TablePool.NONE);
        boolean changed = space >= 0
                && (rights != xen.ioTables.rights(s, space, frame) || to != xen.ioTables.frame(s, space, frame));
        boolean merges = superpages && changed && tables.canMerge(s, space, frame, sameRights.decide(s, 0, 0, 0) != 0);
        pool.keepLocked(s, cpu, domain, merges);
        if (merges) {
            xen.operation.domain.set(s, cpu, domain);
            xen.operation.frame.set(s, cpu, frame);
        }
        return merges ? LOOP : outcome;
    }

    /** A superpage takes the place of the table. */
    private int merge(long[] s, int cpu) {
        int space = xen.domainTables.space((int) xen.operation.domain.get(s, cpu));
        int frame = (int) xen.operation.frame.get(s, cpu);
        pool.setPage(s, cpu, tables.of(s, space, frame));
        tables.merge(s, space, frame, sameRights.decide(s, 0, 0, 0) != 0);
        return left(s, cpu);
    }

    /** LOOP when the table that the entry was in is empty now; the lock is kept then. With superpages it is held already. */
    private int remove(long[] s, int cpu, int domain, StepCode store) {
        if (xen.domainTables.space(domain) < 0) {
            return store.run(s, cpu);
        }
        if (!superpages && pool.isLocked(s, domain)) {
            return BLOCKED;
        }
        int outcome = store.run(s, cpu);
        pool.setPage(s, cpu, TablePool.NONE);
        int table = tables.of(s, xen.domainTables.space(domain), (int) xen.operation.frame.get(s, cpu));
        boolean last = outcome == NEXT && table != TablePool.NONE && tables.isEmpty(s, table);
        pool.keepLocked(s, cpu, domain, last);
        return last ? LOOP : outcome;
    }

    private int unlink(long[] s, int cpu) {
        int space = xen.domainTables.space((int) xen.operation.domain.get(s, cpu));
        int frame = (int) xen.operation.frame.get(s, cpu);
        pool.setPage(s, cpu, tables.of(s, space, frame));
        tables.unlink(s, space, frame);
        return left(s, cpu);
    }

    /**
     * The entry above leads to its table no more. A device that the domain got since the entry below was stored may have been
     * led through the table: asked again.
     */
    private int left(long[] s, int cpu) {
        int domain = (int) xen.operation.domain.get(s, cpu);
        if (askedAgain.decide(s, domain, 0, 0) != 0) {
            invalidation.entries().tableUnlinked(s, cpu, domain);
        }
        pool.unlock(s, cpu, domain);
        return NEXT;
    }

    private int free(long[] s, int cpu) {
        int page = pool.page(s, cpu);
        if (page != TablePool.NONE) {
            giveBack(s, page);
            pool.setPage(s, cpu, TablePool.NONE);
        }
        return NEXT;
    }

    private void giveBack(long[] s, int page) {
        tables.clear(s, page);
        xen.memory.free(s, page);
    }

    /**
     * The step that frees all tables of a domain whose devices have gone, or none where tables are there from the start.
     * {@code @source} Xen 4.17 domain_relinquish_resources: pci_release_devices, then iommu_free_pgtables.
     */
    public List<Step> freeingAll(Of domain) {
        return pool.on()
                ? List.of(Step.of("free-tables", (s, cpu) -> freeAll(s, domain.get(s, cpu)))
                        .asking(tables.linkDecisions())
                        .claiming("clear-entry"))
                : List.of();
    }

    private int freeAll(long[] s, int domain) {
        if (pool.isLocked(s, domain)) {
            return BLOCKED;
        }
        for (int f = 0; xen.domainTables.space(domain) >= 0 && f < xen.setting.frames(); f++) {
            int table = tables.of(s, xen.domainTables.space(domain), f);
            if (table != TablePool.NONE) {
                tables.unlink(s, xen.domainTables.space(domain), f);
                giveBack(s, table);
            }
        }
        return NEXT;
    }
}
