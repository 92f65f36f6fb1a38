package dev.moat.conform.rows;

import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rows of a recording while they are judged, keeps the disagreements, and prints both. A judge tells it of each row once: the row was
 * compared, states nothing that could be compared, or is not judged, for a reason. These three counts add up to {@link #rows}.
 */
public final class RowTally {
    /** A longer text is shown from a little before the first difference on. */
    private static final int SHOWN = 160;

    private static final int BEFORE = 40;

    private final String file;
    private final Format format;
    private final SortedMap<String, Integer> compared = new TreeMap<>();
    private final SortedMap<String, Integer> unstated = new TreeMap<>();
    private final SortedMap<String, Integer> notJudged = new TreeMap<>();
    private final SortedMap<String, Integer> noted = new TreeMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private final List<Disagreement> disagreements = new ArrayList<>();
    private @Nullable InputException malformed;
    private int cases;
    private int rows;
    /** Rows of the case that is judged of which something was told. */
    private int told;

    /**
     * @param file as messages print it
     * @param format of the file
     */
    RowTally(String file, Format format) {
        this.file = file;
        this.format = format;
    }

    /** A row was run, and all its answers were compared. */
    public void compared(Row row) {
        told++;
        compared.merge(row.op(), 1, Integer::sum);
    }

    /** A row was run, and has no answer that this profile could be compared with, for this reason. */
    public void unstated(String why) {
        told++;
        unstated.merge(why, 1, Integer::sum);
    }

    /** A row has answers that Moat does not judge, for this reason: for example a mechanism that Moat does not model. */
    public void skip(String why) {
        skip(why, 1);
    }

    /** The same of several rows. */
    public void skip(String why, int count) {
        told += count;
        notJudged.merge(why, count, Integer::sum);
    }

    /** Counts a remark by its text, for example a deviation that a row names. */
    public void note(String what) {
        noted.merge(what, 1, Integer::sum);
    }

    /** Compares a cell as text. */
    public void check(Row row, String column, String ours) {
        if (!row.text(column).equals(ours)) {
            disagree(row, column, ours);
        }
    }

    /** A cell says something else than Moat's implementation does. */
    public void disagree(Row row, String column, String ours) {
        disagree(row, column, row.text(column), ours);
    }

    /** The same of a part of a cell. */
    public void disagree(Row row, String column, String recorded, String ours) {
        int from = Math.max(0, firstDifference(recorded, ours) - BEFORE);
        disagreements.add(
                new Disagreement(file, row.line(), row.where(), column, excerpt(recorded, from), excerpt(ours, from)));
    }

    private static int firstDifference(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String excerpt(String text, int from) {
        if (text.length() <= SHOWN) {
            return text;
        }
        int begin = Math.min(from, text.length());
        int end = Math.min(text.length(), begin + SHOWN);
        return (begin > 0 ? "..." : "") + text.substring(begin, end) + (end < text.length() ? "..." : "");
    }

    /** Has a case judged. If that ends before the last row, the rest is counted as not judged. */
    void judge(List<Row> all, CaseJudge judge) {
        cases++;
        rows += all.size();
        told = 0;
        try {
            judge.judge(all);
        } catch (InputException e) {
            int rest = all.size() - told;
            told += rest;
            notJudged.merge(counted(e), rest, Integer::sum);
            String name = all.get(0).caseName();
            leftOut.add((name.isEmpty() ? "" : "case " + name + ", its last ") + (rest == 1 ? "row" : rest + " rows")
                    + ": " + e.getMessage());
            refuse(e);
        }
        if (told != all.size()) {
            throw new IllegalStateException(
                    "of " + all.size() + " rows of " + all.get(0).where() + " " + told + " are told of");
        }
    }

    /** Lines are lost because one of them is no row; {@code words} says which lines. */
    void lost(String words, int lines, boolean wholeCase, InputException reason) {
        rows += lines;
        cases += wholeCase ? 1 : 0;
        notJudged.merge(counted(reason), lines, Integer::sum);
        leftOut.add(words + ": " + reason.getMessage());
        refuse(reason);
    }

    /** The file cannot be read from a place on. */
    void lostRest(InputException reason) {
        leftOut.add("the rest of the file: " + reason.getMessage());
        refuse(reason);
    }

    /** The recording ends before its end, at a line. */
    void cutOff(int line, String how) {
        rows++;
        notJudged.merge("end of a file that is cut off", 1, Integer::sum);
        leftOut.add(file + ":" + line + ": " + how);
    }

    private static String counted(InputException reason) {
        return reason instanceof UnrepresentableException e ? e.counted() : "case with a malformed row";
    }

    private void refuse(InputException reason) {
        if (malformed == null && !(reason instanceof UnrepresentableException)) {
            malformed = reason;
        }
    }

    /** Whether there was no line behind the first one. */
    boolean isEmpty() {
        return rows == 0 && leftOut.isEmpty() && noted.isEmpty();
    }

    /** The format of the file. */
    public Format format() {
        return format;
    }

    /** Cases of the file. */
    public int cases() {
        return cases;
    }

    /** Rows of the file. */
    public int rows() {
        return rows;
    }

    /** Rows that were run and compared. */
    public int compared() {
        return sum(compared);
    }

    /** The same by operation. */
    public SortedMap<String, Integer> comparedBy() {
        return Collections.unmodifiableSortedMap(compared);
    }

    /** Rows that state nothing that could be compared, by reason. */
    public SortedMap<String, Integer> unstated() {
        return Collections.unmodifiableSortedMap(unstated);
    }

    /** Rows that are not judged, by reason. */
    public SortedMap<String, Integer> notJudged() {
        return Collections.unmodifiableSortedMap(notJudged);
    }

    /** Remarks, with the number of times that each was made. */
    public SortedMap<String, Integer> noted() {
        return Collections.unmodifiableSortedMap(noted);
    }

    /** One line for each case that is not judged to its end, and for the rest of a file: the rows, the place and the message. */
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** In the order of the file. */
    public List<Disagreement> disagreements() {
        return disagreements.stream()
                .sorted(Comparator.comparingInt(Disagreement::line))
                .toList();
    }

    /** Whether a row is malformed. */
    public boolean isMalformed() {
        return malformed != null;
    }

    /** Throws the {@link InputException} of the first malformed row, if there is one. */
    public void requireWellFormed() {
        if (malformed != null) {
            throw malformed;
        }
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * For a person, a line for each fact.
     *
     * @param profile whose answers the rows were judged as
     */
    public List<String> text(String profile) {
        List<String> text = new ArrayList<>();
        text.add(file + ": " + format.name() + ", profile " + profile);
        text.add("  cases " + cases + ", rows " + rows + ", compared " + compared()
                + (compared() == 0 ? "" : " (" + list(compared) + ")"));
        unstated.forEach((why, count) -> text.add("  nothing to compare: " + count + ", " + why));
        text.addAll(lost());
        noted.forEach((what, times) -> text.add("  noted: " + times + ", " + what));
        text.add("disagreements " + disagreements.size());
        disagreements().forEach(d -> text.add("  " + d));
        if (compared() == 0) {
            text.add("no row could be compared as " + profile + ", so this says nothing about what was recorded");
        }
        return text;
    }

    /** The lines of {@link #text} about rows that are not judged. */
    public List<String> lost() {
        List<String> text = new ArrayList<>();
        notJudged.forEach((why, count) -> text.add("  not judged: " + count + ", " + why));
        leftOut.forEach(place -> text.add("  left out: " + place));
        return text;
    }

    private static String list(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    /**
     * The same for programs: one JSON document, ending in a line feed.
     *
     * @param kind of the recording, as the command calls it
     * @param profile whose answers they were judged as
     * @param exit the exit code of the command
     */
    public String json(String kind, String profile, int exit) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("recording", format.name());
        counts.put("profile", profile);
        counts.put("cases", cases);
        counts.put("rows", rows);
        counts.put("compared", compared());
        counts.put("comparedBy", compared);
        counts.put("nothingToCompare", unstated);
        counts.put("notJudged", notJudged);
        counts.put("leftOut", leftOut);
        counts.put("noted", noted);
        return RowsDocument.json(kind + "-2", file, exit, counts, disagreements());
    }
}
