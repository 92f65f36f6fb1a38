package dev.moat.check.mutants;

import dev.moat.model.Model;
import java.util.List;

/**
 * One small change of a component, named after the changed write or relation: the same in every scenario that has it.
 */
public interface ComponentMutant {
    /** For example {@code relation xen-vtd/vtd cent without contextLoSeen} or {@code drop xen-vtd unmap_grant_ref/clear-leaf leaf}. */
    String id();

    /** The component that it changes, with its kind where the code belongs to a family of IOMMUs; empty for none in particular. */
    default String subject() {
        return "";
    }

    /** Whether a model has all that it changes. */
    default boolean fits(Model model) {
        return true;
    }

    /** Whether it is a field that is off by one. */
    default boolean isOffByOne() {
        return false;
    }

    /** The family of slots whose writing it changes; empty for a change of meaning. */
    default String writes() {
        return "";
    }

    /** The relations that mean something else; none for a changed write. */
    default List<String> relations() {
        return List.of();
    }

    /** A model with the change; for one search, on one thread. */
    Model apply(Model model);
}
