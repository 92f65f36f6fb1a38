package dev.moat.dma.map;

import dev.moat.dma.iova.IovaCaches;
import dev.moat.iommu.Rights;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.Gather;
import dev.moat.iommu.linux.RangeDriver;
import dev.moat.iommu.linux.ScatterList;
import org.jspecify.annotations.Nullable;

/**
 * {@code dma_map_page}, {@code dma_unmap_page}, {@code dma_map_sg} and {@code dma_unmap_sg} of one domain: an address, then the
 * entries; the entries and their invalidation, then the address, which a flush queue frees in a domain that is deferred. {@code @unit} bytes. {@code @source} Linux 6.1 dma-iommu.c.
 */
public final class DmaMapper {
    /** In place of an address: there is none. */
    public static final long ERROR = -1;

    private final PagingDomain domain;
    private final RangeDriver ranges;
    private final long granule;
    /** Of a domain that is deferred. */
    private final @Nullable FlushQueue queue;

    /**
     * @param domain of a type that the layer maps in, not deferred
     * @param iovas its addresses, in pages of its granule, where the driver leaves them to the layer
     */
    public DmaMapper(PagingDomain domain, IovaCaches iovas) {
        this(domain, new TreeRanges(iovas, domain.granule()));
    }

    /**
     * The same where the driver has them.
     *
     * @param ranges its callbacks: all that the layer knows of addresses
     */
    public DmaMapper(PagingDomain domain, RangeDriver ranges) {
        this(domain, ranges, null);
    }

    /**
     * The same of a domain whose unmaps leave their invalidation to a queue.
     *
     * @param queue that gives addresses back to the same callbacks, for a domain that is deferred; null for one that is strict
     * @throws IllegalArgumentException when the domain is not the layer's, or is not of the type that the queue is for
     */
    public DmaMapper(PagingDomain domain, RangeDriver ranges, @Nullable FlushQueue queue) {
        if (!domain.type().isLayers() || domain.type().isDeferred() != (queue != null)) {
            String kind = queue == null ? "a strict" : "a deferred";
            throw new IllegalArgumentException(kind + " domain of the DMA layer, not " + domain.type());
        }
        this.domain = domain;
        this.ranges = ranges;
        this.queue = queue;
        granule = domain.granule();
    }

    /** What a device may do with memory that is mapped in a direction. */
    public static int rights(DmaDirection direction) {
        return switch (direction) {
            case BIDIRECTIONAL -> Rights.ALL;
            case TO_DEVICE -> Rights.READ;
            case FROM_DEVICE -> Rights.WRITE;
            case NONE -> Rights.NONE;
        };
    }

    /** Maps some memory; the address keeps the offset in the page. {@link #ERROR} when there is no address or no table. */
    public long map(long[] s, int cpu, DmaDevice device, long address, long size, DmaDirection direction) {
        long offset = address & (granule - 1);
        long length = aligned(size + offset);
        long iova = allocate(s, cpu, device, length);
        if (iova == ERROR) {
            return ERROR;
        }
        if (!domain.map(iova, address - offset, length, rights(direction))) {
            free(s, cpu, iova, length);
            return ERROR;
        }
        return iova + offset;
    }

    /**
     * Unmaps it: cleared, forgotten, and only then free; where there is a queue, that is later. An address that leads nowhere, as after an
     * unmap before, is left alone.
     *
     * @return whether as much was unmapped as is freed, and anything; Linux warns otherwise
     */
    public boolean unmap(long[] s, int cpu, long dmaAddress, long size) {
        return domain.leads(dmaAddress) && unmapRange(s, cpu, dmaAddress, size);
    }

    private boolean unmapRange(long[] s, int cpu, long dmaAddress, long size) {
        long offset = dmaAddress & (granule - 1);
        long length = aligned(size + offset);
        long unmapped = clear(dmaAddress - offset, length);
        cleared(s, cpu, dmaAddress - offset, length);
        return unmapped == length;
    }

    private long clear(long iova, long length) {
        return queue == null ? domain.unmap(iova, length) : domain.unmap(iova, length, Gather.queued());
    }

    private void cleared(long[] s, int cpu, long iova, long length) {
        if (queue == null) {
            free(s, cpu, iova, length);
        } else {
            queue.add(s, cpu, iova / granule, length / granule);
        }
    }

    private long aligned(long size) {
        return (size + granule - 1) & -granule;
    }

    private long allocate(long[] s, int cpu, DmaDevice device, long length) {
        long first = ranges.allocIovaRange(s, cpu, device, length / granule);
        return first < 0 ? ERROR : first * granule;
    }

    private void free(long[] s, int cpu, long iova, long length) {
        ranges.freeIovaRange(s, cpu, iova / granule, length / granule);
    }

    // --- lists

    /**
     * Maps the pieces of a list one behind the other, and merges those that the device sees without a gap.
     *
     * @return how many elements it is told, 0 when nothing could be mapped; then nothing is
     */
    public int map(long[] s, int cpu, DmaDevice device, ScatterList list, DmaDirection direction) {
        long[] lengths = layout(device, list);
        long total = 0;
        for (long length : lengths) {
            total += length;
        }
        long iova = total == 0 ? ERROR : allocate(s, cpu, device, total);
        if (iova == ERROR) {
            return 0;
        }
        long[] addresses = new long[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            addresses[i] = list.address(i) & -granule;
        }
        if (!domain.map(iova, addresses, lengths, rights(direction))) {
            free(s, cpu, iova, total);
            return 0;
        }
        return merge(device, list, lengths, iova);
    }

    /**
     * What is mapped for each piece: whole pages, and the memory behind it that keeps the next one from crossing a boundary of the device
     * by as much.
     */
    private long[] layout(DmaDevice device, ScatterList list) {
        long[] lengths = new long[list.size()];
        long total = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = aligned(list.length(i) + (list.address(i) & (granule - 1)));
            long pad = (device.boundary() - total + 1) & device.boundary();
            if (i > 0 && pad != 0 && Long.compareUnsigned(pad, lengths[i] - 1) < 0) {
                lengths[i - 1] += pad;
                total += pad;
            }
            total += lengths[i];
        }
        return lengths;
    }

    /**
     * A piece is appended when it begins with a page, at no boundary, behind one that ends with a page, and fits: in 32 bits without a
     * sign, so all do behind one that is too long itself.
     */
    private int merge(DmaDevice device, ScatterList list, long[] lengths, long iova) {
        long at = iova;
        int told = -1;
        long length = 0;
        for (int i = 0; i < lengths.length; i++) {
            long offset = list.address(i) & (granule - 1);
            boolean appended = length != 0
                    && offset == 0
                    && (at & device.boundary()) != 0
                    && Integer.compareUnsigned((int) (device.maxSegment() - length), (int) list.length(i)) >= 0;
            if (!appended) {
                told++;
                list.setDmaAddress(told, at + offset);
                length = 0;
            }
            length += list.length(i);
            list.setDmaLength(told, length);
            at += lengths[i];
            if (list.length(i) + offset < lengths[i]) {
                length = 0;
            }
        }
        return told + 1;
    }

    /**
     * Unmaps a list. Nobody looks where its address leads, so that unmapping it again frees again what may be another's by then.
     *
     * @param elements what its map answered
     * @return whether as much was unmapped as is freed; Linux warns otherwise
     */
    public boolean unmap(long[] s, int cpu, ScatterList list, int elements) {
        long first = list.dmaAddress(0);
        long end = list.dmaAddress(elements - 1) + list.dmaLength(elements - 1);
        return unmapRange(s, cpu, first, end - first);
    }
}
