package dev.moat.conform.amdvi;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.request.QemuRequests;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Asks whether a unit with the deviations of a QEMU answers as that QEMU did: outcome, events, pointers and status. */
final class QemuJudge implements CaseJudge {
    private final QemuProfile profile;
    private final RowTally tally;

    QemuJudge(QemuProfile profile, RowTally tally) {
        this.profile = profile;
        this.tally = tally;
    }

    /** Replays one case on a machine of its own. */
    @Override
    public void judge(List<Row> rows) {
        if (!profile.isOf(rows.get(0).text("qemu"))) {
            rows.forEach(row -> tally.unstated("row of another version"));
            return;
        }
        Behaviour behaviour = new Behaviour(Capabilities.usual().withNpCache(true), profile.deviations());
        Machine machine = new Machine(behaviour, (registers, memory, log) -> {
            QemuRequests qemu = new QemuRequests(registers, memory, log, behaviour, profile.choices());
            return new Machine.Parts(qemu, qemu);
        });
        RawRegisters raw = new RawRegisters(machine, profile.version().equals("11.1"));
        rows.forEach(row -> judge(machine, raw, new AmdViRow(row)));
    }

    private void judge(Machine machine, RawRegisters raw, AmdViRow row) {
        long tail = machine.readRegister(Registers.EVENT_TAIL);
        long base = machine.readRegister(Registers.EVENT_BASE);
        machine.software(row);
        raw.software(row);
        String outcome = switch (row.op()) {
            case DR, DW -> Outcomes.shown(machine.memory(), row, machine.request(row));
            case RREG -> Long.toHexString(raw.read(row.address()));
            case RMEM -> Long.toHexString(machine.readMemory(row.address()));
            default -> "";
        };
        compare(row, "obs", row.observed(), outcome);
        compare(row, "events", row.text("events"), rewindsLog(machine, row, base) ? "" : machine.eventsSince(tail));
        Function<Integer, String> register = offset -> Long.toHexString(raw.read(offset));
        compare(row, "cmdhead", row.text("cmdhead"), register.apply(Registers.COMMAND_HEAD));
        compare(row, "evttail", row.text("evttail"), register.apply(Registers.EVENT_TAIL));
        compare(row, "status", row.text("status"), register.apply(Registers.STATUS));
        tally.compared(row.row());
    }

    /** Whether software itself moved the log or its tail, so that no event appeared. */
    private static boolean rewindsLog(Machine machine, AmdViRow row, long base) {
        Set<Integer> moving = Set.of(Registers.EVENT_BASE, Registers.EVENT_TAIL);
        boolean writes = row.op() == Op.REG || row.op() == Op.BOOT;
        return base != machine.readRegister(Registers.EVENT_BASE)
                || (writes && row.stores().stream().anyMatch(store -> moving.contains((int) store.at())));
    }

    private void compare(AmdViRow row, String column, String recorded, String ours) {
        if (!recorded.equals(ours)) {
            tally.disagree(row.row(), column, recorded, ours);
        }
    }
}
