package dev.moat.xen.state;

import dev.moat.iommu.driver.TablePages;
import dev.moat.memory.Frames;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Pages of I/O tables that come from the heap: the lock under which a domain's tables change, and the page that an
 * operation has taken and not yet linked, or unlinked and not yet freed. No slots where tables are there from the start.
 */
public final class TablePool {
    /** No page. */
    public static final int NONE = TablePages.NONE;

    private final boolean on;
    private final Slots lock;
    private final Slots page;

    TablePool(SchemaBuilder all, Sort cpus, Sort domains, Sort frames, boolean on) {
        this.on = on;
        SchemaBuilder schema = all.onlyIf(on);
        Sort none = Sort.numbered("None", "", 0);
        lock = schema.slots("lock.io-tables", Role.HYPERVISOR, Writer.HYPERVISOR, on ? domains : none)
                .called("free", "held")
                .bits(1);
        page = schema.slots("cpu.table-page", Role.HYPERVISOR, Writer.HYPERVISOR, on ? cpus : none)
                .optional(frames);
    }

    /** Whether leaf tables are frames. */
    public boolean on() {
        return on;
    }

    /** Links the table for a domain's first frame, where tables are frames: the first ones after the domains' own. */
    void linkFirst(long[] s, XenState xen, int domain) {
        if (on) {
            int frame = xen.setting.domains() + xen.domainTables.space(domain);
            xen.memory.takeForTable(s, frame);
            xen.ioTables.pages().link(s, xen.domainTables.space(domain), domain, frame);
        }
    }

    /** Whether the lock on a domain's I/O tables is held. */
    public boolean isLocked(long[] s, int domain) {
        return lock.get(s, domain) != 0;
    }

    /** Takes or drops the lock on a domain's I/O tables. */
    public void setLocked(long[] s, int domain, boolean held) {
        lock.set(s, domain, held ? 1 : 0);
    }

    /** The page that the operation on a CPU has in hand, or {@link #NONE}. */
    public int page(long[] s, int cpu) {
        return on ? (int) page.get(s, cpu) - 1 : NONE;
    }

    /** Adds what {@link #page} of any CPU reads. */
    public void readPages(Footprint footprint) {
        footprint.all(page);
    }

    /** @param frame or {@link #NONE} */
    public void setPage(long[] s, int cpu, int frame) {
        page.set(s, cpu, frame + 1);
    }

    /** Whether a frame is a page of I/O tables, linked or not. */
    public boolean isTable(long[] s, Frames memory, int frame) {
        return on && memory.state.get(s, frame) == Frames.IO_TABLE;
    }
}
