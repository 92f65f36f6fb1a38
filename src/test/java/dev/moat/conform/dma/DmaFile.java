package dev.moat.conform.dma;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.List;

/** Recorded answers of Linux's DMA layers, to be judged as they are or with cells changed. */
final class DmaFile {
    /** As of the release that the file's name ends with, or the first one. */
    static final RecordedLines.Run RUN = (name, in) -> DmaRecords.run(
            name,
            in,
            DmaRecords.profiles().stream()
                    .filter(p -> name.endsWith(p.substring("linux".length()) + ".csv"))
                    .findFirst()
                    .orElse(DmaRecords.profiles().get(0)));

    private DmaFile() {}

    /** One of the recorded files, by its name. */
    static RecordedLines load(String name) {
        return new RecordedLines(name, RecordedLines.load("dma-oracle/" + name).lines());
    }

    static RecordedLines.Run as(String profile) {
        return (name, in) -> DmaRecords.run(name, in, profile);
    }

    /** Disagreements of these rows, as text without the place. */
    static List<String> found(RowTally result) {
        return result.disagreements().stream()
                .map(d -> d.column() + ": recorded '" + d.recorded() + "', Moat '" + d.ours() + "'")
                .toList();
    }
}
