package dev.moat.xen.iospace;

import dev.moat.model.InjectedFault;
import java.util.List;

/** What can go wrong in the hypercalls: checks, orders, ranges, what does not reach the tables. */
final class SpaceFaults {
    private SpaceFaults() {}

    static final List<InjectedFault> ALL = List.of();
}
