package dev.moat.check.mutants.change;

import dev.moat.model.Model;

/** One small change of a component, named after what it changes: the same in every scenario that has it. */
public interface Mutant {
    /** For example {@code relation xen-vtd/vtd cent without contextLoSeen} or {@code drop xen-vtd unmap_grant_ref/clear-leaf leaf}. */
    String id();

    /** Whether it is a field that is off by one. */
    default boolean isOffByOne() {
        return false;
    }

    /** A model with the change; for one search, on one thread. */
    Model apply(Model model);
}
