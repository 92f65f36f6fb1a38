/** The component that puts all of it together; see {@code docs/explanation/xen-swiotlb.md}. */
@NullMarked
package dev.moat.pv.machine;

import org.jspecify.annotations.NullMarked;
