package dev.moat.conform.cost;

import dev.moat.conform.xen.EntryChanges;
import dev.moat.conform.xen.XenBench;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.machine.Machine;
import dev.moat.state.Slots;

/** AMD-Vi: commands of the command buffer. */
final class ServedCommands implements Served {
    private final Machine machine;
    private final Slots lo;
    private final Slots hi;
    private final Slots head;
    private int pages;
    private int domains;
    private int waits;

    ServedCommands(Machine machine) {
        this.machine = machine;
        lo = XenBench.slots(machine, "commandLo");
        hi = XenBench.slots(machine, "commandHi");
        head = XenBench.slots(machine, "commandHead");
    }

    @Override
    public void note(long[] s) {
        int entry = (int) RingPointer.ENTRY.get(head.get(s));
        int opcode = (int) Commands.OPCODE.get(lo.get(s, entry));
        if (opcode == Commands.COMPLETION_WAIT) {
            waits++;
        } else if (opcode == Commands.INVALIDATE_IOMMU_PAGES && Commands.pageCount(hi.get(s, entry)) != 0) {
            pages++;
        } else if (opcode == Commands.INVALIDATE_IOMMU_PAGES || opcode == Commands.INVALIDATE_IOMMU_ALL) {
            domains++;
        }
    }

    @Override
    public Count take() {
        Count count = new Count(pages, domains, waits, 0);
        pages = 0;
        domains = 0;
        waits = 0;
        return count;
    }

    @Override
    public EntryChanges changes(long[] s) {
        return new EntryChanges(
                machine, s, "leaf", entry -> PageTableEntry.PR.isSet(entry) ? PageTableEntry.rights(entry) : 0);
    }
}
