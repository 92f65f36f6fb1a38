package dev.moat.iommu.amdvi.family;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.amdvi.CommandRing;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * A CPU maps a page, and first puts another level on top of tables that do not decode it; another CPU may map and unmap meanwhile, and takes
 * no lock for that. So a new top table leads to the old one before any entry leads to it, and the entries of all devices lead to it,
 * and are not cached otherwise, before other CPUs may make entries below it.
 *
 * <p>{@code @source} Linux 5.7 amd_iommu.c: iommu_map_page, iommu_unmap_page, increase_address_space, alloc_pte, fetch_pte, with 754265bcab78, eb791aa70b90, f44a4d7e4f1c and 19c6978fba68;
 * later kernels publish the new tables before the entries of the devices, see the fault {@code growth.published-first}.
 */
final class GrowthSteps {
    /** What is said of a page: nobody has it, a map is under way, it is returned, an unmap is under way. */
    enum Phase {
        FREE,
        OPENING,
        LIVE,
        CLOSING
    }

    /** As numbers: a page that nobody has is 0. */
    private static final List<Phase> PHASES = List.of(Phase.FREE, Phase.OPENING, Phase.LIVE, Phase.CLOSING);

    private static final String MAP = "iommu_map_page";
    private static final String UNMAP = "iommu_unmap_page";
    private static final String READ_LEVEL = "read-level";
    private static final String UNLOCK = "unlock-domain";
    private static final String LOCK = "domain.lock";

    private final GrowingTables tables;
    private final CommandRing ring;
    private final ModelBuilder model;
    private final boolean cachesAbsence;

    /** Per page: {@link Phase}, and the frame, meaningful unless it is FREE. */
    final Slots phase;

    final Slots frame;
    /** Per page: its entry is cleared or changed, and the unit has not been seen to forget it. */
    final Slots owed;

    private final Lock lock;
    private final Slots page;
    private final Slots wanted;
    private final Slots seenRoot;
    private final Slots seenMode;
    private final Slots device;

    /** {@code growth.invalidates}: (device) to 1 when its entry is invalidated after it was changed. */
    private final Decision invalidates;
    /** {@code growth.locks}: (cpu) to 1 when it takes the lock to let tables grow, and looks again. */
    private final Decision locks;
    /** {@code growth.mode}: (devices' entries, level of the new top table) to their Mode. */
    private final Decision mode;
    /** {@code growth.reads-at-once}: (cpu, 1 to map and 0 to unmap) to 1 when it reads the top table and its level in one load. */
    private final Decision atOnce;
    /** {@code growth.published-mode}: (level of the new top table, level until then) to the level that the domain gets. */
    private final Decision raised;

    GrowthSteps(GrowingTables tables, CommandRing ring, ModelBuilder model) {
        this.tables = tables;
        this.ring = ring;
        this.model = model;
        cachesAbsence = tables.unit.geometry().capabilities().cachesFailures();
        Slots pc = model.cpus(tables.cpus);
        model.cpusAreAlike();
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        phase = slots("page.phase", tables.pages).bits(2);
        frame = slots("page.frame", tables.pages)
                .live((s, p) -> phaseOf(s, p) != Phase.FREE)
                .of(tables.frames);
        owed = slots("page.owed", tables.pages).bits(1);
        lock = slots(LOCK, tables.domains).lock(tables.cpus);
        page = slots("cpu.page", tables.cpus).live(busy).of(tables.pages);
        wanted = slots("cpu.frame", tables.cpus).live(busy).of(tables.frames);
        seenRoot = slots("cpu.root", tables.cpus).live(busy).bits(3);
        seenMode = slots("cpu.mode", tables.cpus).live(busy).bits(3);
        device = slots("cpu.device", tables.cpus).live(busy).bits(2);
        invalidates = model.decision("growth.invalidates", (s, q, b, c) -> 1);
        locks = model.decision("growth.locks", (s, cpu, b, c) -> 1);
        mode = model.decision("growth.mode", (s, old, fresh, c) -> fresh);
        atOnce = model.decision("growth.reads-at-once", (s, cpu, maps, c) -> 1);
        raised = model.decision("growth.published-mode", (s, fresh, until, c) -> fresh);
    }

