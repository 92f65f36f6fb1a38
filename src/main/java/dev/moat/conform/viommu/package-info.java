/**
 * Puts recorded answers of virtual VT-d units to the executable one ({@code moat conform viommu}). Read
 * {@link dev.moat.conform.viommu.ViommuRecords} first; {@link dev.moat.conform.viommu.Profile} says which column is judged
 * and what the unit departs in.
 *
 * <p>The recorder is a machine with 128 MiB of memory, some devices, and one unit whose every register write, table store,
 * request and interrupt comes from outside; {@link dev.moat.conform.viommu.RecordedMachine} is that machine.
 */
@NullMarked
package dev.moat.conform.viommu;

import org.jspecify.annotations.NullMarked;
