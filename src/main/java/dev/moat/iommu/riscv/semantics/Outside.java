package dev.moat.iommu.riscv.semantics;

/** A unit's signals to the rest of the machine. */
public interface Outside {
    /** Nobody listens. */
    Outside NOBODY = new Outside() {};

    /**
     * A message to a device.
     *
     * @param invalidation whether it is an ATS invalidation; the answer to a page request otherwise
     * @param requesterId bits 15:0 of the device id
     * @param processId -1 without one
     * @param segment 0 without one
     */
    record Message(boolean invalidation, int requesterId, int processId, int segment, long payload) {}

    /** A message is sent. */
    default void message(long[] s, Message message) {}

    /** A fence asks that reads or writes which were processed before are done for everybody. */
    default void visible(long[] s, boolean reads, boolean writes) {}
}