    private SlotsBuilder slots(String name, Sort at) {
        return model.schema().slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, at);
    }

    Phase phaseOf(long[] s, int p) {
        return PHASES.get((int) phase.get(s, p));
    }

    private int page(long[] s, int cpu) {
        return (int) page.get(s, cpu);
    }

    // --- programs

    void declare() {
        Argument at = new Argument("page", tables.pages);
        Argument to = new Argument("frame", tables.frames);
        model.operation(new Operation(
                MAP,
                Actor.HYPERVISOR,
                List.of(at, to),
                ModelBuilder.all(),
                (s, cpu, p, f, c, d, e) -> begin(s, cpu, p, f, Phase.FREE),
                growth(new OperationPlan().step(step("take-address", this::take).on(FAIL, Step.END)))
                        .step(step("make-tables", this::makeTables).on(FAIL, "give-address-back"))
                        .step(step("write-entry", this::write))
                        .at("np-cache", cachesAbsence ? forgetting("map") : List.of())
                        .step(step("return", (s, cpu) -> become(s, cpu, Phase.LIVE))
                                .on(NEXT, Step.END))
                        .step(step("give-address-back", (s, cpu) -> become(s, cpu, Phase.FREE)))
                        .steps(),
                null));
        model.operation(new Operation(
                UNMAP,
                Actor.HYPERVISOR,
                List.of(at),
                ModelBuilder.all(),
                (s, cpu, p, b, c, d, e) -> begin(s, cpu, p, 0, Phase.LIVE),
                reading(new OperationPlan().step(step("begin", this::close).on(FAIL, Step.END)), 0)
                        .step(step("clear-entry", this::clear))
                        .at("forget", forgetting("unmap"))
                        .step(step("free", (s, cpu) -> become(s, cpu, Phase.FREE)))
                        .steps(),
                null));
    }

    private static Step step(String name, StepCode code) {
        return Step.of(name, code);
    }

    /** The level and the top table, which are one word in Linux 5.7 to 5.11, and else two loads in this order. */
    private OperationPlan reading(OperationPlan plan, int maps) {
        return plan.step(step(READ_LEVEL, this::readBoth))
                .step(step("read-top-table", (s, cpu) -> readTop(s, cpu, maps))
                        .asking("growth.reads-at-once")
                        .quietly());
    }

    private OperationPlan growth(OperationPlan plan) {
        return reading(plan, 1)
                .step(step("check-width", this::fits).on(FAIL, "make-tables").quietly())
                .step(step("lock-domain", this::lock).asking("growth.locks").taking(LOCK))
                .step(step("check-again", this::fitsNow).asking("growth.locks").on(FAIL, UNLOCK))
                .step(step("link-old-top", this::linkOldTop))
                .step(step("write-device-entry", this::writeEntry).asking("growth.mode"))
                .step(step("queue-entry-invalidation", this::invalidate).asking("growth.invalidates"))
                .step(step("queue-entry-wait", this::announce))
                .step(step("await-entries", this::await))
                .step(step("publish", this::publish).asking("growth.published-mode"))
                .step(step(UNLOCK, this::unlock)
                        .asking("growth.locks")
                        .dropping(LOCK)
                        .on(NEXT, READ_LEVEL));
    }

    /** The unit forgets the page, and the CPU waits until it has. */
    private List<Step> forgetting(String of) {
        return List.of(
                step("queue-" + of + "-invalidation", this::invalidatePage),
                step("queue-" + of + "-wait", this::announce),
                step("await-" + of, (s, cpu) -> {
                    int done = await(s, cpu);
                    if (done == NEXT) {
                        owed.set(s, page(s, cpu), 0);
                    }
                    return done;
                }));
    }

    // --- pages

    private boolean begin(long[] s, int cpu, int p, int f, Phase from) {
        if (phaseOf(s, p) != from) {
            return false;
        }
        page.set(s, cpu, p);
        wanted.set(s, cpu, f);
        return true;
    }

    private int take(long[] s, int cpu) {
        int p = page(s, cpu);
        if (phaseOf(s, p) != Phase.FREE) {
            return FAIL;
        }
        frame.set(s, p, wanted.get(s, cpu));
        return become(s, cpu, Phase.OPENING);
    }

    private int close(long[] s, int cpu) {
        return phaseOf(s, page(s, cpu)) == Phase.LIVE ? become(s, cpu, Phase.CLOSING) : FAIL;
    }

    private int become(long[] s, int cpu, Phase next) {
        int p = page(s, cpu);
        phase.set(s, p, PHASES.indexOf(next));
        if (next == Phase.FREE) {
            frame.set(s, p, 0);
        }
        return NEXT;
    }

    // --- tables

    private int readBoth(long[] s, int cpu) {
        seenRoot.set(s, cpu, tables.root.get(s, 0));
        seenMode.set(s, cpu, tables.mode.get(s, 0));
        return NEXT;
    }

    /** What was read before is the pair; or only the level, and the top table that goes with it may be another one by now. */
    private int readTop(long[] s, int cpu, int maps) {
        if (atOnce.decide(s, cpu, maps, 0) == 0) {
            seenRoot.set(s, cpu, tables.root.get(s, 0));
        }
        return NEXT;
    }

    private int top(long[] s, int cpu) {
        return (int) seenRoot.get(s, cpu);
    }

    private int level(long[] s, int cpu) {
        return (int) seenMode.get(s, cpu);
    }

    private int fits(long[] s, int cpu) {
        return level(s, cpu) >= tables.levelsFor(page(s, cpu)) ? FAIL : NEXT;
    }

    private int makeTables(long[] s, int cpu) {
        return tables.makeTables(s, top(s, cpu), level(s, cpu), page(s, cpu)) ? NEXT : FAIL;
    }

    private int write(long[] s, int cpu) {
        int p = page(s, cpu);
        tables.store(s, top(s, cpu), level(s, cpu), p, (int) frame.get(s, p));
        return NEXT;
    }

    /** A page that is not found is taken for one that is gone: Linux warns, and frees its address. */
    private int clear(long[] s, int cpu) {
        int p = page(s, cpu);
        if (tables.finds(s, top(s, cpu), level(s, cpu), p)) {
            tables.store(s, top(s, cpu), level(s, cpu), p, -1);
        }
        owed.set(s, p, 1);
        return NEXT;
    }

    // --- growth

    private int lock(long[] s, int cpu) {
        return locks.decide(s, cpu, 0, 0) == 0 || lock.take(s, cpu, 0) ? NEXT : BLOCKED;
    }

    private int unlock(long[] s, int cpu) {
        if (locks.decide(s, cpu, 0, 0) != 0) {
            lock.drop(s, cpu, 0);
        }
        return NEXT;
    }

    /** Nothing goes on top of tables that have all levels; a map without the lock may come here with their root and an old level. */
    private int fitsNow(long[] s, int cpu) {
        device.set(s, cpu, 0);
        if (locks.decide(s, cpu, 0, 0) != 0) {
            readBoth(s, cpu);
        }
        return top(s, cpu) == GrowingTables.MOST ? FAIL : fits(s, cpu);
    }

    /** Level of the table that goes on top. */
    private int fresh(long[] s, int cpu) {
        return top(s, cpu) + 1;
    }

    private int linkOldTop(long[] s, int cpu) {
        tables.linkBelow(s, fresh(s, cpu));
        return NEXT;
    }

    /** Root and Mode are in one quadword of an entry, and stored at once. */
    private int writeEntry(long[] s, int cpu) {
        int q = (int) device.get(s, cpu);
        int fresh = fresh(s, cpu);
        int written = mode.decide(s, level(s, cpu), fresh, 0);
        tables.unit.setQuad(s, q, 0, tables.entry(fresh, written));
        return all(s, cpu);
    }

    /** The same for the next device, or on. */
    private int all(long[] s, int cpu) {
        int next = (int) device.get(s, cpu) + 1;
        boolean last = next == tables.requesters.size();
        device.set(s, cpu, last ? 0 : next);
        return last ? NEXT : LOOP;
    }

    private int invalidate(long[] s, int cpu) {
        int q = (int) device.get(s, cpu);
        int id = tables.unit.geometry().deviceIds().get(q);
        boolean asked = invalidates.decide(s, q, 0, 0) == 0
                || ring.submit(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, id), 0);
        return asked ? all(s, cpu) : BLOCKED;
    }

    private int publish(long[] s, int cpu) {
        tables.root.set(s, 0, fresh(s, cpu));
        tables.mode.set(s, 0, raised.decide(s, fresh(s, cpu), (int) tables.mode.get(s, 0), 0));
        return NEXT;
    }

    // --- the unit

    private int invalidatePage(long[] s, int cpu) {
        long number = tables.unit.geometry().pageNumber(page(s, cpu));
        return ring.submit(s, Commands.pages(0), Commands.range(number, 0, true)) ? NEXT : BLOCKED;
    }

    private int announce(long[] s, int cpu) {
        return ring.submit(s, Commands.waitStore(tables.unit.map().waitAddress(cpu)), 1) ? NEXT : BLOCKED;
    }

    private int await(long[] s, int cpu) {
        if (tables.unit.waits.get(s, cpu) == 0) {
            return BLOCKED;
        }
        tables.unit.waits.set(s, cpu, 0);
        return NEXT;
    }

    /** Adds what is said of a page. */
    void read(Footprint footprint, int p) {
        footprint.one(phase, p).one(frame, p);
    }
}
