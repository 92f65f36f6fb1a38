package dev.moat.iommu.riscv.nested;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.queue.CommandRing;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Fence;
import dev.moat.iommu.riscv.format.Commands.Translations;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.ProcessContext;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * The operations of guests and hypervisor, one on a guest at a time. Guests change entries of their first stage and
 * contexts of their processes, and the hypervisor passes their invalidations on. It gives guests frames, moves their
 * pages, and gives GSCIDs back.
 *
 * <p>{@code @source} RISCV-IOMMU, software guidelines, updating in-memory data structures: contexts are invalidated
 * before translations through them, and a root that is cached with its context after the entries that led to it. A
 * fence stands between, since units may execute commands in any order. Frames, GSCIDs and PSCIDs are given to others
 * once the last fence is done.
 */
final class NestedSteps {
    private static final String AWAIT = "await";
    private static final String BETWEEN = "queue-fence-between";
    private static final String UNLOCK = "unlock-guest";

    private final GuestTables tables;
    private final CommandRing ring;
    private final ModelBuilder model;

    /** Per guest: its GSCID. */
    final Slots gscid;
    /** Per device: the guest that has it. */
    final Slots guestOf;
    /** Per guest and page: its entry was changed, and the unit has not been seen to forget it. */
    final Slots owed;
    /** Per guest, first stage and I/O page: the same of the guest's entry, or of the context of its process. */
    final Slots owedByGuest;
    /** Per device: the same of its context. */
    final Slots owedContext;
    /** Per guest and process: the PSCID that is out of the guest's free ones. */
    final Slots pscid;

    private final Slots lock;
    private final Slots awaited;
    private final Slots guest;
    private final Slots page;
    private final Slots wanted;
    /** {@code gvma.gscid}: (GSCID of the guest) to the one that is named. */
    private final Decision namedGscid;
    /** {@code gvma.address}: (number of the guest's page, frame number that it had) to the address that is named. */
    private final Decision address;
    /** {@code gvma.kind}: (opcode and func3 of IOTINVAL.GVMA) to those of the command. */
    private final Decision kind;
    /** {@code vma.of-guest}: to 1 when a guest's invalidation is passed on under its GSCID. */
    private final Decision ofGuest;

    NestedSteps(GuestTables tables, CommandRing ring, ModelBuilder model) {
        this.tables = tables;
        this.ring = ring;
        this.model = model;
        Slots pc = model.cpus(tables.cpus);
        model.cpusAreAlike();
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        gscid = slots("guest.gscid", tables.guests).optional(tables.gscids);
        guestOf = slots("device.guest", tables.devices).optional(tables.guests);
        owed = slots("page.owed", tables.guests, tables.guestPages).bits(1);
        owedByGuest = slots("page.owedByGuest", tables.guests, tables.processes, ioPages())
                .bits(1);
        owedContext = slots("context.owed", tables.devices).bits(1);
        pscid = tables.hasDirectory
                ? slots("process.pscid", tables.guests, tables.processes).optional(tables.pscids)
                : slots("process.pscid", Sort.numbered("None", "", 0)).bits(1);
        lock = slots("guest.lock", tables.guests).takenByStarts().optional(tables.cpus);
        awaited = slots("cpu.awaited", tables.cpus).live(busy).bits(SlotsBuilder.bitsFor(3));
        guest = slots("cpu.guest", tables.cpus).live(busy).of(tables.guests);
        page = slots("cpu.page", tables.cpus).live(busy).of(tables.pages);
        wanted = slots("cpu.wanted", tables.cpus)
                .live(busy)
                .bits(SlotsBuilder.bitsFor(Math.max(tables.frames.size(), 2)));
        namedGscid = model.decision("gvma.gscid", (s, own, b, c) -> own);
        address = model.decision("gvma.address", (s, number, frame, c) -> number);
        kind = model.decision("gvma.kind", (s, own, b, c) -> own);
        ofGuest = model.decision("vma.of-guest", (s, a, b, c) -> 1);
    }

    private Sort ioPages() {
        return Sort.numbered("IoPage", "p", tables.ioPages);
    }

