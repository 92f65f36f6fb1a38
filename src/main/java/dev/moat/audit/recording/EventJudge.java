package dev.moat.audit.recording;

import dev.moat.audit.read.EventHandler;
import dev.moat.audit.read.Function;
import dev.moat.audit.recording.RunningCalls.Running;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.StaleJudge;
import dev.moat.audit.result.Window;
import dev.moat.audit.result.Windows;
import dev.moat.iommu.Command;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges events as they come. It relies on the order of what one CPU does, and of what CPUs do under locks of the software; a register event may
 * stand behind what the unit did about it, and stores of two CPUs without a lock may be told the other way round.
 */
public final class EventJudge implements EventHandler, Listener {
    /** Why something is not judged. */
    static final String LOST = "events were lost";

    private static final String UNTOLD = "nothing tells whether a device keeps translations itself";

    private final Recorded recorded;
    private final CallJudge callJudge;
    private final FrameJudge frameJudge;
    private final RequestJudge requestJudge;
    private final TornEntries torn;
    private final Windows windows = new Windows();
    private long lost;
    private long placesOfLoss;
    private long otherWords;
    private long reshown;
    private long outlived;

    /**
     * Nothing was told yet.
     *
     * @param file as messages name the recording
     */
    public EventJudge(String file, StaleJudge stale, Ledger ledger) {
        recorded = new Recorded(file, stale, ledger, this);
        callJudge = new CallJudge(recorded);
        frameJudge = new FrameJudge(recorded);
        requestJudge = new RequestJudge(recorded);
        torn = new TornEntries(ledger);
    }

    private Ledger ledger() {
        return recorded.ledger;
    }

    private Moment now(int cpu) {
        return recorded.now(cpu);
    }

    @Override
    public void at(long line, String source) {
        recorded.at(line, source);
        requestJudge.look();
    }

    @Override
    public void unit(int unit, String family, Map<String, Long> settings) {
        if (recorded.units.containsKey(unit)) {
            throw new IllegalArgumentException("unit " + unit + " is told of twice");
        }
        Family of = Families.find(family)
                .orElseThrow(() -> new IllegalArgumentException("no family is named '" + family + "'"));
        UnitTables tables = recorded.tables.unit("unit " + unit, memory -> recorded(of, memory, settings));
        recorded.add(unit, new UnitQueue(tables, recorded));
    }

    private static RecordedUnit recorded(Family of, Memory memory, Map<String, Long> settings) {
        return of.recorded(memory, settings)
                .orElseThrow(() -> new IllegalArgumentException("recordings of " + of.id() + " are not judged"));
    }

    @Override
    public void device(int unit, int requester, @Nullable Boolean deviceTlb) {
        UnitTables tables = recorded.unit(unit).tables();
        if (deviceTlb != null) {
            tables.deviceTlb(requester, deviceTlb);
        }
    }

    @Override
    public void domain(int unit, long domain, String owner) {
        recorded.owner(recorded.unit(unit).tables(), domain, owner);
    }

    @Override
    public void records(Also what) {
        recorded.records(what);
    }

    @Override
    public void function(String name, Function function) {
        recorded.calls.declare(name, function);
    }

    @Override
    public void store(int cpu, long address, byte[] value, int size) {
        Moment when = now(cpu);
        boolean changes = recorded.tables.store(address, value, size, when);
        for (UnitQueue queue : recorded.units.values()) {
            queue.stored(address, cpu);
            Given waiting = changes ? queue.inSlot(address & -16) : null;
            if (waiting != null && !waiting.isDone()) {
                rewritten(waiting, when);
            }
        }
    }

    private void rewritten(Given waiting, Moment when) {
        if (waiting.when().cpu() == when.cpu()) {
            recorded.violated(
                    AuditRule.COMMAND_FIRST,
                    when,
                    String.format(
                                    Locale.ROOT,
                                    "the command in the slot at %#x",
                                    waiting.command().at())
                            + " is written, though " + waiting.when().says()
                            + " told the unit that it is there, and it is not done");
        } else {
            ledger().unjudged(
                            AuditRule.COMMAND_FIRST,
                            "a command is written by another CPU than the one that told the unit of it");
        }
    }

    @Override
    public void unitStored(int unit, long address, byte[] value, int size) {
        Moment when = now(SOME_CPU);
        UnitQueue queue = recorded.unit(unit);
        long number = 0;
        for (int b = Math.min(size, Long.BYTES) - 1; b >= 0; b--) {
            number = number << Byte.SIZE | (value[b] & 0xffL);
        }
        recorded.tables.store(address, value, size, when);
        queue.unitStored(when, address, size, number);
    }

