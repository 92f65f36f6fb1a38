package dev.moat.pv.program;

import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.pv.DmaBackend;
import dev.moat.pv.state.Contents;
import dev.moat.pv.state.Hardware;
import dev.moat.pv.state.LayerSetting;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Mappings;
import dev.moat.pv.state.Pool;
import dev.moat.pv.state.Whole;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a driver does with buffers, each call in one action, and what its device does. A driver keeps to the rules: it does not touch
 * what is the device's, and looks at what came before it uses the buffer again.
 */
public final class StreamingActions {
    private static final Transfer[] TRANSFERS = IntStream.range(0, 3)
            .mapToObj(i -> new Transfer(Mappings.direction(i), 0))
            .toArray(Transfer[]::new);
    private static final Transfer[] WITHOUT_SYNC =
            IntStream.range(0, 3).mapToObj(i -> TRANSFERS[i].withoutSync()).toArray(Transfer[]::new);

    private final Whole whole;
    private final LayerState layer;
    private final Hardware hardware;
    private final Mappings mappings;
    private final Contents contents;
    private final Pool pool;
    private final ModelBuilder model;
    /** {@code map.reaches}: (bus address, size, buffer's first half) in halves to 1 when the device can address all of it. */
    private final Decision reaches;
    /** {@code map.contiguous}: (first half, size) to 1 when frames follow one another as pages do. */
    private final Decision contiguous;
    /** {@code bounce.reaches}: (bus address of slots, size) to 1 when the device can address them. */
    private final Decision bounceReaches;
    /** {@code bounce.gives-back}: 1 when slots that the device cannot address are freed. */
    private final Decision givesBack;
    /** {@code sync.part}: (mapping, part) to the part whose slot is synchronised. */
    private final Decision syncPart;
    /** {@code list.rolls-back}: 1 when a list that fails is unmapped as far as it was mapped. */
    private final Decision rollsBack;

    public StreamingActions(Whole whole, ModelBuilder model) {
        this.whole = whole;
        layer = whole.state();
        hardware = whole.hardware();
        mappings = whole.mappings();
        contents = whole.contents();
        pool = whole.pool();
        this.model = model;
        reaches = model.decision("map.reaches", (s, bus, size, half) -> canAddress(bus, size));
        contiguous = model.decision(
                "map.contiguous",
                (s, half, size, c) -> pool.frames.straddles(s, Pool.bytes(half), Pool.bytes(size)) ? 0 : 1);
        bounceReaches = model.decision("bounce.reaches", (s, bus, size, c) -> canAddress(bus, size));
        givesBack = model.decision("bounce.gives-back", (s, a, b, c) -> 1);
        syncPart = model.decision("sync.part", (s, mapping, part, c) -> part);
        rollsBack = model.decision("list.rolls-back", (s, a, b, c) -> 1);
    }

    /** What a direction asks of the library. */
    static Transfer transfer(int direction) {
        return TRANSFERS[direction];
    }

    private int canAddress(int bus, int size) {
        return pool.device.reaches(Pool.bytes(bus), Pool.bytes(size)) ? 1 : 0;
    }

    public void declare() {
        Argument mapping = new Argument("mapping", layer.setting.mappings);
        Argument buffer = new Argument("buffer", layer.setting.buffers);
        Argument direction = new Argument("direction", Mappings.directions());
        Argument part = new Argument("part", layer.parts);
        if (layer.setting.pools.inSteps) {
            new MapOperations(whole, this, model).declare(mapping, buffer, direction);
        } else {
            guest("map_page", (s, m, b, d, e, f) -> mapIfFree(s, m, b, d), mapping, buffer, direction);
            guest("unmap_page", (s, m, b, c, d, e) -> isReadyToUnmap(s, m) && unmap(s, m), mapping);
        }
        if (layer.setting.pools.restricted) {
            OwnMemory own = new OwnMemory(whole);
            guest("swiotlb_alloc", (s, m, b, c, d, e) -> own.allocate(s, m), mapping);
            guest("swiotlb_free", (s, m, b, c, d, e) -> own.free(s, m), mapping);
        }
        guest("finish", (s, m, b, c, d, e) -> finish(s, m), mapping);
        if (layer.setting.lists) {
            Argument other = new Argument("other", layer.setting.buffers);
            guest("map_sg", (s, b, o, d, e, f) -> mapList(s, b, o, d), buffer, other, direction);
        }
        if (layer.setting.syncs) {
            guest("sync_for_cpu", (s, m, p, c, d, e) -> sync(s, m, p, true), mapping, part);
            guest("sync_for_device", (s, m, p, c, d, e) -> sync(s, m, p, false), mapping, part);
            guest("write", (s, m, p, c, d, e) -> cpuWrites(s, m, p), mapping, part);
        }
        model.action(
                "device_writes", Actor.DEVICE, List.of(mapping, part), (s, m, p, c, d, e) -> deviceWrites(s, m, p));
        if (layer.setting.copies) {
            Argument frame = new Argument("frame", layer.setting.frames);
            model.action("device_reads", Actor.DEVICE, List.of(frame), (s, f, b, c, d, e) -> deviceReads(s, f));
            model.action(
                    "device_copies", Actor.DEVICE, List.of(mapping, part), (s, m, p, c, d, e) -> deviceCopies(s, m, p));
        }
    }

