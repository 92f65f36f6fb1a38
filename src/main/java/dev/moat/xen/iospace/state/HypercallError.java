package dev.moat.xen.iospace.state;

import dev.moat.state.Sort;
import java.util.Arrays;

/**
 * What a hypercall answers: done, or the first reason for which it was refused, in order of precedence. The proof of concept of
 * 2006 names none; the words are Xen's, the order is ours. {@code @source} xen-devel 2006, Xen Calgary IOMMU support.
 */
public enum HypercallError {
    /** Done. */
    OK,
    /** Only the control domain may ask for this. */
    EPERM,
    /** No rights at all, a size that no call has, or the control domain where it cannot be. */
    EINVAL,
    /** There is no such device. */
    ENODEV,
    /** The device's space is not the caller's. */
    EACCES,
    /** The addresses lie behind the table. */
    ERANGE,
    /** An address is reserved. */
    ENXIO,
    /** The device has a space. */
    EEXIST,
    /** Somebody else has it: another domain a device that cannot be told apart, a mapping the address, a borrower the frame. */
    EBUSY,
    /** Only one of several devices is named that hardware cannot tell apart. */
    EXDEV,
    /** There is no such space, mapping, offer or domain. */
    ENOENT,
    /** No address is free. */
    ENOSPC,
    /** The frame is neither the caller's nor granted to it with these rights. */
    EFAULT,
    /** There is no memory for a table. */
    ENOMEM;

    /** All of them, in this order: what a slot of a call's answer holds. */
    public static final Sort SORT =
            new Sort("HypercallError", Arrays.stream(values()).map(Enum::name).toList());
}
