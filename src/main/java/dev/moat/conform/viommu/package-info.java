/**
 * Puts recorded answers of virtual VT-d units to the executable one ({@code moat conform viommu}). Read
 * {@link dev.moat.conform.viommu.ViommuRecords} first.
 *
 * <p>The recorder: a machine with 128 MiB of memory, some devices, and one unit whose every register write, table
 * store, request and interrupt comes from outside.
 */
@NullMarked
package dev.moat.conform.viommu;

import org.jspecify.annotations.NullMarked;
