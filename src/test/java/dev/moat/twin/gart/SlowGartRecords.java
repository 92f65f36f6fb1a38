package dev.moat.twin.gart;

import dev.moat.twin.KernelDeath;
import dev.moat.twin.RecordedChanges;
import dev.moat.twin.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Replays the rows of {@code gart.csv} on the twin and says where a column differs. */
final class SlowGartRecords {
    private static final long TABLE = 0x300_0000;

    private final List<String> disagreements = new ArrayList<>();
    private final Map<String, Integer> judged = new TreeMap<>();
    private SlowGartNorthbridges northbridges = new SlowGartNorthbridges(false);
    private SlowGartLinux linux = new SlowGartLinux(northbridges);
    private long[] last = {};

    /** All rows, in order; what disagrees, one line each. */
    List<String> run(List<Map<String, String>> rows) {
        rows.forEach(this::row);
        return disagreements;
    }

    /** Rows by operation. */
    Map<String, Integer> judged() {
        return judged;
    }

    private void row(Map<String, String> row) {
        BitSet usedBefore = (BitSet) linux.used().clone();
        String answer = KernelDeath.ended(() -> answer(row));
        boolean init = row.get("op").equals("init");
        long[] before = init ? entries() : last;
        last = entries();
        judged.merge(row.get("op"), 1, Integer::sum);
        same(row, "ret", answer);
        same(row, "ptes", RecordedChanges.entries(before, last, this::pageAndFlags));
        same(row, "bits", RecordedChanges.bits(init ? new BitSet() : usedBefore, linux.used()));
        same(row, "next_bit", Long.toString(linux.nextBit()));
        same(row, "need_flush", linux.needFlush() ? "1" : "0");
        same(row, "regs", String.join(";", northbridges.takeWrites()));
        same(row, "warns", Integer.toString(linux.takeWarnings()));
    }

    private long[] entries() {
        long[] entries = new long[linux.pages()];
        Arrays.setAll(entries, linux::entry);
        return entries;
    }

    private String answer(Map<String, String> row) {
        String a0 = row.get("a0");
        long n0 = row.get("op").endsWith("_sg") ? 0 : hex(a0);
        long n1 = hex(row.get("a1"));
        switch (row.get("op")) {
            case "init" -> {
                return init(row);
            }
            case "device" -> linux.device(n0, n1, hex(row.get("a2")), hex(row.get("a3")));
            case "panic_on_overflow" -> linux.panicOnOverflow(n0 == 1);
            case "map" -> {
                return linux.map(n0, n1);
            }
            case "unmap" -> linux.unmap(n0, n1);
            case "map_sg" -> {
                return linux.mapSegments(Segment.list(a0));
            }
            case "unmap_sg" -> linux.unmapSegments(Segment.list(a0));
            case "alloc_coherent" -> {
                return linux.allocateCoherent(n0, n1);
            }
            case "free_coherent" -> linux.unmap(hex(row.get("a2")), n1);
            case "encode" -> {
                return Long.toHexString(linux.encode(n0));
            }
            case "decode" -> {
                return Long.toHexString(northbridges.decode(n0));
            }
            case "resume" -> linux.resume((int) n0, n1);
            case "shutdown" -> linux.shutdown();
            default -> throw new IllegalArgumentException(row.get("op"));
        }
        return "";
    }

    /**
     * The recording harness's boot allocator gives the table, then the bitmap, then the scratch page, in powers of two. Of
     * options with a plus between only the first took effect: the kernel's separator is the comma.
     */
    private String init(Map<String, String> row) {
        northbridges = new SlowGartNorthbridges(false);
        linux = new SlowGartLinux(northbridges);
        int order = Integer.parseInt(row.get("a2"));
        int flags = Integer.parseInt(row.get("a4"));
        List<String> options = List.of(row.get("a3").split("\\+")[0]);
        long tableBytes = (0x200_0000L << order) / 1024;
        long size = options.stream()
                .filter(o -> o.matches("[0-9].*"))
                .mapToLong(Long::decode)
                .findFirst()
                .orElse(0x200_0000L << order);
        long bitmapBytes = Math.max(0x1000, Long.highestOneBit(2 * (size >>> 15) - 1));
        return linux.init(new GartUnderTest.Machine(
                Integer.parseInt(row.get("a0")),
                hex(row.get("a1")),
                order,
                TABLE,
                TABLE + tableBytes + bitmapBytes,
                options,
                (flags & 2) != 0,
                (flags & 1) != 0));
    }

    private long pageAndFlags(long pte) {
        return northbridges.decode(pte) | pte & 3;
    }

    private void same(Map<String, String> row, String column, String found) {
        if (!row.get(column).equals(found)) {
            disagreements.add(row.get("case") + " step " + row.get("step") + " " + row.get("op") + ": " + column
                    + " recorded " + row.get(column) + ", twin " + found);
        }
    }

    private static long hex(String digits) {
        return digits.isEmpty() || !digits.matches("[0-9a-f]+") ? 0 : Long.parseUnsignedLong(digits, 16);
    }
}
