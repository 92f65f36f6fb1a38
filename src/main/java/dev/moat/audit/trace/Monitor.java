package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.read.LineParser;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.StaleJudge;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Follows a trace event by event and judges. What the hardware may have cached is over-approximated: every page that was
 * mapped since its last invalidation. What the trace does not tell is not judged, and counted with the reason.
 */
public final class Monitor {
    /** Beyond so many ranges everything is forgotten, as after lost events. */
    static final int MOST_SPANS = 1 << 20;

    /** Events between two looks at their number. */
    private static final int LOOK = 1 << 16;

    /** Beyond so many tasks the one that was silent longest is known no more. */
    private static final int MOST_TASKS = 1 << 16;

    private static final String LOST = "events were lost about then";

    private final Ledger ledger;
    private final FollowedSpaces tables;
    private final Returns returns;
    private final TaskCalls calls;
    private final Flushes flushes;
    private final Syncs syncs;
    /** Those that were silent longest first. */
    private final Map<Integer, Task> tasks = new LinkedHashMap<>(16, 0.75f, true);

    /** Of each CPU whether it has printed something in this recording. */
    private final boolean[] shown = new boolean[LineParser.MOST_CPUS];

    private final Notes notes = new Notes();
    private final Faults faults = new Faults();
    private final Bounces bounces;
    private final Transfers transfers;
    private final DeviceFilter devices;
    private final Subjects subjects;
    private final DirectMaps direct;
    private final Attachments attachments = new Attachments();
    private int untilCheck = LOOK;
    /** How many new tasks there are to be before the idle ones are looked for again. */
    private int untilSweep;

    /**
     * @param judge of pages that linger
     * @param ledger takes what is found
     * @param devices whose events are judged
     */
    public Monitor(StaleJudge judge, Ledger ledger, DeviceFilter devices) {
        this.devices = devices;
        this.ledger = ledger;
        bounces = new Bounces(ledger);
        transfers = new Transfers(ledger);
        direct = new DirectMaps(ledger);
        tables = new FollowedSpaces(ledger, judge);
        flushes = new Flushes(tables.spaces(), devices);
        subjects = new Subjects(devices, tables);
        returns = new Returns(ledger, tables, judge, flushes);
        calls = new TaskCalls(ledger, tables, returns, transfers, direct, notes);
        syncs = new Syncs(tables, flushes, returns, notes, devices);
    }

    /** Takes in the next event. */
    public void on(TraceEvent e) {
        switch (e.kind()) {
            case HEADER -> {
                if (notes.events > 0) {
                    transfers.recordsBounces(false);
                    notes.anotherRecording();
                    attachments.forget();
                    forget("another recording begins", tables::forget);
                    faults.startAfresh();
                    flushes.ids().startAfresh();
                    ledger.settle();
                    Arrays.fill(shown, false);
                }
                return;
            }
            case LOST -> {
                notes.lost += e.lost();
                notes.lostMarkers++;
                notes.lostUncounted += e.lost() == 0 ? 1 : 0;
                if (e.cpu() == TraceEvent.SOME_CPU) {
                    for (int cpu = 0; cpu < shown.length; cpu++) {
                        if (shown[cpu]) {
                            ledger.retract(cpu);
                        }
                    }
                } else {
                    ledger.retract(e.cpu());
                }
                forget(LOST, tables::lost);
                return;
            }
            case BOUNCES_RECORDED -> {
                transfers.recordsBounces(true);
                return;
            }
            case TOO_BIG -> {
                transfers.unprinted(null);
                return;
            }
            default -> notes.time(e);
        }
        flushes.complete(e);
        if (!e.kind().insideFlush()) {
            Task t = tasks.get(e.task());
            if (t != null) {
                t.flushing = null; // the return need not be recorded
                t.announced.clear();
                t.filled = null;
                syncs.goesOn(t, e);
            }
        }
        if (devices.active()) {
            ledger.about(subjects.of(e, task(e)));
        }
        faults.on(e);
        act(e);
        ledger.complete(e.cpu());
        shown[e.cpu()] = true;
        if (--untilCheck == 0) {
            untilCheck = LOOK;
            tables.trim();
            if (tables.spans() > MOST_SPANS) {
                notes.overflows++;
                forget("too many ranges at once", tables::forget);
            }
        }
    }

