/** What the kernel, Xen, guests and the device do to that state: operations step by step, and actions. */
@NullMarked
package dev.moat.pv.program;

import org.jspecify.annotations.NullMarked;