    @Override
    public void load(int cpu, long address, long value, int size) {
        recorded.units.values().forEach(queue -> queue.loaded(address, size, value));
    }

    @Override
    public void page(long frame, long[] words) {
        int others = recorded.tables.show(frame, words, now(SOME_CPU));
        reshown += others > 0 && recorded.tables.tables(frame).stream().anyMatch(t -> t.live()) ? 1 : 0;
    }

    @Override
    public void forget(long frame) {
        recorded.tables.forget(frame);
    }

    @Override
    public void write(int cpu, int unit, int offset, int size, long value) {
        Moment when = now(cpu);
        UnitQueue queue = recorded.unit(unit);
        queue.tables().unit().wrote(offset, size, value);
        queue.tables().follow(when);
        List<Given> given = queue.written(when);
        for (Given one : given) {
            judge(one, when);
        }
        if (!given.isEmpty()) {
            torn.settle(cpu);
        }
    }

    private void judge(Given one, Moment when) {
        Command command = one.command();
        switch (command.what()) {
            case WRONG ->
                recorded.violated(
                        AuditRule.COMMAND_FORM, when, "the unit reports an error for a command: " + command.says());
            case UNKNOWN -> {
                ledger().unjudged(AuditRule.COMMAND_FORM, "the slot of a command was not shown");
                ledger().unjudged(AuditRule.COMMAND_FIRST, "the slot of a command was not shown");
                lost(0); // it may have been any command
            }
            default -> {
                ledger().clean(AuditRule.COMMAND_FORM);
                if (command.at() != Command.BY_REGISTER) {
                    ledger().clean(AuditRule.COMMAND_FIRST);
                }
            }
        }
    }

    @Override
    public void read(int cpu, int unit, int offset, int size, long value) {
        UnitQueue queue = recorded.unit(unit);
        queue.read(queue.tables().unit().wasRead(offset, size, value), recorded.number());
    }

    @Override
    public void call(int cpu, String name, List<String> arguments, String id, String task) {
        RecordedCall call = recorded.call(cpu, name, String.join(", ", arguments));
        recorded.calls.enter(
                cpu, new Running(call, recorded.calls.function(name), arguments, id, task, recorded.number()));
    }

    @Override
    public void returned(int cpu, String name, String id) {
        Running running = recorded.calls.leave(cpu, name, id);
        if (running == null) {
            callJudge.unjudged(recorded.calls.function(name), "the call was not seen to begin");
        } else {
            torn.settle(running.call().cpu());
            Moment when = now(cpu);
            callJudge.returned(running, when);
            led(running.call(), when);
            outlived += running.call().removed().stream()
                    .filter(l -> l.what() == Lingering.What.PAGE && !l.isGone() && recorded.isHarmful(l))
                    .count();
            running.call().returned();
        }
    }

    @Override
    public void allocated(long frame, long count, String owner) {
        frameJudge.allocated(frame, count, owner, now(SOME_CPU));
    }

    @Override
    public void freed(long frame, long count) {
        frameJudge.freed(frame, count, now(SOME_CPU));
    }

    @Override
    public void owned(long frame, long count, String owner) {
        frameJudge.owned(frame, count, owner, now(SOME_CPU));
    }

    @Override
    public void took(int unit, List<Long> words) {
        recorded.unit(unit).took(words);
    }

    @Override
    public void request(Request request) {
        requestJudge.asked(request, now(SOME_CPU));
    }

    @Override
    public void differs(long address, long value) {
        otherWords++;
        byte[] bytes = new byte[Long.BYTES];
        for (int b = 0; b < bytes.length; b++) {
            bytes[b] = (byte) (value >>> (b * Byte.SIZE));
        }
        recorded.tables.store(address & -Long.BYTES, bytes, bytes.length, now(SOME_CPU));
    }

    @Override
    public void lost(long count) {
        lost += count;
        placesOfLoss++;
        recorded.calls.doubtAll(LOST);
        recorded.tables.loseAll();
        recorded.units.values().forEach(UnitQueue::lose);
        recorded.frames.clear();
        requestJudge.lose();
        torn.lose();
    }

    @Override
    public void mapped(Moment when, UnitTables unit, long tag, long page, Entry entry) {
        frameJudge.mapped(when, unit, tag, page, entry);
    }

