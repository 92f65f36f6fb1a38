package dev.moat.xen.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.xen.device.DeviceOperations;
import dev.moat.xen.frame.DomainDeath;
import dev.moat.xen.frame.HandOver;
import dev.moat.xen.frame.MemoryOperations;
import dev.moat.xen.frame.TypeOperations;
import dev.moat.xen.grant.GrantOperations;
import dev.moat.xen.program.StepNames;
import dev.moat.xen.upkeep.DeferredFlush;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Every invalidation, write-back, flush and wait of the Xen component, as the edit that leaves it out. A machine that does
 * not do it at all refuses the edit.
 */
public final class XenOmissions {
    private static final List<InjectedFault> LIST = new ArrayList<>();

    private XenOmissions() {}

    static {
        invalidation("map", GrantOperations.MAP, "");
        visibility("map", GrantOperations.MAP, "", true);
        invalidation("unmap", GrantOperations.UNMAP, "");
        visibility("unmap", GrantOperations.UNMAP, "", false);
        invalidation("unmap.restored", GrantOperations.UNMAP, "restored");
        visibility("unmap.restored", GrantOperations.UNMAP, "restored", true);
        invalidation("unmap.owner", GrantOperations.UNMAP, "owner");
        visibility("unmap.owner", GrantOperations.UNMAP, "owner", false);
        invalidation("decrease", MemoryOperations.DECREASE, "owner");
        visibility("decrease", MemoryOperations.DECREASE, "owner", false);
        invalidation("populate", MemoryOperations.POPULATE, "type");
        visibility("populate", MemoryOperations.POPULATE, "type", true);
        invalidation("assign.context", DeviceOperations.ASSIGN, "context");
        invalidation("assign.domain", DeviceOperations.ASSIGN, "domain");
        visibility("assign", DeviceOperations.ASSIGN, "context", true);
        invalidation("deassign.context", DeviceOperations.DEASSIGN, "context");
        invalidation("deassign.domain", DeviceOperations.DEASSIGN, "domain");
        visibility("deassign", DeviceOperations.DEASSIGN, "context", false);
        invalidation("deferred", DeferredFlush.FLUSH, "domain", "");
        invalidation("acknowledge", DeferredFlush.ACKNOWLEDGE, "domain", "");
        entry("exchange.old", HandOver.EXCHANGE, "old");
        entry("exchange.new", HandOver.EXCHANGE, "new");
        entry("transfer.old", HandOver.TRANSFER, "old");
        entry("transfer.new", HandOver.TRANSFER, "new");
        entry("pin-table", TypeOperations.PIN_TABLE, "type");
        entry("own-map", TypeOperations.OWN_MAP, "type");
        entry("map.type", GrantOperations.MAP, "type");
        invalidation("destroy.context", DomainDeath.DESTROY, "context");
        invalidation("destroy.domain", DomainDeath.DESTROY, "domain");
        visibility("destroy", DomainDeath.DESTROY, "context", false);
        invalidation("destroy.owner", DomainDeath.DESTROY, "owner");
        add(
                "omit.table-invalidation",
                "the invalidation before a table is freed is that of its last entry: leaf entries only (VT-d: IH"
                        + " set; AMD-Vi: PDE clear)",
                edits -> edits.decide("invalidation.for-table", (s, unlinked, b, c) -> 0)
                        .decide("invalidation.leaf-only", (s, unlinked, b, c) -> 1));
        table("unmap", GrantOperations.UNMAP, "", "unlock");
        table("unmap.owner", GrantOperations.UNMAP, "owner", "release");
        table("decrease", MemoryOperations.DECREASE, "owner", "release");
    }

    public static final List<InjectedFault> ALL = List.copyOf(LIST);

    /** All that follows the change of an own frame's entry. */
    private static void entry(String id, String operation, String what) {
        invalidation(id, operation, what);
        visibility(id, operation, what, true);
    }

    private static void invalidation(String id, String operation, String what) {
        invalidation(id, operation, what, what);
    }

    /**
     * @param what in the name of the step that asks for it
     * @param wait in the names of the steps that wait for it
     */
    private static void invalidation(String id, String operation, String what, String wait) {
        String queue = StepNames.of("queue", what, "invalidation");
        String queueWait = StepNames.of("queue", wait, "wait");
        String await = StepNames.of("await", wait);
        omission(
                "omit." + id + "-invalidation",
                operation + " does not ask for the invalidation that it owes" + owed(what),
                operation,
                queue,
                queueWait,
                await);
        omission(
                "omit." + id + "-wait",
                operation + " does not wait for the invalidation that it owes" + owed(what),
                operation,
                queueWait,
                await);
    }

    /** For what, where an operation owes more than one. */
    private static String owed(String what) {
        return switch (what) {
            case "context" -> " for the device entry";
            case "domain" -> " for all pages of the domain";
            case "owner" -> " for the owner's own entry";
            case "type" -> " for the entry of the frame whose type changes";
            case "old", "new" -> " for the entry of the " + what + " frame";
            case "restored" -> " for the entry that it restores";
            default -> "";
        };
    }

    /** A table freed while the invalidation after its unlinking is under way; the entry's own wait stays. */
    private static void table(String id, String operation, String what, String then) {
        String free = StepNames.of("free", what, "table");
        String await = StepNames.of("await", what);
        add(
                "omit." + id + "-table-wait",
                operation + " frees a table without waiting for its invalidation",
                edits -> edits.moveBefore(operation, free, await).redirect(operation, await, Outcome.NEXT, then));
    }

    private static void visibility(String id, String operation, String what, boolean flush) {
        omission(
                "omit." + id + "-write-back",
                operation + " does not write the line of its entry back",
                operation,
                StepNames.of("write", what, "back"));
        if (flush) {
            String start = StepNames.of("flush", what, "buffer");
            String await = StepNames.of("await", what, "flush");
            omission("omit." + id + "-flush", operation + " does not flush the write buffer", operation, start, await);
            omission(
                    "omit." + id + "-flush-wait",
                    operation + " starts the flush of the write buffer and does not wait",
                    operation,
                    await);
        }
    }

    private static void omission(String id, String says, String operation, String... steps) {
        add(id, says, edits -> {
            for (String step : steps) {
                edits.drop(operation, step);
            }
        });
    }

    private static void add(String id, String says, Consumer<Edits> edit) {
        LIST.add(new InjectedFault(id, says, "omission", List.of(), "step", edit));
    }
}
