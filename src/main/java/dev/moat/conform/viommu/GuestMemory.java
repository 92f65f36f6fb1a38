package dev.moat.conform.viommu;

import dev.moat.iommu.Memory;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The recorder's memory: 128 MiB, two parts of which are read only, zero until written. It remembers what the unit changed.
 * {@code @unit} byte addresses.
 */
final class GuestMemory implements Memory {
    /** First address behind the memory. */
    static final long END = 128L << 20;

    private static final long FIRST_ROM = 0xc0000;
    private static final long FIRST_ROM_END = 0xe0000;
    private static final long SECOND_ROM = 0xf0000;
    private static final long SECOND_ROM_END = 0x100000;
    /** The firmware, which is there a second time: 64 KiB below 4 GiB, of which the recorder's requests see no data. */
    private static final long FIRMWARE = 0xffff_0000L;

    private static final long FIRMWARE_END = 0x1_0000_0000L;

    private final Map<Long, Long> words = new HashMap<>();
    private final SortedMap<Long, Long> written = new TreeMap<>();

    /** Everything zero again. */
    void clear() {
        words.clear();
        written.clear();
    }

    /** Whether there is memory for this many bytes. */
    static boolean exists(long address, long bytes) {
        return Long.compareUnsigned(address, END) < 0 && Long.compareUnsigned(END - address, bytes) >= 0;
    }

    /** Whether a byte is read only. */
    public static boolean isRom(long address) {
        return (address >= FIRST_ROM && address < FIRST_ROM_END)
                || (address >= SECOND_ROM && address < SECOND_ROM_END)
                || (address >= FIRMWARE && address < FIRMWARE_END);
    }

    /** Whether a range has memory, and all of one sort. */
    static boolean isUniform(long address, long bytes) {
        if (address >= FIRMWARE && address < FIRMWARE_END) {
            return bytes <= FIRMWARE_END - address;
        }
        if (!exists(address, bytes)) {
            return false;
        }
        long last = address + bytes - 1;
        boolean crosses = isBetween(FIRST_ROM, address, last)
                || isBetween(FIRST_ROM_END, address, last)
                || isBetween(SECOND_ROM, address, last)
                || isBetween(SECOND_ROM_END, address, last);
        return !crosses;
    }

    private static boolean isBetween(long border, long first, long last) {
        return first < border && border <= last;
    }

    /** Stores a word from outside; where nothing can be written, nothing happens. */
    void store(long address, long value) {
        int shift = (int) (address & (Long.BYTES - 1)) * Byte.SIZE;
        change(address, value << shift, -1L << shift);
        if (shift != 0) {
            change(address + Long.BYTES, value >>> (Long.SIZE - shift), -1L >>> (Long.SIZE - shift));
        }
    }

    private void change(long address, long bits, long mask) {
        long word = address & -Long.BYTES;
        if (exists(word, Long.BYTES) && !isRom(word)) {
            words.put(word, (words.getOrDefault(word, 0L) & ~mask) | bits);
        }
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return exists(address, Long.BYTES);
    }

    @Override
    public long read(long[] s, long address) {
        return words.getOrDefault(address & -Long.BYTES, 0L);
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        if (!exists(address, Long.BYTES) || isRom(address)) {
            return false;
        }
        long word = address & -Long.BYTES;
        words.put(word, value);
        written.put(word, value);
        return true;
    }

    /** The words that the unit has written since this was last asked. */
    SortedMap<Long, Long> takeWritten() {
        SortedMap<Long, Long> taken = new TreeMap<>(written);
        written.clear();
        return taken;
    }
}
