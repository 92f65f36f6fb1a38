package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Software that empties a unit's fault records: it begins at FRI and clears F of one record after the other, until it finds F clear.
 * {@code @source} Linux 6.1 dmar.c: dmar_fault.
 */
public final class FaultReader {
    private final VtdUnit unit;
    private final FaultRecords records;
    /** The record that software reads next, or none when it is not at it. */
    private final Slots reads;

    /** @param prefix stands before the name of the slot */
    public FaultReader(SchemaBuilder schema, String prefix, VtdUnit unit, FaultRecords records) {
        this.unit = unit;
        this.records = records;
        Sort all = unit.frcdHi.index().get(0);
        SlotsBuilder reading = schema.slots(prefix + "fault.reads", Role.HYPERVISOR, Writer.HYPERVISOR);
        // With one record whoever reads it is done at once.
        reads = all.size() > 1 ? reading.optional(all) : reading.bits(0);
    }

    private boolean isUsed(long[] s, int record) {
        return FrcdHi.F.isSet(unit.frcdHi.get(s, record));
    }

    private int next(int record) {
        return (record + 1) % unit.frcdHi.size();
    }

    /** Where software reads now: on its way, or at FRI. */
    private int place(long[] s) {
        int on = (int) reads.get(s) - 1;
        return on >= 0 ? on : (int) unit.faultIndex.get(s);
    }

    /** Software takes the record that it has come to, and goes on with the next one. False where F is clear. */
    public boolean take(long[] s) {
        int record = place(s);
        if (!records.clear(s, record)) {
            return false;
        }
        int on = next(record);
        if (unit.frcdHi.size() > 1) {
            reads.set(s, isUsed(s, on) ? on + 1L : 0);
        }
        return true;
    }

    /** Whether software, reading on until it finds F clear, comes to a record of a requester. */
    public boolean finds(long[] s, int requester) {
        int record = place(s);
        for (int n = 0; n < unit.frcdHi.size() && isUsed(s, record); n++) {
            if (records.isOf(s, record, requester)) {
                return true;
            }
            record = next(record);
        }
        return false;
    }

    /** Whether some record is of a requester, whoever comes to it. */
    public boolean isRecorded(long[] s, int requester) {
        boolean any = false;
        for (int i = 0; i < unit.frcdHi.size(); i++) {
            any |= isUsed(s, i) && records.isOf(s, i, requester);
        }
        return any;
    }

    /** Whether a fault that comes now finds its record in use, and is lost. */
    public boolean isNextUsed(long[] s) {
        return isUsed(s, (int) unit.faultNext.get(s));
    }

    /** Whether any record is not in use. */
    public boolean isAnyFree(long[] s) {
        boolean any = false;
        for (int i = 0; i < unit.frcdHi.size(); i++) {
            any |= !isUsed(s, i);
        }
        return any;
    }

    /** Whether software can see that faults were lost. */
    public boolean isLost(long[] s) {
        return unit.faultOverflow.get(s) != 0;
    }

    /** Adds what these read. */
    public void read(Footprint footprint) {
        footprint
                .all(unit.faultOverflow)
                .all(unit.frcdHi)
                .all(unit.faultIndex)
                .all(unit.faultNext)
                .all(reads);
    }
}
