package dev.moat.conform.bench;

import dev.moat.conform.record.Cell;
import dev.moat.conform.record.Column;
import dev.moat.conform.record.RecordedCase;
import dev.moat.conform.record.RecordedOp;
import dev.moat.conform.record.RecordedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a recorded case needs of a machine, and how its rows belong together. */
public final class CaseShape {
    private static final long U32 = 0xffffffffL;

    private CaseShape() {}

    /** The rows of one hypercall together, with what was measured after it. */
    public static List<List<RecordedRow>> steps(RecordedCase recorded) {
        List<List<RecordedRow>> steps = new ArrayList<>();
        for (RecordedRow row : recorded.rows()) {
            if (steps.isEmpty() || row.step() != lastStep(steps)) {
                steps.add(new ArrayList<>());
            }
            steps.get(steps.size() - 1).add(row);
        }
        return steps;
    }

    private static int lastStep(List<List<RecordedRow>> steps) {
        return steps.get(steps.size() - 1).get(0).step();
    }

    /**
     * What a case has that the machine has not, as an operation or a frame that is no domain's; empty when there is nothing.
     *
     * @param known operations that the machine runs
     */
    public static Optional<String> missing(RecordedCase recorded, Set<RecordedOp> known) {
        for (RecordedRow row : recorded.rows()) {
            if (!known.contains(row.op())) {
                return Optional.of(row.text(Column.OP));
            }
            boolean measures = row.has(Column.FRAME) && !row.cell(Column.FRAME).isEmpty();
            if (measures && !Symbols.isName(row.text(Column.FRAME))) {
                return Optional.of("frame " + row.text(Column.FRAME));
            }
        }
        return Optional.empty();
    }

    /** Domains from 0 to the last one created; every actor and every owner of a named frame must be one of them. */
    static int domains(RecordedCase recorded, Symbols symbols) {
        boolean[] exists = new boolean[8];
        exists[0] = true;
        int domains = 1;
        for (RecordedRow row : recorded.rows()) {
            if (row.op() == RecordedOp.CREATE) {
                Cell dom = row.args().get("dom");
                int domain = (int) dom.number(exists.length - 1);
                if (exists[domain]) {
                    throw dom.error("domain " + domain + " is created again");
                }
                exists[domain] = true;
                domains = Math.max(domains, domain + 1);
            } else if (!exists[row.actor()]) {
                throw row.cell(Column.ACTOR).error("domain " + row.actor() + " was not created");
            }
        }
        Cell name = recorded.rows().get(0).cell(Column.CASE);
        if (domains == 1) {
            throw name.error("the case creates no domain");
        }
        for (Symbols.Frame frame : symbols.frames()) {
            if (!exists[frame.owner()]) {
                throw name.error("the case names " + frame.name() + ", whose domain is not created");
            }
        }
        return domains;
    }

    /** The grant or status frames that a row asks for, at most 2^32 - 1. */
    public static long frames(RecordedRow row) {
        return row.args().firstBeside("dom").number(U32);
    }

    /** Grant frames of the largest table that a domain of the case asks for; at most 8. */
    static int grantFrames(RecordedCase recorded) {
        long most = 1;
        for (RecordedRow row : recorded.rows()) {
            if (row.op() == RecordedOp.SETUP_TABLE) {
                most = Math.max(most, frames(row));
            }
        }
        return (int) Math.min(most, 8);
    }

    /** The most maptrack frames that a domain of the case may have. */
    static int maptrackFrames(RecordedCase recorded) {
        int most = 0;
        for (RecordedRow row : recorded.rows()) {
            if (row.op() == RecordedOp.CREATE) {
                Cell limit = row.args().get("max_maptrack_frames");
                most = Math.max(most, (int) limit.number(XenBench.MAX_MAPTRACK_FRAMES));
            }
        }
        return most;
    }
}
