package dev.moat.xen.handle;

import dev.moat.grant.Maptrack;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The free entries of each domain's maptrack: a list for each CPU, on which one virtual CPU of the domain runs, and the maptrack's frames,
 * of which there is none at first. A list is taken from at its head and given back to at its tail. An entry says with which list it goes
 * back. While it maps something, the field that leads to the next one has the grant reference: the two are one field in Xen, and so a
 * list that leads through an entry in use goes on by a reference, and what is linked behind one overwrites it.
 *
 * <p>{@code @shape} lists, their heads, tails and locks by (domain, CPU); entries, where they lead and whose they are by (domain, handle);
 * what a call has in hand by CPU. {@code @unit} an entry is its handle + 1, and 0 is none; frames are counted, each of as many entries.
 *
 * <p>{@code @source} Xen 4.22 common/grant_table.c: struct grant_mapping ({@code ref}, {@code vcpu}), {@code maptrack_head},
 * {@code maptrack_tail} and {@code maptrack_freelist_lock} of struct vcpu, {@code maptrack_limit} and {@code maptrack_lock}.
 */
public final class HandleLists {
    /** Name of the slots that are the locks of lists. */
    public static final String LIST_LOCK = "lock.maptrack-list";
    /** A decision: to whether the lock of a list is taken. */
    public static final String LOCKS = "maptrack.locks-lists";
    /** Name of the slots that are the locks on the number of frames. */
    public static final String FRAMES_LOCK = "lock.maptrack";

    private final Maptrack maptrack;
    private final int perDomain;
    private final int perFrame;
    private final int cpus;
    private final int mostRefs;

    /** First entry of a list; none before it has had one. */
    public final Slots head;
    /** Last entry of a list; none before it has had one. */
    public final Slots tail;
    /** CPU with whose list an entry goes back. */
    public final Slots of;
    /** Maptrack frames that a domain has. */
    public final Slots frames;
    /** Whether the lock of a list is held. */
    private final Lock listLock;
    /** Whether the lock on a domain's frames is held. */
    public final Lock framesLock;
    /** How many lists behind its own a CPU is at. */
    public final Slots at;
    /** The head that a CPU has seen, then the entry behind which it links another one. */
    public final Slots seen;
    /** The entry that a CPU has seen behind it. */
    public final Slots seenNext;
    /** An entry that a CPU has taken and not pinned for yet. */
    public final Slots taking;
    /** An entry that a CPU gives back, or the first of those that it brings. */
    public final Slots giving;

    private final Decision locks;
    /** Entry after this one; none at the end of a list. */
    private final Slots next;

    /**
     * @param pc what runs on each CPU
     * @param perFrame entries in a frame, 0 where there is one list of all entries, and then no slot here
     */
    public HandleLists(ModelBuilder model, Maptrack maptrack, Sort all, Slots pc, int perFrame) {
        SchemaBuilder schema = model.schema();
        this.maptrack = maptrack;
        this.perFrame = perFrame;
        boolean on = perFrame > 0;
        Decision always = (s, a, b, c) -> 1;
        locks = on ? model.decision(LOCKS, always) : always;
        Sort handles = maptrack.handles;
        Sort domains = all.onlyIf(on);
        Sort each = pc.index().get(0);
        Sort running = each.onlyIf(on);
        perDomain = handles.size();
        cpus = each.size();
        mostRefs = maptrack.ref.values() == null ? 0 : maptrack.ref.values().size();
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        Role role = Role.HYPERVISOR;
        Writer writer = Writer.HYPERVISOR;
        head = schema.slots("maptrack.list-head", role, writer, domains, each).optional(handles);
        tail = schema.slots("maptrack.list-tail", role, writer, domains, each).optional(handles);
        next = schema.slots("maptrack.list-next", role, writer, domains, handles)
                .live((s, i) -> maptrack.sides.get(s, i) == 0)
                .optional(handles);
        frames = schema.slots("maptrack.frame-count", role, writer, domains)
                .of(Sort.numbered("MaptrackFrames", "", (on ? perDomain / perFrame : 0) + 1));
        of = schema.slots("maptrack.list", role, writer, domains, handles)
                .live((s, i) -> i % perDomain < frames.get(s, i / perDomain) * perFrame)
                .of(each);
        listLock = schema.slots(LIST_LOCK, role, writer, domains, each).lock();
        framesLock = schema.slots(FRAMES_LOCK, role, writer, domains).lock();
        at = schema.slots("cpu.list", role, writer, running).live(busy).of(Sort.numbered("Later", "+", cpus));
        seen = schema.slots("cpu.seen-entry", role, writer, running).live(busy).optional(handles);
        seenNext =
                schema.slots("cpu.seen-next", role, writer, running).live(busy).optional(handles);
        taking = schema.slots("cpu.taking", role, writer, running).live(busy).optional(handles);
        giving = schema.slots("cpu.giving", role, writer, running).live(busy).optional(handles);
    }

