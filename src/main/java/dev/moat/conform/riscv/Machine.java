package dev.moat.conform.riscv;

import dev.moat.conform.riscv.RecordedMemory.Place;
import dev.moat.conform.riscv.RiscvRow.Command;
import dev.moat.conform.rows.Choices;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.FaultRecord;
import dev.moat.iommu.riscv.format.PageRequest;
import dev.moat.iommu.riscv.format.Registers;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.request.DrivenUnit;
import dev.moat.iommu.riscv.semantics.Behaviour;
import dev.moat.iommu.riscv.semantics.Capabilities;
import dev.moat.iommu.riscv.semantics.Deviation;
import dev.moat.iommu.riscv.semantics.Latitude;
import dev.moat.iommu.riscv.semantics.Outside;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.iommu.riscv.semantics.Words;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A machine on which a recorded case is replayed: memory, one unit with every cache that it may have, and what it sends. */
final class Machine {
    /** Registers of which records say when they change, with their sizes. */
    private static final SortedMap<Integer, Integer> WATCHED = new TreeMap<>(Map.ofEntries(
            Map.entry(Registers.DDTP, 8),
            Map.entry(Registers.CQB, 8),
            Map.entry(Registers.CQH, 4),
            Map.entry(Registers.CQT, 4),
            Map.entry(Registers.FQB, 8),
            Map.entry(Registers.FQH, 4),
            Map.entry(Registers.FQT, 4),
            Map.entry(Registers.PQB, 8),
            Map.entry(Registers.PQH, 4),
            Map.entry(Registers.PQT, 4),
            Map.entry(Registers.CQCSR, 4),
            Map.entry(Registers.FQCSR, 4),
            Map.entry(Registers.PQCSR, 4),
            Map.entry(Registers.IPSR, 4),
            Map.entry(Registers.TR_REQ_CTL, 8)));

    private static final long REPAIR = 0x700;

    /** Bits of a field of icvec. */
    private static final int MOST_VECTOR_BITS = 4;
    /** Of ddtp.iommu_mode. */
    private static final int LAST_MODE = 15;

    private final RecordedMemory memory = new RecordedMemory();
    private final Choices choices = new Choices();
    private final Map<Latitude.Point, Integer> decided = new EnumMap<>(Latitude.Point.class);
    private final List<String> sent = new ArrayList<>();
    private final Remembered remembered;
    private final DrivenUnit unit;
    private final boolean live;
    private final List<Supplier<Transaction>> requests;
    /** Whether the unit has loaded whatever it could. */
    private boolean settled;

    private long[] before = new long[0];
    private SortedMap<Integer, Long> registersBefore = new TreeMap<>();

    /**
     * What became of one row.
     *
     * @param shown the answer, empty where the row has none
     * @param sent what was recorded and sent, sorted
     * @param memory what the unit wrote, records left out
     * @param registers that changed, by offset
     * @param size bytes that have the same answer, with the highest bit alone for all
     */
    record Outcome(
            String shown,
            List<String> sent,
            SortedMap<Place, Long> memory,
            SortedMap<Integer, Long> registers,
            long size,
            long response) {}

    /**
     * A machine after the reset row of its case.
     *
     * @param live whether caches live until a command covers what they hold; they are emptied before each request otherwise
     * @param requests all of the case, which the unit may make by itself at any time
     */
    Machine(RiscvRow reset, boolean live, List<RiscvRow> requests, Set<Deviation> deviations) {
        this.live = live;
        this.requests = requests.stream().map(RiscvRow::request).toList();
        memory.reset(reset.reset("ram"));
        remembered = new Remembered(memory, choices, deviations.contains(Deviation.FRACTURE));
        Capabilities can = new Capabilities(
                reset.reset("cap"),
                reset.reset("gxlw") != 0,
                reset.reset("bew") != 0,
                reset.reset("nvec", MOST_VECTOR_BITS));
        unit = new DrivenUnit(
                new DrivenUnit.Attached(memory, remembered, this::forget, new Listener()),
                new Behaviour(can, this::way, deviations),
                reset.reset("fctl"),
                reset.reset("mode", LAST_MODE));
        begin();
    }

