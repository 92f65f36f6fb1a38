package dev.moat.pv.abstraction;

import dev.moat.pv.state.Contents;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Mappings;
import dev.moat.pv.state.Whole;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;

/** The relations of mappings: where a device is led, what it and the CPU find there, and the slots' bookkeeping. */
final class TransferRelations {
    private final Whole whole;
    private final LayerState layer;
    private final Mappings mappings;
    private final Contents contents;
    private final Abstraction to;
    private final Sort transfers;

    private TransferRelations(Whole whole, Abstraction to) {
        this.whole = whole;
        layer = whole.state();
        mappings = whole.mappings();
        contents = whole.contents();
        this.to = to;
        transfers = mappings.phase.index().get(0);
    }

    static void declare(Whole whole, Abstraction to) {
        TransferRelations it = new TransferRelations(whole, to);
        to.sort(it.transfers);
        to.sort(it.layer.parts);
        to.sort(it.layer.slots);
        it.addresses();
        it.data();
        it.slots();
    }

    /** What is read of a mapping, beside what it leads to. */
    private Relation.Reads of(Slots... families) {
        return (footprint, m, p, c, d, e) -> {
            footprint.one(mappings.phase, m).one(mappings.buffer, m);
            for (Slots f : families) {
                footprint.one(f, m);
            }
        };
    }

    /** The same of one of its parts. */
    private Relation.Reads ofPart(Slots family) {
        return (footprint, m, p, c, d, e) -> {
            footprint.one(mappings.phase, m).one(mappings.buffer, m);
            if (family.size() > 0) {
                footprint.one(family, m * layer.parts.size() + p);
            }
        };
    }

    private static Relation.Reads and(Relation.Reads reads, Slots... whole) {
        return (footprint, m, p, c, d, e) -> {
            reads.add(footprint, m, p, c, d, e);
            for (Slots f : whole) {
                footprint.all(f);
            }
        };
    }

    private void addresses() {
        List<Sort> places = List.of(transfers, layer.parts, layer.setting.frames);
        List<Sort> parts = List.of(transfers, layer.parts);
        List<Sort> one = List.of(transfers);
        to.relation("direct", one, (s, m, b, c, d, e) -> isLive(s, m) && !mappings.isBounced(s, m), of(mappings.slot));
        to.relation("bounced", one, (s, m, b, c, d, e) -> isLive(s, m) && mappings.isBounced(s, m), of(mappings.slot));
        to.relation(
                "leads",
                places,
                (s, m, p, f, d, e) -> isPart(s, m, p) && isLive(s, m) && frame(s, m, p) == f,
                of(mappings.bus));
        to.relation(
                "leadsBeyond",
                parts,
                (s, m, p, c, d, e) -> isPart(s, m, p) && isLive(s, m) && frame(s, m, p) >= layer.setting.frames.size(),
                of(mappings.bus));
        to.relation(
                "backs",
                places,
                (s, m, p, f, d, e) -> isPart(s, m, p) && isUnderBuffer(s, m, p, f),
                and(of(), layer.p2m));
        to.relation(
                "slotBacks",
                places,
                (s, m, p, f, d, e) -> isPart(s, m, p) && isUnderSlot(s, m, p, f),
                and(of(mappings.slot), layer.p2m));
        to.relation(
                "inReach",
                List.of(layer.setting.frames),
                (s, f, b, c, d, e) -> f < layer.setting.reach,
                (footprint, f, b, c, d, e) -> {});
    }

    private boolean isUnderBuffer(long[] s, int mapping, int part, int frame) {
        return layer.p2m.get(s, (mappings.firstHalf(s, mapping) + part) / Contents.HALVES) == frame + 1;
    }

    private boolean isLive(long[] s, int mapping) {
        return mappings.is(s, mapping, Mappings.LIVE);
    }

    private boolean isPart(long[] s, int mapping, int part) {
        return !mappings.is(s, mapping, Mappings.NONE) && part < mappings.size(s, mapping);
    }

    private int frame(long[] s, int mapping, int part) {
        return mappings.busOf(s, mapping, part) / Contents.HALVES;
    }

    private boolean isUnderSlot(long[] s, int mapping, int part, int frame) {
        int slot = (int) mappings.slot.get(s, mapping) - 1 + part;
        return mappings.isBounced(s, mapping)
                && slot < layer.slots.size()
                && layer.p2m.get(s, slot / Contents.HALVES) == frame + 1;
    }

