/** The component that puts all of it together; see {@code docs/explanation/viommu.md}. */
@NullMarked
package dev.moat.viommu.machine;

import org.jspecify.annotations.NullMarked;
