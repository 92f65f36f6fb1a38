/** What the steps of the hypervisor's programs say of themselves where several of them share code. */
@NullMarked
package dev.moat.xen.program;

import org.jspecify.annotations.NullMarked;
