package dev.moat.conform.xen;

import java.util.List;

/**
 * Rows that start from freshly created domains, in the order of execution.
 *
 * @param rows at least one
 */
record XenCase(List<XenRow> rows) {
    public XenCase {
        rows = List.copyOf(rows);
    }

    /** What the case belongs to: its suite or its configuration. */
    public String suite() {
        return first().suite().text();
    }

    /** Where the case begins. */
    public XenRow first() {
        return rows.get(0);
    }

    /** The rows of the hypercalls before the one that a line belongs to; none when it is of the first one. */
    public List<XenRow> before(int line) {
        int step = rows.stream()
                .filter(row -> row.line() >= line)
                .mapToInt(XenRow::step)
                .findFirst()
                .orElse(0);
        return rows.stream().takeWhile(row -> row.step() < step).toList();
    }
}
