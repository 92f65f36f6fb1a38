/** What can be injected: the seed's faults and those of the kernel's history. */
@NullMarked
package dev.moat.pv.fault;

import org.jspecify.annotations.NullMarked;
