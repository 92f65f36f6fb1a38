package dev.moat.pv.program;

import dev.moat.dma.swiotlb.Transfer;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.pv.DmaBackend;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.MapLocals;
import dev.moat.pv.state.Mappings;
import dev.moat.pv.state.Pool;
import dev.moat.pv.state.Whole;
import java.util.List;

/**
 * Mapping and unmapping as several CPUs do it at once, each in steps: slots are looked for and taken under the lock of their area, which is
 * nobody else's; copies are made under none ({@code swiotlb_search_pool_area}, {@code swiotlb_release_slots}). {@code @source} LINUX-SWIOTLB.
 */
final class MapOperations {
    private static final String LOCK = "area-lock";
    private static final String COPIES = "bounce.copies";
    private static final String AREAS = "pool.areas";

    private final LayerState layer;
    private final MapLocals locals;
    private final Mappings mappings;
    private final Pool pool;
    private final StreamingActions driver;
    private final ModelBuilder model;
    /** {@code area.locks}: 1 when the lock of an area is taken. */
    private final Decision locks;

    MapOperations(Whole whole, StreamingActions driver, ModelBuilder model) {
        layer = whole.state();
        locals = layer.locals;
        mappings = whole.mappings();
        pool = whole.pool();
        this.driver = driver;
        this.model = model;
        locks = model.decision("area.locks", (s, a, b, c) -> 1);
    }

    void declare(Argument mapping, Argument buffer, Argument direction) {
        model.operation(new Operation(
                "swiotlb_map",
                Actor.GUEST,
                List.of(mapping, buffer, direction),
                ModelBuilder.all(),
                (s, cpu, m, b, d, e, f) -> beginMap(s, cpu, m, b, d),
                map().steps(),
                null));
        model.operation(new Operation(
                "swiotlb_unmap",
                Actor.GUEST,
                List.of(mapping),
                ModelBuilder.all(),
                (s, cpu, m, b, c, d, e) -> beginUnmap(s, cpu, m),
                unmap().steps(),
                null));
    }

    private OperationPlan map() {
        boolean growing = layer.setting.pools.growing;
        return new OperationPlan()
                .step(Step.of("fit", this::fit).asking("map.reaches", "map.contiguous"))
                .step(lockArea())
                .step(Step.of("search", this::search)
                        .asking(AREAS)
                        .on(Outcome.NEXT, "take")
                        .on(Outcome.FAIL, "next-area"))
                .step(Step.of("next-area", this::nextArea)
                        .asking(AREAS)
                        .dropping(LOCK)
                        .asking("area.locks")
                        .on(Outcome.LOOP, "lock-area")
                        .on(Outcome.NEXT, growing ? "grow" : Step.END))
                .stepIf(
                        growing,
                        () -> Step.of("grow", this::grow)
                                .asking("transient.counted", COPIES)
                                .on(Outcome.NEXT, "note-use"))
                .step(Step.of("take", this::take).asking(AREAS))
                .step(Step.of("unlock-area", this::unlockArea)
                        .dropping(LOCK)
                        .asking("area.locks")
                        .quietly())
                .step(Step.of("copy-in", this::copyIn).asking(AREAS, COPIES))
                .stepIf(growing, () -> Step.of("note-use", this::noteUse))
                .step(Step.of("hand-out", this::handOut).on(Outcome.NEXT, Step.END));
    }

    private OperationPlan unmap() {
        return new OperationPlan()
                .step(Step.of("recognise", this::recognise).asking("unmap.in-pool"))
                .step(Step.of("copy-out", this::copyOut).asking(AREAS, COPIES, "transient.counted"))
                .step(lockArea())
                .step(Step.of("release", this::release).asking(AREAS))
                .step(Step.of("unlock-area", this::unmapped).dropping(LOCK).asking("area.locks"));
    }

    private Step lockArea() {
        return Step.of("lock-area", this::lock)
                .taking(LOCK)
                .asking("area.locks")
                .quietly();
    }

    /** A CPU begins with the area of its number. */
    private boolean beginMap(long[] s, int cpu, int m, int buffer, int dir) {
        if (!driver.mayMap(s, m, buffer, dir)) {
            return false;
        }
        layer.page.set(s, cpu, 0);
        locals.begin(s, cpu, m, cpu & (pool.areas(s) - 1));
        locals.setBuffer(s, cpu, buffer, dir);
        return layer.clearLocals(s, cpu);
    }

    private boolean beginUnmap(long[] s, int cpu, int m) {
        if (!driver.isReadyToUnmap(s, m)) {
            return false;
        }
        layer.page.set(s, cpu, 0);
        locals.begin(s, cpu, m, 0);
        return layer.clearLocals(s, cpu);
    }

    /** The driver fills its buffer; a device that can use it as it is is told where it is. */
    private int fit(long[] s, int cpu) {
        int m = locals.mapping(s, cpu);
        driver.begin(s, m, (int) locals.buffer.get(s, cpu), (int) locals.direction.get(s, cpu));
        locals.setBuffer(s, cpu, 0, 0);
        if (driver.takesItAsItIs(s, m)) {
            mappings.phase.set(s, m, Mappings.LIVE);
            return Outcome.DONE;
        }
        if (pool.backend(s) == DmaBackend.NATIVE) {
            driver.end(s, m);
            return Outcome.DONE;
        }
        return Outcome.NEXT;
    }

