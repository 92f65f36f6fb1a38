package dev.moat.iommu;

/** A device's rights by a translation, as a set of bits; every family's entries are read as such a set. */
public final class Rights {
    private Rights() {}

    /** No right at all: the entry is absent, or leads to a scratch page where a family has no absent entries. */
    public static final int NONE = 0;
    /** The right to read memory. */
    public static final int READ = 1;
    /** The right to write memory. */
    public static final int WRITE = 2;
    /** Both. */
    public static final int ALL = READ | WRITE;

    /** The right that a request needs. */
    public static int of(boolean write) {
        return write ? WRITE : READ;
    }
}
