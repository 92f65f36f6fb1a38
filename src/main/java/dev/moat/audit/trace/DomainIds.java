package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.TraceEvent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose a domain id is, in each IOMMU, as far as the trace has shown. Linux gives the lowest id that is free: where the last device with
 * an id has left, the next domain most often has it, and nothing says so.
 */
final class DomainIds {
    /** A domain that a task has just emptied; until the task does something else it drops what is cached with the id. */
    private record Leaving(AddressSpace space, long unit, long id, int task) {
        boolean is(long ofUnit, long ofId, int ofTask) {
            return unit == ofUnit && id == ofId && task == ofTask;
        }
    }

    private final Collection<AddressSpace> spaces;
    private final Map<Long, AddressSpace> owners = new LinkedHashMap<>();
    private @Nullable Leaving leaving;

    /** @param spaces all address spaces; those added later count, too */
    public DomainIds(Collection<AddressSpace> spaces) {
        this.spaces = spaces;
    }

    private static long key(long unit, long id) {
        return unit << 16 | id;
    }

    /** A flush of the domain has shown the id. */
    public void learn(long unit, long id, AddressSpace space) {
        link(unit, id, space);
        space.certain().add(unit);
        space.occupy();
    }

    private void link(long unit, long id, AddressSpace space) {
        Long old = space.number(unit, id);
        if (old != null && old != id) {
            owners.remove(key(unit, old), space);
        }
        AddressSpace before = owners.put(key(unit, id), space);
        if (before != null && before != space && !before.certain().contains(unit)) {
            before.lose(unit);
        }
    }

    /**
     * Whose the id is where nothing but the domain that the task has just unmapped speaks for any.
     *
     * @param likely that domain
     * @return the one that is known to have it; null for none
     */
    public @Nullable AddressSpace guess(long unit, long id, @Nullable AddressSpace likely) {
        AddressSpace owner = owners.get(key(unit, id));
        if (owner == null && likely != null && likely.known() && !likely.isNumbered(unit)) {
            link(unit, id, likely);
            return likely;
        }
        return owner;
    }

    /**
     * Whose the id of an invalidation is that belongs to no flush: of what its task has just emptied, or as {@link #guess} says.
     *
     * @param likely the domain that the task has just unmapped, or null
     */
    public @Nullable AddressSpace of(OpenInvalidation inv, @Nullable AddressSpace likely) {
        return leaving != null && leaving.is(inv.unit, inv.id, inv.task)
                ? leaving.space
                : guess(inv.unit, inv.id, likely);
    }

    /** A device is attached or detached: from now on a domain may have another id than before. */
    public void mayChange() {
        spaces.forEach(s -> s.certain().clear());
    }

    /**
     * The last device with this id in this IOMMU is detached: from now on the id may be another domain's. Where it is not known whose
     * it is, from any that has none so far.
     */
    public void left(long unit, long id, TraceEvent e) {
        if (leaving != null && leaving.is(unit, id, e.task())) {
            return; // another of its functions, or of their entries
        }
        AddressSpace owner = owners.remove(key(unit, id));
        for (AddressSpace space : spaces) {
            if (space == owner || (owner == null && space.known() && !space.isNumbered(unit))) {
                space.leave(unit);
            }
        }
        if (owner != null) {
            owner.lose(unit);
            leaving = new Leaving(owner, unit, id, e.task());
        }
    }

    /** An event: a task that prints anything else than a detach does is done with it. */
    public void on(TraceEvent e) {
        if (leaving != null
                && leaving.task == e.task()
                && e.kind() != EventKind.QI_SUBMIT
                && e.kind() != EventKind.CACHE_TAG_UNASSIGN) {
            leaving = null;
        }
    }

    /** Events were lost: devices may have been detached and attached meanwhile. */
    public void lost() {
        mayChange();
        leaving = null;
        owners.clear();
        spaces.forEach(AddressSpace::loseAll);
    }

    /** Another recording may be of another boot: whose ids are, and which domains no device was in, it shows anew. */
    public void startAfresh() {
        owners.clear();
        for (AddressSpace space : spaces) {
            space.forgetIds();
            space.occupy();
        }
    }

    /** The domain goes away, and its ids with it. */
    public void forget(AddressSpace space) {
        owners.values().removeIf(s -> s == space);
        leaving = leaving == null || leaving.space == space ? null : leaving;
    }
}
