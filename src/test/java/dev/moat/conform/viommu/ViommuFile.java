package dev.moat.conform.viommu;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.List;

/** Recordings of virtual VT-d units, to be judged as they are or with cells changed. */
final class ViommuFile {
    static final String INTERRUPTS = "interrupt-remapping";
    static final String DMA = "dma-remapping";
    static final String SHADOW = "shadow";
    static final String CAPABILITIES = "capabilities";
    static final List<String> ALL = List.of(INTERRUPTS, DMA, SHADOW, CAPABILITIES);

    private ViommuFile() {}

    static RecordedLines load(String name) {
        return new RecordedLines(
                name, RecordedLines.load("viommu-oracle/" + name + ".csv").lines());
    }

    /** Rows that are not recorded, but derived. */
    static RecordedLines further(String name) {
        return new RecordedLines(
                name, RecordedLines.load("viommu-rows/" + name + ".csv").lines());
    }

    static String[] caseBy(RecordedLines file) {
        return file.name().equals(CAPABILITIES) ? new String[0] : new String[] {"suite", "case"};
    }

    static RowTally judge(RecordedLines file, Profile profile) {
        return file.judge((name, in) -> ViommuRecords.run(name, in, profile));
    }
}
