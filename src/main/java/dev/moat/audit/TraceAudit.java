package dev.moat.audit;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.TimeOrder;
import dev.moat.audit.read.TraceForm;
import dev.moat.audit.read.TraceReader;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.StaleJudge;
import dev.moat.audit.result.Windows;
import dev.moat.audit.trace.DeviceFilter;
import dev.moat.audit.trace.Faults;
import dev.moat.audit.trace.Flushes;
import dev.moat.audit.trace.Monitor;
import dev.moat.audit.trace.Notes;
import dev.moat.audit.trace.OpenInvalidation;
import dev.moat.logic.Invariant;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An audit of what ftrace, trace-cmd, perf or bpftrace printed. */
final class TraceAudit extends Audit {
    private static final String NO_INVALIDATION = "the trace holds no invalidation";

    /** Events that only a VT-d unit has, beside its invalidations. */
    private static final List<EventKind> OF_VTD = List.of(
            EventKind.SYNC_ENTRY,
            EventKind.SYNC_RETURN,
            EventKind.FLUSH_ALL_ENTRY,
            EventKind.FLUSH_ALL_RETURN,
            EventKind.QI_FLUSH_IOTLB,
            EventKind.CACHE_TAG_FLUSH_RANGE,
            EventKind.CACHE_TAG_FLUSH_RANGE_NP,
            EventKind.CACHE_TAG_FLUSH_ALL,
            EventKind.CACHE_TAG_ASSIGN,
            EventKind.CACHE_TAG_UNASSIGN);

    private final String file;
    private final TraceReader reader;
    private final TimeOrder order;
    private final Monitor monitor;
    private final Notes notes;
    private final DeviceFilter devices;

    private TraceAudit(String file, TraceReader reader, TimeOrder order, Monitor monitor, DeviceFilter devices) {
        this.order = order;
        this.devices = devices;
        this.file = file;
        this.reader = reader;
        this.monitor = monitor;
        notes = monitor.finish();
        withdraw();
    }

    /**
     * Reads a trace to its end.
     *
     * @param verdicts hears of each violation at once; null for nobody
     */
    static Audit read(String file, InputStream in, Invariant noStale, DeviceFilter devices, @Nullable Verdicts verdicts)
            throws IOException {
        TraceReader reader = new TraceReader(file, in);
        TimeOrder order = new TimeOrder(reader);
        Monitor monitor = new Monitor(new StaleJudge(noStale), new Ledger(verdicts), devices);
        while (order.advance()) {
            take(reader, order, monitor);
            if (verdicts != null && reader.seen(EventKind.QI_SUBMIT) > 0) {
                verdicts.invalidated();
            }
        }
        return new TraceAudit(file, reader, order, monitor, devices);
    }

    private static void take(TraceReader reader, TimeOrder order, Monitor monitor) {
        if (reader.form() == TraceForm.BPFTRACE) {
            monitor.ledger().missesUnmarked();
        }
        monitor.on(order.event());
    }

    /** Takes back what only the whole trace shows to be unknowable. */
    private void withdraw() {
        if (!showsInvalidations()) {
            for (AuditRule rule : AuditRule.values()) {
                if (rule.ofPromises() && !rule.ofEvents()) {
                    monitor.ledger().withdraw(rule, NO_INVALIDATION);
                }
            }
        }
        long known = monitor.tables().known();
        boolean several = known > 1
                || monitor.flushes().identities() > 1
                || monitor.tables().overlaps() > 0;
        // A flush may name domains where no map does.
        if ((known == 0 || reader.seen(EventKind.MAP_ENTRY) == 0) && several) {
            monitor.ledger().withdraw(AuditRule.IOVA_REUSE, "several domains, and nothing tells them apart");
        }
    }

    @Override
    public String file() {
        return file;
    }

    @Override
    public List<RuleTally> tallies() {
        return Arrays.stream(AuditRule.values())
                .filter(rule -> !rule.ofEvents())
                .filter(rule -> rule != AuditRule.RETURN_LINKED || showsLinked())
                .filter(rule -> !rule.ofBounces() || showsBounces())
                .filter(rule -> !rule.ofTransfers() || showsTransfers(rule))
                .map(monitor.ledger()::tally)
                .toList();
    }

    @Override
    public boolean showsBounces() {
        return reader.seen(EventKind.BOUNCED) > 0;
    }

    /** Whether unmaps of linked ranges are recorded. */
    private boolean showsLinked() {
        return reader.seen(EventKind.IOVA_DESTROY) + reader.seen(EventKind.IOVA_UNLINK) > 0;
    }

    /** Whether the trace has what a rule of transfers speaks of. */
    private boolean showsTransfers(AuditRule rule) {
        return rule == AuditRule.DIRECT
                ? reader.seen(EventKind.ATTACHED) > 0
                : Arrays.stream(EventKind.values()).anyMatch(kind -> kind.ofDma() && reader.seen(kind) > 0);
    }

    @Override
    public boolean showsInvalidations() {
        return reader.seen(EventKind.QI_SUBMIT) > 0;
    }

