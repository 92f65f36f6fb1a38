/**
 * Machines set up as a recorded case wants them: {@link dev.moat.conform.xen.bench.XenBench} without devices,
 * {@link dev.moat.conform.xen.bench.VtdBench} with devices behind a unit; {@link dev.moat.conform.xen.bench.Symbols} binds the names in
 * the case's rows.
 */
@NullMarked
package dev.moat.conform.xen.bench;

import org.jspecify.annotations.NullMarked;