    private void guest(String name, dev.moat.model.Guarded code, Argument... arguments) {
        model.action(name, Actor.GUEST, List.of(arguments), code);
    }

    private boolean mapIfFree(long[] s, int m, int buffer, int dir) {
        if (!mayMap(s, m, buffer, dir)) {
            return false;
        }
        if (!map(s, m, buffer, dir)) {
            end(s, m);
        }
        return true;
    }

    /** Mappings are alike, so that the first one that is not in use will do. */
    boolean mayMap(long[] s, int m, int buffer, int dir) {
        return mappings.is(s, m, Mappings.NONE)
                && (m == 0 || !mappings.is(s, m - 1, Mappings.NONE))
                && mappings.isUsed(dir)
                && layer.device.isDriven(s)
                && layer.isReady(s)
                && isDrivers(s, layer.setting.shapes.get(buffer));
    }

    /** Whether a buffer is there for a driver to map. */
    private boolean isDrivers(long[] s, LayerSetting.Shape shape) {
        boolean free = !mappings.overlaps(s, shape);
        for (int half = shape.first(); half < shape.first() + shape.size(); half++) {
            int page = half / Contents.HALVES;
            free &= (layer.use.get(s, page) == LayerState.IDLE || layer.isForeign(s, page))
                    && layer.p2m.get(s, page) != 0
                    && !layer.isPool(page)
                    && !layer.isInOperation(s, page); // what an operation is about is not a driver's
        }
        return free;
    }

    /** The driver fills the buffer and maps it; false when it gets no address. */
    private boolean map(long[] s, int m, int buffer, int dir) {
        LayerSetting.Shape shape = layer.setting.shapes.get(buffer);
        begin(s, m, buffer, dir);
        boolean mapped = takesItAsItIs(s, m) || (pool.backend(s) != DmaBackend.NATIVE && bounce(s, m, shape));
        mappings.phase.set(s, m, Mappings.LIVE);
        return mapped;
    }

    /** The driver fills the buffer, and begins to map it. */
    void begin(long[] s, int m, int buffer, int dir) {
        LayerSetting.Shape shape = layer.setting.shapes.get(buffer);
        mappings.begin(s, m, buffer, dir);
        for (int i = 0; i < shape.size(); i++) {
            contents.write(s, shape.first() + i, contents.ofCpu(m));
        }
    }

    /** Whether the device can use the buffer itself; then it is told where that is. */
    boolean takesItAsItIs(long[] s, int m) {
        LayerSetting.Shape shape = mappings.shape(s, m);
        int bus = pool.toBus(s, shape.first());
        boolean direct = isFit(s, bus, shape);
        if (direct) {
            mappings.bus.set(s, m, bus);
        }
        return direct;
    }

    private boolean isFit(long[] s, int bus, LayerSetting.Shape shape) {
        return !layer.setting.force
                && reaches.decide(s, bus, shape.size(), shape.first()) != 0
                && (pool.backend(s) != DmaBackend.XEN_SWIOTLB
                        || contiguous.decide(s, shape.first(), shape.size(), 0) != 0);
    }

    private boolean bounce(long[] s, int m, LayerSetting.Shape shape) {
        int slot = pool.map(s, shape, TRANSFERS[mappings.directionOf(s, m)]);
        if (slot == Pool.NONE) {
            return false;
        }
        int bus = pool.toBus(s, slot);
        if (bounceReaches.decide(s, bus, shape.size(), 0) == 0) {
            if (givesBack.decide(s, 0, 0, 0) != 0) {
                pool.unmap(s, slot, shape.size(), WITHOUT_SYNC[mappings.directionOf(s, m)]);
            }
            return false;
        }
        mappings.slot.set(s, m, slot + 1);
        mappings.bus.set(s, m, bus);
        return true;
    }

    private boolean mapList(long[] s, int buffer, int other, int dir) {
        LayerSetting.Shape first = layer.setting.shapes.get(buffer);
        LayerSetting.Shape second = layer.setting.shapes.get(other);
        boolean apart =
                first.first() + first.size() <= second.first() || second.first() + second.size() <= first.first();
        if (!apart || !mappings.is(s, 1, Mappings.NONE) || !mayMap(s, 0, buffer, dir) || !isDrivers(s, second)) {
            return false;
        }
        if (!map(s, 0, buffer, dir)) {
            end(s, 0);
            return true;
        }
        if (!map(s, 1, other, dir)) {
            if (mappings.isBounced(s, 0) && rollsBack.decide(s, 0, 0, 0) != 0) {
                pool.unmap(s, (int) mappings.slot.get(s, 0) - 1, first.size(), WITHOUT_SYNC[dir]);
            }
            end(s, 0);
            end(s, 1);
        }
        return true;
    }

