package dev.moat.audit.read;

/**
 * What a function promises, as the recording says.
 *
 * @param tag number of the argument that is a domain id, from 1; 0 for none, so for the others
 * @param iova number of the argument that is the first I/O address
 * @param size number of the argument that tells how much
 * @param unit log2 of the bytes that one of the size is, or {@link #ORDER} where the size is log2 of pages
 */
public record Function(Role role, int tag, int iova, int size, int unit) {
    /** The size is log2 of 4 KiB pages. */
    public static final int ORDER = -1;

    /** When it returns, what holds. */
    public enum Role {
        /** Nothing that it took away may still be served. Only the strict promise says so. */
        UNMAP("unmap"),
        /** What was at the addresses that it mapped before may not be served any more. */
        MAP("map"),
        /** What its caller took away before, or what is in the range that it names, may not be served any more. */
        FLUSH("flush"),
        /** The commands that its CPU has given are done. */
        WAIT("wait");

        private final String id;

        Role(String id) {
            this.id = id;
        }

        /** As the text has it. */
        public String id() {
            return id;
        }
    }
}