    private final class Listener implements Outside {
        @Override
        public void message(long[] s, Message m) {
            sent.add("m:" + (m.invalidation() ? "inv" : "prgr") + " rid=" + Long.toHexString(m.requesterId())
                    + (m.processId() < 0 ? "" : " pid=" + Integer.toHexString(m.processId()))
                    + (m.segment() == 0 ? "" : " seg=" + Integer.toHexString(m.segment()))
                    + " payload=" + Long.toHexString(m.payload()));
        }

        @Override
        public void visible(long[] s, boolean reads, boolean writes) {
            if (reads || writes) {
                sent.add("g:" + (reads ? 1 : 0) + (writes ? 1 : 0));
            }
        }
    }

    private int way(Latitude.Point point) {
        return decided.computeIfAbsent(point, p -> choices.choose(p.ways()));
    }

    private void forget(long[] s, long lo, long hi) {
        speculate();
        remembered.forget(lo, hi);
        settled = false;
        speculate();
    }

    /** The unit loads whatever a request of the case could load now. */
    private void speculate() {
        boolean more = live && !settled;
        settled = true;
        while (more) {
            more = false;
            for (Supplier<Transaction> request : requests) {
                choices.first();
                do {
                    decided.clear();
                    remembered.begin(true);
                    memory.beginTrial();
                    unit.translate(request.get());
                    memory.endTrial();
                } while (choices.next());
                more |= remembered.learn();
            }
        }
        choices.first();
    }

    private void begin() {
        memory.begin();
        sent.clear();
        before = unit.saved();
        registersBefore = registers();
    }

    private SortedMap<Integer, Long> registers() {
        SortedMap<Integer, Long> all = new TreeMap<>();
        WATCHED.forEach((offset, bytes) -> all.put(offset, unit.load(offset, bytes)));
        return all;
    }

    /** What has happened since the row began. */
    private Outcome outcome(String shown, int sizeShift) {
        SortedMap<Integer, Long> changed = registers();
        changed.entrySet().removeIf(e -> e.getValue().equals(registersBefore.get(e.getKey())));
        List<String> all = new ArrayList<>(sent);
        SortedMap<Place, Long> written = memory.written();
        records(Registers.FQB, Registers.FQT, FaultRecord.BYTES, "f:", all, written);
        records(Registers.PQB, Registers.PQT, PageRequest.BYTES, "p:", all, written);
        all.sort(null);
        long size = 1L << Math.min(sizeShift, Long.SIZE - 1);
        return new Outcome(shown, all, written, changed, size, unit.load(Registers.TR_RESPONSE, Long.BYTES));
    }

    /** Takes the records of a queue out of what was written. */
    private void records(int base, int tail, int bytes, String kind, List<String> all, SortedMap<Place, Long> written) {
        long queue = unit.load(base, Long.BYTES);
        long last = unit.load(tail, Integer.BYTES);
        long index = registersBefore.getOrDefault(tail, 0L) & QueueBase.indexMask(queue);
        boolean big = Features.BE.isSet(unit.load(Registers.FCTL, Integer.BYTES));
        for (; index != last; index = index + 1 & QueueBase.indexMask(queue)) {
            StringBuilder text = new StringBuilder(kind);
            boolean there = true;
            for (int at = 0; at < bytes; at += Long.BYTES) {
                Place place = new Place(QueueBase.address(queue, index, bytes) + at, Long.BYTES);
                Long word = written.remove(place);
                there &= word != null;
                text.append(at == 0 ? "" : ".").append(Long.toHexString(Words.ordered(word == null ? 0 : word, big)));
            }
            if (there) {
                all.add(text.toString());
            }
        }
    }

    /** What a register that rows tell of reads now. */
    long register(int offset) {
        return unit.load(offset, WATCHED.getOrDefault(offset, Integer.BYTES));
    }