    private SlotsBuilder slots(String name, Sort... at) {
        return model.schema().slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, at);
    }

    // --- programs

    void declare() {
        Argument of = new Argument("guest", tables.guests);
        Argument tag = new Argument("gscid", tables.gscids);
        Argument with = new Argument("device", tables.devices);
        Argument at = new Argument("page", tables.pages);
        Argument to = new Argument("frame", tables.frames);
        hypervisor(
                "create_guest",
                List.of(of, tag),
                (s, cpu, g, t, c, d, e) -> begin(s, cpu, g, 0, t) && gscid.get(s, g) == 0,
                new OperationPlan().step(Step.of("take-gscid", this::create).on(FAIL, UNLOCK)));
        hypervisor(
                "destroy_guest",
                List.of(of),
                (s, cpu, g, b, c, d, e) -> begin(s, cpu, g, 0, 0) && isThere(s, g),
                new OperationPlan()
                        .step(Step.of("clear-context", this::clearContext))
                        .step(Step.of("queue-context-invalidation", this::invalidateContext))
                        .step(Step.of(BETWEEN, this::fence))
                        .step(Step.of("queue-first-stage-invalidation", this::invalidateFirstStage)
                                .asking("vma.of-guest"))
                        .step(Step.of("queue-second-stage-invalidation", this::invalidateSecondStage)
                                .asking("gvma.gscid", "gvma.kind"))
                        .step(Step.of("queue-fence", this::fence))
                        .step(Step.of(AWAIT, this::await))
                        .step(Step.of("free-frames", this::freeFrames))
                        .step(Step.of("free-gscid", this::freeGscid)));
        hypervisor(
                "attach_device",
                List.of(with, of),
                (s, cpu, q, g, c, d, e) -> begin(s, cpu, g, 0, q)
                        && isThere(s, g)
                        && guestOf.get(s, q) == 0
                        && deviceOf(s, g) == tables.devices.size(),
                new OperationPlan()
                        .step(Step.of("write-second-stage", this::writeContext).on(FAIL, UNLOCK))
                        .step(Step.of("set-valid", this::validate)));
        hypervisor(
                "detach_device",
                List.of(of),
                (s, cpu, g, b, c, d, e) -> begin(s, cpu, g, 0, 0) && deviceOf(s, g) < tables.devices.size(),
                new OperationPlan()
                        .step(Step.of("clear-context", this::clearContext))
                        .step(Step.of("queue-context-invalidation", this::invalidateContext))
                        .step(Step.of("queue-fence", this::fence))
                        .step(Step.of(AWAIT, this::await))
                        .step(Step.of("let-go", this::letGo)));
        pages(of, at, to);
        guests(of, at);
        if (tables.hasDirectory) {
            processes(of);
        }
    }

    private void pages(Argument of, Argument at, Argument to) {
        hypervisor(
                "map_guest_page",
                List.of(of, to),
                (s, cpu, g, f, c, d, e) -> begin(s, cpu, g, tables.pageOf(tables.data()), f)
                        && isThere(s, g)
                        && tables.place.get(s, g, tables.data()) == 0
                        && tables.isFree(s, f),
                new OperationPlan()
                        .step(Step.of("take-frame", this::takeFrame).on(FAIL, UNLOCK))
                        .step(Step.of("write-entry", this::writeEntry)));
        hypervisor(
                "unmap_guest_page",
                List.of(of),
                (s, cpu, g, b, c, d, e) -> begin(s, cpu, g, tables.pageOf(tables.data()), 0)
                        && isThere(s, g)
                        && tables.place.get(s, g, tables.data()) != 0,
                new OperationPlan()
                        .step(Step.of("clear-entry", this::clearEntry))
                        .step(Step.of("queue-second-stage-invalidation", this::invalidatePage)
                                .asking("gvma.address", "gvma.gscid", "gvma.kind"))
                        .step(Step.of("queue-fence", this::fence))
                        .step(Step.of(AWAIT, this::await))
                        .step(Step.of("free-frame", this::freeFrame)));
        hypervisor(
                "move_guest_page",
                List.of(of, at, to),
                (s, cpu, g, p, f, d, e) -> !tables.isOfProcess(p)
                        && begin(s, cpu, g, p, f)
                        && isThere(s, g)
                        && tables.isOfTables(guestPage(p))
                        && tables.isFree(s, f),
                new OperationPlan()
                        .step(Step.of("take-frame", this::takeNext).on(FAIL, UNLOCK))
                        .step(Step.of("write-entry", this::writeNext))
                        .step(Step.of("queue-second-stage-invalidation", this::invalidatePage)
                                .asking("gvma.address", "gvma.gscid", "gvma.kind"))
                        .step(Step.of(BETWEEN, this::fence))
                        .step(Step.of("queue-context-invalidation", this::invalidateContext))
                        .step(Step.of("queue-fence", this::fence))
                        .step(Step.of(AWAIT, this::await))
                        .step(Step.of("free-frame", this::freeOld)));
    }

    private void guests(Argument of, Argument at) {
        guest(
                "guest_map",
                List.of(of, at),
                (s, cpu, g, p, c, d, e) ->
                        tables.isOfProcess(p) && begin(s, cpu, g, p, 0) && isThere(s, g) && entry(s, g, p) == 0,
                new OperationPlan().step(Step.of("write-entry", (s, cpu) -> writeFirst(s, cpu, GuestTables.toData()))));
        guest(
                "guest_unmap",
                List.of(of, at),
                (s, cpu, g, p, c, d, e) ->
                        tables.isOfProcess(p) && begin(s, cpu, g, p, 0) && isThere(s, g) && entry(s, g, p) != 0,
                new OperationPlan()
                        .step(Step.of("clear-entry", (s, cpu) -> writeFirst(s, cpu, 0)))
                        .step(Step.of("queue-first-stage-invalidation", this::invalidateFirst)
                                .asking("vma.of-guest"))
                        .step(Step.of("queue-fence", this::fence))
                        .step(Step.of(AWAIT, this::await)));
    }

    private void processes(Argument of) {
        Argument which = new Argument("process", tables.processes);
        Argument tag = new Argument("pscid", tables.pscids);
        guest(
                "bind_process",
                List.of(of, which, tag),
                (s, cpu, g, x, t, d, e) -> begin(s, cpu, g, x * tables.ioPages, t)
                        && isThere(s, g)
                        && pscid.get(s, g, x) == 0
                        && isFreePscid(s, g, t),
                new OperationPlan().step(Step.of("write-process-context", this::bind)));
        guest(
                "unbind_process",
                List.of(of, which),
                (s, cpu, g, x, c, d, e) ->
                        begin(s, cpu, g, x * tables.ioPages, 0) && isThere(s, g) && pscid.get(s, g, x) != 0,
                new OperationPlan()
                        .step(Step.of("clear-process-context", this::unbind))
                        .step(Step.of("queue-process-invalidation", this::invalidateProcess))
                        .step(Step.of(BETWEEN, this::fence))
                        .step(Step.of("queue-first-stage-invalidation", this::invalidateProcessPages)
                                .asking("vma.of-guest"))
                        .step(Step.of("queue-fence", this::fence))
                        .step(Step.of(AWAIT, this::await))
                        .step(Step.of("free-pscid", this::freePscid)));
    }

    private void hypervisor(String name, List<Argument> arguments, Operation.Start start, OperationPlan plan) {
        operation(name, Actor.HYPERVISOR, arguments, start, plan);
    }

    private void guest(String name, List<Argument> arguments, Operation.Start start, OperationPlan plan) {
        operation(name, Actor.GUEST, arguments, start, plan);
    }

    /** Every operation has the guest's lock from its start on, and drops it in its last step. */
    private void operation(
            String name, Actor actor, List<Argument> arguments, Operation.Start start, OperationPlan plan) {
        plan.step(Step.of(UNLOCK, this::unlock));
        model.operation(new Operation(name, actor, arguments, ModelBuilder.all(), start, plan.steps(), null));
    }

    private boolean begin(long[] s, int cpu, int g, int p, int w) {
        if (lock.get(s, g) != 0) {
            return false;
        }
        lock.set(s, g, cpu + 1L);
        guest.set(s, cpu, g);
        page.set(s, cpu, p);
        wanted.set(s, cpu, w);
        return true;
    }

    /** The operation is over, and what the guest owed is taken for paid: nobody else was at it meanwhile. */
    private int unlock(long[] s, int cpu) {
        int g = guest(s, cpu);
        for (int p = 0; p < tables.guestPages.size(); p++) {
            owed.set(s, g, p, 0);
        }
        for (int x = 0; x < tables.processes.size(); x++) {
            for (int io = 0; io < tables.ioPages; io++) {
                owedByGuest.set(s, g, x, io, 0);
            }
        }
        lock.set(s, g, 0);
        return NEXT;
    }

    // --- what there is

    /** Whether a guest exists: it has a GSCID. */
    boolean isThere(long[] s, int g) {
        return gscid.get(s, g) != 0;
    }

    /** The device that a guest has; the number of devices without one. */
    private int deviceOf(long[] s, int g) {
        int q = 0;
        while (q < tables.devices.size() && guestOf.get(s, q) != g + 1L) {
            q++;
        }
        return q;
    }

    private boolean hasDevice(long[] s, int cpu) {
        return deviceOf(s, guest(s, cpu)) < tables.devices.size();
    }

    private int guest(long[] s, int cpu) {
        return (int) guest.get(s, cpu);
    }

    private int wanted(long[] s, int cpu) {
        return (int) wanted.get(s, cpu);
    }

    private int page(long[] s, int cpu) {
        return (int) page.get(s, cpu);
    }

    private int process(long[] s, int cpu) {
        return tables.processOf(page(s, cpu));
    }

    /** The guest's page of a page that is none of an I/O device's. */
    private int guestPage(int p) {
        return p - tables.pageOf(0);
    }

    private int guestPage(long[] s, int cpu) {
        return guestPage(page(s, cpu));
    }

    private long entry(long[] s, int g, int p) {
        return tables.first.get(s, g, tables.processOf(p), tables.ioPage(p));
    }

    private boolean isFreePscid(long[] s, int g, int t) {
        boolean free = true;
        for (int x = 0; x < tables.processes.size(); x++) {
            free &= pscid.get(s, g, x) != t + 1L;
        }
        return free;
    }

    /** The PSCID of a first stage, -1 while its process has none. */
    int pscidOf(long[] s, int g, int x) {
        return tables.hasDirectory ? (int) pscid.get(s, g, x) - 1 : 0;
    }

    private boolean isFreeGscid(long[] s, int t) {
        boolean free = true;
        for (int g = 0; g < tables.guests.size(); g++) {
            free &= gscid.get(s, g) != t + 1L;
        }
        return free;
    }

    private int freeFrame(long[] s) {
        int f = 0;
        while (f < tables.frames.size() && !tables.isFree(s, f)) {
            f++;
        }
        return f;
    }

    // --- guests come and go

    /** A guest gets its GSCID, and frames for its tables; nothing where they do not suffice. */
    private int create(long[] s, int cpu) {
        int g = guest(s, cpu);
        int free = 0;
        for (int f = 0; f < tables.frames.size(); f++) {
            free += tables.isFree(s, f) ? 1 : 0;
        }
        if (!isFreeGscid(s, wanted(s, cpu)) || free < tables.guestPages.size() - 1) {
            return FAIL;
        }
        gscid.set(s, g, wanted(s, cpu) + 1L);
        for (int p = 0; p < tables.guestPages.size(); p++) {
            if (tables.isOfTables(p)) {
                int f = freeFrame(s);
                tables.place.set(s, g, p, f + 1L);
                tables.second.set(s, g, p, GuestTables.toFrame(f));
            }
        }
        return NEXT;
    }

    private int freeFrames(long[] s, int cpu) {
        int g = guest(s, cpu);
        for (int p = 0; p < tables.guestPages.size(); p++) {
            tables.second.set(s, g, p, 0);
            tables.place.set(s, g, p, 0);
        }
        for (int x = 0; x < tables.processes.size(); x++) {
            for (int io = 0; io < tables.ioPages; io++) {
                tables.first.set(s, g, x, io, 0);
            }
            if (tables.hasDirectory) {
                tables.process.set(s, g, x, 0);
                pscid.set(s, g, x, 0);
            }
        }
        return NEXT;
    }

    private int freeGscid(long[] s, int cpu) {
        letGo(s, cpu);
        gscid.set(s, guest(s, cpu), 0);
        return NEXT;
    }

    // --- devices

    private int writeContext(long[] s, int cpu) {
        int q = wanted(s, cpu);
        int g = guest(s, cpu);
        if (guestOf.get(s, q) != 0) {
            return FAIL;
        }
        guestOf.set(s, q, g + 1L);
        tables.iohgatp.set(s, q, tables.context(g, (int) gscid.get(s, g) - 1));
        return NEXT;
    }

    private int validate(long[] s, int cpu) {
        tables.tc.set(s, wanted(s, cpu), Control.V.mask());
        return NEXT;
    }

    private int clearContext(long[] s, int cpu) {
        int q = deviceOf(s, guest(s, cpu));
        if (q < tables.devices.size()) {
            tables.tc.set(s, q, 0);
            tables.iohgatp.set(s, q, 0);
            owedContext.set(s, q, 1);
        }
        return NEXT;
    }

    private int letGo(long[] s, int cpu) {
        int q = deviceOf(s, guest(s, cpu));
        if (q < tables.devices.size()) {
            guestOf.set(s, q, 0);
            owedContext.set(s, q, 0);
        }
        return NEXT;
    }

    // --- pages

    private int takeFrame(long[] s, int cpu) {
        if (!tables.isFree(s, wanted(s, cpu))) {
            return FAIL;
        }
        tables.place.set(s, guest(s, cpu), guestPage(s, cpu), wanted(s, cpu) + 1L);
        return NEXT;
    }

    private int takeNext(long[] s, int cpu) {
        if (!tables.isFree(s, wanted(s, cpu))) {
            return FAIL;
        }
        tables.next.set(s, guest(s, cpu), guestPage(s, cpu), wanted(s, cpu) + 1L);
        return NEXT;
    }

    private int writeEntry(long[] s, int cpu) {
        tables.second.set(s, guest(s, cpu), guestPage(s, cpu), GuestTables.toFrame(wanted(s, cpu)));
        return NEXT;
    }

    private int writeNext(long[] s, int cpu) {
        owed.set(s, guest(s, cpu), guestPage(s, cpu), 1);
        return writeEntry(s, cpu);
    }

    private int clearEntry(long[] s, int cpu) {
        owed.set(s, guest(s, cpu), guestPage(s, cpu), 1);
        tables.second.set(s, guest(s, cpu), guestPage(s, cpu), 0);
        return NEXT;
    }

    private int freeFrame(long[] s, int cpu) {
        tables.place.set(s, guest(s, cpu), guestPage(s, cpu), 0);
        return NEXT;
    }

    private int freeOld(long[] s, int cpu) {
        tables.place.set(s, guest(s, cpu), guestPage(s, cpu), wanted(s, cpu) + 1L);
        tables.next.set(s, guest(s, cpu), guestPage(s, cpu), 0);
        return NEXT;
    }

    // --- guests

    private int writeFirst(long[] s, int cpu, long word) {
        int p = page(s, cpu);
        tables.first.set(s, guest(s, cpu), process(s, cpu), tables.ioPage(p), word);
        owedByGuest.set(s, guest(s, cpu), process(s, cpu), tables.ioPage(p), word == 0 ? 1 : 0);
        return NEXT;
    }

    private int bind(long[] s, int cpu) {
        int t = wanted(s, cpu);
        pscid.set(s, guest(s, cpu), process(s, cpu), t + 1L);
        tables.process.set(s, guest(s, cpu), process(s, cpu), ProcessContext.PSCID.set(ProcessContext.V.mask(), t));
        return NEXT;
    }

    private int unbind(long[] s, int cpu) {
        tables.process.set(s, guest(s, cpu), process(s, cpu), 0);
        for (int io = 0; io < tables.ioPages; io++) {
            owedByGuest.set(s, guest(s, cpu), process(s, cpu), io, 1);
        }
        return NEXT;
    }

    private int freePscid(long[] s, int cpu) {
        pscid.set(s, guest(s, cpu), process(s, cpu), 0);
        return NEXT;
    }

    // --- the unit

    private int submit(long[] s, long lo, long hi) {
        return ring.submit(s, lo, hi) ? NEXT : BLOCKED;
    }

    private int gscidOf(long[] s, int cpu) {
        return (int) gscid.get(s, guest(s, cpu)) - 1;
    }

    private int invalidateContext(long[] s, int cpu) {
        if (!hasDevice(s, cpu)) {
            return NEXT;
        }
        int id = GuestTables.deviceId(deviceOf(s, guest(s, cpu)));
        return submit(s, Directory.DID.set(Commands.IODIR_INVAL_DDT | Directory.DV.mask(), id), 0);
    }

    private int invalidateProcess(long[] s, int cpu) {
        if (!hasDevice(s, cpu)) {
            return NEXT;
        }
        int id = GuestTables.deviceId(deviceOf(s, guest(s, cpu)));
        long lo = Directory.DID.set(Commands.IODIR_INVAL_PDT | Directory.DV.mask(), id);
        return submit(s, Directory.PID.set(lo, process(s, cpu)), 0);
    }

    private long vma(long[] s, int cpu) {
        return ofGuest.decide(s, 0, 0, 0) == 0
                ? Commands.IOTINVAL_VMA
                : Translations.GSCID.set(Commands.IOTINVAL_VMA | Translations.GV.mask(), gscidOf(s, cpu));
    }

    private long vmaOfProcess(long[] s, int cpu) {
        long lo = vma(s, cpu) | Translations.PSCV.mask();
        return Translations.PSCID.set(lo, pscidOf(s, guest(s, cpu), process(s, cpu)));
    }

    /** A process that is not bound has no PSCID, and nothing is cached for it. */
    private int invalidateFirst(long[] s, int cpu) {
        if (pscidOf(s, guest(s, cpu), process(s, cpu)) < 0) {
            return NEXT;
        }
        int number = GuestTables.ioNumber(tables.ioPage(page(s, cpu)));
        return submit(s, vmaOfProcess(s, cpu) | Translations.AV.mask(), Translations.ADDR.set(0, number));
    }

    private int invalidateProcessPages(long[] s, int cpu) {
        return submit(s, vmaOfProcess(s, cpu), 0);
    }

    private int invalidateFirstStage(long[] s, int cpu) {
        return submit(s, vma(s, cpu), 0);
    }

    private long gvma(long[] s, int cpu) {
        int named = namedGscid.decide(s, gscidOf(s, cpu), 0, 0);
        long lo = kind.decide(s, Commands.IOTINVAL_GVMA, 0, 0) | Translations.GV.mask();
        return Translations.GSCID.set(lo, named);
    }

    private int invalidateSecondStage(long[] s, int cpu) {
        return submit(s, gvma(s, cpu), 0);
    }

    private int invalidatePage(long[] s, int cpu) {
        int p = guestPage(s, cpu);
        int frame = (int) tables.place.get(s, guest(s, cpu), p) - 1;
        int named = address.decide(s, tables.number(p), GuestTables.frameNumber(frame), 0);
        return submit(s, gvma(s, cpu) | Translations.AV.mask(), Translations.ADDR.set(0, named));
    }

    /** An IOFENCE.C, and how many commands the head has to pass until it is done. */
    private int fence(long[] s, int cpu) {
        if (!ring.submit(s, Commands.IOFENCE_C | Fence.PR.mask() | Fence.PW.mask(), 0)) {
            return BLOCKED;
        }
        awaited.set(s, cpu, ring.count(s));
        return NEXT;
    }

    private int await(long[] s, int cpu) {
        return awaited.get(s, cpu) == 0 ? NEXT : BLOCKED;
    }

    /** The unit executes a command; CPUs that wait for it or a later one wait for one less. */
    boolean consume(long[] s) {
        int before = ring.count(s);
        return ring.consume(s, 0) && passed(s, before);
    }

    /** The unit fetches a command, or completes the fence at the head. */
    boolean fetch(long[] s) {
        int before = ring.count(s);
        return ring.fetch(s, true) && passed(s, before);
    }

    /** A fetched command is executed before the one in front of it, later on. */
    boolean overtake(long[] s, int place) {
        long lo = ring.lo(s, place);
        long hi = ring.hi(s, place);
        if (!ring.isFetched(s, place + 1) || (lo == ring.lo(s, place + 1) && hi == ring.hi(s, place + 1))) {
            return false;
        }
        ring.replace(s, place, ring.lo(s, place + 1), ring.hi(s, place + 1));
        ring.replace(s, place + 1, lo, hi);
        return true;
    }

    private boolean passed(long[] s, int before) {
        for (int cpu = 0; ring.count(s) < before && cpu < tables.cpus.size(); cpu++) {
            awaited.set(s, cpu, Math.max(0, awaited.get(s, cpu) - 1));
        }
        return true;
    }
}
