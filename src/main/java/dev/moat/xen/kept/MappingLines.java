package dev.moat.xen.kept;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.Pins;
import dev.moat.grant.SharedEntry;
import dev.moat.memory.Frames;
import dev.moat.state.SchemaBuilder;
import dev.moat.xen.call.Phase;
import dev.moat.xen.state.XenState;
import java.util.List;

/** That handles, pins, references and status bits count the same mappings. */
final class MappingLines {
    private final XenState xen;
    private final Mappings mappings;
    private final int handles;
    private final int entries;
    private final int frames;
    private final boolean[] maps;
    private final boolean[] grants;
    private final boolean[] begun;

    /** @param steps all of the machine */
    MappingLines(XenState xen, Mappings mappings, Steps steps) {
        this.xen = xen;
        this.mappings = mappings;
        handles = xen.grants.maptrack.handles.size();
        entries = xen.domains.size() * xen.grants.refs.size();
        frames = xen.memory.frames.size();
        maps = of(xen.setting.mappers());
        grants = of(xen.setting.guests().granters());
        begun = steps.named("pin");
    }

    private boolean[] of(List<Integer> domains) {
        boolean[] set = new boolean[xen.domains.size()];
        domains.forEach(d -> set[d] = true);
        return set;
    }

    void declare(SchemaBuilder schema) {
        schema.keepsAtSteps(
                "calls that were accepted are of those that map, from those that grant", this::areCallsAccepted);
        schema.keepsAtSteps("handles that are active, or that a call will publish, are taken", this::areHandlesTaken);
        for (int k = 0; k < mappings.count(); k++) {
            int one = k;
            schema.keepsAtSteps(
                    mappings.label(k) + " is of one that maps, from one that grants", s -> isOfMapper(s, one));
        }
        for (int i = 0; i < entries; i++) {
            int one = i;
            String label = xen.grants.pin.label(i);
            schema.keepsAtSteps(label + " counts what maps the entry", s -> arePinsCounted(s, one));
            schema.keepsAtSteps(label + " is of what is granted, and shown to be in use", s -> isPinGranted(s, one));
        }
        for (int f = 0; f < frames; f++) {
            int one = f;
            schema.keepsAtSteps(
                    xen.memory.references.label(f) + " counts what maps it", s -> areReferencesCounted(s, one));
            schema.keepsAtSteps(
                    xen.memory.owner.label(f) + " is none while the frame is free", s -> isFreeNobodys(s, one));
            schema.keepsAtSteps(xen.memory.owner.label(f) + " is who grants what maps it", s -> isOwnerGranter(s, one));
        }
    }

    /** Before its first step a call has stored what it was asked for only if that made sense. */
    private boolean areCallsAccepted(long[] s) {
        boolean all = true;
        for (int cpu = 0; cpu < xen.pc.size(); cpu++) {
            boolean isBegun = Steps.isAt(begun, xen.pc.get(s, cpu));
            boolean isRefused = xen.operation.result.get(s, cpu) != GrantStatus.OKAY;
            boolean makesSense = xen.mapping.sides.get(s, cpu) != 0;
            makesSense &= Steps.isAt(maps, xen.operation.domain.get(s, cpu));
            makesSense &= Steps.isAt(grants, xen.mapping.granter.get(s, cpu));
            all &= !isBegun || isRefused || makesSense;
        }
        return all;
    }

    private boolean isOfMapper(long[] s, int k) {
        boolean isOne = mappings.sides(s, k) != 0;
        boolean fits = Steps.isAt(maps, mappings.mapper(s, k)) && Steps.isAt(grants, mappings.granter(s, k));
        fits &= isActiveFor(s, mappings.entry(s, k), mappings.mapper(s, k));
        return isOne ? fits : !mappings.isHalf(s, k);
    }

    private boolean isActiveFor(long[] s, int entry, int mapper) {
        boolean some = false;
        for (int i = 0; i < entries; i++) {
            some |= entry == i && xen.grants.activeDomain.get(s, i) == mapper;
        }
        return some;
    }

