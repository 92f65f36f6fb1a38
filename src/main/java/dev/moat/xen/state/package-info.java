/**
 * The machine: {@link dev.moat.xen.state.XenState} has memory, grant tables, units and locks, who has the devices and which domains have
 * I/O tables. What runs on its CPUs is in {@link dev.moat.xen.call}.
 */
@NullMarked
package dev.moat.xen.state;

import org.jspecify.annotations.NullMarked;
