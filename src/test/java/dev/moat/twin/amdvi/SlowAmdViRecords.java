package dev.moat.twin.amdvi;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Replays recorded rows on the twin and says where it disagrees with what the specification wants: the columns {@code spec}
 * and {@code spec_ev}. What was observed is looked at only where those columns refer to it.
 */
final class SlowAmdViRecords {
    private static final long EMULATED_FEATURES = 0x29d3;
    private static final long STAMP = 0xdL << 60;
    private static final long RAM = 0x800_0000;

    private final SlowAmdViUnit.Caches caches;
    private final List<String> disagreements = new ArrayList<>();
    private final List<String> narrower = new ArrayList<>();
    private SlowAmdViUnit unit;
    private String current = "";
    private long softwareTail;
    private int judged;

    SlowAmdViRecords(SlowAmdViUnit.Caches caches) {
        this.caches = caches;
        unit = powerOn();
    }

    private SlowAmdViUnit powerOn() {
        return new SlowAmdViUnit(new SlowAmdViRules(), caches, EMULATED_FEATURES, SlowAmdViRecords::initial);
    }

    /** Frames that hold their own address, marked in the highest bits. */
    private static boolean stamped(long at) {
        return at >= 0x100_0000 && at < 0x104_0000 || at >= 0x1000 && at < 0xc000 || at >= 0x20_0000 && at < 0x20_8000;
    }

    private static long initial(long at) {
        return stamped(at) ? STAMP | at : 0;
    }

    /** Whether a write there was looked for. */
    private static boolean observed(long at) {
        return stamped(at)
                || at >= 0 && at < 0x1000
                || at >= 0x40_0000 && at < 0x41_0000
                || at >= 0x60_0000 && at < 0x60_4000;
    }

    /** All rows, in order; what disagrees, one line each. */
    List<String> run(List<Map<String, String>> rows) {
        rows.forEach(this::row);
        return disagreements;
    }

    /** Cells that were compared. */
    int judged() {
        return judged;
    }

    /** Requests for which the twin allows less than the recording: version, case and step. */
    List<String> narrower() {
        return narrower;
    }

    private void row(Map<String, String> row) {
        String name = row.get("qemu") + " " + row.get("case");
        if (!name.equals(current)) {
            current = name;
            unit = powerOn();
            softwareTail = 0;
        }
        long tail = unit.log().tail();
        switch (row.get("op")) {
            case "boot", "reg" -> pairs(row.get("val")).forEach(p -> register((int) p[0], p[1]));
            case "mem" -> unit.store(pairs(row.get("val")));
            case "cmd" -> command(row.get("val"));
            case "dr", "dw" -> request(row);
            case "rmem" -> same(row, expected(row), Long.toHexString(unit.load(hex(row.get("addr")))));
            case "rreg" -> {
                int offset = (int) hex(row.get("addr"));
                if (offset == 0x2000 || offset == 0x2008) {
                    same(row, expected(row), Long.toHexString(unit.read(offset)));
                }
            }
            default -> throw new IllegalArgumentException(row.get("op"));
        }
        if (!row.get("op").startsWith("d")) {
            same(row, row.get("spec_ev"), logged(tail));
        }
    }

    /** The events between two tails; none if the log was begun anew. */
    private String logged(long from) {
        List<String> events = new ArrayList<>();
        for (long at = from; at < unit.log().tail(); at += 16) {
            long w0 = unit.load((unit.log().base() & 0xfffffffff000L) + at);
            long w1 = unit.load((unit.log().base() & 0xfffffffff000L) + at + 8);
            events.add(String.format("%08x.%08x.%08x.%08x", (int) w0, (int) (w0 >>> 32), (int) w1, (int) (w1 >>> 32)));
        }
        return String.join(";", events);
    }

    private void register(int offset, long value) {
        unit.write(offset, value);
        if (offset == 0x8) {
            softwareTail = 0;
        } else if (offset == 0x2008) {
            softwareTail = value;
        }
    }

