/** What guests and Xen do, step by step; {@link dev.moat.viommu.program.Upkeep} is the part that all changes share. */
@NullMarked
package dev.moat.viommu.program;

import org.jspecify.annotations.NullMarked;
