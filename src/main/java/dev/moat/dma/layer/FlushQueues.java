package dev.moat.dma.layer;

import static dev.moat.model.program.Outcome.BLOCKED;
import static dev.moat.model.program.Outcome.DONE;
import static dev.moat.model.program.Outcome.LOOP;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.dma.layer.setting.LayerSetting.Flush;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Decision;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * A ring for each CPU of addresses whose flush is still to come, the counters of flushes that have started and finished, and the
 * timer. An entry holds the number of flushes that had started when it was made; it may go when more than that have finished.
 *
 * <p>The state holds differences only, so that it stays small: {@link #running} is started minus finished, and an entry's age is 1
 * plus its counter minus finished, or 0 when it may go. {@code @source} Linux 6.1 dma-iommu.c: queue_iova, fq_ring_free,
 * fq_flush_iotlb, fq_flush_timeout.
 */
final class FlushQueues {
    private final LayerState layer;
    private final Iovas iovas;
    private final int entries;
    private final int cpus;
    /** Per space and CPU, and place from the head of the ring: an address, or none. */
    private final Slots[] address;

    private final Slots[] age;
    /** Per space and CPU: the lock on the ring. */
    private final Slots lock;
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

    FlushQueues(LayerState layer, Iovas iovas, ModelBuilder model) {
        this.layer = layer;
        this.iovas = iovas;
        boolean used = layer.setting.flush == Flush.QUEUE;
        SchemaBuilder schema = model.schema();
        cpus = layer.setting.cpus.size();
        entries = used ? layer.setting.queue : 0;
        Sort spaces = used ? layer.spaces : Sort.numbered("Space", "s", 0);
        int ages = SlotsBuilder.bitsFor(cpus + 1);
        address = new Slots[entries];
        age = new Slots[entries];
        for (int i = 0; i < entries; i++) {
            address[i] = schema.slots(
                            "queue.address" + i, Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                    .optional(layer.pages);
            age[i] = schema.slots("queue.age" + i, Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                    .bits(ages);
        }
        lock = schema.slots("lock.queue", Role.HYPERVISOR, Writer.HYPERVISOR, spaces, layer.setting.cpus)
                .bits(1);
        running = schema.slots("queue.running", Role.HYPERVISOR, Writer.HYPERVISOR, spaces)
                .bits(SlotsBuilder.bitsFor(cpus));
        timer = schema.slots("queue.timer", Role.HYPERVISOR, Writer.HYPERVISOR, spaces)
                .bits(1);
        Liveness busy = (s, cpu) -> layer.pc.get(s, cpu) != 0;
        counter = layer.local(schema, "cpu.counter", busy).bits(used ? ages : 0);
        drained = layer.local(schema, "cpu.drained", busy).bits(used ? SlotsBuilder.bitsFor(cpus) : 0);
        mayGo = used ? model.decision("queue.entry-may-go", (s, a, b, c) -> a == 0 ? 1 : 0) : (s, a, b, c) -> 0;
        isFull = used ? model.decision("queue.is-full", (s, full, b, c) -> full) : (s, full, b, c) -> full;
    }

    /** Whether a ring has an address. */
    boolean has(long[] s, int d, int page) {
        for (int i = 0; i < entries; i++) {
            for (int c = 0; c < cpus; c++) {
                if (address[i].get(s, d, c) == page + 1) {
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
    }

    /** Whether the timer will go off. */
    boolean isTimerOn(long[] s, int domain) {
        return timer.get(s, domain) != 0;
    }

    /** Step: the lock on this CPU's ring. */
    int lock(long[] s, int cpu) {
        return lock(s, layer.space(s, cpu), cpu);
    }

    private int lock(long[] s, int d, int ring) {
        if (lock.get(s, d, ring) != 0) {
            return BLOCKED;
        }
        lock.set(s, d, ring, 1);
        return NEXT;
    }

    int unlock(long[] s, int cpu) {
        lock.set(s, layer.space(s, cpu), cpu, 0);
        return NEXT;
    }

    /** Step: what may go from this CPU's ring is freed; DONE when there is room then, NEXT when a flush has to make some. */
    int makeRoom(long[] s, int cpu) {
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
            iovas.free(s, d, cpu, (int) address[0].get(s, d, ring) - 1);
            for (int i = 0; i < entries; i++) {
                boolean last = i == entries - 1;
                address[i].set(s, d, ring, last ? 0 : address[i + 1].get(s, d, ring));
                age[i].set(s, d, ring, last ? 0 : age[i + 1].get(s, d, ring));
            }
        }
    }

    /** Step: reads the counter of flushes that have started. */
    int readCounter(long[] s, int cpu) {
        counter.set(s, cpu, 1 + running.get(s, layer.space(s, cpu)));
        return NEXT;
    }

    /** Step: the address of the call goes to the tail of this CPU's ring. A tail that comes round to the head looks like an empty ring. */
    int add(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int i = 0;
        while (i < entries && address[i].get(s, d, cpu) != 0) {
            i++;
        }
        if (i == entries) {
            for (int k = 0; k < entries; k++) {
                address[k].set(s, d, cpu, 0);
                age[k].set(s, d, cpu, 0);
            }
            counter.set(s, cpu, 0);
            return NEXT;
        }
        address[i].set(s, d, cpu, layer.page(s, cpu) + 1);
        age[i].set(s, d, cpu, counter.get(s, cpu));
        counter.set(s, cpu, 0);
        return NEXT;
    }

    int arm(long[] s, int cpu) {
        timer.set(s, layer.space(s, cpu), 1);
        return NEXT;
    }

    /** Step: one more flush has started. */
    int start(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        running.set(s, d, running.get(s, d) + 1);
        return NEXT;
    }

    /** Step: the timer has gone off. */
    int disarm(long[] s, int cpu) {
        timer.set(s, layer.space(s, cpu), 0);
        return NEXT;
    }

    /** Step: one more flush has finished. */
    int finish(long[] s, int cpu) {
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
    int drainNext(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int ring = (int) drained.get(s, cpu);
        if (lock.get(s, d, ring) != 0 || !iovas.isFree(s, d)) {
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