    private void command(String text) {
        String[] words = text.split(" ");
        long base = unit.read(0x8);
        long at = (base & 0xf_ffff_ffff_f000L) + softwareTail;
        unit.store(List.of(new long[] {at, hex(words[0])}, new long[] {at + 8, hex(words[1])}));
        softwareTail = (softwareTail + 16) % (16L << (base >>> 56 & 15));
        unit.write(0x2008, softwareTail);
    }

    private void request(Map<String, String> row) {
        boolean write = row.get("op").equals("dw");
        int length = Integer.parseInt(row.get("len"));
        List<SlowAmdViAnswer> answers = unit.answers((int) hex(row.get("dev")), hex(row.get("addr")), write);
        List<String> seen = new ArrayList<>();
        answers.forEach(a -> seen.add(seen(a.outcome(), write, length)));
        List<String> wanted = List.of(expected(row).split("\\|"));
        same(
                row,
                Set.copyOf(wanted),
                caches == SlowAmdViUnit.Caches.OF_ALL_ROOTS ? Set.copyOf(seen) : within(wanted, seen));
        if (!row.get("spec").equals("=")) {
            same(row, wanted.get(0), seen.get(0));
        }
        if (!Set.copyOf(seen).containsAll(wanted)) {
            narrower.add(row.get("qemu") + " " + row.get("case") + " " + row.get("step"));
        }
        event(row, answers, seen, wanted);
    }

    /** The recorded set, if it has all of these; else these. */
    private static Set<String> within(List<String> wanted, List<String> seen) {
        return wanted.containsAll(seen) ? Set.copyOf(wanted) : Set.copyOf(seen);
    }

    /** The event of the observed outcome if the specification allows that one, else of the present tables' outcome. */
    private void event(Map<String, String> row, List<SlowAmdViAnswer> answers, List<String> seen, List<String> wanted) {
        String event = row.get("spec_ev").equals("=") ? row.get("events") : row.get("spec_ev");
        boolean observed = wanted.contains(row.get("obs")) && seen.contains(row.get("obs"));
        String outcome = observed ? row.get("obs") : seen.get(0);
        Set<String> events = new LinkedHashSet<>();
        for (int i = 0; i < answers.size(); i++) {
            if (seen.get(i).equals(outcome)) {
                events.add(answers.get(i).event());
            }
        }
        same(row, event, events.contains(event) ? event : events);
        String taken = events.contains(event) ? event : events.iterator().next();
        if (!taken.isEmpty()) {
            unit.took(taken.replace("?", ""));
        }
    }

    /** What the recording harness sees of an outcome: the data read, or where a write landed. */
    private String seen(String outcome, boolean write, int length) {
        if (outcome.equals(SlowAmdViAnswer.BLOCKED)) {
            return length > 8 ? "-" + "+-".repeat((length - 1) / 8) : "-";
        }
        long at = hex(outcome);
        if (write) {
            return observed(at) ? Long.toHexString(at) : "-";
        }
        List<String> pieces = new ArrayList<>();
        for (long piece = at; piece < at + length; piece += 8) {
            long data = piece >>> 3 < RAM >>> 3 ? unit.load(piece & -8L) & ~STAMP : 0;
            pieces.add(data == 0 ? "-" : Long.toHexString(data));
        }
        return String.join("+", pieces);
    }

    private static String expected(Map<String, String> row) {
        return row.get("spec").equals("=") ? row.get("obs") : row.get("spec");
    }

    private void same(Map<String, String> row, Object wanted, Object found) {
        judged++;
        if (!wanted.equals(found)) {
            disagreements.add(current + " step " + row.get("step") + " " + row.get("op") + ": wanted " + wanted
                    + ", twin " + found);
        }
    }

    private static List<long[]> pairs(String text) {
        List<long[]> pairs = new ArrayList<>();
        for (String pair : text.split(";")) {
            String[] sides = pair.split("=");
            pairs.add(new long[] {hex(sides[0]), hex(sides[1])});
        }
        return pairs;
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }
}
