package dev.moat.conform.riscv;

import dev.moat.conform.riscv.Machine.Outcome;
import dev.moat.conform.riscv.RecordedMemory.Place;
import dev.moat.conform.riscv.RiscvRow.Op;
import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.riscv.format.Registers;
import dev.moat.iommu.riscv.format.Registers.DebugResponse;
import dev.moat.iommu.riscv.semantics.Deviation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether the specification's unit answers as recorded rows say. Of a request: what the unit may answer, with any caches that it
 * may have, is what the row permits; one of its ways is the observed one, and leaves the records, memory and registers that were
 * observed. Of everything else: it leaves what was observed.
 */
final class SpecificationJudge implements CaseJudge {
    private static final String LIVE = "stale/";

    private final RowTally tally;
    private final boolean alwaysLive;

    /** @param alwaysLive whether caches live on in every case; otherwise in those that are named so */
    SpecificationJudge(RowTally tally, boolean alwaysLive) {
        this.tally = tally;
        this.alwaysLive = alwaysLive;
    }

    @Override
    public void judge(List<Row> rows) {
        List<RiscvRow> all = rows.stream().map(RiscvRow::new).toList();
        if (all.get(0).op() != Op.RESET) {
            throw rows.get(0).cell("op").error("a case begins with reset");
        }
        List<RiscvRow> requests = all.stream().filter(row -> row.op() == Op.REQ).toList();
        Set<Deviation> deviations = new LinkedHashSet<>();
        all.forEach(row -> row.deviation().ifPresent(deviations::add));
        boolean live = alwaysLive || rows.get(0).caseName().startsWith(LIVE) || deviations.contains(Deviation.FRACTURE);
        Machine specified = new Machine(all.get(0), live, requests, Set.of());
        Machine recorder = new Machine(all.get(0), live, requests, deviations);
        tally.compared(rows.get(0));
        for (int i = 1; i < all.size(); i++) {
            RiscvRow row = all.get(i);
            boolean agrees = row.deviation().isEmpty() ? agrees(specified, row, allowed(row)) : differs(specified, row);
            if (!deviations.isEmpty()) {
                agrees &= agrees(recorder, row, Set.of());
            }
            tally.compared(rows.get(i));
            if (!agrees || row.deviation().isPresent()) {
                skipRest(all.size() - i - 1, agrees);
                return;
            }
        }
    }

    private void skipRest(int rows, boolean agrees) {
        if (rows > 0) {
            tally.skip("row behind a " + (agrees ? "deviation" : "disagreement") + " in its case", rows);
        }
    }

    private static Set<String> allowed(RiscvRow row) {
        return new LinkedHashSet<>(row.allowed());
    }

    /**
     * Whether a unit leaves what was observed.
     *
     * @param allowed what it may answer to a device's request; nothing where that is not asked
     */
    private boolean agrees(Machine machine, RiscvRow row, Set<String> allowed) {
        if (row.op() != Op.REQ) {
            return compare(row, machine.perform(row));
        }
        Map<List<Integer>, Outcome> possible = machine.possible(row);
        boolean agrees = true;
        if (!allowed.isEmpty()) {
            // Each says where they differ.
            boolean answers = mayAnswer(row, possible, allowed);
            agrees = mayWrite(machine, row, possible) && answers;
        }
        Optional<Map.Entry<List<Integer>, Outcome>> same = possible.entrySet().stream()
                .filter(way -> differences(row, way.getValue()).isEmpty())
                .findFirst();
        if (same.isPresent()) {
            machine.give(row, same.get().getKey());
            return agrees;
        }
        Outcome nearest = possible.values().stream()
                .filter(outcome -> outcome.shown().equals(row.row().text("obs")))
                .findFirst()
                .orElseGet(() -> possible.values().iterator().next());
        return compare(row, nearest) && agrees;
    }

    private boolean mayAnswer(RiscvRow row, Map<List<Integer>, Outcome> possible, Set<String> allowed) {
        Set<String> shown = new LinkedHashSet<>();
        possible.values().forEach(outcome -> shown.add(outcome.shown()));
        if (!shown.equals(allowed)) {
            // Of a single answer, what was observed says it.
            if (shown.containsAll(allowed) || allowed.size() > 1) {
                tally.disagree(row.row(), "allow", String.join("|", allowed), String.join("|", shown));
            }
            return false;
        }
        return true;
    }

    private boolean mayWrite(Machine machine, RiscvRow row, Map<List<Integer>, Outcome> possible) {
        SortedMap<Place, Long> optional = optional(machine, row, possible.values());
        if (!optional.equals(row.maybe())) {
            tally.disagree(row.row(), "maybe", text(optional));
        }
        return optional.equals(row.maybe());
    }

