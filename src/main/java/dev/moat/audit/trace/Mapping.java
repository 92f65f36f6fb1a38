package dev.moat.audit.trace;

/** Pages that the tables translate, to as many frames in a row. */
final class Mapping extends Span {
    /** Of rights that the trace does not show: all, because the hardware may have cached any. */
    public static final int ALL_RIGHTS = 3;

    final long frame;
    /** Bit 0 to read, bit 1 to write. */
    final int rights;

    final long line;

    /**
     * @param end exclusive
     * @param frame of the first page
     * @param rights bit 0 to read, bit 1 to write
     * @param line of the map
     */
    public Mapping(long first, long end, long frame, int rights, long line) {
        super(first, end);
        this.frame = frame;
        this.rights = rights;
        this.line = line;
    }

    @Override
    Mapping tail(long at) {
        return new Mapping(at, end, frame + at - first, rights, line);
    }

    /** The line of the trace at which it was mapped. */
    public long line() {
        return line;
    }

    /** The frame of the first page; the others follow in a row. */
    public long frame() {
        return frame;
    }

    /** Bit 0 to read, bit 1 to write. */
    public int rights() {
        return rights;
    }
}
