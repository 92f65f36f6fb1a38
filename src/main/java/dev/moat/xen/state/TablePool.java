package dev.moat.xen.state;

import dev.moat.iommu.TablePages;
import dev.moat.memory.Frames;
import dev.moat.state.Footprint;
import dev.moat.state.Lock;
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
    private final Lock lock;
    private final Slots page;

    TablePool(SchemaBuilder all, Sort cpus, Sort domains, Sort frames, boolean on) {
        this.on = on;
        SchemaBuilder schema = all.onlyIf(on);
        Sort none = Sort.numbered("None", "", 0);
        lock = schema.slots("lock.io-tables", Role.HYPERVISOR, Writer.HYPERVISOR, on ? domains : none)
                .lock();
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
        return !lock.isFree(s, domain);
    }

    /** Takes the lock on a domain's I/O tables, unless it is held. */
    public void lock(long[] s, int cpu, int domain) {
        lock.take(s, cpu, domain);
    }

    /** Drops the lock on a domain's I/O tables, where it is held: nobody takes it for a domain that has none. */
    public void unlock(long[] s, int cpu, int domain) {
        if (isLocked(s, domain)) {
            lock.drop(s, cpu, domain);
        }
    }

    /** Keeps the lock on a domain's I/O tables, or drops it. */
    public void keepLocked(long[] s, int cpu, int domain, boolean keeps) {
        if (keeps) {
            lock(s, cpu, domain);
        } else {
            unlock(s, cpu, domain);
        }
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
