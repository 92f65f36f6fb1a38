package dev.moat.conform.dma;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbGeometry;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pool of bounce slots and the memory around it, as a recorded case has it after {@code pool}, and what a row shows of it: copies,
 * slots that were taken or freed, use and hint of each area, whether the free counts are right, and warnings.
 */
final class BouncePool {
    private static final int MOST_SLOTS = 1 << 20;
    private static final Pattern RUN =
            Pattern.compile("([+-])([0-9]{1,9}):([0-9]{1,9})(?:@([0-9a-f]{1,16}|none)/([0-9a-f]{1,16}))?");

    private final SwiotlbSlots slots;
    private final RecordedMemory memory;
    private final long[] words;
    private final boolean[] before;
    private int warnings;

    /**
     * @param start address of the pool
     * @param division at least as many slots as areas
     * @param firstHigh first frame whose pages the kernel copies one by one; -1 for none
     */
    BouncePool(long start, SwiotlbSlots.Division division, long firstHigh, LinuxRelease release) {
        slots = new SwiotlbSlots(0, SwiotlbGeometry.LINUX, start, division, release);
        memory = new RecordedMemory(firstHigh);
        words = new long[slots.end()];
        before = new boolean[slots.slots()];
        slots.initialise(words);
    }

    /** A number of slots in a cell, or InputException. */
    static int slots(Cell cell, long value) {
        if (value < 1 || value > MOST_SLOTS) {
            String message = "a pool has 1 to " + MOST_SLOTS + " slots";
            throw value > MOST_SLOTS ? cell.unrepresentable(message) : cell.error(message);
        }
        return (int) value;
    }

    /** The direction in a row's cell, or InputException. */
    static DmaDirection direction(Row row) {
        DmaDirection[] all = DmaDirection.values();
        return all[row.decimal("dir", all.length - 1)];
    }

    /** Direction and attributes in a row's cells, or InputException; no attributes where there are none. */
    static Transfer transfer(Row row) {
        DmaDirection direction = direction(row);
        long bits = row.cell("attrs").isEmpty() ? 0 : row.hex("attrs");
        if (bits < 0 || bits > Integer.MAX_VALUE) {
            throw row.cell("attrs").error("'" + row.text("attrs") + "' are no attributes");
        }
        return new Transfer(direction, (int) bits);
    }

    /** The bouncing of a device's buffers here. */
    Swiotlb swiotlb(DmaDevice device) {
        return new Swiotlb(slots, memory, device, warning -> warn());
    }

    RecordedMemory memory() {
        return memory;
    }

    long[] words() {
        return words;
    }

    /** Counts a warning of this step. */
    void warn() {
        warnings++;
    }

    /** {@code fill} and {@code peek}; what they return. */
    String access(Row row) {
        int length = RecordedMemory.length(row.cell("a1"));
        if (row.op().equals("peek")) {
            return memory.peek(row.hex("a0"), length);
        }
        long value = row.hex("a2");
        if (value < 0 || value > 0xff) {
            throw row.cell("a2").error("'" + row.text("a2") + "' is no byte");
        }
        memory.fill(row.hex("a0"), length, (byte) value);
        return "";
    }

    /**
     * What a call answered: a call that never returned in Linux is to fail here, and its warnings are not compared.
     *
     * @param ours empty for what returns nothing
     */
    void compare(RowTally tally, Row row, String ours, String areaColumn) {
        boolean endless = row.text("ret").equals(DmaCellText.HANG);
        if (!(endless ? "error" : row.text("ret")).equals(ours)) {
            tally.disagree(row, "ret", ours);
        }
        tally.check(row, "copies", memory.takeCopies());
        compareSlots(tally, row);
        tally.check(row, areaColumn, areas());
        // Asked at every row: a free slot that is freed once more changes counts, and none from free to taken.
        tally.check(row, "list_ok", slots.countsAreRight(words) ? "1" : "0");
        if (!endless) {
            tally.check(row, "warns", "" + warnings);
        }
        warnings = 0;
        if (memory.isFull()) {
            throw row.cell("op").unrepresentable("the case writes to more pages than can be kept");
        }
    }

    private String areas() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < slots.areas(); i++) {
            text.append(i == 0 ? "" : "/")
                    .append(Long.toUnsignedString(slots.taken(words, i)))
                    .append('@')
                    .append(slots.hint(words, i));
        }
        return text.toString();
    }

    /** How runs of one step are grouped is not compared: what matters is which slots, and what the first of each run stands for. */
    private void compareSlots(RowTally tally, Row row) {
        byte[] ours = new byte[before.length];
        for (int i = 0; i < before.length; i++) {
            boolean taken = slots.freeFrom(words, i) == 0;
            if (taken != before[i]) {
                ours[i] = (byte) (taken ? 1 : -1);
                before[i] = taken;
            }
        }
        byte[] recorded = new byte[before.length];
        boolean same = true;
        Cell cell = row.cell("slots");
        for (String run : cell.isEmpty() ? new String[0] : cell.text().split(";", -1)) {
            same &= read(cell, run, recorded);
        }
        if (!same || !Arrays.equals(ours, recorded)) {
            tally.disagree(row, "slots", cell.text(), print(ours));
        }
    }

    /** Marks a recorded run; whether its slots exist, and the first one stands for what was recorded. */
    private boolean read(Cell cell, String run, byte[] recorded) {
        Matcher m = RUN.matcher(run);
        if (!m.matches() || (m.group(1).equals("+") != (m.group(4) != null))) {
            throw cell.error("'" + run + "' is no run of slots, like +0:1@100000/800 or -0:1");
        }
        int first = Integer.parseInt(m.group(2));
        int last = Integer.parseInt(m.group(3));
        if (last < first || last >= recorded.length) {
            return false;
        }
        Arrays.fill(recorded, first, last + 1, (byte) (m.group(4) != null ? 1 : -1));
        return m.group(4) == null || about(first).equals("@" + m.group(4) + "/" + m.group(5));
    }

    private String print(byte[] ours) {
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < ours.length; i++) {
            if (ours[i] != 0) {
                int first = i;
                while (i + 1 < ours.length && ours[i + 1] == ours[first] && isOneMapping(ours[first], i)) {
                    i++;
                }
                runs.add((ours[first] > 0 ? "+" : "-") + first + ":" + i + (ours[first] > 0 ? about(first) : ""));
            }
        }
        return String.join(";", runs);
    }

    private boolean isOneMapping(byte change, int slot) {
        return change < 0
                || slots.bytesFrom(words, slot + 1) == slots.bytesFrom(words, slot) - SwiotlbGeometry.LINUX.slotBytes();
    }

    /** What a taken slot stands for. */
    private String about(int slot) {
        long orig = slots.original(words, slot);
        return "@" + (orig == SwiotlbSlots.NO_ADDRESS ? "none" : Long.toHexString(orig)) + "/"
                + Long.toHexString(slots.bytesFrom(words, slot));
    }
}
