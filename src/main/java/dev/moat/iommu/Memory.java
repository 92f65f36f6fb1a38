package dev.moat.iommu;

/**
 * Memory as an IOMMU sees it: machine memory, or a guest's for a virtual unit. All tables, queues, logs and status
 * words are read and written through it. So the same unit runs on slots of a searched state, on the sparse memory of a
 * recorded case, and on guest memory that the guest changes concurrently.
 *
 * <p>{@code @shape} 64-bit words in little-endian order; a family whose tables are big-endian swaps the bytes itself.
 * {@code @unit} byte addresses, as unsigned numbers; of a word, a multiple of 8. Implementations for searches read the
 * state and nothing else and allocate nothing.
 */
public interface Memory {
    /** What a unit uses memory for. */
    enum Kind {
        /** Descriptors or commands, and the statuses that they write; page requests. */
        QUEUE(0),
        /** Root, context, directory and PASID entries. */
        DEVICE_TABLES(1),
        PAGE_TABLES(2),
        INTERRUPT_ENTRIES(3),
        /** Where interrupts are posted. */
        POSTED_DESCRIPTORS(4);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** As decisions are told. */
        public int number() {
            return number;
        }
    }

    /** This memory as it is used for one thing; the same for whoever does not tell them apart. */
    default Memory of(Kind kind) {
        return this;
    }

    /** Whether there is memory that a unit may read at an address; what is not there aborts the access. */
    boolean isReadable(long[] s, long address);

    /** The word at an address; meaningful where {@link #isReadable}. */
    long read(long[] s, long address);

    /**
     * Stores a word.
     *
     * @return false, with nothing changed, where there is no memory that a unit may write
     */
    boolean write(long[] s, long address, long value);

    /** The 32 bits at an address that is a multiple of 4, without sign. */
    default long read32(long[] s, long address) {
        long word = read(s, address & -Long.BYTES);
        return (address & Integer.BYTES) == 0 ? word & 0xffffffffL : word >>> Integer.SIZE;
    }

    /** Stores the low 32 bits of a value at an address that is a multiple of 4; the answer is that of {@link #write}. */
    default boolean write32(long[] s, long address, long value) {
        long at = address & -Long.BYTES;
        if (!isReadable(s, at)) {
            return false;
        }
        int shift = (address & Integer.BYTES) == 0 ? 0 : Integer.SIZE;
        long kept = read(s, at) & ~(0xffffffffL << shift);
        return write(s, at, kept | (value & 0xffffffffL) << shift);
    }
}
