package dev.moat.conform.dma.bounce;

import dev.moat.conform.dma.row.Judge;
import dev.moat.conform.dma.row.Row;
import dev.moat.dma.swiotlb.BootPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of a pool made at boot, put to {@link BootPool}: {@code a0} the option, with {@code +} for commas, {@code a1} the largest
 * number of bytes that can be had at once. The description of the files does not say how {@code ret} writes the pool: of it,
 * members {@code name=number} are compared whose names speak of slots (or slabs), and where there is a pool of areas or force, in
 * either base. The areas are compared in their own column.
 */
final class BootRows {
    private static final Pattern MEMBER = Pattern.compile("([A-Za-z_]+)=([0-9a-fA-F]{1,16})");

    private BootRows() {}

    static void compare(Judge judge, Row row, int cpus) {
        long most = row.cell("a1").isEmpty() ? -1 : row.hex("a1");
        BootPool pool = BootPool.asked(row.text("a0").replace('+', ','), cpus, judge.release())
                .made(slots -> Long.compareUnsigned((long) slots << 11, most) <= 0, judge.release());
        Matcher m = MEMBER.matcher(row.text("ret"));
        boolean same = true;
        while (m.find()) {
            String name = m.group(1).toLowerCase(Locale.ROOT);
            if (name.contains("slot") || name.contains("slab")) {
                same &= says(m.group(2), pool.slots());
            } else if (pool.slots() == 0) {
                // What would be there is said nowhere: Linux has not filled in the rest.
                continue;
            } else if (name.contains("area")) {
                same &= says(m.group(2), pool.areas());
            } else if (name.contains("force")) {
                same &= says(m.group(2), pool.force() ? 1 : 0);
            }
        }
        if (!same) {
            String ours = "slots=" + pool.slots() + " areas=" + pool.areas() + " force=" + (pool.force() ? 1 : 0);
            judge.report(row, "ret", row.text("ret"), ours);
        }
        if (!row.cell("areas").isEmpty()) {
            List<String> areas = new ArrayList<>(Collections.nCopies(pool.slots() > 0 ? pool.areas() : 0, "0@0"));
            judge.check(row, "areas", String.join("/", areas));
        }
        judge.check(row, "copies", "");
        judge.check(row, "slots", "");
    }

    private static boolean says(String number, int value) {
        return number.equals(Integer.toString(value)) || number.equalsIgnoreCase(Integer.toHexString(value));
    }
}