    private void act(TraceEvent e) {
        switch (e.kind()) {
            case UNKNOWN -> {}
            case MAP_ENTRY -> calls.enterMap(task(e), e);
            case MAP -> {
                bounces.underIommu();
                calls.map(task(e), e);
            }
            case MAP_RETURN -> calls.mapReturns(task(e), e);
            case UNMAP_FAST -> calls.enterFast(task(e), e);
            case UNMAP_ENTRY -> calls.enterUnmap(task(e), e);
            case UNMAP -> {
                bounces.underIommu();
                calls.unmap(task(e), e);
            }
            case DMA_MAP_PAGE, DMA_UNMAP_PAGE, DMA_UNMAP_SG, DMA_FREE, IOVA_DESTROY, IOVA_UNLINK ->
                calls.begin(task(e), e);
            case DMA_MAP_PAGE_RETURN,
                    DMA_UNMAP_PAGE_RETURN,
                    DMA_UNMAP_SG_RETURN,
                    DMA_FREE_RETURN,
                    IOVA_DESTROY_RETURN,
                    IOVA_UNLINK_RETURN -> {
                calls.end(task(e), e);
                syncs.callReturned(task(e));
            }
            case SYNC_ENTRY -> syncs.enter(task(e), e);
            case SYNC_RETURN -> syncs.returns(task(e), e);
            case FLUSH_ALL_ENTRY -> syncs.enterAll(task(e), e);
            case FLUSH_ALL_RETURN -> syncs.allReturns(task(e), e);
            case CACHE_TAG_FLUSH_RANGE, CACHE_TAG_FLUSH_RANGE_NP, CACHE_TAG_FLUSH_ALL -> syncs.names(task(e), e);
            case QI_SUBMIT -> flushes.submit(e, task(e), calls.unmapping());
            case CACHE_TAG_ASSIGN, CACHE_TAG_UNASSIGN -> syncs.moves(e);
            case IO_PAGE_FAULT -> fault(e);
            case DOMAIN_FREE -> free(e.get(Field.DOM));
            case BOUNCED -> {
                transfers.recordsBounces(true);
                bounces.bounced(e);
            }
            case ATTACH_ENTRY -> direct.enter(e);
            case ATTACHED -> attached(e);
            default -> {
                if (e.kind().ofDma()) {
                    transfer(task(e), e);
                }
            }
        }
    }

    /** A device has another domain from now on. That which it leaves has none any more, unless others are in it. */
    private void attached(TraceEvent e) {
        transfers.attached(e.device());
        devices.moves(e.device(), tables.spaces());
        Long domain = direct.attached(e);
        Long left = attachments.moved(e.device(), domain);
        if (left != null) {
            tables.space(left).vacate();
        }
        if (domain != null) {
            AddressSpace space = tables.space(domain);
            space.occupy();
            devices.link(space, e.device());
        }
    }

    /** What a driver asks of the DMA layer, printed behind the maps and unmaps that it leads to. */
    private void transfer(Task t, TraceEvent e) {
        boolean bounced = false;
        if (e.kind() == EventKind.DMA_UNMAPPED) {
            calls.unmapped(t, e);
        } else if (e.kind() == EventKind.DMA_MAPPED) {
            bounced = bounces.mapped(e);
        } else if (e.kind() == EventKind.LIST_MAPPED) {
            bounced = bounces.pending(e);
        }
        AddressSpace space = transfers.on(e, t.recent, bounced);
        devices.link(space, devices.active() ? e.device() : null);
    }

    private Task task(TraceEvent e) {
        Task known = tasks.get(e.task());
        if (known != null) {
            return known;
        }
        untilSweep--;
        if (tasks.size() >= MOST_TASKS) {
            makeRoom();
        }
        Task fresh = new Task();
        tasks.put(e.task(), fresh);
        return fresh;
    }

    /** All that are idle go, unless they were looked for a short while ago; if there are none, one other. */
    private void makeRoom() {
        if (untilSweep <= 0) {
            untilSweep = MOST_TASKS / 2;
            tasks.values().removeIf(t -> {
                if (t.idle()) {
                    abandon(t);
                }
                return t.idle();
            });
        }
        if (tasks.size() >= MOST_TASKS) {
            Iterator<Task> silent = tasks.values().iterator();
            Task longest = silent.next();
            silent.remove();
            unjudged(longest, "too many tasks at once");
            abandon(longest);
        }
    }

