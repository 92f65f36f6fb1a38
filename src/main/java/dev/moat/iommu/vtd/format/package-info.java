/**
 * The bits of VT-d's words, and nothing that has a state: entries of the tables, descriptors, registers, capabilities, source-ids
 * and fault reasons, as the unit and its driver both read and write them.
 */
@NullMarked
package dev.moat.iommu.vtd.format;

import org.jspecify.annotations.NullMarked;
