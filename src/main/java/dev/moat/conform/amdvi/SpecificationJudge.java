package dev.moat.conform.amdvi;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.request.FullCaches;
import dev.moat.iommu.amdvi.request.RequestCaches;
import dev.moat.iommu.amdvi.request.Requests;
import dev.moat.iommu.amdvi.request.SpecifiedRequests;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.Deviation;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks whether the specification's unit answers as a recorded row says that it must. Of a request: without caches it gives the
 * first outcome of the row; what it may give with any caches lies in the row's outcomes, and so does what a unit gives whose caches
 * forget nothing by themselves; the event that the row wants is one that these outcomes cause; and a QEMU that answered otherwise
 * has a name for it. Of a register or a word that software reads: it has the value that the row wants.
 */
final class SpecificationJudge implements CaseJudge {
    private static final Set<String> KNOWN =
            Arrays.stream(Deviation.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    /** QEMU's unit says that it caches what is not present, so the outcomes include that. */
    private final Capabilities can = Capabilities.usual().withNpCache(true).withRewalks(false);

    private final Behaviour behaviour = Behaviour.specified(can);
    private final RowTally tally;

    SpecificationJudge(RowTally tally) {
        this.tally = tally;
    }

    /**
     * The machines of one case.
     *
     * @param plain without caches
     * @param stale with caches that forget nothing by themselves
     * @param caches these
     */
    private record Bench(
            Machine plain, Machine stale, FullCaches caches, Remembered remembered, PossibleOutcomes possible) {}

    private Bench bench() {
        Remembered[] remembered = new Remembered[1];
        Machine plain = new Machine(behaviour, (registers, memory, log) -> {
            Requests requests = new SpecifiedRequests(registers, memory, RequestCaches.none(), log, can);
            remembered[0] = new Remembered(memory, registers, behaviour);
            return new Machine.Parts(requests, remembered[0]);
        });
        FullCaches caches = new FullCaches(can);
        Machine stale = new Machine(behaviour, (registers, memory, log) -> {
            return new Machine.Parts(new SpecifiedRequests(registers, memory, caches, log, can), caches);
        });
        RegisterBank registers = plain.registers();
        PossibleOutcomes possible = new PossibleOutcomes(plain.memory(), registers, remembered[0], behaviour);
        return new Bench(plain, stale, caches, remembered[0], possible);
    }

    /** Replays one case on machines of its own. */
    @Override
    public void judge(List<Row> rows) {
        Bench bench = bench();
        for (Row recorded : rows) {
            AmdViRow row = new AmdViRow(recorded);
            long tail = bench.plain().readRegister(Registers.EVENT_TAIL);
            bench.plain().software(row);
            bench.stale().software(row);
            if (movesTable(row)) {
                bench.caches().forgetAll(bench.stale().state());
            }
            bench.remembered().look(bench.plain().state());
            names(row);
            if (row.op().isDma()) {
                request(bench, row);
            } else {
                software(bench, row, tail);
            }
            boolean asks = row.op().isDma() || row.op().isRead();
            if (asks && row.allowed().isEmpty() && row.wantedEvents().isEmpty()) {
                tally.unstated("no expectation");
            } else {
                tally.compared(recorded);
            }
        }
    }

    /** To move the device table while the unit is on is outside of the specification, so caches have no say in what follows. */
    private static boolean movesTable(AmdViRow row) {
        return row.op() == Op.REG && row.stores().stream().anyMatch(store -> store.at() == Registers.DEVICE_TABLE_BASE);
    }

    private void names(AmdViRow row) {
        for (String name : row.deviations()) {
            tally.note((KNOWN.contains(name) ? "deviation " : "unknown name ") + name);
        }
        if (row.isEventOpen()) {
            tally.note("event that the sources leave open");
        }
    }

    private void software(Bench bench, AmdViRow row, long tail) {
        String wanted = row.wantedEvents();
        if (!wanted.isEmpty()) {
            check(row, "spec_ev", wanted, bench.plain().eventsSince(tail));
        }
        if (!row.op().isRead() || row.allowed().isEmpty()) {
            return;
        }
        long value = row.op() == Op.RREG
                ? bench.plain().readRegister(row.address())
                : bench.plain().readMemory(row.address());
        explained(row);
        check(row, "spec", row.allowed().get(0), Long.toHexString(value));
    }

    private void check(AmdViRow row, String column, String wanted, String ours) {
        if (!wanted.equals(ours)) {
            tally.disagree(row.row(), column, wanted, ours);
        }
    }

    /** A QEMU answer that the specification does not allow has a name. */
    private void explained(AmdViRow row) {
        if (!row.allowed().contains(row.observed()) && row.deviations().isEmpty()) {
            tally.disagree(row.row(), "why", "", "the observed outcome is not allowed, so there is a deviation");
        }
    }

    private void request(Bench bench, AmdViRow row) {
        List<Long> present = bench.plain().request(row);
        List<Long> stalest = bench.stale().request(row);
        if (!row.allowed().isEmpty()) {
            explained(row);
            check(
                    row,
                    "spec",
                    row.allowed().get(0),
                    Outcomes.shown(bench.plain().memory(), row, present));
        }
        Set<String> ours =
                new LinkedHashSet<>(Set.of(Outcomes.shown(bench.stale().memory(), row, stalest)));
        Set<String> events = new LinkedHashSet<>();
        for (Pages.Piece piece : Pages.of(row.address(), row.bytes())) {
            for (PossibleOutcomes.Possible one :
                    bench.possible().of(bench.plain().state(), row, piece.address())) {
                if (piece.bytes() == row.bytes()) {
                    ours.add(Outcomes.shown(bench.plain().memory(), row, List.of(one.answer())));
                }
                events.add(event(row, one));
            }
        }
        if (!row.allowed().isEmpty() && !row.allowed().containsAll(ours)) {
            tally.disagree(row.row(), "spec", String.join("|", ours));
        }
        row.allowed().stream()
                .filter(outcome -> !ours.contains(outcome))
                .forEach(outcome -> tally.note("outcome allowed that Moat's unit does not show"));
        String wanted = row.wantedEvents();
        if (!wanted.isEmpty() && !events.contains(wanted)) {
            tally.disagree(row.row(), "spec_ev", wanted, String.join(" or ", events));
        }
    }

    /** The event that an outcome causes, or an empty text. */
    private static String event(AmdViRow row, PossibleOutcomes.Possible one) {
        Outcome outcome = one.outcome();
        int domainId = (int) DeviceTableEntry.DOMAIN_ID.get(one.quad1());
        long lo = Events.of(outcome, row.device(), domainId, row.op() == Op.DW);
        boolean suppressed = outcome.eventCode() == Events.IO_PAGE_FAULT && DeviceTableEntry.SA.isSet(one.quad1());
        return lo == 0 || suppressed ? "" : LogEntryText.of(lo, Events.address(outcome, one.address()));
    }
}
