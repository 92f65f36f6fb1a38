package dev.moat.xen.call;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.XenSetting;
import java.util.List;

/**
 * What a CPU keeps of the batch that it is working on: the elements still to come, the mappings whose first phase is over
 * (see {@link ClosingList}) and, where a batch pays at its end, the pages whose invalidation is owed. Without batches there
 * is not a single slot. {@code @source} Xen 4.17 grant_table.c: an unmap removes all mappings of a batch, flushes, and
 * only then drops pins and references.
 */
public final class Batch {
    /** The flags a search tries, numbered as they print: side by side, each writable and read-only. */
    public static final List<String> MAP_FLAGS =
            List.of("host rw", "host ro", "device rw", "device ro", "host+device rw", "host+device ro");

    /** What an unmap releases, numbered likewise. */
    public static final List<String> UNMAP_SIDES = List.of("host", "device", "host+device");

    /** Mappings whose pins go in the second phase; a list for each CPU. */
    public final ClosingList closing;

    private final int size;
    private final boolean owing;
    private final FlushPolicy policy;
    private final int domainWideFrom;
    private final Slots pending;
    private final Slots mapper;
    private final Slots locked;
    private final Slots debt;
    private final Slots queued;
    /**
     * Whether a debt is for the right to write. Absent with one CPU, where nobody drops pins while another one owes; else whoever ends a
     * right to write has to tell what is owed for it from what is owed for an entry for reading that another CPU's batch empties.
     */
    private final Slots lostWrite;
    /** {@code batch.keeps-lock}: 1 when a batch that pays at its end holds the table lock until then. */
    private final Decision keepsLock;
    /** {@code batch.accumulates}: 1 when what an element owes is added to what the elements before it owe. */
    private final Decision accumulates;

    public Batch(ModelBuilder model, XenSetting setting, Slots pc, Sort domains, Sort refs, Sort frames) {
        SchemaBuilder schema = model.schema();
        Sort cpus = pc.index().get(0);
        size = setting.flushes().batch();
        policy = setting.flush();
        domainWideFrom =
                policy == FlushPolicy.DOMAIN_WIDE ? 1 : setting.flushes().domainWideFrom();
        owing = policy.isAtBatchEnd();
        int places = on() ? size : 0;
        closing = new ClosingList(schema, "batch", cpus, domains, refs, places, false, null);
        int elements =
                Math.max(setting.domains() * setting.refs() * MAP_FLAGS.size(), setting.handles() * UNMAP_SIDES.size());
        Sort rest = Sort.numbered("Element", "", Math.max(0, places - 1));
        // A call takes all of them, but for one that a fault has end early.
        pending = schema.slots("batch.pending", Role.HYPERVISOR, Writer.HYPERVISOR, cpus, rest)
                .live((s, i) -> pc.get(s, i / rest.size()) != 0)
                .of(Sort.numbered("Code", "", elements + 1));
        Sort batching = on() ? cpus : Sort.numbered(cpus.name(), "", 0);
        mapper = schema.slots("batch.mapper", Role.HYPERVISOR, Writer.HYPERVISOR, batching)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .of(domains);
        Sort owed = Sort.numbered("Debt", "", owing ? size : 0);
        locked = schema.slots(
                        "batch.locked", Role.HYPERVISOR, Writer.HYPERVISOR, owing ? cpus : Sort.numbered("", "", 0))
                .bits(1);
        debt = schema.slots("batch.debt", Role.HYPERVISOR, Writer.HYPERVISOR, cpus, owed)
                .optional(frames);
        queued = schema.slots("batch.queued", Role.HYPERVISOR, Writer.HYPERVISOR, cpus, owed)
                .bits(1);
        Sort others = setting.cpus() > 1 ? owed : Sort.numbered("Debt", "", 0);
        lostWrite = schema.slots("batch.lost-write", Role.HYPERVISOR, Writer.HYPERVISOR, cpus, others)
                .bits(1);
        Decision always = (s, a, b, c) -> 1;
        keepsLock = owing ? model.decision("batch.keeps-lock", always) : always;
        accumulates = owing ? model.decision("batch.accumulates", always) : always;
    }

    /** Whether an operation can have more than one element, or pays as one of several does. */
    public boolean on() {
        return size > 1 || policy.isAtBatchEnd();
    }

    /** Whether what its elements change is paid at the end of the operation. */
    public boolean paysAtEnd() {
        return owing;
    }

    /** Largest number of elements. */
    public int size() {
        return size;
    }

    /** Begins a batch of a mapper. */
    public void begin(long[] s, int cpu, int domain) {
        mapper.set(s, cpu, domain);
    }

    /** The domain that a CPU's batch maps or unmaps for. */
    public int mapper(long[] s, int cpu) {
        return (int) mapper.get(s, cpu);
    }

    /** Adds an element that comes later. */
    public void add(long[] s, int cpu, int element) {
        for (int i = 0; i < size - 1; i++) {
            if (pending.get(s, cpu, i) == 0) {
                pending.set(s, cpu, i, element + 1);
                return;
            }
        }
        throw new IllegalArgumentException("more than " + size + " elements");
    }

    /** Takes the next element; -1 when there is none. */
    public int take(long[] s, int cpu) {
        int next = size > 1 ? (int) pending.get(s, cpu, 0) - 1 : -1;
        for (int i = 0; i < size - 1; i++) {
            pending.set(s, cpu, i, i + 1 < size - 1 ? pending.get(s, cpu, i + 1) : 0);
        }
        return next;
    }