    /** Whether any event is one that only a VT-d unit has. */
    private boolean showsVtd() {
        return showsInvalidations() || OF_VTD.stream().anyMatch(kind -> reader.seen(kind) > 0);
    }

    @Override
    protected String reason(RuleTally t) {
        return t.rule().ofPromises() && !showsInvalidations() ? NO_INVALIDATION : super.reason(t);
    }

    @Override
    public Windows windows() {
        return monitor.flushes().windows();
    }

    @Override
    public boolean nanoseconds() {
        return notes.seconds();
    }

    @Override
    protected String kind() {
        return "trace";
    }

    /**
     * Whether lines are in the order of time. Clocks of CPUs that are read one after the other may differ a little
     * ({@link #TOLERANCE}); beyond that what stands later may have happened before, and one clock says nothing of another.
     */
    @Override
    public boolean inOrder() {
        return notes.furthestBack() <= TOLERANCE && !notes.mixedClocks() && !clocksApart();
    }

    /** Whether several CPUs have printed times of clocks of their own: then nothing tells what of two CPUs came first. */
    private boolean clocksApart() {
        return (reader.clock().isOfEachCpu() || reader.clock().isCoarse()) && notes.severalCpus();
    }

    @Override
    public String form() {
        TraceForm form = reader.form();
        String clock = reader.clock().name();
        return (form == null ? "trace" : form.says())
                + (clock.isEmpty() ? ", clock not declared" : ", clock " + clock)
                + (order.moved() == 0
                        ? ""
                        : String.format(Locale.ROOT, ", %,d lines put in the order of time", order.moved()));
    }

    @Override
    public Map<String, Long> events() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (EventKind kind : EventKind.values()) {
            if (!kind.label().isEmpty() && reader.seen(kind) > 0) {
                counts.put(kind.label(), reader.seen(kind));
            }
        }
        counts.put("other", reader.seen(EventKind.UNKNOWN));
        return counts;
    }

    @Override
    public List<String> devices() {
        return devices.chosen().stream().sorted().toList();
    }

    @Override
    public Map<String, Long> figures() {
        Flushes f = monitor.flushes();
        Map<String, Long> m = new LinkedHashMap<>();
        m.put("lines", reader.lineCount());
        m.put("domains", (long) monitor.tables().known());
        m.put("domainIds", (long) f.identities());
        m.put("unmaps", notes.unmaps());
        m.put("unseenUnmaps", monitor.tables().unseenUnmaps());
        m.put("unseenPages", monitor.tables().unseenPages());
        for (OpenInvalidation.Scope scope : OpenInvalidation.Scope.values()) {
            String name = scope.name().toLowerCase(Locale.ROOT);
            m.put(name + "Invalidations", f.submitted(scope));
            m.put(name + "InvalidatedPages", f.pages(scope));
        }
        m.put("otherDescriptors", f.others());
        m.put("idleInvalidations", f.idle());
        m.put("unassignedInvalidations", f.unassigned());
        m.put("foreignIdInvalidations", f.foreign());
        m.put("windowsOutliving", f.outlived() + notes.outlivedOpen() + notes.outlivedFreed());
        m.put("windowsOutlivingOpen", notes.outlivedOpen());
        m.put("windowsEndedBySubmission", f.endedBySubmission());
        m.put("windowsOpen", notes.windowsOpen());
        m.put("pagesOpen", notes.pagesOpen());
        m.put("windowsCut", notes.windowsCut());
        m.put("windowsFreed", notes.windowsFreed());
        m.put("bytesAsked", notes.asked());
        m.put("bytesExposed", notes.exposed());
        m.put("faultsOnLingering", notes.faultsLingering());
        m.put("faultsOnMapped", notes.faultsMapped());
        m.put("faultsOnUnmapped", notes.faultsUnmapped());
        m.put("callsUnderWay", notes.inside());
        m.put("eventsLost", notes.lost());
        m.put("placesOfLoss", notes.lostMarkers());
        if (devices.active()) {
            m.put("eventsOfDevices", devices.ours());
            m.put("eventsOfOthers", devices.others());
            m.put("eventsUntold", devices.untold());
            m.put("judgementsLeftOut", monitor.ledger().leftOut());
        }
        if (showsBounces()) {
            m.put("bouncesForced", monitor.bounces().forced());
            m.put("bytesBounced", monitor.bounces().bytes());
            m.put("bouncesWithoutAddress", monitor.bounces().failed());
        }
        return m;
    }

    @Override
    List<Faults.Fault> faults() {
        return monitor.faults().told();
    }

    @Override
    public List<String> warnings() {
        return new Warnings(reader, monitor, notes).all(clocksApart(), inOrder(), showsInvalidations());
    }

    /** Whether reuse was judged without knowing domains, on the grounds that only one was ever seen. */
    private boolean assumesOneDomain() {
        return monitor.tables().known() == 0 && monitor.tables().anonymousMaps() > 0;
    }

    @Override
    String exposure() {
        return "from the unmap event until the flush that covers it returns";
    }

    @Override
    List<String> hints() {
        return TraceNotes.hints(this, showsVtd(), assumesOneDomain());
    }

    @Override
    List<String> closing() {
        return TraceNotes.closing(this);
    }
}
