package dev.moat.xen.kept;

import dev.moat.grant.Maptrack;
import dev.moat.grant.Pins;
import dev.moat.xen.call.Phase;
import dev.moat.xen.state.XenState;

/**
 * The mappings that keep pins: one for each handle of each domain, then one for each CPU, from when its pins are taken until they
 * are dropped.
 *
 * <p>Indices are constants wherever that is possible, and nothing returns early, here and in the lines: what a step does not change is
 * then seen to be the same without asking the solver.
 */
final class Mappings {
    private final XenState xen;
    private final int handles;
    private final int entries;
    private final int ofHandles;

    Mappings(XenState xen) {
        this.xen = xen;
        handles = xen.grants.maptrack.handles.size();
        entries = xen.domains.size() * xen.grants.refs.size();
        ofHandles = xen.domains.size() * handles;
    }

    /** How many there can be. */
    int count() {
        return ofHandles + xen.pc.size();
    }

    /** How many of them are handles'; they come first. */
    int ofHandles() {
        return ofHandles;
    }

    String label(int k) {
        return k < ofHandles ? xen.grants.maptrack.sides.label(k) : xen.mapping.sides.label(k - ofHandles);
    }

    /** The sides that it keeps pinned, 0 where there is none. */
    int sides(long[] s, int k) {
        if (k < ofHandles) {
            return (int) xen.grants.maptrack.sides.get(s, k);
        }
        return hasPins(phase(s, k)) ? (int) xen.mapping.sides.get(s, k - ofHandles) : 0;
    }

    /** Whether it is a CPU's in a phase in which there has to be one. */
    boolean isHalf(long[] s, int k) {
        return hasPins(phase(s, k));
    }

    private static boolean hasPins(int phase) {
        return phase >= Phase.PINNED && phase <= Phase.CLOSING_HALF;
    }

    /** The phase of a CPU's; NONE for handles'. */
    int phase(long[] s, int k) {
        return k < ofHandles ? Phase.NONE : (int) xen.operation.phase.get(s, k - ofHandles);
    }

    boolean isReadOnly(long[] s, int k) {
        return k < ofHandles ? xen.grants.maptrack.readOnly.get(s, k) != 0 : xen.mapping.isReadOnly(s, k - ofHandles);
    }

    int granter(long[] s, int k) {
        return (int)
                (k < ofHandles ? xen.grants.maptrack.granter.get(s, k) : xen.mapping.granter.get(s, k - ofHandles));
    }

    /** The grant entry. */
    int entry(long[] s, int k) {
        Maptrack m = xen.grants.maptrack;
        return k < ofHandles
                ? xen.grants.index((int) m.granter.get(s, k), (int) m.ref.get(s, k))
                : xen.grants.index(granter(s, k), (int) xen.mapping.ref.get(s, k - ofHandles));
    }

    /** Whether its entry stands for a frame. */
    boolean isOf(long[] s, int k, int frame) {
        int entry = entry(s, k);
        boolean some = false;
        for (int i = 0; i < entries; i++) {
            some |= entry == i && xen.grants.activeFrame.get(s, i) == frame;
        }
        return some;
    }

    /** The domain that maps. */
    int mapper(long[] s, int k) {
        return k < ofHandles ? k / handles : (int) xen.operation.domain.get(s, k - ofHandles);
    }

    /** How many references to a frame it keeps; none while it may still be refused. */
    int references(long[] s, int k, int frame) {
        return phase(s, k) != Phase.PINNED && isOf(s, k, frame) ? Integer.bitCount(sides(s, k)) : 0;
    }

    /** Whether it keeps a pin of this kind on this entry. */
    boolean pins(long[] s, int k, int entry, int kind) {
        int side = kind <= Pins.HOST_READ ? Pins.HOST : Pins.DEVICE;
        boolean reads = kind == Pins.HOST_READ || kind == Pins.DEVICE_READ;
        return (sides(s, k) & side) != 0 && isReadOnly(s, k) == reads && entry(s, k) == entry;
    }
}
