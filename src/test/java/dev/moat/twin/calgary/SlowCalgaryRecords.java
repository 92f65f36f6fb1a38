package dev.moat.twin.calgary;

import dev.moat.twin.KernelDeath;
import dev.moat.twin.RecordedChanges;
import dev.moat.twin.Segment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Replays the rows of {@code calgary.csv} on the twin and says where a column differs. */
final class SlowCalgaryRecords {
    private final List<String> disagreements = new ArrayList<>();
    private final Map<String, Integer> judged = new TreeMap<>();
    private SlowCalgaryMemory memory = new SlowCalgaryMemory();
    private SlowCalgaryChip chip = new SlowCalgaryChip(memory);
    private SlowCalgaryLinux linux =
            new SlowCalgaryLinux(chip, memory, new CalgaryUnderTest.Chip(0, 0, 0, 0, 0, false));
    private long[] last = new long[linux.entries()];
    private long table;

    /** The recording harness's page allocator: each block naturally aligned. */
    private long nextFree;

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
        if (row.get("op").equals("chip")) {
            powerOn(row);
        }
        long[] before = last;
        BitSet usedBefore = (BitSet) linux.used().clone();
        String answer = KernelDeath.ended(() -> answer(row));
        judged.merge(row.get("op"), 1, Integer::sum);
        same(row, "ret", answer);
        last = entries();
        same(row, "tces", RecordedChanges.entries(before, last, tce -> tce));
        same(row, "bits", RecordedChanges.bits(usedBefore, linux.used()));
        same(row, "hint", row.get("op").equals("options") ? "-1" : Long.toString(linux.hint()));
        same(row, "regs", repeated(chip.takeAccesses()));
        same(row, "flushes", Integer.toString(linux.takeFlushes()));
        same(row, "warns", Integer.toString(linux.takeWarnings()));
    }

    private void powerOn(Map<String, String> row) {
        memory = new SlowCalgaryMemory();
        chip = new SlowCalgaryChip(memory);
        table = hex(row.get("a4"));
        nextFree = 0x5000_1000L;
        linux = new SlowCalgaryLinux(
                chip,
                memory,
                new CalgaryUnderTest.Chip(
                        (int) hex(row.get("a0")),
                        Integer.parseInt(row.get("a1")),
                        Integer.parseInt(row.get("a2")),
                        Integer.parseInt(row.get("a3")),
                        table,
                        row.get("a5").equals("1")));
        last = new long[linux.entries()];
    }

    /** What memory held before is no change. */
    private void preset(int index, long value) {
        memory.storeBigEndian(table + 8L * index, value);
        last[index] = value;
    }

    /** The table as it was, with the entries that were stored to since. */
    private long[] entries() {
        long[] entries = last.length == linux.entries() ? last.clone() : new long[linux.entries()];
        for (long address : memory.takeChanged()) {
            int index = (int) (address - table >>> 3);
            entries[index] = linux.entry(index);
        }
        return entries;
    }

    private String answer(Map<String, String> row) {
        String a0 = row.get("a0");
        String a1 = row.get("a1");
        switch (row.get("op")) {
            case "chip" -> {}
            case "reg" -> chip.preset(hex(a0), hex(a1));
            case "tce" -> preset(Integer.parseInt(a0), hex(a1));
            case "polls" -> chip.polls(Integer.parseInt(a0), Integer.parseInt(a1));
            case "device" -> linux.device(hex(a0), a1.equals("1"));
            case "init" -> {
                return linux.init();
            }
            case "map" -> {
                return linux.map(hex(a0), hex(a1), Integer.parseInt(row.get("a4")));
            }
            case "unmap" -> linux.unmap(hex(a0), hex(a1));
            case "map_sg" -> {
                return linux.mapSegments(Segment.list(a0), Integer.parseInt(row.get("a4")));
            }
            case "unmap_sg" -> linux.unmapSegments();
            case "alloc_coherent" -> {
                return allocateCoherent(hex(a1));
            }
            case "free_coherent" -> linux.unmap(hex(row.get("a2")), hex(a1));
            case "blast" -> linux.blast();
            case "watchdog" -> {
                return linux.watchdog();
            }
            case "bridge_windows" -> linux.bridgeWindows(Segment.list(a0));
            case "disable" -> {
                return linux.disable();
            }
            case "free_bus" -> linux.freeBus();
            case "options" -> {
                List<String> options = List.of(a0.split("\\+"));
                return SlowCalgaryOptions.answer(options, hex(a1), row.get("a2").equals("1"));
            }
            default -> throw new IllegalArgumentException(row.get("op"));
        }
        return "";
    }

    private String allocateCoherent(long size) {
        long block = Math.max(4096, Long.highestOneBit(2 * size - 1));
        long physical = (nextFree + block - 1) / block * block;
        nextFree = physical + block;
        String dma = linux.map(physical, size, 0);
        return dma.equals(SlowCalgaryLinux.FAILED)
                ? dma + " free=" + Long.toHexString(physical)
                : dma + "@" + Long.toHexString(physical);
    }

    private static String repeated(List<String> accesses) {
        List<String> runs = new ArrayList<>();
        int at = 0;
        while (at < accesses.size()) {
            int next = at + 1;
            while (next < accesses.size() && accesses.get(next).equals(accesses.get(at))) {
                next++;
            }
            runs.add(accesses.get(at) + (next - at > 1 ? "*" + (next - at) : ""));
            at = next;
        }
        return String.join(";", runs);
    }

    private void same(Map<String, String> row, String column, String found) {
        if (!row.get(column).equals(found)) {
            disagreements.add(row.get("case") + " step " + row.get("step") + " " + row.get("op") + ": " + column
                    + " recorded " + row.get(column) + ", twin " + found);
        }
    }

    private static long hex(String digits) {
        return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 16);
    }
}
