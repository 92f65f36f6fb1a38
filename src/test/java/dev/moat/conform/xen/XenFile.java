package dev.moat.conform.xen;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;

/** Recorded answers of Xen 4.17, to be judged as they are or with cells changed. */
final class XenFile {
    static final String NAME = "xen-oracle/grant-table-4.17.csv";
    static final String HEADER = XenRow.GRANTS.header();
    static final String VTD_HEADER = XenRow.VTD.header();

    private static final ThreadLocal<XenBench.Maker> BENCHES = ThreadLocal.withInitial(XenBench.Maker::new);
    /** Judges; the machines are made once for each thread. */
    static final RecordedLines.Run RUN = (name, in) -> XenRecords.run(name, in, BENCHES.get());

    private XenFile() {}

    static RecordedLines load() {
        return RecordedLines.load(NAME);
    }

    static RowTally judge(String text) {
        try {
            return RUN.run("f.csv", new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RowTally judge(List<String> lines) {
        return judge(String.join("\n", lines) + "\n");
    }
}
