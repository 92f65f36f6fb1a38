package dev.moat.conform.xen.call;

import dev.moat.conform.xen.bench.Symbols;
import dev.moat.conform.xen.bench.XenBench;
import dev.moat.conform.xen.record.Answer;
import dev.moat.conform.xen.record.RecordedOp;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What runs the rows of a case, by operation. */
public final class RowRunners {
    private RowRunners() {}

    /**
     * For every operation that needs no device.
     *
     * @param transfers whether transfers are allowed
     */
    public static Map<RecordedOp, RowRunner> of(XenBench bench, Symbols symbols, boolean transfers) {
        return of(bench, symbols, new PageRows(bench, symbols, transfers));
    }

    private static Map<RecordedOp, RowRunner> of(XenBench bench, Symbols symbols, PageRows pages) {
        GuestRows guests = new GuestRows(bench, symbols);
        EntryRows entries = new EntryRows(bench, symbols);
        GrantRows grants = new GrantRows(bench, symbols);
        TableRows tables = new TableRows(bench);
        Map<RecordedOp, RowRunner> runners = new EnumMap<>(RecordedOp.class);
        runners.put(RecordedOp.CREATE, guests::create);
        runners.put(RecordedOp.DESTROY, pages::destroy);
        runners.put(RecordedOp.MEM_READ, guests::read);
        runners.put(RecordedOp.MEM_WRITE, guests::write);
        runners.put(RecordedOp.GT_WRITE, entries::store);
        runners.put(RecordedOp.GT_WRITE_SUB, entries::storePart);
        runners.put(RecordedOp.GT_WRITE_TRANS, entries::storeTransitive);
        runners.put(RecordedOp.GT_FLAGS, entries::storeFlags);
        runners.put(RecordedOp.END_ACCESS, entries::endAccess);
        runners.put(RecordedOp.MAP, grants::map);
        runners.put(RecordedOp.UNMAP, grants::unmap);
        runners.put(RecordedOp.UNMAP_REPLACE, grants::unmapReplacing);
        runners.put(RecordedOp.COPY, new CopyRows(bench, symbols, guests)::copy);
        runners.put(RecordedOp.TRANSFER, pages::transfer);
        runners.put(RecordedOp.OWN_MAP, pages::ownMap);
        runners.put(RecordedOp.OWN_MAP_RO, pages::ownMap);
        runners.put(RecordedOp.OWN_UNMAP, pages::ownUnmap);
        runners.put(RecordedOp.SLOT_CLEAR, pages::slotClear);
        runners.put(RecordedOp.SWAP, tables::swap);
        runners.put(RecordedOp.SET_VERSION, tables::setVersion);
        runners.put(RecordedOp.GET_VERSION, tables::getVersion);
        runners.put(RecordedOp.QUERY_SIZE, tables::querySize);
        runners.put(RecordedOp.SETUP_TABLE, tables::setUp);
        runners.put(RecordedOp.GET_STATUS_FRAMES, tables::statusFrames);
        runners.put(RecordedOp.CACHE_FLUSH, row -> tables.cacheFlush(row, symbols));
        return runners;
    }

    /** The same, and what concerns types and owners of frames and devices, in a machine with an IOMMU. */
    public static Map<RecordedOp, RowRunner> withDevices(XenBench bench, Symbols symbols) {
        PageRows pages = new PageRows(bench, symbols, true);
        Map<RecordedOp, RowRunner> runners = of(bench, symbols, pages);
        // What is measured after it is all that it asks.
        runners.put(RecordedOp.PROBE, row -> Answer.plain("", List.of()));
        runners.put(RecordedOp.PIN_TABLE, pages::pin);
        runners.put(RecordedOp.UNPIN_TABLE, pages::unpin);
        runners.put(RecordedOp.FOREIGN_CPU_MAP, pages::foreignMap);
        runners.put(RecordedOp.FOREIGN_CPU_UNMAP, pages::foreignUnmap);
        runners.put(RecordedOp.DECREASE_RESERVATION, pages::decrease);
        runners.put(RecordedOp.POPULATE_PHYSMAP, pages::populate);
        runners.put(RecordedOp.MEMORY_EXCHANGE, pages::exchange);
        runners.put(RecordedOp.ASSIGN_DEVICE, pages::assign);
        runners.put(RecordedOp.DEASSIGN_DEVICE, pages::deassign);
        return runners;
    }
}
