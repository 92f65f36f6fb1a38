package dev.moat.conform.rows;

/**
 * A recorded cell that Moat's answer differs from.
 *
 * @param file the file as messages print it
 * @param line 1-based
 * @param where suite or configuration, case, step and operation
 * @param column name of the cell's column
 * @param recorded what the other implementation answered
 * @param ours what Moat answered
 */
public record Disagreement(String file, int line, String where, String column, String recorded, String ours) {
    @Override
    public String toString() {
        return file + ":" + line + ": " + where + ": " + column + ": recorded '" + recorded + "', Moat '" + ours + "'";
    }
}