    private int lock(long[] s, int cpu) {
        int area = (int) locals.area.get(s, cpu);
        boolean goesOn = locks.decide(s, 0, 0, 0) == 0 || layer.pools.areaLock.take(s, cpu, area);
        return goesOn ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private void unlock(long[] s, int cpu) {
        if (locks.decide(s, 0, 0, 0) != 0) {
            layer.pools.areaLock.drop(s, cpu, (int) locals.area.get(s, cpu));
        }
    }

    private int search(long[] s, int cpu) {
        int area = (int) locals.area.get(s, cpu);
        int slot = pool.look(s, area, mappings.shape(s, locals.mapping(s, cpu)));
        locals.found.set(s, cpu, slot + 1);
        return slot == Pool.NONE ? Outcome.FAIL : Outcome.NEXT;
    }

    /** The next one in the circle; behind the last, the mapping fails, or has a pool made. */
    private int nextArea(long[] s, int cpu) {
        unlock(s, cpu);
        int all = pool.areas(s);
        int next = ((int) locals.area.get(s, cpu) + 1) % all;
        if (next != (cpu & (all - 1))) {
            locals.area.set(s, cpu, next);
            return Outcome.LOOP;
        }
        if (!layer.setting.pools.growing) {
            driver.end(s, locals.mapping(s, cpu));
        }
        return Outcome.NEXT;
    }

    /** Copies in as well: until the mapping is handed out nobody can tell when. */
    private int grow(long[] s, int cpu) {
        int m = locals.mapping(s, cpu);
        int slot = pool.mapByItsOwn(s, mappings.shape(s, m), transfer(s, m));
        if (slot == Pool.NONE) {
            driver.end(s, m);
            return Outcome.DONE;
        }
        locals.found.set(s, cpu, slot + 1);
        mappings.slot.set(s, m, slot + 1);
        return Outcome.NEXT;
    }

    private Transfer transfer(long[] s, int m) {
        return StreamingActions.transfer(mappings.directionOf(s, m));
    }

    private int take(long[] s, int cpu) {
        int m = locals.mapping(s, cpu);
        pool.take(s, (int) locals.area.get(s, cpu), locals.slot(s, cpu), mappings.shape(s, m));
        mappings.slot.set(s, m, locals.slot(s, cpu) + 1);
        return Outcome.NEXT;
    }

    private int unlockArea(long[] s, int cpu) {
        unlock(s, cpu);
        return Outcome.NEXT;
    }

    private int copyIn(long[] s, int cpu) {
        pool.fill(s, locals.slot(s, cpu), mappings.shape(s, locals.mapping(s, cpu)));
        return Outcome.NEXT;
    }

    private int noteUse(long[] s, int cpu) {
        layer.pools.noteUse(s);
        return Outcome.NEXT;
    }

    /** The driver has the address, and may pass it on to another CPU. */
    private int handOut(long[] s, int cpu) {
        int m = locals.mapping(s, cpu);
        mappings.bus.set(s, m, pool.toBus(s, locals.slot(s, cpu)));
        mappings.phase.set(s, m, Mappings.LIVE);
        return Outcome.NEXT;
    }

    /** An address that is not taken for the pool's is of a buffer that the device used itself: there is nothing to do. */
    private int recognise(long[] s, int cpu) {
        int m = locals.mapping(s, cpu);
        int bus = (int) mappings.bus.get(s, m);
        mappings.phase.set(s, m, Mappings.UNMAPPING);
        if (pool.backend(s) == DmaBackend.NATIVE || !pool.isRecognised(s, bus)) {
            mappings.phase.set(s, m, Mappings.DONE);
            return Outcome.DONE;
        }
        locals.found.set(s, cpu, pool.slotAt(s, bus) + 1);
        return Outcome.NEXT;
    }

    /** A pool that was made for this mapping ends with it. */
    private int copyOut(long[] s, int cpu) {
        int m = locals.mapping(s, cpu);
        int slot = locals.slot(s, cpu);
        if (pool.isTransient(slot)) {
            pool.unmap(s, slot, mappings.size(s, m), transfer(s, m));
            mappings.phase.set(s, m, Mappings.DONE);
            return Outcome.DONE;
        }
        pool.copyOut(s, slot, mappings.size(s, m), transfer(s, m));
        locals.area.set(s, cpu, pool.areaOf(s, slot));
        return Outcome.NEXT;
    }

    private int release(long[] s, int cpu) {
        int m = locals.mapping(s, cpu);
        pool.release(s, locals.slot(s, cpu), mappings.size(s, m), transfer(s, m).withoutSync());
        mappings.slot.set(s, m, 0);
        return Outcome.NEXT;
    }

    private int unmapped(long[] s, int cpu) {
        unlock(s, cpu);
        mappings.phase.set(s, locals.mapping(s, cpu), Mappings.DONE);
        return Outcome.NEXT;
    }
}