    private boolean areHandlesTaken(long[] s) {
        boolean all = true;
        for (int k = 0; k < mappings.ofHandles(); k++) {
            all &= xen.grants.maptrack.sides.get(s, k) == 0 || xen.grants.maptrack.taken.get(s, k) != 0;
        }
        for (int cpu = 0; cpu < xen.pc.size(); cpu++) {
            int phase = (int) xen.operation.phase.get(s, cpu);
            all &= (phase != Phase.PINNED && phase != Phase.OPENING) || isHandleOurs(s, cpu);
        }
        return all;
    }

    private boolean isHandleOurs(long[] s, int cpu) {
        boolean some = false;
        for (int k = 0; k < mappings.ofHandles(); k++) {
            boolean is = xen.operation.domain.get(s, cpu) == k / handles;
            is &= xen.mapping.handle.get(s, cpu) == k % handles;
            is &= xen.grants.maptrack.taken.get(s, k) != 0;
            some |= is && xen.grants.maptrack.sides.get(s, k) == 0;
        }
        return some;
    }

    private boolean arePinsCounted(long[] s, int entry) {
        boolean all = true;
        for (int kind = 0; kind < Pins.KINDS; kind++) {
            int count = 0;
            for (int k = 0; k < mappings.count(); k++) {
                count += mappings.pins(s, k, entry, kind) ? 1 : 0;
            }
            all &= xen.grants.pins.count(xen.grants.pin.get(s, entry), kind) == count;
        }
        return all;
    }

    private boolean areReferencesCounted(long[] s, int frame) {
        int count = 0;
        for (int k = 0; k < mappings.count(); k++) {
            count += mappings.references(s, k, frame);
        }
        return xen.memory.references.get(s, frame) == count;
    }

    private boolean isFreeNobodys(long[] s, int frame) {
        return xen.memory.state.get(s, frame) != Frames.FREE || xen.memory.owner.get(s, frame) == 0;
    }

    private boolean isOwnerGranter(long[] s, int frame) {
        long state = xen.memory.state.get(s, frame);
        boolean owned = state == Frames.ALLOCATED || state == Frames.GIVEN_UP;
        boolean all = true;
        for (int k = 0; k < mappings.count(); k++) {
            boolean is = xen.memory.owner.get(s, frame) == mappings.granter(s, k) + 1;
            all &= mappings.references(s, k, frame) == 0 || (is && owned);
        }
        return all;
    }

    /** A granter that keeps to the protocol does not touch an entry that shows it is in use. */
    private boolean isPinGranted(long[] s, int entry) {
        long pins = xen.grants.pin.get(s, entry);
        boolean is = pins == 0 || isGranted(s, entry);
        is &= xen.grants.pins.writers(pins) == 0 || isGrantedForWriting(s, entry);
        return is;
    }

    private boolean isGranted(long[] s, int i) {
        int granter = i / xen.grants.refs.size();
        long entry = xen.grants.shared.get(s, i);
        boolean is = SharedEntry.GTF_TYPE.get(entry) == SharedEntry.PERMIT_ACCESS;
        is &= !SharedEntry.GTF_SUB_PAGE.isSet(entry);
        is &= SharedEntry.DOMID.get(entry) == xen.grants.activeDomain.get(s, i);
        is &= xen.grants.versions.frame(s, granter, i) == xen.grants.activeFrame.get(s, i);
        is &= SharedEntry.GTF_READING.isSet(xen.grants.versions.bits(s, granter, i));
        return is;
    }

    private boolean isGrantedForWriting(long[] s, int i) {
        long bits = xen.grants.versions.bits(s, i / xen.grants.refs.size(), i);
        return SharedEntry.GTF_WRITING.isSet(bits) && !SharedEntry.GTF_READONLY.isSet(xen.grants.shared.get(s, i));
    }
}
