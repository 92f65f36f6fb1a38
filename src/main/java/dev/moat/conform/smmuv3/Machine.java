package dev.moat.conform.smmuv3;

import dev.moat.conform.rows.Choices;
import dev.moat.conform.smmuv3.SmmuRow.Store;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.Registers;
import dev.moat.iommu.smmuv3.format.Registers.Bypass;
import dev.moat.iommu.smmuv3.format.Registers.Errors;
import dev.moat.iommu.smmuv3.format.Registers.Queue;
import dev.moat.iommu.smmuv3.request.DrivenUnit;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A machine on which a recorded case is replayed: memory, one unit with every cache that it may have, and software's own queue index. */
final class Machine {
    private static final int MOST_TRANSACTIONS = 1 << 18;
    private static final long LARGEST_QUEUE = 19;
    private static final long RESET_BYPASS = 0x1000;
    private static final String NOTHING = "-";

    private final RecordedMemory memory = new RecordedMemory();
    private final Choices choices = new Choices();
    private final Remembered remembered = new Remembered(choices, this::lookAhead);
    private final DrivenUnit unit;
    private final int queueBits;
    private final Set<Ahead> ahead = new LinkedHashSet<>();
    private long softwareIndex;
    /** The row that is replayed, and how many transactions were tried for it. */
    private SmmuRow row;

    private int asked;

    /** A transaction for which the unit may read structures at any time: of any device of the case, to any page. */
    private record Ahead(int streamId, long page) {
        private static final long PAGE = 0x1000;

        Transaction transaction() {
            return new Transaction(streamId, page, Transaction.Access.AHEAD);
        }
    }

    /** @param rows all of the case */
    Machine(Capabilities can, List<SmmuRow> rows) {
        row = rows.get(0);
        queueBits = can.commandQueueBits();
        unit = new DrivenUnit(memory, remembered, can, () -> choices.choose(2) == 0);
        unit.store(Registers.CMDQ_BASE, LARGEST_QUEUE);
        unit.store(Registers.EVENTQ_BASE, LARGEST_QUEUE);
        unit.store(Registers.GBPA, RESET_BYPASS | Bypass.UPDATE.mask());
        List<SmmuRow> requests =
                rows.stream().filter(one -> one.op().isRequest()).toList();
        for (SmmuRow sender : requests) {
            requests.forEach(one -> ahead.add(new Ahead(sender.device(), one.address() & -Ahead.PAGE)));
        }
    }

    private boolean isOn() {
        return Registers.Enable.SMMUEN.isSet(unit.load(Registers.CR0));
    }

    /** The unit reads whatever a transaction of the case could make it read now. */
    private void lookAhead() {
        boolean more = isOn() && remembered.settle();
        while (more) {
            more = false;
            for (Ahead one : ahead) {
                answers(one::transaction);
                more |= remembered.learn();
            }
        }
    }

    /** Every answer that a transaction may get. */
    private List<Transaction> answers(Supplier<Transaction> request) {
        List<Transaction> all = new ArrayList<>();
        choices.first();
        do {
            Transaction t = request.get();
            remembered.begin();
            unit.translate(t);
            all.add(t);
            if (++asked == MOST_TRANSACTIONS) {
                throw row.row().cell("op").unrepresentable("the unit's caches can hold too much for this row");
            }
        } while (choices.next());
        choices.first();
        return all;
    }

    /** What software does in a row; what the unit then does is complete when this returns. */
    void software(SmmuRow next) {
        row = next;
        asked = 0;
        switch (row.op()) {
            case BOOT, REG -> row.stores().forEach(this::writeRegister);
            case MEM -> row.stores().forEach(store -> writeMemory(store.at(), store.value()));
            case CMD -> submit(row.stores());
            case REPAIR -> {
                writeMemory(row.address(), Commands.SYNC);
                writeMemory(row.address() + Long.BYTES, 0);
                acknowledge();
            }
            case ACK -> acknowledge();
            case DRAIN -> writeRegister(new Store(Registers.EVENTQ_CONS, unit.load(Registers.EVENTQ_PROD)));
            default -> {}
        }
    }

    private void writeRegister(Store store) {
        lookAhead();
        int offset = (int) store.at();
        if (offset == Registers.CMDQ_PROD) {
            softwareIndex = store.value();
        }
        remembered.tick();
        unit.store(offset, store.value());
        remembered.tick();
    }

    private void acknowledge() {
        writeRegister(new Store(Registers.GERRORN, unit.load(Registers.GERROR)));
    }

    private void writeMemory(long address, long value) {
        lookAhead();
        boolean matters = memory.wasRead(address);
        memory.write(new long[0], address, value);
        if (matters) {
            remembered.tick();
        }
    }

    private void submit(List<Store> commands) {
        long base = unit.load(Registers.CMDQ_BASE);
        for (Store command : commands) {
            long at = Queue.address(base, queueBits, softwareIndex, Commands.BYTES);
            writeMemory(at, command.at());
            writeMemory(at + Long.BYTES, command.value());
            softwareIndex = Queue.index(base, queueBits, softwareIndex + 1);
        }
        writeRegister(new Store(Registers.CMDQ_PROD, softwareIndex));
    }

    long register(int offset) {
        return unit.load(offset);
    }

    long memory(long address) {
        return memory.value(address & -Long.BYTES);
    }

    /** The answers that a device may get, as the records write them; of each one transaction for each that leaves another state. */
    Map<String, List<Transaction>> possible() {
        lookAhead();
        Map<String, Map<Boolean, Transaction>> all = new LinkedHashMap<>();
        for (Transaction t : answers(row::transaction)) {
            all.computeIfAbsent(shown(t), k -> new TreeMap<>()).putIfAbsent(t.isRecorded(), t);
        }
        remembered.unlearn();
        Map<String, List<Transaction>> listed = new LinkedHashMap<>();
        all.forEach((text, some) -> listed.put(text, List.copyOf(some.values())));
        return listed;
    }

    private String shown(Transaction t) {
        long reached = 0;
        if (t.passes()) {
            boolean read = row.op() == SmmuRow.Op.DR;
            reached = read ? memory.data(t.output()) : RecordedMemory.isStamped(t.output()) ? t.output() : 0;
        }
        String text = reached == 0 ? NOTHING : Long.toHexString(reached);
        if (!unit.takes(t)) {
            return text;
        }
        StringBuilder event = new StringBuilder(text).append('/');
        for (int word = 0; word < Event.WORDS; word++) {
            event.append(word == 0 ? "" : ".").append(Long.toHexString(t.record(word)));
        }
        return event.toString();
    }

    /** A transaction gets an answer that it may get. */
    void give(Transaction t) {
        unit.record(t);
    }

    /** CONS, its error and active errors; then the event queue's PROD. */
    String state() {
        long cons = unit.load(Registers.CMDQ_CONS);
        long active = unit.load(Registers.GERROR) ^ unit.load(Registers.GERRORN);
        long error = Errors.CMDQ_ERR.isSet(active) ? Queue.ERR.get(cons) : 0;
        long index = Queue.index(unit.load(Registers.CMDQ_BASE), queueBits, cons);
        return Long.toHexString(index) + ":" + Long.toHexString(error) + ":" + Long.toHexString(active) + ":"
                + Long.toHexString(unit.load(Registers.EVENTQ_PROD));
    }

    /** The state now, for {@link #restore}. */
    long[] saved() {
        return unit.saved();
    }

    void restore(long[] saved) {
        unit.restore(saved);
    }

    /** Goes on with the event queue of the recorded machine. */
    void follow(long eventProd, boolean aborted) {
        unit.setEventQueue(eventProd, aborted);
    }
}
