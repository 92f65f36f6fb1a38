/**
 * The rows of a recording: its kinds, told apart by their first line, its cells with their places, and what a cell says came
 * of a row. Read {@link dev.moat.conform.viommu.row.RowReader} first.
 */
@NullMarked
package dev.moat.conform.viommu.row;

import org.jspecify.annotations.NullMarked;
