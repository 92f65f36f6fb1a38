package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares answers with the cells of recorded rows. */
final class Comparer {
    private static final Pattern ENTRY = Pattern.compile("(D[0-7]\\[[0-9]{1,6}\\])\\{([^{}]*)\\}");
    private static final Pattern PTE = Pattern.compile("(D[0-7]\\.V[0-9]{1,2})=(\\S+)");

    private static final Pattern SLOT = Pattern.compile("D[0-7]\\.V([0-9]{1,2})");
    /** Slots that every recorder shows; others show more. */
    private static final int ALWAYS_SHOWN = 16;

    private final RowTally tally;
    /** What shows of slots above those, until a cell of the file names one. */
    private final List<Runnable> unshown = new ArrayList<>();

    private boolean showsAll;
    /** What differs in rows of which it is not told yet what became of them. */
    private final Map<XenRow, List<Runnable>> differences = new HashMap<>();

    /** @param tally told of what differs */
    public Comparer(RowTally tally) {
        this.tally = tally;
    }

    /** The file is over, so that it is known whether its recorder shows slots above the first ones. */
    public void finish() {
        unshown.forEach(
                showsAll ? Runnable::run : one -> tally.note("mapping of a slot that the recorder does not show"));
        unshown.clear();
    }

    /**
     * What one row answered by itself.
     *
     * @param version of the actor's grant table
     */
    public void compare(XenRow row, XenAnswer answer, int version) {
        if (row.has("actor_ver")) {
            check(row, "actor_ver", "" + version);
        }
        check(row, "hrc", "" + answer.hrc());
        check(row, "status", answer.status());
        check(row, "status_name", answer.statusName());
        check(row, "out", answer.out());
    }

    /** One cell. */
    public void check(XenRow row, String column, String ours) {
        if (!row.text(column).equals(ours)) {
            report(row, column, row.text(column), ours);
        }
    }

    /** Notes that a cell says something else. */
    public void report(XenRow row, String column, String recorded, String ours) {
        differences
                .computeIfAbsent(row, r -> new ArrayList<>())
                .add(() -> tally.disagree(row.row(), column, recorded, ours));
    }

    /**
     * All of a row is compared.
     *
     * @param isOpen whether what shows of it is up to Xen
     * @param why then
     */
    public void settle(XenRow row, boolean isOpen, String why) {
        if (isOpen && differences.remove(row) != null) {
            tally.skip(why);
        } else {
            tell(row);
            tally.compared(row.row());
        }
    }

    /** All of a row is compared but for what this names. */
    public void skip(XenRow row, String what) {
        tell(row);
        tally.skip(what);
    }

    private void tell(XenRow row) {
        List<Runnable> found = differences.remove(row);
        if (found != null) {
            found.forEach(Runnable::run);
        }
    }

    /**
     * What shows after a step.
     *
     * @throws InputException when the recorded cell is malformed
     */
    public void compareEntries(XenRow first, Map<String, String> ours) {
        compareParts(first, "entries", parts(first.cell("entries"), ENTRY), ours);
    }

    /** The entries that a row shows, as {@code D1[8]}; InputException when the cell is malformed. */
    public Set<String> entryNames(XenRow row) {
        return parts(row.cell("entries"), ENTRY).keySet();
    }

    /** Like {@link #compareEntries}; recorders may show the first slots only. */
    public void comparePtes(XenRow first, Map<String, String> ours) {
        Map<String, String> recorded = parts(first.cell("ptes"), PTE);
        showsAll |= recorded.keySet().stream().anyMatch(name -> slot(name) >= ALWAYS_SHOWN);
        Map<String, String> shown = new TreeMap<>(ours);
        shown.keySet().removeIf(name -> slot(name) >= ALWAYS_SHOWN && !recorded.containsKey(name));
        compareParts(first, "ptes", recorded, shown);
        ours.forEach((name, mapping) -> {
            if (!shown.containsKey(name)) {
                unshown.add(() -> tally.disagree(first.row(), "ptes", name + " ", name + " " + mapping));
            }
        });
    }

    private static int slot(String name) {
        Matcher m = SLOT.matcher(name);
        return m.matches() ? Integer.parseInt(m.group(1)) : -1;
    }

    private void compareParts(XenRow row, String column, Map<String, String> recorded, Map<String, String> ours) {
        Set<String> names = new TreeSet<>(recorded.keySet());
        names.addAll(ours.keySet());
        for (String name : names) {
            String theirs = recorded.getOrDefault(name, "");
            String mine = ours.getOrDefault(name, "");
            if (!theirs.equals(mine)) {
                report(row, column, name + " " + theirs, name + " " + mine);
            }
        }
    }

    private static Map<String, String> parts(Cell cell, Pattern pattern) {
        Map<String, String> parts = new TreeMap<>();
        Matcher m = pattern.matcher(cell.text());
        int at = 0;
        while (at < cell.text().length()) {
            if (!m.find(at)
                    || m.start() != at
                    || (m.end() < cell.text().length() && cell.text().charAt(m.end()) != ' ')) {
                throw cell.part(at, cell.text().length())
                        .error("not what is expected here: a text like "
                                + (pattern == ENTRY ? "D1[8]{fl=0x0001;dom=2;frame=D1.P0}" : "D2.V0=D1.P0/rw"));
            }
            if (parts.put(m.group(1), m.group(2)) != null) {
                throw cell.part(at, m.end()).error(m.group(1) + " is given twice");
            }
            at = m.end() + 1;
        }
        return parts;
    }
}
