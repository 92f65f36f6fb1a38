package dev.moat.iommu.vtd.format;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A set of deviations.
 *
 * @param members cannot be changed
 */
public record Deviations(Set<Deviation> members) {
    /** What the specification asks for. */
    public static final Deviations NONE = of();

    public Deviations {
        Set<Deviation> copy = EnumSet.noneOf(Deviation.class);
        copy.addAll(members);
        members = Collections.unmodifiableSet(copy);
    }

    /** The set of these. */
    public static Deviations of(Deviation... members) {
        return new Deviations(Set.copyOf(List.of(members)));
    }

    /** These and others. */
    public Deviations with(Deviation... more) {
        Set<Deviation> all = EnumSet.noneOf(Deviation.class);
        all.addAll(members);
        all.addAll(List.of(more));
        return new Deviations(all);
    }

    /** These without one. */
    public Deviations without(Deviation member) {
        Set<Deviation> rest = EnumSet.noneOf(Deviation.class);
        rest.addAll(members);
        rest.remove(member);
        return new Deviations(rest);
    }

    /** Whether it is a member. */
    public boolean has(Deviation member) {
        return members.contains(member);
    }
}
