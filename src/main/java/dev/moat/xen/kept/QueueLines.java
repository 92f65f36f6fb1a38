package dev.moat.xen.kept;

import dev.moat.iommu.Port;
import dev.moat.state.SchemaBuilder;
import dev.moat.xen.call.Debt;
import dev.moat.xen.state.XenState;

/** That a unit has been asked for what the only CPU waits for, and for nothing else. */
final class QueueLines {
    private static final String WAIT = "wait";
    private static final String AWAIT = "await";

    private final XenState xen;
    private final boolean[] announces;
    private final boolean[] awaits;

    /** @param steps all of the machine */
    QueueLines(XenState xen, Steps steps) {
        this.xen = xen;
        announces = steps.that((op, i) -> announces(op.steps().get(i).name()));
        awaits = steps.that((op, i) -> op.steps().get(i).name().startsWith(AWAIT));
    }

    /** Whether a step is between what was asked for and what is awaited: it tells the unit, or does what a unit's driver does before. */
    private boolean announces(String step) {
        boolean drives = xen.iommu.units().size() == 1
                && xen.iommu.port(0).driverSteps().stream().anyMatch(step::startsWith);
        return drives || (step.startsWith("queue") && step.endsWith(WAIT));
    }

    void declare(SchemaBuilder schema) {
        if (xen.pc.size() == 1 && xen.iommu.units().size() == 1) {
            schema.keepsAtSteps("the queue holds what the CPU waits for, and nothing else", this::isQueueOwed);
        }
    }

    private boolean isQueueOwed(long[] s) {
        long at = xen.pc.get(s, 0);
        boolean awaited = Steps.isAt(awaits, at);
        boolean announced = Steps.isAt(announces, at);
        boolean nothing = xen.iommu.port(0).holds(s, 0, Port.ALL_TAGS, 0, Port.NOTHING);
        boolean is = xen.debt.owes.get(s, 0) == Debt.SUBMITTED;
        is &= !awaited || isAskedFor(s, Port.COVERED);
        is &= !announced || isAskedFor(s, Port.OTHERS);
        return (awaited || announced) ? is : nothing;
    }

    private boolean isAskedFor(long[] s, int told) {
        boolean some = false;
        for (int d = 0; d < xen.domains.size(); d++) {
            int tag = xen.domainTables.tag(s, d, 0);
            for (int p = 0; p < xen.pages.size(); p++) {
                boolean owed = xen.operation.domain.get(s, 0) == d && xen.operation.frame.get(s, 0) == p;
                some |= owed && tag >= 0 && xen.iommu.port(0).holds(s, 0, tag, p, told);
            }
        }
        return some;
    }
}
