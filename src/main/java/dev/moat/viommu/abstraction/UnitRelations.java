package dev.moat.viommu.abstraction;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.viommu.record.FaultRecords;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import java.util.List;

/** Of each guest's unit, where that is modelled: whether it is there, and what its fault record tells. */
public final class UnitRelations {
    private UnitRelations() {}

    /** Whether there is a unit; for machines in which they come and go. */
    public static void lifecycle(ViommuState state, Abstraction to) {
        ViommuSetting setting = state.setting;
        to.relation(
                "hasUnit",
                List.of(setting.domains),
                (s, d, b, c, e, f) -> state.hasUnit(s, d),
                (footprint, d, b, c, e, f) -> state.readUnit(footprint, d));
        to.relation(
                "deviceOf",
                List.of(setting.devices, setting.domains),
                (s, q, d, c, e, f) -> setting.guestOf(q) == d,
                NOTHING);
    }

    /** What guests are told of blocked requests. */
    public static void records(ViommuSetting setting, FaultRecords records, Abstraction to) {
        List<Sort> device = List.of(setting.devices);
        List<Sort> places = List.of(setting.devices, setting.pages);
        Relation.Reads reads = (footprint, q, p, c, d, e) -> records.read(footprint, q);
        to.relation(
                "refusedDma",
                places,
                (s, q, p, c, d, e) -> records.isRefused(s, q, p),
                (footprint, q, p, c, d, e) -> records.readRefused(footprint, q, p));
        to.relation(
                "mayBeToldDma",
                places,
                (s, q, p, c, d, e) -> records.mayBeTold(s, q, p),
                (footprint, q, p, c, d, e) -> records.readRefused(footprint, q, p));
        to.relation("recordedDma", device, (s, q, b, c, d, e) -> records.isRecorded(s, q), reads);
        to.relation("recordedDmaAt", places, (s, q, p, c, d, e) -> records.isRecordedAt(s, q, p), reads);
        to.relation("inRecordDma", device, (s, q, b, c, d, e) -> records.isInRecord(s, q), reads);
        to.relation("lostEarly", device, (s, q, b, c, d, e) -> records.wasLostEarly(s, q), reads);
        to.relation("nextRecordUsed", device, (s, q, b, c, d, e) -> records.isNextUsed(s, q), reads);
        to.relation("someRecordFree", device, (s, q, b, c, d, e) -> records.isAnyFree(s, q), reads);
        to.relation("dmaFaultsLost", device, (s, q, b, c, d, e) -> records.areLost(s, q), reads);
        to.relation("dmaFaultUnderway", device, (s, q, b, c, d, e) -> records.isUnderway(s, q), reads);
    }
}
