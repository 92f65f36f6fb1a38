package dev.moat.model;

import java.util.List;

/**
 * Components that are no classes of their own, as those that are written in the notation. Registered through {@link
 * java.util.ServiceLoader}; it needs a public constructor without parameters.
 */
public interface Components {
    /** All of them. */
    List<Component> all();
}
