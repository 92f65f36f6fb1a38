/** Devices assigned, deassigned and moved, and the building of a domain's I/O tables at its first use. */
@NullMarked
package dev.moat.xen.device;

import org.jspecify.annotations.NullMarked;
