package dev.moat.dma.layer;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.dma.PageRuns;
import dev.moat.dma.layer.range.RangeCallbacks;
import dev.moat.dma.layer.setting.Flush;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * I/O addresses of each domain, one page each: the highest free one first, as Linux's allocator gives them out of a tree that is
 * not cluttered; freed ones go to the CPU's magazine and, when that is full, to the depot or back to the tree. Where addresses wrap the
 * driver has them, and is asked by {@link RangeCallbacks}. {@code @source} Linux 6.1 iova.c: alloc_iova_fast, __iova_rcache_insert,
 * __iova_rcache_get.
 */
final class Iovas {
    /** Addresses of the longest list. */
    private static final int RUN = 4;

    private final LayerState layer;
    private final int size;
    /** The driver's own, where it has the addresses; the layer has them otherwise. */
    private final @Nullable RangeCallbacks driver;
    /** Per space and page: out of the tree. What is in a magazine is. */
    private final Slots taken;

    private final PageRuns pages;
    /** Per space, CPU and place, from the bottom: an address that was freed, or none. */
    private final Slots magazine;
    /** The same of the depot, which holds one full magazine or none. */
    private final Slots depot;
    /** Per space and CPU: the first of four addresses in a row that it keeps, or none. */
    private final Slots run;
    /** {@code iova.inside}: (page, space, pages that it lies behind the aperture, below 0 for before it) to 1 when it may be handed out. */
    private final Decision inside;
    /** {@code iova.held-back}, {@code area.preset} of a bitmap: (page, whether it is one of those) to 1 when it is never handed out. */
    private final Decision heldBack;

    private final boolean holdsBack;
    /** {@code iova.within}: (page out of a magazine, last page that the device reaches) to 1 when it may have it. */
    private final Decision within;
    /** {@code iova.rounded}: (addresses of a list) to those that are taken for it. */
    private final Decision rounded;
    /** {@code iova.magazine-locked}: (CPU) to 1 when it takes the lock although its own magazine has an address. */
    private final Decision magazineLocked;
    /** Per space: the lock on the tree, the depot and all magazines, or on what the driver has; with magazines, who has it. */
    private final Lock lock;
    /** Whether the address that a CPU has found is in the depot. */
    private final Slots fromDepot;

