package dev.moat.xen;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** Every invalidation and every wait of the Xen component, as the edit that leaves it out. */
final class XenOmissions {
    private XenOmissions() {}

    static final List<InjectedFault> ALL = List.of(
            invalidation("map", GrantOperations.MAP, "queue-invalidation", "queue-wait", "await"),
            waiting("map", GrantOperations.MAP, "queue-wait", "await"),
            invalidation("unmap", GrantOperations.UNMAP, "queue-invalidation", "queue-wait", "await"),
            waiting("unmap", GrantOperations.UNMAP, "queue-wait", "await"),
            invalidation(
                    "unmap.owner",
                    GrantOperations.UNMAP,
                    "queue-owner-invalidation",
                    "queue-owner-wait",
                    "await-owner"),
            waiting("unmap.owner", GrantOperations.UNMAP, "queue-owner-wait", "await-owner"),
            invalidation(
                    "decrease",
                    MemoryOperations.DECREASE,
                    "queue-owner-invalidation",
                    "queue-owner-wait",
                    "await-owner"),
            waiting("decrease", MemoryOperations.DECREASE, "queue-owner-wait", "await-owner"),
            invalidation(
                    "deassign.context",
                    DeviceOperations.DEASSIGN,
                    "queue-context-invalidation",
                    "queue-context-wait",
                    "await-context"),
            waiting("deassign.context", DeviceOperations.DEASSIGN, "queue-context-wait", "await-context"),
            invalidation(
                    "deassign.domain",
                    DeviceOperations.DEASSIGN,
                    "queue-domain-invalidation",
                    "queue-domain-wait",
                    "await-domain"),
            waiting("deassign.domain", DeviceOperations.DEASSIGN, "queue-domain-wait", "await-domain"));

    private static InjectedFault invalidation(String id, String operation, String... steps) {
        return omission("omit." + id + "-invalidation", operation + " without its invalidation", operation, steps);
    }

    private static InjectedFault waiting(String id, String operation, String... steps) {
        return omission(
                "omit." + id + "-wait", operation + " queues its invalidation and does not wait", operation, steps);
    }

    private static InjectedFault omission(String id, String says, String operation, String... steps) {
        Consumer<Edits> edit = edits -> {
            for (String step : steps) {
                edits.drop(operation, step);
            }
        };
        return new InjectedFault(id, says, "omission", List.of(), "step", edit);
    }
}
