package dev.moat.conform.viommu;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.vtd.format.Capabilities;
import java.util.List;
import java.util.Optional;

/**
 * Compares what registers hold at reset, or that a unit does not start with its options. The specification's profile judges the
 * rows of all versions, each with that version's own options.
 */
final class CapabilityJudge implements CaseJudge {
    private static final String REFUSED = "refused";

    private final Profile profile;
    private final RowTally tally;

    /** A register: its column, offset and size in bytes. */
    private record Shown(String column, int offset, int size) {}

    private static final List<Shown> SHOWN = List.of(
            new Shown("VER", 0x0, 4),
            new Shown("CAP", 0x8, 8),
            new Shown("ECAP", 0x10, 8),
            new Shown("GSTS", RecordedMachine.GSTS, 4),
            new Shown("FSTS", RecordedMachine.FSTS, 4),
            new Shown("FECTL", RecordedMachine.FECTL, 4),
            new Shown("IECTL", 0xa0, 4),
            new Shown("IRTA", RecordedMachine.IRTA, 8));

    CapabilityJudge(Profile profile, RowTally tally) {
        this.profile = profile;
        this.tally = tally;
    }

    @Override
    public void judge(List<Row> rows) {
        rows.forEach(this::judge);
    }

    private void judge(Row row) {
        Optional<Profile> version = Profile.of("qemu-" + row.text("qemu"));
        if (version.isEmpty()) {
            tally.skip("of an unknown version");
            return;
        }
        if (profile != Profile.SPECIFICATION && profile != version.get()) {
            tally.unstated("row of another version");
            return;
        }
        if (SHOWN.stream().noneMatch(shown -> CellExpectation.isStated(row.text(shown.column())))) {
            tally.unstated("no register");
            return;
        }
        tally.compared(row);
        Optional<Capabilities> capabilities =
                MachineOptions.of(row.text("options")).capabilities(version.get());
        String first = row.text("VER");
        if (capabilities.isEmpty() || first.equals(REFUSED)) {
            String ours = capabilities.isEmpty() ? REFUSED : "a unit";
            if (!ours.equals(first)) {
                tally.disagree(row, "VER", ours);
            }
            return;
        }
        RecordedMachine machine = new RecordedMachine(
                capabilities.get(), version.get().policy(), version.get().deviations());
        for (Shown shown : SHOWN) {
            String ours = RecordedMachine.hex(machine.read(shown.offset(), shown.size()));
            String recorded = row.text(shown.column());
            if (CellExpectation.isStated(recorded) && !recorded.equals(ours)) {
                tally.disagree(row, shown.column(), ours);
            }
        }
    }
}
