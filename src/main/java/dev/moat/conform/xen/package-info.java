/**
 * Recorded answers of a real Xen, put to Moat's own: {@link dev.moat.conform.xen.GrantJudge} asks the same of the executable grant table
 * and compares, {@link dev.moat.conform.xen.VtdJudge} of the one whose devices sit behind a VT-d unit. Start at {@link
 * dev.moat.conform.xen.XenRecords}.
 *
 * <p>Machines set up as a recorded case wants them: {@link dev.moat.conform.xen.XenBench} without devices,
 * {@link dev.moat.conform.xen.VtdBench} with devices behind a unit; {@link
 * dev.moat.conform.xen.Symbols} binds the names in the case's rows. One class for each kind of recorded row:
 * how it is run on a bench, and what it answers. Recorded rows of Xen: {@link dev.moat.conform.xen.XenRow}
 * reads one, {@link dev.moat.conform.xen.Comparer} compares its cells with answers.
 */
@NullMarked
package dev.moat.conform.xen;

import org.jspecify.annotations.NullMarked;
