package dev.moat.xen.iospace.abstraction;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.state.SpaceState;
import dev.moat.xen.iospace.state.Transfers;
import java.util.List;

/** What transfers mean: where the device's addresses lead, as the unit answers, and what it and the CPU find there. */
final class TransferRelations {
    private final SpaceState state;
    private final Transfers transfers;
    private final Abstraction to;

    TransferRelations(SpaceState state, Abstraction to) {
        this.state = state;
        transfers = state.transfers;
        this.to = to;
    }

    void declare() {
        Sort frames = state.setting.frames;
        List<Sort> one = List.of(transfers.transfers);
        List<Sort> parts = List.of(transfers.transfers, transfers.parts);
        List<Sort> places = List.of(transfers.transfers, transfers.parts, frames);
        to.sort(transfers.transfers).sort(transfers.parts);
        relation("liveTransfer", one, (s, m, b, c, d, e) -> transfers.isLive(s, m));
        relation("direct", one, (s, m, b, c, d, e) -> transfers.isLive(s, m) && !transfers.is(s, m, Transfers.BOUNCED));
        relation("bounced", one, (s, m, b, c, d, e) -> transfers.is(s, m, Transfers.BOUNCED));
        relation(
                "toDevice",
                one,
                (s, m, b, c, d, e) -> !transfers.is(s, m, Transfers.NONE) && transfers.coherent.get(s, m) == 0);
        relation("leads", places, (s, m, p, f, d, e) -> isLivePart(s, m, p) && transfers.willGet(s, m, p, false) == f);
        relation(
                "leadsBeyond",
                parts,
                (s, m, p, c, d, e) -> isLivePart(s, m, p) && transfers.willGet(s, m, p, false) < 0);
        relation("backs", places, (s, m, p, f, d, e) -> transfers.isPart(s, m, p) && transfers.frame.get(s, m, p) == f);
        relation(
                "slotBacks",
                places,
                (s, m, p, f, d, e) -> transfers.is(s, m, Transfers.BOUNCED)
                        && transfers.isPart(s, m, p)
                        && transfers.slotFrame(s, m, p) == f);
        to.relation("inReach", List.of(frames), (s, f, b, c, d, e) -> true, (footprint, f, b, c, d, e) -> {});
        relation("forCpu", parts, (s, m, p, c, d, e) -> transfers.isPart(s, m, p) && isForCpu(s, m));
        relation("forDevice", parts, (s, m, p, c, d, e) -> isLivePart(s, m, p));
        relation(
                "deviceWrote",
                parts,
                (s, m, p, c, d, e) -> transfers.isPart(s, m, p) && transfers.wrote.get(s, m, p) != 0);
        finds("cpuFindsOwn", parts, true, Transfers.CPUS);
        finds("cpuFindsDevices", parts, true, Transfers.DEVICES);
        finds("deviceFindsCpus", parts, false, Transfers.CPUS);
        finds("deviceFindsDevices", parts, false, Transfers.DEVICES);
        relation(
                "inUse",
                List.of(state.spaces, state.setting.pages),
                (s, sp, p, c, d, e) ->
                        state.domainOf(sp) != state.setting.driverDomain || transfers.isAddress(s, sp, p));
    }

    private boolean isLivePart(long[] s, int m, int part) {
        return transfers.isLive(s, m) && transfers.isPart(s, m, part);
    }

    private boolean isForCpu(long[] s, int m) {
        return transfers.is(s, m, Transfers.DONE) || (transfers.isLive(s, m) && transfers.coherent.get(s, m) != 0);
    }

    private void finds(String name, List<Sort> parts, boolean cpu, int what) {
        relation(name, parts, (s, m, p, c, d, e) -> {
            boolean there = cpu ? transfers.isPart(s, m, p) : isLivePart(s, m, p);
            int frame = !there ? -1 : cpu ? transfers.cpuFrame(s, m, p) : transfers.willGet(s, m, p, false);
            return frame >= 0 && transfers.isInUse(s, frame) && transfers.content.get(s, frame) == what;
        });
    }

    private void relation(String name, List<Sort> sorts, RelationCode code) {
        Relation.Reads reads = (footprint, a, b, c, d, e) -> read(footprint);
        to.relation(name, sorts, code, reads);
    }

    private void read(Footprint footprint) {
        for (Slots slots : List.of(
                transfers.kind,
                transfers.device,
                transfers.toDevice,
                transfers.coherent,
                transfers.list,
                transfers.two,
                transfers.frame,
                transfers.address,
                transfers.slot,
                transfers.wrote,
                transfers.content)) {
            footprint.all(slots);
        }
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            for (int p = 0; p < state.setting.pages.size(); p++) {
                state.iommu.meaning().readRequest(footprint, q, p);
            }
        }
        state.iommu.tables().read(footprint);
    }
}
