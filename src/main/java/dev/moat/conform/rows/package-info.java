/**
 * Recorded answers of other implementations, whatever they are of. A new recording needs a {@link dev.moat.conform.rows.Format}, which is its
 * first line, and a {@link dev.moat.conform.rows.CaseJudge}, which puts the rows of one case to Moat's own implementation. {@link
 * dev.moat.conform.rows.Recording} reads the file and goes on behind what is malformed, {@link dev.moat.conform.rows.RowTally} counts
 * what was compared, what was not and why, and prints it. For example:
 *
 * <pre>{@code
 * Format unit = Format.of("unit (a model of mine)", "case,step,op,addr,obs").casesBy("case");
 * Tally tally = Recording.judge(file, in, List.of(unit), (format, counts) -> rows -> {
 *     MyUnit fresh = new MyUnit();
 *     for (Row row : rows) {
 *         switch (row.op()) {
 *             case "write" -> fresh.write(row.cell("addr").hex());
 *             case "read" -> counts.check(row, "obs", fresh.read(row.cell("addr").hex()));
 *             default -> throw row.cell("op").unknown("operation", List.of("write", "read"));
 *         }
 *         counts.compared(row);
 *     }
 * });
 * }</pre>
 *
 * <p>{@link dev.moat.conform.rows.Cell} has what cells consist of: numbers, lists, words, {@code name=value}.
 */
@NullMarked
package dev.moat.conform.rows;

import org.jspecify.annotations.NullMarked;
