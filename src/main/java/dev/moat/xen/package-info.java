/** Xen's side of the story: PV domains with grant tables on VT-d units, and who invalidates what, and when. For a PV
 * domain the I/O address is the machine address. {@link dev.moat.xen.XenVtd} puts the parts together. Read
 * {@link dev.moat.xen.grant.GrantOperations} (the heart: map and unmap, step by step), then
 * {@link dev.moat.xen.upkeep.Invalidation} (the flushing duty) and {@link dev.moat.xen.state.XenState} (what there is). */
@NullMarked
package dev.moat.xen;

import org.jspecify.annotations.NullMarked;
