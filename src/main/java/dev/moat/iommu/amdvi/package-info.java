/** AMD-Vi, hardware side. */
@NullMarked
package dev.moat.iommu.amdvi;

import org.jspecify.annotations.NullMarked;