    Iovas(LayerState layer, ModelBuilder model) {
        this.layer = layer;
        size = layer.setting.magazine;
        SchemaBuilder schema = model.schema();
        Sort places = Sort.numbered("Place", "i", size);
        boolean wraps = layer.setting.flush.wraps();
        RangeCallbacks.Shape shape =
                new RangeCallbacks.Shape(layer.spaces, layer.pages, layer.setting.boundary, layer.firstTranslated());
        driver = wraps ? RangeCallbacks.of(layer.setting.flush, shape, model) : null;
        boolean inTree = !wraps && hasAddresses();
        Sort spaces = layer.spaces.onlyIf(inTree);
        Sort lengths = layer.setting.listLengths();
        taken = schema.slots(wraps ? "tree" : "iova", Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.pages)
                .bits(1);
        pages = new PageRuns(taken, layer.pages.size());
        magazine = schema.slots("magazine", Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus, places)
                .optional(layer.pages);
        depot = schema.slots("depot", Role.HYPERVISOR, Writer.HYPERVISOR, spaces, places)
                .optional(layer.pages);
        run = schema.slots("run-magazine", Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus, lengths)
                .optional(layer.pages);
        // Nothing is in them; traces name them.
        for (String name : inTree ? List.of("hint", "need-flush") : List.<String>of()) {
            schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, spaces).bits(0);
        }
        inside = model.decision("iova.inside", (s, p, space, behind) -> behind == 0 ? 1 : 0);
        holdsBack = layer.setting.holdsZeroBack || layer.setting.holdsHighestBack || layer.regions.hasReserved();
        heldBack = asked(model, holdsBack, heldBackName(), (s, p, is, c) -> is);
        Decision reached = (s, p, limit, c) -> p <= limit ? 1 : 0;
        within = asked(model, layer.setting.narrow && size > 0, "iova.within", reached);
        Decision up = (s, count, b, c) -> layer.setting.roundedLists ? PageRuns.roundUp(count) : count;
        rounded = asked(model, layer.setting.roundedLists, "iova.rounded", up);
        magazineLocked = asked(model, size > 0, "iova.magazine-locked", (s, cpu, b, c) -> 1);
        var locks = schema.slots("lock.iova", Role.HYPERVISOR, Writer.HYPERVISOR, wraps ? layer.spaces : spaces);
        lock = size > 0 ? locks.lock(layer.setting.cpus) : locks.lock();
        Liveness busy = (s, cpu) -> layer.pc.get(s, cpu) != 0;
        fromDepot = layer.local(schema, "cpu.from-depot", busy).bits(size > 0 ? 1 : 0);
    }

    private static Decision asked(ModelBuilder model, boolean isThere, String name, Decision decision) {
        return isThere ? model.decision(name, decision) : decision;
    }

    /** Whether any group may have addresses that are not the memory's own. */
    private boolean hasAddresses() {
        return layer.setting.flush != Flush.IDENTITY || layer.types.vary();
    }

    /** Pages outside of the aperture are never free. */
    void initial(long[] s) {
        for (int d = 0; d < layer.spaces.size() && hasAddresses(); d++) {
            for (int p = 0; p < layer.pages.size(); p++) {
                boolean isKept = !isHandedOut(s, d, p);
                if (isKept && driver != null) {
                    driver.reserve(s, d, p);
                } else if (isKept) {
                    taken.set(s, d, p, 1);
                }
            }
        }
    }

    private boolean isHandedOut(long[] s, int d, int p) {
        boolean region = layer.regions.knows(s, d, p);
        return inside.decide(s, p, d, layer.outside(d, p)) != 0
                && !(region && layer.isDirect(d, p))
                && heldBack.decide(s, p, region || layer.keepsBack(p) ? 1 : 0, 0) == 0;
    }

    /** Whether an address of a space that is somebody's by right is out of the tree, or of what the driver has. */
    boolean isTaken(long[] s, int d, int p) {
        boolean out = driver != null ? driver.isTaken(s, d, p) : taken.size() > 0 && taken.get(s, d, p) != 0;
        return out && isHandedOut(s, d, p);
    }

    /** Whether a magazine or the depot has it. */
    boolean isCached(long[] s, int d, int p) {
        boolean kept = false;
        for (int i = 0; i < size; i++) {
            kept |= depot.get(s, d, i) == p + 1;
            for (int cpu = 0; cpu < layer.setting.cpus.size(); cpu++) {
                kept |= magazine.get(s, d, cpu, i) == p + 1;
            }
        }
        for (int cpu = 0; cpu < layer.setting.cpus.size() && layer.setting.roundedLists; cpu++) {
            kept |= run.get(s, d, cpu, 0) == (p & -RUN) + 1;
        }
        return kept;
    }

    /** Whether an address is taken with a list that does not need it, because the number of addresses was rounded up. */
    boolean isRoundedUp(long[] s, int d, int p) {
        boolean last = layer.setting.roundedLists && p % RUN == RUN - 1;
        return last && layer.phase.get(s, d, p - 1) != LayerState.NONE && layer.piece.get(s, d, p - 1) == RUN - 1;
    }

    /** What the two read. */
    void read(Footprint footprint) {
        footprint.all(taken).all(magazine).all(depot).all(run);
        if (driver != null) {
            driver.read(footprint);
        }
    }

    private int lock(long[] s, int cpu) {
        return lock.take(s, cpu, layer.space(s, cpu)) ? NEXT : BLOCKED;
    }

    private int lockForOne(long[] s, int cpu) {
        boolean own = size > 0 && magazine.get(s, layer.space(s, cpu), cpu, 0) != 0;
        return own && magazineLocked.decide(s, cpu, 0, 0) == 0 ? NEXT : lock(s, cpu);
    }

    private int unlock(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        // Whoever found an address in its own magazine may have no lock, where a fault says so.
        if (size == 0 || lock.slots().get(s, d) == cpu + 1) {
            lock.drop(s, cpu, d);
        }
        return NEXT;
    }

    /** Step: looks for an address; LOOP when the search has to begin again after an invalidation, FAIL when there is none. */
    int find(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        if (driver != null) {
            return answered(s, cpu, driver.find(s, d, 1));
        }
        fromDepot.set(s, cpu, 0);
        int limit = layer.limit(layer.wantedNarrow.get(s, cpu) != 0);
        long cached = size > 0 ? cached(s, cpu, d, limit) : 0;
        return found(s, cpu, cached != 0 ? (int) cached - 1 : highest(s, d, limit + 1, 1, 1));
    }

    /**
     * The last address within a limit that this CPU's magazine, or if that is empty the depot, has: its page plus 1, or 0. What does
     * not fit stays where it is, in the depot too, where Linux would load it first.
     */
    private long cached(long[] s, int cpu, int d, int limit) {
        boolean own = magazine.get(s, d, cpu, 0) != 0;
        for (int i = size - 1; i >= 0; i--) {
            long page = own ? magazine.get(s, d, cpu, i) : depot.get(s, d, i);
            if (page != 0 && within.decide(s, (int) page - 1, limit, 0) != 0) {
                fromDepot.set(s, cpu, own ? 0 : 1);
                return page;
            }
        }
        return 0;
    }

    /** Before it fails, an allocation puts what all CPUs and the depot keep back into the tree. */
    private int highest(long[] s, int d, int end, int count, int step) {
        int page = pages.highest(s, d, end, count, step);
        if (page < 0) {
            emptyMagazines(s, d);
            page = pages.highest(s, d, end, count, step);
        }
        return page;
    }

    private void emptyMagazines(long[] s, int d) {
        for (int i = 0; i < size; i++) {
            int kept = (int) depot.get(s, d, i);
            pages.free(s, d, kept - 1, Math.min(kept, 1));
            depot.set(s, d, i, 0);
        }
        for (int cpu = 0; cpu < layer.setting.cpus.size(); cpu++) {
            for (int i = 0; i < size; i++) {
                int kept = (int) magazine.get(s, d, cpu, i);
                pages.free(s, d, kept - 1, Math.min(kept, 1));
                magazine.set(s, d, cpu, i, 0);
            }
            int first = layer.setting.roundedLists ? (int) run.get(s, d, cpu, 0) - 1 : -1;
            // The tree knows how many it has given out, whatever the magazine takes them for.
            for (int p = first; p >= 0 && p < first + RUN; p++) {
                taken.set(s, d, p, layer.phase.get(s, d, p) == LayerState.NONE ? 0 : 1);
                run.set(s, d, cpu, 0, 0);
            }
        }
    }

    /** LOOP when the search goes on after a flush. */
    private int answered(long[] s, int cpu, int answer) {
        return answer == RangeCallbacks.FLUSH_FIRST ? LOOP : found(s, cpu, answer);
    }

    private int found(long[] s, int cpu, int page) {
        if (layer.setting.flush.flushesAtReturn()) {
            layer.foundNone.set(s, cpu, page < 0 ? 1 : 0);
        }
        if (page < 0) {
            return FAIL;
        }
        layer.page.set(s, cpu, page);
        return NEXT;
    }

    /** Step: looks for as many addresses in a row once more, from the start of the aperture. */
    int findFromStart(long[] s, int cpu, int count) {
        return found(
                s, cpu, driver == null ? RangeCallbacks.FULL : driver.findFromStart(s, layer.space(s, cpu), count));
    }

    /** The decisions that a search for a list asks. */
    List<String> listDecisions() {
        return driver == null ? roundedDecisions() : driver.listDecisions();
    }

    /** The decisions that {@link #take} and {@link #takeRun} ask. */
    List<String> takeDecisions() {
        return driver == null ? roundedDecisions() : driver.takeDecisions();
    }

    /** The decisions that {@link #free} and {@link #freeRun} ask. */
    List<String> freeDecisions() {
        return driver == null ? roundedDecisions() : driver.freeDecisions();
    }

    private List<String> roundedDecisions() {
        return layer.setting.roundedLists ? List.of("iova.rounded") : List.of();
    }

    /** The decisions that {@link #isTaken} asks. */
    List<String> takenDecisions() {
        return holdsBack ? List.of("iova.inside", heldBackName()) : List.of("iova.inside");
    }

    private String heldBackName() {
        return layer.setting.flush.wraps() ? "area.preset" : "iova.held-back";
    }

    /** The step that takes the lock. */
    Step locking(String name) {
        return Step.of(name, this::lock).taking(lock.name()).quietly();
    }

    /** The same before one address is looked for. */
    Step lockingForOne(String name) {
        return Step.of(name, this::lockForOne)
                .asking(size > 0 ? List.of("iova.magazine-locked") : List.of())
                .taking(lock.name())
                .quietly();
    }

    /** The step that drops it. */
    Step unlocking(String name) {
        return Step.of(name, this::unlock).dropping(lock.name());
    }

    /** Step: what was found is the caller's. */
    int take(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int p = layer.page(s, cpu);
        if (driver != null) {
            driver.take(s, d, p, 1);
        } else if (size > 0 && fromDepot.get(s, cpu) != 0) {
            fromDepot.set(s, cpu, 0);
            for (int i = 0; i < size; i++) {
                magazine.set(s, d, cpu, i, depot.get(s, d, i));
                depot.set(s, d, i, 0);
            }
            isPopped(s, d, cpu, p);
        } else if (!isPopped(s, d, cpu, p)) {
            taken.set(s, d, p, 1);
        }
        return NEXT;
    }

    /** Takes an address out of a CPU's magazine, if it is there; the last one takes its place. */
    private boolean isPopped(long[] s, int d, int cpu, int p) {
        int top = size - 1;
        while (top >= 0 && magazine.get(s, d, cpu, top) == 0) {
            top--;
        }
        for (int i = top; i >= 0; i--) {
            if (magazine.get(s, d, cpu, i) == p + 1) {
                magazine.set(s, d, cpu, i, magazine.get(s, d, cpu, top));
                magazine.set(s, d, cpu, top, 0);
                return true;
            }
        }
        return false;
    }

    /** Step: DONE unless the driver wants everything forgotten before the map returns. */
    int needsFlush(long[] s, int cpu) {
        return driver != null && driver.owesFlush(s, layer.space(s, cpu)) ? NEXT : DONE;
    }

    /** Step: what had been freed until then may be handed out. */
    int flushed(long[] s, int cpu) {
        if (driver != null) {
            driver.flushed(s, layer.space(s, cpu));
        }
        return NEXT;
    }

    /** Whether addresses can be freed now: nobody else has the lock. */
    boolean isFree(long[] s, int d) {
        return lock.isFree(s, d);
    }

    /** Frees an address on a CPU. */
    void free(long[] s, int d, int cpu, int p) {
        if (driver != null) {
            driver.free(s, d, p, 1);
            return;
        }
        for (int i = 0; i < size; i++) {
            if (magazine.get(s, d, cpu, i) == 0) {
                magazine.set(s, d, cpu, i, p + 1);
                return;
            }
        }
        if (size > 0 && depot.get(s, d, 0) == 0) {
            for (int i = 0; i < size; i++) {
                depot.set(s, d, i, magazine.get(s, d, cpu, i));
                magazine.set(s, d, cpu, i, i == 0 ? p + 1 : 0);
            }
            return;
        }
        taken.set(s, d, p, 0);
    }

    /** Step: looks for as many free pages in a row as the call's list has pieces; otherwise like {@link #find}. */
    int findRun(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        if (driver != null) {
            return answered(s, cpu, driver.find(s, d, layer.pieces(s, cpu)));
        }
        if (layer.setting.roundedLists && run.get(s, d, cpu, 0) != 0) {
            return found(s, cpu, (int) run.get(s, d, cpu, 0) - 1);
        }
        int count = rounded.decide(s, layer.pieces(s, cpu), 0, 0);
        return found(s, cpu, highest(s, d, layer.pages.size(), count, PageRuns.roundUp(layer.pieces(s, cpu))));
    }

    /** Step: they are the caller's. */
    int takeRun(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int first = layer.page(s, cpu);
        if (driver != null) {
            driver.take(s, d, first, layer.pieces(s, cpu));
        } else if (layer.setting.roundedLists && run.get(s, d, cpu, 0) == first + 1) {
            run.set(s, d, cpu, 0, 0);
        } else {
            pages.take(s, d, first, rounded.decide(s, layer.pieces(s, cpu), 0, 0));
        }
        return NEXT;
    }

    /**
     * Frees the run of the call's list on a CPU, which keeps it if it may and has none. A tree knows how long the run is; a bitmap
     * takes it to have as many pages as it is told.
     */
    void freeRun(long[] s, int d, int cpu, int first, int told) {
        if (layer.setting.roundedLists && told > 2 && run.get(s, d, cpu, 0) == 0) {
            run.set(s, d, cpu, 0, first + 1);
            return;
        }
        freeAll(s, d, first, driver != null ? told : rounded.decide(s, layer.pieces(s, cpu), 0, 0));
    }

    /** Frees pages, whoever has them. */
    void freeAll(long[] s, int d, int first, int count) {
        if (driver != null) {
            driver.free(s, d, first, count);
        } else {
            pages.free(s, d, first, count);
        }
    }
}
