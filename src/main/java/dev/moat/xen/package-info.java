/**
 * Xen's side of the story: PV domains with grant tables on one VT-d unit, and who invalidates what, and when. For a PV
 * domain the I/O address is the machine address. Read {@link dev.moat.xen.XenVtd} (the parts), then
 * {@link dev.moat.xen.GrantOperations} (the heart: map and unmap, step by step) and {@link dev.moat.xen.Invalidation}
 * (the flushing duty). Injected faults are in {@link dev.moat.xen.XenFaults}.
 */
@NullMarked
package dev.moat.xen;

import org.jspecify.annotations.NullMarked;
