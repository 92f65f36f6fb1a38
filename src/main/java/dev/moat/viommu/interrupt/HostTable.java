package dev.moat.viommu.interrupt;

import dev.moat.iommu.Interrupts;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;

/**
 * The physical unit's table, which all devices share, and its cache: at most one older version of each entry. {@code @source} VT-d
 * specification 2.x, chapter 5.1.4.
 */
final class HostTable {
    /** What {@link #wanted} asks. */
    static final String SILENCE_FOLLOWS = "host.silence-follows";

    private static final int DESCRIPTOR_SHIFT = 6;

    private final InterruptState state;
    private final InterruptSetting setting;
    private final Remapping remapping;
    /** {@code host.verifies}: (device) to 1 when its entry accepts no other source. */
    private final Decision verifies;
    /** {@link #SILENCE_FOLLOWS}: (device, FPD of its guest's entry) to FPD of the host's, which is absent. */
    private final Decision silenceFollows;
    /** {@code host.compatible}: to 1 when messages in compatibility format pass. */
    private final Decision compatible;

    HostTable(InterruptState state, Remapping remapping, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.remapping = remapping;
        verifies = model.decision("host.verifies", (s, device, b, c) -> 1);
        silenceFollows = setting.silences
                ? model.decision(SILENCE_FOLLOWS, (s, device, fpd, c) -> fpd)
                : (s, device, fpd, c) -> 0;
        compatible = model.decision("host.compatible", (s, a, b, c) -> 0);
    }

    /** Byte address of a virtual CPU's descriptor. Their halves are so chosen that one of each is another CPU's. */
    static long descriptor(int vcpu) {
        long high = vcpu & 1;
        long low = ((vcpu >>> 1) ^ vcpu) & 1L;
        return (high << Integer.SIZE) | ((1 + low) << DESCRIPTOR_SHIFT);
    }

    private int vcpuOf(long place) {
        for (int n = 0; n < setting.domains.size() * setting.vcpus; n++) {
            if (descriptor(n) >>> DESCRIPTOR_SHIFT == place) {
                return n;
            }
        }
        return -1;
    }

    /**
     * A word of the entry that a passed-through device's index is to have now. Where its guest leads it nowhere it is absent; and silent, if
     * that is what the guest's is. A present one never is: what it refuses is another device's, and not for this guest to silence. That rests
     * on the model: a guest has at most one passed-through device, so that another device is another guest's.
     */
    long wanted(long[] s, int device, int part) {
        int source = verifies.decide(s, device, 0, 0) == 1 ? setting.hostSource(device) : Interrupts.UNVERIFIED;
        if (!setting.isPosted(device)) {
            int own = (int) state.index.get(s, device) - 1;
            return setting.format.remapped(part, source, InterruptSetting.lineVector(own), 0);
        }
        int line = remapping.entryEnds(s, device, 0) - setting.indices.size();
        if (line < 0) {
            int fpd = remapping.isSilent(s, device) ? 1 : 0;
            return part == 0 && silenceFollows.decide(s, device, fpd, 0) == 1 ? setting.format.silent(0) : 0;
        }
        int vector = InterruptSetting.guestVector(line % setting.vectors.size());
        return setting.format.posted(part, source, vector, descriptor(line / setting.vectors.size()));
    }

    long word(long[] s, int index, int part) {
        return part == 0 ? state.hostLo.get(s, index) : state.hostHi.get(s, index);
    }

    void store(long[] s, int index, int part, long word) {
        if (part == 0) {
            state.hostLo.set(s, index, word);
        } else {
            state.hostHi.set(s, index, word);
        }
    }

    /** A message with this index makes the unit cache a present entry. */
    boolean fill(long[] s, int index) {
        boolean cached = setting.format.isPresent(state.cachedLo.get(s, index));
        if (cached || !setting.format.isPresent(state.hostLo.get(s, index))) {
            return false;
        }
        state.cachedLo.set(s, index, state.hostLo.get(s, index));
        state.cachedHi.set(s, index, state.hostHi.get(s, index));
        return true;
    }

    /** The unit forgets an entry. */
    void forget(long[] s, int index) {
        state.cachedLo.set(s, index, 0);
        state.cachedHi.set(s, index, 0);
    }

    boolean isCached(long[] s, int index) {
        return setting.format.isPresent(state.cachedLo.get(s, index));
    }

