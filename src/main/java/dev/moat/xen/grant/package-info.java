/** The operations on grant tables, step by step: {@link dev.moat.xen.grant.GrantOperations} declares map and unmap, which are
 * {@link dev.moat.xen.grant.MapGrant} and {@link dev.moat.xen.grant.UnmapGrant}; then copy, and the calls on the tables themselves. */
@NullMarked
package dev.moat.xen.grant;

import org.jspecify.annotations.NullMarked;