    @Override
    public void usedAgain(Moment when, UnitTables unit, long frame, Lingering through) {
        if (unit.mayWalk(through) && through.tell()) {
            frameJudge.usedAgain(frame, through, when, "is written again");
        }
    }

    @Override
    public void led(Moment when, UnitTables unit, long requester, Entry entry) {
        if (entry.what() != Entry.What.SPACE) {
            return;
        } else if (when.call() != RecordedCall.NONE) {
            when.call().leads(unit, entry.tag());
        } else {
            tag(when, unit, entry.tag(), when.number());
        }
    }

    private void led(RecordedCall call, Moment when) {
        for (Map.Entry<UnitTables, List<Long>> led : call.led().entrySet()) {
            for (long tag : led.getValue()) {
                List<Long> tables = led.getKey().tablesOf(tag);
                if (call.doubt() != null) {
                    ledger().unjudged(AuditRule.TAG, String.valueOf(call.doubt()));
                } else if (tables.size() > 1) {
                    recorded.violated(
                            AuditRule.TAG,
                            when,
                            led.getKey().unit().tagName(tag) + " in "
                                    + led.getKey().name()
                                    + " stands for the tables at " + Recorded.hex(tables.get(0)) + " and at "
                                    + Recorded.hex(tables.get(1)) + " when " + call.says() + " returns");
                } else {
                    tag(when, led.getKey(), tag, when.number());
                }
            }
        }
    }

    /** What was cached under a tag before must be gone when another table gets it. */
    private void tag(Moment when, UnitTables unit, long tag, long before) {
        List<Long> tables = unit.tablesOf(tag);
        for (Lingering l : unit.lingeringUnder(tag, 0, 0)) {
            boolean top = l.what() == Lingering.What.UNDER && l.entry().what() == Entry.What.SPACE;
            boolean other = tables.size() == 1 && l.entry().frame() != tables.get(0);
            if (top && other && l.since().number() < before && recorded.isHarmful(l)) {
                recorded.violated(
                        AuditRule.TAG,
                        when,
                        unit.unit().tagName(tag) + " in " + unit.name() + " stands for the table at "
                                + Recorded.hex(tables.get(0)) + " now, but " + LingeringExplanation.of(l),
                        l);
                return;
            }
        }
        ledger().clean(AuditRule.TAG);
    }

    @Override
    public void changed(Moment when, UnitTables unit, Place place, Entry old, Entry now, boolean whole) {
        torn.changed(when, unit, place, old, now, whole);
    }

    @Override
    public void mixed(Moment when, UnitTables unit, Place place, @Nullable Entry mixture) {
        torn.mixed(when, unit, place, mixture);
    }

    @Override
    public void ended(Lingering l, Given by) {
        if (l.what() == Lingering.What.PAGE) {
            long from = l.since().line();
            windows.add(new Window(
                    recorded.number() - l.since().number(),
                    1L << l.order(),
                    l.first(),
                    from,
                    now(SOME_CPU).line()));
        }
    }

    @Override
    public void deviceTlbUntold(Moment when) {
        ledger().unjudged(AuditRule.CALL_DEVICE_TLB, UNTOLD);
        ledger().unjudged(AuditRule.CALL_REUSE, UNTOLD);
    }

    @Override
    public void unknown(String why) {
        ledger().unjudged(AuditRule.CALL_RETURN, why);
        ledger().unjudged(AuditRule.CALL_REUSE, why);
    }

    /** The recording is over. */
    public void end() {
        requestJudge.end();
        torn.end();
        callJudge.end();
    }

    /** Windows that ended, in events. */
    public Windows windows() {
        return windows;
    }

    /** Counts beside the rules, by name. */
    public Map<String, Long> figures() {
        Map<String, Long> m = new LinkedHashMap<>();
        m.put("units", (long) recorded.units.size());
        m.put("windowsOutliving", outlived);
        m.put("callsUnderWay", (long) recorded.calls.all().size());
        m.put("callsNotBegun", recorded.calls.unmatched());
        m.put(
                "waitsAssumed",
                recorded.units.values().stream().mapToLong(UnitQueue::assumed).sum());
        m.put(
                "commandsTakenOtherwise",
                recorded.units.values().stream().mapToLong(UnitQueue::differing).sum());
        m.put("tablesCrowded", recorded.tables.crowded());
        m.put("tablesNotShown", recorded.tables.unshownTables());
        m.put("pagesShownOtherwise", reshown);
        m.put("wordsOtherwise", otherWords);
        m.put("eventsLost", lost);
        m.put("placesOfLoss", placesOfLoss);
        return m;
    }
}
