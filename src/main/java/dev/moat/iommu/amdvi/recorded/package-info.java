/** AMD-Vi units in recordings. */
@NullMarked
package dev.moat.iommu.amdvi.recorded;

import org.jspecify.annotations.NullMarked;