    /** Whether this CPU's batch holds the mapper's table lock. */
    public boolean isLocked(long[] s, int cpu) {
        return owing && locked.get(s, cpu) != 0;
    }

    /** Notes that the lock is held until the end of the batch. */
    public void keepLock(long[] s, int cpu) {
        if (owing) {
            locked.set(s, cpu, keepsLock.decide(s, 0, 0, 0));
        }
    }

    /** Begins to note what another element owes. */
    public void nextDebts(long[] s, int cpu) {
        if (accumulates.decide(s, 0, 0, 0) == 0) {
            forgetDebts(s, cpu);
        }
    }

    private void forgetDebts(long[] s, int cpu) {
        for (int i = 0; i < size; i++) {
            debt.set(s, cpu, i, 0);
            queued.set(s, cpu, i, 0);
            if (lostWrite.size() > 0) {
                lostWrite.set(s, cpu, i, 0);
            }
        }
    }

    /** Notes a page whose invalidation is owed, once, whether for the right to write, and whether it is queued already. */
    public void owe(long[] s, int cpu, int frame, boolean forWriting) {
        int place = -1;
        for (int i = size - 1; i >= 0; i--) {
            boolean same = debt.get(s, cpu, i) == frame + 1 && queued.get(s, cpu, i) == 0;
            if (same || debt.get(s, cpu, i) == 0) {
                place = i;
            }
            if (same) {
                break;
            }
        }
        if (debt.get(s, cpu, place) == 0) {
            debt.set(s, cpu, place, frame + 1);
            queued.set(s, cpu, place, policy == FlushPolicy.QUEUED ? 1 : 0);
        }
        if (forWriting && lostWrite.size() > 0) {
            lostWrite.set(s, cpu, place, 1);
        }
    }

    /** The frame of a debt that is not queued yet, or -1. */
    public int nextDebt(long[] s, int cpu) {
        for (int i = 0; i < size; i++) {
            if (debt.get(s, cpu, i) != 0 && queued.get(s, cpu, i) == 0) {
                return (int) debt.get(s, cpu, i) - 1;
            }
        }
        return -1;
    }

    /** The lowest frame whose invalidation is owed, or with {@code highest} the highest; -1 when there is none. */
    public int outermostDebt(long[] s, int cpu, boolean highest) {
        int found = -1;
        for (int i = 0; i < size; i++) {
            int frame = (int) debt.get(s, cpu, i) - 1;
            if (frame >= 0 && (found < 0 || frame > found == highest)) {
                found = frame;
            }
        }
        return found;
    }

    /** Whether the debts are so many that one domain-selective descriptor pays them all. */
    public boolean isDomainWide(long[] s, int cpu) {
        int debts = 0;
        for (int i = 0; i < size; i++) {
            debts += debt.get(s, cpu, i) != 0 ? 1 : 0;
        }
        return domainWideFrom > 0 && debts >= domainWideFrom;
    }

    /** Notes that a descriptor is queued that pays the debt of a frame, or with {@code all} every debt. */
    public void queued(long[] s, int cpu, int frame, boolean all) {
        for (int i = 0; i < size; i++) {
            if (debt.get(s, cpu, i) != 0 && (all || debt.get(s, cpu, i) == frame + 1)) {
                queued.set(s, cpu, i, 1);
            }
        }
    }

    /** Any frame whose invalidation is owed, or -1. */
    public int anyDebt(long[] s, int cpu) {
        for (int i = 0; i < size; i++) {
            if (debt.get(s, cpu, i) != 0) {
                return (int) debt.get(s, cpu, i) - 1;
            }
        }
        return -1;
    }

    /** Nothing is owed any more; whether the lock was held until now. */
    public boolean settle(long[] s, int cpu) {
        forgetDebts(s, cpu);
        boolean held = locked.get(s, cpu) != 0;
        locked.set(s, cpu, 0);
        return held;
    }

    /** Whether a CPU's batch owes the invalidation of a frame's page. */
    public boolean owes(long[] s, int cpu, int frame) {
        for (int i = 0; owing && i < size; i++) {
            if (debt.get(s, cpu, i) == frame + 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether it owes that for the right to write; with one CPU whatever it owes. */
    public boolean owesForWriting(long[] s, int cpu, int frame) {
        for (int i = 0; owing && i < size; i++) {
            if (debt.get(s, cpu, i) == frame + 1 && (lostWrite.size() == 0 || lostWrite.get(s, cpu, i) != 0)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a descriptor that pays the debt of a frame is queued and not awaited. */
    public boolean isQueued(long[] s, int cpu, int frame) {
        for (int i = 0; owing && i < size; i++) {
            if (isQueued(s, cpu, i, frame)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a certain debt is that of a frame, and one that pays it is queued. */
    public boolean isQueued(long[] s, int cpu, int i, int frame) {
        return owing && debt.get(s, cpu, i) == frame + 1 && queued.get(s, cpu, i) != 0;
    }

    /** Whether there is a debt in a place. */
    public boolean isOwed(long[] s, int cpu, int i) {
        return debt.get(s, cpu, i) != 0;
    }

    /** The place that the next debt gets, or -1. */
    public int freeDebt(long[] s, int cpu) {
        for (int i = 0; i < size; i++) {
            if (debt.get(s, cpu, i) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Adds all that tells what a batch owes, and for what something is queued, to a footprint. */
    public void readDebts(Footprint p) {
        p.all(debt).all(queued).all(mapper).all(lostWrite);
    }

    /** Adds all that tells a CPU's mapper to a footprint. */
    public void readMapper(Footprint p, int cpu) {
        if (on()) {
            p.one(mapper, cpu);
        }
    }
}