    private void data() {
        List<Sort> places = List.of(transfers, layer.parts);
        List<Sort> one = List.of(transfers);
        to.relation("liveTransfer", one, (s, m, b, c, d, e) -> isLive(s, m), of());
        to.relation(
                "toDevice",
                one,
                (s, m, b, c, d, e) -> isPart(s, m, 0) && mappings.isToDevice(s, m),
                of(mappings.direction));
        to.relation(
                "forCpu", places, (s, m, p, c, d, e) -> isPart(s, m, p) && isForCpu(s, m, p), ofPart(mappings.synced));
        to.relation(
                "forDevice",
                places,
                (s, m, p, c, d, e) -> isPart(s, m, p) && isLive(s, m) && !mappings.isSynced(s, m, p),
                ofPart(mappings.synced));
        to.relation(
                "deviceWrote",
                places,
                (s, m, p, c, d, e) -> isPart(s, m, p) && mappings.wrote.get(s, m, p) != 0,
                ofPart(mappings.wrote));
        findings(places);
    }

    private boolean isForCpu(long[] s, int mapping, int part) {
        return mappings.is(s, mapping, Mappings.DONE) || (isLive(s, mapping) && mappings.isSynced(s, mapping, part));
    }

    private void findings(List<Sort> places) {
        Relation.Reads byCpu = and(of(), layer.pte, contents.slots());
        Relation.Reads byDevice = and(of(mappings.bus), contents.slots());
        to.relation(
                "cpuFindsDevices",
                places,
                (s, m, p, c, d, e) -> isPart(s, m, p) && cpuFinds(s, m, p) == contents.ofDevice(m),
                byCpu);
        to.relation(
                "cpuFindsOwn",
                places,
                (s, m, p, c, d, e) -> isPart(s, m, p) && cpuFinds(s, m, p) == contents.ofCpu(m),
                byCpu);
        to.relation(
                "deviceFindsDevices",
                places,
                (s, m, p, c, d, e) -> isPart(s, m, p) && deviceFinds(s, m, p) == contents.ofDevice(m),
                byDevice);
        to.relation(
                "deviceFindsCpus",
                places,
                (s, m, p, c, d, e) -> isPart(s, m, p) && deviceFinds(s, m, p) == contents.ofCpu(m),
                byDevice);
    }

    private int cpuFinds(long[] s, int mapping, int part) {
        return contents.read(s, mappings.firstHalf(s, mapping) + part);
    }

    private int deviceFinds(long[] s, int mapping, int part) {
        int frame = frame(s, mapping, part);
        return frame >= layer.setting.frames.size()
                ? -1
                : contents.get(s, frame, mappings.busOf(s, mapping, part) % Contents.HALVES);
    }

    private void slots() {
        Sort counts = to.sort("Nat").orElseThrow();
        to.relation(
                "busy",
                List.of(layer.slots, transfers),
                (s, z, m, c, d, e) -> isBusy(s, z, m),
                (footprint, z, m, c, d, e) -> of(mappings.slot).add(footprint, m, 0, 0, 0, 0));
        to.relation(
                "counts",
                List.of(layer.slots, counts),
                (s, z, n, c, d, e) -> whole.pool().freeFrom(s, z) > n,
                (footprint, z, n, c, d, e) -> readFree(footprint, z));
        to.relation(
                "run",
                List.of(layer.slots, counts),
                (s, z, n, c, d, e) -> run(s, z) > n,
                (footprint, z, n, c, d, e) -> footprint
                        .all(mappings.phase)
                        .all(mappings.buffer)
                        .all(mappings.slot)
                        .all(layer.ready)
                        .all(layer.poolSegments)
                        .all(layer.pools.transientSlots));
    }

    private void readFree(Footprint footprint, int slot) {
        int place = slot - layer.poolFree.size();
        if (place < 0) {
            footprint.one(layer.poolFree, slot);
        } else {
            footprint.one(layer.pools.transientFree, place).all(layer.pools.transientSlots);
        }
    }

    private boolean isBusy(long[] s, int slot, int mapping) {
        int first = (int) mappings.slot.get(s, mapping) - 1;
        boolean has = isLive(s, mapping)
                || mappings.is(s, mapping, Mappings.MAPPING)
                || mappings.is(s, mapping, Mappings.UNMAPPING);
        return has && first >= 0 && slot >= first && slot < first + mappings.size(s, mapping);
    }

    /** Slots from this one on, in its segment, that no mapping has. */
    private int run(long[] s, int slot) {
        int own = layer.setting.poolSlots();
        if (slot >= own) {
            return freeUpTo(s, slot, own + layer.pools.transientSlots(s));
        }
        boolean inUse = slot / Contents.HALVES < layer.pagesInUse(s) || !layer.isReady(s);
        int end = inUse ? (slot | (layer.setting.segmentSlots - 1)) + 1 : slot;
        return freeUpTo(s, slot, end);
    }

    private int freeUpTo(long[] s, int slot, int end) {
        int n = 0;
        for (int z = slot; z < end && !isTaken(s, z); z++) {
            n++;
        }
        return n;
    }

    private boolean isTaken(long[] s, int slot) {
        for (int m = 0; m < mappings.count(); m++) {
            if (isBusy(s, slot, m)) {
                return true;
            }
        }
        return false;
    }
}