    /** Whether an index lets a device's messages through, by its entry in memory or in the cache. */
    boolean passes(long[] s, int index, int device) {
        return Interrupts.Answer.kind(answer(s, index, device, false)) != Interrupts.Answer.BLOCKED
                || Interrupts.Answer.kind(answer(s, index, device, true)) != Interrupts.Answer.BLOCKED;
    }

    /** Whether the unit refuses a device's message with this index, by its cache where it has the entry, otherwise by memory. */
    boolean refuses(long[] s, int index, int device) {
        return Interrupts.Answer.kind(answer(s, index, device, isCached(s, index))) == Interrupts.Answer.BLOCKED;
    }

    /** Whether the entry by which it does so has FPD: whatever it finds wrong there is not recorded. */
    boolean isSilent(long[] s, int index) {
        return setting.format.isSilent(isCached(s, index) ? state.cachedLo.get(s, index) : state.hostLo.get(s, index));
    }

    private long answer(long[] s, int index, int device, boolean cached) {
        long lo = cached ? state.cachedLo.get(s, index) : state.hostLo.get(s, index);
        long hi = cached ? state.cachedHi.get(s, index) : state.hostHi.get(s, index);
        return setting.format.answer(lo, hi, setting.hostSource(device), false);
    }

    /** Whether some message of a passed-through device ends at a line now. */
    boolean ends(long[] s, int device, int line) {
        if (isPassedBy(s) && anyLine(s, line)) {
            return true;
        }
        for (int index = 0; index < setting.indices.size(); index++) {
            if (isAt(s, answer(s, index, device, false), line) || isAt(s, answer(s, index, device, true), line)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message with the device's own index ends at a line now: by the cache where the unit has the entry there. */
    boolean endsByOwn(long[] s, int device, int line) {
        int index = (int) state.index.get(s, device) - 1;
        return index >= 0 && isAt(s, answer(s, index, device, isCached(s, index)), line);
    }

    /** Whether messages in compatibility format pass, which say themselves where they end. */
    boolean isPassedBy(long[] s) {
        return compatible.decide(s, 0, 0, 0) == 1;
    }

    private boolean anyLine(long[] s, int line) {
        for (int index = 0; index < setting.indices.size(); index++) {
            if (line == index || lineLeads(s, index) == line) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(long[] s, long answer, int line) {
        int vector = Interrupts.Answer.vector(answer);
        if (Interrupts.Answer.kind(answer) == Interrupts.Answer.POSTED) {
            return setting.guestLine(vcpuOf(Interrupts.Answer.place(answer)), vector) == line;
        }
        int index = Interrupts.Answer.kind(answer) == Interrupts.Answer.INTERRUPT ? setting.indexOfVector(vector) : -1;
        return index >= 0 && (index == line || lineLeads(s, index) == line);
    }

    /** The line to which an entry leads a device's message itself, whatever Xen does there then, or -1. */
    int leads(long[] s, int index, int device, boolean cached) {
        long answer = answer(s, index, device, cached);
        int vector = Interrupts.Answer.vector(answer);
        return switch (Interrupts.Answer.kind(answer)) {
            case Interrupts.Answer.POSTED -> setting.guestLine(vcpuOf(Interrupts.Answer.place(answer)), vector);
            case Interrupts.Answer.INTERRUPT -> setting.indexOfVector(vector);
            default -> -1;
        };
    }

    /** Where Xen takes an interrupt at a line of the host: to the guest of the device that has the index, by the guest's entry. */
    private int lineLeads(long[] s, int index) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (!setting.isVirtual(q) && state.index.get(s, q) == index + 1) {
                return remapping.entryEnds(s, q, 0);
            }
        }
        return Remapping.BLOCKED;
    }

    /** Whether an entry in memory is the same in two states. */
    boolean isSame(long[] s, long[] other, int index) {
        return state.hostLo.get(s, index) == state.hostLo.get(other, index)
                && state.hostHi.get(s, index) == state.hostHi.get(other, index);
    }

    /** Adds what {@link #leads} reads. */
    void read(Footprint footprint, int index, boolean cached) {
        footprint.one(cached ? state.cachedLo : state.hostLo, index).one(cached ? state.cachedHi : state.hostHi, index);
    }

    /** Adds what this reads. */
    void read(Footprint footprint) {
        remapping.read(footprint);
        footprint
                .all(state.hostLo)
                .all(state.hostHi)
                .all(state.cachedLo)
                .all(state.cachedHi)
                .all(state.index);
    }
}
