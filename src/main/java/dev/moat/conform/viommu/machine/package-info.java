/**
 * The recorder: a machine with 128 MiB of memory, some devices, and one unit whose every register write, table store, request
 * and interrupt comes from outside. {@link dev.moat.conform.viommu.machine.RecordedMachine} is that machine,
 * {@link dev.moat.conform.viommu.machine.Operations} what rows ask of it, {@link dev.moat.conform.viommu.machine.Shadow} the
 * mappings of a passed-through device that it keeps, {@link dev.moat.conform.viommu.machine.Profile} what its unit departs in.
 */
@NullMarked
package dev.moat.conform.viommu.machine;

import org.jspecify.annotations.NullMarked;
