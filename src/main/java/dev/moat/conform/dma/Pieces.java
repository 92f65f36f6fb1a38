package dev.moat.conform.dma;

import dev.moat.conform.rows.Cell;
import dev.moat.input.InputException;
import dev.moat.iommu.linux.ScatterList;
import java.util.List;
import java.util.function.ToLongBiFunction;

/** Lists of pieces as the recorded files write them: {@code address+length;address+length}, hexadecimal; empty for none. */
public final class Pieces {
    private static final int MOST = 4096;
    /** More bytes than any table maps. */
    public static final long MOST_BYTES = 1L << 41;

    private Pieces() {}

    /**
     * Reads a list that is not mapped.
     *
     * @param highest address of the last byte that is taken
     * @param unmapped the DMA address that stands in an element before anybody writes it
     * @throws InputException when it is written otherwise, too long, or a piece ends behind the highest address
     */
    public static ScatterList of(Cell cell, long highest, long unmapped) {
        return read(cell, unmapped, (length, address) -> bytes(length, address, highest));
    }

    private static ScatterList read(Cell cell, long unmapped, ToLongBiFunction<Cell, Long> length) {
        List<Cell> parts = cell.list(';');
        if (parts.size() > MOST) {
            throw cell.unrepresentable("the list has more than " + MOST + " pieces");
        }
        long[] addresses = new long[parts.size()];
        long[] lengths = new long[parts.size()];
        for (int i = 0; i < parts.size(); i++) {
            Cell part = parts.get(i);
            int plus = part.text().indexOf('+');
            if (plus < 0) {
                throw part.error("'" + part.text() + "' is not a piece, address+length");
            }
            addresses[i] = part.part(0, plus).hex();
            lengths[i] = length.applyAsLong(part.part(plus + 1, part.text().length()), addresses[i]);
        }
        return new ScatterList(addresses, lengths, unmapped);
    }

    /**
     * A number of bytes at an address.
     *
     * @param highest address of the last byte that is taken
     * @throws InputException when it is none, more than {@link #MOST_BYTES}, or goes beyond the highest address
     */
    public static long bytes(Cell cell, long address, long highest) {
        long length = cell.hex();
        boolean beyond = Long.compareUnsigned(address, highest) > 0
                || Long.compareUnsigned(Math.max(length, 1) - 1, highest - address) > 0;
        if (Long.compareUnsigned(length, MOST_BYTES) > 0 || beyond) {
            throw cell.error("0x" + cell.text() + " bytes at 0x" + Long.toHexString(address) + " go beyond 0x"
                    + Long.toHexString(highest));
        }
        return length;
    }

    /** Reads a list that is mapped to these addresses, each element as long as its piece; the address of an error may be among them. */
    public static ScatterList mapped(Cell cell) {
        ScatterList list = read(cell, 0, (length, address) -> length.hex(MOST_BYTES));
        for (int i = 0; i < list.size(); i++) {
            list.setDmaAddress(i, list.address(i));
            list.setDmaLength(i, list.length(i));
        }
        return list;
    }

    /** The first elements of a list that was mapped, after their number. */
    public static String answer(long number, ScatterList list, int shown) {
        StringBuilder text = new StringBuilder().append(number);
        for (int i = 0; i < shown; i++) {
            text.append(';').append(Long.toHexString(list.dmaAddress(i)));
            text.append('+').append(Long.toHexString(list.dmaLength(i)));
        }
        return text.toString();
    }
}
