package dev.moat.conform.dma;

import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.dma.swiotlb.BootPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of a pool made at boot, put to {@link BootPool}: {@code a0} the option, with {@code +} for commas, {@code a1} the largest
 * number of bytes that can be had at once. {@code ret} has members {@code name=number}, in either base: the pool's slots, its areas,
 * slots of an area, and whether everything bounces. Of a pool that was not made Linux has filled in the slots alone. The areas are
 * compared in their own column, too.
 */
final class BootRows {
    private static final Pattern MEMBER = Pattern.compile("([A-Za-z_]+)=([0-9a-fA-F]{1,16})");

    private BootRows() {}

    static void compare(RowTally tally, Row row, int cpus, LinuxRelease release) {
        long most = row.cell("a1").isEmpty() ? -1 : row.hex("a1");
        BootPool pool = BootPool.asked(row.text("a0").replace('+', ','), cpus, release)
                .made(slots -> Long.compareUnsigned((long) slots << 11, most) <= 0, release);
        Matcher m = MEMBER.matcher(row.text("ret"));
        boolean same = true;
        while (m.find()) {
            OptionalInt ours = member(m.group(1).toLowerCase(Locale.ROOT), pool);
            if (ours.isEmpty()) {
                tally.note("member " + m.group(1) + " of a pool made at boot, not compared");
            } else {
                same &= says(m.group(2), ours.getAsInt());
            }
        }
        if (!same) {
            String ours = "slots=" + pool.slots() + " areas=" + pool.areas() + " force=" + (pool.force() ? 1 : 0);
            tally.disagree(row, "ret", ours);
        }
        if (!row.cell("areas").isEmpty()) {
            List<String> areas = new ArrayList<>(Collections.nCopies(pool.slots() > 0 ? pool.areas() : 0, "0@0"));
            tally.check(row, "areas", String.join("/", areas));
        }
        tally.check(row, "copies", "");
        tally.check(row, "slots", "");
    }

    private static OptionalInt member(String name, BootPool pool) {
        boolean ofArea = name.startsWith("area_");
        boolean slots = name.endsWith("slots") || name.endsWith("slabs");
        if (slots && !ofArea) {
            return OptionalInt.of(pool.slots());
        }
        if (pool.slots() == 0) {
            return OptionalInt.empty();
        }
        if (slots) {
            return OptionalInt.of(pool.slots() / pool.areas());
        }
        return switch (name) {
            case "areas", "nareas" -> OptionalInt.of(pool.areas());
            case "force", "force_bounce" -> OptionalInt.of(pool.force() ? 1 : 0);
            default -> OptionalInt.empty();
        };
    }

    private static boolean says(String number, int value) {
        return number.equals(Integer.toString(value)) || number.equalsIgnoreCase(Integer.toHexString(value));
    }
}
