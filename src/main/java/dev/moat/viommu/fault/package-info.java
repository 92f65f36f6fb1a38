/** Seeded defects of the vIOMMU. */
@NullMarked
package dev.moat.viommu.fault;

import org.jspecify.annotations.NullMarked;
