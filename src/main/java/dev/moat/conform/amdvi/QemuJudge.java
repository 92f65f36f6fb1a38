package dev.moat.conform.amdvi;

import dev.moat.conform.amdvi.record.Column;
import dev.moat.conform.amdvi.record.Op;
import dev.moat.conform.amdvi.record.Row;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.request.QemuRequests;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Asks whether a unit with the deviations of a QEMU answers as that QEMU did: outcome, events, pointers and status. */
final class QemuJudge {
    private final QemuProfile profile;
    private final Findings findings;

    QemuJudge(QemuProfile profile, Findings findings) {
        this.profile = profile;
        this.findings = findings;
    }

    /** Replays one case on a machine of its own. */
    void judge(List<Row> rows) {
        if (!profile.isOf(rows.get(0).text(Column.QEMU))) {
            findings.count("rows of other versions", rows.size());
            return;
        }
        Behaviour behaviour = new Behaviour(Capabilities.usual().withNpCache(true), profile.deviations());
        Machine machine = new Machine(behaviour, (registers, memory, log) -> {
            QemuRequests qemu = new QemuRequests(registers, memory, log, behaviour, profile.choices());
            return new Machine.Parts(qemu, qemu);
        });
        RawRegisters raw = new RawRegisters(machine, profile.version().equals("11.1"));
        rows.forEach(row -> judge(machine, raw, row));
    }

    private void judge(Machine machine, RawRegisters raw, Row row) {
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
        findings.judged(row);
        compare(row, Column.OBS, outcome);
        compare(row, Column.EVENTS, rewindsLog(machine, row, base) ? "" : machine.eventsSince(tail));
        Function<Integer, String> register = offset -> Long.toHexString(raw.read(offset));
        compare(row, Column.CMDHEAD, register.apply(Registers.COMMAND_HEAD));
        compare(row, Column.EVTTAIL, register.apply(Registers.EVENT_TAIL));
        compare(row, Column.STATUS, register.apply(Registers.STATUS));
    }

    /** Whether software itself moved the log or its tail, so that no event appeared. */
    private static boolean rewindsLog(Machine machine, Row row, long base) {
        Set<Integer> moving = Set.of(Registers.EVENT_BASE, Registers.EVENT_TAIL);
        boolean writes = row.op() == Op.REG || row.op() == Op.BOOT;
        return base != machine.readRegister(Registers.EVENT_BASE)
                || (writes && row.stores().stream().anyMatch(store -> moving.contains((int) store.at())));
    }

    private void compare(Row row, Column column, String ours) {
        if (!row.text(column).equals(ours)) {
            findings.disagree(row, column, row.text(column), ours);
        }
    }
}
