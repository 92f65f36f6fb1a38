/**
 * I/O spaces as hypercalls, after the proof of concept of 2006 for Calgary, on any IOMMU that keeps spaces apart. Read {@link
 * dev.moat.xen.iospace.program} first: a hypercall is a program there.
 */
@NullMarked
package dev.moat.xen.iospace;

import org.jspecify.annotations.NullMarked;
