package dev.moat.xen.iospace.state;

import dev.moat.model.Outcome;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/** The locals of the hypercall that runs on each CPU, and the lock that it holds. */
public final class Call {
    private final SpaceState state;
    private final SchemaBuilder schema;

    /** The domain whose spaces, or whose frame, it changes; the lock is that domain's. */
    public final Slots domain;
    /** Who called. */
    public final Slots caller;
    /** The device; as many as there are devices for none of them. */
    public final Slots requester;
    /** The first page; as many as there are pages for one that Xen chooses, one more for one behind them. */
    public final Slots page;
    /** Pages of the call, and the one that is next. */
    public final Slots count;

    public final Slots element;
    public final Slots frame;
    public final Slots rights;
    /** A {@link HypercallError}. */
    public final Slots error;
    /** The space that is next, where all of a domain's are gone through. */
    public final Slots space;
    /** Which part of a device's entry is stored next. */
    public final Slots part;
    /** Whether it has asked for a cached device entry, and for a space, to be forgotten. */
    public final Slots entryAsked;

    public final Slots drainAsked;
    /** Whether all of a space is asked to be forgotten, whatever the pages. */
    public final Slots all;
    /** Whether a toolstack names one device only of several that cannot be told apart; left out where there are none. */
    public final Slots alone;
    /** What is left of a batch: a set of pages, or of frames, as bits; left out without batches. */
    public final Slots left;
    /** Of a kernel's DMA call: the transfer, the frame of the second part, the part that is next, what the driver wants and, later, the error that it gets. */
    public final Slots transfer;

    public final Slots second;
    public final Slots listPart;
    public final Slots wanted;
    /** The frame that an exchange took from the heap. */
    public final Slots newFrame;

    public Call(SpaceState state, SchemaBuilder schema) {
        this.state = state;
        this.schema = schema;
        domain = local("cpu.domain").of(state.setting.domains);
        caller = local("cpu.caller").of(state.setting.domains);
        requester = local("cpu.requester").bits(SlotsBuilder.bitsFor(state.setting.requesters.size()));
        page = local("cpu.page").bits(SlotsBuilder.bitsFor(behind()));
        count = local("cpu.count").bits(SlotsBuilder.bitsFor(state.setting.run));
        element = local("cpu.element").bits(SlotsBuilder.bitsFor(state.setting.run - 1));
        frame = local("cpu.frame").of(state.setting.frames);
        rights = local("cpu.rights").bits(2);
        error = local("cpu.error").of(HypercallError.SORT);
        space = local("cpu.space").of(state.spaces);
        part = local("cpu.part").bits(SlotsBuilder.bitsFor(state.iommu.entries().stores() - 1));
        entryAsked = local("cpu.entry-asked").bits(1);
        drainAsked = local("cpu.drain-asked").bits(1);
        all = local("cpu.all").bits(state.setting.invalidations ? 1 : 0);
        alone = local("cpu.alone").bits(state.hasToolstackOfGroups() ? 1 : 0);
        boolean batches = state.setting.batch > 1;
        left = local("cpu.left", state.setting.cpus.onlyIf(batches))
                .bits(Math.min(Long.SIZE - 1, Math.max(state.setting.pages.size(), state.setting.frames.size())));
        Sort drivers = state.setting.cpus.onlyIf(state.setting.dma);
        transfer = local("cpu.transfer", drivers)
                .bits(SlotsBuilder.bitsFor(Math.max(1, state.transfers.transfers.size() - 1)));
        second = local("cpu.second", drivers).of(state.setting.frames);
        listPart = local("cpu.list-part", drivers).bits(1);
        wanted = local("cpu.wanted", drivers).of(HypercallError.SORT);
        newFrame = local("cpu.new-frame")
                .bits(state.setting.reallocation ? SlotsBuilder.bitsFor(state.setting.frames.size() - 1) : 0);
    }

    private SlotsBuilder local(String name) {
        return local(name, state.setting.cpus);
    }

    private SlotsBuilder local(String name, Sort cpus) {
        Liveness busy = (s, cpu) -> state.pc.get(s, cpu) != 0;
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus).live(busy);
    }

    /** The state in which it runs. */
    public SpaceState state() {
        return state;
    }

    /** In place of a page: Xen chooses. */
    public int any() {
        return state.setting.pages.size();
    }

    /** In place of a page: one behind the table. */
    public int behind() {
        return any() + 1;
    }

    /** Begins a call about a device. */
    public void enter(long[] s, int cpu, int by, int device, int at) {
        caller.set(s, cpu, by);
        domain.set(s, cpu, by);
        requester.set(s, cpu, device);
        page.set(s, cpu, at);
    }

    /** Begins a call about a domain's frame. */
    public void enterFrame(long[] s, int cpu, int by, int of) {
        caller.set(s, cpu, by);
        domain.set(s, cpu, by);
        frame.set(s, cpu, of);
    }

    public int domain(long[] s, int cpu) {
        return (int) domain.get(s, cpu);
    }

    public int requester(long[] s, int cpu) {
        return (int) requester.get(s, cpu);
    }

    public int page(long[] s, int cpu) {
        return (int) page.get(s, cpu);
    }

    public int frame(long[] s, int cpu) {
        return (int) frame.get(s, cpu);
    }

    /** The frame of the element that is next. */
    public int elementFrame(long[] s, int cpu) {
        return frameOf(s, cpu, (int) element.get(s, cpu));
    }

    /** The frame of an element: those of a run follow each other, and the last one is followed by the first; a driver's are as it likes. */
    public int frameOf(long[] s, int cpu, int of) {
        boolean drivers = second.size() > 0 && of == 1 && caller.get(s, cpu) == state.setting.driverDomain;
        return drivers ? (int) second.get(s, cpu) : (int) (frame.get(s, cpu) + of) % state.setting.frames.size();
    }

    /** The space of the device that the call is about, for the domain whose lock it holds. */
    public int ownSpace(long[] s, int cpu) {
        return state.space(state.group(requester(s, cpu)), domain(s, cpu));
    }

    /** The space in which the device's domain maps; that of the caller, but for faults. */
    public int mappingSpace(long[] s, int cpu) {
        int owner = state.ownerOf(s, requester(s, cpu));
        return owner < 0 ? ownSpace(s, cpu) : state.space(state.group(requester(s, cpu)), owner);
    }

    /** Step: the lock on the domain's spaces. */
    public int lock(long[] s, int cpu) {
        return state.lock.take(s, cpu, domain(s, cpu)) ? Outcome.NEXT : Outcome.BLOCKED;
    }

    public int unlock(long[] s, int cpu) {
        state.lock.drop(s, cpu, domain(s, cpu));
        return Outcome.NEXT;
    }

    /** The outcome of a look: FAIL with the error noted, or NEXT. */
    @SuppressWarnings("EnumOrdinal") // the value of a slot, printed by its label
    public int answer(long[] s, int cpu, HypercallError found) {
        error.set(s, cpu, found.ordinal());
        return found == HypercallError.OK ? Outcome.NEXT : Outcome.FAIL;
    }

    /** Whether the error that was noted last is this one. */
    @SuppressWarnings("EnumOrdinal") // as above
    public boolean hasFailedBy(long[] s, int cpu, HypercallError asked) {
        return error.get(s, cpu) == asked.ordinal();
    }

    /** The next element: LOOP, or NEXT behind the last one. */
    public int nextElement(long[] s, int cpu, int of) {
        int next = (int) element.get(s, cpu) + 1;
        element.set(s, cpu, next >= of ? 0 : next);
        return next >= of ? Outcome.NEXT : Outcome.LOOP;
    }
}
