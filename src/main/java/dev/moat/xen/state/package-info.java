/** The slots of the machine: {@link dev.moat.xen.state.XenState} has memory, grant tables, units and locks, and the locals of
 * running operations. Rules here look at slots only; nothing here is a step. */
@NullMarked
package dev.moat.xen.state;

import org.jspecify.annotations.NullMarked;
