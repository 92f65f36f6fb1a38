package dev.moat.conform.xen;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What runs the rows of a case, by operation. */
final class RowRunners {
    private RowRunners() {}

    /**
     * For every operation that needs no device.
     *
     * @param transfers whether transfers are allowed
     */
    public static Map<XenOp, RowRunner> of(XenBench bench, Symbols symbols, boolean transfers) {
        return of(bench, symbols, new PageRows(bench, symbols, transfers));
    }

    private static Map<XenOp, RowRunner> of(XenBench bench, Symbols symbols, PageRows pages) {
        GuestRows guests = new GuestRows(bench, symbols);
        EntryRows entries = new EntryRows(bench, symbols);
        GrantRows grants = new GrantRows(bench, symbols);
        TableRows tables = new TableRows(bench);
        Map<XenOp, RowRunner> runners = new EnumMap<>(XenOp.class);
        runners.put(XenOp.CREATE, guests::create);
        runners.put(XenOp.DESTROY, pages::destroy);
        runners.put(XenOp.MEM_READ, guests::read);
        runners.put(XenOp.MEM_WRITE, guests::write);
        runners.put(XenOp.GT_WRITE, entries::store);
        runners.put(XenOp.GT_WRITE_SUB, entries::storePart);
        runners.put(XenOp.GT_WRITE_TRANS, entries::storeTransitive);
        runners.put(XenOp.GT_FLAGS, entries::storeFlags);
        runners.put(XenOp.END_ACCESS, entries::endAccess);
        runners.put(XenOp.MAP, grants::map);
        runners.put(XenOp.UNMAP, grants::unmap);
        runners.put(XenOp.UNMAP_REPLACE, grants::unmapReplacing);
        runners.put(XenOp.COPY, new CopyRows(bench, symbols, guests)::copy);
        runners.put(XenOp.TRANSFER, pages::transfer);
        runners.put(XenOp.OWN_MAP, pages::ownMap);
        runners.put(XenOp.OWN_MAP_RO, pages::ownMap);
        runners.put(XenOp.OWN_UNMAP, pages::ownUnmap);
        runners.put(XenOp.SLOT_CLEAR, pages::slotClear);
        runners.put(XenOp.SWAP, tables::swap);
        runners.put(XenOp.SET_VERSION, tables::setVersion);
        runners.put(XenOp.GET_VERSION, tables::getVersion);
        runners.put(XenOp.QUERY_SIZE, tables::querySize);
        runners.put(XenOp.SETUP_TABLE, tables::setUp);
        runners.put(XenOp.GET_STATUS_FRAMES, tables::statusFrames);
        runners.put(XenOp.CACHE_FLUSH, row -> tables.cacheFlush(row, symbols));
        return runners;
    }

    /** The same, and what concerns types and owners of frames and devices, in a machine with an IOMMU. */
    public static Map<XenOp, RowRunner> withDevices(XenBench bench, Symbols symbols) {
        PageRows pages = new PageRows(bench, symbols, true);
        Map<XenOp, RowRunner> runners = of(bench, symbols, pages);
        // What is measured after it is all that it asks.
        runners.put(XenOp.PROBE, row -> XenAnswer.plain("", List.of()));
        runners.put(XenOp.PIN_TABLE, pages::pin);
        runners.put(XenOp.UNPIN_TABLE, pages::unpin);
        runners.put(XenOp.FOREIGN_CPU_MAP, pages::foreignMap);
        runners.put(XenOp.FOREIGN_CPU_UNMAP, pages::foreignUnmap);
        runners.put(XenOp.DECREASE_RESERVATION, pages::decrease);
        runners.put(XenOp.POPULATE_PHYSMAP, pages::populate);
        runners.put(XenOp.MEMORY_EXCHANGE, pages::exchange);
        runners.put(XenOp.ASSIGN_DEVICE, pages::assign);
        runners.put(XenOp.DEASSIGN_DEVICE, pages::deassign);
        return runners;
    }
}
