package dev.moat.dma.layer;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.dma.layer.setting.Flush;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * A ring for each CPU of addresses whose flush is still to come, the counters of flushes that have started and finished, and the
 * timer. An entry holds the number of flushes that had started when it was made; it may go when more than that have finished.
 *
 * <p>The state holds differences only, so that it stays small: {@link #running} is started minus finished, and an entry's age is 1
 * plus its counter minus finished, or 0 when it may go. {@code @source} Linux 6.1 dma-iommu.c: queue_iova, fq_ring_free,
 * fq_flush_iotlb, fq_flush_timeout.
 */
final class FlushQueues {
    private static final String LOCK = "lock.queue";

    private final LayerState layer;
    private final Iovas iovas;
    private final Heap heap;
    private final int entries;
    private final int cpus;
    /** Per space and CPU, and place from the head of the ring: an address, or none. */
    private final Slots[] address;

    private final Slots[] age;
    /** Whether it is the first one of a list. */
    private final Slots[] list;
    /** The frame of the table that its unmap has unlinked, or none: Linux's freelist of an entry. */
    private final Slots[] table;
    /** Per space and CPU: the lock on the ring. */
    private final Lock lock;
    /** Flushes that have started and not finished. */
    private final Slots running;

    private final Slots timer;
    /** Local: the counter that the entry about to be made will hold, as an age. */
    private final Slots counter;
    /** Local: the CPU whose ring is drained next. */
    private final Slots drained;
    /** {@code queue.entry-may-go}: (age, flushes that run, whether the ring is full) to 1 when the flush of an entry has finished. */
    private final Decision mayGo;
    /** {@code queue.is-full}: (whether every entry is in use) to 1 when a flush has to make room. */
    private final Decision isFull;
    /** {@code queue.keeps-table}: (whether the unmap has unlinked a table) to 1 when its frame waits for the flush, too. */
    private final Decision keepsTable;

    FlushQueues(LayerState layer, Iovas iovas, Heap heap, ModelBuilder model) {
        this.layer = layer;
        this.iovas = iovas;
        this.heap = heap;
        boolean used = layer.setting.flush == Flush.QUEUE;
        SchemaBuilder schema = model.schema();
        cpus = layer.setting.cpus.size();
        entries = used ? layer.setting.queue : 0;
        Sort spaces = layer.spaces.onlyIf(used);
        int ages = SlotsBuilder.bitsFor(cpus + 1);
        address = new Slots[entries];
        age = new Slots[entries];
        list = new Slots[layer.setting.lists ? entries : 0];
        table = new Slots[heap.isOn() ? entries : 0];
        for (int i = 0; i < entries; i++) {
            address[i] = schema.slots(
                            "queue.address" + i, Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                    .optional(layer.pages);
            age[i] = schema.slots("queue.age" + i, Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                    .bits(ages);
        }
        for (int i = 0; i < list.length; i++) {
            list[i] = schema.slots("queue.list" + i, Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                    .bits(1);
        }
        for (int i = 0; i < table.length; i++) {
            table[i] = schema.slots("queue.table" + i, Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                    .optional(layer.frames);
        }
        lock = schema.slots("lock.queue", Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                .lock();
        running = schema.slots("queue.running", Role.HYPERVISOR, Writer.HYPERVISOR, spaces)
                .bits(SlotsBuilder.bitsFor(cpus));
        timer = schema.slots("queue.timer", Role.HYPERVISOR, Writer.HYPERVISOR, spaces)
                .bits(1);
        Liveness busy = (s, cpu) -> layer.pc.get(s, cpu) != 0;
        counter = layer.local(schema, "cpu.counter", busy).bits(used ? ages : 0);
        drained = layer.local(schema, "cpu.drained", busy).bits(used ? SlotsBuilder.bitsFor(cpus) : 0);
        mayGo = used ? model.decision("queue.entry-may-go", (s, a, b, c) -> a == 0 ? 1 : 0) : (s, a, b, c) -> 0;
        boolean tables = table.length > 0;
        keepsTable = tables ? model.decision("queue.keeps-table", (s, has, b, c) -> has) : (s, has, b, c) -> 0;
        isFull = used ? model.decision("queue.is-full", (s, full, b, c) -> full) : (s, full, b, c) -> full;
    }

    /** Whether a ring has an address. */
    boolean has(long[] s, int d, int page) {
        for (int i = 0; i < entries; i++) {
            for (int c = 0; c < cpus; c++) {
                long first = address[i].get(s, d, c);
                boolean second = first == page && first != 0 && list.length > 0 && list[i].get(s, d, c) != 0;
                if (first == page + 1 || second) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Adds what {@link #has} reads. */
    void read(Footprint footprint) {
        for (Slots place : address) {
            footprint.all(place);
        }
        for (Slots place : list) {
            footprint.all(place);
        }
    }

    /** Whether a ring keeps the frame of a table until the flush. */
    boolean hasTable(long[] s, int frame) {
        for (Slots place : table) {
            for (int i = 0; i < place.size(); i++) {
                if (place.get(s, i) == frame + 1) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Adds what {@link #hasTable} reads. */
    void readTables(Footprint footprint) {
        for (Slots place : table) {
            footprint.all(place);
        }
    }

    /** The steps of an unmap between the cleared entry and its return: what it has cleared goes to this CPU's ring. */
    List<Step> queueing(Invalidations invalidations) {
        return new OperationPlan()
                .step(Step.of("lock-queue", this::lock).taking(LOCK).quietly())
                .step(Step.of("make-room", this::makeRoom)
                        .asking("queue.entry-may-go", "queue.is-full")
                        .quietly()
                        .on(DONE, "read-counter"))
                .step(Step.of("start-flush", this::start))
                .at("full", invalidations.ofDomain("queue"))
                .step(Step.of("finish-flush", this::finish).on(NEXT, "make-room"))
                .step(Step.of("read-counter", this::readCounter).quietly())
                .step(Step.of("add-entry", this::add)
                        .asking(heap.isOn() ? List.of("queue.keeps-table") : List.of())
                        .quietly())
                .step(Step.of("unlock-queue", this::unlock).dropping(LOCK).quietly())
                .step(Step.of("arm-timer", this::arm).quietly())
                .part();
    }

    /** The steps of the timer. */
    List<Step> timeout(Invalidations invalidations) {
        return new OperationPlan()
                .step(Step.of("disarm", this::disarm).quietly())
                .step(Step.of("start-flush", this::start))
                .at("flush", invalidations.ofDomain(""))
                .step(Step.of("finish-flush", this::finish))
                .step(Step.of("drain", this::drainNext).asking("queue.entry-may-go"))
                .steps();
    }

    /** Whether the timer will go off. */
    boolean isTimerOn(long[] s, int domain) {
        return timer.size() > 0 && timer.get(s, domain) != 0;
    }

    /** Adds what {@link #isTimerOn} reads. */
    void readTimer(Footprint footprint) {
        footprint.all(timer);
    }

    /** Step: the lock on this CPU's ring. */
    private int lock(long[] s, int cpu) {
        return lock.take(s, cpu, layer.space(s, cpu) * cpus + cpu) ? NEXT : BLOCKED;
    }

    private int unlock(long[] s, int cpu) {
        lock.drop(s, cpu, layer.space(s, cpu) * cpus + cpu);
        return NEXT;
    }

    /** Step: what may go from this CPU's ring is freed; DONE when there is room then, NEXT when a flush has to make some. */
    private int makeRoom(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        if (!iovas.isFree(s, d)) {
            return BLOCKED;
        }
        drain(s, d, cpu, cpu);
        int full = address[entries - 1].get(s, d, cpu) == 0 ? 0 : 1;
        return isFull.decide(s, full, 0, 0) == 0 ? DONE : NEXT;
    }

    /** Frees what may go from the head of a CPU's ring, on the CPU that does it. */
    private void drain(long[] s, int d, int ring, int cpu) {
        while (address[0].get(s, d, ring) != 0) {
            int full = address[entries - 1].get(s, d, ring) != 0 ? 1 : 0;
            if (mayGo.decide(s, (int) age[0].get(s, d, ring), (int) running.get(s, d), full) == 0) {
                return;
            }
            freeFirst(s, d, ring, cpu);
            advance(address, s, d, ring);
            advance(age, s, d, ring);
            advance(list, s, d, ring);
            advance(table, s, d, ring);
        }
    }

    /** Frees what the head of a ring has: a list's two addresses or one, and the table that was unlinked with them. */
    private void freeFirst(long[] s, int d, int ring, int cpu) {
        int page = (int) address[0].get(s, d, ring) - 1;
        if (list.length > 0 && list[0].get(s, d, ring) != 0) {
            iovas.freeRun(s, d, cpu, page, 2);
        } else {
            iovas.free(s, d, cpu, page);
        }
        if (table.length > 0 && table[0].get(s, d, ring) != 0) {
            heap.giveBack(s, (int) table[0].get(s, d, ring) - 1);
        }
    }

    private static void advance(Slots[] places, long[] s, int d, int ring) {
        for (int i = 0; i < places.length; i++) {
            places[i].set(s, d, ring, i + 1 < places.length ? places[i + 1].get(s, d, ring) : 0);
        }
    }

    /** Step: reads the counter of flushes that have started. */
    private int readCounter(long[] s, int cpu) {
        counter.set(s, cpu, 1 + running.get(s, layer.space(s, cpu)));
        return NEXT;
    }

    /**
     * Step: the address of the call goes to the tail of this CPU's ring, and its mapping ends: once the ring's lock is dropped
     * another call may drain it and be handed the address. A tail that comes round to the head looks like an empty ring.
     */
    private int add(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int page = layer.page(s, cpu);
        boolean first = list.length > 0 && layer.piece.get(s, d, page) == LayerState.FIRST_PIECE;
        layer.end(s, d, page);
        if (first) {
            layer.end(s, d, page + 1);
        }
        int i = 0;
        while (i < entries && address[i].get(s, d, cpu) != 0) {
            i++;
        }
        if (i == entries) {
            for (int k = 0; k < entries; k++) {
                clear(address, s, d, cpu, k);
                clear(age, s, d, cpu, k);
                clear(list, s, d, cpu, k);
                clear(table, s, d, cpu, k);
            }
            counter.set(s, cpu, 0);
            return NEXT;
        }
        address[i].set(s, d, cpu, page + 1);
        age[i].set(s, d, cpu, counter.get(s, cpu));
        if (list.length > 0) {
            list[i].set(s, d, cpu, first ? 1 : 0);
        }
        if (keepsTable.decide(s, layer.table.get(s, cpu) == 0 ? 0 : 1, 0, 0) != 0) {
            table[i].set(s, d, cpu, layer.table.get(s, cpu));
            layer.table.set(s, cpu, 0);
        }
        counter.set(s, cpu, 0);
        return heap.free(s, cpu);
    }

    private static void clear(Slots[] places, long[] s, int d, int ring, int i) {
        if (places.length > 0) {
            places[i].set(s, d, ring, 0);
        }
    }

    private int arm(long[] s, int cpu) {
        timer.set(s, layer.space(s, cpu), 1);
        return NEXT;
    }

    /** Step: one more flush has started. */
    private int start(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        running.set(s, d, running.get(s, d) + 1);
        return NEXT;
    }

    /** Step: the timer has gone off. */
    private int disarm(long[] s, int cpu) {
        timer.set(s, layer.space(s, cpu), 0);
        return NEXT;
    }

    /** Step: one more flush has finished. */
    private int finish(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        running.set(s, d, running.get(s, d) - 1);
        for (int c = 0; c < cpus; c++) {
            for (int i = 0; i < entries; i++) {
                age[i].set(s, d, c, Math.max(0, age[i].get(s, d, c) - 1));
            }
            if (layer.pc.get(s, c) != 0 && layer.space(s, c) == d) {
                counter.set(s, c, Math.max(0, counter.get(s, c) - 1));
            }
        }
        return NEXT;
    }

    /** Step of the timer: what may go from the ring of one CPU is freed, and LOOP for the next one. */
    private int drainNext(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int ring = (int) drained.get(s, cpu);
        if (!lock.isFree(s, d * cpus + ring) || !iovas.isFree(s, d)) {
            return BLOCKED;
        }
        drain(s, d, ring, cpu);
        if (ring + 1 < cpus) {
            drained.set(s, cpu, ring + 1);
            return LOOP;
        }
        drained.set(s, cpu, 0);
        return NEXT;
    }
}
