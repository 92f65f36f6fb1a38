package dev.moat.conform.xen;

import dev.moat.conform.left.LeftOut;
import dev.moat.conform.xen.bench.XenBench;
import dev.moat.conform.xen.bench.XenRelease;
import dev.moat.conform.xen.record.Column;
import dev.moat.conform.xen.record.RecordedCases;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** Runs files of recorded answers of a real Xen, of either format; the first line tells which. */
public final class XenRecords {
    private XenRecords() {}

    /** The same for answers of {@link XenRelease#XEN_4_17}. */
    public static Conformance run(String file, Reader in) throws IOException {
        return run(file, in, XenRelease.XEN_4_17);
    }

    /**
     * Puts every case of a file to Moat's executable Xen.
     *
     * @param file the name that messages print
     * @param release whose answers they are
     * @throws InputException at the first malformed place, as {@link XenConformance} and {@link VtdConformance} say
     */
    public static Conformance run(String file, Reader in, XenRelease release) throws IOException {
        LeftOut refused = new LeftOut();
        Conformance found = run(file, in, release, refused);
        refused.requireWellFormed();
        return found;
    }

    /**
     * The same, of a malformed file what comes before the malformed place.
     *
     * @param refused gets that place, where there is one
     */
    public static Conformance run(String file, Reader in, XenRelease release, LeftOut refused) throws IOException {
        XenBench.Maker benches = new XenBench.Maker(release);
        XenConformance grants = new XenConformance(file, benches);
        VtdConformance vtd = new VtdConformance(file, benches);
        boolean[] withUnit = new boolean[1];
        RecordedCases.Remains remains = new RecordedCases.Remains(Optional.empty(), 0, 0);
        try {
            remains = RecordedCases.read(file, in, recorded -> {
                withUnit[0] = recorded.rows().get(0).has(Column.CONFIG);
                if (withUnit[0]) {
                    vtd.run(recorded);
                } else {
                    grants.run(recorded);
                }
            });
        } catch (InputException e) {
            refused.addRest(e);
        }
        if (withUnit[0]) {
            vtd.leaveOut(remains);
            return vtd.result();
        }
        grants.leaveOut(remains);
        return grants.result();
    }
}
