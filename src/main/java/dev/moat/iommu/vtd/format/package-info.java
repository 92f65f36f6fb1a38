/**
 * The bits of VT-d's words, and nothing that has a state: entries of the tables, descriptors, registers, capabilities, source-ids
 * and fault reasons, as the unit and its driver both read and write them.
 *
 * <p>Where recorded implementations of VT-d units depart from the specification, one name each. Words of requests and
 * of answers to them, and which bits of entries and descriptors a unit's capabilities reserve: no state. Scalable
 * mode of VT-d: what its tables and descriptors look like, and what can go wrong in either mode.
 */
@NullMarked
package dev.moat.iommu.vtd.format;

import org.jspecify.annotations.NullMarked;
