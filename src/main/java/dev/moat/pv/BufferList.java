package dev.moat.pv;

/** Buffers that one transfer consists of, and the bus addresses that they get. {@code @unit} guest-physical and bus addresses, bytes. */
public final class BufferList {
    private final long[] addresses;
    private final long[] bytes;
    private final long[] buses;

    /**
     * Buffers that are not mapped.
     *
     * @param addresses of the first byte of each
     * @param bytes of each, as many
     */
    public BufferList(long[] addresses, long[] bytes) {
        this.addresses = addresses.clone();
        this.bytes = bytes.clone();
        buses = new long[addresses.length];
    }

    /** Number of buffers. */
    public int size() {
        return addresses.length;
    }

    /** First byte of a buffer. */
    public long address(int i) {
        return addresses[i];
    }

    /** Length of a buffer. */
    public long bytes(int i) {
        return bytes[i];
    }

    /** Bus address of a buffer; meaningful once it was mapped. */
    public long bus(int i) {
        return buses[i];
    }

    void setBus(int i, long bus) {
        buses[i] = bus;
    }
}