    /** What the CPU wrote since the device had it would be overwritten. */
    boolean isReadyToUnmap(long[] s, int m) {
        return mappings.is(s, m, Mappings.LIVE) && mappings.isDevices(s, m) && !mappings.isOwnMemory(s, m);
    }

    /** A driver that is removed unmaps what it has, and looks at nothing any more. */
    public void letGo(long[] s, int m) {
        if (mappings.is(s, m, Mappings.LIVE)) {
            unmap(s, m);
        }
        end(s, m);
    }

    private boolean unmap(long[] s, int m) {
        mappings.phase.set(s, m, Mappings.UNMAPPING);
        int bus = (int) mappings.bus.get(s, m);
        if (pool.backend(s) != DmaBackend.NATIVE && pool.isRecognised(s, bus)) {
            pool.unmap(s, pool.slotAt(s, bus), mappings.size(s, m), TRANSFERS[mappings.directionOf(s, m)]);
        }
        mappings.phase.set(s, m, Mappings.DONE);
        return true;
    }

    /** The driver has looked at its buffer, and uses it for something else. */
    private boolean finish(long[] s, int m) {
        if (!mappings.is(s, m, Mappings.DONE)) {
            return false;
        }
        end(s, m);
        return true;
    }

    void end(long[] s, int m) {
        contents.age(s, m);
        mappings.phase.set(s, m, Mappings.NONE);
        mappings.slot.set(s, m, 0);
    }

    private boolean sync(long[] s, int m, int part, boolean forCpu) {
        if (!mappings.is(s, m, Mappings.LIVE)
                || part >= mappings.size(s, m)
                || mappings.isOwnMemory(s, m)
                || mappings.isSynced(s, m, part) == forCpu) {
            return false;
        }
        int bus = mappings.busOf(s, m, syncPart.decide(s, m, part, 0));
        if (pool.backend(s) != DmaBackend.NATIVE && pool.isRecognised(s, bus)) {
            pool.sync(s, pool.slotAt(s, bus), forCpu, TRANSFERS[mappings.directionOf(s, m)]);
        }
        mappings.setSynced(s, m, part, forCpu);
        return true;
    }

    /** The CPU writes a part that was synchronised for it, and that the device will read. */
    private boolean cpuWrites(long[] s, int m, int part) {
        if (!mappings.is(s, m, Mappings.LIVE)
                || part >= mappings.size(s, m)
                || !mappings.isSynced(s, m, part)
                || Mappings.direction(mappings.directionOf(s, m)) != DmaDirection.BIDIRECTIONAL
                || mappings.wrote.get(s, m, part) == 0) {
            return false;
        }
        contents.write(s, mappings.firstHalf(s, m) + part, contents.ofCpu(m));
        mappings.wrote.set(s, m, part, 0);
        return true;
    }

    /** What its driver asked for; it counts as done whether it got through or not. */
    private boolean deviceWrites(long[] s, int m, int part) {
        if (!mayWrite(s, m, part)) {
            return false;
        }
        store(s, m, part, contents.ofDevice(m));
        mappings.writes(s, m, part);
        return true;
    }

    private boolean mayWrite(long[] s, int m, int part) {
        return mappings.is(s, m, Mappings.LIVE)
                && part < mappings.size(s, m)
                && mappings.isFromDevice(s, m)
                && layer.device.isMastering(s)
                && (!mappings.isSynced(s, m, part) || isPolled(s, m));
    }

    private void store(long[] s, int m, int part, int value) {
        int bus = mappings.busOf(s, m, part);
        int frame = bus / Contents.HALVES;
        int got = frame < layer.setting.frames.size() ? hardware.gets(s, frame, true) : Hardware.BLOCKED;
        if (got != Hardware.BLOCKED) {
            hardware.request(s, frame, true);
            contents.set(s, got, bus % Contents.HALVES, value);
        }
    }

    /**
     * A driver may have its device read any address where nothing confines it, and read its own buffers in any case.
     */
    private boolean deviceReads(long[] s, int frame) {
        int got = whole.gets(s, frame, false);
        if (got == Hardware.BLOCKED) {
            return false;
        }
        boolean isCached = hardware.request(s, frame, false);
        return contents.readByDevice(s, got) || isCached;
    }

    /** And write what it read to a buffer of the driver's, where the driver finds it. */
    private boolean deviceCopies(long[] s, int m, int part) {
        int value = contents.inDevice(s);
        if (value == Contents.ZERO || mappings.wrote.get(s, m, part) != 0 || !mayWrite(s, m, part)) {
            return false;
        }
        store(s, m, part, value);
        return true;
    }

    /** A driver that looks whether something came has the device go on meanwhile; what the CPU writes there itself is another thing. */
    private boolean isPolled(long[] s, int m) {
        return layer.setting.pools.polled && !mappings.isToDevice(s, m);
    }
}
