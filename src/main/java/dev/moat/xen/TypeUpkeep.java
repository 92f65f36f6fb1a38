package dev.moat.xen;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps an owner's I/O entry in step with the type of its frame: there is one, with all rights, exactly while the type is
 * writable. {@code @source} Xen 4.17 get_page_type and put_page; recorded ({@code own-page-table}).
 */
final class TypeUpkeep {
    private final XenState x;
    private final Invalidation invalidation;

    TypeUpkeep(XenState x, Invalidation invalidation) {
        this.x = x;
        this.invalidation = invalidation;
    }

    /** Takes writable references; a frame that becomes writable gets its entry back. Followed by {@link #flush}. */
    void takeWriter(long[] s, int cpu, int frame, int references) {
        if (x.types.takeWriter(s, frame, references)) {
            writeOwnEntry(s, cpu, frame, VtdUnit.READ | VtdUnit.WRITE);
        }
    }

    /**
     * Step of a grant mapping: a writable reference for each side of a writable one. What the type gained stays if the map
     * fails later. Followed by {@link #flush}. Failures in this order: bad_page, writable page table (general_error).
     */
    int takeForMap(long[] s, int cpu) {
        Locals l = x.locals;
        int granter = (int) l.granter.get(s, cpu);
        int frame = x.grants.frame(s, granter, (int) l.ref.get(s, cpu));
        boolean readOnly = l.isReadOnly(s, cpu);
        if (!x.memory.canRefer(s, granter, frame)) {
            l.result.set(s, cpu, GrantStatus.BAD_PAGE);
            return FAIL;
        }
        if (!readOnly && !x.types.admitsWriter(s, frame)) {
            l.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
            return FAIL;
        }
        x.calls.caller.set(s, cpu, l.domain.get(s, cpu));
        if (!readOnly) {
            takeWriter(s, cpu, frame, Integer.bitCount((int) l.sides.get(s, cpu)));
        }
        return NEXT;
    }

    /** A frame gets its owner: as if it was taken for writing once. Followed by {@link #flush}. */
    void receive(long[] s, int cpu, int domain, int frame) {
        x.memory.allocate(s, domain, frame);
        takeWriter(s, cpu, frame, 1);
        x.types.drop(s, frame, 1);
    }

    /** Sets the rights of an owner to its frame. Followed by {@link #flush}. */
    void writeOwnEntry(long[] s, int cpu, int frame, int rights) {
        int owner = (int) x.memory.owner.get(s, frame) - 1;
        if (x.tree(owner) < 0) {
            return;
        }
        invalidation.writeEntry(s, cpu, owner, frame, rights);
    }

    /**
     * The steps that pay what the change owes, and give the operation its caller back as its domain.
     *
     * @param what names the steps; unique in the operation
     */
    List<Step> flush(String what) {
        String resume = "resume-" + what;
        return new ArrayList<>(List.of(
                Step.of("queue-" + what + "-invalidation", invalidation::queueInvalidation)
                        .claiming("submit")
                        .on(Outcome.DONE, resume),
                Step.of("queue-" + what + "-wait", invalidation::queueWait),
                Step.of("await-" + what, invalidation::await)
                        .quietly()
                        .on(Outcome.LOOP, "queue-" + what + "-invalidation"),
                Step.of(resume, this::resume)));
    }

    private int resume(long[] s, int cpu) {
        x.locals.domain.set(s, cpu, x.calls.caller.get(s, cpu));
        return NEXT;
    }
}
