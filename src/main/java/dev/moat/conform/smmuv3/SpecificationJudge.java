package dev.moat.conform.smmuv3;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether the specification's unit answers as recorded rows say. Of a device's access: what the unit may answer, with any caches that
 * it may have, is what the row allows. Of everything: the command queue, the errors and the event queue are then as the row says. QEMU
 * deviates in a row exactly if that has a name.
 */
final class SpecificationJudge implements CaseJudge {
    private final RowTally tally;

    SpecificationJudge(RowTally tally) {
        this.tally = tally;
    }

    @Override
    public void judge(List<Row> rows) {
        List<SmmuRow> all = new ArrayList<>(List.of(new SmmuRow(rows.get(0))));
        InputException wrong = readRest(rows, all);
        Machine machine = new Machine(all.get(0).unit(), all);
        for (SmmuRow row : all) {
            machine.software(row);
            boolean observed = row.op().isRequest() ? request(machine, row) : read(machine, row);
            judgeName(row, observed);
            machine.follow(row.eventProd(), row.isEventQueueAborted());
            tally.compared(row.row());
        }
        if (wrong != null) {
            throw wrong;
        }
    }

    /** Reads the rows behind the first one, up to one that is malformed: the answer is what is wrong there. */
    private static @Nullable InputException readRest(List<Row> rows, List<SmmuRow> all) {
        try {
            rows.stream().skip(1).map(SmmuRow::new).forEach(all::add);
            return null;
        } catch (InputException e) {
            return e;
        }
    }

    /** What software reads, if it does. Whether the unit is then as it was observed. */
    private boolean read(Machine machine, SmmuRow row) {
        String ours = row.observed();
        if (row.op().isRead()) {
            ours = Long.toHexString(
                    row.op() == SmmuRow.Op.RREG
                            ? machine.register((int) row.address())
                            : machine.memory(row.address()));
            if (!row.allowed().contains(ours)) {
                tally.disagree(row.row(), "spec", String.join("|", row.allowed()), ours);
            }
        }
        boolean same = judgeState(machine, row);
        return same && ours.equals(row.observed());
    }

    private boolean request(Machine machine, SmmuRow row) {
        Map<String, List<Transaction>> possible = machine.possible();
        Set<String> allowed = row.allowed();
        if (!possible.keySet().equals(allowed)) {
            tally.disagree(row.row(), "spec", String.join("|", allowed), String.join("|", possible.keySet()));
        }
        List<Transaction> some = possible.get(row.observed());
        if (some == null) {
            return false;
        }
        String wanted = row.wantedState().orElse(row.observedState());
        long[] before = machine.saved();
        for (Transaction t : some) {
            machine.restore(before);
            machine.give(t);
            if (machine.state().equals(wanted)) {
                break;
            }
        }
        return judgeState(machine, row);
    }

    /** Compares what the specification wants; whether it is also what was observed. */
    private boolean judgeState(Machine machine, SmmuRow row) {
        String ours = machine.state();
        String wanted = row.wantedState().orElse(row.observedState());
        if (!ours.equals(wanted)) {
            tally.disagree(row.row(), row.wantedState().isPresent() ? "spec" : "state", wanted, ours);
        }
        return ours.equals(row.observedState());
    }

    private void judgeName(SmmuRow row, boolean observed) {
        if (observed != row.deviations().isEmpty()) {
            tally.disagree(
                    row.row(),
                    "why",
                    observed
                            ? "what was observed is by the specification"
                            : "what was observed is not by the specification");
        }
        for (String name : new LinkedHashSet<>(row.deviations())) {
            tally.note((Deviation.isKnown(name) ? "deviation " : "unknown deviation ") + name);
        }
    }
}
