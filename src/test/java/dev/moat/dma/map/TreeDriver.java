package dev.moat.dma.map;

import dev.moat.iommu.linux.PageDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables as a map from addresses to pages, and what was asked to be forgotten; it has room for so many entries. */
final class TreeDriver implements PageDriver {
    record Entry(long address, long size, int rights) {}

    final TreeMap<Long, Entry> entries = new TreeMap<>();
    final List<String> syncs = new ArrayList<>();
    final List<String> mapped = new ArrayList<>();
    int room = Integer.MAX_VALUE;

    @Override
    public long mapPages(long iova, long address, long page, long count, int rights) {
        for (long i = 0; i < count; i++) {
            if (entries.size() == room) {
                return i * page;
            }
            if (entries.put(iova + i * page, new Entry(address + i * page, page, rights)) != null) {
                throw new IllegalStateException("mapped twice: " + Long.toHexString(iova + i * page));
            }
        }
        return count * page;
    }

    /** A larger page that begins here goes as a whole. */
    @Override
    public long unmapPages(long iova, long page, long count) {
        long done = 0;
        while (done < page * count) {
            Map.Entry<Long, Entry> covering = entries.floorEntry(iova + done);
            if (covering == null || covering.getKey() + covering.getValue().size() <= iova + done) {
                return done;
            }
            entries.remove(covering.getKey());
            done += covering.getValue().size();
        }
        return done;
    }

    @Override
    public void syncMap(long first, long last) {
        mapped.add(Long.toHexString(first) + "-" + Long.toHexString(last));
    }

    @Override
    public void sync(long first, long last) {
        syncs.add(Long.toHexString(first) + "-" + Long.toHexString(last));
    }

    @Override
    public boolean leads(long iova) {
        return translate(iova) > 0;
    }

    /** Where an address leads, or -1. */
    long translate(long iova) {
        Map.Entry<Long, Entry> at = entries.floorEntry(iova);
        return at == null || at.getKey() + at.getValue().size() <= iova
                ? -1
                : at.getValue().address() + iova - at.getKey();
    }
}
