package dev.moat.iommu.vtd.format;

/** The rights that a DMA request needs, as a set of bits; 0 is a read without translation at the device. */
public final class Access {
    private Access() {}

    /** A read. */
    public static final int READ = 0;
    /** A write. */
    public static final int WRITE = 1;
    /** A read for execution; counts with a PASID only. */
    public static final int EXECUTE = 2;
    /** A supervisor's request; counts with a PASID only. */
    public static final int PRIVILEGED = 4;
    /** A device TLB asks for a translation (AT 1). */
    public static final int TRANSLATION_REQUEST = 8;
    /** The address comes from a device TLB (AT 2). */
    public static final int TRANSLATED = 16;
    /** PASID of a request that carries none. */
    public static final int NO_PASID = -1;

    public static boolean isWrite(int access) {
        return (access & WRITE) != 0;
    }

    public static boolean isPrivileged(int access) {
        return (access & PRIVILEGED) != 0;
    }

    public static boolean isTranslated(int access) {
        return (access & TRANSLATED) != 0;
    }

    public static int addressType(int access) {
        return (access & TRANSLATED) != 0 ? 2 : (access & TRANSLATION_REQUEST) != 0 ? 1 : 0;
    }
}
