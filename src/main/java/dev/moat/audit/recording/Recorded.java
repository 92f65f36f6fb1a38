package dev.moat.audit.recording;

import dev.moat.audit.read.EventHandler;
import dev.moat.audit.read.Function.Role;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.StaleJudge;
import dev.moat.audit.result.Violation;
import dev.moat.iommu.Entry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a recording has shown so far, and how violations are told. */
final class Recorded implements UnitQueue.Evidence {
    static final String ANY_OWNER = "*";

    final Ledger ledger;
    final RecordedTables tables;
    final RunningCalls calls = new RunningCalls();
    final FrameOwners frames = new FrameOwners();
    final Map<Integer, UnitQueue> units = new LinkedHashMap<>();
    private final Map<UnitTables, UnitQueue> byTables = new HashMap<>();
    private final Map<UnitTables, Map<Long, String>> domains = new HashMap<>();
    private final Set<EventHandler.Also> also = EnumSet.noneOf(EventHandler.Also.class);
    private final StaleJudge stale;
    private long number;
    private long line;
    private String source = "";

    Recorded(String file, StaleJudge stale, Ledger ledger, Listener listener) {
        this.stale = stale;
        this.ledger = ledger;
        tables = new RecordedTables(file, listener);
    }

    void at(long where, String place) {
        number++;
        line = where;
        source = place;
    }

    long number() {
        return number;
    }

    Moment now(int cpu) {
        return new Moment(number, line, cpu, source, calls.innermost(cpu));
    }

    RecordedCall call(int cpu, String name, String arguments) {
        return new RecordedCall(name, arguments, cpu, line, source);
    }

    void records(EventHandler.Also what) {
        also.add(what);
    }

    @Override
    public boolean statuses() {
        return also.contains(EventHandler.Also.WAITS);
    }

    @Override
    public boolean loads() {
        return also.contains(EventHandler.Also.LOADS);
    }

    @Override
    public boolean waitFunctions() {
        return calls.has(Role.WAIT);
    }

    boolean allocations() {
        return also.contains(EventHandler.Also.ALLOC);
    }

    void add(int unit, UnitQueue queue) {
        units.put(unit, queue);
        byTables.put(queue.tables(), queue);
    }

    /** The unit of a number; IllegalArgumentException where it was not told. */
    UnitQueue unit(int unit) {
        UnitQueue queue = units.get(unit);
        if (queue == null) {
            throw new IllegalArgumentException("unit " + unit + " is not known: 'unit " + unit + " ...' tells of it");
        }
        return queue;
    }

    UnitQueue queue(UnitTables of) {
        return java.util.Objects.requireNonNull(byTables.get(of));
    }

    void owner(UnitTables unit, long domain, String owner) {
        domains.computeIfAbsent(unit, u -> new HashMap<>()).put(domain, owner);
    }

    /** Whose tables are cached under a tag; empty where it is not told. */
    String owner(UnitTables unit, long tag) {
        return domains.getOrDefault(unit, Map.of()).getOrDefault(unit.unit().domain(tag), "");
    }

    /** What something may serve, judged by the invariant for the case that nobody owes its invalidation any more. */
    Lingering.Serving serving(Lingering l) {
        Lingering.Serving serving = l.unit().serving(l);
        return serving == Lingering.Serving.SOMETHING && !isStale(l, 0) ? Lingering.Serving.NOTHING : serving;
    }

    boolean isHarmful(Lingering l) {
        return serving(l) == Lingering.Serving.SOMETHING;
    }

    private boolean isStale(Lingering l, int given) {
        int rights = l.entry().rights() == 0 ? Entry.READ : l.entry().rights();
        return stale.violated(rights, given, false);
    }

    /** A violation in which something lingers. */
    void violated(AuditRule rule, Moment when, String says, Lingering l) {
        ledger.violated(rule, () -> {
            List<String> reason = new ArrayList<>();
            reason.add("because " + LingeringExplanation.why(l, queue(l.unit())));
            reason.addAll(running(when));
            if (isStale(l, 0)) {
                reason.addAll(stale.explain("domain", "page"));
            }
            return new Violation(rule, when.line(), when.says() + ": " + says, reason, null);
        });
    }

    /** A violation that needs no cache. */
    void violated(AuditRule rule, Moment when, String says) {
        ledger.violated(rule, () -> new Violation(rule, when.line(), when.says() + ": " + says, running(when), null));
    }

    private List<String> running(Moment when) {
        return calls.says(when.cpu());
    }

    static String hex(long frame) {
        return String.format(Locale.ROOT, "%#x", frame << 12);
    }

    /** Whether a wait that nothing shows was taken to be done for something to be gone; null for no. */
    @Nullable
    static String assumption(List<Lingering> gone) {
        for (Lingering l : gone) {
            if (l.isGone() && l.by() != null && l.by().isAssumed()) {
                return "nothing in the recording shows when waits are done";
            }
        }
        return null;
    }
}
