package dev.moat.conform.dma;

import dev.moat.conform.rows.Cell;
import dev.moat.dma.swiotlb.BounceMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Memory of a recorded case: bytes at any address, zero until written, and the copies of a step. */
final class RecordedMemory implements BounceMemory {
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE = 1 << PAGE_SHIFT;
    private static final int MOST_PAGES = 1 << 16;
    private static final int MOST_BYTES = MOST_PAGES << PAGE_SHIFT;

    private final Map<Long, byte[]> pages = new HashMap<>();
    private final List<String> copies = new ArrayList<>();
    private final long firstHigh;

    /** @param firstHigh first frame whose pages the kernel copies one by one; -1 for none */
    RecordedMemory(long firstHigh) {
        this.firstHigh = firstHigh;
    }

    /** A number of bytes that a row may read or write at once, or InputException. */
    static int length(Cell cell) {
        long length = cell.hex();
        if (Long.compareUnsigned(length, MOST_BYTES) > 0) {
            throw cell.unrepresentable(cell.text() + " is more than " + Integer.toHexString(MOST_BYTES) + " bytes");
        }
        return (int) length;
    }

    /** Whether so much has been written that a case can have no more. */
    boolean isFull() {
        return pages.size() > MOST_PAGES;
    }

    @Override
    public boolean isHigh(long pfn) {
        return firstHigh >= 0 && Long.compareUnsigned(pfn, firstHigh) >= 0;
    }

    @Override
    public void copy(long[] s, long to, long from, long length) {
        copies.add(Long.toHexString(to) + "<" + Long.toHexString(from) + ":" + Long.toHexString(length));
        byte[] bytes = new byte[(int) length];
        for (int done = 0; done < bytes.length; ) {
            int part = part(from + done, bytes.length - done);
            byte[] page = pages.get((from + done) >>> PAGE_SHIFT);
            if (page != null) {
                System.arraycopy(page, offset(from + done), bytes, done, part);
            }
            done += part;
        }
        for (int done = 0; done < bytes.length; ) {
            int part = part(to + done, bytes.length - done);
            System.arraycopy(bytes, done, page(to + done), offset(to + done), part);
            done += part;
        }
    }

    void fill(long address, long length, byte value) {
        for (long done = 0; done < length; ) {
            int part = part(address + done, length - done);
            if (value != 0 || pages.containsKey((address + done) >>> PAGE_SHIFT)) {
                int from = offset(address + done);
                Arrays.fill(page(address + done), from, from + part, value);
            }
            done += part;
        }
    }

    /** Runs of equal bytes, {@code byte*count} in hexadecimal digits. */
    String peek(long address, int length) {
        List<String> runs = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= length; i++) {
            if (i == length || read(address + i) != read(address + first)) {
                runs.add(String.format("%02x*%x", read(address + first) & 0xff, i - first));
                first = i;
            }
        }
        return String.join(";", runs);
    }

    /** The copies since the last call, in order. */
    String takeCopies() {
        String text = String.join(";", copies);
        copies.clear();
        return text;
    }

    private byte read(long address) {
        byte @Nullable [] page = pages.get(address >>> PAGE_SHIFT);
        return page == null ? 0 : page[offset(address)];
    }

    private byte[] page(long address) {
        return pages.computeIfAbsent(address >>> PAGE_SHIFT, p -> new byte[PAGE]);
    }

    private static int offset(long address) {
        return (int) address & (PAGE - 1);
    }

    private static int part(long address, long left) {
        return (int) Math.min(PAGE - offset(address), left);
    }
}