    /** Whether each CPU has a list. */
    public boolean on() {
        return perFrame > 0;
    }

    /** Takes the lock of a list; false while it is held. */
    public boolean lock(long[] s, int cpu, int domain, int list) {
        int i = domain * count() + list;
        return locks.decide(s, 0, 0, 0) == 0 ? listLock.isFree(s, i) : listLock.take(s, cpu, i);
    }

    /** Drops the lock of a list. */
    public void unlock(long[] s, int cpu, int domain, int list) {
        if (locks.decide(s, 0, 0, 0) != 0) {
            listLock.drop(s, cpu, domain * count() + list);
        }
    }

    /** The CPU at whose list a CPU is. */
    public int list(long[] s, int cpu) {
        return (cpu + (int) at.get(s, cpu)) % cpus;
    }

    /** How many lists a domain has. */
    public int count() {
        return cpus;
    }

    /** The entry after one, as its field says, + 1, or 0: an entry in use has its grant reference there. */
    public long next(long[] s, int domain, int handle) {
        if (maptrack.sides.get(s, domain, handle) == 0) {
            return next.get(s, domain, handle);
        }
        long ref = maptrack.ref.get(s, domain, handle);
        return ref < perDomain ? ref + 1 : 0;
    }

    /** Has an entry lead to another one, + 1, or 0 for none. In an entry in use that is a reference, as far as there are as many. */
    public void link(long[] s, int domain, int handle, long to) {
        if (maptrack.sides.get(s, domain, handle) == 0) {
            next.set(s, domain, handle, to);
        } else if (to > 0 && to <= mostRefs) {
            maptrack.ref.set(s, domain, handle, to - 1);
        }
    }

    /** Forgets where an entry led that is going to be in use: its reference takes that place. */
    public void unlink(long[] s, int domain, int handle) {
        if (on()) {
            next.set(s, domain, handle, 0);
        }
    }

    /** Whether a domain may have another frame. */
    public boolean canGrow(long[] s, int domain) {
        return frames.get(s, domain) * perFrame < perDomain;
    }

    /**
     * Another frame: its entries lead to each other and go back with the list of a CPU, whose first frame ends with its tail. Nothing
     * leads to them yet: the CPU has the first one, and brings the others.
     *
     * @return the first of them
     */
    public int grow(long[] s, int domain, int cpu) {
        int first = (int) frames.get(s, domain) * perFrame;
        int last = first + perFrame - 1;
        for (int h = first; h <= last; h++) {
            next.set(s, domain, h, h == last ? 0 : h + 2);
            of.set(s, domain, h, cpu);
        }
        if (tail.get(s, domain, cpu) == 0) {
            tail.set(s, domain, cpu, last + 1);
        }
        frames.set(s, domain, frames.get(s, domain) + 1);
        giving.set(s, cpu, first + 2L);
        return first;
    }

    /** Has a CPU's list begin with the new frame that it brings, and then go on with an entry, + 1, or 0 for none. */
    public void splice(long[] s, int domain, int cpu, long goesOn) {
        int second = (int) giving.get(s, cpu) - 1;
        link(s, domain, second + perFrame - 2, goesOn);
        head.set(s, domain, cpu, second + 1L);
        giving.set(s, cpu, 0);
    }

    /** A CPU begins to give an entry back: it is the last one of whatever list it comes to. */
    public void give(long[] s, int cpu, int domain, int handle) {
        maptrack.taken.set(s, domain, handle, 0);
        next.set(s, domain, handle, 0);
        giving.set(s, cpu, handle + 1L);
    }

    /** The entry that a CPU has taken, which it no longer has in hand. */
    public int takeFromHand(long[] s, int cpu) {
        int handle = (int) taking.get(s, cpu) - 1;
        taking.set(s, cpu, 0);
        at.set(s, cpu, 0);
        return handle;
    }

    /** Whether an entry is free: in no frame yet, or in a list. One that is given back may be in none: {@link #leadsTo}. */
    public boolean isInList(long[] s, int domain, int handle) {
        boolean is = handle >= frames.get(s, domain) * perFrame;
        for (int cpu = 0; cpu < cpus; cpu++) {
            is |= leadsTo(s, domain, head.get(s, domain, cpu), handle);
        }
        return is;
    }

    /** Whether one comes from an entry, + 1, or 0 for none, to another one, or it is that. */
    public boolean leadsTo(long[] s, int domain, long from, int handle) {
        long entry = from;
        for (int i = 0; i < perDomain && entry != 0; i++) {
            if (entry == handle + 1L) {
                return true;
            }
            entry = next(s, domain, (int) entry - 1);
        }
        return false;
    }

    /** Adds what {@link #isInList} and {@link #leadsTo} read, and what is given back. */
    public void read(Footprint p) {
        if (on()) {
            p.all(head).all(next).all(frames).all(giving).all(maptrack.sides).all(maptrack.ref);
        }
    }
}