    /** The bits of memory that may be otherwise when the observed answer is given. */
    private static SortedMap<Place, Long> optional(Machine machine, RiscvRow row, Collection<Outcome> possible) {
        SortedMap<Place, Long> recorded = row.memory();
        SortedMap<Place, Long> all = new TreeMap<>();
        for (Outcome outcome : possible) {
            if (outcome.shown().equals(row.row().text("obs"))) {
                Set<Place> places = new LinkedHashSet<>(recorded.keySet());
                places.addAll(outcome.memory().keySet());
                for (Place place : places) {
                    long before = machine.valueBefore(place);
                    long wanted = recorded.getOrDefault(place, before);
                    long ours = outcome.memory().getOrDefault(place, before);
                    all.merge(place, wanted ^ ours, (a, b) -> a | b);
                }
            }
        }
        all.values().removeIf(bits -> bits == 0);
        return all;
    }

    /** Whether the specification's unit does something else than was observed, and what the row says that it does. */
    private boolean differs(Machine machine, RiscvRow row) {
        boolean agrees = true;
        List<Outcome> all;
        if (row.op() == Op.REQ) {
            Map<List<Integer>, Outcome> possible = machine.possible(row);
            agrees = mayAnswer(row, possible, allowed(row));
            all = List.copyOf(possible.values());
        } else {
            all = List.of(machine.perform(row));
        }
        if (all.stream().anyMatch(outcome -> differences(row, outcome).isEmpty())) {
            tally.disagree(row.row(), "why", "what was observed is not by the specification");
            return false;
        }
        for (Map.Entry<Integer, Long> wanted : row.specifiedRegisters().entrySet()) {
            long ours = machine.register(wanted.getKey());
            if (ours != wanted.getValue()) {
                tally.disagree(row.row(), "note", wanted.getKey() + "=" + Long.toHexString(ours));
                agrees = false;
            }
        }
        tally.note("answer of the recorder that deviates: " + row.row().text("why"));
        return agrees;
    }

    private boolean compare(RiscvRow row, Outcome ours) {
        Map<String, String> differences = differences(row, ours);
        differences.forEach((column, text) -> tally.disagree(row.row(), column, text));
        return differences.isEmpty();
    }

    /** Ours, for each column that says something else. */
    private static Map<String, String> differences(RiscvRow row, Outcome ours) {
        Map<String, String> all = new TreeMap<>();
        if (!ours.shown().equals(row.row().text("obs"))) {
            all.put("obs", ours.shown());
        }
        List<String> sent = new ArrayList<>(
                row.records().stream().map(SpecificationJudge::judged).toList());
        sent.sort(null);
        List<String> oursSent = new ArrayList<>(
                ours.sent().stream().map(SpecificationJudge::judged).toList());
        oursSent.sort(null);
        if (!oursSent.equals(sent)) {
            all.put("rec", String.join(";", ours.sent()));
        }
        OptionalLong size = row.size();
        if (size.isPresent() && size.getAsLong() != ours.size()) {
            all.put("size", Long.toHexString(ours.size()));
        }
        if (!ours.memory().equals(row.memory())) {
            all.put("mem", text(ours.memory()));
        }
        SortedMap<Integer, Long> registers = row.registers();
        @Nullable Long response = registers.remove(Registers.TR_RESPONSE);
        boolean responds = response == null || isResponse(response, ours.response());
        if (!ours.registers().equals(registers) || !responds) {
            all.put("regs", ours.registers() + (responds ? "" : " response " + Long.toHexString(ours.response())));
        }
        return all;
    }

    /** Whether two responses of the debug interface have the same page and memory type; their size is free. */
    private static boolean isResponse(long recorded, long ours) {
        if (DebugResponse.FAULT.isSet(recorded) || DebugResponse.FAULT.isSet(ours)) {
            return DebugResponse.FAULT.isSet(recorded) == DebugResponse.FAULT.isSet(ours);
        }
        long page = DebugResponse.PPN.get(recorded);
        int sized = DebugResponse.S.isSet(recorded) ? Long.numberOfTrailingZeros(~page) + 1 : 0;
        return DebugResponse.PBMT.get(recorded) == DebugResponse.PBMT.get(ours)
                && page >>> sized == DebugResponse.PPN.get(ours) >>> sized;
    }

    /** A record without what is not judged: page offsets of iotval, and bits 11:2 of iotval2. */
    private static String judged(String record) {
        String[] words = record.split("\\.");
        if (!record.startsWith("f:") || words.length != 4) {
            return record;
        }
        long iotval = Long.parseUnsignedLong(words[2], 16) & ~0xfffL;
        long iotval2 = Long.parseUnsignedLong(words[3], 16) & ~0xffcL;
        return words[0] + "." + words[1] + "." + Long.toHexString(iotval) + "." + Long.toHexString(iotval2);
    }

    private static String text(SortedMap<Place, Long> memory) {
        StringBuilder text = new StringBuilder();
        memory.forEach((place, value) -> text.append(text.isEmpty() ? "" : ";")
                .append(Long.toHexString(place.address()))
                .append('.')
                .append(place.bytes())
                .append('=')
                .append(Long.toHexString(value)));
        return text.toString();
    }
}
