package dev.moat.audit;

/** Pages that the tables translate, to as many frames in a row. */
final class Mapping extends Span {
    /** Of rights that the trace does not show: all, because the hardware may have cached any. */
    static final int ALL_RIGHTS = 3;

    final long frame;
    /** Bit 0 to read, bit 1 to write. */
    final int rights;

    final long line;

    Mapping(long first, long end, long frame, int rights, long line) {
        super(first, end);
        this.frame = frame;
        this.rights = rights;
        this.line = line;
    }

    @Override
    Mapping tail(long at) {
        return new Mapping(at, end, frame + at - first, rights, line);
    }
}
