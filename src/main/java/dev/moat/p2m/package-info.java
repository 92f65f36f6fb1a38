/** The p2m of HVM guests under Xen, kept in step with the tables of an IOMMU: {@link dev.moat.p2m.XenP2m}. See docs/p2m.md. */
@NullMarked
package dev.moat.p2m;

import org.jspecify.annotations.NullMarked;
