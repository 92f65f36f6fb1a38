package dev.moat.conform.dma;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Changed table entries as the recorded files write them: {@code first:last=value}, numbers of entries decimal, the value
 * hexadecimal and the same for all, or with {@code ++} the first one's, the others leading to the pages that follow.
 */
final class EntryRuns {
    private static final Pattern RUN = Pattern.compile("([0-9]{1,8}):([0-9]{1,8})=([0-9a-f]{1,16})(\\+\\+)?");
    private static final int MOST = 1 << 22;

    private EntryRuns() {}

    /**
     * The entries of a cell by their number.
     *
     * @param next the entry that leads to the page after an entry's
     * @throws InputException when it is written otherwise, names an entry twice, or more than there can be
     */
    public static SortedMap<Integer, Long> read(Cell cell, LongUnaryOperator next) {
        SortedMap<Integer, Long> entries = new TreeMap<>();
        cell.list(';').forEach(run -> add(entries, run, next));
        return entries;
    }

    private static void add(SortedMap<Integer, Long> entries, Cell run, LongUnaryOperator next) {
        Matcher m = RUN.matcher(run.text());
        if (!m.matches()) {
            throw run.error("'" + run.text() + "' is not a run of entries, first:last=value");
        }
        int first = Integer.parseInt(m.group(1));
        int last = Integer.parseInt(m.group(2));
        if (last < first || last >= MOST) {
            throw run.error("entries " + first + " to " + last);
        }
        long value = Long.parseUnsignedLong(m.group(3), 16);
        for (int i = first; i <= last; i++) {
            if (entries.put(i, value) != null) {
                throw run.error("entry " + i + " is given twice");
            }
            value = m.group(4) == null ? value : next.applyAsLong(value);
        }
    }

    /** Writes entries as a cell: the longest runs, from the lowest number on. */
    public static String write(SortedMap<Integer, Long> entries, LongUnaryOperator next) {
        List<String> runs = new ArrayList<>();
        List<Map.Entry<Integer, Long>> all = List.copyOf(entries.entrySet());
        for (int i = 0; i < all.size(); ) {
            int same = end(all, i, value -> value);
            int rising = end(all, i, next);
            int end = Math.max(same, rising);
            String value = Long.toHexString(all.get(i).getValue());
            int first = all.get(i).getKey();
            runs.add(first + ":" + (first + end - i - 1) + "=" + value + (rising > same ? "++" : ""));
            i = end;
        }
        return String.join(";", runs);
    }

    /** Where a run ends in which every entry follows from the one before. */
    private static int end(List<Map.Entry<Integer, Long>> all, int from, LongUnaryOperator next) {
        int i = from + 1;
        while (i < all.size()
                && all.get(i).getKey() == all.get(i - 1).getKey() + 1
                && all.get(i).getValue() == next.applyAsLong(all.get(i - 1).getValue())) {
            i++;
        }
        return i;
    }

    /** Compares a cell with our entries. */
    public static void check(
            RowTally tally, Row row, String column, SortedMap<Integer, Long> ours, LongUnaryOperator next) {
        if (!read(row.cell(column), next).equals(ours)) {
            tally.disagree(row, column, write(ours, next));
        }
    }
}