    /** What a row does apart from a device's request; complete when this returns. */
    Outcome perform(RiscvRow row) {
        begin();
        store(row);
        settled &= row.op() == RiscvRow.Op.RREG || row.op() == RiscvRow.Op.CMD;
        String shown = "";
        switch (row.op()) {
            case REG -> row.writes().forEach(write -> unit.store(write.offset(), write.bytes(), write.value()));
            case RREG -> {
                Place register = row.register();
                shown = Long.toHexString(unit.load((int) register.address(), register.bytes()));
            }
            case CMD -> submit(row.commands());
            case SKIP -> repair(row.commands());
            case RANGE -> memory.setRanges(row.ranges());
            case PR -> {
                emptyUnlessLive();
                unit.pageRequest(row.pageRequester(), row.payload());
            }
            case DONE, LATE -> row.ordinals().forEach(n -> unit.answered(n, row.op() == RiscvRow.Op.LATE));
            default -> {}
        }
        return outcome(shown, 0);
    }

    /** Software's stores before a row, which count as one event. */
    private void store(RiscvRow row) {
        speculate();
        if (!row.stores().isEmpty()) {
            row.stores()
                    .forEach(store ->
                            memory.set(store.place().address(), store.place().bytes(), store.value()));
            settled = false;
            speculate();
        }
        choices.first();
        decided.clear();
    }

    private void emptyUnlessLive() {
        if (!live) {
            remembered.clear();
        }
        remembered.begin(live);
    }

    private void submit(List<Command> commands) {
        long base = unit.load(Registers.CQB, Long.BYTES);
        long tail = unit.load(Registers.CQT, Integer.BYTES);
        for (Command command : commands) {
            put(base, tail, command);
            tail = tail + 1 & QueueBase.indexMask(base);
        }
        unit.store(Registers.CQT, Integer.BYTES, tail);
    }

    private void put(long base, long index, Command command) {
        boolean big = Features.BE.isSet(unit.load(Registers.FCTL, Integer.BYTES));
        long at = QueueBase.address(base, index, Commands.BYTES);
        memory.set(at, Long.BYTES, Words.ordered(command.lo(), big));
        memory.set(at + Long.BYTES, Long.BYTES, Words.ordered(command.hi(), big));
    }

    /** The command at the head is replaced, and every error cleared. */
    private void repair(List<Command> commands) {
        if (commands.isEmpty()) {
            return;
        }
        long base = unit.load(Registers.CQB, Long.BYTES);
        put(base, unit.load(Registers.CQH, Integer.BYTES), commands.get(0));
        long kept = unit.load(Registers.CQCSR, Integer.BYTES) & (QueueControl.EN.mask() | QueueControl.IE.mask());
        unit.store(Registers.CQCSR, Integer.BYTES, kept | REPAIR);
    }

    /** Every answer that the unit may give to a device's request, with what it leaves; each with the choices that lead to it. */
    Map<List<Integer>, Outcome> possible(RiscvRow row) {
        begin();
        store(row);
        memory.keep();
        Map<List<Integer>, Outcome> all = new java.util.LinkedHashMap<>();
        choices.first();
        do {
            Outcome outcome = answer(row, false);
            all.put(choices.taken(), outcome);
            memory.takeBack();
            unit.restore(before);
        } while (choices.next());
        return all;
    }

    /** What was in memory before the request of which {@link #possible} tells. */
    long valueBefore(Place place) {
        return memory.value(place);
    }

    private Outcome answer(RiscvRow row, boolean learns) {
        decided.clear();
        sent.clear();
        if (!live) {
            remembered.clear();
        }
        remembered.begin(learns && live);
        Transaction t = row.request().get();
        long tail = unit.load(Registers.FQT, Integer.BYTES);
        unit.request(t);
        boolean recorded = tail != unit.load(Registers.FQT, Integer.BYTES);
        return outcome(RiscvAnswers.shown(t, row.isAts(), recorded), t.sizeShift());
    }

    /** The unit gives an answer that it may give. */
    void give(RiscvRow row, List<Integer> way) {
        choices.repeat(way);
        answer(row, true);
        settled &= !remembered.learn() && memory.written().isEmpty();
    }
}
