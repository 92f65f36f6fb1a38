/** A PV guest's own page table entries for frames and grants, as far as status, entry and references depend on them. */
@NullMarked
package dev.moat.xen.host;

import org.jspecify.annotations.NullMarked;
