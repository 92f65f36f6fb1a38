/** What the families of IOMMUs have in common with each other and with the software that drives them; no family's words. */
@NullMarked
package dev.moat.iommu;

import org.jspecify.annotations.NullMarked;