    private void fault(TraceEvent e) {
        long page = e.get(Field.IOVA) >>> AddressSpace.PAGE_BITS;
        Collection<AddressSpace> spaces = tables.spaces();
        boolean lingers = spaces.stream().anyMatch(s -> s.stale().touches(page, page + 1));
        if (lingers) {
            notes.faultsLingering++;
        } else if (spaces.stream().anyMatch(s -> s.mapped().touches(page, page + 1))) {
            notes.faultsMapped++;
        } else {
            notes.faultsUnmapped++;
        }
        if (ledger.subject() == Ledger.Subject.ASKED) {
            Faults.Fault told = faults.fault(e, lingers, flushes.identities() > 0);
            if (told != null) {
                ledger.fault("line " + told.line() + ": fault: " + told.says());
            }
        }
    }

    private void free(long pointer) {
        AddressSpace space = tables.space(pointer);
        if (isAsked(space)) {
            notes.windowsFreed += space.stale().size();
            notes.outlivedFreed += outlived(space);
        }
        flushes.ids().forget(space);
        tables.forget(space);
        direct.free(pointer);
        attachments.free(pointer);
    }

    /** Windows are those of the devices asked about. */
    private boolean isAsked(AddressSpace space) {
        return devices.of(space) == Ledger.Subject.ASKED;
    }

    private static long outlived(AddressSpace space) {
        return space.stale().all().stream().filter(Stale::outlived).count();
    }

    /** What was known is known no more; everything in the middle of something stays unjudged. */
    private void forget(String reason, Runnable ranges) {
        tasks.values().forEach(t -> unjudged(t, reason));
        ledger.about(devices.of((AddressSpace) null)); // what follows is nobody's in particular
        for (AddressSpace s : tables.spaces()) {
            notes.windowsCut += isAsked(s) ? s.stale().size() : 0;
        }
        tasks.values().forEach(this::abandon);
        tasks.clear();
        faults.forget();
        flushes.forget();
        ranges.run();
        bounces.forget();
        transfers.forget();
        direct.forget();
    }

    private void unjudged(Task t, String reason) {
        for (DmaCall operation : t.operations) {
            ledger.about(devices.of(operation.space()));
            AuditRule rule = operation.rule();
            if (rule != null) {
                ledger.unjudged(rule, reason);
            }
            calls.undecided(operation);
        }
        t.syncs.forEach(sync -> returns.unreturned(devices.of(sync.space()), reason));
    }

    private void abandon(Task t) {
        calls.unmapping().remove(t);
        flushes.abandoned(t.whole);
        t.syncs.forEach(sync -> flushes.abandoned(sync.flush()));
    }

    /** The trace is over. */
    public Notes finish() {
        flushes.finish();
        if (devices.active()) {
            ledger.about(Ledger.Subject.UNTOLD);
        }
        direct.finish();
        bounces.finish();
        tasks.values().forEach(this::abandon);
        for (AddressSpace s : tables.spaces()) {
            if (isAsked(s)) {
                notes.windowsOpen += s.stale().size();
                notes.pagesOpen +=
                        s.stale().all().stream().mapToLong(Stale::pages).sum();
                notes.outlivedOpen += outlived(s);
            }
        }
        for (Task t : tasks.values()) {
            notes.inside += t.operations.size();
            t.operations.forEach(calls::undecided);
        }
        return notes;
    }

    /** What came of the rules so far. */
    public Ledger ledger() {
        return ledger;
    }

    /** The invalidations so far. */
    public Flushes flushes() {
        return flushes;
    }

    /** What drivers asked of the DMA layer so far. */
    public Transfers transfers() {
        return transfers;
    }

    /** The bounced mappings so far. */
    public Bounces bounces() {
        return bounces;
    }

    /** The faults so far. */
    public Faults faults() {
        return faults;
    }

    /** The address spaces as they stand. */
    public FollowedSpaces tables() {
        return tables;
    }
}
