package dev.moat.conform;

import dev.moat.conform.bench.XenBench;
import dev.moat.conform.record.Column;
import dev.moat.conform.record.RecordedCases;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;

/** Runs files of recorded answers of a real Xen, of either format; the first line tells which. */
public final class XenRecords {
    private XenRecords() {}

    /**
     * Puts every case of a file to Moat's executable Xen.
     *
     * @param file the name that messages print
     * @throws InputException at the first malformed place, as {@link XenConformance} and {@link VtdConformance} say
     */
    public static Conformance run(String file, Reader in) throws IOException {
        XenBench.Maker benches = new XenBench.Maker();
        XenConformance grants = new XenConformance(file, benches);
        VtdConformance vtd = new VtdConformance(file, benches);
        boolean[] withUnit = new boolean[1];
        RecordedCases.Remains remains = RecordedCases.read(file, in, recorded -> {
            withUnit[0] = recorded.rows().get(0).has(Column.CONFIG);
            if (withUnit[0]) {
                vtd.run(recorded);
            } else {
                grants.run(recorded);
            }
        });
        if (withUnit[0]) {
            vtd.leaveOut(remains);
            return vtd.result();
        }
        grants.leaveOut(remains);
        return grants.result();
    }
}
